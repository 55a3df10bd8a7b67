"""The ports to the CRM: who reads gets a CrmReader; only `bot.approvals` gets a CrmWriter; the mirror reads a CrmSource."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol, runtime_checkable

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
from bot.crm.writes import Approval, Receipt

Days = tuple[date | None, date | None]
"""a first and a last day, both included; an open end is None"""
ANY_DAY: Days = (None, None)


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
    def accounts(self, owner_id: str | None = None) -> Sequence[Account]: ...
    def account(self, account_id: str) -> Account | None: ...
    def account_names(self, like: str | None = None) -> Sequence[tuple[str, str]]:
        """(id, name) of every account: cheap, for name matching; a reader for one person that has to ask for rights
        gives those alone that the words `like` may mean or come near."""

    def contacts(self, account_id: str | None = None) -> Sequence[Contact]: ...
    def contact(self, contact_id: str) -> Contact | None: ...
    def contact_names(self) -> Sequence[tuple[str, str]]:
        """(id, name) of every contact: cheap, for name matching."""

    def contacts_with(self, emails: Collection[str]) -> Sequence[Contact]:
        """Those with one of these e-mail addresses, however written, by name."""

    def opportunities(
        self,
        account_id: str | None = None,
        *,
        open_only: bool = False,
        owners: Collection[str] | None = None,
        closing: Days = ANY_DAY,
    ) -> Sequence[Opportunity]:
        """Open deals by close date first, then closed ones newest first; with `owners`, those of these users; with `closing`,
        those whose close date lies between these days, both included."""

    def deal_words(self, *, each: bool = False) -> Sequence[DealWords]:
        """What deals are called by, in no order and without ids: cheap, for the names in a question; `each`: every deal's."""

    def opportunity(self, opportunity_id: str) -> Opportunity | None: ...
    def history(self, opportunity_id: str) -> Sequence[OpportunityHistory]:
        """Oldest first."""

    def histories(self, deals: Collection[str] | None = None) -> Sequence[OpportunityHistory]:
        """Every row, by opportunity and time: for figures over many deals; with `deals`, of these alone."""

    def contact_roles(self, opportunity_id: str) -> Sequence[OpportunityContactRole]: ...
    def activities(
        self,
        account_id: str | None = None,
        *,
        since: datetime | None = None,
        owners: Collection[str] | None = None,
    ) -> Sequence[Activity]:
        """Newest first; with `owners`, those of these users."""

    def activity(self, activity_id: str) -> Activity | None: ...
    def tasks(
        self, account_id: str | None = None, *, live_only: bool = True, owners: Collection[str] | None = None
    ) -> Sequence[Task]:
        """By due date; `live_only` leaves out cancelled and done ones; with `owners`, those of these users."""

    def task(self, task_id: str) -> Task | None: ...
    def quotas(self) -> Sequence[Quota]:
        """By their first day; a reader for one person gives their own and those of whom and what they lead."""

    def snapshot_days(self) -> Sequence[date]:
        """Days of which a snapshot of the open deals was kept, oldest first."""

    def snapshot(self, day: date) -> Sequence[SnapshotRow]:
        """The deals that were open on that day, by id; empty where none was kept."""


class CrmWriter(Protocol):
    """Writes to the system of record; every call is idempotent by the change's id."""

    def apply(self, approval: Approval) -> Receipt:
        """Write once, read back; a second call with the same `change_id` returns the first one's receipt.

        Raises CrmUnavailable where nothing was written and waiting may help; CrmDoubtful where it may have been
        written; CrmUnknown where it was doubtful before and cannot be found out; CrmChanged where the old value
        is no longer the present one; CrmRejected where it will not pass (no such record, no picklist value,
        a validation rule, a missing right, a field that the CRM ignores).
        """

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back: a created record is deleted (a task cancelled), an update restored; idempotent.

        Raises CrmRejected where the record was changed since.
        """


Right = Literal["read", "edit"]
RecordKind = Literal["account", "contact", "opportunity"]


class Access(Protocol):
    """What a person may read and edit in the CRM."""

    def allowed(self, user: User, right: Right, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
        """Those of the records that the person has the right to; what is not known counts as not allowed.

        A remote one raises CrmUnavailable while it cannot be asked, CrmUnanswerable where owner and team must decide.
        """


@dataclass(frozen=True)
class Complete:
    """All of one kind that belong to these parents are on the page: what else the mirror holds of them is gone."""

    kind: type[Record]
    parent: str
    """field of the record that names the parent, such as `opportunity_id`"""
    ids: frozenset[str]


@dataclass(frozen=True)
class Page:
    """What one or a few calls brought; stored together with its cursor, in one transaction."""

    records: Sequence[Record]
    cursor: str
    """opaque: handed back, the source goes on after this page"""
    gone: Sequence[tuple[type[Record], str]] = ()
    """records deleted at the source"""
    merged: Mapping[str, str] = field(default_factory=dict)
    """id → id of the record that it became part of"""
    complete: Sequence[Complete] = ()
    total: int | None = None
    """how many records this pass will bring, where the source says so"""
    bad: Sequence[tuple[str, str]] = ()
    """(id, why) of records that the source could not read into ours: named in the report, left out of the mirror"""
    notes: Sequence[str] = ()
    """sentences on what this sync leaves out, because the CRM lacks it or does not show it: each is reported once"""


@dataclass(frozen=True)
class Refreshed:
    """What came of reading one account anew before an answer."""

    state: Literal["fresh", "late", "failed", "off"]
    as_of: datetime | None
    """when this account was last read"""
    notice: str | None = None
    """the sentence for the answer where it was late or failed"""


class CrmSource(Protocol):
    """A remote CRM as the mirror reads it; raises CrmUnavailable, or CrmRejected for a refused token or right."""

    name: str
    """`salesforce` or `hubspot`"""

    def kinds(self) -> Sequence[str]:
        """What is read one after the other, parents first, such as `accounts`; names are the source's own."""

    def pages(self, kind: str, cursor: str | None, *, full: bool) -> Iterator[Page]:
        """What changed after the cursor, oldest change first; `full` (or no cursor): everything there is.

        A pass that was cut off goes on from its last cursor. A finished pass's cursor begins the next one.
        """

    def account(self, account_id: str, seconds: float) -> Page:
        """One account with everything that hangs on it, read now; `cursor` is empty. CrmUnavailable after `seconds`."""

    def record(self, receipt: Receipt) -> Page:
        """The record that a write touched and what changed beside it (its history), read now."""

    def link(self, record: str, record_id: str) -> str:
        """Where a person can open the record."""


@runtime_checkable
class Partial(Protocol):
    """A source that may have to leave something out."""

    @property
    def left_out(self) -> Sequence[str]:
        """What the last reading left out, each with why."""


class Remote(Protocol):
    """One connected CRM: what `bot.app` gets from an adapter's `connect(settings, clock)`."""

    source: CrmSource
    writer: CrmWriter
    access: Access | None
    """None: rights by owner and team, as in the embedded CRM"""

    def set_up(self) -> Sequence[str]:
        """Create or check the field that makes writes unrepeatable; one sentence for each thing made, found or missing."""

    def check(self) -> str:
        """One sentence on what answers and as whom; CrmError where nothing does."""
