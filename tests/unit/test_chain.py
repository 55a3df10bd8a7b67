"""Days counted back in working days: what must hold for any chain, and what is refused."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError
from bot.skills.chain import Step, between, count_back, earlier, is_working, later
from bot.skills.milestones import usual

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
MONDAY = date(2026, 11, 16)
STEPS = [Step("a", "A", 5), Step("b", "B", 10), Step("c", "C", 5)]


@given(DAYS, st.integers(0, 300))
def test_forth_and_back_is_where_one_began(day: date, count: int) -> None:
    if is_working(day):
        assert earlier(later(day, count), count) == day
        assert later(earlier(day, count), count) == day
        assert between(day, later(day, count)) == count
    assert is_working(later(day, count))
    assert is_working(earlier(day, count)) or count == 0


@given(DAYS, st.integers(1, 900), st.lists(st.integers(1, 40), min_size=1, max_size=9))
def test_a_chain_is_in_order_ends_on_its_day_and_never_lies_behind(today: date, ahead: int, takes: list[int]) -> None:
    steps = [Step(str(k), f"Step {k}", n) for k, n in enumerate(takes)]
    end = today + timedelta(days=ahead)
    chain = count_back(steps, end, today)
    days = [row.day for row in chain.rows]
    assert days == sorted(days)
    assert days[-1] == end
    assert min(days) >= today
    # The go-live alone may be a weekend, and what has no working day left before it.
    assert all(is_working(day) for day in days if day != end)
    assert bool(chain.tight) == (between(today, end) < sum(takes))
    if not chain.tight:
        assert all(row.usual is None for row in chain.rows)
        gaps = [between(a, b) for a, b in pairwise(days)]
        assert gaps == takes[1:] or not is_working(end)


@given(DAYS, st.integers(150, 400), st.integers(1, 140))
def test_a_fixed_step_stands_and_what_is_before_it_is_counted_back_from_it(today: date, ahead: int, at: int) -> None:
    end, day = today + timedelta(days=ahead), later(today, at * 5 // 7 + 1)
    chain = count_back(usual().steps, end, today, {"signature": day})
    by_key = {row.step.key: row for row in chain.rows}
    assert by_key["signature"].day == day
    assert by_key["golive"].day == end
    if "signature" not in chain.tight:
        assert by_key["commercial"].day == earlier(day, 5)
    assert [row.day for row in chain.rows] == sorted(row.day for row in chain.rows)


def test_the_usual_chain_of_a_day_with_time() -> None:
    chain = count_back(usual().steps, date(2027, 4, 1), MONDAY)
    assert [(row.step.name, row.day.isoformat()) for row in chain.rows] == [
        ("Evaluation complete", "2027-01-07"),
        ("Security and legal review complete", "2027-01-28"),
        ("Commercial terms agreed", "2027-02-11"),
        ("Contract signed", "2027-02-18"),
        ("Kick-off", "2027-02-25"),
        ("Data and configuration ready", "2027-03-18"),
        ("Users trained", "2027-03-25"),
        ("Go-live", "2027-04-01"),
    ]
    assert (chain.needs, chain.has, dict(chain.tight), chain.earliest) == (70, 98, {}, date(2027, 2, 22))


def test_too_little_time_is_shared_out_and_says_what_the_usual_time_asks_for() -> None:
    chain = count_back(STEPS, date(2026, 11, 27), MONDAY)
    assert [(row.day.isoformat(), row.usual and row.usual.isoformat()) for row in chain.rows] == [
        ("2026-11-18", "2026-11-06"),
        ("2026-11-24", "2026-11-20"),
        ("2026-11-27", None),
    ]
    assert chain.tight == {"c": (9, 20)}


@pytest.mark.parametrize(
    ("end", "fixed", "says"),
    [
        (date(2026, 11, 13), {}, "C on 2026-11-13 lies behind; name a day ahead."),
        (MONDAY, {}, "C on 2026-11-16 is today; name a day ahead."),
        (date(2027, 2, 1), {"a": date(2026, 11, 2)}, "A on 2026-11-02 lies behind; name a day ahead."),
        (date(2027, 2, 1), {"b": date(2027, 3, 1)}, "B on 2027-03-01 would come after C on 2027-02-01; move one of the two."),
        (date(2027, 2, 1), {"a": date(2027, 1, 8), "b": date(2027, 1, 4)}, "A on 2027-01-08 would come after B on 2027-01-04; move one of the two."),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused(end: date, fixed: dict[str, date], says: str) -> None:
    with pytest.raises(BotError) as refused:
        count_back(STEPS, end, MONDAY, fixed)
    assert str(refused.value) == says


def test_a_go_live_at_the_weekend_is_kept() -> None:
    chain = count_back(STEPS, date(2027, 2, 27), MONDAY)
    assert [row.day for row in chain.rows] == [date(2027, 2, 8), date(2027, 2, 22), date(2027, 2, 27)]
