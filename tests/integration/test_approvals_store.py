"""The database: opened durably, migrated once by whoever comes first, failing in plain words."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, text

from bot.errors import StorageError
from bot.store.database import HEAD, open_engine, prepare, revision, writing
from bot.store.migration import METADATA, head
from bot.store.tables import thread_turns
from bot.store.threads import Thread, Threads, Turn

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def engine_at(folder: Path) -> Engine:
    return open_engine(f"sqlite:///{folder / 'new' / 'seller.db'}")


def write_too_much(engine: Engine) -> None:
    """A short turn and a huge one in one transaction, on a disk that has no room."""
    row = {"thread": "t", "at": NOW, "role": "seller"}
    with writing(engine) as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        connection.execute(insert(thread_turns).values(**row, text="short"))
        connection.execute(insert(thread_turns).values(**row, text="x" * 10_000_000))


def at_once(number: int, call: Callable[[], object]) -> list[object]:
    lined_up = threading.Barrier(number)
    answers: list[object] = []

    def run() -> None:
        lined_up.wait()
        answers.append(call())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("url", ["nonsense", "mysql://ann:hunter2@db/sales", "postgresql://ann:hunter2@db:port/sales"])
def test_an_address_of_no_known_database_is_named_without_its_password(url: str) -> None:
    with pytest.raises(StorageError, match="^SELLER_DATABASE_URL names no database that is known here") as caught:
        open_engine(url)
    assert "hunter2" not in str(caught.value)


def test_the_migrations_make_exactly_the_tables_of_all_rooms(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    prepare(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        rooms: Any = list(METADATA.values())  # Alembic takes several, which its annotation does not say
        assert compare_metadata(context, rooms) == []
    assert revision(engine) == head() == HEAD
    engine.dispose()


def test_several_at_once_prepare_one_database(tmp_path: Path) -> None:
    def come() -> str | None:
        engine = engine_at(tmp_path)
        prepare(engine)
        found = revision(engine)
        engine.dispose()
        return found

    assert at_once(4, come) == [HEAD] * 4


def test_an_approval_survives_a_power_cut(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    with engine.connect() as connection:
        pragmas = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        assert (*pragmas, connection.execute(text("PRAGMA foreign_keys")).scalar()) == ("wal", 2, 1)
    engine.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "seller.db"
    file.write_bytes(b"these are my notes, not a database. " * 50)
    with pytest.raises(StorageError) as caught:
        prepare(open_engine(f"sqlite:///{file}"))
    assert str(caught.value) == (
        f"The database {file} is damaged or not a database; restore it from a backup or move it away and start again."
    )


def test_a_database_in_use_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.BUSY_SECONDS", 0)
    engine = engine_at(tmp_path)
    prepare(engine)
    other = sqlite3.connect(tmp_path / "new" / "seller.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError) as caught, writing(engine) as connection:
        connection.execute(text("DELETE FROM deliveries"))
    file = tmp_path / "new" / "seller.db"
    assert str(caught.value) == f"The database {file} is busy in another process; try again in a moment."
    other.close()
    engine.dispose()


def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    prepare(engine)
    with pytest.raises(StorageError) as caught:
        write_too_much(engine)
    file = tmp_path / "new" / "seller.db"
    assert str(caught.value) == (
        f"The database {file} cannot grow because the disk is full; free some space and try again."
    )
    assert Threads(engine).turns("t") == []
    engine.dispose()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("a file is in the way")
    with pytest.raises(StorageError) as caught:
        engine_at(tmp_path)
    assert str(caught.value) == f"The folder {tmp_path / 'new'} cannot be made (File exists); choose another."


def test_a_thread_is_remembered(tmp_path: Path) -> None:
    engine = engine_at(tmp_path)
    prepare(engine)
    threads = Threads(engine)
    assert threads.get("t1") is None
    threads.save(Thread(id="t1", skill="brief", account_id="A1", updated_at=NOW))
    later = Thread(id="t1", skill="log", pending={"ask": "which Acme?", "options": ["A1", "A2"]}, updated_at=NOW)
    threads.save(later)
    assert threads.get("t1") == later
    for number in range(3):
        threads.add_turn("t1", Turn(at=NOW, role="seller", text=f"turn {number}"))
    assert [turn.text for turn in threads.turns("t1", last=2)] == ["turn 1", "turn 2"]
    engine.dispose()
