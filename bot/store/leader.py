"""Which process is the worker, which one syncs: a file lock beside SQLite, an advisory lock in PostgreSQL; both die with it."""

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from bot.errors import StorageError
from bot.store.database import guard

KEYS = {"worker": 7_305_117, "sync": 7_305_120, "purge": 7_305_132}
"""any numbers that no other user of the database locks"""


class Leadership:
    """At most one holder of a role per home, or per PostgreSQL database."""

    def __init__(self, engine: Engine, home: Path, role: str = "worker") -> None:
        self._engine = engine
        self._key = KEYS[role]
        self._file = FileLock(home / f"{role}.lock", thread_local=False)
        self._session: Connection | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; never wait."""
        return self._acquire_file() if self._engine.dialect.name == "sqlite" else self._acquire_session()

    def held(self) -> bool:
        """Whether the lock is still ours: a server that ended its session has given it back."""
        if self._engine.dialect.name == "sqlite":
            return self._file.is_locked
        if self._session is not None:
            try:
                self._session.execute(text("SELECT 1"))
            except DBAPIError:
                self._drop(self._session)
        return self._session is not None

    def release(self) -> None:
        """Give the lock back; harmless without it."""
        self._file.release()
        if self._session is not None:
            # By itself the server gives a lock back only once it has seen that the session is gone.
            with suppress(DBAPIError):  # a session that broke has lost its lock
                self._session.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": self._key})
            self._drop(self._session)

    def _drop(self, session: Connection) -> None:
        # A connection that went back to the pool would keep the session's lock; unlike detaching, this also takes a broken one.
        session.invalidate()
        session.close()
        self._session = None

    def _acquire_file(self) -> bool:
        try:
            self._file.acquire(blocking=False)
        except Timeout:
            return False
        except OSError as error:
            raise StorageError(
                f"The file {self._file.lock_file} cannot be made ({error.strerror}); check the folder's permissions."
            ) from error
        return True

    def _acquire_session(self) -> bool:
        with guard(self._engine):
            session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}).scalar():
                self._session = session
                return True
            session.close()
            return False
