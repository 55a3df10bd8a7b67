"""All looks at a home, from the files up; nothing is mended, and each finding says what mends it."""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Engine

from bot.settings import Settings
from bot.store.database import reading
from bot.store.deliveries import Deliveries
from bot.store.leader import Leadership
from bot.store.trail import Trail
from bot.upkeep import arrivals, durable, files, gate, indexes, links
from bot.upkeep.findings import Finding
from knowledge.errors import KnowledgeError, KnowledgeLocked
from knowledge.library import Library


def look(
    settings: Settings, engine: Callable[[], Engine], library: Callable[[], Library], now: datetime
) -> Iterator[Finding]:
    """Findings; none for a home that is well. A damaged database ends the look, as all else rests on it."""
    damaged = files.whole(settings.home)
    yield from damaged
    yield from files.look(settings.home)
    if damaged:
        return
    opened = engine()
    yield from tables(settings, opened, now)
    try:
        yield from indexes.look(library())
    except KnowledgeLocked as busy:
        yield Finding("knowledge base", "optional", f"The indexes were not looked at. {busy}")
    except KnowledgeError as error:
        yield Finding("knowledge base", "broken", str(error))


def tables(settings: Settings, engine: Engine, now: datetime) -> Iterator[Finding]:
    """What the database alone tells."""
    embedded = settings.crm == "local"
    worker = _worker(settings, engine)
    with reading(engine) as connection:
        held = gate.read(connection, embedded=embedded)
        yield from gate.look(held, now, worker=worker)
        yield from links.look(connection, embedded=embedded)
    yield from durable.look(engine, settings.home, frozenset(row["id"] for row in held.changes))
    yield from arrivals.look(Deliveries(engine), now)
    yield from trail(engine)


def trail(engine: Engine) -> Iterator[Finding]:
    """Whether each line of the audit trail is sealed to the one before."""
    faults = Trail(engine).verify().faults
    if faults:
        more = f" {len(faults) - 1:,} more are wrong." if len(faults) > 1 else ""
        says = f"{faults[0].says}{more} `seller audit verify` names all; compare with a backup from before."
        yield Finding("audit trail", "broken", says)


def _worker(settings: Settings, engine: Engine) -> bool:
    """Whether a process applies changes now."""
    leadership = Leadership(engine, settings.home)
    if not leadership.acquire():
        return True
    leadership.release()
    return False
