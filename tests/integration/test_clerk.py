"""What a process notes of its deliveries, where the database fails for a moment."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.slack.arrivals.clerk import Clerk
from bot.store.database import open_engine, prepare
from bot.store.deliveries import Claim, Deliveries

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_an_end_that_could_not_be_noted_is_noted_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'seller.db'}")
    prepare(engine)
    deliveries, tried = Deliveries(engine), []
    done = deliveries.done

    def fails_once(keys: list[str], owner: str) -> None:
        tried.append(list(keys))
        if len(tried) == 1:
            raise StorageError("The database is busy.")
        done(keys, owner)

    monkeypatch.setattr(deliveries, "done", fails_once)
    clerk = Clerk(deliveries, "me", lambda: NOW)
    assert clerk.claim(Claim("a", {"asked": "x"})).result(10)
    clerk.done("a")
    assert clerk.claim(Claim("b", {"asked": "y"})).result(10)
    clerk.close()
    assert tried == [["a"], ["a"]]
    engine.dispose()
