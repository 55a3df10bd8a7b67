"""Each risk signal on the day before its threshold, on it, and where data is missing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Activity, Contact, Opportunity, OpportunityContactRole, OpportunityHistory
from bot.pipeline.deal import Deal, Usual
from bot.pipeline.limits import Thresholds
from bot.pipeline.risk import close_date, hygiene, pushed, signals, stalled
from bot.pipeline.risk_people import dead_weight, next_step, no_economic_buyer, silence, single_threaded
from bot.pipeline.signal import Rule, Severity, Signal

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
TODAY = NOW.date()
HEALTHY = {"amount": 1000, "close_date": TODAY + timedelta(days=60), "next_step": "Demo", "stage": "Proposal"}


def deal(*, history: Sequence[OpportunityHistory] = (), activities: Sequence[Activity] = (), roles: Sequence[Any] = (),
         usual: Usual | None = None, contacts: dict[str, Contact] | None = None, **fields: object) -> Deal:  # fmt: skip
    """A deal at Proposal; what is not said is fine."""
    opportunity = Opportunity.model_validate({"id": "o", "name": "Deal", **HEALTHY, **fields})
    return Deal(opportunity, None, history, activities, roles, contacts or {}, (), usual)


def fired(rule: Rule, subject: Deal, limit: Thresholds | None = None) -> tuple[str, Severity] | None:
    """Name and severity of what a rule says today."""
    found = rule(subject, NOW, limit or Thresholds())
    return (found.name, found.severity) if found else None


def call(days: int, *who: str, key: str = "x") -> Activity:
    """A call so many days ago."""
    return Activity(id=f"{key}{days}", kind="call", at=NOW - timedelta(days=days), subject="call", contact_ids=who)


def in_stage(days: int) -> list[OpportunityHistory]:
    """A history that entered Proposal so many days ago."""
    return [OpportunityHistory(id="h", opportunity_id="o", at=NOW - timedelta(days=days), stage="Proposal")]


@pytest.mark.parametrize(("days", "expected"), [(0, None), (13, None), (14, "amber"), (20, "amber"), (21, "red")])
def test_silence(days: int, expected: str | None) -> None:
    found = fired(silence, deal(activities=[call(days, "c1")]))
    assert found == (("no two-way activity", expected) if expected else None)


def test_silence_of_sixty_days_proposes_closing() -> None:
    texts = [dead_weight(deal(activities=[call(days, "c1")]), NOW, Thresholds()) for days in (59, 60)]
    assert texts == [
        None,
        Signal("dead weight", "red", "nothing came from the customer for 60 days; propose closing it"),
    ]


def test_our_own_unanswered_mail_breaks_no_silence_and_the_future_does_not_count() -> None:
    mail = Activity(id="m", kind="email", at=NOW, subject="hello?", direction="outbound", contact_ids=("c1",))
    assert fired(silence, deal(activities=[mail, call(30, "c1")])) == ("no two-way activity", "red")
    assert fired(silence, deal(activities=[call(-1, "c1")])) == ("no two-way activity", "unknown")
    assert fired(silence, deal()) == ("no two-way activity", "unknown")


@pytest.mark.parametrize(
    ("days", "usual", "expected"),
    [
        (30, None, None), (31, None, "amber"),
        (15, Usual(10, 20, 9), None), (16, Usual(10, 20, 9), "amber"), (20, Usual(10, 20, 9), "amber"),
        (21, Usual(10, 20, 9), "red"), (13, Usual(10, 12, 9), "red"), (12, Usual(10, 12, 9), None),
        (0, Usual(0, 0, 9), None),
    ],
)  # fmt: skip
def test_stalled_over_one_and_a_half_medians_or_the_p90(days: int, usual: Usual | None, expected: str | None) -> None:
    found = fired(stalled, deal(history=in_stage(days), usual=usual))
    assert found == (("stalled in stage", expected) if expected else None)


def test_stalled_without_history_is_unknown() -> None:
    assert fired(stalled, deal()) == ("stalled in stage", "unknown")


@pytest.mark.parametrize(
    ("ahead", "stage", "expected"),
    [
        (-1, "Proposal", ("close date passed", "red")), (0, "Proposal", None), (-1, "Discovery", ("close date passed", "red")),
        (0, "Discovery", ("close date too near", "red")), (7, "discovery", ("close date too near", "red")),
        (8, "Discovery", None), (7, "Negotiation", None),
    ],
)  # fmt: skip
def test_close_date(ahead: int, stage: str, expected: tuple[str, str] | None) -> None:
    assert fired(close_date, deal(close_date=TODAY + timedelta(days=ahead), stage=stage)) == expected
    assert fired(close_date, deal(close_date=None, stage=stage)) is None


@pytest.mark.parametrize(("times", "expected"), [(0, None), (1, None), (2, "amber"), (3, "red"), (5, "red")])
def test_pushed(times: int, expected: str | None) -> None:
    days = [date(2026, 1, 1) + timedelta(days=i) for i in range(times + 1)]
    history = [
        OpportunityHistory(id=str(i), opportunity_id="o", at=NOW, stage="Proposal", close_date=day)
        for i, day in enumerate(days)
    ]
    assert fired(pushed, deal(history=history)) == (("close date pushed", expected) if expected else None)


def test_pushes_into_a_later_quarter_are_shown_apart() -> None:
    days = [date(2026, 3, 1), date(2026, 3, 20), date(2026, 4, 2)]
    history = [
        OpportunityHistory(id=str(i), opportunity_id="o", at=NOW, stage="Proposal", close_date=day)
        for i, day in enumerate(days)
    ]
    found = pushed(deal(history=history), NOW, Thresholds())
    assert found
    assert found.text == "the close date was pushed 2 times, 1 of them into a later quarter"


def test_single_threaded_looks_thirty_days_back() -> None:
    contacts = {"c1": Contact(id="c1", name="Ingrid")}
    only = single_threaded(deal(activities=[call(30, "c1"), call(31, "c2")], contacts=contacts), NOW, Thresholds())
    assert only == Signal("single-threaded", "amber", "only Ingrid was engaged in the last 30 days")
    assert fired(single_threaded, deal(activities=[call(30, "c1"), call(30, "c2", key="y")])) is None
    assert fired(single_threaded, deal(activities=[call(31, "c1")])) is None


def test_no_economic_buyer_from_proposal_on() -> None:
    champion = OpportunityContactRole(id="r", opportunity_id="o", contact_id="c1", role="champion")
    buyer = champion.model_copy(update={"role": "economic_buyer"})
    assert fired(no_economic_buyer, deal(roles=[champion])) == ("no economic buyer", "amber")
    assert fired(no_economic_buyer, deal()) == ("no economic buyer", "unknown")
    assert fired(no_economic_buyer, deal(roles=[champion, buyer])) is None
    assert fired(no_economic_buyer, deal(stage="Discovery")) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"next_step": None}, ("no next step", "amber")),
        ({"next_step": ""}, ("no next step", "amber")),
        ({"next_step": None, "stage": "Qualification"}, None),
        ({"next_step": None, "stage": "Discovery"}, ("no next step", "amber")),
        ({"next_step_date": TODAY}, None),
        ({"next_step_date": TODAY - timedelta(days=1)}, ("next step in the past", "amber")),
    ],
)
def test_next_step(fields: dict[str, object], expected: tuple[str, str] | None) -> None:
    assert fired(next_step, deal(**fields)) == expected


def test_hygiene_names_what_is_missing_and_zero_is_an_amount() -> None:
    assert hygiene(
        deal(amount=None, close_date=None, next_step="", stage="Qualification"), NOW, Thresholds()
    ) == Signal("hygiene", "amber", "amount, close date, next step and contact missing in the CRM")
    champion = OpportunityContactRole(id="r", opportunity_id="o", contact_id="c1", role="champion")
    assert fired(hygiene, deal(amount=0, roles=[champion])) is None


def test_a_healthy_deal_has_no_signal() -> None:
    buyer = OpportunityContactRole(id="r", opportunity_id="o", contact_id="c1", role="economic_buyer")
    told = call(1, "c1").model_copy(update={"body": "She accepts the price."})
    fine = deal(history=in_stage(3), activities=[told, call(2, "c2")], roles=[buyer])
    assert signals(fine, NOW) == []


@given(
    st.integers(0, 400), st.integers(0, 400), st.integers(-90, 90), st.sampled_from(["Proposal", "Discovery", "Odd"])
)
def test_red_comes_first_and_unknown_last(silent: int, spent: int, ahead: int, stage: str) -> None:
    subject = deal(
        history=in_stage(spent), activities=[call(silent, "c1")], close_date=TODAY + timedelta(days=ahead), stage=stage
    )
    severities = [signal.severity for signal in signals(subject, NOW)]
    assert severities == sorted(severities, key=list(get_args(Severity)).index)


def test_thresholds_are_settings() -> None:
    strict = Thresholds(silence_amber=1, silence_red=2, stalled_thin=0)
    assert fired(silence, deal(activities=[call(1, "c1")]), strict) == ("no two-way activity", "amber")
    assert fired(stalled, deal(history=in_stage(1)), strict) == ("stalled in stage", "amber")
