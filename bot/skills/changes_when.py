"""From when to when words ask what changed: “since Monday”, “last week”, “this quarter”, “from 1 November until the 15th”."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.date_rules import COUNTS
from bot.dates import find_dates
from bot.errors import BotError
from bot.pipeline.period import Period, period, period_in

_UNIT = r"(week|month|quarter|year)"
_START = re.compile(
    rf"\b(?:(?:the )?(?:start|beginning|begin|first day) of (?:the |this )?{_UNIT}|{_UNIT}[ -](?:start|begin(?:ning)?)|(?:the|this) {_UNIT} (?:began|started))\b",
    re.IGNORECASE,
)
_WINDOW = re.compile(rf"\b(this|last|previous|past) {_UNIT}\b", re.IGNORECASE)
_BACK = re.compile(
    rf"\b(?:in |over |during |within )?(?:the )?(?:last|past) (\d{{1,3}}|{'|'.join(COUNTS)}) (day|week|month|quarter)s?\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:since|from|after)\b\s*(?P<day>.*)", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|up to|through|to)\b\s+(?P<day>.*)", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(?:on |this )?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*$", re.IGNORECASE)
_AHEAD = re.compile(
    r"(?:(?:the )?day after )?tomorrow\b|(?:the )?(?:next|coming)\b|in (?:a|an|\d+|\w+) (?:day|week|month|year)",
    re.IGNORECASE,
)
"""a day that was never meant as past"""
_NTH = re.compile(r"^(?:[a-z]+,? )?the \d{1,2}(?:st|nd|rd|th)$", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """The first day of which changes are told, the last one, and the period whose pipeline it is."""

    since: date
    until: date | None
    """None: until now"""
    period: Period


def span_in(text: str, today: date) -> Span:
    """Read the days and the period out of words; by default this week, or the last one on a Monday, and this quarter."""
    rest, until = _until(text, today)
    since, upto, rest, named = _since(rest, today)
    span = Span(since, until or upto, named or period_in(rest, today) or period("quarter", today))
    _check(span, today)
    return span if span.until and span.until < today else Span(span.since, None, span.period)


def readable(words: str, today: date) -> bool:
    """Whether words are one day."""
    return past_day(words, today) is not None


def past_day(words: str, today: date) -> date | None:
    """The day that words are, the last one of that name; None where they are none, or say more."""
    found = _day(words.strip(), today)
    return found[0] if found and not found[1].strip(" .,") else None


def _check(span: Span, today: date) -> None:
    if span.since > today:
        raise BotError(f"{span.since} is still to come; name a day that has passed, such as “since Monday”.")
    if span.until and span.until < span.since:
        raise BotError(f"The last day, {span.until}, lies before the first one, {span.since}; turn them round.")


def _until(text: str, today: date) -> tuple[str, date | None]:
    """(the words without it, the last day) where one is named."""
    match = _UNTIL.search(text)
    found = _day(match["day"], today) if match else None
    if match is None or found is None:
        return text, None
    return f"{text[: match.start()]} {found[1]}", found[0]


def _since(text: str, today: date) -> tuple[date, date | None, str, Period | None]:
    """(first day, last day, the words without them, the period where the words mean it too)."""
    if match := _BACK.search(text):
        count = COUNTS.get(match[1].lower()) or int(match[1])
        months = {"month": 1, "quarter": 3}.get(match[2].lower(), 0) * count
        days = {"day": 1, "week": 7}.get(match[2].lower(), 0) * count
        return today - relativedelta(months=months, days=days), None, _cut(text, match), None
    if (match := _SINCE.search(text)) and (found := _day(match["day"], today)) is not None:
        return found[0], None, f"{text[: match.start()]} {found[1]}", None
    if match := _WINDOW.search(text):
        return _window(match, text, today)
    if found_days := find_dates(text, today):
        begins, ends, day = found_days[0]
        return _past(text[begins:ends], day, today), None, f"{text[:begins]} {text[ends:]}", None
    named = period_in(text, today)
    if named and named.first <= today:
        return named.first, named.last, text, named
    return usual(today), None, text, None


def _cut(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _window(match: re.Match[str], text: str, today: date) -> tuple[date, date | None, str, Period | None]:
    """A week, month, quarter or year that is or was; a quarter and a year are the period too."""
    unit, steps = match[2].lower(), 0 if match[1].lower() == "this" else -1
    if unit == "week":
        first = today - timedelta(days=today.weekday() - 7 * steps)
        return first, first + timedelta(days=6), _cut(text, match), None
    named = period(unit, today, steps)
    return named.first, named.last, _cut(text, match), None if unit == "month" else named


def _day(words: str, today: date) -> tuple[date, str] | None:
    """(the day, what is left of the words) where the words begin with one."""
    if match := _START.match(words):
        unit = next(part for part in match.groups() if part).lower()
        first = today - timedelta(days=today.weekday()) if unit == "week" else period(unit, today).first
        return first, words[match.end() :]
    if match := re.match(_WINDOW, words):
        return _window(match, words, today)[0], words[match.end() :]
    found = [one for one in find_dates(words, today) if not words[: one[0]].strip(" ,")]
    if not found:
        named = re.match(r"(?:q[1-4](?: \d{4})?|[a-z]+(?: \d{4})?)$", words.strip(" ?.!"), re.IGNORECASE)
        span = period_in(words, today) if named else None
        return (span.first, "") if span and span.first <= today else None
    begins, ends, day = found[0]
    return _past(words[begins:ends], day, today), words[ends:]


def _past(words: str, day: date, today: date) -> date:
    """The day that was: “Monday” said on a Monday is the one before, “1 November” that of this year or the last."""
    said = words.strip()
    if _AHEAD.match(said):
        return day
    if _WEEKDAY.match(said):
        while day >= today:
            day -= timedelta(days=7)
    elif day > today and not re.search(r"\d{4}", said):
        day -= relativedelta(months=1) if _NTH.match(said) else relativedelta(years=1)
    return day


def usual(today: date) -> date:
    """The Monday of this week; on a Monday the last one."""
    return today - timedelta(days=today.weekday() or 7)
