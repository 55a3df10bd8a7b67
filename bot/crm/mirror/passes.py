"""How far each kind of record was read: rows of `crm_cursors`, written together with the pages that they stand for."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import cursors, seen

WHOLE = ""
"""the row of the sync as a whole, which is no kind"""


@dataclass(frozen=True)
class Pass:
    """One reading of one kind: from where, since when, how much, and whether it is through."""

    kind: str
    cursor: str | None = None
    """the source's; in the row of the whole sync: the sentence with which it stopped"""
    full: bool = False
    began_at: datetime | None = None
    done_at: datetime | None = None
    count: int = 0
    holds: tuple[str, ...] = ()
    """tables that this kind's pages have filled so far, in this pass or in earlier ones"""

    @property
    def done(self) -> bool:
        """Whether it was read to its end."""
        return self.done_at is not None

    @property
    def unread(self) -> bool:
        """Whether everything of this kind is still to be met, or the rest of it."""
        return self.full and not self.done


class Passes:
    """The rows of one source."""

    def __init__(self, engine: Engine, source: str) -> None:
        self._engine = engine
        self._source = source

    def all(self) -> dict[str, Pass]:
        """Every row by its kind, the whole sync's too."""
        query = select(cursors).where(cursors.c.source == self._source)
        with crm_errors(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {row.kind: Pass(**{k: v for k, v in row._mapping.items() if k != "source"}) for row in rows}

    def get(self, kind: str) -> Pass | None:
        """One row."""
        return self.all().get(kind)

    def put(self, connection: Connection, row: Pass) -> None:
        """Store a row."""
        mine = (cursors.c.source == self._source) & (cursors.c.kind == row.kind)
        connection.execute(delete(cursors).where(mine))
        connection.execute(insert(cursors).values(source=self._source, **vars(row)))

    def store(self, row: Pass) -> None:
        """Store a row in a transaction of its own."""
        with crm_errors(), self._engine.begin() as connection:
            self.put(connection, row)

    def sweeping(self, connection: Connection) -> bool:
        """Whether a full pass over a filled mirror is under way, which remembers what it meets."""
        c = cursors.c
        query = select(c.kind).where(c.source == self._source, c.kind == WHOLE, c.full, c.done_at.is_(None))
        return connection.execute(query).first() is not None

    def begin_sweep(self, now: datetime) -> Pass:
        """Let every kind begin anew, and forget what other sources and earlier sweeps left behind."""
        before, whole = self.all(), Pass(WHOLE, full=True, began_at=now)
        with crm_errors(), self._engine.begin() as connection:
            connection.execute(delete(cursors))
            connection.execute(delete(seen))
            for row in before.values():
                if row.kind != WHOLE:
                    self.put(connection, Pass(row.kind, full=True, holds=row.holds))
            self.put(connection, whole)
        return whole

    def touch(self, connection: Connection) -> None:
        """Take the database for a transaction that reads first, so that nobody writes in between."""
        mine = (cursors.c.source == self._source) & (cursors.c.kind == WHOLE)
        connection.execute(update(cursors).where(mine).values(count=cursors.c.count))

    def end(self, whole: Pass, now: datetime, trouble: str | None) -> None:
        """Say that the sync is through, and forget what a sweep met."""
        with crm_errors(), self._engine.begin() as connection:
            self.put(connection, replace(whole, cursor=trouble, done_at=now))
            connection.execute(delete(seen))
