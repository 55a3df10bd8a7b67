"""Take a write back, unless somebody changed the record since; what is taken back already is done."""

from collections.abc import Mapping
from typing import Any

from bot.crm import checks
from bot.crm.records import Opportunity, Record
from bot.crm.salesforce import creating, soql, values
from bot.crm.salesforce.client import Row
from bot.crm.salesforce.desk import Desk, deal_of, sent, suppress_gone
from bot.crm.salesforce.roles import role_value
from bot.crm.salesforce.tables import KEY_FIELD
from bot.crm.salesforce.updating import patch
from bot.crm.writes import Receipt
from bot.errors import CrmRejected

_KINDS = {"task": "tasks", "contact": "contacts", "contact_role": "contact_roles", "opportunity": "opportunities"}
_OF_ACTIVITY = {"00U": "events", "069": "notes"}
_DERIVED = frozenset({"is_closed", "is_won"})


def take_back(desk: Desk, receipt: Receipt) -> Receipt:
    """Delete what was created (cancel a task where there is such a status), restore what was updated."""
    kind = _KINDS.get(receipt.record) or _OF_ACTIVITY.get(receipt.record_id[:3], "tasks")
    row = desk.row(kind, receipt.record_id)
    if receipt.previous:
        return _restore(desk, receipt, kind, row)
    if row is None:
        return _undone(desk, receipt, {}, receipt.values)
    if row.get(KEY_FIELD) not in (None, receipt.change_id):
        raise CrmRejected(
            f"The change {receipt.change_id} was never applied to this record: there is nothing to take back."
        )
    return _remove(desk, receipt, kind, row)


def _remove(desk: Desk, receipt: Receipt, kind: str, row: Row) -> Receipt:
    state = _cancelled(desk) if receipt.record == "task" else None
    present = values.dump(creating.present(desk, kind, row))
    if state is not None and present.get("status") == "cancelled":
        present["status"] = receipt.values.get("status")
    _same(receipt.values, present)
    if state is not None:
        return _cancel(desk, receipt, row, state)
    if receipt.record == "contact":
        _unused(desk, row)
    with suppress_gone():
        desk.client.send("DELETE", desk.client.path(desk.shape(kind).table.name, row["Id"]))
    return _undone(desk, receipt, {}, receipt.values)


def _cancelled(desk: Desk) -> str | None:
    """The status that means cancelled; None where the org has none, so that the task is deleted."""
    allowed = desk.shape("tasks").described.values("Status")
    return desk.names.value("task_status", "cancelled", allowed) if allowed else None


def _cancel(desk: Desk, receipt: Receipt, row: Row, state: str) -> Receipt:
    if row.get("Status") != state:
        patch(desk, "tasks", row, {"Status": state}, lambda now: _same(receipt.values, _dump(desk, "tasks", now)))
    return _undone(desk, receipt, {"status": "cancelled"}, {"status": receipt.values.get("status")})


def _restore(desk: Desk, receipt: Receipt, kind: str, row: Row | None) -> Receipt:
    if row is None:
        raise CrmRejected(f"The {checks.words(receipt.record)} was deleted meanwhile: there is nothing to take back.")
    names = list(receipt.previous)
    if _part(desk, kind, row, names) != receipt.previous:
        _same(receipt.values, _part(desk, kind, row, names))
        body = _body(desk, receipt, kind, row)
        desk.fits(kind, body, creating=False)
        patch(desk, kind, row, body, lambda now: _same(receipt.values, _part(desk, kind, now, names)))
        with sent():
            _restored(receipt, _part(desk, kind, desk.needed(kind, receipt.record_id), names))
    return _undone(desk, receipt, receipt.previous, receipt.values)


def _body(desk: Desk, receipt: Receipt, kind: str, row: Row) -> dict[str, Any]:
    """The previous values in Salesforce's words."""
    if receipt.record == "contact_role":
        role = receipt.previous["role"]
        return {"Role": None if role is None else role_value(desk, role)}
    if receipt.record == "task":
        return {"Status": creating.status(desk, str(receipt.previous["status"]))}
    present = deal_of(desk.read(kind, row))
    before = Opportunity.model_validate({**present.model_dump(mode="json"), **receipt.previous})
    named = desk.shape(kind).names
    return {named[key]: values.sent(getattr(before, key)) for key in receipt.previous if key not in _DERIVED}


def _part(desk: Desk, kind: str, row: Row, names: list[str]) -> dict[str, Any]:
    if kind == "contact_roles":
        return {"role": desk.names.meaning("role", row.get("Role"))}
    return values.dump(desk.read(kind, row), names)


def _dump(desk: Desk, kind: str, row: Row) -> dict[str, Any]:
    record: Record = creating.present(desk, kind, row)
    return values.dump(record)


def _restored(receipt: Receipt, present: Mapping[str, Any]) -> None:
    for key, before in receipt.previous.items():
        if present[key] != before and key not in _DERIVED:
            raise CrmRejected(
                f"Salesforce kept {present[key]} as {checks.words(key)} instead of {before}: change it there instead."
            )


def _same(written: Mapping[str, Any], present: Mapping[str, Any]) -> None:
    for key in {**written, **present}:
        if written.get(key) != present.get(key):
            raise CrmRejected(
                f"The {checks.words(key)} was changed from {written.get(key)} to {present.get(key)} since: "
                "change it in the CRM instead."
            )


def _unused(desk: Desk, row: Row) -> None:
    """A contact that is used by now may not go, for Salesforce would take its roles and activities along."""
    for name, field in (("OpportunityContactRole", "ContactId"), ("Task", "WhoId"), ("Event", "WhoId")):
        if desk.source.beside.optional(name, [soql.equal(name, ("Id",), field, row["Id"], 1)]):
            raise CrmRejected(f"{row['Name']} is used in other records since: delete the contact in the CRM instead.")


def _undone(desk: Desk, receipt: Receipt, present: Mapping[str, Any], before: Mapping[str, Any]) -> Receipt:
    return receipt.model_copy(update={"values": dict(present), "previous": dict(before), "applied_at": desk.now()})
