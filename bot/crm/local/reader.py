"""Read records from the embedded tables."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from sqlalchemy import ColumnElement, Engine, Row, Select, case, func, literal, nulls_last, or_, select

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES, snapshots, sync
from bot.crm.port import ANY_DAY, Days
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

R = TypeVar("R", bound=Record)

LINK_BASE = "seller://"
NO_ALIASES: Mapping[str, str] = MappingProxyType({})
MOST_NAMED = 5000
"""ids in one statement; for more than that everything is read"""


def record_link(base: str, record: str, record_id: str) -> str:
    """Where a person can open the record; the id is quoted, so that any id makes a valid link."""
    return f"{base}{record}/{quote(record_id, safe='')}"


class StageDuration(NamedTuple):
    """Calendar days (UTC) that one won deal spent in one stage before it moved on."""

    stage: str
    segment: str | None
    days: int


class LocalReader:
    """A `CrmReader` over the tables of the embedded CRM."""

    def __init__(
        self,
        engine: Engine,
        link: Callable[[str, str], str] | None = None,
        people: Callable[[Sequence[User]], Sequence[User]] = lambda users: users,
        aliases: Mapping[str, str] = NO_ALIASES,
    ) -> None:
        """Read from the engine; `people` gives the users the roles that count, `aliases` a stage's old names today's."""
        self._aliases = aliases
        self._engine = engine
        self._link = link or partial(record_link, LINK_BASE)
        self._people = people

    def as_of(self) -> datetime | None:
        """When the data was last in step with its source; None for an empty CRM."""
        found = self._rows(select(sync.c.as_of).order_by(sync.c.as_of.desc()).limit(1))
        return found[0][0] if found else None

    def link(self, record: str, record_id: str) -> str:
        """Where a person can open the record."""
        return self._link(record, record_id)

    def users(self) -> Sequence[User]:
        """By name."""
        return self._people(self._list(User, order=_by(User, "name")))

    def user(self, user_id: str) -> User | None:
        """One user, whose role may come of who reports to them."""
        c = TABLES[User].c
        users = self._people(self._list(User, or_(c.id == user_id, c.manager_id == user_id), order=_by(User, "name")))
        return next((user for user in users if user.id == user_id), None)

    def stages(self) -> Sequence[Stage]:
        """In the picklist's order."""
        return self._list(Stage, order=_by(Stage, "order"))

    def products(self) -> Sequence[Product]:
        """By name."""
        return self._list(Product, order=_by(Product, "name"))

    def accounts(self, owner_id: str | None = None) -> Sequence[Account]:
        """By name."""
        where = [TABLES[Account].c.owner_id == owner_id] if owner_id else []
        return self._list(Account, *where, order=_by(Account, "name"))

    def account(self, account_id: str) -> Account | None:
        """One account."""
        return self._one(Account, account_id)

    def account_names(self, like: str | None = None) -> Sequence[tuple[str, str]]:
        """(id, name) of every account, whatever it is like: cheap, for name matching."""
        table = TABLES[Account]
        rows = self._rows(select(table.c.id, table.c.name).order_by(table.c.name, table.c.id))
        return [(row.id, row.name) for row in rows]

    def contacts(self, account_id: str | None = None) -> Sequence[Contact]:
        """By name."""
        return self._list(Contact, *_at(Contact, account_id), order=_by(Contact, "name"))

    def contact(self, contact_id: str) -> Contact | None:
        """One contact."""
        return self._one(Contact, contact_id)

    def contact_names(self) -> Sequence[tuple[str, str]]:
        """(id, name) of every contact: cheap, for name matching."""
        table = TABLES[Contact]
        rows = self._rows(select(table.c.id, table.c.name).order_by(*_by(Contact, "name")))
        return [(key, name) for key, name in map(tuple, rows)]

    def contacts_with(self, emails: Collection[str]) -> Sequence[Contact]:
        """Those with one of these e-mail addresses, by name."""
        wanted = func.lower(TABLES[Contact].c.email).in_([one.lower() for one in emails])
        return self._list(Contact, wanted, order=_by(Contact, "name"))

    def opportunities(
        self,
        account_id: str | None = None,
        *,
        open_only: bool = False,
        owners: Collection[str] | None = None,
        closing: Days = ANY_DAY,
    ) -> Sequence[Opportunity]:
        """Open deals by close date first, then closed ones newest first."""
        c = TABLES[Opportunity].c
        first, last = closing
        where = [*_at(Opportunity, account_id, owners), *([c.is_closed.is_(False)] if open_only else [])]
        where += [*([c.close_date >= first] if first else []), *([c.close_date <= last] if last else [])]
        nearest = nulls_last(case((c.is_closed, None), else_=c.close_date))
        return self._list(Opportunity, *where, order=(c.is_closed, nearest, nulls_last(c.close_date.desc()), c.id))

    def deal_words(self, *, each: bool = False) -> Sequence[DealWords]:
        """What deals are called by: a few columns instead of whole records, and each way to be called once."""
        c = TABLES[Opportunity].c
        words = [c[name] for name in DealWords._fields[1:]]
        query = select(c.id, *words) if each else select(literal(""), *words).distinct()
        return [DealWords._make(row) for row in self._rows(query)]

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        """One deal."""
        return self._one(Opportunity, opportunity_id)

    def history(self, opportunity_id: str) -> Sequence[OpportunityHistory]:
        """Oldest first."""
        c = TABLES[OpportunityHistory].c
        return self._today(self._list(OpportunityHistory, c.opportunity_id == opportunity_id, order=(c.at, c.id)))

    def histories(self, deals: Collection[str] | None = None) -> Sequence[OpportunityHistory]:
        """Every row, by opportunity and time: for figures over many deals; with `deals`, of these alone."""
        c, order = TABLES[OpportunityHistory].c.opportunity_id, _by(OpportunityHistory, "opportunity_id", "at")
        if deals is None or len(deals) > MOST_NAMED:
            rows = self._today(self._list(OpportunityHistory, order=order))
            return rows if deals is None else [row for row in rows if row.opportunity_id in deals]
        return self._today(self._list(OpportunityHistory, c.in_(deals), order=order))

    def _today(self, rows: list[OpportunityHistory]) -> list[OpportunityHistory]:
        """Histories by the names that stages have today."""
        if not any(row.stage in self._aliases for row in rows):
            return rows
        return [row.model_copy(update={"stage": self._aliases.get(row.stage, row.stage)}) for row in rows]

    def stage_durations(self, of: Collection[str] | None = None) -> list[StageDuration]:
        """Days in each stage of won deals, of these alone where `of` is given, the last stage left out: four columns instead of `histories()`."""
        rows = [row for row in self._rows(_stage_entries()) if of is None or row.opportunity_id in of]
        return [
            StageDuration(
                self._aliases.get(before.stage, before.stage), before.segment, (after.at.date() - before.at.date()).days
            )
            for before, after in pairwise(_stage_changes(rows))
            if before.opportunity_id == after.opportunity_id
        ]

    def deal_sizes(self, of: Collection[str] | None = None) -> list[tuple[str, str | None, float]]:
        """What is usual beside stages: (what, segment, value) for each amount by currency, and each won deal's cycle in days."""
        deals, accounts = TABLES[Opportunity], TABLES[Account].c
        c = deals.c
        joined = deals.outerjoin(TABLES[Account], accounts.id == c.account_id)
        columns = (c.id, accounts.segment, c.currency, c.amount, c.is_won, c.created_at, c.close_date)
        rows = self._rows(select(*columns).select_from(joined))
        return [told for row in rows if of is None or row.id in of for told in _sizes(row)]

    def contact_roles(self, opportunity_id: str) -> Sequence[OpportunityContactRole]:
        """By contact."""
        c = TABLES[OpportunityContactRole].c
        return self._list(OpportunityContactRole, c.opportunity_id == opportunity_id, order=(c.contact_id, c.id))

    def activities(
        self,
        account_id: str | None = None,
        *,
        since: datetime | None = None,
        owners: Collection[str] | None = None,
    ) -> Sequence[Activity]:
        """Newest first."""
        c = TABLES[Activity].c
        where = [*_at(Activity, account_id, owners), *([c.at >= since] if since else [])]
        return self._list(Activity, *where, order=(c.at.desc(), c.id))

    def activity(self, activity_id: str) -> Activity | None:
        """One activity."""
        return self._one(Activity, activity_id)

    def tasks(
        self, account_id: str | None = None, *, live_only: bool = True, owners: Collection[str] | None = None
    ) -> Sequence[Task]:
        """By due date; `live_only` leaves out cancelled and done ones."""
        c = TABLES[Task].c
        where = [*_at(Task, account_id, owners), *([c.status == "open"] if live_only else [])]
        return self._list(Task, *where, order=(nulls_last(c.due), nulls_last(c.created_at), c.id))

    def task(self, task_id: str) -> Task | None:
        """One task."""
        return self._one(Task, task_id)

    def quotas(self) -> Sequence[Quota]:
        """By their first day."""
        return self._list(Quota, order=_by(Quota, "first"))

    def snapshot_days(self) -> Sequence[date]:
        """Oldest first."""
        return [row.day for row in self._rows(select(snapshots.c.day).distinct().order_by(snapshots.c.day))]

    def snapshot(self, day: date) -> Sequence[SnapshotRow]:
        """By opportunity."""
        query = select(snapshots).where(snapshots.c.day == day).order_by(snapshots.c.opportunity_id)
        return [SnapshotRow.model_validate(dict(row._mapping)) for row in self._rows(query)]

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with crm_errors(), self._engine.connect() as connection:
            return connection.execute(query).all()

    def _list(self, kind: type[R], *where: ColumnElement[bool], order: Sequence[Any]) -> list[R]:
        # Long lists are read often: a row's own mapping would look its keys up anew for every row.
        names, rows = TABLES[kind].columns.keys(), self._rows(select(TABLES[kind]).where(*where).order_by(*order))
        return [kind.model_validate(dict(zip(names, row, strict=True))) for row in rows]

    def _one(self, kind: type[R], record_id: str) -> R | None:
        table = TABLES[kind]
        rows = self._rows(select(table).where(table.c.id == record_id))
        return kind.model_validate(dict(rows[0]._mapping)) if rows else None


def _by(kind: type[Record], *names: str) -> tuple[Any, ...]:
    """Order by these columns; the id makes it stable."""
    c = TABLES[kind].c
    return (*(func.lower(c[name]) if name == "name" else c[name] for name in names), c.id)


def _at(kind: type[Record], account_id: str | None, owners: Collection[str] | None = None) -> list[ColumnElement[bool]]:
    c = TABLES[kind].c
    at = [] if account_id is None else [c.account_id == account_id]
    return at if owners is None else [*at, c.owner_id.in_(owners)]


def _stage_entries() -> Select[Any]:
    history, deals, accounts = TABLES[OpportunityHistory].c, TABLES[Opportunity], TABLES[Account]
    joined = deals.join(TABLES[OpportunityHistory], history.opportunity_id == deals.c.id)
    return (
        select(history.opportunity_id, history.at, history.stage, accounts.c.segment)
        .select_from(joined.outerjoin(accounts, accounts.c.id == deals.c.account_id))
        .where(deals.c.is_won)
        .order_by(history.opportunity_id, history.at, history.id)
    )


def _sizes(row: Row[Any]) -> Iterator[tuple[str, str | None, float]]:
    if row.amount is not None and row.amount > 0:
        yield f"amounts in {row.currency}", row.segment, float(row.amount)
    if row.is_won and row.created_at and row.close_date and row.close_date >= row.created_at.date():
        yield "days from creation to close", row.segment, (row.close_date - row.created_at.date()).days


def _stage_changes(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Only the rows by which a deal entered a stage: other changes do not restart its clock."""
    return [
        row
        for index, row in enumerate(rows)
        if index == 0 or (rows[index - 1].opportunity_id, rows[index - 1].stage) != (row.opportunity_id, row.stage)
    ]
