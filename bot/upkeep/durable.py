"""The durable engine's runs against the changes that they are for."""

from pathlib import Path

from sqlalchemy import Engine, MetaData, Table, inspect, select

from bot.store.database import open_engine, reading
from bot.upkeep.findings import Finding, broken

FILE, SCHEMA, TABLE = "dbos.sqlite", "dbos", "workflow_status"
LIVE = ("PENDING", "ENQUEUED", "DELAYED")


def look(engine: Engine, home: Path, changes: frozenset[str]) -> list[Finding]:
    """Runs under way for changes that do not exist."""
    sqlite = engine.dialect.name == "sqlite"
    if sqlite and not (home / FILE).exists():
        return []
    own = open_engine(f"sqlite:///{home / FILE}", durable=False) if sqlite else engine
    try:
        lost = [run for run in _live(own, None if sqlite else SCHEMA) if run.partition(":")[0] not in changes]
    finally:
        if sqlite:
            own.dispose()
    says = f"under way are for no change of this home; stop its processes and remove {home / FILE}, which is made anew."
    return broken("durable work", lost, "run", "runs", says)


def _live(engine: Engine, schema: str | None) -> list[str]:
    if not inspect(engine).has_table(TABLE, schema=schema):
        return []
    table = Table(TABLE, MetaData(), schema=schema, autoload_with=engine)
    with reading(engine) as connection:
        return list(connection.execute(select(table.c.workflow_uuid).where(table.c.status.in_(LIVE))).scalars())
