"""What a process notes of its deliveries, where the database fails for a moment."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from unittest.mock import MagicMock

import pytest

from bot.errors import StorageError
from bot.slack.arrivals import journal
from bot.slack.arrivals.clerk import Clerk
from bot.slack.sending.outbox import Place
from bot.store.database import open_engine, prepare
from bot.store.deliveries import Claim, Deliveries

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def deliveries(tmp_path: Path) -> Iterator[Deliveries]:
    engine = open_engine(f"sqlite:///{tmp_path / 'seller.db'}")
    prepare(engine)
    yield Deliveries(engine)
    engine.dispose()


def test_an_end_that_could_not_be_noted_is_noted_with_the_next(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[list[str]] = []
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


def test_an_end_that_could_not_be_noted_is_noted_when_time_has_passed(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = Event()
    done = deliveries.done

    def fails_once(keys: list[str], owner: str) -> None:
        if not failing.is_set():
            failing.set()
            raise StorageError("The database is busy.")
        done(keys, owner)

    monkeypatch.setattr(deliveries, "done", fails_once)
    clerk = Clerk(deliveries, "me", lambda: NOW)
    assert clerk.claim(Claim("a", {"asked": "x"})).result(10)
    clerk.done("a")
    assert failing.wait(10)
    clerk.settle()
    clerk.close()
    assert deliveries.left("another", NOW + timedelta(hours=1)) == []


def test_a_form_whose_withdrawal_failed_is_not_taken_for_done_when_it_is_sent_again(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "KEEP_SECONDS", 0.05)
    busy, tried = Event(), Event()
    claim, forget = deliveries.claim, deliveries.forget

    def slow(claims: list[Claim], owner: str, now: datetime) -> set[Claim]:
        busy.wait(10)
        return claim(claims, owner, now)

    def fails_once(key: str) -> None:
        if not tried.is_set():
            tried.set()
            raise StorageError("The database is busy.")
        forget(key)

    monkeypatch.setattr(deliveries, "claim", slow)
    monkeypatch.setattr(deliveries, "forget", fails_once)
    kept, book = journal.task(Place("D1", "U1", True, "U1"), ""), journal.Journal(deliveries, MagicMock(), lambda: NOW)
    assert book.arrive("form:1", kept, repeated=False) == journal.Arrived(fresh=False, kept=False)
    assert book.arrive("form:1", kept, repeated=False) == journal.Arrived(fresh=False, kept=False)
    busy.set()
    assert tried.wait(10)
    monkeypatch.setattr(journal, "KEEP_SECONDS", 10.0)
    assert book.arrive("form:1", kept, repeated=False) == journal.Arrived(fresh=True, kept=True)
    book.close()


def test_a_form_that_is_sent_again_waits_for_its_withdrawn_claim(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, again = Event(), Event()
    claim, arrived = deliveries.claim, []

    def slow(claims: list[Claim], owner: str, now: datetime) -> set[Claim]:
        busy.wait(10)
        return claim(claims, owner, now)

    monkeypatch.setattr(deliveries, "claim", slow)
    kept, book = journal.task(Place("D1", "U1", True, "U1"), ""), journal.Journal(deliveries, MagicMock(), lambda: NOW)
    monkeypatch.setattr(journal, "KEEP_SECONDS", 0.05)
    assert book.arrive("form:1", kept, repeated=False) == journal.Arrived(fresh=False, kept=False)
    monkeypatch.setattr(journal, "KEEP_SECONDS", 10.0)
    is_gone = book._is_gone
    monkeypatch.setattr(book, "_is_gone", lambda *given: (again.set(), is_gone(*given))[1])
    sender = Thread(target=lambda: arrived.append(book.arrive("form:1", kept, repeated=False)))
    sender.start()
    assert again.wait(10)
    busy.set()
    sender.join(10)
    assert arrived == [journal.Arrived(fresh=True, kept=True)]
    assert deliveries.seen("form:") == ["form:1"]
    book.close()
