"""Load whole record sets in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, delete, insert

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES, sync
from bot.crm.records import Quota, Record


def replace_all(engine: Engine, records: Iterable[Record], *, as_of: datetime, source: str = "local") -> None:
    """Make these records, of any kinds and in any order, the whole content of the CRM, in one transaction.

    The keys of applied changes stay, so that a change cannot be applied again after an import.
    """
    rows = list(records)
    with crm_errors(), engine.begin() as connection:
        for table in TABLES.values():
            connection.execute(delete(table))
        _insert(connection, rows)
        connection.execute(delete(sync))
        connection.execute(insert(sync).values(source=source, as_of=as_of))


def upsert_all(engine: Engine, records: Iterable[Record], *, as_of: datetime, source: str = "local") -> None:
    """Add these records, replacing those of the same id and kind, in one transaction."""
    rows = list(records)
    with crm_errors(), engine.begin() as connection:
        for kind, table in TABLES.items():
            ids = [{"key": row.id} for row in rows if type(row) is kind]
            if ids:
                connection.execute(delete(table).where(table.c.id == bindparam("key")), ids)
        _insert(connection, rows)
        connection.execute(delete(sync).where(sync.c.source == source))
        connection.execute(insert(sync).values(source=source, as_of=as_of))


def replace_quotas(engine: Engine, quotas: Iterable[Record], *, merge: bool) -> None:
    """Make these all the quotas, or with `merge` add them by id; the other records and their time stay as they are."""
    rows, table = list(quotas), TABLES[Quota]
    with crm_errors(), engine.begin() as connection:
        if not merge:
            connection.execute(delete(table))
        elif rows:
            connection.execute(delete(table).where(table.c.id == bindparam("key")), [{"key": row.id} for row in rows])
        _insert(connection, rows)


def _insert(connection: Connection, records: Sequence[Record]) -> None:
    for kind, table in TABLES.items():
        rows = [dict(row) for row in records if type(row) is kind]
        if rows:
            connection.execute(insert(table), rows)
