"""Periods as people say them, and the days that they mean."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Words, the days they mean, and how an answer calls these."""

    words: str
    first: date
    last: date
    name: str


def spans(today: date) -> list[Span]:
    """Quarters, months and years: past, present and to come."""
    quarter = _quarter(today)
    before, after = _quarter(quarter.first - timedelta(days=1)), _quarter(quarter.last + timedelta(days=1))
    month = _month(today)
    earlier = _quarter(before.first - timedelta(days=1))
    return [
        *[_said("this quarter", quarter)] * 3, _said("", quarter), _said("next quarter", after),
        *[_said("last quarter", before)] * 2, _said(f"in {earlier.name}", earlier), _said("this month", month),
        _said(f"in {month.name}", month), _said("last month", _month(month.first - timedelta(days=1))),
        _said("this year", _year(today.year)), _said(f"in {today.year - 1}", _year(today.year - 1)),
        _said(f"in {today.year + 1}", _year(today.year + 1)),
    ]  # fmt: skip


def spans_before(span: Span, count: int) -> list[Span]:
    """The periods before one that are of its kind, the nearest first."""
    kinds: dict[int, Callable[[date], Span]] = {1: _month, 3: _quarter, 12: lambda day: _year(day.year)}
    of = kinds[span.last.month - span.first.month + 1]
    found = [span]
    for _ in range(count):
        found.append(of(found[-1].first - timedelta(days=1)))
    return found[1:]


def _said(words: str, span: Span) -> Span:
    return Span(words, span.first, span.last, span.name)


def _quarter(day: date) -> Span:
    number = (day.month + 2) // 3
    last = number * 3
    return Span(
        "", date(day.year, last - 2, 1), date(day.year, last, monthrange(day.year, last)[1]), f"Q{number} {day.year}"
    )


def _month(day: date) -> Span:
    last = monthrange(day.year, day.month)[1]
    return Span("", day.replace(day=1), day.replace(day=last), f"{MONTHS[day.month - 1]} {day.year}")


def _year(year: int) -> Span:
    return Span("", date(year, 1, 1), date(year, 12, 31), str(year))
