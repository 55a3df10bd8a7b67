"""How a change moves, how a write survives JSON, and what the states of several changes add up to."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.approvals.sentences import STANDS, stands
from bot.crm.writes import CreateContact, CreateTask, CrmWrite, LogActivity, SetContactRole, UpdateOpportunity
from bot.proposals import TRANSITIONS, Change, Proposal, Status, typed_write

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
MONEY = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**9)
DAYS = st.dates()
MAYBE = {"amount": MONEY, "close_date": DAYS, "next_step": TEXT, "competitor": TEXT, "loss_reason": TEXT}


@st.composite
def updates(draw: st.DrawFn) -> UpdateOpportunity:
    field = draw(st.sampled_from(sorted(MAYBE)))
    old, new = draw(st.none() | MAYBE[field]), draw(st.none() | MAYBE[field])
    return UpdateOpportunity.model_validate({"opportunity_id": "O1", "field": field, "old": old, "new": new})


WRITES: st.SearchStrategy[CrmWrite] = st.one_of(
    updates(),
    st.builds(CreateTask, subject=TEXT, due=st.none() | DAYS),
    st.builds(LogActivity, activity=st.just("call"), at=st.just(NOW), subject=TEXT, contact_ids=st.just(("C1", "C2"))),
    st.builds(CreateContact, account_id=TEXT, name=TEXT),
    st.builds(SetContactRole, opportunity_id=TEXT, contact_id=TEXT, role=st.just("champion")),
)


@given(WRITES)
def test_a_write_comes_back_from_json_as_it_was(write: CrmWrite) -> None:
    again = typed_write(json.loads(json.dumps(write.model_dump(mode="json"))))
    assert again == write
    assert [type(value) for value in again.model_dump().values()] == [
        type(value) for value in write.model_dump().values()
    ]


@pytest.mark.parametrize(("field", "new"), [("amount", "a lot"), ("close_date", "soon"), ("next_step", 7)])
def test_a_value_of_the_wrong_kind_is_no_write(field: str, new: object) -> None:
    with pytest.raises(ValidationError):
        typed_write({"kind": "update_opportunity", "opportunity_id": "O1", "field": field, "new": new})


def test_only_the_listed_moves_are_allowed() -> None:
    allowed = {(present, to) for present in TRANSITIONS for to in TRANSITIONS if _moves(present, to)}
    assert allowed == {
        ("pending", "approved"),
        ("pending", "rejected"),
        ("pending", "expired"),
        ("approved", "applying"),
        ("approved", "waiting"),
        ("applying", "applied"),
        ("applying", "failed"),
        ("applying", "waiting"),
        ("applying", "unknown"),
        ("applying", "pending"),
        ("waiting", "applying"),
        ("waiting", "failed"),
        ("unknown", "approved"),
        ("unknown", "rejected"),
        ("applied", "undone"),
    }


@pytest.mark.parametrize(
    ("states", "together"),
    [
        (("applied", "pending"), "pending"),
        (("applied", "waiting"), "waiting"),
        (("unknown", "waiting"), "unknown"),
        (("applied", "rejected"), "applied"),
        (("failed", "applied"), "failed"),
        (("expired", "rejected"), "expired"),
        (("undone", "undone"), "undone"),
    ],
)
def test_the_least_finished_change_gives_the_state(states: tuple[Status, ...], together: Status) -> None:
    assert _proposal(*states).status == together


def test_every_state_can_be_explained() -> None:
    assert set(STANDS) == set(TRANSITIONS)
    proposal = _proposal("waiting")
    assert stands(proposal, proposal.changes[0], "approve", "Ann") == (
        "Change 1 of P7K3 was already approved by Ann and waits for the CRM; it is applied without your doing."
    )


def _moves(present: Status, to: Status) -> bool:
    return to in TRANSITIONS[present]


def _proposal(*states: Status) -> Proposal:
    write = UpdateOpportunity(opportunity_id="O1", field="amount", old=Decimal("1"), new=Decimal("2"))
    changes = tuple(Change(id=str(k), k=k, write=write, evidence="", status=s) for k, s in enumerate(states, 1))
    return Proposal(
        id="P7K3", revision=1, requester="U1", created_at=NOW, expires_at=NOW.replace(day=9), changes=changes
    )
