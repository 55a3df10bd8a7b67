"""A database as it stood at one moment, as a SQLite file, and back into a database of either kind."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, inspect, select, text

from bot.crm.local.tables import metadata as crm
from bot.errors import StorageError
from bot.store.database import Engine, exclusive, guard, open_engine, prepare, writing
from bot.store.tables import metadata as store
from knowledge.registry import metadata as knowledge

ROOMS: tuple[MetaData, ...] = (crm, knowledge, store)
BATCH = 1000
KEY = 7_305_134
"""under which rows are replaced"""
GUARDED = ("audit", "audit_head")


def tables() -> Iterator[Table]:
    """Every table, those that others refer to first."""
    for metadata in ROOMS:
        yield from metadata.sorted_tables


def copy_out(engine: Engine, target: Path) -> None:
    """Write what a database holds at this moment into a new SQLite file, while others go on reading and writing.

    Raises StorageError where it cannot be read whole: a copy of a damaged database would be found out too late.
    """
    with guard(engine):
        if engine.dialect.name == "sqlite":
            # One reading transaction, beside which others write; free pages stay behind, and what was deleted with them.
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
        else:
            _rows_out(engine, target)
    _check(target)


def _rows_out(engine: Engine, target: Path) -> None:
    """Row by row out of one snapshot of PostgreSQL, into tables that this program makes."""
    made = open_engine(f"sqlite:///{target}")
    try:
        prepare(made)
        snapshot = engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with snapshot as source, made.begin() as into, _replaceable(into):
            _replace(source, into)
    finally:
        made.dispose()
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def copy_in(source: Path, engine: Engine) -> None:
    """Put a copy's rows in the place of all that a database holds, in one transaction; of the same revision."""
    copied = open_engine(f"sqlite:///{source}")
    try:
        with copied.connect() as rows, writing(engine) as into, _replaceable(into):
            _replace(rows, into)
    finally:
        copied.dispose()


def _replace(source: Connection, into: Connection) -> None:
    for table in reversed(list(tables())):
        into.execute(delete(table))
    for table in tables():
        _rows(source, into, table)
        _go_on_counting(into, table)


@contextmanager
def _replaceable(into: Connection) -> Iterator[None]:
    """Take the guards off the audit trail, which lets nobody delete a line, until a whole other one is in its place."""
    exclusive(into, KEY)
    if into.dialect.name == "sqlite":
        held = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_head')"
        guards = into.exec_driver_sql(held).all()
        off, on = [f"DROP TRIGGER {guard.name}" for guard in guards], [guard.sql for guard in guards]
    else:
        off, on = ([f"ALTER TABLE {name} {what} TRIGGER USER" for name in GUARDED] for what in ("DISABLE", "ENABLE"))
    for statement in off:
        into.exec_driver_sql(statement)
    yield
    for statement in on:
        into.exec_driver_sql(statement)


def is_filled(engine: Engine) -> bool:
    """Whether a database holds anything of ours."""
    with guard(engine), engine.connect() as connection:
        held = set(inspect(connection).get_table_names())
        return any(
            connection.execute(select(table).limit(1)).first() is not None
            for table in tables()
            if table.name in held and table.name != "kb_state"
        )


def _rows(source: Connection, into: Connection, table: Table) -> None:
    found = source.execution_options(yield_per=BATCH).execute(select(table))
    for some in found.mappings().partitions():
        into.execute(insert(table), [dict(row) for row in some])


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after the copied ones."""
    key = next(iter(table.primary_key.columns))
    if connection.dialect.name == "sqlite" or key is not table.autoincrement_column:
        return
    last = connection.execute(select(func.max(key))).scalar()
    name = connection.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": key.name}).scalar()
    if last is not None and name is not None:
        connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


def _check(target: Path) -> None:
    with closing(sqlite3.connect(target)) as connection:
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise StorageError(
            f"The database is damaged ({said.splitlines()[0]}), so no backup was made; `seller doctor --deep` says more."
        )
