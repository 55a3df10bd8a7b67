"""The CRM in memory as a `Remote`: written to, set up and checked; `connect` stands in for an adapter's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.crm.port import Access, CrmSource
from bot.crm.records import Opportunity, OpportunityHistory, Task
from bot.crm.writes import Approval, CreateTask, Receipt, UpdateOpportunity
from bot.errors import CrmRejected, CrmUnavailable
from bot.settings import Settings
from tests.integration.mirror_source import MemorySource


@dataclass
class MemoryWriter:
    """Writes tasks and fields of deals into the source, once."""

    source: MemorySource
    clock: Callable[[], datetime]
    done: dict[str, Receipt] = field(default_factory=dict)

    def apply(self, approval: Approval) -> Receipt:
        """Write once."""
        if approval.change_id not in self.done:
            self.done[approval.change_id] = self._write(approval)
        return self.done[approval.change_id]

    def _write(self, approval: Approval) -> Receipt:
        match approval.write:
            case CreateTask() as write:
                made = Task(id=f"T-{approval.change_id}", **write.model_dump(exclude={"kind"}))
                self.source.put(made)
                return self._receipt(approval.change_id, "task", made.id)
            case UpdateOpportunity() as write:
                deal = self.source.all(Opportunity)[write.opportunity_id]
                changed = deal.model_copy(update={write.field: write.new})
                row = OpportunityHistory(
                    id=f"H-{approval.change_id}", opportunity_id=deal.id, at=self.clock(), stage=changed.stage
                )
                self.source.put(changed, row)
                return self._receipt(approval.change_id, "opportunity", deal.id)
        raise CrmRejected("The CRM in memory does not take this.")

    def undo(self, receipt: Receipt) -> Receipt:
        """Delete a task; a deal stays as it is."""
        if receipt.record == "task":
            self.source.delete("tasks", receipt.record_id)
        return receipt

    def _receipt(self, change: str, record: str, key: str) -> Receipt:
        return Receipt.model_validate(
            {
                "change_id": change, "record": record, "record_id": key, "link": self.source.link(record, key),
                "values": {}, "applied_at": self.clock(),
            }
        )  # fmt: skip


@dataclass
class MemoryRemote:
    """One connected CRM."""

    memory: MemorySource
    clock: Callable[[], datetime]
    down: bool = False
    access: Access | None = None

    def __post_init__(self) -> None:
        self.source: CrmSource = self.memory
        self.writer = MemoryWriter(self.memory, self.clock)

    def set_up(self) -> Sequence[str]:
        """As if a field had been made."""
        return ["The field Seller_Key__c was made on Task."]

    def check(self) -> str:
        """Who answers."""
        if self.down:
            raise CrmUnavailable("Salesforce does not answer; try again in a minute.")
        return "Salesforce answers as integration@acme.example."


connected: list[MemoryRemote] = []
"""what `connect` gives: the test puts it there"""


def connect(settings: Settings, clock: Callable[[], datetime]) -> MemoryRemote:
    """As `bot.crm.salesforce.connect` does."""
    return connected[-1]
