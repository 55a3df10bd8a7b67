"""Take a created record back, unless it was changed since; what is gone already counts as taken back."""

from collections.abc import Mapping
from typing import Any

from bot.crm import checks
from bot.crm.hubspot import fields, wire
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.live import place
from bot.crm.hubspot.reading import Row
from bot.crm.hubspot.wire import Wire
from bot.crm.records import Record, Task
from bot.crm.writes import Receipt
from bot.errors import CrmRejected

USES = ("deals", *fields.ACTIVITIES, "tasks")
"""types that may name a contact"""
MOVING = frozenset({"updated_at"})
"""fields that change without anybody's doing"""


class Undoing:
    """Archives what was created; a task is deferred, so that it stays visible as cancelled."""

    def __init__(self, connection: Wire, builder: Builder) -> None:
        self._wire = connection
        self._builder = builder

    def take_back(self, receipt: Receipt) -> None:
        """Archive the record, or defer the task."""
        kind, record_id = place(receipt)
        row = self._builder.row(self._wire, kind, record_id)
        if row is None or row.get("archived"):
            return
        self._ours(kind, row, receipt)
        record = self._builder.build(self._wire, kind, [row]).records[0]
        if isinstance(record, Task) and record.status == "cancelled":
            return
        _same(receipt, record)
        if kind == "contacts":
            self._unused(record)
        if isinstance(record, Task):
            self._cancel(record_id)
        else:
            self._archive(kind, record_id)

    def _ours(self, kind: str, row: Row, receipt: Receipt) -> None:
        """CrmRejected where the record bears another change's id."""
        if self._builder.catalog.unique(kind) and row["properties"].get(fields.KEY) != receipt.change_id:
            raise CrmRejected(
                f"The change {receipt.change_id} was never applied to this CRM: there is nothing to take back."
            )

    def _unused(self, record: Record) -> None:
        for kind in USES:
            if self._builder.links.of(self._wire, "contacts", kind, [record.id]).get(record.id):
                name = getattr(record, "name", record.id)
                raise CrmRejected(f"{name} is used in other records since: delete the contact in the CRM instead.")

    def _cancel(self, record_id: str) -> None:
        from hubspot.crm import objects

        body = objects.SimplePublicObjectInput(properties={"hs_task_status": "DEFERRED"})
        self._wire.write(wire.OBJECTS, "update", "tasks", record_id, body, what="cancelling the task")

    def _archive(self, kind: str, record_id: str) -> None:
        try:
            self._wire.write(wire.OBJECTS, "archive", kind, record_id, what="taking the record back")
        except Refused as error:
            if error.status != 404:
                raise


def _same(receipt: Receipt, record: Record) -> None:
    written = type(record).model_validate({**receipt.values, "id": record.id})
    for name in type(record).model_fields:
        then, now = getattr(written, name), getattr(record, name)
        if name not in MOVING and then != now:
            raise CrmRejected(
                f"The {checks.words(name)} was changed from {_said(then)} to {_said(now)} since: "
                "change it in the CRM instead."
            )


def _said(value: object) -> str:
    return "nothing" if value in (None, ()) else str(value)


def dump(record: Record) -> Mapping[str, Any]:
    """The record's fields as JSON values: all that hold something besides the id."""
    told = record.model_dump(mode="json")
    return {name: value for name, value in told.items() if name != "id" and value not in (None, [])}
