"""The port to the CRM's data: who reads gets a CrmReader; only `bot.approvals` gets a CrmWriter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Stage,
    Task,
    User,
)
from bot.crm.writes import Approval, Receipt


class CrmReader(Protocol):
    """Reads records; lists come in a stable order, newest or nearest first where a time is at hand."""

    def as_of(self) -> datetime | None:
        """When the data was last in step with its source; None for an empty CRM."""

    def link(self, record: str, record_id: str) -> str:
        """Where a person can open the record."""

    def users(self) -> Sequence[User]: ...
    def user(self, user_id: str) -> User | None: ...
    def stages(self) -> Sequence[Stage]: ...
    def products(self) -> Sequence[Product]: ...
    def accounts(self) -> Sequence[Account]: ...
    def account(self, account_id: str) -> Account | None: ...
    def account_names(self) -> Sequence[tuple[str, str]]:
        """(id, name) of every account: cheap, for name matching."""

    def contacts(self, account_id: str | None = None) -> Sequence[Contact]: ...
    def contact(self, contact_id: str) -> Contact | None: ...
    def opportunities(self, account_id: str | None = None, *, open_only: bool = False) -> Sequence[Opportunity]:
        """Open deals by close date first, then closed ones newest first."""

    def opportunity(self, opportunity_id: str) -> Opportunity | None: ...
    def history(self, opportunity_id: str) -> Sequence[OpportunityHistory]:
        """Oldest first."""

    def histories(self) -> Sequence[OpportunityHistory]:
        """Every row, by opportunity and time: for medians over the whole CRM."""

    def contact_roles(self, opportunity_id: str) -> Sequence[OpportunityContactRole]: ...
    def activities(self, account_id: str | None = None, *, since: datetime | None = None) -> Sequence[Activity]:
        """Newest first."""

    def activity(self, activity_id: str) -> Activity | None: ...
    def tasks(self, account_id: str | None = None, *, live_only: bool = True) -> Sequence[Task]:
        """By due date; `live_only` leaves out cancelled and done ones."""

    def task(self, task_id: str) -> Task | None: ...


class CrmWriter(Protocol):
    """Writes to the system of record; every call is idempotent by the change's id."""

    def apply(self, approval: Approval) -> Receipt:
        """Write once, read back; a second call with the same `change_id` returns the first one's receipt.

        Raises CrmUnavailable where waiting may help, CrmRejected where it will not
        (no such record, not a picklist value, the old value has changed, field ignored).
        """

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back: a created record is deleted (a task cancelled), an update restored; idempotent.

        Raises CrmRejected where the record was changed since.
        """
