"""What a deal's history says."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Activity, Opportunity, OpportunityHistory
from bot.pipeline.deal import (
    Record,
    Usual,
    benchmarks,
    days_between,
    is_two_way,
    pushes,
    quarter,
    quarter_pushes,
    stage_entered,
    usual_for,
    won_and_lost,
)

START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def row(day: int, stage: str, close: date | None = None, deal: str = "o") -> OpportunityHistory:
    """The deal as it stood `day` days after START."""
    at = START + timedelta(days=day)
    return OpportunityHistory(id=f"{deal}-{day}-{stage}", opportunity_id=deal, at=at, stage=stage, close_date=close)


def closed(key: str, *, won: bool, account: str = "a", amount: str | None = "10", currency: str = "USD") -> Opportunity:
    """A closed deal."""
    value = None if amount is None else Decimal(amount)
    return Opportunity(
        id=key, name=key, account_id=account, stage="Closed", is_closed=True, is_won=won, amount=value,
        currency=currency,
    )  # fmt: skip


def test_days_in_stage_count_from_the_last_entry() -> None:
    history = [row(0, "Discovery"), row(5, "Proposal"), row(9, "Discovery"), row(12, "Discovery", date(2026, 3, 1))]
    assert stage_entered(history) == START + timedelta(days=9)
    assert stage_entered(history[:1]) == START
    assert stage_entered([]) is None


def test_days_are_calendar_days_of_the_later_clock() -> None:
    late, early = datetime(2026, 3, 1, 23, 59, tzinfo=UTC), datetime(2026, 3, 2, 0, 1, tzinfo=UTC)
    assert (days_between(late, early), days_between(late, late)) == (1, 0)
    tokyo = timezone(timedelta(hours=9))
    assert days_between(datetime(2026, 3, 1, 16, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=tokyo)) == 0


def test_pushes_count_only_moves_to_a_later_day() -> None:
    dates = [date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 15), date(2026, 4, 1), None, date(2026, 9, 1)]
    history = [row(i, "Proposal", day) for i, day in enumerate(dates)]
    assert (pushes(history), quarter_pushes(history)) == (2, 1)
    over_new_year = [row(0, "Proposal", date(2026, 12, 31)), row(1, "Proposal", date(2027, 1, 1))]
    assert (pushes(over_new_year), quarter_pushes(over_new_year)) == (1, 1)


@given(st.dates())
def test_a_quarter_holds_three_months(day: date) -> None:
    year, number = quarter(day)
    assert (year, number) == (day.year, 1 + (day.month - 1) // 3)


def test_usual_is_by_stage_and_segment_and_not_over_four() -> None:
    stays = [("Proposal", "Ent" if days == 10 else "Mid", days) for days in (1, 2, 3, 4, 10)]
    found = benchmarks(stays)
    assert found == {("Proposal", None): Usual(3, 7.6, 5)}
    assert usual_for(found, "Proposal", "Mid") == Usual(3, 7.6, 5)
    assert usual_for(found, "Discovery", "Mid") is None


def test_a_deal_without_a_segment_counts_once() -> None:
    assert benchmarks([("Proposal", None, days) for days in (1, 2, 3, 4)]) == {}
    assert benchmarks([("Proposal", None, 7)] * 5) == {("Proposal", None): Usual(7, 7, 5)}


def test_the_segments_own_figure_goes_first() -> None:
    own, every = Usual(1, 2, 9), Usual(5, 6, 30)
    made = {("Proposal", "Mid"): own, ("Proposal", None): every}
    assert usual_for(made, "Proposal", "Mid") == own
    assert usual_for(made, "Proposal", "Ent") == every
    assert usual_for(made, "Proposal", None) == every


def test_won_and_lost_never_adds_two_currencies() -> None:
    deals = [
        closed("1", won=True), closed("2", won=True, amount="2.50"), closed("3", won=False),
        closed("4", won=True, currency="EUR", amount=None), Opportunity(id="5", name="open", stage="Proposal"),
    ]  # fmt: skip
    assert won_and_lost(deals) == [Record(1, 0, Decimal(0), "EUR"), Record(2, 1, Decimal("12.50"), "USD")]
    assert won_and_lost([]) == []


def test_two_way_is_what_the_customer_took_part_in() -> None:
    def touch(kind: str, direction: str | None, *who: str) -> bool:
        plain = {"id": "1", "kind": kind, "at": START, "subject": "x", "direction": direction, "contact_ids": who}
        return is_two_way(Activity.model_validate(plain))

    assert touch("email", "inbound")
    assert not touch("email", "outbound", "c1")
    assert touch("meeting", "outbound", "c1")
    assert not touch("call", "outbound")
    assert not touch("note", "inbound", "c1")
