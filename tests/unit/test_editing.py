"""What a person types becomes a value: times in UTC, amounts in the deal's currency, days to come; the rest is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.approvals.amounts import read_amount
from bot.approvals.editing import Words, check, edit
from bot.crm.records import Opportunity, Stage
from bot.crm.writes import CreateContact, CreateTask, CrmWrite, LogActivity, UpdateOpportunity
from bot.errors import UsageError
from bot.proposals import Change

TODAY = date(2026, 3, 2)
STAGES = (
    Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
    Stage(id="S2", name="Closed Won", order=2, probability=1, forecast_category="Closed", is_closed=True),
)
OPEN = Opportunity(id="O1", name="Acme renewal", stage="Discovery", currency="USD")
WON = Opportunity(id="O2", name="Acme first", stage="Closed Won", is_closed=True)
OSLO = Words(date.fromisoformat, ZoneInfo("Europe/Oslo"), TODAY, STAGES, {"O1": OPEN, "O2": WON})


def update(field: Any, new: Any = None, deal: str = "O1") -> UpdateOpportunity:
    return UpdateOpportunity(opportunity_id=deal, field=field, new=new)


def edited(value: Any, *writes: CrmWrite, key: str | None = None) -> Any:
    """The first of these writes after an edit of its field."""
    changes = [Change(id=str(k), k=k, write=write, evidence="") for k, write in enumerate(writes, 1)]
    name = key or f"1.{getattr(writes[0], 'field', '')}"
    return edit(changes, {name: value}, OSLO)["1"]


@pytest.mark.parametrize("typed", ["2026-03-02T14:30", "2026-03-02T14:30+01:00", "2026-03-02T13:30Z"])
def test_a_time_is_kept_in_utc(typed: str) -> None:
    at = OSLO.value("at", typed)
    assert (at, at.tzinfo) == (datetime(2026, 3, 2, 13, 30, tzinfo=UTC), UTC)


@pytest.mark.parametrize("typed", ["half past two", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match=f"^`{typed}` is not a time; write at=2026-03-31T14:30"):
        OSLO.value("at", typed)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("48000", "48000"), ("48,000.50", "48000.50"), ("$48,000", "48000"), ("USD 5", "5"), ("5 usd", "5"),
        ("1.2m", "1200000"), ("$1.2M", "1200000"), ("120k", "120000"), ("12 k$", "12000"), ("1,2 Mio", "1200000"),
        ("3 Mio. USD", "3000000"), ("US$ 3m", "3000000"), ("5 million dollars", "5000000"), ("0.125m", "125000"),
        ("2 bn", "2000000000"), ("1.234,56", "1234.56"), ("1,234,567.89", "1234567.89"), ("1.234.567", "1234567"),
        ("48 000", "48000"), ("1'250'000", "1250000"), ("1 000,50", "1000.50"), ("48000,5", "48000.5"), ("0.5", "0.5"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(typed: str, amount: str) -> None:
    read = read_amount("amount", typed, "USD", "Acme renewal")
    assert (read, str(read)) == (Decimal(amount), amount)


@pytest.mark.parametrize(
    "typed", ["a lot", "", "k", "-5", "12e9", "1.2 mm", "1,2,3", "1.2.3", "1.234,567.8", "100 apples", "20%", "5 k m"]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_amount("amount", typed, "USD", "Acme renewal")
    assert str(caught.value) == f"`{typed}` is not an amount; write amount=48000 or amount=48,000.50."


@pytest.mark.parametrize(
    ("typed", "one", "other"),
    [("1.200", "1200", "1.2"), ("1.250m", "1250m", "1.25m"), ("1,250 Mio", "1250 Mio", "1.25 Mio")],
)
def test_an_amount_that_may_be_read_in_two_ways_is_asked_for_again(typed: str, one: str, other: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_amount("amount", typed, "USD", "Acme renewal")
    assert str(caught.value) == f"`{typed}` may mean {one} or {other}; write it as one of these."


@pytest.mark.parametrize(
    ("typed", "money"), [("1.2 m €", "EUR"), ("€48,000", "EUR"), ("£5k", "GBP"), ("500 kr", "SEK"), ("CHF 12", "CHF")]
)
def test_another_currency_than_the_deals_is_refused(typed: str, money: str) -> None:
    with pytest.raises(UsageError) as caught:
        edited(typed, update("amount"))
    assert str(caught.value) == f"`{typed}` is in {money}, but Acme renewal is in USD; give the amount in USD."


def test_a_dollar_is_any_dollar_and_an_unknown_deal_has_no_currency() -> None:
    assert read_amount("amount", "$1.2m", "CAD", "Acme") == Decimal(1_200_000)
    with pytest.raises(UsageError) as caught:
        edited("5 USD", update("amount", deal="gone"))
    assert str(caught.value) == "The currency of the deal is not known here; write `5 USD` without one."


def test_an_open_deal_closes_today_or_later() -> None:
    assert edited("2026-03-02", update("close_date")).new == TODAY
    with pytest.raises(UsageError) as caught:
        edited("2026-03-01", update("close_date"))
    assert str(caught.value) == "2026-03-01 has gone by; an open deal closes on 2026-03-02 or later."


def test_a_deal_that_is_closed_or_is_being_closed_has_closed_on_a_day_gone_by() -> None:
    assert edited("2026-03-01", update("close_date", deal="O2")).new == date(2026, 3, 1)
    closing = update("stage", "Closed Won")
    assert edited("2026-03-01", update("close_date"), closing).new == date(2026, 3, 1)


def test_a_task_is_due_today_or_later() -> None:
    assert edited("2026-03-02", CreateTask(subject="Call"), key="due").due == TODAY
    with pytest.raises(UsageError) as caught:
        edited("2026-03-01", CreateTask(subject="Call"), key="due")
    assert str(caught.value) == "2026-03-01 has gone by; a task is due on 2026-03-02 or later."


def test_a_stage_that_does_not_exist_lists_those_that_do() -> None:
    with pytest.raises(UsageError) as caught:
        edited("Won", update("stage"))
    assert str(caught.value) == "`Won` is not a value of stage; choose one of Discovery, Closed Won."


@pytest.mark.parametrize(
    ("write", "key", "typed", "sentence"),
    [
        (CreateTask(subject="Call"), "subject", "x" * 256, "The subject has 256 characters; shorten it to 255."),
        (update("next_step"), "next_step", "x" * 300, "The next step has 300 characters; shorten it to 255."),
        (
            LogActivity(activity="call", at=datetime(2026, 3, 1, tzinfo=UTC), subject="Call"),
            "body",
            "x" * 40_000,
            "The body has 40000 characters; shorten it to 32000.",
        ),
        (
            CreateContact(account_id="A1", name="Cy"),
            "email",
            "cy at acme",
            "cy at acme is no e-mail address: correct it or leave it out.",
        ),
    ],
)
def test_a_text_that_does_not_fit_says_its_limit(write: CrmWrite, key: str, typed: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        edited(typed, write, key=key)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (
            LogActivity(activity="call", at=datetime(2026, 3, 1, tzinfo=UTC), subject="Call", body="x" * 32_001),
            "The body has 32001 characters; shorten it to 32000.",
        ),
        (CreateTask(subject=" "), "The subject may not be empty: give one."),
        (update("stage"), "The stage may not be empty: give one."),
        (CreateContact(account_id="A1", name="Cy", email="cy"), "cy is no e-mail address: correct it or leave it out."),
    ],
)
def test_what_does_not_fit_is_said_while_it_can_still_be_edited(write: CrmWrite, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(write)
    assert str(caught.value) == sentence
