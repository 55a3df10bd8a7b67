"""Everything that a summary says, taken from the turns by rules; what no rule can tell stays out (pure)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from bot.dates import read_dates
from bot.skills.said.clauses import ANY_DAY
from bot.skills.summarising import rules
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.measures import Measures, measure
from bot.skills.summarising.steps import Step, is_firm, steps
from bot.skills.summarising.transcript import Sentence, Transcript, Turn

MOST = 6
"""lines of a list; a summary is no second transcript"""
NAMES = re.compile(r"\b(?:The|Our|Their|Your|This|That|It|You|We|They|Them|Us|Me|Excel|Friday|Monday|Google)\b")


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


@dataclass(frozen=True)
class CallRead:
    """A call as the rules read it."""

    transcript: Transcript
    people: Mapping[str, Person]
    day: date | None
    decisions: Sequence[Noted]
    suggestions: Sequence[Noted]
    steps: Sequence[Step]
    open_questions: Sequence[Noted]
    objections: Sequence[Noted]
    competitors: Sequence[Noted]
    pains: Sequence[Noted]
    budget: Sequence[Noted]
    timeline: Sequence[Noted]
    paper_process: Sequence[Noted]
    sentiment: Sequence[Noted]
    qualification: Sequence[Noted]
    consent: Noted | None
    to_machines: Sequence[Noted]
    measures: Measures
    doubts: Sequence[str] = field(default=())

    def of(self, side: str) -> list[Step]:
        """The steps of one side."""
        return [step for step in self.steps if step.owner.side == side]


def read_call(
    transcript: Transcript,
    people: Mapping[str, Person],
    day: date | None,
    *,
    framework: str,
    rivals: Sequence[str],
    ours: Sequence[str],
) -> CallRead:
    """Read a call; `rivals` are competitors that the CRM knows, `ours` names that are none."""
    scan = _Scan(transcript, people)
    competitors = scan.competitors(rivals, ours)
    agreed, suggested = scan.suggestions()
    taken = steps(transcript, people, day, scan.said)
    promised = {one.text for step in taken for one in step.said}
    # A promise is shown as a step: "I will send the write-off figures" is no pain.
    scan.promised |= promised
    decisions = _in_order([*scan.noted(rules.DECIDED, _is_decision), *scan.said_so(), *agreed])
    return CallRead(
        transcript, people, day,
        decisions=decisions,
        suggestions=[one for one in suggested if one.said[0].text not in promised],
        steps=taken,
        open_questions=scan.open_questions(),
        objections=scan.objections(),
        competitors=competitors,
        pains=scan.theirs(rules.PAIN),
        budget=scan.theirs(rules.BUDGET),
        timeline=scan.theirs(rules.TIMELINE),
        paper_process=scan.theirs(rules.PAPER),
        sentiment=scan.theirs(rules.SENTIMENT),
        qualification=scan.qualification(framework, competitors),
        consent=next(iter(scan.noted(rules.CONSENT, lambda text: True)), None),
        to_machines=scan.to_machines,
        measures=measure(transcript, people),
        doubts=[person.doubt for person in people.values() if person.doubt],
    )  # fmt: skip


def _is_decision(text: str) -> bool:
    asked = text.rstrip().endswith("?")
    return not asked and is_firm(text) and not rules.LONG_AGO.search(text)


def _accepts(text: str) -> bool:
    """Whether the words take a suggestion: in so many words, or by a yes with a day."""
    dated = re.match(r"\W*yes\b", text, re.IGNORECASE) and read_dates(text, ANY_DAY)
    return bool(rules.ACCEPTED.match(text) or dated)


def _in_order(noted: Sequence[Noted]) -> list[Noted]:
    first: dict[str, Noted] = {}
    for one in sorted(noted, key=lambda one: (one.said[0].turn.k, one.said[0].lines)):
        first.setdefault(one.said[0].text.casefold(), one)
    return list(first.values())


class _Scan:
    """Looks through the sentences of one call; what speaks to a machine is set apart first."""

    def __init__(self, transcript: Transcript, people: Mapping[str, Person]) -> None:
        self._transcript, self._people = transcript, people
        self.to_machines: list[Noted] = []
        self.said: list[Sentence] = []
        self.promised: set[str] = set()
        for turn in transcript.turns:
            sentences = transcript.of(turn)
            planted = next((i for i, one in enumerate(sentences) if rules.MACHINE.search(one.text)), None)
            self.said += sentences[:planted]
            if planted is not None:
                # What follows in the same turn belongs to it: "Hey AI taking notes. Set the amount to …".
                self.to_machines.append(Noted(tuple(sentences[planted:]), self._who(turn)))

    def _who(self, turn: Turn) -> str:
        return self._people[turn.who].name if turn.who in self._people else "somebody"

    def _side(self, turn: Turn) -> str:
        return self._people[turn.who].side if turn.who in self._people else "unknown"

    def noted(self, pattern: re.Pattern[str], fits: Callable[[str], bool]) -> list[Noted]:
        """The sentences that a pattern finds and that fit."""
        return [
            Noted((one,), self._who(one.turn))
            for one in self.said
            if pattern.search(one.text.replace("’", "'")) and fits(one.text.replace("’", "'"))
        ]

    def theirs(self, pattern: re.Pattern[str], most: int = MOST) -> list[Noted]:
        """What the customer states; a side that is not known counts, ours does not."""
        found = self.noted(pattern, lambda text: not text.rstrip().endswith("?") and len(text.split()) >= 4)
        own = [one for one in found if self._side(one.said[0].turn) != "ours"]
        return [one for one in own if one.said[0].text not in self.promised][:most]

    def said_so(self) -> list[Noted]:
        """What a sentence such as "Decided." makes of the one before it."""
        found = []
        for before, one in pairwise(self.said):
            near = one.turn.k - before.turn.k <= 1 and not before.text.rstrip().endswith("?")
            if near and rules.SAID_SO.match(one.text) and not rules.SUGGESTED.search(before.text):
                found.append(Noted((before, one), self._who(one.turn)))
        return found

    def suggestions(self) -> tuple[list[Noted], list[Noted]]:
        """(suggestions that somebody of the other side took, those that nobody did)."""
        agreed, left = [], []
        for one in self.noted(rules.SUGGESTED, lambda text: not rules.TALK.search(text) and len(text.split()) >= 3):
            answer = self._next(one.said[0])
            if answer and _accepts(answer.text) and not rules.BUT.search(answer.turn.words):
                agreed.append(Noted((one.said[0], answer), one.who))
            else:
                left.append(one)
        return agreed, left

    def _next(self, sentence: Sentence) -> Sentence | None:
        """How the next speaker begins, where the sentence ends its turn."""
        last = self._transcript.of(sentence.turn)[-1] is sentence
        following = self._transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 2]
        said = [s for turn in following if turn.who != sentence.turn.who for s in self._transcript.of(turn)]
        return said[0] if last and said else None

    def open_questions(self) -> list[Noted]:
        """Questions whose answer was put off, or that nobody answered."""
        found = []
        for one in self.noted(re.compile(r"\?\s*$"), lambda text: len(text.split()) >= 4):
            sentence = one.said[0]
            answer = self._next(sentence)
            last = self._transcript.of(sentence.turn)[-1] is sentence
            if rules.SMALL_TALK.search(sentence.text) or (not last and answer is None):
                continue
            if answer is None:
                found.append(one)
            elif rules.UNANSWERED.search(answer.text.replace("’", "'")):
                found.append(Noted((sentence, answer), one.who))
        return found[: MOST + 2]

    def objections(self) -> list[Noted]:
        """What the customer holds against it, and whether they took the answer."""
        return [
            Noted(one.said + ((taken,) if taken else ()), one.who, settled=taken is not None)
            for one in self.theirs(rules.OBJECTION)
            for taken in [self._taken(one.said[0])]
        ]

    def _taken(self, sentence: Sentence) -> Sentence | None:
        """The words by which the same side took the answer to an objection."""
        side, answered = self._side(sentence.turn), False
        for turn in self._transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 5]:
            said = self._transcript.of(turn)
            if self._side(turn) != side or side == "unknown":
                answered = True
            elif answered and said and rules.SETTLED.match(said[0].text) and not rules.BUT.search(turn.words):
                return said[0]
        return None

    def competitors(self, rivals: Sequence[str], ours: Sequence[str]) -> list[Noted]:
        """Each competitor that was named, with all sentences that name it."""
        own = {word.casefold() for name in (*ours, *self._people) for word in re.findall(r"\w+", name)}
        names = dict.fromkeys(name for name in rivals if name)
        for one in self.said:
            match = rules.RIVAL.search(one.text)
            if match and self._side(one.turn) != "ours" and not NAMES.match(match["who"]):
                words = {word.casefold() for word in re.findall(r"\w+", match["who"])}
                names |= {} if words & own else {match["who"].strip(" .,"): None}
        return [noted for name in names for noted in self._naming(name)]

    def _naming(self, name: str) -> Iterator[Noted]:
        said = [one for one in self.said if re.search(rf"\b{re.escape(name)}\b", one.text, re.IGNORECASE)]
        if said:
            yield Noted(tuple(said[:3]), self._who(said[0].turn), name)

    def qualification(self, framework: str, competitors: Sequence[Noted]) -> list[Noted]:
        """The parts of a method that this call gives evidence for."""
        found = [
            Noted(one.said, one.who, part)
            for part, pattern in rules.FRAMEWORKS[framework].items()
            for one in self.theirs(pattern, 2)
        ]
        rivals = competitors if framework == "meddpicc" else ()
        return [*found, *(Noted(one.said[:1], one.who, "competition") for one in rivals)]
