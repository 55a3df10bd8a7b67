"""The day that words name, counted from the day of the call, and the words without it (pure)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from bot.dates import Phrase, read_dates

_COUNTED = re.compile(r"\b(?:days?|weeks?|months?|fortnight) from (?:the )?$", re.IGNORECASE)
"""what counts from a day is another day: "a week from today" """
_ONE_OF_A_MONTH = re.compile(r"\b(?:first|second|third|fourth|last|every|each) $", re.IGNORECASE)
"""what makes of a weekday one of a month: "they meet the third Thursday" """
_WHETHER = re.compile(r"\bwhether\b(?:(?!\b(?:and|then|i'll|we'll)\b)[^.;,])*$", re.IGNORECASE)
"""what is asked about a day is not done by it: "I'll ask whether they can see you on the ninth" """
FAR = timedelta(days=37)
_LEAD = re.compile(
    r"\s*(?:\b(?:by|on|before|until|till|for|at|in|the|from|no later than|latest|first thing|like|over)\b,?\s*)*$",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:not|instead of|rather than|forget|no longer|can't do|i'm (?:\w+ )?(?:in|at|off|on|out|away|travel+ing)\b[^.;,]*?)\s*(?:on |by |until )?(?:the )?$",
    re.IGNORECASE,
)
_NO_GOOD = re.compile(
    r"^\s*(?:is|was|'s|would be|won't|doesn't|isn't) (?:actually |really )?(?:too|no good|not|impossible|out|off|bad|a (?:bank |public )?holiday|easter|christmas|work|tight|full|going to be tight|booked|difficult|wrong)\b",
    re.IGNORECASE,
)


_AT_ONCE = re.compile(
    r"\b(?:within (?:the|an|half an|the next) hour|in (?:the next|an|half an) hour|(?:straight|right|directly) after (?:this|the|our) (?:call|meeting)|as soon as (?:we|i)(?:'re|'ve|'m| are| have)? (?:hang|hung|off|done|finish|ring)\w*(?: up| off)?|(?:before|by) (?:lunch|noon)\w*|by (?:the )?(?:close|end) of (?:play|business|(?:the )?day))",
    re.IGNORECASE,
)
_WEEKS_END = re.compile(r"\bbefore the (?:weekend(?! is\b)|week(?:'s| is) (?:out|over|up))\b", re.IGNORECASE)


_NEXT_WEEK = re.compile(r"\bnext week(?:'s)?,? (?:on )?((?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", re.IGNORECASE)
_BARE = re.compile(
    r"(?:(?<=\bby )|(?<=\bon )|(?<=\buntil )|(?<=\btill )|(?<=\bbefore )|^)(\d{1,2}(?:st|nd|rd|th))\b(?! of)",
    re.IGNORECASE,
)
_FROM_AN_EVENT = re.compile(r"\s+(?:of|after|from) (?!today|now|tomorrow)\w+", re.IGNORECASE)


def _spelled(words: str) -> str:
    """The words as days are read: "next week Wednesday" the other way round, "by 30th" with its article."""
    return _BARE.sub(r"the \1", _NEXT_WEEK.sub(r"\1 next week", words))


def when(words: str, day: date | None) -> tuple[str, date | None, str]:
    """(the day as said, the day, the words without it); of two days the one that stands after "no, make it"."""
    words = _spelled(words)
    phrases = _phrases(words, day)
    if not phrases:
        return "", None, trimmed(words)
    phrase = _meant(words, phrases)
    lead = _LEAD.search(words[: phrase.start])
    before = words[: lead.start()] if lead else words[: phrase.start]
    said = words[phrase.start : phrase.end]
    counted = _COUNTED.search(words[: phrase.start])
    if re.search(r"\b(?:days?|weeks?|months?)$", said) and _FROM_AN_EVENT.match(words[phrase.end :]):
        counted = counted or _FROM_AN_EVENT.match(words[phrase.end :])
    counted = counted or _WHETHER.search(words[: phrase.start]) or _ONE_OF_A_MONTH.search(words[: phrase.start])
    due = phrase.first if phrase.kind == "day" and not _is_vague(said) and not counted else None
    if due and _is_either(words, phrases):
        due = None
    return said, due, _without(before, words[phrase.end :], words, phrases)


def days(words: str, day: date | None) -> list[tuple[int, str, date]]:
    """(place, words, day) of each day that is not refused: "not Friday", "Friday is too soon" name none."""
    words = _spelled(words)
    return [
        (p.start, words[p.start : p.end], p.first)
        for p in _phrases(words, day)
        if p.kind == "day" and p.first and not _is_vague(words[p.start : p.end])
        if not _REFUSED.search(words[: p.start]) and not _NO_GOOD.match(words[p.end :])
    ]


def moved(due: date, before: date | None, told: str = "") -> date:
    """A day that takes the place of another is one of that day's week or month, or later: "Thursday?" – "Friday is better"."""
    monday = before - timedelta(days=before.weekday()) if before else due
    if due >= monday:
        return due
    if not re.search(r"\d", told):
        return due + timedelta(days=-((due - monday).days // 7) * 7)
    months = (date(monday.year + n // 12, n % 12 + 1, 1) for n in range(monday.month - 1, monday.month + 3))
    same = (one + timedelta(days=due.day - 1) for one in months)
    return next((one for one in same if one.day == due.day and one >= monday), due)


def _phrases(words: str, day: date | None) -> list[Phrase]:
    if day is not None:
        found = [p for p in read_dates(words, day) if p.first is None or p.first >= day]
        return found or list(_told(words, day))
    # Without the day of the call only a day that is the same from wherever one looks can be told.
    near, far = read_dates(words, date(2020, 1, 1)), read_dates(words, date(2020, 1, 1) + FAR)
    same = {p.first for p in near} & {p.first for p in far}
    return [Phrase(p.start, p.end, p.kind, p.first if p.first in same else None) for p in near]


def _told(words: str, day: date) -> Iterator[Phrase]:
    """Days that only a promise names: "within the hour", "before the weekend"."""
    for pattern, due in ((_AT_ONCE, day), (_WEEKS_END, day + timedelta(max(0, 4 - day.weekday())))):
        if match := pattern.search(words):
            yield Phrase(*match.span(), "day", due, due)


_CORRECTS = re.compile(
    r"\b(?:no,|make (?:it|that)|sorry|rather|actually|i mean|or better|correction|better)\b|--|–|\bso (?:it (?:will be|is)|that's|on|by)\b",
    re.IGNORECASE,
)


def _meant(words: str, phrases: list[Phrase]) -> Phrase:
    exact = [p for p in phrases if p.kind == "day"]
    good = [p for p in exact if not _REFUSED.search(words[: p.start]) and not _NO_GOOD.match(words[p.end :])] or exact
    if len(good) > 1 and _CORRECTS.search(words[good[0].end : good[-1].start]):
        return good[-1]
    return next(iter(good), phrases[0])


def _is_either(words: str, phrases: list[Phrase]) -> bool:
    """Whether it may be the one day or the other: "Thursday or Friday"."""
    exact = [p for p in phrases if p.kind == "day"]
    return any(
        re.fullmatch(r"\W*(?:or|maybe|perhaps|latest)(?: \w+){0,2}\W*", words[a.end : b.start]) and a.first != b.first
        for a, b in pairwise(exact)
    )


def _is_vague(said: str) -> bool:
    """A week or a month is no day."""
    return (
        re.fullmatch(
            r"(?:next|this|the) (?:week|month|quarter|year)(?: after next)?|(?:the )?week after next",
            said.strip(),
            re.IGNORECASE,
        )
        is not None
    )


def _without(before: str, after: str, words: str, phrases: list[Phrase]) -> str:
    cut = _CORRECTS.search(before)
    corrected = len(phrases) > 1 and cut is not None
    first = _LEAD.search(words[: phrases[0].start])
    return trimmed(words[: first.start()] if first else before) if corrected else trimmed(f"{before} {after}")


def trimmed(words: str) -> str:
    """The words without blanks and signs at their ends."""
    return " ".join(words.split()).replace(" ,", ",").strip(" ,.;:!–-")


_AFTER = re.compile(
    r"^(?:by|on|before|until|no later than|latest|tomorrow|today|next|end of|this|mon|tue|wed|thu|fri)\b", re.I
)
_THEN = re.compile(
    r"^(?:and |so |then )*(?:you|they|it|that|this|those)(?:'ll| will) (?:have|get|see|be|receive|arrive|hear)\b|^(?:i|we)(?:'ll| will| can) do (?:that|it|this)\b",
    re.IGNORECASE,
)
"""how the next sentence tells by when it is there: "We'll keep a spare one here. It'll be there by the 15th." """


def tells_when(words: str) -> bool:
    """Whether a short sentence only tells the day of what was said before it."""
    count = len(words.split())
    return (count <= 7 and _AFTER.match(words) is not None) or (count <= 10 and _THEN.match(words) is not None)
