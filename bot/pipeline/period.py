"""Periods that a manager names: this, next or last quarter, month or year, "Q1 2027", "March" (pure)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONTH = "|".join(f"{name.lower()}|{name.lower()[:3]}" for name in calendar.month_name[1:])
_SPAN = re.compile(r"\b(?:(this|current|the|next|last|previous|past)\s+)(month|quarter|year)\b", re.IGNORECASE)
_QUARTER = re.compile(
    r"\b(?:(20\d{2})\s*[/-]?\s*)?q([1-4])(?:\s*(?:[/-]|of\s+(?=\d{4}))?\s*(?:fy\s?)?(\d{4}|\d{2})\b)?(?!\w)",
    re.IGNORECASE,
)
_ORDINALS = {"fi": 1, "1s": 1, "se": 2, "2n": 2, "th": 3, "3r": 3, "fo": 4, "4t": 4}
_WORDED = re.compile(
    r"\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter\b(?:\s+(?:of\s+)?(\d{4})\b)?", re.IGNORECASE
)
_NUMBERED = re.compile(r"\b(20\d{2})-(0?[1-9]|1[0-2])\b(?!-?\d)")
_DATED = re.compile(rf"()\b({_MONTH})\s+(\d{{4}})\b", re.IGNORECASE)
_NAMED = re.compile(rf"\b(in|for|of|to)\s+({_MONTH})\b(?:\s+(\d{{4}}))?", re.IGNORECASE)
_ALONE = re.compile(rf"\s*()({_MONTH})\b(?:\s+(\d{{4}}))?[\s.?!]*", re.IGNORECASE)
_YEAR = re.compile(r"\b(20\d{2})\b")


@dataclass(frozen=True)
class Period:
    """A stretch of whole calendar days, both ends included."""

    first: date
    last: date
    name: str

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it; a missing one does not."""
        return day is not None and self.first <= day <= self.last

    @property
    def told(self) -> str:
        """Name and both ends."""
        return f"{self.name} ({self.first} to {self.last})"


def period_in(text: str, today: date) -> Period | None:
    """The period that a text names; None where it names none."""
    if match := _QUARTER.search(text):
        return _quarter(int(match[2]), match[1] or match[3], today)
    if match := _WORDED.search(text):
        return _quarter(_ORDINALS[match[1][:2].lower()], match[2], today)
    if match := _SPAN.search(text):
        return period(match[2].lower(), today, _steps(match[1].lower()))
    if match := _DATED.search(text) or _NAMED.search(text) or _ALONE.fullmatch(text):
        return _month(match[2], match[3], today)
    if match := _NUMBERED.search(text):
        return period("month", date(int(match[1]), int(match[2]), 1))
    if match := _YEAR.search(text):
        return period("year", date(int(match[1]), 1, 1))
    return None


def without_period(text: str) -> str:
    """The words without the period that they name, nor the word that leads to it."""
    for pattern in (_QUARTER, _WORDED, _SPAN, _DATED, _NAMED, _NUMBERED, _YEAR):
        text = re.sub(rf"(?:\b(?:for|in|of|at|by)\s+(?:the\s+)?)?(?:{pattern.pattern})", " ", text, flags=re.IGNORECASE)
    return " ".join(re.sub(r"\b(?:the|month|quarter|year)\b", " ", _ALONE.sub("", text), flags=re.IGNORECASE).split())


def period(unit: str, today: date, steps: int = 0) -> Period:
    """The calendar month, quarter or year of a day, or the one so many steps later."""
    months = MONTHS[unit]
    first = date(today.year, (today.month - 1) // months * months + 1, 1) + relativedelta(months=steps * months)
    return Period(first, first + relativedelta(months=months, days=-1), _name(unit, first))


def _steps(word: str) -> int:
    return {"next": 1, "last": -1, "previous": -1, "past": -1}.get(word, 0)


def _name(unit: str, first: date) -> str:
    if unit == "month":
        return f"{first:%B %Y}"
    return f"Q{(first.month + 2) // 3} {first.year}" if unit == "quarter" else str(first.year)


def _quarter(number: int, year: str | None, today: date) -> Period:
    """A quarter of a year; without one, that which lies nearest, as "Q1" in November is the coming one."""
    if year:
        return period("quarter", date(int(year) + (2000 if len(year) == 2 else 0), number * 3, 1))
    return _nearest([date(today.year + step, number * 3, 1) for step in (-1, 0, 1)], "quarter", today)


def _month(name: str, year: str | None, today: date) -> Period:
    number = next(i for i in range(1, 13) if calendar.month_name[i].lower().startswith(name.lower()))
    if year:
        return period("month", date(int(year), number, 1))
    return _nearest([date(today.year + step, number, 1) for step in (-1, 0, 1)], "month", today)


def _nearest(days: list[date], unit: str, today: date) -> Period:
    found = [period(unit, day) for day in days]
    return min(found, key=lambda p: (abs((p.first - today).days + (p.last - today).days), -p.first.toordinal()))
