"""The trail in a true database: only added to, in one line of writers, chained in older homes, redacted by an erasure alone."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.app import App
from bot.approvals import Approvals
from bot.assistant import Request
from bot.crm.noted import MOST
from bot.crm.records import User
from bot.crm.writes import CreateTask
from bot.errors import NotAllowed, StorageError
from bot.proposals import Decision, ProposedWrite
from bot.settings import Settings
from bot.store.audit import AuditLine, record, redact, sealed_by, trail
from bot.store.database import open_engine, prepare, writing
from bot.store.migration import METADATA, _config
from bot.store.sealing import Row
from bot.store.tables import audit, audit_head
from bot.store.trail import Trail, Wanted
from tests.conftest import TODAY

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
KEY = "a key of sixteen or more"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path / 'seller.db'}")
    prepare(made)
    yield made
    made.dispose()


def add(engine: Engine, n: int = 1, verb: str = "gate") -> None:
    with writing(engine) as connection:
        for one in range(n):
            record(connection, AuditLine(at=NOW, actor="u-maya", verb=verb, detail={"n": one, "name": "Anna"}))


@pytest.mark.parametrize(
    "change",
    [
        delete(audit), delete(audit_head), update(audit).values(actor="u-eve"), update(audit).values(hash="x"),
        update(audit).values(detail={}), update(audit).values(id=9),
    ],
    ids=["delete", "delete head", "actor", "hash", "detail", "id"],
)  # fmt: skip
def test_the_database_refuses_what_is_no_addition(engine: Engine, change: object) -> None:
    add(engine)
    with pytest.raises(IntegrityError, match="the audit trail is append-only"), engine.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert Trail(engine).verify().whole


def test_a_line_stands_or_falls_with_what_it_tells_of(engine: Engine) -> None:
    add(engine, 2)
    with suppress(RuntimeError), writing(engine) as connection:
        record(connection, AuditLine(at=NOW, actor="u-maya", verb="approve"))
        raise RuntimeError
    add(engine)
    assert (Trail(engine).verify().whole, [row.id for row in Trail(engine).lines(Wanted())]) == (True, [1, 2, 3])


def test_writers_at_once_make_one_chain(engine: Engine) -> None:
    threads = [threading.Thread(target=add, args=(engine, 5)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    verdict = Trail(engine).verify()
    assert (verdict.whole, verdict.lines) == (True, 40)


def test_a_redaction_keeps_the_chain_and_says_which_lines(engine: Engine) -> None:
    add(engine, 3)
    with writing(engine) as connection:
        redact(connection, {2: {"n": 1, "name": "(erased)"}}, NOW, "u-sam", "erase")
    verdict = Trail(engine).verify()
    assert (verdict.whole, verdict.redacted, verdict.lines) == (True, 1, 4)
    last = trail(engine)[-1]
    assert (last.verb, last.actor, list(last.detail["lines"])) == ("redacted", "u-sam", ["2"])
    assert "Anna" not in json.dumps([line.detail for line in trail(engine)][1:2])


def test_a_sealed_trail_takes_no_line_without_the_key(tmp_path: Path) -> None:
    home = Settings(home=tmp_path, audit_key=KEY)
    with App(home) as app:
        app.ready()
        app.tell("started", {})
        assert (Trail(app.engine).verify().whole, Trail(app.engine).verify().sealed) == (True, 1)
    with App(Settings(home=tmp_path)) as app:
        with pytest.raises(
            StorageError, match=r"^The audit trail of this home is sealed with a key .*set SELLER_AUDIT_KEY"
        ):
            app.tell("started", {})
        [fault] = Trail(app.engine).verify().faults
        assert (
            fault.says
            == "Line 1 is sealed with a key that is not set here, and cannot be checked; set SELLER_AUDIT_KEY."
        )


def test_lines_from_before_the_key_still_count(engine: Engine) -> None:
    add(engine, 2)
    sealed_by(engine, [KEY.encode()])
    add(engine, 2)
    verdict = Trail(engine).verify()
    assert (verdict.whole, verdict.lines, verdict.sealed) == (True, 4, 2)


def test_without_a_head_nothing_is_written(engine: Engine) -> None:
    add(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_head_keep"))
        connection.execute(delete(audit_head))
    with pytest.raises(StorageError, match="^The audit trail of this home has lost its head"):
        add(engine)


def test_lines_that_no_driver_can_read_are_named(engine: Engine) -> None:
    add(engine, 4)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_fixed"))
        connection.execute(text("UPDATE audit SET at = 'yesterday' WHERE id = 2"))
        connection.execute(text("UPDATE audit SET actor = x'ff' WHERE id = 4"))
    told = [(fault.line, fault.kind, fault.says.partition(" (")[0]) for fault in Trail(engine).verify().faults]
    assert told == [(n, "changed", f"Line {n} cannot be read, so it was changed") for n in (2, 4)]
    with pytest.raises(StorageError, match="^A line of the audit trail cannot be read"):
        Trail(engine).lines(Wanted())


def test_a_head_that_cannot_be_read_is_told(engine: Engine) -> None:
    add(engine, 2)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_head SET last = 'x'"))
    assert [fault.kind for fault in Trail(engine).verify().faults] == ["head"]


def older(path: Path, lines: int) -> Engine:
    """A home of the version before, with lines that nobody chained."""
    from alembic import command

    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        command.upgrade(_config(connection, list(METADATA.values())), "0009")
        for n in range(1, lines + 1):
            # A number is missing, as PostgreSQL leaves them after a transaction that failed.
            values = {
                "id": n + (n > 2),
                "at": "2026-11-01 09:00:00.000000",
                "detail": json.dumps({"was": "pending", "n": n}),
            }
            connection.execute(
                text("INSERT INTO audit (id, at, actor, verb, proposal, revision, change, detail) VALUES (:id, :at, 'u-maya', 'approve', 'P7K3', 1, 'c', :detail)"),
                values,
            )  # fmt: skip
        connection.commit()
    return engine


def test_an_older_home_is_chained_and_says_so(tmp_path: Path) -> None:
    engine = older(tmp_path / "old.db", 4)
    prepare(engine)
    verdict, lines = Trail(engine).verify(), trail(engine)
    assert (verdict.whole, verdict.lines, verdict.head.line) == (True, 5, 6)
    assert (lines[-1].verb, lines[-1].actor, lines[-1].detail) == (
        "chained",
        "assistant",
        {
            "lines": 4,
            "says": "The 4 lines up to here were written before the trail was chained, and chained as they were found.",
        },
    )
    add(engine)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(delete(audit))
    assert Trail(engine).verify().whole
    engine.dispose()


def test_an_older_home_without_lines_begins_at_the_first(tmp_path: Path) -> None:
    engine = older(tmp_path / "old.db", 0)
    prepare(engine)
    add(engine)
    assert (Trail(engine).verify().whole, [row.id for row in Trail(engine).lines(Wanted())]) == (True, [1])
    engine.dispose()


def ask(app: App, words: str, user: str = "u-maya", thread: str = "t") -> object:
    return app.assistant.answer(Request(words, app.user(user), TODAY, thread))


def test_an_answer_leaves_one_line_of_what_was_read_and_cited(sample: App) -> None:
    ask(sample, "brief me on Northwick Dairy")
    [line] = Trail(sample.engine).lines(Wanted(verb="answered"))
    read, cited = line.detail["read"], line.detail["cited"]
    assert (line.actor, line.detail["skill"], line.detail["place"], line.detail["account"], line.detail["model"]) == (
        "u-maya", "brief", "terminal", "a-northwick", "offline",
    )  # fmt: skip
    assert read["account"] == {"n": 1, "ids": ["a-northwick"]}
    named = {record.partition(":")[2] for record in cited["records"]}
    assert named <= {one for kind in read.values() for one in kind["ids"]}
    assert set(cited["pages"]) <= set(read["page"]["ids"])
    assert line.proposal == line.detail["proposals"][0]


def test_only_records_that_the_asker_sees_are_read(sample_home: Path) -> None:
    with App(Settings(home=sample_home, model="offline", crm_sees="own"), lambda: TODAY) as app:
        ask(app, "how does the pipeline look?")
        [line] = Trail(app.engine).lines(Wanted(verb="answered"))
        own = {deal.id for deal in app.rights.reader_for(app.user("u-maya")).opportunities()}
        told = sha256("\n".join(sorted(own)).encode()).hexdigest()
        assert (line.detail["read"]["opportunity"], len(own) > MOST) == ({"n": len(own), "digest": told}, True)


def test_of_many_records_their_number_and_a_digest_are_kept(sample: App) -> None:
    ask(sample, "how does the pipeline look?", user="u-sam")
    [line] = Trail(sample.engine).lines(Wanted(verb="answered"))
    read = line.detail["read"]["opportunity"]
    assert (read["n"] > MOST, sorted(read), len(read["digest"])) == (True, ["digest", "n"], 64)


def test_a_question_without_an_answer_leaves_a_line_too(sample: App) -> None:
    with pytest.raises(Exception, match="Zzyzx"):
        ask(sample, "brief me on Zzyzx Holdings Ltd")
    [line] = Trail(sample.engine).lines(Wanted(verb="unanswered"))
    assert (line.actor, line.detail["error"], "Zzyzx" in json.dumps(line.detail)) == ("u-maya", "NotFound", False)


def test_an_answer_that_is_broken_off_leaves_a_line_too(sample: App) -> None:
    def stop(_: str) -> None:
        raise KeyboardInterrupt

    request = Request("how is the Northwick deal?", sample.user("u-maya"), NOW, "t")
    with pytest.raises(KeyboardInterrupt):
        sample.assistant.answer(request, stop)
    [line] = Trail(sample.engine).lines(Wanted(verb="unanswered"))
    assert (line.detail["error"], line.detail["read"]["account"]["ids"]) == ("KeyboardInterrupt", ["a-northwick"])


def test_an_answer_comes_also_where_its_line_cannot_be_written(sample: App, caplog: pytest.LogCaptureFixture) -> None:
    put_in = "INSERT INTO audit (id, at, actor, verb, detail) SELECT last + 1, '2026-11-16', 'u-eve', 'gate', '{}' FROM audit_head"
    with sample.engine.begin() as connection:
        connection.execute(text(put_in))
    caplog.set_level("ERROR", logger="seller")
    reply = ask(sample, "what do we say when they call us expensive?")
    assert reply.draft.sections  # type: ignore[attr-defined]
    assert [one.message for one in caplog.records] == ["audit_line_missed"]
    with pytest.raises(StorageError, match="^The audit trail of this home has a line that this program did not write"):
        proposed(sample.approvals, "u-maya")
    with sample.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_keep"))
        connection.execute(delete(audit).where(audit.c.actor == "u-eve"))
    ask(sample, "what do we say when they call us expensive?", thread="u")
    [line] = Trail(sample.engine).lines(Wanted(verb="answered"))
    assert line.detail["missed"] == 1


def proposed(approvals: Approvals, requester: str) -> str:
    write = CreateTask(subject="Call the CFO", owner_id=requester, account_id="a-northwick")
    return approvals.propose([ProposedWrite(write=write, evidence="she said so")], requester=requester, skill="log").id


def test_what_was_proposed_and_who_tried_to_approve_it_are_kept(sample: App) -> None:
    key = proposed(sample.approvals, "u-maya")
    other = User(id="u-eve", name="Eve", role="seller")
    with pytest.raises(NotAllowed):
        sample.approvals.decide(Decision(verb="approve", proposal_id=key), other)
    first, second = trail(sample.engine, proposal=key)
    assert (first.verb, first.detail["writes"][0]["subject"]) == ("propose", "Call the CFO")
    assert (second.verb, second.actor, second.detail) == ("refused", "u-eve", {"tried": "approve"})


def test_a_copy_of_a_home_verifies_as_the_home_does(sample_home: Path, tmp_path: Path) -> None:
    with App(Settings(home=sample_home, model="offline"), lambda: TODAY) as app:
        ask(app, "brief me on Northwick Dairy")
        head = Trail(app.engine).verify().head
    shutil.copytree(sample_home, tmp_path / "copy")
    with App(Settings(home=tmp_path / "copy", model="offline"), lambda: TODAY) as app:
        assert Trail(app.engine).verify().head == head


def test_the_lines_can_be_narrowed(sample: App) -> None:
    ask(sample, "brief me on Northwick Dairy")
    ask(sample, "brief me on Pellworm", user="u-sam", thread="u")
    assert {row.actor for row in Trail(sample.engine).lines(Wanted(person="u-sam"))} == {"u-sam"}
    assert {
        row.detail.get("account") for row in Trail(sample.engine).lines(Wanted(record="a-northwick", verb="answered"))
    } == {"a-northwick"}
    assert Trail(sample.engine).lines(Wanted(since=datetime(2030, 1, 1, tzinfo=UTC))) == []
    with sample.engine.connect() as connection:
        every = len(connection.execute(select(audit.c.id)).all())
    assert [row.id for row in Trail(sample.engine).lines(Wanted(last=2))] == [every - 1, every]


def test_the_newest_lines_are_read_alone(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    add(engine, 40)
    made: list[int] = []
    monkeypatch.setattr("bot.store.trail.Row", lambda **row: made.append(row["id"]) or Row(**row))
    assert [row.id for row in Trail(engine).lines(Wanted(last=3))] == [38, 39, 40]
    assert made == [40, 39, 38]
    assert [row.id for row in Trail(engine).lines(Wanted(record="Anna", last=2))] == [39, 40]
