"""The metrics of a period, each against values worked out by hand, and what must hold for any deals."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isclose, log
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crm.records import Opportunity, OpportunityHistory, Stage
from bot.pipeline.book import Book, by_deal
from bot.pipeline.measures import accuracy, bias, wape
from bot.pipeline.period import Period
from bot.pipeline.stage_flow import stays
from bot.pipeline.stats import figures, notes, stats
from bot.pipeline.target import Target
from bot.pipeline.velocity import Levers, change
from bot.pipeline.window import Window, main_currency, period_before

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
Q4 = Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")
STAGES = {
    stage.name: stage
    for stage in (
        Stage(id="1", name="Lead", order=1, probability=0.1, forecast_category="Pipeline"),
        Stage(id="2", name="Demo", order=2, probability=0.3, forecast_category="Pipeline"),
        Stage(id="3", name="Offer", order=3, probability=0.6, forecast_category="Best Case"),
        Stage(id="4", name="Won", order=4, probability=1, forecast_category="Closed", is_closed=True, is_won=True),
        Stage(id="5", name="Lost", order=5, probability=0, forecast_category="Omitted", is_closed=True),
    )
}


def deal(key: str, stage: str, amount: int | None = 100, **more: Any) -> Opportunity:
    fields = {
        "close_date": date(2026, 11, 1),
        "created_at": datetime(2026, 9, 1, tzinfo=UTC),
        "currency": "USD",
        **more,
    }
    amounts = None if amount is None else Decimal(amount)
    return Opportunity(
        id=key,
        name=key,
        stage=stage,
        amount=amounts,
        is_closed=stage in ("Won", "Lost"),
        is_won=stage == "Won",
        **fields,
    )


def row(key: str, day: str, stage: str, close: str | None = None, amount: int | None = 100) -> OpportunityHistory:
    return OpportunityHistory(
        id=f"{key} {day} {stage} {close}", opportunity_id=key, at=datetime.fromisoformat(f"{day}T12:00:00+00:00"),
        stage=stage, amount=None if amount is None else Decimal(amount),
        close_date=date.fromisoformat(close) if close else None,
    )  # fmt: skip


def book(*deals: Opportunity, rows: Sequence[OpportunityHistory] = (), now: datetime = NOW) -> Book:
    return Book(deals, STAGES, now, by_deal(rows))


def of(*deals: Opportunity, target: Target | None = None, **more: Any) -> Mapping[str, Any]:
    return figures(Window(book(*deals, **more), Q4, "USD"), target or Target(why="none"))


def test_won_and_lost_of_the_period_with_both_ends() -> None:
    found = of(
        deal("a", "Won", 300, close_date=date(2026, 10, 1)),
        deal("b", "Won", None, close_date=date(2026, 12, 31)),
        deal("c", "Lost", 100),
        deal("d", "Won", 999, close_date=date(2026, 9, 30)),
        deal("e", "Lost", 999, close_date=date(2027, 1, 1)),
        deal("f", "Demo", 999),
    )
    assert (found["won_count"].value, found["lost_count"].value) == (2, 1)
    assert (found["won_amount"].value, found["won_amount"].n, found["won_amount"].missing) == (300, 2, 1)
    assert (found["average_won"].value, found["average_won"].n) == (300, 1)
    rate = found["win_rate"]
    assert (rate.value, rate.hits, rate.n) == (2 / 3, 2, 3)
    # Wilson: (p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.959964
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.2077, 0.9385)
    by_value = found["win_rate_value"]
    assert (by_value.value, by_value.n, by_value.missing) == (0.75, 2, 1)


def test_cycle_is_the_median_with_mean_and_p90_and_lost_deals_apart() -> None:
    days = (10, 20, 30, 100)
    won = [deal(str(n), "Won", created_at=datetime(2026, 11, 1, 23, tzinfo=UTC) - timedelta(days=n)) for n in days]
    backwards = deal("back", "Won", created_at=datetime(2026, 11, 5, tzinfo=UTC))
    unknown = deal("unknown", "Won", created_at=None)
    found = of(*won, backwards, unknown, deal("lost", "Lost", created_at=datetime(2026, 10, 25, tzinfo=UTC)))
    assert (found["cycle_days"].value, found["cycle_days"].n, found["cycle_days"].missing) == (25, 4, 2)
    assert found["cycle_mean"].value == 40
    assert found["cycle_p90"].value == pytest.approx(30 + 70 * 0.7)  # between the third and the fourth of four
    assert (found["cycle_days_lost"].value, found["cycle_days_lost"].n) == (7, 1)


def test_relative_age_is_age_over_the_median_cycle() -> None:
    won = deal("w", "Won", created_at=datetime(2026, 10, 12, tzinfo=UTC))  # 20 days
    found = of(won, deal("o", "Demo", created_at=datetime(2026, 10, 17, tzinfo=UTC)))  # 30 days old
    assert (found["relative_age"].value, found["relative_age"].n) == (1.5, 1)


def test_velocity_and_its_levers() -> None:
    found = of(
        deal("w1", "Won", 300, created_at=datetime(2026, 10, 12, tzinfo=UTC)),
        deal("w2", "Won", 100, created_at=datetime(2026, 10, 2, tzinfo=UTC)),
        deal("l1", "Lost"),
        deal("l2", "Lost"),
        *(deal(f"o{n}", "Demo") for n in range(3)),
        deal("omitted", "Demo", forecast_category="Omitted"),
        deal("nobody knows since when", "Demo", created_at=None),
    )["velocity"]
    assert found.extra["levers"] == {"deals": 3, "win_rate": 0.5, "average_won": 200.0, "cycle_days": 25.0}
    assert (found.value, found.currency, found.n) == (3 * 0.5 * 200 / 25, "USD", 4)
    assert found.extra["change"] is None


def test_the_deals_of_velocity_are_those_open_at_the_end_of_the_day_on_the_asker_s_clock() -> None:
    zone = ZoneInfo("America/New_York")
    late = datetime(
        2026, 11, 1, 4, 30, tzinfo=UTC
    )  # half past midnight on 1 November in New York, before the clock change
    window = Window(book(deal("a", "Demo", created_at=late), now=NOW.astimezone(zone)), Q4, "USD")
    assert len(window.standing(date(2026, 10, 31))) == 0
    assert len(window.standing(date(2026, 11, 1))) == 1


LEVER = st.floats(0.01, 10_000)


@given(st.tuples(st.integers(1, 999), LEVER, LEVER, LEVER), st.tuples(st.integers(1, 999), LEVER, LEVER, LEVER))
def test_the_change_of_velocity_splits_into_its_levers(before: Any, now: Any) -> None:
    old, new = Levers(*before), Levers(*now)
    split = change(old, new)
    assert split is not None
    assert isclose(split["velocity"], log(new.velocity / old.velocity), abs_tol=1e-6)  # type: ignore[operator]
    assert isclose(split["cycle_days"], -log(new.cycle_days / old.cycle_days), abs_tol=1e-9)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 10, 1), date(2026, 12, 31), (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 12, 31), (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2026, 11, 10), date(2026, 11, 16), (date(2026, 11, 3), date(2026, 11, 9))),
    ],
)
def test_the_period_before(first: date, last: date, before: tuple[date, date]) -> None:
    found = period_before(Period(first, last, ""))
    assert (found.first, found.last) == before


def test_coverage_and_what_is_required() -> None:
    deals = [
        deal("w", "Won", 300),
        deal("l", "Lost", 200),
        deal("in", "Offer", 400, close_date=date(2026, 12, 1)),
        deal("out", "Offer", 999, close_date=date(2027, 1, 1)),
        deal("no day", "Offer", 50, close_date=None),
        deal("omitted", "Offer", 999, forecast_category="Omitted"),
    ]
    found = of(*deals, target=Target(Decimal(500), 2))
    assert (found["quota"].value, found["gap"].value, found["open_amount"].value) == (500, 200, 400)
    assert (found["coverage"].value, found["coverage"].n) == (2.0, 1)
    assert found["coverage_required"].value == pytest.approx(1 / 0.6)
    assert (found["open_pipeline"].value, found["open_pipeline"].n) == (1449, 3)
    met = of(*deals, target=Target(Decimal(300), 1))
    assert (met["coverage"].value, met["coverage"].why, met["gap"].value) == (None, "covered: the quota is met", 0)
    none = of(*deals, target=Target(why="nobody said"))
    assert (none["quota"].value, none["coverage"].value, none["coverage"].why) == (None, None, "nobody said")


def test_the_weighted_forecast_is_won_and_stage_probability_times_amount() -> None:
    found = of(
        deal("w", "Won", 1000),
        deal("d", "Demo", 200),  # 0.3
        deal("o", "Offer", 100),  # 0.6
        deal("omitted", "Offer", 999, forecast_category="Omitted"),
        deal("renamed", "Gone", 999),
        deal("later", "Offer", 999, close_date=date(2027, 1, 2)),
        deal("blank", "Offer", None),
    )["weighted_forecast"]
    assert (found.value, found.n, found.missing) == (Decimal("1120"), 5, 2)


def test_categories_single_and_cumulative() -> None:
    found = stats(
        book(
            deal("w", "Won", 1000),
            deal("c", "Offer", 100, forecast_category="Forecast"),
            deal("b", "Offer", 20),
            deal("p", "Demo", 3),
            deal("x", "Demo", 7, forecast_category="Omitted"),
        ),
        Q4,
        "USD",
    )
    assert {name: one.value for name, one in found.categories.items()} == {
        "Closed": 1000, "Commit": 100, "Best Case": 20, "Pipeline": 3, "Omitted": 7,
    }  # fmt: skip
    assert {name: one.value for name, one in found.cumulative.items()} == {
        "Closed": 1000, "Commit": 1100, "Best Case": 1120, "Open Pipeline": 123,
    }  # fmt: skip


def test_a_deal_whose_close_date_lies_before_what_its_history_tells_is_not_left_out() -> None:
    closed = deal("a", "Lost", close_date=date(2026, 9, 1))
    rows = [
        row("a", "2026-09-15", "Demo", "2026-10-20"),
        row("a", "2026-10-05", "Demo", "2026-11-20"),
        row("a", "2026-11-01", "Lost", "2026-11-01"),
    ]
    found = figures(Window(book(closed, rows=rows), Q4, "USD"))
    assert (found["slippage"].value, found["slippage"].n) == (1.0, 1)
    assert (found["pushes"].value, found["pushes_month"].value) == (1, 1)


def test_slippage_is_of_what_was_forecast_when_the_period_began() -> None:
    rows = [
        row("kept", "2026-09-01", "Demo", "2026-11-01", 100),
        row("slipped", "2026-09-01", "Demo", "2026-12-01", 300),
        row("slipped", "2026-10-20", "Demo", "2027-02-01", 350),
        row("won", "2026-09-01", "Demo", "2026-10-15", 200),
        row("won", "2026-11-01", "Won", "2026-11-01", 250),
        row("later", "2026-09-01", "Demo", "2027-01-15", 999),
        row("new", "2026-10-05", "Demo", "2026-11-15", 999),
        row("gone", "2026-08-01", "Demo", "2026-10-15", 999),
        row("gone", "2026-09-15", "Lost", "2026-09-15", 999),
    ]
    found = of(
        deal("kept", "Demo"), deal("slipped", "Demo", close_date=date(2027, 2, 1)), deal("won", "Won"),
        deal("later", "Demo", close_date=date(2027, 1, 15)), deal("new", "Demo"),
        deal("gone", "Lost", close_date=date(2026, 9, 15)), rows=rows,
    )  # fmt: skip
    assert (found["slippage"].value, found["slippage"].n) == (0.5, 3)
    assert (found["slippage"].extra["part"], found["slippage"].extra["whole"]) == (300, 600)
    assert [found[name].value for name in ("pushes", "pushes_month", "pushes_quarter")] == [2, 2, 1]


def test_pushes_over_the_end_of_a_month_and_of_a_quarter_are_told_apart() -> None:
    rows = [
        row("a", "2026-09-30", "Demo", "2026-10-05"),
        row("a", "2026-10-01", "Demo", "2026-10-30"),
        row("a", "2026-10-20", "Demo", "2026-11-02"),
        row("a", "2026-10-25", "Demo", "2026-10-31"),
        row("a", "2026-11-02", "Demo", "2027-10-31"),
    ]
    found = of(deal("a", "Demo"), rows=rows)
    assert [(found[k].value, found[k].n) for k in ("pushes", "pushes_month", "pushes_quarter")] == [
        (3, 1),
        (2, 1),
        (1, 1),
    ]


def conversion(*deals: Opportunity, rows: Sequence[OpportunityHistory]) -> dict[str, tuple[int | None, int, int]]:
    found = stats(book(*deals, rows=rows), Q4, "USD").stages.conversion
    return {name: (one.hits, one.n, one.missing) for name, one in found.items()}


def test_a_skipped_stage_counts_as_passed_and_a_move_back_not_twice() -> None:
    rows = [
        row("skips", "2026-10-02", "Lead"),
        row("skips", "2026-10-10", "Offer"),
        row("skips", "2026-10-20", "Lost"),
        row("back", "2026-10-02", "Lead"),
        row("back", "2026-10-05", "Demo"),
        row("back", "2026-10-08", "Lead"),
        row("back", "2026-10-09", "Demo"),
        row("back", "2026-10-20", "Lost"),
    ]
    # Lead: both went on. Demo: skipped by one, the other was lost from it. Offer: entered once, lost.
    assert conversion(deal("skips", "Lost"), deal("back", "Lost"), rows=rows) == {
        "Lead": (2, 2, 0), "Demo": (1, 2, 0), "Offer": (0, 1, 0),
    }  # fmt: skip


def test_who_is_in_a_stage_for_less_than_its_median_is_left_out() -> None:
    rows = [
        row("won", "2026-08-01", "Lead"),
        row("won", "2026-08-21", "Offer"),  # 20 days in Lead
        row("won", "2026-09-01", "Won"),
        row("young", "2026-11-01", "Lead"),  # 15 days
        row("old", "2026-10-10", "Lead"),  # 37 days
        row("on", "2026-10-10", "Lead"),
        row("on", "2026-11-10", "Offer"),  # 6 days, of 11
    ]
    deals = (
        deal("won", "Won", close_date=date(2026, 9, 1)),
        deal("young", "Lead"),
        deal("old", "Lead"),
        deal("on", "Offer"),
    )
    # Demo: skipped, so passed; the deal that was won before the period is of another cohort.
    assert conversion(*deals, rows=rows) == {"Lead": (1, 2, 1), "Demo": (1, 1, 0), "Offer": (0, 0, 1)}
    assert stays(book(*deals, rows=rows)) == {("Lead", None): [20], ("Offer", None): [11]}
    waiting = stats(book(*deals, rows=rows), Q4, "USD").stages.waiting
    assert {name: (one.value, one.n) for name, one in waiting.items()} == {
        "Lead": (26, 2), "Demo": (None, 0), "Offer": (6, 1),
    }  # fmt: skip


def test_days_in_a_stage_are_those_of_won_deals_by_segment() -> None:
    rows = [
        row(key, day, stage)
        for key, spent in (("a", 4), ("b", 8), ("c", 30), ("lost", 99))
        for day, stage in (
            ("2026-07-01", "Lead"),
            (str(date(2026, 7, 1) + timedelta(days=spent)), "Won" if key != "lost" else "Lost"),
        )
    ]
    deals = [deal(key, "Won", account_id=f"a-{key}") for key in "abc"] + [deal("lost", "Lost", account_id="a-a")]
    made = Book(deals, STAGES, NOW, by_deal(rows), {"a-a": "SMB", "a-b": "SMB", "a-c": "Enterprise"})
    found = stats(made, Q4, "USD").stages.days["Lead"]
    assert (found.value, found.n) == (8, 3)
    assert found.extra["segments"] == {"Enterprise": {"value": 30.0, "n": 1}, "SMB": {"value": 6.0, "n": 2}}


def test_a_stage_that_the_picklist_lacks_is_named_and_leads_nowhere() -> None:
    made = book(deal("a", "Lost"), rows=[row("a", "2026-10-02", "Old"), row("a", "2026-10-03", "Lost")])
    found = stats(made, Q4, "USD")
    assert {name: one.n for name, one in found.stages.conversion.items()} == {"Lead": 0, "Demo": 0, "Offer": 0}
    assert notes(made, found, {}, "USD") == [
        "Histories name the stage “Old” (1 row), which is none of today's; SELLER_STAGE_ALIASES says which it became."
    ]


def test_nothing_closed_yet_and_a_period_to_come() -> None:
    found = of()
    assert (found["won_amount"].value, found["won_count"].value, found["weighted_forecast"].value) == (0, 0, 0)
    assert {name: found[name].why for name in ("win_rate", "win_rate_value", "velocity", "slippage")} == {
        "win_rate": "no deal was closed in the period",
        "win_rate_value": "no deal was closed in the period",
        "velocity": "no deal was closed in the period",
        "slippage": "no history tells what was forecast for the period at its start",
    }
    future = Period(date(2027, 1, 1), date(2027, 3, 31), "Q1 2027")
    told = figures(Window(book(deal("a", "Demo"), rows=[row("a", "2026-10-02", "Demo", "2027-02-01")]), future, "USD"))
    assert (told["slippage"].value, told["slippage"].why) == (None, "the period has not begun")


def test_several_currencies_are_never_added() -> None:
    deals = [deal("u", "Won", 100), deal("e1", "Won", 900, currency="EUR"), deal("e2", "Lost", 900, currency="EUR")]
    currency, others = main_currency(deals, "USD")
    assert (currency, others, main_currency(deals, "GBP")) == ("USD", {"EUR": 2}, ("EUR", {"USD": 1}))
    found = of(*deals)
    assert (found["won_amount"].value, found["won_amount"].n, found["won_count"].value) == (100, 1, 2)
    assert (found["win_rate_value"].value, found["win_rate"].hits, found["win_rate"].n) == (1.0, 2, 3)
    made = book(*deals, deal("minus", "Won", -5))
    assert notes(made, stats(made, Q4, "USD"), others, "USD") == [
        "2 deals are in EUR, for which there is no rate: counted, and not in amounts in USD.",
        "1 deal has an amount below zero, added as it stands.",
    ]


def test_accuracy_bias_and_the_error_over_many() -> None:
    pairs = [(120.0, 100.0), (90.0, 100.0)]
    assert [accuracy(*pair) for pair in pairs] == pytest.approx([0.8, 0.9])
    assert [bias(*pair) for pair in pairs] == [0.2, -0.1]
    assert wape(pairs) == 0.15
    assert (accuracy(5, 0), bias(5, 0), wape([])) == (None, None, None)


@st.composite
def deals_of(draw: st.DrawFn) -> Opportunity:
    return deal(
        str(draw(st.integers(0, 10**9))), draw(st.sampled_from(list(STAGES))),
        draw(st.none() | st.integers(-1000, 100_000)), owner_id=draw(st.sampled_from("abc")),
        close_date=draw(st.none() | st.dates(date(2026, 7, 1), date(2027, 3, 31))),
        created_at=draw(st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))),
        forecast_category=draw(st.sampled_from([None, "Omitted", "Commit"])),
    )  # fmt: skip


SUMS = ("won_amount", "won_count", "lost_count", "open_amount", "open_pipeline", "weighted_forecast", "pushes")


@settings(max_examples=60, deadline=None)
@given(st.lists(deals_of(), max_size=25, unique_by=lambda one: one.id))
def test_groups_add_up_to_the_whole_and_order_does_not_matter(deals: list[Opportunity]) -> None:
    whole = of(*deals)
    parts = [of(*[one for one in deals if one.owner_id == owner]) for owner in "abc"]
    for name in SUMS:
        assert sum(part[name].value for part in parts) == whole[name].value
        assert sum(part[name].n for part in parts) == whole[name].n
    assert of(*reversed(deals)) == whole
    found = stats(book(*deals), Q4, "USD")
    assert found.cumulative["Open Pipeline"].value == whole["open_amount"].value
    rate = whole["win_rate"]
    assert rate.value is None or 0 <= rate.low <= rate.value <= rate.high <= 1
