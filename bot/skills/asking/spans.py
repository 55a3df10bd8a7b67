"""Stretches of days in a question: "this quarter", "in the next 30 days", "before 15 December", "since Monday" (pure)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.date_rules import COUNTS
from bot.dates import find_dates
from bot.pipeline.period import period_in
from bot.skills.asking.words import Text

_N = rf"(?P<n>\d{{1,4}}|{'|'.join(COUNTS)}|couple of|few)"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year)s?"
BACK = r"(?:in|within|for|over|during|since|of)?\s*(?:the )?(?:last|past|previous)"
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_CALENDAR = (
    r"(?:this|current|the|next|last|previous|past)\s+(?:month|quarter|year)|"
    rf"q[1-4](?:\s*[/-]?\s*(?:fy\s?)?(?:\d{{4}}|\d{{2}})\b)?|20\d{{2}}|(?:{_MONTH})(?:\s+20\d{{2}})?"
)
_LEADING = re.compile(
    r"\b(in|for|of|during|by|before|until|since|after|from|at|over)\s+(?:the )?(end of (?:the )?)?$", re.IGNORECASE
)
DATE_LED = (
    (r"\b(?:by|until|till|up to|no later than|not later than|on or before)\s+(?:the )?$", "to"),
    (r"\b(?:before|earlier than|prior to)\s+(?:the )?$", "before"),
    (r"\b(?:after|later than)\s+(?:the )?$", "after"),
    (r"\b(?:since|from|starting|on or after)\s+(?:the )?$", "from"),
    (r"\b(?:on|for)?\s*(?:the )?$", "on"),
)

CHRISTMAS = re.compile(r"\b(?:christmas|xmas)(?: day)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """Days, both ends included; an open end is None."""

    first: date | None = None
    last: date | None = None


def number(word: str) -> int:
    """A count as written."""
    return int(word) if word.isdigit() else {"couple of": 2, "few": 3}.get(word.lower()) or COUNTS[word.lower()]


def days_of(count: int, unit: str, today: date) -> int:
    """So many units back from today, in days."""
    return (today - back(count, unit, today)).days


def back(count: int, unit: str, today: date) -> date:
    """The day so many units before."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit.lower())
    if months:
        return today - relativedelta(months=count * months)
    return today - timedelta(days=count * {"week": 7, "fortnight": 14}.get(unit.lower(), 1))


def ahead(count: int, unit: str, today: date) -> date:
    """The day so many units later."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit.lower())
    if months:
        return today + relativedelta(months=count * months)
    return today + timedelta(days=count * {"week": 7, "fortnight": 14}.get(unit.lower(), 1))


def take_span(text: Text, today: date) -> Span | None:
    """The stretch of days that a question names, taken out; None where it names none."""
    text.left = CHRISTMAS.sub("25 December", text.left)
    return (
        _half(text, today)
        or _relative(text, today)
        or _week(text, today)
        or _dated(text, today)
        or _period(text, today)
    )


_HALF = re.compile(
    r"\b(?:in |of |during |within |for )?(?:the )?(?:(?P<n>first|second|1st|2nd|latter) half(?: of)?(?: the)?|h(?P<h>[12]))(?: |/|-)?(?P<year>20\d{2}|this year|last year|next year|year)?(?!\w)",
    re.IGNORECASE,
)


def _half(text: Text, today: date) -> Span | None:
    """A half of a year."""
    m = _HALF.search(text.left)
    if m is None:
        return None
    text.cut(*m.span())
    told = (m["year"] or "").lower()
    year = int(told) if told.isdigit() else today.year + {"last year": -1, "next year": 1}.get(told, 0)
    first = m["h"] == "1" or (m["n"] or "").lower() in ("first", "1st")
    return Span(date(year, 1, 1), date(year, 6, 30)) if first else Span(date(year, 7, 1), date(year, 12, 31))


def _relative(text: Text, today: date) -> Span | None:
    if m := text.take(rf"\b(?:in|within|over|during)?\s*(?:the )?(?:next|coming|following) {_N} {_UNIT}\b"):
        return Span(today, ahead(number(m["n"]), m["unit"], today))
    if m := text.take(rf"\b{BACK} {_N} {_UNIT}\b"):
        return Span(back(number(m["n"]), m["unit"], today), today)
    if m := text.take(rf"\b(?:in|within) {_N} {_UNIT}\b"):
        return Span(today, ahead(number(m["n"]), m["unit"], today))
    return None


def _week(text: Text, today: date) -> Span | None:
    m = text.take(
        r"\b(?:in |for |of |during )?(?:the )?(?P<which>this|current|next|last|previous|past|coming) week(?:['’]s)?\b"
    )
    if m is None:
        return None
    steps = {"next": 1, "coming": 1, "last": -1, "previous": -1, "past": -1}.get(m["which"].lower(), 0)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * steps)
    return Span(monday, monday + timedelta(days=6))


def _dated(text: Text, today: date) -> Span | None:
    """One day or two, with the word before that tells which side counts."""
    found = find_dates(text.left, today)
    if not found:
        return None
    start, end, day = found[0]
    both = _between(text, start, end, found[1][0] if len(found) > 1 else None)
    if both is not None:
        text.cut(both, found[1][1])
        return Span(day, found[1][2])
    for pattern, side in DATE_LED:
        if m := re.search(pattern, text.left[:start], re.IGNORECASE):
            if side == "on" and re.search(r"\b(?:week|month|quarter|year)\b", text.left[start:end], re.IGNORECASE):
                return None  # "next month" as a day is no answer to "closing next month"
            if side == "before" and re.match(r"(?:the )?end\b", text.left[start:end], re.IGNORECASE):
                side = "to"  # the month's last day still is before its end
            text.cut(m.start(), end)
            return _sided(side, _gone(day, today) if "since" in m[0].lower() else day)
    return None


def _gone(day: date, today: date) -> date:
    """The day since which something is: it was, so that 1 September in March is last year's."""
    return day - relativedelta(years=1) if day > today else day


def _between(text: Text, start: int, end: int, second: int | None) -> int | None:
    """Where "between" or "from" begins that leads to two days."""
    led = re.search(r"\b(?:between|from)\s+(?:the )?$", text.left[:start], re.IGNORECASE)
    joins = second is not None and re.fullmatch(
        r"\s+(?:and|to|until|till|through|-)\s+(?:the )?", text.left[end:second], re.IGNORECASE
    )
    return led.start() if led and joins else None


def _sided(side: str, day: date) -> Span:
    one = timedelta(days=1)
    spans = {"to": Span(None, day), "before": Span(None, day - one), "after": Span(day + one), "from": Span(day)}
    return spans.get(side, Span(day, day))


def _period(text: Text, today: date) -> Span | None:
    """A calendar month, quarter or year, with the word before that tells which side counts."""
    for m in re.finditer(rf"\b(?:{_CALENDAR})(?:['’]s)?(?!\w)", text.left, re.IGNORECASE):
        words = re.sub(r"['’]s$", "", m[0])
        led = _LEADING.search(text.left[: m.start()])
        named = re.match(r"(?:['’]s)? (?:deals|renewals|wins|meetings|calls)\b", text.left[m.end() :], re.IGNORECASE)
        if re.fullmatch(_MONTH, words, re.IGNORECASE) and not led and not named:
            continue  # "deals that may close"
        if found := period_in(f"in {words}", today) or period_in(words, today):
            return _cut_period(text, m.start(), m.end(), (found.first, found.last))
    return None


def _cut_period(text: Text, start: int, end: int, days: tuple[date, date]) -> Span:
    lead = _LEADING.search(text.left[:start])
    text.cut(lead.start() if lead else start, end)
    first, last = days
    word = lead[1].lower() if lead else ""
    if word in ("by", "until") or (word == "before" and lead and lead[2]):
        return Span(None, last)
    if word == "before":
        return Span(None, first - timedelta(days=1))
    if word in ("since", "from"):
        return Span(first)
    return Span(last + timedelta(days=1)) if word == "after" else Span(first, last)
