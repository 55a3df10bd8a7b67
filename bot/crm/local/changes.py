"""Carry out one approved write inside an open transaction and read it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.crm import checks
from bot.crm.local import held
from bot.crm.local.rows import Rows
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
)
from bot.crm.writes import (
    Approval,
    CompleteTask,
    CreateContact,
    CreateTask,
    LogActivity,
    SetContactRole,
    UpdateOpportunity,
)
from bot.errors import CrmRejected

RecordName = Literal["activity", "task", "opportunity", "contact", "contact_role"]

HISTORY_FIELDS = frozenset({"stage", "amount", "close_date", "forecast_category"})


@dataclass(frozen=True)
class Outcome:
    """What a write left behind: the record, its written fields as JSON values, and what they were."""

    record: RecordName
    record_id: str
    values: Mapping[str, Any]
    previous: Mapping[str, Any] = field(default_factory=dict)


def perform(rows: Rows, approval: Approval, now: datetime) -> Outcome:
    """Check and carry out the write; CrmRejected leaves the transaction to be rolled back."""
    match approval.write:
        case LogActivity() as write:
            return _log(rows, approval.change_id, write)
        case CreateTask() as write:
            return _task(rows, approval.change_id, write, now)
        case CompleteTask() as write:
            return _complete(rows, write)
        case UpdateOpportunity() as write:
            return _update(rows, approval, write, now)
        case CreateContact() as write:
            return _contact(rows, approval.change_id, write, now)
        case SetContactRole() as write:
            return _role(rows, approval.change_id, write)


def dump(record: Record, names: Sequence[str] | None = None) -> dict[str, Any]:
    """The record's fields as JSON values: the named ones, else all that hold something besides the id."""
    values = record.model_dump(mode="json")
    if names is not None:
        return {name: values[name] for name in names}
    return {name: value for name, value in values.items() if name != "id" and value not in (None, [])}


def history_id(change_id: str) -> str:
    """The id of the history row that a change writes."""
    return f"history-{change_id}"


def add_history(rows: Rows, deal: Opportunity, row_id: str, user_id: str | None, now: datetime) -> None:
    """Append the deal's present state to its history, always after the last row."""
    before = rows.where(OpportunityHistory, opportunity_id=deal.id)
    at = max([now, *(row.at + timedelta(microseconds=1) for row in before)])
    rows.insert(
        OpportunityHistory(
            id=row_id,
            opportunity_id=deal.id,
            at=at,
            stage=deal.stage,
            amount=deal.amount,
            close_date=deal.close_date,
            forecast_category=deal.forecast_category,
            user_id=user_id,
        )
    )


def _log(rows: Rows, change_id: str, write: LogActivity) -> Outcome:
    account = held.links(
        rows,
        account=write.account_id,
        opportunity=write.opportunity_id,
        owner=write.owner_id,
        contacts=write.contact_ids,
    )
    activity = Activity(
        id=f"activity-{change_id}",
        kind=write.activity,
        at=checks.aware(write.at),
        subject=checks.required("subject", write.subject),
        body=checks.text("body", write.body),
        direction=write.direction,
        account_id=account,
        opportunity_id=write.opportunity_id,
        owner_id=write.owner_id,
        contact_ids=write.contact_ids,
    )
    return _created(rows, "activity", activity)


def _task(rows: Rows, change_id: str, write: CreateTask, now: datetime) -> Outcome:
    contacts = [] if write.contact_id is None else [write.contact_id]
    account = held.links(
        rows, account=write.account_id, opportunity=write.opportunity_id, owner=write.owner_id, contacts=contacts
    )
    task = Task(
        id=f"task-{change_id}",
        subject=checks.required("subject", write.subject),
        due=write.due,
        side=write.side,
        owner_id=write.owner_id,
        account_id=account,
        opportunity_id=write.opportunity_id,
        contact_id=write.contact_id,
        created_at=now,
    )
    return _created(rows, "task", task)


def _complete(rows: Rows, write: CompleteTask) -> Outcome:
    task = held.existing(rows, Task, write.task_id)
    checks.unchanged(task.subject, "status", "open", task.status)
    return changed(rows, "task", task, {"status": "done"})


def _contact(rows: Rows, change_id: str, write: CreateContact, now: datetime) -> Outcome:
    held.existing(rows, Account, write.account_id)
    contact = Contact(
        id=f"contact-{change_id}",
        account_id=write.account_id,
        name=checks.required("name", write.name),
        title=checks.text("title", write.title),
        email=checks.email(write.email),
        created_at=now,
        updated_at=now,
    )
    return _created(rows, "contact", contact)


def _role(rows: Rows, change_id: str, write: SetContactRole) -> Outcome:
    deal = held.existing(rows, Opportunity, write.opportunity_id)
    contact = held.existing(rows, Contact, write.contact_id)
    present = rows.where(OpportunityContactRole, opportunity_id=deal.id, contact_id=contact.id)
    meant = next((role for role in present if role.role == write.old), None)
    if present and meant is None:
        checks.unchanged(f"{contact.name} in {deal.name}", "role", write.old, present[0].role)
    if meant is None:
        checks.unchanged(f"{contact.name} in {deal.name}", "role", write.old, None)
        created = OpportunityContactRole(
            id=f"role-{change_id}", opportunity_id=deal.id, contact_id=contact.id, role=write.role
        )
        return _created(rows, "contact_role", created)
    return changed(rows, "contact_role", meant, {"role": write.role})


def _update(rows: Rows, approval: Approval, write: UpdateOpportunity, now: datetime) -> Outcome:
    deal = held.existing(rows, Opportunity, write.opportunity_id)
    checks.unchanged(deal.name, write.field, _shown(write), getattr(deal, write.field))
    new = checks.value(write.field, write.new)
    held.picklist(rows, write.field, new)
    values = {write.field: new, **(_of_stage(rows, deal, str(new), now) if write.field == "stage" else {})}
    outcome = changed(rows, "opportunity", deal, values)
    rows.change(Opportunity, deal.id, {"updated_at": now})
    if write.field in HISTORY_FIELDS:
        present = held.existing(rows, Opportunity, deal.id)
        add_history(rows, present, history_id(approval.change_id), approval.approved_by, now)
    return outcome


def _shown(write: UpdateOpportunity) -> checks.Value:
    """The value that was shown, in the field's type; a required field may have been empty."""
    return None if write.old in (None, "") else checks.value(write.field, write.old)


def _of_stage(rows: Rows, deal: Opportunity, name: str, now: datetime) -> dict[str, Any]:
    """What a stage brings with it; a deal that closes before its expected date closes today."""
    stage = rows.where(Stage, name=name)[0]
    brings = {"is_closed": stage.is_closed, "is_won": stage.is_won, "forecast_category": stage.forecast_category}
    early = deal.close_date is None or deal.close_date > now.date()
    if stage.is_closed and not deal.is_closed and early:
        return {**brings, "close_date": now.date()}
    return brings


def _created(rows: Rows, name: RecordName, record: Record) -> Outcome:
    rows.insert(record)
    present = held.existing(rows, type(record), record.id)
    _kept(dict(record), dict(present))
    return Outcome(name, record.id, dump(present))


def changed(rows: Rows, name: RecordName, record: Record, values: Mapping[str, Any]) -> Outcome:
    """Set the fields of a record and read them back; of the further ones only those that differ."""
    kept = {key: new for index, (key, new) in enumerate(values.items()) if index == 0 or getattr(record, key) != new}
    rows.change(type(record), record.id, kept)
    present = held.existing(rows, type(record), record.id)
    _kept(kept, dict(present))
    return Outcome(name, record.id, dump(present, list(kept)), dump(record, list(kept)))


def _kept(given: Mapping[str, Any], present: Mapping[str, Any]) -> None:
    for key, new in given.items():
        if present[key] != new:
            raise CrmRejected(f"The CRM kept {present[key]} as {checks.words(key)} instead of {new}: ask its admin.")
