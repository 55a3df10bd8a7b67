"""Writes go to the connected CRM first; the mirror then reads the touched record back."""

from bot.crm.mirror.engine import Mirror
from bot.crm.port import CrmWriter
from bot.crm.writes import Approval, Receipt
from bot.log import failure


class MirrorWriter:
    """A `CrmWriter` that keeps the mirror in step with what it writes."""

    def __init__(self, writer: CrmWriter, mirror: Mirror) -> None:
        self._writer = writer
        self._mirror = mirror

    def apply(self, approval: Approval) -> Receipt:
        """Write once to the system of record, then show it in the mirror."""
        return self._shown(self._writer.apply(approval))

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back in the system of record, then in the mirror."""
        return self._shown(self._writer.undo(receipt))

    def _shown(self, receipt: Receipt) -> Receipt:
        try:
            self._mirror.store(self._mirror.source.record(receipt))
        except Exception as error:  # noqa: BLE001  # the write is made and stays made; the next sync brings it
            failure("crm_reread_failed", error, change=receipt.change_id)
        return receipt
