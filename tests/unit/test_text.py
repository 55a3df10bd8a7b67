"""An answer and a proposal as plain text, and a proposal in the contract's shape."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.crm.local import LocalReader
from bot.crm.records import Opportunity
from bot.crm.writes import (
    CreateContact,
    CreateTask,
    CrmWrite,
    LogActivity,
    Receipt,
    SetContactRole,
    UpdateOpportunity,
)
from bot.proposals import TRANSITIONS, Change, Citation, Draft, Line, Proposal, Section, Status, Table
from bot.text import (
    STATES,
    aligned,
    answer_text,
    change_json,
    change_link,
    change_rows,
    change_text,
    notes,
    proposal_json,
    proposal_text,
    source_line,
)
from tests.small_crm import NOW, reader

AMOUNT = UpdateOpportunity(opportunity_id="o1", field="amount", old=Decimal(78000), new=None)
TASK = CreateTask(subject="Call", due=date(2026, 11, 20), owner_id="u1", account_id="a1", opportunity_id="o1")
CALL = LogActivity(activity="call", at=NOW, subject="Call", account_id="a1", contact_ids=("c-per", "c-gone"))


@pytest.fixture
def crm(tmp_path: Path) -> LocalReader:
    return reader(tmp_path)


def proposal(*writes: CrmWrite) -> Proposal:
    """A proposal of these writes."""
    changes = tuple(Change(id=f"k{k}", k=k, write=write, evidence="so said") for k, write in enumerate(writes, 1))
    return Proposal(
        id="AB12", revision=1, requester="u1", created_at=NOW, expires_at=NOW + timedelta(days=7), changes=changes
    )


def test_an_answer_has_a_lead_sections_unknowns_notice_sources_and_its_age() -> None:
    draft = Draft(
        skill="brief",
        lead="Two pages disagree.",
        sections=(
            Section(title="", lines=(Line(text="Hello."),)),
            Section(title="People", lines=(Line(text="Per.", cites=(1, 2)),)),
            Section(title="Commitments"),
        ),
        unknowns=("Renewal date.",),
        notice="Written without a language model.",
        citations=(Citation(n=1, title="Per", source="seller://contact/1", location="contact", status="CRM"),),
        as_of=datetime(2026, 11, 16, 9, 5, tzinfo=UTC),
    )
    assert answer_text(draft) == (
        "Two pages disagree.\n\nHello.\n\nPeople\n- Per. [1][2]\n\nCommitments\n- nothing on record\n\nUnknown\n- Renewal date.\n\n"
        "(Written without a language model.)\n\nSources\n[1] Per · CRM · seller://contact/1\n\n"
        "CRM as of 2026-11-16 09:05 UTC."
    )
    assert answer_text(Draft(skill="ask")) == ""


def test_a_table_is_told_in_aligned_columns() -> None:
    table = Table(columns=("Stage", "Open"), rows=(("Proposal", "1,200"), ("Discovery", "7")), numeric=(1,))
    sections = (Section(title="By stage", table=table), Section(title="Empty"))
    assert answer_text(Draft(skill="pipeline", sections=sections)) == (
        "By stage\nStage       Open\nProposal   1,200\nDiscovery      7\n\nEmpty\n- nothing on record"
    )


@pytest.mark.parametrize(("days", "age"), [(0, "of today"), (-1, "of today"), (1, "1 day old"), (30, "30 days old")])
def test_a_source_shows_badge_owner_age_and_place(days: int, age: str) -> None:
    page = Citation(n=3, title="Prices", source="p.md", location="Limits", status="due", owner="Lena", age_days=days)
    assert source_line(page) == f"[3] Prices · due · Lena · {age} · Limits · p.md"


def test_every_state_of_a_change_has_words() -> None:
    assert set(STATES) == set(TRANSITIONS)


def test_a_proposal_shows_old_and_new_and_why(crm: LocalReader) -> None:
    assert proposal_text(proposal(AMOUNT, TASK), crm) == (
        "Proposal AB12 (revision 1): waiting for your yes\n"
        "  1. Update deal on Northwick - Plan: waiting for your yes\n"
        "       amount: 78000 → nothing\n"
        "       because: so said\n"
        "  2. Create task on Northwick Dairy: waiting for your yes\n"
        "       subject: Call\n       due: 2026-11-20\n       owner: Sam Seller\n       deal: Northwick - Plan\n"
        "       because: so said"
    )


def test_rows_name_people_and_leave_empty_fields_out(crm: LocalReader) -> None:
    assert change_rows(CALL, crm) == [
        ("kind", "", "call"), ("subject", "", "Call"), ("at", "", "2026-11-16 17:00 UTC"), ("with", "", "Per Aune"),
    ]  # fmt: skip
    role = SetContactRole(opportunity_id="o1", contact_id="c-per", role="economic_buyer")
    assert change_rows(role, crm) == [("role", "none", "economic buyer")]
    contact = CreateContact(account_id="a1", name="New Person")
    assert change_rows(contact, crm) == [("name", "", "New Person")]


def test_a_failed_change_says_why(crm: LocalReader) -> None:
    [change] = proposal(CALL).changes
    failed = change.model_copy(update={"status": "failed", "error": "The CRM refuses it."})
    assert change_text(failed, crm).splitlines()[0] == "  1. Log activity on Northwick Dairy: failed"
    assert change_text(failed, crm).splitlines()[-1] == "       The CRM refuses it."


def stood(status: Status, write: CrmWrite = AMOUNT, **given: Any) -> Change:
    """A change in a state."""
    return proposal(write).changes[0].model_copy(update={"status": status, **given})


def test_a_waiting_change_says_since_when_why_and_until_when(crm: LocalReader) -> None:
    change = stood(
        "waiting", error="The CRM is down.", queued_at=NOW, retry_at=NOW + timedelta(seconds=75), decided_by="u1"
    )
    shown = change_text(change, crm).splitlines()
    assert shown[0] == "  1. Update deal on Northwick - Plan: approved; waiting for the CRM, approved by Sam Seller"
    assert shown[-2:] == [
        "       The CRM is down.",
        "       Waiting since 2026-11-16 17:00 UTC; the next try is at 17:01:15.",
    ]
    assert {name: change_json(change, crm)[name] for name in ("decided_by", "waiting_since", "next_try")} == {
        "decided_by": "u1",
        "waiting_since": "2026-11-16T17:00:00+00:00",
        "next_try": "2026-11-16T17:01:15+00:00",
    }
    due = change.model_copy(update={"retry_at": None})
    assert notes(due, crm)[-1] == "Waiting since 2026-11-16 17:00 UTC; it is tried again now."


def test_an_unknown_change_says_what_to_do_and_where_to_look(crm: LocalReader) -> None:
    change = stood("unknown", error="The CRM did not answer.")
    assert change_text(change, crm).splitlines()[-3:] == [
        "       The CRM did not answer.",
        "       Look in the CRM: if it is not there, approve writes it; if it is, or shall not be, reject leaves it.",
        "       seller://opportunity/o1",
    ]
    assert change_json(change, crm)["look"] == "seller://opportunity/o1"
    assert change_link(stood("unknown", CALL), crm) == "seller://account/a1"
    assert change_link(stood("unknown", CreateTask(subject="Call")), crm) is None


def test_a_change_of_a_closed_deal_is_warned_of_until_it_is_decided(tmp_path: Path) -> None:
    closed = Opportunity(id="o2", name="Northwick - Sync", account_id="a1", stage="Closed Won", is_closed=True)
    crm = reader(tmp_path, closed)
    won = AMOUNT.model_copy(update={"opportunity_id": "o2"})
    assert notes(stood("pending", won), crm) == [
        "Careful: Northwick - Sync is closed (Closed Won); this changes a closed deal."
    ]
    assert notes(stood("rejected", won), crm) == notes(stood("pending"), crm) == []


def test_what_was_applied_long_after_the_yes_says_so(crm: LocalReader) -> None:
    receipt = Receipt(
        change_id="k1", record="opportunity", record_id="o1", link="seller://opportunity/o1", values={},
        applied_at=NOW + timedelta(days=7, seconds=1),
    )  # fmt: skip
    late = stood("applied", receipt=receipt, decided_at=NOW)
    assert notes(late, crm) == ["The yes was of 2026-11-16; the CRM could not be reached for more than a week."]
    assert notes(late.model_copy(update={"decided_at": NOW + timedelta(seconds=1)}), crm) == []


def test_a_proposal_as_json(crm: LocalReader) -> None:
    found = proposal_json(proposal(AMOUNT, TASK), crm)
    assert (found["id"], found["revision"], found["status"], found["requester"]) == ("AB12", 1, "pending", "u1")
    update, created = found["changes"]
    assert (update["kind"], update["field"], update["old"], update["new"]) == (
        "update_opportunity", "amount", Decimal(78000), None,
    )  # fmt: skip
    assert (created["field"], created["old"], created["new"]["due"]) == (None, None, date(2026, 11, 20))
    assert "receipt" not in update


DEALS = Table(
    columns=("Deal", "Stage", "Amount"),
    rows=(("日本 Plant", "Discovery", "48,000"), ("Cafe\u0301", "", "1,200,000"), ("short",)),
    numeric=(2,),
)


def test_a_table_is_aligned_with_figures_to_the_right() -> None:
    assert aligned(DEALS) == [
        "Deal        Stage         Amount",
        "日本 Plant  Discovery     48,000",
        "Cafe\u0301                   1,200,000",
        "short",
    ]


def test_a_section_shows_its_table_and_is_empty_only_without() -> None:
    sections = (Section(title="Deals", table=DEALS), Section(title="Risks"))
    assert answer_text(Draft(skill="deal", sections=sections)) == "\n".join(
        ["Deals", *aligned(DEALS), "", "Risks", "- nothing on record"]
    )
