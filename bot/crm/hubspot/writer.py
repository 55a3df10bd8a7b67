"""Write to HubSpot: checked before, sent once, read back, and undone only where nobody changed it since."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.crm.hubspot import undoing
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.creating import Creating
from bot.crm.hubspot.plans import Plan
from bot.crm.hubspot.roles import Roles
from bot.crm.hubspot.undoing import Undoing
from bot.crm.hubspot.updating import Updating
from bot.crm.hubspot.wire import Wire
from bot.crm.records import Record
from bot.crm.writes import Approval, Receipt, SetContactRole, UpdateOpportunity

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
                known = self._receipts[approval.change_id] = self._apply(approval)
                self._forget_the_oldest()
            return known

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back; what is taken back already stays so."""
        if receipt.record == "contact_role":
            self._roles.take_back(receipt)
        elif receipt.record == "opportunity":
            self._updating.restore(receipt)
        else:
            self._undoing.take_back(receipt)
        undone = {"values": dict(receipt.previous), "previous": dict(receipt.values), "applied_at": self._clock()}
        return receipt.model_copy(update=undone)

    def _turn(self, approval: Approval) -> threading.Lock:
        """One at a time for a deal, and for a change that comes twice: HubSpot has no conditional update."""
        write = approval.write
        about = getattr(write, "opportunity_id", None) if "update" in write.kind or "role" in write.kind else None
        return self._turns[hash(about or approval.change_id) % TURNS]

    def _forget_the_oldest(self) -> None:
        while len(self._receipts) > REMEMBERED:
            self._receipts.pop(next(iter(self._receipts)), None)

    def _apply(self, approval: Approval) -> Receipt:
        match approval.write:
            case UpdateOpportunity() as write:
                deal, values, previous = self._updating.update(approval, write)
                return self._receipt(approval, "opportunity", deal.id, values, previous)
            case SetContactRole() as write:
                key, values, previous = self._roles.set(approval, write)
                return self._receipt(approval, "contact_role", key, values, previous)
            case _:
                plan = self._creating.plan(approval)
                record = self._creating.create(approval, plan)
                return self._created(approval, plan, record)

    def _created(self, approval: Approval, plan: Plan, record: Record) -> Receipt:
        receipt = self._receipt(approval, plan.record, record.id, undoing.dump(record), {})
        return receipt.model_copy(update={"link": self._opens(plan, record.id)})

    def _opens(self, plan: Plan, record_id: str) -> str:
        """An activity or a task opens within the record that it hangs on."""
        theirs = {"deals": "opportunity", "companies": "account", "contacts": "contact"}
        if plan.record == "contact" or not plan.links:
            return self._catalog.link(plan.record, record_id)
        kind, key = plan.links[0]
        return f"{self._catalog.link(theirs[kind], key)}?engagement={record_id}"

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
