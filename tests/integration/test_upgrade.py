"""Homes of every earlier version, with what people had in them, opened with today's program."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, delete, insert, inspect, select

from bot.app import App
from bot.assistant import Reply, Request
from bot.proposals import Decision
from bot.settings import Settings
from bot.store import migration
from bot.store.database import HEAD, open_engine, prepare, revision
from bot.store.trail import Trail, Wanted
from bot.upkeep import archive, copying, deep
from knowledge.documents import Scope
from tests.conftest import TODAY, Seller
from tests.postgres import empty_database, needed, reachable

OLDER = sorted(
    script.revision
    for script in ScriptDirectory.from_config(migration._config(None, [])).walk_revisions()
    if script.revision != HEAD
)
WRITTEN_IN = {"letters": "0007", "kb_documents": "0003", "crm_accounts": "0002"}
"""since which version there is what"""
THREAD = "kept"


def ask(app: App, text: str, thread: str = THREAD) -> Reply:
    """Ask as the sample company's seller."""
    return app.assistant.answer(Request(text=text, user=app.user("u-maya"), thread=thread, now=TODAY))


@pytest.fixture(scope="module")
def lived_in(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample home after some days of work: an applied proposal, a pending one, a letter, a gap, a conversation."""
    home = tmp_path_factory.mktemp("lived") / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    home.chmod(0o700)
    with App(Settings(home=home, model="offline"), lambda: TODAY) as app:
        done = ask(app, "log that I spoke to the CFO of Northwick Dairy, follow up Tuesday")
        assert done.proposal is not None
        app.approvals.decide(Decision(verb="approve", proposal_id=done.proposal.id, only=(1,)), app.user("u-maya"))
        ask(app, "draft a note to the CFO of Northwick Dairy", "letters")
        ask(app, "which gate do visitors of the moon base use?", "gaps")
    (home / "dbos.sqlite").unlink()
    return home


def as_of(version: str, home: Path, lived_in: Path) -> Path:
    """The same home as that version would have kept it: its tables, and of our rows the columns that it knew."""
    shutil.copytree(lived_in, home, ignore=shutil.ignore_patterns("seller.db*", "*.lock"))
    engine = create_engine(f"sqlite:///{home / 'seller.db'}", connect_args={"isolation_level": None})
    with engine.connect() as connection:
        command.upgrade(migration._config(connection, []), version)
    engine.dispose()
    with closing(sqlite3.connect(home / "seller.db")) as old:
        old.execute("ATTACH ? AS today", (str(lived_in / "seller.db"),))
        held = {row[0] for row in old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
        for table in (one.name for one in copying.tables() if one.name in held):
            columns = ", ".join(f'"{row[1]}"' for row in old.execute(f"PRAGMA main.table_info({table})"))
            old.execute(f"INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}")
        old.commit()
    home.chmod(0o700)
    return home


@pytest.fixture(params=["0003", "0007"])
def some_home(request: pytest.FixtureRequest, lived_in: Path, tmp_path: Path) -> Path:
    """A home of some earlier versions, where one is much like the other."""
    return as_of(request.param, tmp_path / "home", lived_in)


@pytest.fixture(params=OLDER)
def old_home(request: pytest.FixtureRequest, lived_in: Path, tmp_path: Path) -> Path:
    """A home of each earlier version."""
    return as_of(request.param, tmp_path / "home", lived_in)


def as_of_elsewhere(version: str, url: str, lived_in: Path) -> None:
    """The same rows in an empty database outside of the home, as that version would have kept them."""
    today, old = open_engine(f"sqlite:///{lived_in / 'seller.db'}"), open_engine(url)
    with today.connect() as rows, old.begin() as into:
        command.upgrade(migration._config(into, []), version)
        held = inspect(into)
        for table in (one for one in copying.tables() if held.has_table(one.name) and one.name != "audit_head"):
            columns = [table.c[column["name"]] for column in held.get_columns(table.name)]
            into.execute(delete(table))
            if found := rows.execute(select(*columns)).mappings().all():
                into.execute(insert(table), [dict(row) for row in found])
            copying._go_on_counting(into, table)
    today.dispose()
    old.dispose()


def version_of(home: Path) -> str:
    with closing(sqlite3.connect(home / "seller.db")) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_everything_people_had_is_there_and_works(old_home: Path) -> None:
    version = version_of(old_home)
    look_around(Settings(home=old_home, model="offline"), version)


@needed
@reachable
@pytest.mark.parametrize("version", [one for one in OLDER if one < "0010"])
def test_everything_is_there_and_works_in_postgresql(version: str, lived_in: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home, ignore=shutil.ignore_patterns("seller.db*", "*.lock"))
    with empty_database() as url:
        as_of_elsewhere(version, url, lived_in)
        look_around(Settings(home=home, model="offline", database_url=url), version)
        engine = open_engine(url)
        assert revision(engine) == HEAD
        verdict = Trail(engine).verify()
        assert verdict.whole
        assert Trail(engine).lines(Wanted(verb="chained"))
        engine.dispose()


def look_around(settings: Settings, version: str) -> None:
    """Open a home of an earlier version, and use all that people had in it."""
    with App(settings, lambda: TODAY) as app:
        if version < WRITTEN_IN["crm_accounts"]:
            assert [len(one.changes) for one in app.approvals.list(live_only=False)] == [2]
            return
        [proposal] = app.approvals.list(live_only=False)
        assert [change.status for change in proposal.changes] == ["applied", "pending"]
        decided = app.approvals.decide(Decision(verb="approve", proposal_id=proposal.id), app.user("u-maya"))
        assert [change.status for change in decided.changes] == ["applied", "applied"]
        undone = app.approvals.decide(Decision(verb="undo", proposal_id=proposal.id, only=(1,)), app.user("u-maya"))
        assert [change.status for change in undone.changes] == ["undone", "applied"]
        turns = app.threads.turns(THREAD)
        assert [turn.role for turn in turns] == ["seller", "assistant"]
        brief = ask(app, "brief me on Northwick Dairy", "new")
        assert "Bottom line" in [section.title for section in brief.draft.sections]
        if version >= WRITTEN_IN["kb_documents"]:
            pages = app.library.search("discount limits", scope=Scope.shared(), now=TODAY, k=1)
            assert len(pages) == 1
            assert [gap.question for gap in app.library.gaps()] == ["which gate do visitors of the moon base use?"]
        if version >= WRITTEN_IN["letters"]:
            shorter = ask(app, "make it shorter", "letters")
            assert shorter.draft.skill == "draft"
        found = deep.look(app.settings, lambda: app.engine, lambda: app.library, TODAY)
        assert [one.says for one in found if one.state == "broken" and version >= WRITTEN_IN["kb_documents"]] == []


def test_the_file_from_before_is_kept_and_an_erasure_removes_it(some_home: Path, seller: Seller) -> None:
    version = version_of(some_home)
    engine = open_engine(f"sqlite:///{some_home / 'seller.db'}")
    prepare(engine)
    assert revision(engine) == HEAD
    engine.dispose()
    copy = some_home / f"seller.db.before-{HEAD}"
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("SELECT version_num FROM alembic_version").fetchone()[0] == version
    assert copy.stat().st_mode & 0o777 == 0o600
    ran = seller("erase", "Ingrid Solheim", "--yes", "--json")
    assert (json.loads(ran.out)["proof"]["remaining"], copy.exists()) == (0, False)


def test_a_backup_of_an_earlier_version_is_restored_into_todays(
    some_home: Path, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, file = version_of(some_home), tmp_path / "b.zip"
    monkeypatch.setattr(archive, "HEAD", version)
    engine = open_engine(f"sqlite:///{some_home / 'seller.db'}")
    archive.write(Settings(home=some_home, model="offline"), engine, file, TODAY, lambda *_: None)
    engine.dispose()
    monkeypatch.undo()
    monkeypatch.setenv("SELLER_HOME", str(tmp_path / "new"))
    ran = seller("restore", str(file), "--into", str(tmp_path / "new"), "--json")
    report: dict[str, Any] = json.loads(ran.out)
    assert report["findings"] == []
    assert version_of(tmp_path / "new") == HEAD
    assert sorted(path.name for path in (tmp_path / "new").glob("seller.db*")) == ["seller.db"]


def test_a_home_of_a_newer_version_is_refused_in_one_sentence(lived_in: Path, seller: Seller, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(lived_in, home)
    with closing(sqlite3.connect(home / "seller.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    ran = seller("proposals", "list")
    assert (ran.code, ran.err) == (
        1,
        f"The database sqlite:///{home / 'seller.db'} was written by a newer version of this program (tables 9999); install "
        "that one, or restore a backup of this one.\n",
    )


DYING = """
import os, signal, sys
from alembic import op
from bot.store.database import open_engine, prepare
left = iter(range(int(sys.argv[2])))
def dying(real):
    def call(*args, **more):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)
    return call
for name in ("create_table", "add_column", "create_index"):
    setattr(op, name, dying(getattr(op, name)))
prepare(open_engine("sqlite:///" + sys.argv[1]))
"""


@pytest.mark.parametrize("after", [0, 3, 11])
def test_an_upgrade_that_is_killed_leaves_the_old_state_and_the_next_one_ends_it(
    lived_in: Path, tmp_path: Path, after: int
) -> None:
    home = as_of("0004", tmp_path / "home", lived_in)
    words = [sys.executable, "-c", DYING, str(home / "seller.db"), str(after)]
    died = subprocess.run(words, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert died.returncode == -signal.SIGKILL
    assert version_of(home) == "0004"
    with App(Settings(home=home, model="offline"), lambda: TODAY) as app:
        assert len(app.approvals.list(live_only=False)) == 1
    assert version_of(home) == HEAD


def test_no_copy_no_upgrade(lived_in: Path, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = as_of("0008", tmp_path / "home", lived_in)
    (home / "seller.db.part").mkdir()  # what is in the way of the copy, as a full disk would be
    ran = seller("proposals", "list")
    assert ran.code == 1
    assert ran.err.startswith(f"The database {home / 'seller.db'} cannot be copied before it is upgraded (")
    assert version_of(home) == "0008"
