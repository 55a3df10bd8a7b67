"""Who promised to do what by when in a call; a day only where one was said, and the last word counts (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.skills.summarising import tongues
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.firm import BUT, WILL_DO, is_firm, is_meant, plain
from bot.skills.summarising.promising import ASKED_WHEN, CAN_WE_HAVE, NO_WORK, OFFER, PLEASE, REQUEST, Promise, promises
from bot.skills.summarising.scan import Scan, subject
from bot.skills.summarising.transcript import Sentence
from bot.skills.summarising.when import trimmed, when

_AFTER = re.compile(
    r"^(?:by|on|before|until|no later than|latest|tomorrow|today|next|end of|this|mon|tue|wed|thu|fri)\b", re.I
)
_YES = re.compile(
    r"^\W*(?:yes|yeah|sure|please|gladly|that would be (?:great|good|helpful|nice|lovely)|perfect|great)\b",
    re.IGNORECASE,
)


Reader = Callable[[str, date | None], tuple[str, date | None, str]]
"""finds the day in words"""


@dataclass(frozen=True)
class Step:
    """Something that somebody took on."""

    owner: Person
    what: str
    """without its day"""
    said: tuple[Sentence, ...]
    due: date | None = None
    when: str = ""
    """the day as it was said"""

    @property
    def lines(self) -> tuple[int, ...]:
        """All lines that it rests on."""
        return tuple(dict.fromkeys(line for one in self.said for line in one.lines))

    @property
    def quote(self) -> str:
        """The words that it rests on."""
        return " … ".join(one.text for one in self.said)


def steps(scan: Scan, day: date | None) -> list[Step]:
    """Every firm promise in order; what was promised twice or asked for and promised is one step."""
    found: list[Step] = []
    for sentence in scan.said:
        for step in _of(scan, sentence, day):
            _take(found, step)
    return found


def _of(scan: Scan, sentence: Sentence, day: date | None) -> Iterator[Step]:
    if scan.is_earnest(sentence):
        yield from _promised(scan, sentence, day)
        for asked in (_accepted, _offered, _dated):
            step = asked(scan, sentence, day)
            if step:
                yield step
                break


def _take(found: list[Step], step: Step) -> None:
    """Add a step, or join it with the one that it repeats."""
    for at, other in enumerate(found):
        if other.owner.label == step.owner.label and _is_same(other, step):
            found[at] = _joined(other, step)
            return
    found.append(step)


def _is_same(one: Step, two: Step) -> bool:
    if _points_back(one, two) and one.said[-1].turn is two.said[-1].turn:
        return True
    if set(map(id, one.said)) & set(map(id, two.said)):
        return one.when == two.when and (one.what.casefold() == two.what.casefold() or len(one.said) != len(two.said))
    if one.said[-1].turn is two.said[-1].turn and len(one.said) != len(two.said):
        return True
    if one.what.casefold() == two.what.casefold():
        return True
    a, b = subject(one.what), subject(two.what)
    return bool(a & b) and len(a & b) >= 0.6 * max(len(a), len(b))


def _points_back(one: Step, two: Step) -> bool:
    """Whether the second tells the day of the first: "I'll write a report, and you'll have it on Thursday"."""
    return (
        not one.due
        and bool(two.due)
        and re.fullmatch(r"provide (?:it|them|that|this)", two.what, re.IGNORECASE) is not None
    )


def _joined(one: Step, two: Step) -> Step:
    """One step of two: the later day counts, both places stay cited."""
    said = tuple({id(s): s for s in (*one.said, *two.said)}.values())
    last = two if two.due or not one.due else one
    return replace(one, said=said, due=last.due, when=last.when or one.when)


def _promised(scan: Scan, sentence: Sentence, day: date | None) -> Iterator[Step]:
    speaker = scan.people.get(sentence.turn.who)
    if speaker is None:
        return
    texts: list[tuple[Iterator[Promise], Reader]] = []
    if scan.english:
        texts.append((promises(plain(sentence.text), speaker, scan.people), when))
    if scan.tongues:
        texts.append((tongues.promises(plain(sentence.text), speaker, scan.tongues), tongues.when))
    for found, reader in texts:
        for promise in found:
            told, due, rest = reader(promise.what, day)
            # A day that stands by itself is the day of the promise, whatever other day it tells of.
            alone, said = _beside(scan, sentence, day, reader)
            if alone[0]:
                told, due = alone
            elif not told and promise.lead:
                told, due, _ = reader(promise.lead, day)
            if told or not promise.dated_only:
                yield Step(promise.owner, rest, said, due, told)


def _beside(
    scan: Scan, sentence: Sentence, day: date | None, reader: Reader
) -> tuple[tuple[str, date | None], tuple[Sentence, ...]]:
    """The day that stands alone in the next sentence: "I'll send it. By Friday." """
    own = scan.transcript.of(sentence.turn)
    after = next((own[i + 1 : i + 2] for i, one in enumerate(own) if one is sentence), ())
    for beside in after:
        if len(beside.text.split()) <= 7 and _AFTER.match(beside.text):
            told, due, _ = reader(plain(beside.text), day)
            return ((told, due), (sentence, beside)) if told else (("", None), (sentence,))
    return ("", None), (sentence,)


def _reply(scan: Scan, sentence: Sentence) -> tuple[Person | None, Sequence[Sentence], str]:
    """(who speaks next, their sentences, all their words)."""
    following = scan.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 2]
    for turn in following:
        if turn.who != sentence.turn.who:
            return scan.people.get(turn.who), scan.transcript.of(turn), plain(turn.words)
    return None, (), ""


def _accepted(scan: Scan, sentence: Sentence, day: date | None) -> Step | None:
    """What one asked for and the next speaker took on."""
    text = plain(sentence.text)
    match = REQUEST.search(text) or PLEASE.search(text) or CAN_WE_HAVE.search(text)
    if match is None or NO_WORK.match(match["what"]) or not is_firm(text, 0):
        return None
    owner, reply, words = _reply(scan, sentence)
    if (
        owner is None
        or not reply
        or not WILL_DO.match(plain(reply[0].text))
        or BUT.search(words)
        or not is_meant(words)
    ):
        return None
    if match.re is CAN_WE_HAVE and not when(text, day)[0] and not when(words, day)[0]:
        return None
    return _step(owner, match["what"], sentence, reply, words, day)


def _offered(scan: Scan, sentence: Sentence, day: date | None) -> Step | None:
    """What one offered and the next speaker wanted: "Shall I set it up?" – "Yes, on Thursday." """
    match = OFFER.search(plain(sentence.text))
    speaker, (_, reply, words) = scan.people.get(sentence.turn.who), _reply(scan, sentence)
    if match is None or speaker is None or NO_WORK.match(match["what"]) or not reply:
        return None
    if not _YES.match(plain(reply[0].text)) or BUT.search(words):
        return None
    return _step(speaker, match["what"], sentence, reply, words, day)


def _step(
    owner: Person, what: str, sentence: Sentence, reply: Sequence[Sentence], words: str, day: date | None
) -> Step:
    told, due, rest = when(what, day)
    if not told:
        told, due, _ = when(words, day)
    return Step(owner, rest, (sentence, reply[0]), due, told)


def _dated(scan: Scan, sentence: Sentence, day: date | None) -> Step | None:
    """What one asked a day for and the next speaker gave one for: "When can I have it?" – "By Friday." """
    match = ASKED_WHEN.search(plain(sentence.text))
    owner, reply, _ = _reply(scan, sentence)
    if match is None or owner is None or not reply:
        return None
    answer = plain(reply[0].text)
    if len(answer.split()) > 8 or not is_firm(answer):
        return None
    told, due, _ = when(answer, day)
    return Step(owner, trimmed(match["what"]), (sentence, reply[0]), due, told) if told else None
