"""Opening the database, and its failures in the seller's words."""

import importlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError

from bot.errors import StorageError
from bot.store.turns import Turns

__all__ = ["Connection", "Engine", "exclusive", "guard", "open_engine", "prepare", "reading", "revision", "writing"]

HEAD = "0011"
"""the newest revision under bot/store/migrations; a test keeps the two in step"""

BUSY_SECONDS = 10
_TURNS: WeakKeyDictionary[Engine, Turns] = WeakKeyDictionary()

BACKENDS = frozenset({"sqlite", "postgresql", "postgres"})
UNKNOWN = (
    "SELLER_DATABASE_URL names no database that is known here; write it like postgresql://user@host/name, "
    "or leave it out for SQLite in the data folder."
)
"""does not repeat the setting, which may hold a password"""

ADVICE = {
    "not a database": "is damaged or not a database; restore it from a backup or move it away and start again",
    "malformed": "is damaged; restore it from a backup or move it away and start again",
    "readonly": "cannot be written; check the permissions of the file and its folder",
    "unable to open": "cannot be opened; check that its folder exists and may be written",
    "disk is full": "cannot grow because the disk is full; free some space and try again",
    "disk i/o": "cannot be read or written by the disk; check the disk and restore from a backup if need be",
    "locked": "is busy in another process; try again in a moment",
    "no such table": "has no tables yet; run `seller doctor`",
}


def open_engine(url: str, *, durable: bool = True) -> Engine:
    """Open SQLite (several processes; `durable` survives power loss) or PostgreSQL; creates the file's folder.

    Raises StorageError for an address that names no database, and where the folder cannot be made.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(_psycopg(parsed), pool_pre_ping=True, hide_parameters=True)
    _make_folder(parsed)
    # IMMEDIATE: a transaction that reads first and writes then would fail at once beside another writer.
    # Parameters are hidden, as the trace of a failure goes to the log and texts of people do not belong there.
    arguments = {"isolation_level": "IMMEDIATE", "timeout": BUSY_SECONDS}
    engine = create_engine(parsed, connect_args=arguments, hide_parameters=True)

    def tune(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        _use_wal(connection)
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        # SQLite's own knows no letters but A to Z, so that nobody would be found as É… who is asked for as é….
        connection.create_function("lower", 1, _lower, deterministic=True)

    event.listen(engine, "connect", tune)
    return engine


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _use_wal(connection: Any) -> None:
    """Switch the file to WAL where it is not yet; SQLite's own busy timeout does not cover that switch."""
    until = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StorageError(UNKNOWN) from error
    if parsed.get_backend_name() not in BACKENDS:
        raise StorageError(UNKNOWN)
    return parsed


def prepare(engine: Engine) -> None:
    """Bring the tables of store, CRM and knowledge to the newest version; safe in several processes at once.

    Raises StorageError for a file that cannot be used or one of a newer version of this program.
    """
    with guard(engine):
        if revision(engine) != HEAD:
            importlib.import_module("bot.store.migration").upgrade(engine)


def revision(engine: Engine) -> str | None:
    """Return the revision of the tables; None for a database without any."""
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError) as error:
        words = str(error.orig).lower()
        if "no such table" in words or "does not exist" in words:
            return None
        raise


@contextmanager
def guard(engine: Engine) -> Iterator[None]:
    """Turn a failure of the database into StorageError: one sentence that names it and what to do."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, Exception) and _is_ours(error):
            raise
        raise StorageError(_sentence(engine.url, str(error.orig))) from error


def _is_ours(error: DBAPIError) -> bool:
    """A broken constraint is a bug of ours or a lost race, not a failing disk."""
    return type(error).__name__ in {"IntegrityError", "DataError", "InterfaceError"}


def _sentence(url: URL, words: str) -> str:
    name = url.database if url.get_backend_name() == "sqlite" else told(url)
    for sign, advice in ADVICE.items():
        if sign in words.lower():
            return f"The database {name} {advice}."
    return f"The database {name} cannot be used ({words.strip().splitlines()[0]}); check that it runs and try again."


def told(url: URL) -> str:
    """An address as a person may read it: without the password, and without its query, which may hold one as well."""
    return url.set(query={}).render_as_string(hide_password=True)


def _psycopg(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        return
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be made ({error.strerror}); choose another.") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection to read from; StorageError where that fails."""
    with guard(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, *, urgent: bool = False) -> Iterator[Connection]:
    """Give a transaction: all of it or nothing; StorageError where that fails."""
    with guard(engine), _turn(engine, urgent), engine.begin() as connection:
        yield connection


def exclusive(connection: Connection, key: int) -> None:
    """Let one transaction of all processes go on from here until it ends: what it reads first is still so when it writes.

    SQLite's driver begins a transaction only with the first write; PostgreSQL locks a number that nobody else uses.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


@contextmanager
def _turn(engine: Engine, urgent: bool) -> Iterator[None]:
    """Let the writers of this process come one after the other: SQLite lets them look again and again, with long pauses.

    Whoever waited as long as SQLite would have lets SQLite decide.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    turns = _TURNS.setdefault(engine, Turns())
    taken = turns.acquire(BUSY_SECONDS, urgent=urgent)
    try:
        yield
    finally:
        if taken:
            turns.release()
