"""Dates as sellers write them: "Tuesday", "in two weeks", "the 30th", "end of the quarter" (pure, English)."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from bot.date_rules import PERIODS, RULES, year_of
from bot.errors import BotError


@dataclass(frozen=True)
class Phrase:
    """Words that name a day, a stretch of days, or a day that cannot be told."""

    start: int
    end: int
    kind: Literal["day", "period", "ambiguous", "impossible"]
    first: date | None = None
    last: date | None = None
    """of a day both are that day"""
    options: tuple[date, ...] = ()
    """of an ambiguous one: the days it may mean"""


_NUMERIC = re.compile(r"(?<![\d/.,-])(\d{1,2})([/-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/-])")
"""the European or the American order of day and month"""


def read_dates(text: str, today: date) -> list[Phrase]:
    """Every phrase of time in order; also stretches, days of two readings, and days that no calendar has."""
    low = _small(text)
    days = _days(low, today)
    found = {span: Phrase(*span, "day" if day else "impossible", day, day) for span, day in days.items()}
    for pattern, period in PERIODS:
        for match in re.finditer(pattern, low):
            if _is_free(match, [span for span in found if span != match.span()]):
                found[match.span()] = _stretch(match, period, today)
    for match in _NUMERIC.finditer(low):
        phrase = _numeric(match, today) if _is_free(match, found) else None
        if phrase:
            found[match.span()] = phrase
    return [found[span] for span in sorted(found)]


def _stretch(match: re.Match[str], rule: Callable[[date, re.Match[str]], tuple[date, date]], today: date) -> Phrase:
    try:
        return Phrase(*match.span(), "period", *rule(today, match))
    except (ValueError, OverflowError):
        return Phrase(*match.span(), "impossible")


def _numeric(match: re.Match[str], today: date) -> Phrase | None:
    """A day by figures: one where only one order fits, else the two that it may be."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    if (match[2] == "-" and not year) or match[0] in ("24/7", "50/50"):
        return None
    days = {day for day in (_on(first, second, year, today), _on(second, first, year, today)) if day}
    if not days:
        return Phrase(*match.span(), "impossible") if year else None
    one = next(iter(days)) if len(days) == 1 else None
    return Phrase(*match.span(), "day" if one else "ambiguous", one, one, tuple(sorted(days)) if not one else ())


def _on(day: int, month: int, year: str | None, today: date) -> date | None:
    try:
        found = date(year_of(year) if year else today.year, month, day)
        return found if year or found >= today - timedelta(days=60) else found + relativedelta(years=1)
    except (ValueError, OverflowError):
        return None


def long_date(day: date) -> str:
    """A day in words that no order of figures can confuse: "30 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def find_dates(text: str, today: date) -> list[tuple[int, int, date]]:
    """Return (start, end, date) of every phrase that means one day, in order; phrases do not overlap."""
    days = _days(_small(text), today)
    return sorted((*span, day) for span, day in days.items() if day)


def _small(text: str) -> str:
    """The text in lower case, with places as they were."""
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def _days(low: str, today: date) -> dict[tuple[int, int], date | None]:
    found: dict[tuple[int, int], date | None] = {}
    for pattern, rule in RULES:
        for match in re.finditer(pattern, low):
            if _is_free(match, found):
                found[match.span()] = _read(match, rule, today)
    return found


def _is_free(match: re.Match[str], found: Collection[tuple[int, int]]) -> bool:
    return all(match.end() <= start or match.start() >= end for start, end in found)


def _read(match: re.Match[str], rule: Callable[[date, re.Match[str]], date], today: date) -> date | None:
    try:
        return rule(today, match)
    except (ValueError, OverflowError):
        return None  # "the 31st of June" is no date, and no part of it is one; the caller asks for one


def parse_date(text: str, today: date) -> date:
    """Read one date phrase; raise BotError where it holds none."""
    found = [day for _, _, day in find_dates(text, today)]
    found += [phrase.first for phrase in read_dates(text, today) if phrase.kind == "day" and phrase.first]
    if not found:
        raise BotError(f'"{text}" is no date I can read; write it like 2026-12-04, "Tuesday" or "in two weeks".')
    return found[0]
