"""Several processes at the same database in the same moment, SQLite and PostgreSQL alike."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from many_processes import EACH, LIMIT, NOW, SIZE, at_once
from sqlalchemy import Engine, delete, text, update

from bot import jobs
from bot.app import App
from bot.store.audit import trail
from bot.store.database import open_engine, prepare
from bot.store.leader import Leadership
from bot.store.model_calls import ModelCalls
from bot.store.tables import audit
from bot.store.trail import Trail
from tests import postgres

PROCESSES = 5


@pytest.fixture
def url(store_url: str | None, tmp_path: Path) -> str:
    """The address of a prepared database."""
    made = store_url or f"sqlite:///{tmp_path / 'seller.db'}"
    engine = open_engine(made)
    prepare(engine)
    engine.dispose()
    return made


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The same database, as this process sees it."""
    made = open_engine(url)
    yield made
    made.dispose()


def test_no_more_is_taken_than_the_limit_holds(url: str, engine: Engine) -> None:
    taken = [int(said) for said in at_once(url, "reserve", PROCESSES)]
    assert sum(taken) == LIMIT // SIZE < PROCESSES * EACH
    assert ModelCalls(engine).spent(NOW).tokens == LIMIT


def test_of_all_who_could_warn_one_does(url: str) -> None:
    assert sorted(at_once(url, "warn", PROCESSES)) == [""] * (PROCESSES - 1) + ["tokens"]


def test_a_limit_that_is_reached_is_told_once_in_the_audit_trail(url: str, engine: Engine) -> None:
    assert len(set(at_once(url, "refuse", 3))) == 1
    assert [(line.verb, line.detail) for line in trail(engine)] == [
        ("budget", {"limit": "tokens", "said": "reached", "used": 0, "most": 0})
    ]


def test_lines_of_all_make_one_whole_chain_in_which_falsified_ones_are_named(url: str, engine: Engine) -> None:
    at_once(url, "add", PROCESSES)
    verdict = Trail(engine).verify()
    assert (verdict.whole, verdict.lines) == (True, PROCESSES * (EACH + EACH // 2))
    without_guards(engine)
    with engine.begin() as connection:
        connection.execute(update(audit).where(audit.c.id == 5).values(actor="u-eve"))
        connection.execute(update(audit).where(audit.c.id == 7).values(detail={"n": 99}))
        connection.execute(delete(audit).where(audit.c.id == 9))
        connection.execute(text("UPDATE audit_head SET last = last - 1"))
    assert [fault.says for fault in Trail(engine).verify().faults] == [
        "Line 5 was changed.",
        "Line 7: its detail was changed, and no redaction says so.",
        "Line 9 is missing before line 10.",
        "Line 35 is behind the last one that the database knows of.",
    ]


def without_guards(engine: Engine) -> None:
    """Take the triggers away, as somebody may who owns the database."""
    guards = ["audit_keep", "audit_fixed", "audit_detail", "audit_head_keep"]
    statements = [f"DROP TRIGGER {name}" for name in guards]
    if engine.dialect.name == "postgresql":
        statements = ["DROP FUNCTION audit_keep CASCADE"]
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_role_that_is_given_back_is_free_at_once(engine: Engine, tmp_path: Path) -> None:
    one, other = (Leadership(engine, tmp_path, "sync") for _ in range(2))
    for _ in range(40):
        assert one.acquire()
        assert not other.acquire()
        one.release()
        assert other.acquire()
        other.release()


def cut_others_off(url: str) -> None:
    """End every session of the database but the one that does it, as a server does that restarts."""
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


@postgres.needed
def test_a_role_whose_session_the_server_ended_is_lost_and_may_be_taken_again(url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        pytest.skip("a lock on a file has no session")
    engines = [open_engine(url) for _ in range(2)]
    one, other = (Leadership(engine, tmp_path, "sync") for engine in engines)
    assert (one.held(), one.acquire(), one.held()) == (False, True, True)
    cut_others_off(url)
    assert (one.held(), one.held()) == (False, False)
    assert other.acquire()
    one.release()
    assert (one.acquire(), other.held()) == (False, True)
    other.release()
    assert (one.acquire(), one.held()) == (True, True)
    one.release()
    for engine in engines:
        engine.dispose()


@postgres.needed
def test_a_role_may_be_given_back_though_its_session_broke_since_the_last_look(url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        pytest.skip("a lock on a file has no session")
    engine = open_engine(url)
    one = Leadership(engine, tmp_path, "purge")
    assert one.acquire()
    cut_others_off(url)
    one.release()
    assert (one.held(), one.acquire()) == (False, True)
    one.release()
    engine.dispose()


@postgres.needed
def test_a_worker_that_lost_its_lock_leaves_the_work_to_who_has_it(
    stored_sample: App, store_url: str | None, tmp_path: Path
) -> None:
    if store_url is None:
        pytest.skip("a lock on a file has no session")
    app, other = stored_sample, Leadership(open_engine(store_url), tmp_path)
    with jobs.start(app.settings, app.approvals) as worker:
        assert worker.leads
        cut_others_off(store_url)
        until(other.acquire)
        until(lambda: not worker.leads)
        other.release()
        until(lambda: worker.leads)


def until(look: Callable[[], bool]) -> None:
    """Look until it is so."""
    for _ in range(600):
        if look():
            return
        Event().wait(0.1)
    raise AssertionError("it never came to be")
