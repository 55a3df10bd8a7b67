"""The audit trail in PostgreSQL: only added to, whole with many writers, and no two of them wait for each other."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.exc import DatabaseError

from bot.store.audit import AuditLine, record, redact
from bot.store.database import open_engine, prepare, writing
from bot.store.tables import audit, audit_head
from bot.store.trail import Trail, Wanted
from tests.postgres import empty_database, needed, reachable

pytestmark = [needed, reachable]
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A database of its own on the server."""
    with empty_database() as url:
        made = open_engine(url)
        prepare(made)
        yield made
        made.dispose()


def add(engine: Engine, n: int = 1) -> None:
    with writing(engine) as connection:
        for one in range(n):
            record(connection, AuditLine(at=NOW, actor="u-maya", verb="gate", detail={"n": one, "share": 0.1 + one}))


def test_writers_at_once_make_one_chain(engine: Engine) -> None:
    before = Trail(engine).verify().lines
    threads = [threading.Thread(target=lambda: [add(engine, 2) for _ in range(5)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    verdict = Trail(engine).verify()
    assert (verdict.whole, verdict.lines - before) == (True, 80)


@pytest.mark.parametrize(
    "change",
    [
        delete(audit), delete(audit_head), text("TRUNCATE audit"), text("TRUNCATE audit_head"),
        update(audit).values(actor="u-eve"), update(audit).values(hash="x"), update(audit).values(detail={}),
    ],
    ids=["delete", "delete head", "truncate", "truncate head", "actor", "hash", "detail"],
)  # fmt: skip
def test_the_database_refuses_what_is_no_addition(engine: Engine, change: object) -> None:
    add(engine)
    with pytest.raises(DatabaseError, match="the audit trail is append-only"), engine.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert Trail(engine).verify().whole


def test_a_redaction_keeps_the_chain(engine: Engine) -> None:
    add(engine, 2)
    number = Trail(engine).lines(Wanted(last=1))[0].id
    with writing(engine) as connection:
        redact(connection, {number: {"n": "(erased)"}}, NOW, "u-sam", "erase")
    verdict = Trail(engine).verify()
    assert (verdict.whole, verdict.redacted) == (True, 1)


def test_a_transaction_that_fails_leaves_no_gap(engine: Engine) -> None:
    add(engine)
    last = Trail(engine).verify().head.line
    with pytest.raises(DatabaseError), writing(engine) as connection:
        record(connection, AuditLine(at=NOW, actor="u-maya", verb="x" * 99))
    add(engine)
    assert (Trail(engine).verify().whole, Trail(engine).verify().head.line) == (True, last + 1)


def test_lines_are_found_by_what_they_name(engine: Engine) -> None:
    with writing(engine) as connection:
        record(
            connection,
            AuditLine(at=NOW, actor="u-ann", verb="answered", detail={"read": {"account": {"ids": ["a-7"]}}}),
        )
    assert [row.actor for row in Trail(engine).lines(Wanted(record="a-7"))] == ["u-ann"]
