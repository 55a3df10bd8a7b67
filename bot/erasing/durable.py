"""What the durable engine recorded of the person's changes: dropped, as the store is what counts."""

import base64
import binascii
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import Engine, MetaData, Table, delete, inspect, select

from bot.erasing.report import Report
from bot.erasing.words import Words
from bot.store.database import open_engine, reading, writing

KEY = "workflow_uuid"
HEAD = "workflow_status"
SCHEMA = "dbos"
"""where the tables stand in PostgreSQL"""
FILE = "dbos.sqlite"


def erase(engine: Engine, home: Path, words: Words, changes: Collection[str], report: Report, *, write: bool) -> None:
    """Drop the recorded inputs and outputs of each run in which the person occurs, or only count them.

    A run that had not ended is begun again by the next worker; the change's id keeps it from writing twice.
    """
    sqlite = engine.dialect.name == "sqlite"
    if sqlite and not (home / FILE).exists():
        return
    own = open_engine(f"sqlite:///{home / FILE}", durable=False) if sqlite else engine
    try:
        tables = _tables(own, None if sqlite else SCHEMA)
        runs = {run for table in tables for run in _runs(own, table, words, changes)}
        gone = {table.name: _drop(own, table, runs, write) for table in tables}
        report.count("durable work", removed=sum(gone.values()))
    finally:
        if sqlite:
            own.dispose()


def _tables(engine: Engine, schema: str | None) -> list[Table]:
    """The engine's tables that tell of one run, the run itself last, as the others refer to it."""
    names = inspect(engine).get_table_names(schema=schema)
    found = MetaData()
    read = [Table(name, found, schema=schema, autoload_with=engine) for name in names]
    return sorted((table for table in read if KEY in table.c), key=lambda table: table.name == HEAD)


def _runs(engine: Engine, table: Table, words: Words, changes: Collection[str]) -> set[str]:
    with reading(engine) as connection:
        rows = connection.execute(select(table)).mappings().all()
    return {
        row[KEY]
        for row in rows
        if row[KEY].partition(":")[0] in changes
        or any(words.holds_anywhere(_read(value)) for value in row.values() if isinstance(value, str))
    }


def _read(value: str) -> str:
    """A recorded value as text: the engine pickles values and writes them in base64."""
    try:
        return base64.b64decode(value, validate=True).decode("utf-8", "replace") + value
    except (binascii.Error, ValueError):
        return value


def _drop(engine: Engine, table: Table, runs: Collection[str], write: bool) -> int:
    if not write:
        with reading(engine) as connection:
            return len(connection.execute(select(table.c[KEY]).where(table.c[KEY].in_(sorted(runs)))).all())
    with writing(engine) as connection:
        return connection.execute(delete(table).where(table.c[KEY].in_(sorted(runs)))).rowcount
