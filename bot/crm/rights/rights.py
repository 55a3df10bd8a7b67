"""The door: the CRM as one person sees it, and whether they may make a write."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import Engine

from bot.crm.port import Access, CrmReader, RecordKind, Right
from bot.crm.records import Account, Opportunity, User
from bot.crm.rights.known import KnownAccess
from bot.crm.rights.org import Org
from bot.crm.rights.owners import OwnerAccess, Sees
from bot.crm.rights.quotas import with_own_quotas
from bot.crm.rights.seen import SeenBy
from bot.crm.writes import CompleteTask, CrmWrite, SetContactRole, UpdateOpportunity

AT_ONCE = 8
"""people whose rights are asked for side by side"""
Need = tuple[Right, RecordKind, str]


class PeopleRights:
    """Who may read and write what; `remote` answers for its CRM, without one owners and teams decide."""

    def __init__(
        self, engine: Engine, reader: CrmReader, sees: Sees, clock: Callable[[], datetime], remote: Access | None = None
    ) -> None:
        self._engine, self._reader, self._sees = engine, reader, sees
        self._known = KnownAccess(engine, remote, reader.users, clock, self._by_owner) if remote else None

    @property
    def open_to_all(self) -> bool:
        """Whether everybody may read and write everything."""
        return self._known is None and self._sees == "all"

    def everything(self, user: User) -> bool:
        """Whether the person may read and write all there is."""
        return self._known is None and self._by_owner().everything(user)

    def reader_for(self, user: User) -> CrmReader:
        """The CRM as this person sees it, for one request."""
        if self.everything(user):
            return with_own_quotas(self._reader, user)
        return SeenBy(self._reader, self._known or self._by_owner(), user)

    def basis(self, user: User) -> frozenset[str] | None:
        """The deals from which figures over many may be worked out for a person; None: all of them.

        What they see; where a CRM over the network would have to be asked of each, what they and those they lead own.
        """
        if self.everything(user):
            return None
        access = self._by_owner() if self._known is None else OwnerAccess(self._engine, self._reader.users, "own")
        return access.deals(user)

    def sees_as_much(self, user: User, other: User) -> bool:
        """Whether a person sees all deals from which another one's figures over many are worked out, as far as that is known."""
        if user.id == other.id or self.asks or self.everything(user):
            return True
        theirs, own = self.basis(other), self.basis(user)
        return theirs is not None and (own is None or theirs <= own)

    @property
    def asks(self) -> bool:
        """Whether the CRM is asked for each record, so that nobody is known to see everything."""
        return self._known is not None

    def reads(self, user: User, account_id: str) -> bool:
        """Whether the person may see the account, and so its notes."""
        return self.everything(user) or self.reader_for(user).account(account_id) is not None

    def all_read(self, users: Iterable[User], records: Collection[tuple[RecordKind, str]]) -> bool:
        """Whether each of these people may read each of the records; one question a person and kind."""
        ids: dict[RecordKind, set[str]] = {}
        for kind, key in records:
            ids.setdefault(kind, set()).add(key)
        if not ids or self.open_to_all:
            return True
        # One access for all of them: it reads people and structure once.
        access = self._known or self._by_owner()

        def reads(user: User) -> bool:
            return all(keys <= access.allowed(user, "read", kind, keys) for kind, keys in sorted(ids.items()))

        return all(map(reads, users)) if self._known is None else _all_at_once(reads, users)

    def leads(self, user: User, other_id: str) -> bool:
        """Whether the other reports to this person, however far below, or is in the team that they manage."""
        return other_id in Org(self._reader.users()).led(user)

    def may_write(self, user: User, write: CrmWrite) -> str | None:
        """Why the person may not make the write, in a sentence; None where they may.

        A change of a deal takes the right to edit it. What is added to a record takes the right to read that, as in
        Salesforce.
        """
        if self.everything(user):
            return None
        if isinstance(write, CompleteTask) and not _needs(write) and self._owner_of(write.task_id) != user.id:
            return "This task is a colleague's; they have to decide on it."
        access = self._known or self._by_owner()
        for right, kind, named in _needs(write):
            key = self._present(kind, named)
            if key not in access.allowed(user, "read", kind, [key]):
                return "This change is about a record that you cannot see in the CRM; somebody who can has to decide on it."
            if right == "edit" and key not in access.allowed(user, "edit", kind, [key]):
                return self._refusal(key)
        return None

    def _owner_of(self, task_id: str) -> str | None:
        task = self._reader.task(task_id)
        return task.owner_id if task else None

    def _present(self, kind: RecordKind, key: str) -> str:
        """The record's id, or that of the one it was merged into."""
        found = self._reader.account(key) if kind == "account" else self._reader.opportunity(key)
        return found.id if found else key

    def _by_owner(self) -> OwnerAccess:
        return OwnerAccess(self._engine, self._reader.users, self._sees)

    def _refusal(self, deal_id: str) -> str:
        deal = self._reader.opportunity(deal_id)
        owner = self._owner(deal) or self._owner(self._reader.account(deal.account_id or "") if deal else None)
        who = f"its owner {owner.name}" if owner else "your CRM's admin"
        return f"You may not change {deal.name if deal else 'this deal'} in the CRM; ask {who} to approve it."

    def _owner(self, record: Account | Opportunity | None) -> User | None:
        return self._reader.user(record.owner_id) if record and record.owner_id else None


def _all_at_once(reads: Callable[[User], bool], users: Iterable[User]) -> bool:
    """Ask a CRM over the network for several people side by side; the first no is enough."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="crm-rights")
    try:
        return all(pool.map(reads, users))
    finally:
        pool.shutdown(cancel_futures=True)


def _needs(write: CrmWrite) -> list[Need]:
    """What the write takes, the account before the deal."""
    account, deal = getattr(write, "account_id", None), getattr(write, "opportunity_id", None)
    right: Right = "edit" if isinstance(write, UpdateOpportunity | SetContactRole) else "read"
    needs: list[Need] = [("read", "account", account)] if account else []
    return [*needs, (right, "opportunity", deal)] if deal else needs
