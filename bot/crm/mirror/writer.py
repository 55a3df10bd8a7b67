"""Writes go to the connected CRM first; the mirror then reads the touched record back."""

from bot.crm.mirror.engine import Mirror
from bot.crm.port import CrmWriter
from bot.crm.records import Account, Contact, Opportunity, Record
from bot.crm.writes import Approval, CrmWrite, Receipt
from bot.log import failure

NAMES: dict[str, type[Record]] = {"account_id": Account, "opportunity_id": Opportunity, "contact_id": Contact}
"""fields of a write that name a record"""


class MirrorWriter:
    """A `CrmWriter` that keeps the mirror in step with what it writes."""

    def __init__(self, writer: CrmWriter, mirror: Mirror) -> None:
        self._writer = writer
        self._mirror = mirror

    def apply(self, approval: Approval) -> Receipt:
        """Write once to the system of record, then show it in the mirror.

        A yes may be older than a merge in the CRM: the write goes to the record that stands for the old one now.
        """
        present = approval.model_copy(update={"write": self._present(approval.write)})
        return self._shown(self._writer.apply(present))

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back in the system of record, then in the mirror."""
        return self._shown(self._writer.undo(receipt))

    def _present(self, write: CrmWrite) -> CrmWrite:
        resolve = self._mirror.resolve
        named = {name: key for name in NAMES if (key := getattr(write, name, None))}
        update: dict[str, object] = {name: resolve(key, NAMES[name]) for name, key in named.items()}
        people: tuple[str, ...] = getattr(write, "contact_ids", ())
        if people:
            update["contact_ids"] = tuple(dict.fromkeys(resolve(key, Contact) for key in people))
        return write.model_copy(update=update)

    def _shown(self, receipt: Receipt) -> Receipt:
        try:
            self._mirror.store(self._mirror.source.record(receipt))
        except Exception as error:  # noqa: BLE001  # the write is made and stays made; the next sync brings it
            failure("crm_reread_failed", error, change=receipt.change_id)
        return receipt
