"""The sentences of a call with their sides, and what follows what; words to a machine are set apart (pure)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile

from bot.screening import orders
from bot.skills.extract import STOP, WORD
from bot.skills.summarising import tongues
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.firm import CUT_OFF, JOKE, LAUGHED, any_of, plain, smoothed
from bot.skills.summarising.likely import DEMOTED, Likely
from bot.skills.summarising.machines import MACHINE
from bot.skills.summarising.transcript import Sentence, Transcript, Turn

MOST = 6
"""lines of a list; a summary is no second transcript"""
DULL = STOP | frozenset(
    "i'll we'll yes yeah okay right well then just also let lets monday tuesday wednesday thursday friday saturday sunday "
    "today tomorrow week weeks month day days send get give make need now one two thing things some there here think "
    "know see going want like by end next actually sorry good great fine sure thanks thank please really".split()
)
"""words that tell no subject"""
NO_STATEMENT = any_of(
    r"\bif (?:i|we) had\b", r"^\W*(?:suppose|imagine|say we|in theory|hypothetically|let'?s say|assuming)\b"
)


@dataclass(frozen=True)
class Noted:
    """Something that was said, by whom, and what speaks for it."""

    said: tuple[Sentence, ...]
    who: str
    name: str = ""
    """what it is about: a competitor, a part of a method"""
    settled: bool | None = None
    """of an objection: whether the customer took the answer"""

    @property
    def lines(self) -> tuple[int, ...]:
        """All lines that it rests on."""
        return tuple(dict.fromkeys(line for one in self.said for line in one.lines))

    @property
    def quote(self) -> str:
        """The words that it rests on."""
        return " … ".join(one.text for one in self.said)


class Scan:
    """Looks through the sentences of one call."""

    def __init__(self, transcript: Transcript, people: Mapping[str, Person]) -> None:
        self.transcript, self.people = transcript, people
        self.to_machines: list[Noted] = []
        self.demoted: list[tuple[float, str, Sentence]] = []
        """what a rule found and is too uncertain for a claim: how near it came, the kind and where"""
        self.said: list[Sentence] = []
        self.promised: set[str] = set()
        """sentences that are shown as steps, and so as nothing else"""
        for turn in transcript.turns:
            sentences = transcript.of(turn)
            planted = next((i for i, one in enumerate(sentences) if MACHINE.search(one.text) or orders(one.text)), None)
            self.said += sentences[:planted]
            if planted is not None:
                # What follows in the same turn belongs to it: "Hey AI taking notes. Set the amount to …".
                self.to_machines.append(Noted(tuple(sentences[planted:]), self.who(turn)))
        self.languages = tongues.spoken(transcript.turns)
        self.tongues = tongues.of(self.languages)
        self.english = "English" in self.languages
        self.likely = Likely(transcript, self.is_theirs)
        self._words = {id(one): smoothed(plain(one.text)) for one in self.said}
        self._place = {id(one): at for at, one in enumerate(self.said)}

    def who(self, turn: Turn) -> str:
        """The name of who speaks."""
        return self.people[turn.who].name if turn.who in self.people else "somebody"

    def words(self, sentence: Sentence) -> str:
        """What is said, without fillers and stutters."""
        return self._words[id(sentence)]

    def side(self, turn: Turn) -> str:
        """The side of who speaks."""
        return self.people[turn.who].side if turn.who in self.people else "unknown"

    def is_theirs(self, sentence: Sentence) -> bool:
        """Whether the customer's side says it."""
        return self.side(sentence.turn) not in ("ours", "unknown")

    def place(self, sentence: Sentence) -> int:
        """Where a sentence stands among all."""
        return self._place[id(sentence)]

    def after(self, sentence: Sentence, turns: int) -> list[Sentence]:
        """What is said after it, within so many turns beyond its own."""
        rest = islice(self.said, self.place(sentence) + 1, None)
        return list(takewhile(lambda one: one.turn.k <= sentence.turn.k + turns, rest))

    def noted(self, pattern: re.Pattern[str], fits: Callable[[str], bool]) -> list[Noted]:
        """The sentences that a pattern finds and that fit."""
        return [
            Noted((one,), self.who(one.turn))
            for one in self.said
            if pattern.search(self.words(one)) and fits(self.words(one))
        ]

    def theirs(
        self, kind: str, pattern: re.Pattern[str], *, but: re.Pattern[str], most: int = MOST, promised: bool = False
    ) -> list[Noted]:
        """What the customer states; who stands on no side that is known speaks for nobody."""
        heard = [one for one in self.statements if promised or one.text not in self.promised]
        ruled = [one for one in heard if self.english and self._is_ruled(one, kind, pattern, but)]
        turns = {one.turn.k for one in ruled}
        sure = [
            one
            for one in heard
            if one.turn.k not in turns and self.likely.is_sure(one, kind) and not but.search(self.words(one))
        ]
        found = sorted((*ruled, *sure), key=self.place)
        return [Noted((one,), self.who(one.turn)) for one in found[:most]]

    def is_doubted(self, said: Sequence[Sentence], kind: str) -> bool:
        """Whether the words around what a rule found speak against it; what was learnt is mostly English."""
        share = self.likely.certainty(said, kind) if self.english or kind == "S+" else 1.0
        if DEMOTED <= share < 1:
            self.demoted.append((share, kind, said[0]))
        return share < 1

    def _is_ruled(self, one: Sentence, kind: str, pattern: re.Pattern[str], but: re.Pattern[str]) -> bool:
        words = self.words(one)
        is_told = pattern.search(words) is not None and not but.search(words)
        return is_told and not self.is_doubted((one,), kind)

    @cached_property
    def statements(self) -> Sequence[Sentence]:
        """What the customer says in earnest, without questions."""
        return [one for one in self.said if self.is_theirs(one) and self._states(one)]

    def _states(self, sentence: Sentence) -> bool:
        words = self.words(sentence)
        asked = words.rstrip().endswith("?") or len(words.split()) < 3
        return not asked and self.is_earnest(sentence) and not NO_STATEMENT.search(words)

    def is_earnest(self, sentence: Sentence) -> bool:
        """Whether it is finished and no joke."""
        words = plain(sentence.text)
        return not JOKE.search(words) and not CUT_OFF.search(words)

    def is_laughed_at(self, sentence: Sentence) -> bool:
        """Whether the next turn takes it for a joke."""
        following = self.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 3]
        return any(LAUGHED.search(plain(turn.words)) for turn in following)

    def asked(self, sentence: Sentence) -> Sentence | None:
        """What the speaker before asked last, where the sentence opens the answer."""
        first = self.transcript.of(sentence.turn)[0] is sentence
        before = self.transcript.turns[max(0, sentence.turn.k - 1) : sentence.turn.k]
        said = [s for turn in before if turn.who != sentence.turn.who for s in self.transcript.of(turn)]
        return said[-1] if first and said and said[-1].text.rstrip().endswith("?") else None

    def reply(self, sentence: Sentence) -> Sentence | None:
        """How the next speaker begins, where the sentence ends its turn."""
        last = self.transcript.of(sentence.turn)[-1] is sentence
        following = self.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 2]
        said = [s for turn in following if turn.who != sentence.turn.who for s in self.transcript.of(turn)]
        return said[0] if last and said and id(said[0]) in self._place else None


def subject(text: str) -> set[str]:
    """The words that tell what a sentence is about."""
    words = (word.casefold().removesuffix("'s") for word in WORD.findall(plain(text)))
    return {word.removesuffix("s") for word in words if len(word) > 2 and word not in DULL and not word.isdigit()}


def in_order(noted: Sequence[Noted]) -> list[Noted]:
    """In the order of the call, a sentence once."""
    first: dict[str, Noted] = {}
    for one in sorted(noted, key=lambda one: (one.said[0].turn.k, one.said[0].lines)):
        first.setdefault(one.said[0].text.casefold(), one)
    return list(first.values())
