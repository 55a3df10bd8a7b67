"""What a write must satisfy against what HubSpot holds now; every refusal is a CrmRejected in one sentence."""

from collections.abc import Iterable
from typing import TypeVar

from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.catalog import OWNERS
from bot.crm.hubspot.reading import Row
from bot.crm.hubspot.wire import Wire
from bot.crm.records import Account, Contact, Opportunity, Record, Task
from bot.errors import CrmRejected

R = TypeVar("R", bound=Record)
_NAMES: dict[type[Record], tuple[str, str]] = {
    Account: ("companies", "account"),
    Contact: ("contacts", "contact"),
    Opportunity: ("deals", "opportunity"),
    Task: ("tasks", "task"),
}


class Held:
    """Reads the records that a write names, directly and by id."""

    def __init__(self, wire: Wire, builder: Builder) -> None:
        self._wire = wire
        self._builder = builder

    def existing(self, kind: type[R], record_id: str) -> R:
        """The record, or CrmRejected where there is none of this id."""
        return self.with_row(kind, record_id)[1]

    def with_row(self, kind: type[R], record_id: str) -> tuple[Row, R]:
        """The record beside HubSpot's row of it."""
        theirs, ours = _NAMES[kind]
        row = self._builder.row(self._wire, theirs, record_id)
        if row is None or row.get("archived"):
            raise CrmRejected(f"The CRM has no {ours} with the id {record_id}: look it up again.")
        built = self._builder.build(self._wire, theirs, [row])
        return row, next(record for record in built.records if isinstance(record, kind))

    def owner(self, owner_id: str) -> str:
        """An owner who exists; a server that tells of none is believed."""
        if not self._known(owner_id):
            self._builder.catalog.forget("owners")
            if not self._known(owner_id) and OWNERS not in self._builder.catalog.notes:
                raise CrmRejected(f"The CRM has no user with the id {owner_id}: look it up again.")
        return owner_id

    def owner_or_approver(self, owner_id: str | None, approved_by: str) -> str | None:
        """Whose record it is: the one named, else the person who approved it where HubSpot knows them."""
        if owner_id is not None:
            return self.owner(owner_id)
        return approved_by if self._known(approved_by) else None

    def links(self, account: str | None, opportunity: str | None, contacts: Iterable[str]) -> str | None:
        """Check that all linked records exist and fit together; return the account, the deal's where none is given."""
        if account is not None:
            self.existing(Account, account)
        for contact in contacts:
            self.existing(Contact, contact)
        deal = None if opportunity is None else self.existing(Opportunity, opportunity)
        if deal is None or deal.account_id is None or account in (None, deal.account_id):
            return account if deal is None else account or deal.account_id
        raise CrmRejected(f"The deal {deal.name} belongs to another account than {account}: choose one of the two.")

    def _known(self, owner_id: str) -> bool:
        return any(user.id == owner_id for user in self._builder.catalog.owners())
