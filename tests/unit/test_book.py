"""How a deal stood at a moment: what was known then, and nothing of later."""

from datetime import UTC, date, datetime
from decimal import Decimal

from bot.crm.records import Opportunity, OpportunityHistory, Stage
from bot.pipeline.book import UNTOLD, Book, State, by_deal

STAGES = {
    "Proposal": Stage(id="1", name="Proposal", order=1, probability=0.5, forecast_category="Best Case"),
    "Closed Won": Stage(
        id="2", name="Closed Won", order=2, probability=1, forecast_category="Closed", is_closed=True, is_won=True
    ),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def row(day: str, stage: str, amount: int, close: str) -> OpportunityHistory:
    return OpportunityHistory(
        id=day,
        opportunity_id="d",
        at=at(day),
        stage=stage,
        amount=Decimal(amount),
        close_date=date.fromisoformat(close),
    )


ROWS = [
    row("2026-01-05", "Discovery", 100, "2026-03-31"),
    row("2026-02-01", "Proposal", 100, "2026-03-31"),
    row("2026-03-01", "Proposal", 90, "2026-05-15"),
    row("2026-05-10", "Closed Won", 75, "2026-05-10"),
]
WON = Opportunity(
    id="d", name="D", stage="Closed Won", amount=Decimal(75), created_at=at("2026-01-05"), close_date=date(2026, 5, 10),
    is_closed=True, is_won=True, product="GTXPro",
)  # fmt: skip


def book(deal: Opportunity, rows: list[OpportunityHistory], now: str = "2026-06-01") -> Book:
    return Book([deal], STAGES, at(now), by_deal(rows), prices={("gtxpro", "USD"): Decimal(120)})


def test_a_state_holds_what_was_known_on_its_day() -> None:
    found = book(WON, ROWS).state(WON, at("2026-03-02"))
    assert found == State("Proposal", Decimal(90), date(2026, 5, 15), "Best Case", at("2026-02-01"), 1)


def test_before_it_was_created_and_after_it_closed_there_is_no_state() -> None:
    assert [book(WON, ROWS).state(WON, at(day)) for day in ("2026-01-04", "2026-05-10", "2026-07-01")] == [None] * 3


def test_without_history_the_list_price_is_all_that_was_known_of_a_closed_deal() -> None:
    assert book(WON, []).state(WON, at("2026-03-02")) == State(None, Decimal(120), None, None, None, 0)


def test_a_history_that_begins_late_tells_nothing_of_before() -> None:
    found = book(WON, ROWS[2:]).state(WON, at("2026-02-02"))
    assert found == State(None, Decimal(90), None, None, None, 0)


def test_today_the_record_counts_where_the_history_lags_behind() -> None:
    deal = WON.model_copy(update={"stage": "Proposal", "amount": Decimal(80), "is_closed": False, "is_won": False})
    found = book(deal, ROWS[:2], "2026-02-03").state(deal, at("2026-02-03"))
    assert found == State("Proposal", Decimal(80), date(2026, 5, 10), "Best Case", at("2026-02-01"), 0)


def test_a_book_as_of_an_earlier_day_takes_back_what_came_after() -> None:
    then = book(WON, ROWS, "2026-03-02").as_then().deals[0]
    assert (then.stage, then.amount, then.close_date, then.is_closed) == (
        "Proposal",
        Decimal(90),
        date(2026, 5, 15),
        False,
    )
    untold = book(WON, [], "2026-03-02").as_then().deals[0]
    assert (untold.stage, untold.amount, untold.close_date, untold.is_won) == (UNTOLD, Decimal(120), None, False)
    assert book(WON, ROWS, "2026-01-01").as_then().deals == []
