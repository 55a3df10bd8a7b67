"""When people see each other next: a day that one named and the other took (pure)."""

import re
from dataclasses import dataclass
from datetime import date

from bot.skills.summarising.firm import BUT, CONDITION, YES, any_of, plain
from bot.skills.summarising.scan import Scan
from bot.skills.summarising.transcript import Sentence
from bot.skills.summarising.when import days, moved, when

_MEET = any_of(
    r"\b(?:let's|let us|shall we|should we|can we|could we|how about|why don't we|we(?:'ll| will| could)|i'd suggest we)\b.{0,40}\b(?:meet|speak|talk|call|catch up|get together|reconnect|touch base|sync|have (?:a|another|our next) (?:call|meeting|session|chat))\b",
    r"\b(?:next (?:call|meeting|session|round)|same time|see you|talk (?:to you )?(?:again )?(?:on|then)|speak (?:to you )?(?:again )?(?:on|then)|until (?:next )?\w+day)\b",
    r"\b(?:can|shall|could) (?:i|we) (?:show|walk|present|demo)\b.*\bon\b",
)
_HELD = any_of(r"\b(?:see you|talk (?:to you )?(?:again )?on|speak (?:to you )?(?:again )?on)\b")
"""words that need no yes"""
_TAKEN = re.compile(
    rf"^\W*(?:{YES}|\w+'s (?:good|fine|great|perfect|ok(?:ay)?)|\w+ (?:works|is good|is fine|is better|would be better|it is|suits)|(?:that |it )?(?:works|suits)|see you|the \w+ (?:works|it is|suits)|i'll (?:be there|put it in))\b",
    re.IGNORECASE,
)
_MAKE_IT = any_of(
    r"\bmake (?:it|that)\b|\b(?:is|works|would be) better\b|\binstead\b|\bit is\b|\bworks\b|\bis (?:good|fine)\b|'s (?:good|fine)\b"
)


_BUSY = re.compile(
    r"^\W*(?:(?:hm+|ah|oh|no|sorry|well)\W+)*(?:on )?(?:the )?[\w-]+ (?:i've got|i have|i'm|we've got|we have|we're|i'll be|(?:is|are) (?:off|out|away))\b",
    re.IGNORECASE,
)
"""how people say that a day is taken: "Wednesday I've got the audit committee" """
LEAST = 0.5
"""chance from which a day is one to meet"""


@dataclass(frozen=True)
class Meeting:
    """The next time."""

    said: tuple[Sentence, ...]
    who: str
    due: date | None
    when: str

    @property
    def lines(self) -> tuple[int, ...]:
        """All lines that it rests on."""
        return tuple(dict.fromkeys(line for one in self.said for line in one.lines))

    @property
    def quote(self) -> str:
        """The words that it rests on."""
        return " … ".join(one.text for one in self.said)


def next_meeting(scan: Scan, day: date | None) -> Meeting | None:
    """The last one that was agreed in the call; None where none was."""
    found: Meeting | None = None
    for sentence in scan.said:
        words = plain(sentence.text)
        named = days(words, day)
        if named and _MEET.search(words) and not CONDITION.search(words) and scan.is_earnest(sentence):
            agreed = _agreed(scan, sentence, named[0], day)
            found = agreed if agreed and not scan.is_doubted(agreed.said, "N") else found
        elif found is None or sentence.turn.k > found.said[-1].turn.k + 1:
            found = _named(scan, sentence, day) or found
    return found


def _named(scan: Scan, sentence: Sentence, day: date | None) -> Meeting | None:
    """A day that somebody names to meet in words that no rule knows, likelier so than for any other thing."""
    words, likely = plain(sentence.text), scan.likely
    if words.rstrip().endswith("?") or CONDITION.search(words) or BUT.search(words) or not scan.is_earnest(sentence):
        return None
    chance = likely.of(sentence, "N")
    if chance < LEAST or chance < max(likely.of(sentence, "C"), likely.of(sentence, "T")):
        return None
    told, due, _ = when(words, day)
    if any(one != due for _, _, one in days(plain(sentence.turn.words), day)) or _asks_another(scan, sentence):
        return None
    asked = scan.asked(sentence)
    said = (asked, sentence) if asked else (sentence,)
    return Meeting(said, scan.who(sentence.turn), due, told) if due and likely.is_first(sentence, "N") else None


def _asks_another(scan: Scan, sentence: Sentence) -> bool:
    """Whether the turn ends in a question, so that nothing is agreed yet."""
    return scan.transcript.of(sentence.turn)[-1].text.rstrip().endswith("?")


def _agreed(scan: Scan, sentence: Sentence, named: tuple[int, str, date], day: date | None) -> Meeting | None:
    _, told, due = named
    taken = _reply(scan, sentence, due, day)
    if taken is None or BUT.search(plain(taken.text)):
        held = _HELD.search(plain(sentence.text)) and not sentence.text.rstrip().endswith("?")
        return Meeting((sentence,), scan.who(sentence.turn), due, told) if held else None
    other = days(plain(taken.text), day)
    if other and other[-1][2] != due:
        if not _MAKE_IT.search(plain(taken.text)):
            return None
        told, due = other[-1][1], moved(other[-1][2], due, other[-1][1])
    return Meeting((sentence, taken), scan.who(sentence.turn), due, told)


def _reply(scan: Scan, sentence: Sentence, due: date, day: date | None) -> Sentence | None:
    """How the next speaker takes it."""
    following = scan.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 2]
    said = [s for turn in following if turn.who != sentence.turn.who for s in scan.transcript.of(turn)]
    if not said:
        return None
    if _BUSY.search(plain(said[0].text)):
        return None
    repeats = any(due == one for _, _, one in days(plain(said[0].text), day))
    return said[0] if repeats or _TAKEN.match(plain(said[0].text)) else None
