"""Chances: past deals as they stood, rates shrunk to their prior, and what a deal's chance says of itself."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Opportunity, OpportunityHistory, Stage
from bot.pipeline.book import Book, by_deal
from bot.pipeline.chances import UNTESTED, Learnt, chances
from bot.pipeline.cuts import DUE, LATER, STALE, UNDATED, due, earlier, learning_cuts, past_cuts, snaps
from bot.pipeline.odds import KAPPA, Rates, rates, shrunk
from bot.pipeline.period import period

STAGES = {
    "Proposal": Stage(id="1", name="Proposal", order=1, probability=0.5, forecast_category="Commit"),
    "Won": Stage(id="2", name="Won", order=2, probability=1, forecast_category="Closed", is_closed=True, is_won=True),
    "Lost": Stage(id="3", name="Lost", order=3, probability=0, forecast_category="Omitted", is_closed=True),
}


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def deal(
    key: str, created: str, closed: str | None = None, *, won: bool = False, close: str | None = None
) -> tuple[Opportunity, list[OpportunityHistory]]:
    """A deal in Proposal that was closed on a day, or is to close on one."""
    day = date.fromisoformat(closed or close) if closed or close else None
    expected = date.fromisoformat(close) if close else None
    stage = ("Won" if won else "Lost") if closed else "Proposal"
    rows = [
        OpportunityHistory(
            id=f"{key}1", opportunity_id=key, at=at(created), stage="Proposal", amount=Decimal(10), close_date=expected
        )
    ]
    if closed:
        rows.append(
            OpportunityHistory(
                id=f"{key}2", opportunity_id=key, at=at(closed), stage=stage, amount=Decimal(9), close_date=day
            )
        )
    return Opportunity(
        id=key, name=key, stage=stage, amount=Decimal(10), created_at=at(created), close_date=day, is_closed=bool(closed), is_won=won,
    ), rows  # fmt: skip


def book(*deals: tuple[Opportunity, list[OpportunityHistory]], now: str = "2026-11-16") -> Book:
    return Book([one for one, _ in deals], STAGES, at(now), by_deal([row for _, rows in deals for row in rows]))


def test_the_past_is_looked_at_from_as_far_before_its_ends() -> None:
    now = at("2026-11-16")
    cuts = past_cuts(period("quarter", now.date()), now)
    assert [(str(cut.at.date()), cut.period.name, cut.left) for cut in cuts] == [
        ("2025-11-16", "Q4 2025", 45), ("2026-02-14", "Q1 2026", 45), ("2026-05-16", "Q2 2026", 45), ("2026-08-16", "Q3 2026", 45),
    ]  # fmt: skip


def test_of_a_period_to_come_only_those_that_are_over_are_looked_at() -> None:
    now = at("2026-11-16")
    names = [cut.period.name for cut in past_cuts(period("quarter", now.date(), 1), now)]
    assert names == ["Q1 2026", "Q2 2026", "Q3 2026"]
    assert [(cut.at.date().isoformat()) for cut in past_cuts(period("quarter", now.date(), 1), now)][-1] == "2026-05-18"


def test_months_and_years_have_their_own_past() -> None:
    now = at("2026-11-16")
    assert [cut.period.name for cut in past_cuts(period("month", now.date()), now)][-1] == "October 2026"
    assert earlier(period("year", now.date()), 1).name == "2025"


def test_a_snapshot_knows_nothing_of_what_came_after_its_cut() -> None:
    won = deal("a", "2026-01-10", "2026-03-20", won=True, close="2026-03-31")
    found = list(snaps(book(won), learning_cuts(date(2026, 1, 1), at("2026-11-16"))))
    assert [(one.cut.left, one.won, one.state.stage, one.state.amount, one.due) for one in found] == [
        (60, True, "Proposal", Decimal(10), DUE), (30, True, "Proposal", Decimal(10), DUE),
    ]  # fmt: skip
    assert {name for one in found for name, value in one.features.items() if value in ("Won", "Lost", 9.0)} == set()


def test_a_deal_won_in_a_later_quarter_was_not_won_in_this_one() -> None:
    late = deal("a", "2026-01-10", "2026-04-20", won=True, close="2026-03-31")
    found = [
        (one.cut.period.name, one.won) for one in snaps(book(late), learning_cuts(date(2026, 1, 1), at("2026-11-16")))
    ]
    assert found == [("Q1 2026", False), ("Q1 2026", False), ("Q2 2026", True)]


def test_a_deal_of_which_nobody_knows_when_it_began_is_left_out() -> None:
    bare = Opportunity(id="x", name="x", stage="Won", is_closed=True, is_won=True, close_date=date(2026, 3, 1))
    assert list(snaps(book((bare, [])), learning_cuts(date(2026, 1, 1), at("2026-11-16")))) == []


def test_the_rate_is_the_formula_of_the_metrics() -> None:
    past = [deal(f"w{k}", "2026-07-01", "2026-09-01", won=True, close="2026-09-30") for k in range(3)]
    past += [deal(f"l{k}", "2026-07-01", "2026-09-10", close="2026-09-30") for k in range(7)]
    told = rates(snaps(book(*past), past_cuts(period("quarter", date(2026, 11, 16)), at("2026-11-16"))))
    assert (told.won, told.n, told.cells[DUE, "Proposal", None]) == (3, 10, (3, 10))
    prior = (3 + KAPPA * ((3 + 0.5) / 11)) / (10 + KAPPA)
    assert told.rate(DUE, "Proposal", None) == pytest.approx((3 + KAPPA * prior) / (10 + KAPPA))
    assert told.chance(DUE, "Proposal", None).prior == pytest.approx(20 / 30)


def test_without_any_past_the_chance_is_even_and_its_interval_everything() -> None:
    empty = Rates().chance(DUE, "Proposal", "SMB")
    assert (empty.p, empty.low, empty.high, empty.n, empty.prior) == (0.5, 0.0, 1.0, 0, 1.0)


@given(won=st.integers(0, 500), lost=st.integers(0, 500), prior=st.floats(0.01, 0.99))
def test_a_shrunk_rate_lies_between_the_raw_one_and_its_prior(won: int, lost: int, prior: float) -> None:
    n = won + lost
    told, raw = shrunk(won, n, prior), won / n if n else prior
    assert min(raw, prior) - 1e-9 <= told <= max(raw, prior) + 1e-9


@pytest.mark.parametrize(("day", "age", "told"), [
    ("2026-12-31", 10, DUE), ("2027-01-01", 10, LATER), (None, 10, UNDATED), ("2026-12-01", 401, STALE), (None, None, UNDATED),
])  # fmt: skip
def test_where_a_deal_stands_to_its_period(day: str | None, age: float | None, told: str) -> None:
    span = period("quarter", date(2026, 11, 16))
    assert due(date.fromisoformat(day) if day else None, span, age, 400) == told


def test_a_chance_says_what_it_rests_on() -> None:
    past = [deal(f"w{k}", "2026-07-01", "2026-09-01", won=True, close="2026-09-30") for k in range(3)]
    past += [deal(f"l{k}", "2026-07-01", "2026-09-10", close="2026-09-30") for k in range(7)]
    now = deal("now", "2026-10-20", close="2026-12-20")
    full = book(*past, now)
    told = chances(full, period("quarter", date(2026, 11, 16)), None, {})
    found = told.of(full, now[0])
    assert (found.won, found.n, found.model) == (3, 10, False)
    assert found.reasons == (
        "deals in Proposal that were due in the period at this point of their period: 3 of 10 were won in it",
        "all deals that were due in the period: 3 of 10", "all open deals at this point of past periods: 3 of 10",
    )  # fmt: skip
    assert told.all(full, [now[0]]) == ([found.p], None)
    assert told.why == UNTESTED


def test_why_a_model_is_not_shown_is_said_with_its_day() -> None:
    learnt = Learnt(at=at("2026-11-15"), shown=False, why="too few deals ended to test a model on (3)")
    told = chances(book(), period("quarter", date(2026, 11, 16)), learnt, {})
    assert told.why == "Too few deals ended to test a model on (3) (tested on 2026-11-15)."
