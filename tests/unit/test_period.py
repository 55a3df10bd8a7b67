"""Periods as managers say them, at the edges of quarters and years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.period import MONTHS, period, period_in, without_period

NOVEMBER = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("words", "name", "first", "last"),
    [
        ("how does the quarter look?", "Q4 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("this quarter", "Q4 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("next quarter", "Q1 2027", date(2027, 1, 1), date(2027, 3, 31)),
        ("last quarter", "Q3 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("this month", "November 2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("next year", "2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("in 2028", "2028", date(2028, 1, 1), date(2028, 12, 31)),
        ("pipeline for Q1", "Q1 2027", date(2027, 1, 1), date(2027, 3, 31)),
        ("pipeline for Q3", "Q3 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("Q2 2025", "Q2 2025", date(2025, 4, 1), date(2025, 6, 30)),
        ("Q2/25", "Q2 2025", date(2025, 4, 1), date(2025, 6, 30)),
        ("pipeline for February", "February 2027", date(2027, 2, 1), date(2027, 2, 28)),
        ("December", "December 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("in dec", "December 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("2025-Q1", "Q1 2025", date(2025, 1, 1), date(2025, 3, 31)),
        ("pipeline of 2025 Q1", "Q1 2025", date(2025, 1, 1), date(2025, 3, 31)),
        ("Q1 of 2025", "Q1 2025", date(2025, 1, 1), date(2025, 3, 31)),
        ("pipeline of the first quarter 2025", "Q1 2025", date(2025, 1, 1), date(2025, 3, 31)),
        ("how does the 4th quarter look?", "Q4 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-11", "November 2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("pipeline November 2025", "November 2025", date(2025, 11, 1), date(2025, 11, 30)),
        ("in february 2028", "February 2028", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_period_in_words(words: str, name: str, first: date, last: date) -> None:
    found = period_in(words, NOVEMBER)
    assert found is not None
    assert (found.name, found.first, found.last) == (name, first, last)


@pytest.mark.parametrize("words", ["", "show me the pipeline", "EMEA team", "you may show it", "march on"])
def test_no_period(words: str) -> None:
    assert period_in(words, NOVEMBER) is None


@given(st.dates(date(1990, 1, 1), date(2100, 12, 1)), st.sampled_from(sorted(MONTHS)), st.integers(-8, 8))
def test_periods_follow_each_other_without_a_gap(day: date, unit: str, steps: int) -> None:
    one, after = period(unit, day, steps), period(unit, day, steps + 1)
    assert one.last + timedelta(days=1) == after.first
    assert period(unit, day).holds(day)
    assert not one.holds(None)


@pytest.mark.parametrize(
    ("words", "left"),
    [("EMEA next quarter", "EMEA"), ("EMEA for Q1 2027", "EMEA"), ("next quarter", ""), ("the quarter", ""),
     ("December", ""), ("Mid-Market in December 2026", "Mid-Market"), ("2027", ""), ("Q3", ""),
     ("EMEA 2025-Q1", "EMEA"), ("EMEA in Q1 of 2025", "EMEA"), ("EMEA in the first quarter of 2025", "EMEA"),
     ("EMEA 2026-11", "EMEA"), ("EMEA November 2025", "EMEA")],
)  # fmt: skip
def test_what_is_left_beside_a_period(words: str, left: str) -> None:
    assert without_period(words) == left
