"""Several processes at the same database in the same moment, SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from many_processes import EACH, LIMIT, NOW, SIZE, at_once
from sqlalchemy import Engine, delete, text, update

from bot.store.audit import trail
from bot.store.database import open_engine, prepare
from bot.store.leader import Leadership
from bot.store.model_calls import ModelCalls
from bot.store.tables import audit
from bot.store.trail import Trail

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
