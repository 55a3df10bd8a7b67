"""Looks into the app's own store, in SQLite or PostgreSQL, and what can go wrong with it."""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Row, Select, text

from bot.store.database import open_engine, reading

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Store:
    """The database of a world."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        self._holders: list[threading.Thread] = []

    def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """What is in it now."""
        with reading(self._engine) as connection:
            return connection.execute(query).all()

    def fail(self, fault: str) -> None:
        """Let somebody else have SQLite's file for a while, or let PostgreSQL drop every connection."""
        if fault == "store dropped":
            with reading(self._engine) as connection:
                connection.execute(text(OTHERS))
            return
        thread = threading.Thread(target=self._hold)
        thread.start()
        self._holders.append(thread)

    def _hold(self) -> None:
        with closing(sqlite3.connect(str(self._engine.url.database), timeout=30, isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            threading.Event().wait(1.5)
            held.execute("ROLLBACK")

    def calm(self) -> None:
        """Wait for the last holder."""
        for thread in self._holders:
            thread.join()
        self._holders.clear()

    def close(self) -> None:
        """Give the connections back."""
        self.calm()
        self._engine.dispose()
