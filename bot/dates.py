"""Dates as sellers write them: "Tuesday", "in two weeks", "the 30th", "end of the quarter" (pure, English)."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from dateutil import parser as dateutil_parser
from dateutil.relativedelta import relativedelta

from bot.errors import BotError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTS = {
    "a": 1, "an": 1, "one": 1, "a couple of": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
_DAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_UNIT = r"(day|week|month|quarter|year)s?"
_COUNT = rf"(\d{{1,3}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_LED = rf"(?:{_DAY},?\s+(?:the\s+)?)?"
"""a weekday in front of a calendar date is part of it: "Friday, 4 December"; the date counts"""


def _count(word: str) -> int:
    return COUNTS.get(word) or int(word)


def _add(today: date, count: int, unit: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months:
        return today + relativedelta(months=count * months)
    return today + timedelta(days=count * (7 if unit == "week" else 1))


def _which(day: str) -> int:
    return next(i for i, name in enumerate(WEEKDAYS) if name.startswith(day[:3]))


def _in_week(today: date, day: str, weeks: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + _which(day))


def _weeks_from(today: date, match: re.Match[str]) -> date:
    start = _in_week(today, match[3], 1) if match[2] == "next" else _coming(today, match[3])
    return start + timedelta(days=7 * _count(match[1]))


def _coming(today: date, day: str) -> date:
    return today + timedelta(days=(_which(day) - today.weekday()) % 7 or 7)


def _weekday(today: date, match: re.Match[str]) -> date:
    word = (match[1] or "").strip()
    if word == "last":
        return today - timedelta(days=(today.weekday() - _which(match[2])) % 7 or 7)
    return _in_week(today, match[2], 1) if word == "next" else _coming(today, match[2])


def _end_of(today: date, unit: str) -> date:
    if unit == "week":
        return today + timedelta(days=(4 - today.weekday()) % 7)
    months = {"month": today.month, "quarter": (today.month + 2) // 3 * 3, "year": 12}[unit]
    return date(today.year, months, 1) + relativedelta(months=1, days=-1)


def _end_of_month(today: date, match: re.Match[str]) -> date:
    first = dateutil_parser.parse(f"1 {match[1]} {match[2] or today.year}").date()
    years = 0 if match[2] or (first.year, first.month) >= (today.year, today.month) else 1
    return first + relativedelta(years=years, months=1, days=-1)


def _next_period(today: date, unit: str) -> date:
    if unit == "week":
        return today + timedelta(days=7 - today.weekday())
    first = date(today.year, (today.month + 2) // 3 * 3 if unit == "quarter" else today.month, 1)
    return date(today.year + 1, 1, 1) if unit == "year" else first + relativedelta(months=1)


def _day_of_month(today: date, day: int) -> date:
    for months in range(3):
        start = date(today.year, today.month, 1) + relativedelta(months=months)
        found = start + relativedelta(day=day)
        if found.day == day and found >= today:
            return found
    raise ValueError(f"no month has a day {day}")


def _calendar(today: date, text: str) -> date:
    found = dateutil_parser.parse(text, default=datetime.combine(today, time())).date()
    has_year = re.search(r"\d{4}", text) is not None
    return found if has_year or found >= today - timedelta(days=60) else found + relativedelta(years=1)


_RULES: tuple[tuple[str, Callable[[date, re.Match[str]], date]], ...] = (
    (r"\b(\d{4}-\d{2}-\d{2})\b", lambda today, m: date.fromisoformat(m[1])),
    (
        rf"\b{_LED}(\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+\d{{4}})?)",
        lambda t, m: _calendar(t, m[1]),
    ),
    (rf"\b{_LED}({_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?)", lambda today, m: _calendar(today, m[1])),
    (r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", lambda today, m: date(int(m[3]), int(m[2]), int(m[1]))),
    (r"\b(?:the )?day after tomorrow\b", lambda today, m: today + timedelta(days=2)),
    (r"\b(today|tonight|this afternoon|this morning)\b", lambda today, m: today),
    (r"\btomorrow\b", lambda today, m: today + timedelta(days=1)),
    (r"\byesterday\b", lambda today, m: today - timedelta(days=1)),
    (rf"\b(?:in|within)\s+{_COUNT}\s+{_UNIT}\b", lambda today, m: _add(today, _count(m[1]), m[2])),
    (rf"\b{_COUNT}\s+{_UNIT}\s+ago\b", lambda today, m: _add(today, -_count(m[1]), m[2])),
    (rf"\b{_COUNT}\s+{_UNIT}\s+from\s+(?:now|today)\b", lambda today, m: _add(today, _count(m[1]), m[2])),
    (rf"\b{_COUNT}\s+weeks?\s+from\s+(?:(next|this)\s+)?({_DAY})\b", _weeks_from),
    (rf"\b({_DAY})\s+(?:of\s+)?next\s+week\b", lambda today, m: _in_week(today, m[1], 1)),
    (r"\bend of next (week|month|quarter|year)\b", lambda today, m: _end_of(_next_period(today, m[1]), m[1])),
    (rf"\bend of ({_MONTH})(?:\s+(\d{{4}}))?\b", _end_of_month),
    (
        r"\b(?:end of (?:the |this )?(?:business )?day|eod|cob)\b(?! (?:on )?(?:mon|tue|wed|thu|fri|tom))",
        lambda t, m: t,
    ),
    (r"\bend of (?:the |this )?(week|month|quarter|year)\b", lambda today, m: _end_of(today, m[1])),
    (r"\beo([wmqy])\b", lambda t, m: _end_of(t, {"w": "week", "m": "month", "q": "quarter", "y": "year"}[m[1]])),
    (r"\b(?:the )?week after next\b", lambda today, m: _next_period(today, "week") + timedelta(days=7)),
    (r"\blast week\b", lambda today, m: today - timedelta(days=7)),
    (r"\bnext (week|month|quarter|year)\b", lambda today, m: _next_period(today, m[1])),
    (rf"\b(?:(next|last|this|on)\s+)?(?!sat (?:down|in|with|on|at|through)\b)({_DAY})\b", _weekday),
    (r"\bthe (\d{1,2})(?:st|nd|rd|th)\b", lambda today, m: _day_of_month(today, int(m[1]))),
)


def find_dates(text: str, today: date) -> list[tuple[int, int, date]]:
    """Return (start, end, date) of every date phrase, in order; phrases do not overlap."""
    found: dict[tuple[int, int], date | None] = {}
    low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)  # places stay what they were
    for pattern, rule in _RULES:
        for match in re.finditer(pattern, low):
            if all(match.end() <= start or match.start() >= end for start, end in found):
                found[match.span()] = _read(match, rule, today)
    return sorted((*span, day) for span, day in found.items() if day)


def _read(match: re.Match[str], rule: Callable[[date, re.Match[str]], date], today: date) -> date | None:
    try:
        return rule(today, match)
    except (ValueError, OverflowError):
        return None  # "the 31st of June" is no date, and no part of it is one; the caller asks for one


def parse_date(text: str, today: date) -> date:
    """Read one date phrase; raise BotError where it holds none."""
    found = find_dates(text, today)
    if not found:
        raise BotError(f'"{text}" is no date I can read; write it like 2026-12-04, "Tuesday" or "in two weeks".')
    return found[0][2]
