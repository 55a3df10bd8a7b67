"""What has happened since a backup was made, and must not be undone or done again by restoring it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, inspect, select, update

from bot.crm.local.tables import suppressed
from bot.store.audit import AuditLine, record
from bot.store.database import reading, writing
from bot.store.proposals import RUNNING
from bot.store.tables import changes, optouts
from bot.upkeep.archive import Manifest

ITSELF = "assistant"
_OPTOUT = ("contact_id", "address", "channel")


@dataclass(frozen=True)
class Known:
    """What the replaced home knows that no backup may take back."""

    erased: tuple[dict[str, Any], ...]
    """keyed hashes of people who were erased"""
    optouts: tuple[dict[str, Any], ...]


def known(engine: Engine) -> Known:
    """Read it from a home's database as it is, also an older one; StorageError where that is damaged."""
    with reading(engine) as connection:
        return Known(_rows(connection, suppressed), _rows(connection, optouts))


def _rows(connection: Connection, table: Any) -> tuple[dict[str, Any], ...]:
    if not inspect(connection).has_table(table.name):
        return ()
    return tuple(dict(row) for row in connection.execute(select(table)).mappings())


def carry_over(engine: Engine, known: Known) -> int:
    """Add what the backup does not know; gives how many rows that were."""
    with writing(engine) as connection:
        held = set(connection.execute(select(suppressed.c.hash)).scalars())
        erased = [row for row in known.erased if row["hash"] not in held]
        _insert(connection, suppressed, erased)
        asked = {_key(row) for row in connection.execute(select(optouts)).mappings()}
        fresh = [{k: v for k, v in row.items() if k != "id"} for row in known.optouts if _key(row) not in asked]
        _insert(connection, optouts, fresh)
    return len(erased) + len(fresh)


def _key(row: Any) -> tuple[Any, ...]:
    return *(row[name] for name in _OPTOUT), row["at"]


def _insert(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        connection.execute(insert(table), found)


def doubt(engine: Engine, manifest: Manifest, now: datetime, *, embedded: bool) -> int:
    """Let the CRM be looked at before anything open is written: it may have been written since the backup.

    The embedded CRM is in the backup itself, so that nothing of it can be ahead. Gives how many changes that are.
    """
    with writing(engine) as connection:
        detail = {"made_at": manifest.made_at.isoformat(), "version": manifest.version}
        record(connection, AuditLine(at=now, actor=ITSELF, verb="restore", detail=detail))
        if embedded:
            return 0
        open_ = changes.c.status.in_(("pending", *RUNNING))
        return connection.execute(update(changes).where(open_).values(doubtful=True)).rowcount
