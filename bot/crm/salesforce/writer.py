"""A `CrmWriter` that writes to Salesforce in the name of the seller who approved."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from bot.crm.salesforce import creating, notes, roles, undoing, updating
from bot.crm.salesforce.desk import Desk
from bot.crm.writes import (
    Approval,
    CompleteTask,
    CreateContact,
    CreateTask,
    LogActivity,
    Receipt,
    SetContactRole,
    UpdateOpportunity,
)
from bot.errors import CrmChanged

REMEMBERED = 1000


class Receipts:
    """The last receipts of this process, so that a repeat gets the very same one."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Receipt] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Receipt | None:
        """The receipt of this change."""
        with self._lock:
            return self._held.get(key)

    def put(self, receipt: Receipt) -> Receipt:
        """Keep a receipt, the oldest of too many goes."""
        with self._lock:
            self._held[receipt.change_id] = receipt
            if len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
            return receipt


class Writer:
    """Writes once, reads back; `desk` gives Salesforce as one user sees it."""

    def __init__(self, desk: Callable[[str | None], Desk]) -> None:
        self._desk = desk
        self._applied = Receipts()
        self._undone = Receipts()

    def apply(self, approval: Approval) -> Receipt:
        """Write once and read back; see `CrmWriter`."""
        known = self._applied.get(approval.change_id)
        return known or self._applied.put(_looked_twice(self._desk(approval.approved_by), approval))

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back in the name of who made it; CrmRejected where the record was changed since."""
        known = self._undone.get(receipt.change_id)
        return known or self._undone.put(undoing.take_back(self._desk(receipt.applied_by), receipt))


def _looked_twice(desk: Desk, approval: Approval) -> Receipt:
    """Perform it; what changed under a doubtful write may be its own earlier try, which arrived only after the look."""
    try:
        return _perform(desk, approval)
    except CrmChanged:
        if not approval.doubtful:
            raise
        return _perform(desk, approval)


def _perform(desk: Desk, approval: Approval) -> Receipt:
    match approval.write:
        case LogActivity(activity="meeting") as write:
            return creating.meeting(desk, approval, write)
        case LogActivity(activity="note") as write:
            return notes.note(desk, approval, write)
        case LogActivity() as write:
            return creating.call(desk, approval, write)
        case CreateTask() as write:
            return creating.task(desk, approval, write)
        case CompleteTask() as write:
            return updating.complete(desk, approval, write)
        case CreateContact() as write:
            return creating.contact(desk, approval, write)
        case SetContactRole() as write:
            return roles.set_role(desk, approval, write)
        case UpdateOpportunity() as write:
            return updating.update(desk, approval, write)
