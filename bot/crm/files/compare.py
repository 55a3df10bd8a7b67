"""What an import would do to the records that the CRM holds."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Engine, select

from bot.crm.files.columns import FILES
from bot.crm.files.report import Differences
from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES
from bot.crm.records import Record


def differences(
    engine: Engine,
    by_kind: Mapping[type[Record], Sequence[Record]],
    *,
    merge: bool,
    kinds: Iterable[type[Record]] = FILES,
) -> dict[str, Differences]:
    """Count by kind what is added, changed, removed (never with `merge`) and as it was; kinds without records are left out."""
    found = {FILES[kind]: _of_kind(engine, kind, by_kind.get(kind, ()), merge) for kind in kinds}
    return {name: counted for name, counted in found.items() if counted != Differences(0, 0, 0, 0)}


def _of_kind(engine: Engine, kind: type[Record], rows: Sequence[Record], merge: bool) -> Differences:
    with crm_errors(), engine.connect() as connection:
        present = {row.id: dict(row._mapping) for row in connection.execute(select(TABLES[kind]))}
    wanted = {row.id: dict(row) for row in rows}
    same = sum(present.get(key) == row for key, row in wanted.items())
    known = len(wanted.keys() & present.keys())
    kept = len(present) - known
    return Differences(len(wanted) - known, known - same, 0 if merge else kept, same + (kept if merge else 0))
