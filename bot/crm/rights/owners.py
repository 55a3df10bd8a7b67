"""Rights by owner and team, for CRMs that have no answer of their own: the embedded one and HubSpot."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, TypeVar

from sqlalchemy import ColumnElement, Engine, Select, select

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES
from bot.crm.port import RecordKind, Right
from bot.crm.records import Account, Contact, Opportunity, Record, User
from bot.crm.rights.org import Org

Sees = Literal["all", "team", "own"]
CHUNK = 500
"""ids in one statement: less than any database's limit of parameters"""
KINDS: dict[RecordKind, type[Record]] = {"account": Account, "contact": Contact, "opportunity": Opportunity}
ACCOUNTS, CONTACTS, DEALS = (TABLES[kind].c for kind in (Account, Contact, Opportunity))
T = TypeVar("T")


class OwnerAccess:
    """An `Access` for one request: people and accounts are read once.

    all: everybody sees and changes everything. team: a seller sees what their team owns. own: what they own.
    A manager sees what is owned below them as well, an admin everything. An account is seen by its owner and by the
    owner of a deal on it; what hangs on it follows it. To change a record takes its owner, or their manager.
    """

    narrow = False
    """names need not be narrowed before rights to them are asked"""

    def __init__(self, engine: Engine, users: Callable[[], Sequence[User]], sees: Sees) -> None:
        self._engine, self._users, self._sees = engine, users, sees
        self._near: dict[tuple[User, Right], frozenset[str]] = {}
        self._accounts: dict[tuple[frozenset[str], Right], frozenset[str]] = {}

    def allowed(self, user: User, right: Right, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
        """Those of the records that the person has the right to; what is not known counts as not allowed."""
        if self.everything(user):
            return frozenset(row.id for row in self._found(select(TABLES[KINDS[kind]].c.id), kind, ids))
        if kind == "account":
            return self._of_accounts(user, right) & frozenset(ids)
        if kind == "contact":
            rows = self._found(select(CONTACTS.id, CONTACTS.account_id), kind, ids)
            return frozenset(row.id for row in rows if self._of_account(user, right, row.account_id, None))
        rows = self._found(select(DEALS.id, DEALS.account_id, DEALS.owner_id), kind, ids)
        return frozenset(row.id for row in rows if self._of_account(user, right, row.account_id, row.owner_id))

    def deals(self, user: User) -> frozenset[str]:
        """The ids of all deals that the person may read."""
        everything = self.everything(user)
        people, accounts = self._people(user, "read"), self._of_accounts(user, "read")
        nobodys = self._sees != "own"
        with crm_errors(), self._engine.connect() as connection:
            rows = connection.execute(select(DEALS.id, DEALS.owner_id, DEALS.account_id)).all()
        return frozenset(
            key
            for key, owner, account in rows
            if everything or owner in people or account in accounts or (nobodys and owner is None and account is None)
        )

    def everything(self, user: User) -> bool:
        """Whether the person sees and changes all there is."""
        return self._sees == "all" or user.role == "admin"

    def known(self, user: User) -> frozenset[str]:
        """Nothing is known beforehand, as nothing costs a call."""
        return frozenset()

    def stands(self, user: User, owner_id: str | None) -> bool:
        """Whether a record that hangs on nothing is seen, by its owner alone."""
        if self.everything(user):
            return True
        return owner_id in self._people(user, "read") if owner_id else self._sees != "own"

    def _of_account(self, user: User, right: Right, account_id: str | None, owner_id: str | None) -> bool:
        if owner_id in self._people(user, right) or account_id in self._of_accounts(user, right):
            return True
        return account_id is None and owner_id is None and self._sees != "own"

    def _people(self, user: User, right: Right) -> frozenset[str]:
        """Whose records the person may read or edit."""
        if (user, right) not in self._near:
            shares = right == "read" and self._sees == "team"
            self._near[user, right] = self._org.near(user) if shares else self._org.led(user)
        return self._near[user, right]

    @cached_property
    def _org(self) -> Org:
        return Org(self._users())

    def _of_accounts(self, user: User, right: Right) -> frozenset[str]:
        # Colleagues of one team see the same, so it is read once for all of them.
        people = self._people(user, right)
        if (people, right) not in self._accounts:
            self._accounts[people, right] = frozenset(self._read_accounts(people, right))
        return self._accounts[people, right]

    def _read_accounts(self, people: Collection[str], right: Right) -> Iterator[str]:
        by_owner = [ACCOUNTS.owner_id.in_(some) for some in _chunks(people)]
        if self._sees != "own":
            by_owner.append(ACCOUNTS.owner_id.is_(None))
        yield from _ids(self._engine, ACCOUNTS.id, by_owner)
        if right == "read":
            yield from _ids(self._engine, DEALS.account_id, [DEALS.owner_id.in_(some) for some in _chunks(people)])

    def _found(self, query: Select[Any], kind: RecordKind, ids: Collection[str]) -> Iterator[Any]:
        key = TABLES[KINDS[kind]].c.id
        for some in _chunks(ids):
            with crm_errors(), self._engine.connect() as connection:
                rows = connection.execute(query.where(key.in_(some))).all()
            yield from rows


def owned_by(engine: Engine, user: User, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
    """Those of the records that are the person's own: by owner; a contact by its account's."""
    if kind == "contact":
        query = select(CONTACTS.id).join(TABLES[Account], ACCOUNTS.id == CONTACTS.account_id)
    else:
        query = select(TABLES[KINDS[kind]].c.id)
    owner, key = (DEALS if kind == "opportunity" else ACCOUNTS).owner_id, TABLES[KINDS[kind]].c.id
    found: set[str] = set()
    for some in _chunks(ids):
        with crm_errors(), engine.connect() as connection:
            found.update(connection.execute(query.where(owner == user.id, key.in_(some))).scalars())
    return frozenset(found)


def _ids(engine: Engine, column: Any, wheres: Iterable[ColumnElement[bool]]) -> Iterator[str]:
    for where in wheres:
        with crm_errors(), engine.connect() as connection:
            rows = connection.execute(select(column).where(where)).scalars().all()
        yield from (row for row in rows if row is not None)


def _chunks(ids: Iterable[T]) -> Iterator[list[T]]:
    every = list(ids)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]
