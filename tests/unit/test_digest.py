"""The figures of a pipeline by hand: missing and negative amounts, several currencies, unknown stages, no deals."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Opportunity, Stage
from bot.pipeline.digest import Digest, Total, digest, total
from bot.pipeline.period import period

TODAY = date(2026, 11, 16)
STAGES = [
    Stage(id="1", name="Discovery", order=1, probability=0.3, forecast_category="Pipeline"),
    Stage(id="2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
    Stage(id="3", name="Won", order=3, probability=1, forecast_category="Closed", is_closed=True, is_won=True),
]


def deal(
    key: str, amount: str | None = "100", stage: str = "Proposal", day: date | None = date(2026, 12, 1), **rest: object
) -> Opportunity:
    """An open deal that is to close this quarter; what is not said is fine."""
    fields = {
        "id": key,
        "name": f"Deal {key}",
        "amount": amount,
        "stage": stage,
        "close_date": day,
        "next_step": "Call",
    }
    return Opportunity.model_validate(fields | rest)


def of(*deals: Opportunity) -> Digest:
    """The digest of these deals in the fourth quarter."""
    return digest(deals, STAGES, period("quarter", TODAY), TODAY)


def test_open_weighted_closing_won_and_overdue() -> None:
    told = of(
        deal("a", "1000", "Discovery"),
        deal("b", "500.50", day=date(2026, 11, 12)),
        deal("c", "300", day=date(2027, 1, 1)),
        deal("d", "70", "Won", date(2026, 10, 1), is_closed=True, is_won=True),
        deal("e", "70", "Won", date(2026, 9, 30), is_closed=True, is_won=True),
        deal("f", "20", "Lost", date(2026, 12, 31), is_closed=True),
    )
    assert total(told.open, "USD") == Total(3, Decimal("1800.50"))
    assert told.weighted(told.open, "USD") == Decimal("700.25")
    assert total(told.closing, "USD") == Total(2, Decimal("1500.50"))
    assert [o.id for o in told.overdue] == ["b"]
    assert ([o.id for o in told.won], [o.id for o in told.lost]) == (["d"], ["f"])
    assert {o.id for o in told.counted} == {"a", "b", "c", "d", "f"}
    assert told.forecast("USD", ["Best Case"]) == Total(2, Decimal("570.50"))


def test_the_day_of_the_close_date_is_not_overdue() -> None:
    assert of(deal("a", day=TODAY)).overdue == []


def test_omitted_deals_stay_out_of_the_open_pipeline_and_have_a_row_of_their_own() -> None:
    told = of(deal("a"), deal("b", "900", forecast_category="Omitted"), deal("c", "5", forecast_category="Forecast"))
    assert total(told.open, "USD") == Total(2, Decimal(105))
    assert [(row.name, row.total.n, row.total.amount) for row in told.by_category("USD")] == [
        ("Commit", 1, 5), ("Best Case", 1, 100), ("Omitted", 1, 900),
    ]  # fmt: skip


def test_what_is_missing_is_counted_and_not_taken_for_nothing() -> None:
    told = of(deal("a", None), deal("b", day=None), deal("c", next_step=None), deal("d", stage="Renamed"))
    assert {what: len(deals) for what, deals in told.missing().items()} == {
        "amount": 1,
        "close date": 1,
        "next step": 1,
    }
    assert total(told.open, "USD") == Total(4, Decimal(300), blank=1)
    assert [one.id for one in told.unweighted] == ["d"]
    assert told.weighted(told.open, "USD") == Decimal(100)
    assert [row.name for row in told.by_stage("USD")] == ["Proposal", "Renamed"]
    assert told.category_of["d"] == "not set"


def test_currencies_are_never_added() -> None:
    told = of(deal("a", "1"), deal("b", "2", currency="EUR"), deal("c", "3", currency="EUR"))
    assert told.currencies == ["EUR", "USD"]
    assert [total(told.open, currency).amount for currency in told.currencies] == [5, 1]
    assert [o.id for o in told.top("EUR", 5)] == ["c", "b"]


def test_no_deals() -> None:
    told = of()
    assert (told.counted, told.currencies, told.by_stage("USD"), told.top("USD", 5)) == ([], [], [], [])


amounts = st.none() | st.decimals(-1_000_000, 1_000_000, places=2)
deals = st.lists(
    st.builds(
        deal,
        key=st.uuids().map(str),
        amount=amounts,
        stage=st.sampled_from(["Discovery", "Proposal", "Renamed"]),
        day=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        currency=st.sampled_from(["USD", "EUR"]),
        forecast_category=st.sampled_from([None, "Omitted", "Commit", "Best Case"]),
    )
)


@given(deals)
def test_rows_add_up_to_the_cent(rows: list[Opportunity]) -> None:
    told = of(*rows)
    for currency in told.currencies:
        every = total(told.open, currency)
        by_stage, by_category = told.by_stage(currency), told.by_category(currency)
        assert sum((row.total.amount for row in by_stage), Decimal(0)) == every.amount
        assert sum(row.total.n for row in by_stage) == every.n
        assert sum((row.weighted for row in by_stage), Decimal(0)) == told.weighted(told.open, currency)
        listed = [row for row in by_category if row.name != "Omitted"]
        assert sum((row.closing.amount for row in listed), Decimal(0)) == total(told.closing, currency).amount
