"""Write to HubSpot: checked before, sent once, read back, and undone only where nobody changed it since."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bot.crm.hubspot import fields, undoing
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.creating import Creating
from bot.crm.hubspot.failures import HIDDEN, Refused
from bot.crm.hubspot.roles import Roles
from bot.crm.hubspot.undoing import Undoing
from bot.crm.hubspot.updating import Updating
from bot.crm.hubspot.wire import Wire
from bot.crm.records import Activity, Contact, Record, Task
from bot.crm.writes import Approval, CompleteTask, Receipt, SetContactRole, UpdateOpportunity
from bot.errors import CrmDoubtful, CrmRejected, CrmUnavailable

REMEMBERED = 1000
"""receipts of this process: an update leaves no key in HubSpot by which a repeat could be told"""

TURNS = 16


class HubSpotWriter:
    """A `CrmWriter` over HubSpot's CRM API."""

    def __init__(self, wire: Wire, builder: Builder, clock: Callable[[], datetime]) -> None:
        self._catalog = builder.catalog
        self._creating = Creating(wire, builder)
        self._updating = Updating(wire, builder)
        self._roles = Roles(wire, builder)
        self._undoing = Undoing(wire, builder)
        self._clock = clock
        self._receipts: dict[str, Receipt] = {}
        self._turns = [threading.Lock() for _ in range(TURNS)]

    def apply(self, approval: Approval) -> Receipt:
        """Write once and read back; a repeated change id returns the first receipt."""
        with self._turn(approval):
            known = self._receipts.get(approval.change_id)
            if known is None:
                with _waiting_for_a_token():
                    known = self._receipts[approval.change_id] = self._attempt(approval)
                self._forget_the_oldest()
            return known

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back; what is taken back already stays so."""
        with _waiting_for_a_token():
            self._take_back(receipt)
        undone = {"values": dict(receipt.previous), "previous": dict(receipt.values), "applied_at": self._clock()}
        return receipt.model_copy(update=undone)

    def _take_back(self, receipt: Receipt) -> None:
        if receipt.record == "contact_role":
            self._roles.take_back(receipt)
        elif receipt.record == "opportunity":
            self._updating.restore(receipt)
        elif receipt.record == "task" and receipt.previous:
            self._updating.reopen(receipt)
        else:
            self._undoing.take_back(receipt)

    def _turn(self, approval: Approval) -> threading.Lock:
        """One at a time for a deal, and for a change that comes twice: HubSpot has no conditional update."""
        write = approval.write
        about = getattr(write, "opportunity_id", None) if "update" in write.kind or "role" in write.kind else None
        about = write.task_id if isinstance(write, CompleteTask) else about
        return self._turns[hash(about or approval.change_id) % TURNS]

    def _forget_the_oldest(self) -> None:
        while len(self._receipts) > REMEMBERED:
            self._receipts.pop(next(iter(self._receipts)), None)

    def _attempt(self, approval: Approval) -> Receipt:
        try:
            return self._apply(approval)
        except Refused as error:
            if not approval.doubtful or error.status not in HIDDEN:
                raise
            # We may not look just now, which does not mean that an earlier try failed.
            raise CrmDoubtful(str(error)) from error

    def _apply(self, approval: Approval) -> Receipt:
        match approval.write:
            case UpdateOpportunity() as write:
                deal, values, previous = self._updating.update(approval, write)
                return self._receipt(approval, "opportunity", deal.id, values, previous)
            case CompleteTask() as write:
                values, previous = self._updating.complete(approval, write)
                return self._receipt(approval, "task", write.task_id, values, previous)
            case SetContactRole() as write:
                key, values, previous = self._roles.set(approval, write)
                return self._receipt(approval, "contact_role", key, values, previous)
            case _:
                return self._created(approval, self._create(approval))

    def _create(self, approval: Approval) -> Record:
        try:
            plan = self._creating.plan(approval)
        except CrmRejected as error:
            if isinstance(error, Refused) and error.status in HIDDEN:
                raise
            made = self._creating.made(approval)
            if made is None:
                raise
            return made
        return self._creating.create(approval, plan)

    def _created(self, approval: Approval, record: Record) -> Receipt:
        kind = "task" if isinstance(record, Task) else "contact" if isinstance(record, Contact) else "activity"
        receipt = self._receipt(approval, kind, record.id, undoing.dump(record), {})
        return receipt.model_copy(update={"link": self._opens(record) or receipt.link})

    def _opens(self, record: Record) -> str | None:
        """An activity or a task opens within the record that it hangs on."""
        if not isinstance(record, Activity | Task):
            return None
        people = record.contact_ids if isinstance(record, Activity) else filter(None, [record.contact_id])
        hangs = (
            ("opportunity", record.opportunity_id),
            ("account", record.account_id),
            *(("contact", c) for c in people),
        )
        within = next((self._catalog.link(kind, key) for kind, key in hangs if key), None)
        opened = fields.apart(record.id)[1] if isinstance(record, Activity) else record.id
        return f"{within}?engagement={opened}" if within else None

    def _receipt(
        self, approval: Approval, record: str, record_id: str, values: Mapping[str, Any], previous: Mapping[str, Any]
    ) -> Receipt:
        return Receipt.model_validate(
            {
                "change_id": approval.change_id,
                "record": record,
                "record_id": record_id,
                "link": self._catalog.link(record, record_id),
                "values": dict(values),
                "previous": dict(previous),
                "applied_at": self._clock(),
            }
        )


@contextmanager
def _waiting_for_a_token() -> Iterator[None]:
    """A refused token says nothing of the change, which waits for another one."""
    try:
        yield
    except Refused as error:
        if error.status != 401:
            raise
        raise CrmUnavailable(f"{error} The change waits until then.") from error
