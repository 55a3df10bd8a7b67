"""What every CRM adapter must do with a write; a test module subclasses `CrmContract` and hands in the adapter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.crm.port import CrmReader, CrmWriter
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    Stage,
    Task,
    User,
)
from bot.crm.writes import (
    Approval,
    CompleteTask,
    CreateContact,
    CreateTask,
    CrmWrite,
    LogActivity,
    SetContactRole,
    UpdateOpportunity,
)
from bot.errors import CrmRejected

NOW = datetime(2026, 11, 16, 9, 30, 0, 123456, tzinfo=UTC)
EARLIER = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)

STAGES = (
    Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
    Stage(id="S2", name="Negotiation", order=2, probability=0.7, forecast_category="Commit"),
    Stage(id="S3", name="Closed Won", order=3, probability=1, forecast_category="Closed", is_closed=True, is_won=True),
    Stage(id="S4", name="Closed Lost", order=4, probability=0, forecast_category="Omitted", is_closed=True),
)

RECORDS: tuple[Record, ...] = (
    *STAGES,
    User(id="U1", name="Ana Rey", email="ana@seller.example"),
    Account(id="A1", name="Northwick Dairy", segment="Mid-market", owner_id="U1"),
    Account(id="A2", name="Brightwell"),
    Contact(id="C1", account_id="A1", name="Mira Holt", title="CFO", email="mira@northwick.example"),
    Contact(id="C2", account_id="A1", name="Jon Berg"),
    Opportunity(
        id="O1",
        name="Northwick - Cold chain",
        account_id="A1",
        owner_id="U1",
        amount=Decimal("120000.50"),
        stage="Discovery",
        forecast_category="Pipeline",
        close_date=date(2026, 12, 18),
        created_at=EARLIER,
    ),
    OpportunityHistory(
        id="H1",
        opportunity_id="O1",
        at=EARLIER,
        stage="Discovery",
        amount=Decimal("120000.50"),
        close_date=date(2026, 12, 18),
        forecast_category="Pipeline",
        user_id="U1",
    ),
    OpportunityContactRole(id="R1", opportunity_id="O1", contact_id="C1", role="economic_buyer"),
    Activity(id="X1", kind="call", at=EARLIER, subject="First call", account_id="A1", contact_ids=("C1",)),
    Task(id="T1", subject="Send the offer", due=date(2026, 11, 20), account_id="A1", owner_id="U1"),
)


@dataclass(frozen=True)
class Crm:
    """An adapter that holds RECORDS and whose clock stands at NOW."""

    reader: CrmReader
    writer: CrmWriter


CALL = LogActivity(
    activity="call",
    at=datetime(2026, 11, 16, 8, 0, tzinfo=UTC),
    subject="Spoke to the CFO",
    body="Budget is agreed.",
    direction="outbound",
    account_id="A1",
    opportunity_id="O1",
    owner_id="U1",
    contact_ids=("C1",),
)
TASK = CreateTask(subject="Send the contract", due=date(2026, 11, 24), owner_id="U1", account_id="A1")
DONE = CompleteTask(task_id="T1", account_id="A1")
CONTACT = CreateContact(account_id="A1", name="Zoë 🙂 Åberg", title="COO", email="zoe@northwick.example")
NEW_ROLE = SetContactRole(opportunity_id="O1", contact_id="C2", role="champion")
OTHER_ROLE = SetContactRole(opportunity_id="O1", contact_id="C1", role="blocker", old="economic_buyer")


def update(field: str, old: object, new: object, opportunity_id: str = "O1") -> UpdateOpportunity:
    return UpdateOpportunity.model_validate({"opportunity_id": opportunity_id, "field": field, "old": old, "new": new})


UPDATES = (
    update("stage", "Discovery", "Negotiation"),
    update("stage", "Discovery", "Closed Won"),
    update("amount", Decimal("120000.50"), Decimal("99999.99")),
    update("amount", Decimal("120000.50"), None),
    update("close_date", date(2026, 12, 18), date(2027, 1, 29)),
    update("forecast_category", "Pipeline", "Best Case"),
    update("next_step", None, "Call on Tuesday"),
    update("competitor", None, "Frostline"),
    update("loss_reason", None, "No budget"),
)
WRITES: tuple[CrmWrite, ...] = (CALL, TASK, DONE, CONTACT, NEW_ROLE, OTHER_ROLE, *UPDATES)

REFUSED: tuple[tuple[str, CrmWrite], ...] = (
    ("Closed won is no stage of the CRM", update("stage", "Discovery", "Closed won")),
    ("Likely is no forecast category of the CRM", update("forecast_category", "Pipeline", "Likely")),
    ("The stage may not be empty", update("stage", "Discovery", None)),
    ("a lot is no amount", update("amount", Decimal("120000.50"), "a lot")),
    ("NaN is no amount", update("amount", Decimal("120000.50"), "NaN")),
    ("soon is no date", update("close_date", date(2026, 12, 18), "soon")),
    ("The next step has 256 characters", update("next_step", None, "x" * 256)),
    ("The next step must be text", update("next_step", None, date(2026, 12, 1))),
    ("was changed from 1 to 120000.50 meanwhile", update("amount", Decimal(1), Decimal(2))),
    ("was changed from nothing to economic_buyer", OTHER_ROLE.model_copy(update={"old": None})),
    ("was changed from champion to nothing", NEW_ROLE.model_copy(update={"old": "champion"})),
    ("The CRM has no opportunity with the id O9", update("amount", None, Decimal(2), "O9")),
    ("The CRM has no account with the id A9", CONTACT.model_copy(update={"account_id": "A9"})),
    ("The CRM has no task with the id T9", DONE.model_copy(update={"task_id": "T9"})),
    ("The CRM has no user with the id U9", TASK.model_copy(update={"owner_id": "U9"})),
    ("The CRM has no contact with the id C9", CALL.model_copy(update={"contact_ids": ("C9",)})),
    ("The CRM has no contact with the id C9", NEW_ROLE.model_copy(update={"contact_id": "C9"})),
    ("belongs to another account than A2", CALL.model_copy(update={"account_id": "A2"})),
    ("names no time zone", CALL.model_copy(update={"at": datetime(2026, 11, 16, 8, 0)})),
    ("The subject may not be empty", TASK.model_copy(update={"subject": "  "})),
    ("The name has 122 characters", CONTACT.model_copy(update={"name": "n" * 122})),
    ("zoe at home is no e-mail address", CONTACT.model_copy(update={"email": "zoe at home"})),
)


def approve(write: CrmWrite, change_id: str = "change-1") -> Approval:
    return Approval(change_id=change_id, write=write, approved_by="U1", approved_at=NOW)


def state(reader: CrmReader) -> dict[str, Sequence[Record]]:
    """Everything a write may touch, the time stamp of the last change left out."""
    deals = [deal.model_copy(update={"updated_at": None}) for deal in reader.opportunities()]
    return {
        "deals": deals,
        "histories": reader.histories(),
        "roles": reader.contact_roles("O1"),
        "contacts": reader.contacts(),
        "activities": reader.activities(),
        "tasks": reader.tasks(live_only=False),
    }


def label(write: object) -> str:
    return f"{write.field}={write.new}" if isinstance(write, UpdateOpportunity) else getattr(write, "kind", str(write))


class CrmContract:
    """Subclass with a fixture `crm`."""

    first_call = "X1"
    """the id under which the reader knows the call of RECORDS"""
    erases_history = True
    """whether undo leaves no trace in the deal's history; a remote CRM keeps its history to itself"""
    closes_today = True
    """whether a closed stage moves an expected close date that lies ahead to today"""

    names_who = True
    """whether the history names who approved a change; HubSpot's names the app that made it"""

    def kept(self, record: Record) -> Record:
        """A written record as this CRM can keep it: some keep a call's day and not its minute."""
        return record

    def state(self, reader: CrmReader) -> dict[str, Sequence[Record]]:
        """Everything a write may touch and undo must restore."""
        whole = state(reader)
        return whole if self.erases_history else {**whole, "histories": ()}

    @pytest.mark.parametrize("write", WRITES, ids=label)
    def test_a_repeated_change_id_writes_once_and_returns_the_first_receipt(self, crm: Crm, write: CrmWrite) -> None:
        before = self.state(crm.reader)
        first = crm.writer.apply(approve(write))
        after = self.state(crm.reader)
        assert crm.writer.apply(approve(write)) == first
        assert self.state(crm.reader) == after
        assert after != before

    @pytest.mark.parametrize("write", WRITES, ids=label)
    def test_undo_restores_and_may_be_repeated(self, crm: Crm, write: CrmWrite) -> None:
        before = self.state(crm.reader)
        receipt = crm.writer.apply(approve(write))
        undone = crm.writer.undo(receipt)
        assert crm.writer.undo(receipt) == undone
        after = self.state(crm.reader)
        cancelled = [task for task in after["tasks"] if isinstance(task, Task) and task.status == "cancelled"]
        after["tasks"] = [task for task in after["tasks"] if task not in cancelled]
        assert after == before
        assert len(cancelled) == (1 if isinstance(write, CreateTask) else 0)

    @pytest.mark.parametrize(("why", "write"), REFUSED, ids=[why for why, _ in REFUSED])
    def test_a_refused_write_leaves_nothing_and_may_be_corrected(self, crm: Crm, why: str, write: CrmWrite) -> None:
        before = self.state(crm.reader)
        with pytest.raises(CrmRejected, match=why):
            crm.writer.apply(approve(write))
        assert self.state(crm.reader) == before
        assert crm.writer.apply(approve(TASK)).record == "task"

    @pytest.mark.parametrize("write", UPDATES, ids=label)
    def test_an_update_reads_back(self, crm: Crm, write: UpdateOpportunity) -> None:
        receipt = crm.writer.apply(approve(write))
        deal = crm.reader.opportunity("O1")
        assert deal is not None
        assert getattr(deal, write.field) == write.new
        assert receipt.values == deal.model_dump(mode="json", include=set(receipt.values))
        assert receipt.link == crm.reader.link("opportunity", "O1")

    def test_a_logged_call_reads_back(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(CALL))
        expected = Activity(id=receipt.record_id, kind="call", **CALL.model_dump(exclude={"kind", "activity"}))
        assert crm.reader.activity(receipt.record_id) == self.kept(expected)
        assert [row.id for row in crm.reader.activities("A1")] == [receipt.record_id, self.first_call]

    def test_a_call_on_a_deal_shows_at_the_deals_account(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(CALL.model_copy(update={"account_id": None})))
        assert crm.reader.activities("A1")[0].id == receipt.record_id

    def test_a_completed_task_is_no_longer_open_and_cannot_be_completed_again(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(DONE))
        assert (receipt.record, receipt.values, receipt.previous) == ("task", {"status": "done"}, {"status": "open"})
        assert crm.reader.tasks("A1") == []
        with pytest.raises(CrmRejected, match="was changed from open to done meanwhile"):
            crm.writer.apply(approve(DONE, "change-2"))

    def test_a_task_reads_back_and_is_cancelled_by_undo(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(TASK))
        assert [task.id for task in crm.reader.tasks("A1")] == ["T1", receipt.record_id]
        crm.writer.undo(receipt)
        assert [task.id for task in crm.reader.tasks("A1")] == ["T1"]
        cancelled = crm.reader.task(receipt.record_id)
        assert cancelled is not None
        assert cancelled.status == "cancelled"

    def test_the_customers_promise_is_read_back_as_theirs(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(TASK.model_copy(update={"side": "theirs"})))
        task = crm.reader.task(receipt.record_id)
        assert task is not None
        assert (task.subject, task.side) == ("Send the contract", "theirs")

    def test_a_closed_stage_closes_the_deal_today_and_is_remembered(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(update("stage", "Discovery", "Closed Won")))
        deal = crm.reader.opportunity("O1")
        assert deal is not None
        assert (deal.is_closed, deal.is_won, deal.forecast_category) == (True, True, "Closed")
        close = NOW.date() if self.closes_today else date(2026, 12, 18)
        assert deal.close_date == close
        assert receipt.previous == {
            "stage": "Discovery",
            "is_closed": False,
            "is_won": False,
            "forecast_category": "Pipeline",
            **({"close_date": "2026-12-18"} if self.closes_today else {}),
        }
        last = crm.reader.history("O1")[-1]
        assert (last.stage, last.user_id, last.close_date) == ("Closed Won", "U1" if self.names_who else None, close)

    def test_undo_is_refused_where_the_value_was_changed_since(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(update("amount", Decimal("120000.50"), Decimal("130000"))))
        crm.writer.apply(approve(update("amount", Decimal("130000"), Decimal("140000")), "change-2"))
        after = self.state(crm.reader)
        with pytest.raises(CrmRejected, match="amount was changed from 130000 to 140000 since"):
            crm.writer.undo(receipt)
        assert self.state(crm.reader) == after

    def test_undo_of_an_earlier_field_keeps_the_later_one(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(update("amount", Decimal("120000.50"), Decimal("130000"))))
        crm.writer.apply(approve(update("stage", "Discovery", "Negotiation"), "change-2"))
        crm.writer.undo(receipt)
        last = crm.reader.history("O1")[-1]
        assert (last.stage, last.amount) == ("Negotiation", Decimal("120000.50"))

    def test_a_contact_in_use_is_not_deleted_by_undo(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(CONTACT))
        role = SetContactRole(opportunity_id="O1", contact_id=receipt.record_id, role="user")
        crm.writer.apply(approve(role, "change-2"))
        with pytest.raises(CrmRejected, match="is used in other records since"):
            crm.writer.undo(receipt)
        assert crm.reader.contact(receipt.record_id) is not None

    def test_undo_of_an_unknown_change_is_refused(self, crm: Crm) -> None:
        receipt = crm.writer.apply(approve(TASK))
        with pytest.raises(CrmRejected, match="was never applied"):
            crm.writer.undo(receipt.model_copy(update={"change_id": "other"}))
