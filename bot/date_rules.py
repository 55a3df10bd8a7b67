"""The patterns by which days and stretches of days are read, each with how its day is counted (pure, English)."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from dateutil import parser as dateutil_parser
from dateutil.relativedelta import relativedelta

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
TH = {
    word: day
    for day, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
        "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first".split(),
        start=1,
    )
}
_TH = f"(?:{'|'.join(sorted(TH, key=len, reverse=True))})".replace("-", "[- ]")
_CLOSES = r"(?=\s*(?:[,.;:!?)]|$)|\s+(?:at|in|for|then|if|and|or|but|so|would|is|works|suits|with|to)\b)"
"""what may follow "Friday the first", which else counts something: "the first draft" """
_ONCE = r"(?<!\btwice )(?<!\bonce )(?<!\btimes )(?<!\bdays )(?<!\bday )(?<!\bevery )(?<!\bhours )"
"""what makes of "a week" how often something is"""
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


def _end_of_month(today: date, month: str, year: str | None) -> date:
    first = dateutil_parser.parse(f"1 {month} {year or today.year}").date()
    years = 0 if year or (first.year, first.month) >= (today.year, today.month) else 1
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


def _nth(word: str) -> int:
    return TH[word.replace(" ", "-")]


def _later(today: date, day: str, weeks: int) -> date:
    """Weeks after the coming one: "Thursday week", "Monday fortnight"."""
    return _coming(today, day) + timedelta(days=7 * weeks)


def _spelled(today: date, day: str, month: str, year: str | None) -> date:
    """A day in words, such as "the tenth of May"."""
    return _calendar(today, f"{_nth(day)} {month} {year or ''}")


def _calendar(today: date, text: str) -> date:
    found = dateutil_parser.parse(text, default=datetime.combine(today, time())).date()
    has_year = re.search(r"\d{4}", text) is not None
    return found if has_year or found >= today - timedelta(days=60) else found + relativedelta(years=1)


RULES: tuple[tuple[str, Callable[[date, re.Match[str]], date]], ...] = (
    (r"\b(\d{4}-\d{2}-\d{2})\b", lambda today, m: date.fromisoformat(m[1])),
    (r"\b(\d{4})/(\d{2})/(\d{2})\b", lambda today, m: date(int(m[1]), int(m[2]), int(m[3]))),
    (
        rf"\b{_LED}(\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+\d{{4}})?)",
        lambda t, m: _calendar(t, m[1]),
    ),
    (rf"\b{_LED}({_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?)", lambda today, m: _calendar(today, m[1])),
    (rf"\b{_LED}the (\d{{1,2}})(?:st|nd|rd|th)\b(?!\s+of\b)", lambda today, m: _day_of_month(today, int(m[1]))),
    (rf"\b{_DAY},?\s+(\d{{1,2}})(?:st|nd|rd|th)\b(?!\s+of\b)", lambda today, m: _day_of_month(today, int(m[1]))),
    (r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", lambda today, m: date(int(m[3]), int(m[2]), int(m[1]))),
    (rf"\b{_LED}(?:the )?({_TH}) of ({_MONTH})\b(?:,?\s+(\d{{4}}))?", lambda t, m: _spelled(t, m[1], m[2], m[3])),
    (rf"\b{_LED}({_MONTH}) (?:the )?({_TH})\b(?:,?\s+(\d{{4}}))?", lambda t, m: _spelled(t, m[2], m[1], m[3])),
    (rf"\b{_DAY},?\s+the ({_TH})\b{_CLOSES}", lambda t, m: _day_of_month(t, _nth(m[1]))),
    (rf"(?<=\b(?:by|on) )the ({_TH})\b{_CLOSES}", lambda t, m: _day_of_month(t, _nth(m[1]))),
    (
        rf"(?:(?<=\bsay )|(?<=\bfor )|(?<=\btill )|(?<=\buntil )|(?<=\bbefore )|(?<=\bit ))the (?!first|second|third)({_TH})\b{_CLOSES}",
        lambda t, m: _day_of_month(t, _nth(m[1])),
    ),
    (rf"{_ONCE}\ba week (?:on )?({_DAY})\b", lambda t, m: _later(t, m[1], 1)),
    (rf"\b({_DAY}) week\b(?:{_CLOSES}|(?='s\b))", lambda t, m: _later(t, m[1], 1)),
    (rf"\b({_DAY}) (?:fortnight|after next)\b", lambda t, m: _later(t, m[1], 2 if "fort" in m[0] else 1)),
    (r"\b(?:in|within) (?:a|one) fortnight\b", lambda today, m: today + timedelta(days=14)),
    (r"\b(?:the )?day after tomorrow\b", lambda today, m: today + timedelta(days=2)),
    (r"\b(today|tonight|this afternoon|this evening|this morning)\b", lambda today, m: today),
    (r"\btomorrow week\b", lambda today, m: today + timedelta(days=8)),
    (r"\btomorrow\b", lambda today, m: today + timedelta(days=1)),
    (r"\byesterday\b", lambda today, m: today - timedelta(days=1)),
    (rf"\b(?:in|within)\s+{_COUNT}\s+{_UNIT}\b", lambda today, m: _add(today, _count(m[1]), m[2])),
    (rf"\b{_COUNT}\s+{_UNIT}\s+ago\b", lambda today, m: _add(today, -_count(m[1]), m[2])),
    (rf"\b{_COUNT}\s+{_UNIT}\s+from\s+(?:now|today)\b", lambda today, m: _add(today, _count(m[1]), m[2])),
    (rf"\b{_COUNT}\s+weeks?\s+from\s+(?:(next|this)\s+)?({_DAY})\b", _weeks_from),
    (rf"\b({_DAY})\s+(?:of\s+)?next\s+week\b", lambda today, m: _in_week(today, m[1], 1)),
    (r"\bend of next (week|month|quarter|year)\b", lambda today, m: _end_of(_next_period(today, m[1]), m[1])),
    (rf"\bend of ({_MONTH})(?:\s+(\d{{4}}))?\b", lambda today, m: _end_of_month(today, m[1], m[2])),
    (
        r"\b(?:end of (?:the |this )?(?:business )?day|eod|cob)\b(?! (?:on )?(?:mon|tue|wed|thu|fri|tom))",
        lambda t, m: t,
    ),
    (r"\bend of (?:the |this )?(week|month|quarter|year)\b", lambda today, m: _end_of(today, m[1])),
    (r"\b(month|quarter|year)[ -]end\b", lambda today, m: _end_of(today, m[1])),
    (r"\beo([wmqy])\b", lambda t, m: _end_of(t, {"w": "week", "m": "month", "q": "quarter", "y": "year"}[m[1]])),
    (r"\b(?:the )?week after next\b", lambda today, m: _next_period(today, "week") + timedelta(days=7)),
    (r"\blast week\b", lambda today, m: today - timedelta(days=7)),
    (r"\bnext (week|month|quarter|year)\b", lambda today, m: _next_period(today, m[1])),
    (rf"\b(?:(next|last|this|on)\s+)?(?!sat (?:down|in|with|on|at|through)\b)({_DAY})\b", _weekday),
)


def _quarter(today: date, match: re.Match[str]) -> tuple[date, date]:
    year = year_of(match[2]) if match[2] else today.year
    last = date(year, int(match[1]) * 3, 1) + relativedelta(months=1, days=-1)
    if not match[2] and last < today:
        last += relativedelta(years=1, day=31)
    return last + relativedelta(months=-2, day=1), last


def year_of(digits: str) -> int:
    """A year of two or four digits."""
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(today: date, match: re.Match[str]) -> tuple[date, date]:
    """A month, or a third of it: "March", "early March", "mid March", "late March"."""
    last = _end_of_month(today, match[2], match[3])
    days = {"early": (1, 10), "mid": (11, 20), "late": (21, 31), "beginning of": (1, 10)}.get(match[1] or "", (1, 31))
    return last + relativedelta(day=days[0]), last + relativedelta(day=days[1])


def _next(today: date, match: re.Match[str]) -> tuple[date, date]:
    first = _next_period(today, match[1])
    return first, _end_of(first, match[1])


def _this(today: date, match: re.Match[str]) -> tuple[date, date]:
    return today, _end_of(today, match[1])


PERIODS: tuple[tuple[str, Callable[[date, re.Match[str]], tuple[date, date]]], ...] = (
    (r"\bq([1-4])\b(?:\s*(?:of\s+)?(?:fy\s?)?(\d{4}|(?<= )\d{2}\b|(?<=fy)\d{2}\b))?", _quarter),
    (rf"\b(?:(early|mid|late|beginning of)(?:\s+in)?[\s-]+)({_MONTH})\b(?:\s+(\d{{4}}))?", _month),
    (rf"(?<=\b(?:in|by|to|on) )()({_MONTH})\b(?:\s+(\d{{4}}))?(?!\s*\d)", _month),
    (rf"(?<=\b(?:into|from|till) )()({_MONTH})\b(?:\s+(\d{{4}}))?(?!\s*\d)", _month),
    (rf"(?<=\b(?:until|after) )()({_MONTH})\b(?:\s+(\d{{4}}))?(?!\s*\d)", _month),
    (r"\bnext (week|month|quarter|year)\b", _next),
    (r"\bthis (month|quarter|year)\b", _this),
)
"""stretches of days; a bare month counts after a word that leads to one ("by March"), as "may" is a word too"""
