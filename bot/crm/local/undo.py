"""Take one applied write back inside an open transaction, unless the record was changed since."""

from datetime import datetime
from typing import Any

from bot.crm import checks
from bot.crm.local.changes import HISTORY_FIELDS, Outcome, add_history, changed, dump, history_id
from bot.crm.local.rows import Rows
from bot.crm.records import (
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    Task,
)
from bot.crm.writes import Receipt
from bot.errors import CrmRejected

_KINDS: dict[str, type[Record]] = {
    "activity": Activity,
    "task": Task,
    "opportunity": Opportunity,
    "contact": Contact,
    "contact_role": OpportunityContactRole,
}


def take_back(rows: Rows, receipt: Receipt, now: datetime) -> Outcome:
    """Delete what was created (cancel a task), restore what was updated."""
    kind = _KINDS[receipt.record]
    record = rows.get(kind, receipt.record_id)
    if record is None:
        raise CrmRejected(f"The {checks.words(receipt.record)} was deleted meanwhile: there is nothing to take back.")
    if receipt.previous:
        return _restore(rows, receipt, record, now)
    _same(receipt, dump(record))
    if isinstance(record, Task):
        return changed(rows, "task", record, {"status": "cancelled"})
    if isinstance(record, Contact):
        _unused(rows, record)
    rows.delete(kind, record.id)
    return Outcome(receipt.record, record.id, {}, dump(record))


def _restore(rows: Rows, receipt: Receipt, record: Record, now: datetime) -> Outcome:
    _same(receipt, dump(record, list(receipt.values)))
    before = type(record).model_validate({**record.model_dump(mode="json"), **receipt.previous})
    outcome = changed(rows, receipt.record, record, {key: getattr(before, key) for key in receipt.previous})
    if isinstance(before, Opportunity):
        rows.change(Opportunity, record.id, {"updated_at": now})
        if HISTORY_FIELDS & receipt.previous.keys():
            _restore_history(rows, before, receipt.change_id, now)
    return outcome


def _restore_history(rows: Rows, deal: Opportunity, change_id: str, now: datetime) -> None:
    """Drop the change's own row where it is the last, so that a mistake does not count as a push; else add a row."""
    history = sorted(rows.where(OpportunityHistory, opportunity_id=deal.id), key=lambda row: row.at)
    if history and history[-1].id == history_id(change_id):
        rows.delete(OpportunityHistory, history[-1].id)
    else:
        add_history(rows, deal, f"{history_id(change_id)}-undo", None, now)


def _same(receipt: Receipt, present: dict[str, Any]) -> None:
    for key in {**receipt.values, **present}:
        written, now = receipt.values.get(key), present.get(key)
        if written != now:
            raise CrmRejected(
                f"The {checks.words(key)} was changed from {written} to {now} since: change it in the CRM instead."
            )


def _unused(rows: Rows, contact: Contact) -> None:
    roles = rows.where(OpportunityContactRole, contact_id=contact.id)
    tasks = rows.where(Task, contact_id=contact.id)
    met = [row for row in rows.where(Activity, account_id=contact.account_id) if contact.id in row.contact_ids]
    if roles or tasks or met:
        raise CrmRejected(f"{contact.name} is used in other records since: delete the contact in the CRM instead.")
