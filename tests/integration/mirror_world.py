"""A mirror in a file of its own, and what it holds."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from bot.crm.local.tables import TABLES, cursors, merged, metadata, seen, sync
from bot.crm.mirror import Mirror
from bot.crm.mirror.cleaning import Scrub
from bot.crm.port import CrmSource
from bot.crm.records import Record
from bot.store.database import open_engine
from tests.integration.mirror_source import START, MemorySource

Content = Mapping[str, Mapping[str, Record]]


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START + timedelta(days=14)

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> datetime:
        """Move it."""
        self.now += timedelta(**by)
        return self.now


def opened(path: Path) -> Engine:
    """The tables in a file."""
    engine = open_engine(f"sqlite:///{path}", durable=False)
    metadata.create_all(engine)
    return engine


class MirrorWorld:
    """Source, mirror and clock."""

    def __init__(self, path: Path, source: CrmSource, scrub: Scrub | None = None, engine: Engine | None = None) -> None:
        self.engine = engine or opened(path)
        self.clock = Clock()
        self.mirror = Mirror(self.engine, source, self.clock, scrub=scrub)

    def content(self) -> Content:
        """What the mirror holds."""
        return content(self.engine)

    def merged(self) -> dict[str, str]:
        """Merged id → survivor."""
        with self.engine.connect() as connection:
            return {f"{row.kind} {row.id}": f"{row.kind} {row.into}" for row in connection.execute(select(merged))}

    def left_over(self) -> int:
        """Rows that only a sweep under way needs."""
        with self.engine.connect() as connection:
            return len(connection.execute(select(seen)).all())


def content(engine: Engine) -> Content:
    """Records by table and id."""
    with engine.connect() as connection:
        return {
            table.name: {row.id: kind.model_validate(dict(row._mapping)) for row in connection.execute(select(table))}
            for kind, table in TABLES.items()
        }


def state(engine: Engine) -> list[tuple[object, ...]]:
    """Everything that a sync leaves behind but the records."""
    with engine.connect() as connection:
        return [tuple(row) for table in (cursors, seen, merged, sync) for row in connection.execute(select(table))]


def truth(source: MemorySource) -> Content:
    """What the source holds."""
    return {table.name: dict(source.all(kind)) for kind, table in TABLES.items()}


def stop_at(number: int, error: BaseException) -> Callable[[str], None]:
    """Something for `before_page` that raises at the N-th page."""
    counted = iter(range(1, 10_000))

    def check(kind: str) -> None:
        if next(counted) == number:
            raise error

    return check
