"""The CRM as one person may see it: what they may not read is as if it did not exist."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from pydantic import BaseModel

from bot.crm.match import Candidates
from bot.crm.noted import Noted
from bot.crm.port import ANY_DAY, CrmReader, Days, RecordKind, Right
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    DealWords,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Quota,
    Record,
    SnapshotRow,
    Stage,
    Task,
    User,
)
from bot.crm.rights.names import narrowed
from bot.crm.rights.quotas import quotas_of

R = TypeVar("R", bound=BaseModel)
One = TypeVar("One", bound=Record)
PARENTS: dict[str, RecordKind] = {
    "parent_id": "account", "account_id": "account", "opportunity_id": "opportunity", "contact_id": "contact",
}  # fmt: skip
"""fields that name another record; what is hidden there is blanked"""


class Rights(Protocol):
    """What `SeenBy` needs to know of a person's rights."""

    narrow: bool
    """whether names are narrowed by words before rights to them are asked"""

    def allowed(self, user: User, right: Right, kind: RecordKind, ids: Collection[str]) -> frozenset[str]: ...
    def stands(self, user: User, owner_id: str | None) -> bool:
        """Whether a record that hangs on nothing is seen, by its owner alone."""

    def known(self, user: User) -> frozenset[str]:
        """Records that the person is known to read."""


class SeenBy:
    """A `CrmReader` for one person and one request: rights to a record are asked once.

    An unknown id and a hidden one give the same. Records of a visible account come unchanged, but that ids of hidden
    records in them are left out. A call, a task and the like follow their account and deal; without these, the people
    in them; without anybody, their owner.
    """

    def __init__(self, reader: CrmReader, rights: Rights, user: User) -> None:
        self._reader, self._rights, self._user = reader, rights, user
        self._may: dict[tuple[RecordKind, str], bool] = {}
        self._names: dict[str | None, Candidates] = {}

    def as_of(self) -> datetime | None:
        """When the data was last in step with its source."""
        return self._reader.as_of()

    def link(self, record: str, record_id: str) -> str:
        """Where a person can open the record."""
        return self._reader.link(record, record_id)

    def users(self) -> Sequence[User]:
        """Everybody: colleagues are no secret."""
        return self._reader.users()

    def user(self, user_id: str) -> User | None:
        """One user."""
        return self._reader.user(user_id)

    def stages(self) -> Sequence[Stage]:
        """In the picklist's order."""
        return self._reader.stages()

    def products(self) -> Sequence[Product]:
        """By name."""
        return self._reader.products()

    def accounts(self, owner_id: str | None = None) -> Sequence[Account]:
        """By name."""
        return self._blanked(self._visible("account", self._reader.accounts(owner_id)))

    def account(self, account_id: str) -> Account | None:
        """One account."""
        return self._one("account", self._reader.account(account_id))

    def account_names(self, like: str | None = None) -> Sequence[tuple[str, str]]:
        """(id, name) of the visible accounts; with `like`, at least of those that these words may mean or come near."""
        key = like if self._rights.narrow else None
        if key not in self._names:
            self._names[key] = self._read_names(key)
        return self._names[key]

    def _read_names(self, like: str | None) -> Candidates:
        names = self._reader.account_names()
        if like is not None:
            return narrowed(like, names, self._rights.known(self._user), lambda ids: self._of("account", ids))
        seen = self._of("account", [key for key, _ in names])
        return [name for name in names if name[0] in seen]

    def contacts(self, account_id: str | None = None) -> Sequence[Contact]:
        """By name."""
        if account_id is not None and not self._sees("account", account_id):
            return []
        return self._blanked(self._visible("contact", self._reader.contacts(account_id)))

    def contact(self, contact_id: str) -> Contact | None:
        """One contact."""
        return self._one("contact", self._reader.contact(contact_id))

    def contact_names(self) -> Sequence[tuple[str, str]]:
        """(id, name) of every visible contact."""
        names = self._reader.contact_names()
        seen = self._of("contact", [key for key, _ in names])
        return [name for name in names if name[0] in seen]

    def contacts_with(self, emails: Collection[str]) -> Sequence[Contact]:
        """Those with one of these e-mail addresses, by name."""
        return self._blanked(self._visible("contact", self._reader.contacts_with(emails)))

    def opportunities(
        self,
        account_id: str | None = None,
        *,
        open_only: bool = False,
        owners: Collection[str] | None = None,
        closing: Days = ANY_DAY,
    ) -> Sequence[Opportunity]:
        """Open deals by close date first, then closed ones newest first."""
        if account_id is not None and not self._sees("account", account_id):
            return []
        rows = self._reader.opportunities(account_id, open_only=open_only, owners=owners, closing=closing)
        return self._blanked(self._visible("opportunity", rows))

    def deal_words(self, *, each: bool = False) -> Sequence[DealWords]:
        """What every visible deal is called by."""
        rows = self._reader.deal_words(each=True)
        seen = self._of("opportunity", [row.id for row in rows])
        return [row for row in rows if row.id in seen]

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        """One deal."""
        return self._one("opportunity", self._reader.opportunity(opportunity_id))

    def history(self, opportunity_id: str) -> Sequence[OpportunityHistory]:
        """Oldest first."""
        return self._reader.history(opportunity_id) if self._sees("opportunity", opportunity_id) else []

    def histories(self, deals: Collection[str] | None = None) -> Sequence[OpportunityHistory]:
        """Every visible row, by opportunity and time; with `deals`, of these alone."""
        rows = self._reader.histories(deals)
        seen = self._of("opportunity", {row.opportunity_id for row in rows})
        return [row for row in rows if row.opportunity_id in seen]

    def contact_roles(self, opportunity_id: str) -> Sequence[OpportunityContactRole]:
        """By contact."""
        if not self._sees("opportunity", opportunity_id):
            return []
        rows = self._reader.contact_roles(opportunity_id)
        seen = self._of("contact", {row.contact_id for row in rows})
        return [row for row in rows if row.contact_id in seen]

    def activities(
        self,
        account_id: str | None = None,
        *,
        since: datetime | None = None,
        owners: Collection[str] | None = None,
    ) -> Sequence[Activity]:
        """Newest first."""
        if account_id is not None and not self._sees("account", account_id):
            return []
        return self._hanging(self._reader.activities(account_id, since=since, owners=owners))

    def activity(self, activity_id: str) -> Activity | None:
        """One activity."""
        found = self._reader.activity(activity_id)
        return next(iter(self._hanging([found])), None) if found else None

    def tasks(
        self, account_id: str | None = None, *, live_only: bool = True, owners: Collection[str] | None = None
    ) -> Sequence[Task]:
        """By due date; `live_only` leaves out cancelled and done ones."""
        if account_id is not None and not self._sees("account", account_id):
            return []
        return self._hanging(self._reader.tasks(account_id, live_only=live_only, owners=owners))

    def task(self, task_id: str) -> Task | None:
        """One task."""
        found = self._reader.task(task_id)
        return next(iter(self._hanging([found])), None) if found else None

    def quotas(self) -> Sequence[Quota]:
        """The person's own, and those of whom and what they lead."""
        return quotas_of(self._user, self._reader)

    def snapshot_days(self) -> Sequence[date]:
        """Days of which a snapshot of the open deals was kept, oldest first."""
        return self._reader.snapshot_days()

    def snapshot(self, day: date) -> Sequence[SnapshotRow]:
        """The visible deals that were open on that day, by id."""
        rows = self._reader.snapshot(day)
        seen = self._of("opportunity", {row.opportunity_id for row in rows})
        return self._blanked([row for row in rows if row.opportunity_id in seen])

    def _one(self, kind: RecordKind, found: One | None) -> One | None:
        """The record, if it is visible; it may bear another id than was asked for, where the CRM merged two."""
        return self._blank(found) if found and self._sees(kind, found.id) else None

    def _sees(self, kind: RecordKind, record_id: str) -> bool:
        return bool(self._of(kind, [record_id]))

    def _of(self, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
        """Those of the records that the person may read, each asked once."""
        new = [key for key in ids if (kind, key) not in self._may]
        if new:
            yes = self._rights.allowed(self._user, "read", kind, new)
            self._may |= {(kind, key): key in yes for key in new}
        return frozenset(key for key in ids if self._may[kind, key])

    def _visible(self, kind: RecordKind, rows: Sequence[One]) -> list[One]:
        seen = self._of(kind, [row.id for row in rows])
        return [row for row in rows if row.id in seen]

    def _hanging(self, rows: Sequence[R]) -> list[R]:
        """The visible ones of activities and tasks."""
        self._learn(rows)
        return self._blanked([row for row in rows if self._hangs_visibly(row)])

    def _hangs_visibly(self, row: R) -> bool:
        above = [(PARENTS[name], key) for name in ("account_id", "opportunity_id") if (key := getattr(row, name, None))]
        if above:
            return all(self._may[parent] for parent in above)
        people = _people(row)
        if people:
            return any(self._may["contact", key] for key in people)
        return self._rights.stands(self._user, getattr(row, "owner_id", None))

    def _learn(self, rows: Sequence[R]) -> None:
        """Ask of all records that these name, so that each kind takes one question."""
        for kind in ("account", "opportunity", "contact"):
            named = {
                key for row in rows for name, of in PARENTS.items() if of == kind and (key := getattr(row, name, None))
            }
            if kind == "contact":
                named |= {key for row in rows for key in _people(row)}
            self._of(kind, named)

    def _blanked(self, rows: Sequence[R]) -> list[R]:
        self._learn(rows)
        return [self._without_hidden(row) for row in rows]

    def _blank(self, row: R) -> R:
        return self._blanked([row])[0]

    def _without_hidden(self, row: R) -> R:
        """The record without the ids of hidden ones."""
        hidden = self._hidden_in(row)
        return row.model_copy(update=hidden) if hidden else row

    def _hidden_in(self, row: BaseModel) -> dict[str, object]:
        """The fields that name hidden records, with what is left of them; a row of a snapshot is its deal's own."""
        named = {name: key for name in PARENTS if (key := getattr(row, name, None))}
        if isinstance(row, SnapshotRow):
            named.pop("opportunity_id")
        hidden: dict[str, object] = {name: None for name, key in named.items() if not self._may[PARENTS[name], key]}
        if isinstance(row, Activity) and not all(self._may["contact", key] for key in row.contact_ids):
            hidden["contact_ids"] = tuple(key for key in row.contact_ids if self._may["contact", key])
        return hidden


def _people(row: object) -> tuple[str, ...]:
    if isinstance(row, Activity):
        return row.contact_ids
    return (row.contact_id,) if isinstance(row, Task) and row.contact_id else ()


def none_seen(reader: CrmReader) -> str:
    """What is said to somebody who sees no account at all, who must not read that there are none; else empty."""
    inner = reader.reader if isinstance(reader, Noted) else reader
    return "you see no account in the CRM, so ask your admin for access" if isinstance(inner, SeenBy) else ""
