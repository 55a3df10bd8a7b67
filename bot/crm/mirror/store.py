"""Pages into the tables: each in one transaction, together with the cursor that stands for it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES, seen
from bot.crm.mirror import links
from bot.crm.mirror.cleaning import Scrub, relinked, scrubbed
from bot.crm.mirror.passes import Pass, Passes
from bot.crm.mirror.report import Counts
from bot.crm.port import Page
from bot.crm.records import Contact, Record

UNFIT = (StatementError, ValueError, OverflowError)
"""what a value that no column takes is met with, among other failures"""
DROPPED_AT_ONCE = 500

Bad = list[tuple[str, str]]
Upsert = Callable[[Connection, type[Record], Sequence[Record]], Bad]


@dataclass(frozen=True)
class Stored:
    """What a page was: counts, the records that did not fit, and the tables that it filled."""

    counts: Counts
    bad: Bad = field(default_factory=list)


class Store:
    """Writes pages of one source."""

    def __init__(
        self,
        engine: Engine,
        passes: Passes,
        clock: Callable[[], datetime],
        scrub: Scrub | None,
        renew: Callable[[], None] = lambda: None,
    ) -> None:
        self._renew = renew
        self._engine = engine
        self._passes = passes
        self._clock = clock
        self._scrub = scrub
        self._left_out: set[str] = set()

    def page(self, page: Page, at: Pass | None = None) -> Stored:
        """Store what a page brought, and the cursor where it belongs to a pass; rows that do not fit are left out."""
        records = page.records
        self._renew()
        if self._scrub is not None:
            records = scrubbed(records, self._scrub, self._left_out)
        with crm_errors():
            try:
                return self._write(page, records, at, upsert)
            except UNFIT as error:
                if not _unfit(error):
                    raise
                return self._write(page, records, at, upsert_one_by_one)

    def drop_unmet(self, kinds: Iterable[type[Record]]) -> int:
        """Remove records that a full pass did not meet, in short transactions; return how many."""
        dropped = 0
        for kind in kinds:
            last = ""
            while ids := self._drop_some(kind, last):
                last, dropped = ids[-1], dropped + len(ids)
        return dropped

    def _drop_some(self, kind: type[Record], last: str) -> Sequence[str]:
        """Remove the next ones by id, so that no look goes over what was looked at."""
        table = TABLES[kind]
        met = select(seen.c.id).where(seen.c.kind == table.name, seen.c.id == table.c.id)
        query = select(table.c.id).where(table.c.id > last, ~met.exists()).order_by(table.c.id).limit(DROPPED_AT_ONCE)
        with crm_errors(), self._engine.begin() as connection:
            self._passes.touch(connection)
            ids = connection.execute(query).scalars().all()
            links.gone(connection, kind, ids)
        return ids

    def _write(self, page: Page, records: Sequence[Record], at: Pass | None, put: Upsert) -> Stored:
        with self._engine.begin() as connection:
            if at is not None:
                self._passes.put(connection, at)
            by_kind = _linked(connection, records)
            bad = [found for kind, rows in by_kind.items() for found in put(connection, kind, rows)]
            if self._passes.sweeping(connection):
                _remember(connection, by_kind)
            met = {kind: {row.id for row in rows} for kind, rows in by_kind.items()}
            # Before what is gone: a record that was merged may be told of as gone, too.
            joined = links.kinds_of(connection, page.merged, met)
            counts = Counts(records=max(links.own(records) - len(bad), 0))
            counts.merged = sum(links.merge(connection, kind, pairs, self._clock()) for kind, pairs in joined.items())
            counts.gone = self._remove(connection, page, met)
        return Stored(counts, [*page.bad, *bad])

    def _remove(self, connection: Connection, page: Page, met: links.Met) -> int:
        """Take out what the page says is not there any more, and people who were erased since they were stored."""
        removed = 0
        for complete in page.complete:
            removed += links.keep_only(connection, complete, met.get(complete.kind, ()))
        gone: dict[type[Record], list[str]] = {}
        for kind, key in page.gone:
            gone.setdefault(kind, []).append(key)
        if self._left_out:
            gone.setdefault(Contact, []).extend(row.id for row in page.records if row.id in self._left_out)
        return removed + sum(links.gone(connection, kind, ids) for kind, ids in gone.items())


ByKind = dict[type[Record], list[Record]]


def grouped(records: Iterable[Record]) -> ByKind:
    """Records by what they are, in their order."""
    found: ByKind = {}
    for row in records:
        found.setdefault(type(row), []).append(row)
    return found


def _linked(connection: Connection, records: Sequence[Record]) -> ByKind:
    """Records by kind and id, their links leading to survivors; what was merged away and is here again is itself again.

    One order for all: two processes that store the same records must not wait for each other.
    """
    aliases = links.aliases(connection)
    if any(aliases.values()):
        for kind, merged in aliases.items():
            back = {row.id for row in records if type(row) is kind} & merged.keys()
            links.alive(connection, kind, back)
            aliases[kind] = {old: into for old, into in merged.items() if old not in back}
        records = relinked(records, aliases)
    by_kind = grouped(records)
    return {kind: sorted(by_kind[kind], key=lambda row: row.id) for kind in TABLES if kind in by_kind}


def upsert(connection: Connection, kind: type[Record], rows: Sequence[Record]) -> Bad:
    """Put records in the place of those of the same id, all at once."""
    connection.execute(_statement(connection, kind), [vars(row) for row in rows])
    return []


def upsert_one_by_one(connection: Connection, kind: type[Record], rows: Sequence[Record]) -> Bad:
    """Put in the records that fit, and say of the others why they do not."""
    statement, bad = _statement(connection, kind), []
    for row in rows:
        try:
            with connection.begin_nested():
                connection.execute(statement, vars(row))
        except UNFIT as error:
            if not _unfit(error):
                raise
            bad.append((row.id, _why(error)))
    return bad


def _statement(connection: Connection, kind: type[Record]) -> Any:
    table = TABLES[kind]
    add = _insert(connection, table)
    return add.on_conflict_do_update(
        index_elements=["id"], set_={name: add.excluded[name] for name in kind.model_fields if name != "id"}
    )


def _remember(connection: Connection, by_kind: ByKind) -> None:
    """Note what a sweep has met."""
    rows = [{"kind": TABLES[kind].name, "id": row.id} for kind, of in by_kind.items() for row in of]
    if rows:
        add = _insert(connection, seen)
        connection.execute(add.on_conflict_do_nothing(), rows)


def _unfit(error: Exception) -> bool:
    """Whether it is the value that is wrong, not the database."""
    return isinstance(error, DataError | IntegrityError) or not isinstance(error, DBAPIError)


def _why(error: Exception) -> str:
    words = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return f"a value does not fit into the database ({words[:200]})"


def _insert(connection: Connection, table: Table) -> Any:
    """The dialect's own INSERT; that of PostgreSQL is loaded only where it is used, as no other command needs it."""
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)
