"""Who promised to do what by when in a call; a day only where one was said, and the last word counts (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.skills.summarising import tongues
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.firm import BUT, WILL_DO, is_firm, is_meant, plain
from bot.skills.summarising.promising import (
    ASKED_POLITELY,
    ASKED_WHEN,
    CAN_WE_HAVE,
    IN_RETURN,
    NO_WORK,
    OFFER,
    OWN,
    PLEASE,
    REQUEST,
    Promise,
    doer,
    is_later,
    promises,
)
from bot.skills.summarising.scan import Scan, subject
from bot.skills.summarising.transcript import Sentence
from bot.skills.summarising.when import tells_when, trimmed, when

_YES = re.compile(
    r"^\W*(?:yes|yeah|sure|please|gladly|that would be (?:great|good|helpful|nice|lovely)|perfect|great|(?:please )?do (?:that|it)|go ahead|go on)\b",
    re.IGNORECASE,
)


_WANTED = re.compile(r"\byou (?:like|want|wanna|need|expect|prefer|hope|have|get|receive|see|hear)\b", re.IGNORECASE)
"""who asks by when the other wants it is the one to give it"""
_RECEIPT = re.compile(r"provide\b", re.IGNORECASE)
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
            # What one asked for or offered and the other took is beyond doubt.
            if len(step.said) > 1 or not scan.is_doubted(step.said, "C+" if step.due else "C"):
                _take(found, step)
    turns = {one.turn.k for step in found for one in step.said}
    likely = [_likely(scan, one, day) for one in scan.said if one.turn.k not in turns]
    for more in filter(None, likely):
        _take(found, more)
    return sorted(found, key=lambda step: scan.place(step.said[0])) if any(likely) else found


_LEAD = re.compile(r"^.*\b(?:i|we)(?:'ll| will|'m going to| am going to|'re going to) ", re.IGNORECASE)
_MAKE_IT = re.compile(r"\bmake (?:it|that)\b", re.IGNORECASE)
_LIKELY_OWN, _LIKELY_DATED, _LIKELY_ABROAD = 0.6, 0.5, 0.75
_CLAUSE = re.compile(r"^.*(?:,|;|\bbut\b)\s+(?:and |so |but |then )*", re.IGNORECASE)


def _likely(scan: Scan, sentence: Sentence, day: date | None) -> Step | None:
    """What a speaker takes on in words that no rule knows."""
    words, speaker = scan.words(sentence), scan.people.get(sentence.turn.who)
    if speaker is None or not scan.is_earnest(sentence) or not _is_taken_on(scan, words):
        return None
    told, due, rest = (when if scan.english else tongues.when)(words, day)
    chance = scan.likely.of(sentence, "C")
    if chance < (_LIKELY_DATED if told else _LIKELY_OWN if scan.english else _LIKELY_ABROAD) or (
        not told and len(words.split()) < 4
    ):
        return None
    beside = [
        one for one in scan.transcript.of(sentence.turn) if one is sentence or _is_taken_on(scan, plain(one.text))
    ]
    if chance < scan.likely.of(sentence, "N") or not scan.likely.is_first(sentence, "C", beside):
        return None
    what = _LEAD.sub("", rest)
    return Step(doer(what, speaker, scan.people), what, (sentence,), due, told)


def _is_taken_on(scan: Scan, words: str) -> bool:
    """Whether it may be one's own work for later: no question, no condition, nothing given in return."""
    own = OWN.search(words)
    if (
        not own
        or ASKED_POLITELY.search(words[: own.end()])
        or words.rstrip().endswith("?")
        or IN_RETURN.match(words)
        or _MAKE_IT.search(words)
    ):
        return False
    # "I'd think so, but let me check": only its own clause has to be firm, and no condition may stand anywhere.
    if (
        not is_firm(words, 0)
        or not is_firm(_CLAUSE.sub("", words[: own.end()]))
        or tongues.matches(scan.tongues, "unfirm", words)
    ):
        return False
    return not NO_WORK.match(_LEAD.sub("", words)) and is_later(words, own.start())


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
        if other.owner.label == step.owner.label and _leads_to(other, step):
            found[at] = step
            return
        if other.owner.label == step.owner.label and _is_same(other, step):
            found[at] = _joined(other, step)
            return
    found.append(step)


def _leads_to(one: Step, two: Step) -> bool:
    """Whether the first is but the way to the second: "I'll ask, and I'll come back to you on that by Friday"."""
    is_beside = one.said[-1] is two.said[-1] and not one.due and bool(two.due)
    return is_beside and one.what != two.what and len(subject(one.what)) <= 1


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
    if one.due or not two.due or not _RECEIPT.match(two.what):
        return False
    same = one.said[-1] is two.said[-1]
    return same or _ITSELF.fullmatch(two.what) is not None


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
                yield Step(promise.owner, _meant(plain(sentence.text), rest), said, due, told)


_ITSELF = re.compile(r"provide (?:it|them|that|this)", re.IGNORECASE)
_MADE = re.compile(
    r"\b(?:i|we)(?:'ll| will) (?P<what>[^,;]+?),? (?:and |so |then )*(?:you|it|they)(?:'ll| will)\b", re.IGNORECASE
)


def _meant(words: str, what: str) -> str:
    """What "it" is in "I'll knock up a page, and you'll have it by Thursday"."""
    made = _MADE.search(words) if _ITSELF.fullmatch(what) else None
    return made["what"] if made else what


def _beside(
    scan: Scan, sentence: Sentence, day: date | None, reader: Reader
) -> tuple[tuple[str, date | None], tuple[Sentence, ...]]:
    """The day that stands alone in the next sentence: "I'll send it. By Friday." """
    own = scan.transcript.of(sentence.turn)
    after = next((own[i + 1 : i + 2] for i, one in enumerate(own) if one is sentence), ())
    for beside in after:
        words = plain(beside.text)
        if tells_when(words):
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
    asker = scan.people.get(sentence.turn.who)
    taker = asker if asker and _WANTED.search(match[0]) else owner
    if not told or (not due and scan.is_doubted((sentence, reply[0]), "C")):
        return None
    return Step(taker, trimmed(match["what"]), (sentence, reply[0]), due, told)
