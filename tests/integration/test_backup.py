"""Backup and restore: nothing acknowledged is missing, nobody erased comes back, and no write is made twice."""

import json
import os
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from approvals_world import ANN, START, World, amount, approve, statuses, task
from moody_crm import MoodyCrm, moody_world
from pydantic import SecretStr
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from bot.app import App
from bot.assistant import Request
from bot.crm.local import LocalReader, upsert_all
from bot.crm.port import CrmWriter
from bot.crm.records import Contact
from bot.settings import Settings
from bot.store.audit import trail
from bot.store.database import HEAD, open_engine
from bot.store.optouts import Optouts
from bot.store.tables import audit
from bot.upkeep import archive, copying, deep, settling, swapping
from tests.conftest import STORES, TODAY, Ran, Seller
from tests.postgres import empty_database

MOMENT = START


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "home").inline()
    made.settings.home.chmod(0o700)
    yield made
    made.close()


def kept(world: World, file: Path) -> Path:
    """Back a world up."""
    archive.write(world.settings, world.engine, file, MOMENT, silent)
    return file


def silent(done: int, total: int, what: str) -> None:
    """Take progress that nobody looks at."""


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that a database holds."""
    engine = open_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        found = {table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in copying.tables()}
    engine.dispose()
    return {name: [(row,) for row in some] for name, some in found.items() if some}


def same_but_for_the_restore(home: Path, other: Path) -> bool:
    """Whether two homes hold the same; that one was restored is a line of its trail, at which the trail's head stands."""
    one, two = rows(home / "seller.db"), rows(other / "seller.db")
    heads = one.pop("audit_head"), two.pop("audit_head")
    assert heads[0] != heads[1]
    one["audit"] = [row for row in one["audit"] if "'restore'" not in str(row)]
    return one == two


def test_a_restored_home_holds_all_of_the_old_one(world: World, seller: Seller, tmp_path: Path) -> None:
    world.approvals.decide(approve(world.propose(task(), amount("2000"))), ANN)
    world.propose(task("Send the offer"))
    (world.settings.home / "settings.toml").write_text('company = "Ours"\n', encoding="utf-8")
    (world.settings.home / "feedback").mkdir()
    (world.settings.home / "feedback" / "cases.jsonl").write_text("{}\n", encoding="utf-8")
    file, new = kept(world, tmp_path / "b.zip"), tmp_path / "new"
    ran = seller("restore", str(file), "--into", str(new), "--json")
    report = json.loads(ran.out)
    assert (ran.code, report["findings"], report["changes_in_doubt"]) == (0, [], 0)
    assert same_but_for_the_restore(new, world.settings.home)
    assert sorted(path.name for path in new.iterdir() if path.suffix != ".lock") == [
        "before-restore", "feedback", "seller.db", "settings.toml"
    ]  # fmt: skip
    assert (file.stat().st_mode & 0o777, new.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_commands_say_what_they_did(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    sample_home.chmod(0o700)
    made = seller("backup", str(tmp_path / "b.zip"), "--json")
    assert (made.code, json.loads(made.out)["revision"]) == (0, HEAD)
    again = seller("backup", str(tmp_path / "b.zip"))
    assert (again.code, again.err) == (
        1, f"The file {tmp_path / 'b.zip'} is there already; choose another name, or say --force to replace it.\n"
    )  # fmt: skip
    assert seller("backup", str(tmp_path / "b.zip"), "--force").code == 0
    told = json.loads(seller("audit", "--verb", "exported", "--as", "sam.ito@fernhollow.example", "--json").out)
    assert [line["detail"]["what"] for line in told] == ["backup", "backup"]
    restored = seller("restore", str(tmp_path / "b.zip"), "--into", str(tmp_path / "new"))
    assert restored.code == 0
    assert f"{tmp_path / 'new'} is as it was on " in restored.out
    assert "run `seller erase` for them again." in restored.out
    found = seller("search", "what do we say about price", "--json")
    assert json.loads(found.out)


class Office:
    """Three people who ask, approve and take pages in, each in a thread of their own."""

    def __init__(self, app: App) -> None:
        self.app, self.user = app, app.user("Maya Lindqvist")
        self.said: list[str] = []
        """changes of which somebody was told that they are applied"""
        self.wrong: list[Exception] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(n,)) for n in range(3)]

    def __enter__(self) -> "Office":
        self.app.work()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def until(self, more: int) -> None:
        """Wait for so many yeses more."""
        upto = len(self.said) + more
        while len(self.said) < upto and not self.wrong:
            threading.Event().wait(0.02)

    def _work(self, number: int) -> None:
        for n in range(1000):
            if self._stop.is_set():
                return
            try:
                self._round(number, n)
            except Exception as error:  # noqa: BLE001
                self.wrong.append(error)
                return

    def _round(self, number: int, n: int) -> None:
        words = f"log that I spoke to the CFO of Northwick Dairy about badge {number}-{n}"
        reply = self.app.assistant.answer(Request(text=words, user=self.user, thread=f"t{number}-{n}", now=TODAY))
        assert reply.proposal is not None
        decided = self.app.approvals.decide(approve(reply.proposal, 1), self.user)
        self.said += [change.id for change in decided.changes if change.status == "applied"]
        if n % 3 == number:
            page = self.app.settings.home.parent / f"page-{number}-{n}.md"
            page.write_text(f"# Page {number} {n}\n\nIt says something of badges.\n", encoding="utf-8")
            self.app.library.ingest([page])


def test_what_is_acknowledged_before_the_backup_is_in_it_while_others_write(
    stored_sample: App, seller: Seller, tmp_path: Path
) -> None:
    sample = stored_sample
    told: list[set[str]] = []
    with Office(sample) as office:
        for n in range(2):
            office.until(5)
            told.append(set(office.said))
            archive.write(sample.settings, sample.engine, tmp_path / f"b{n}.zip", TODAY, silent)
        office.until(3)
    assert office.wrong == []
    for n, acknowledged in enumerate(told):
        new = tmp_path / f"new{n}"
        ran = seller("restore", str(tmp_path / f"b{n}.zip"), "--into", str(new), "--json")
        broken = [one for one in json.loads(ran.out)["findings"] if one["state"] == "broken"]
        with closing(sqlite3.connect(new / "seller.db")) as database:
            applied = {row[0] for row in database.execute("SELECT id FROM changes WHERE status = 'applied'")}
        assert (broken, acknowledged - applied, len(acknowledged) >= 5) == ([], set(), True)
        assert seller("audit", "verify").out.startswith("The audit trail is whole: ")


# What is refused


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    """A backup of a world with one applied change."""
    world.approvals.decide(approve(world.propose(task())), ANN)
    return kept(world, tmp_path / "b.zip")


def test_a_home_that_is_not_empty_is_kept(world: World, seller: Seller, file: Path) -> None:
    home = world.settings.home
    ran = seller("restore", str(file), "--into", str(home))
    assert (ran.code, ran.err) == (
        1,
        f"The home {home} is not empty; choose another with --into, or say --force to replace it: the old home is kept "
        "in its folder before-restore.\n",
    )
    world.propose(task("after the backup"))
    before = rows(home / "seller.db")
    world.close()
    assert seller("restore", str(file), "--into", str(home), "--force").code == 0
    assert len(world.approvals.list()) == 0
    assert rows(home / "before-restore" / "seller.db") == before


@pytest.mark.parametrize("lock", ["worker.lock", "chroma.lock", "slack/other.lock"])
def test_a_home_in_use_is_refused(world: World, seller: Seller, file: Path, lock: str) -> None:
    home = world.settings.home
    (home / "slack").mkdir()
    held = swapping.FileLock(home / lock, thread_local=False)
    with held:
        ran = seller("restore", str(file), "--into", str(home), "--force")
    assert (ran.code, ran.err) == (
        1, f"The home {home} is in use; end its processes (`seller serve`, `seller demo`) and run the same again.\n"
    )  # fmt: skip


def torn(file: Path, name: str, data: bytes) -> Path:
    """The same backup with other contents of one of its files."""
    other = file.with_name("torn.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for one in old.namelist():
            new.writestr(one, data if one == name else old.read(one))
    return other


def test_a_backup_that_is_damaged_leaves_the_home_as_it_is(world: World, seller: Seller, file: Path) -> None:
    home, before = world.settings.home, rows(world.settings.home / "seller.db")
    other = torn(file, "seller.db", b"not a database")
    for broken, says in (
        (other, f"The backup {other} is damaged, so nothing was restored; choose another one."),
        (cut(file), f"The file {file.with_name('cut.zip')} is no whole backup of this program; choose another."),
        (home / "none.zip", f"There is no file {home / 'none.zip'}; check the path."),
    ):
        ran = seller("restore", str(broken), "--into", str(home), "--force")
        assert (ran.code, ran.err.splitlines()[-1]) == (1, says)
    assert rows(home / "seller.db") == before


def cut(file: Path) -> Path:
    """The first half of a backup."""
    half = file.with_name("cut.zip")
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return half


def manifest(file: Path, **values: object) -> Path:
    """The same backup with another manifest."""
    with zipfile.ZipFile(file) as old:
        plain = json.loads(old.read("manifest.json"))
    return torn(file, "manifest.json", json.dumps(plain | values).encode())


def test_a_backup_of_a_newer_version_is_refused(seller: Seller, file: Path, tmp_path: Path) -> None:
    newer = manifest(file, revision="9999", version="7.0")
    ran = seller("restore", str(newer), "--into", str(tmp_path / "new"))
    assert (ran.code, ran.err) == (
        1, f"The backup {newer} was made by a newer version of this program (7.0); install that one.\n"
    )  # fmt: skip


def entries(file: Path) -> dict[str, dict[str, object]]:
    """The files that the manifest of a backup names."""
    with zipfile.ZipFile(file) as archive:
        held: dict[str, dict[str, object]] = json.loads(archive.read("manifest.json"))["files"]
    return held


@pytest.mark.parametrize("held", [[], {}, {"settings.toml": {"size": 0, "sha256": ""}}])
def test_a_manifest_without_the_database_replaces_no_home(world: World, seller: Seller, file: Path, held: Any) -> None:
    home, before = world.settings.home, rows(world.settings.home / "seller.db")
    other = manifest(file, files=held)
    ran = seller("restore", str(other), "--into", str(home), "--force")
    assert (ran.code, ran.err) == (1, f"The file {other} is no whole backup of this program; choose another.\n")
    assert rows(home / "seller.db") == before


def test_a_manifest_without_end_or_with_names_that_no_file_has_is_refused(
    seller: Seller, file: Path, tmp_path: Path
) -> None:
    deep = torn(file, "manifest.json", b"[" * 200_000)
    assert seller("restore", str(deep), "--into", str(tmp_path / "new")).err.endswith("choose another.\n")
    odd = manifest(file, files=entries(file) | {"a\0b": {"size": 0, "sha256": ""}})
    ran = seller("restore", str(odd), "--into", str(tmp_path / "new"))
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1, f"The backup {odd} is damaged, so nothing was restored; choose another one."
    )  # fmt: skip


def test_what_a_restore_makes_itself_is_not_taken_from_a_backup(seller: Seller, file: Path, tmp_path: Path) -> None:
    own = ("restoring/x", "dbos.sqlite", "worker.lock", "chroma/x")
    other = manifest(file, files=entries(file) | {name: {"size": 0, "sha256": ""} for name in own})
    assert seller("restore", str(other), "--into", str(tmp_path / "new")).code == 0
    assert not (tmp_path / "new" / "chroma" / "x").exists()


def test_a_name_that_leads_out_of_the_home_is_refused(seller: Seller, file: Path, tmp_path: Path) -> None:
    held = entries(file) | {"../evil": {"size": 0, "sha256": ""}}
    ran = seller("restore", str(manifest(file, files=held)), "--into", str(tmp_path / "new"))
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1, f"The backup {tmp_path / 'torn.zip'} names a file outside of the home (../evil); nothing was restored."
    )  # fmt: skip
    assert not (tmp_path / "new" / "evil").exists()


def test_no_backup_is_made_of_a_damaged_database(world: World, tmp_path: Path) -> None:
    world.close()
    with (world.settings.home / "seller.db").open("r+b") as damaged:
        damaged.seek(4096 * 5)
        damaged.write(b"\xff" * 4096 * 3)
    with pytest.raises(Exception, match="malformed|damaged"):
        kept(world, tmp_path / "b.zip")
    assert list(tmp_path.glob("*.zip")) == []


def test_no_backup_is_made_while_somebody_is_erased(world: World, tmp_path: Path) -> None:
    (world.settings.home / "erasing.json").write_text("{}", encoding="utf-8")
    with pytest.raises(archive.BotError, match="^A person is being erased from this home"):
        kept(world, tmp_path / "b.zip")


def test_a_damaged_home_is_restored(world: World, seller: Seller, file: Path) -> None:
    home = world.settings.home
    world.close()
    (home / "seller.db").write_bytes(b"no database at all. " * 500)
    ran = seller("restore", str(file), "--into", str(home), "--force", "--json")
    report = json.loads(ran.out)
    assert (ran.code, report["findings"]) == (0, [])
    assert report["notes"] == [
        f"The database {home / 'seller.db'} is damaged or not a database; restore it from a backup or move it away and "
        "start again. Its erasures could not be read.",
        "Nobody here knows who was erased or asked not to be written to after 2026-03-02 09:00 UTC, when the backup was "
        "made: run `seller erase` for them again.",
    ]


def test_a_backup_may_lie_in_the_home_itself(world: World, seller: Seller) -> None:
    home = world.settings.home
    world.approvals.decide(approve(world.propose(task())), ANN)
    first, second = kept(world, home / "first.zip"), kept(world, home / "second.zip")
    assert list(archive.read(second).files) == ["seller.db"]
    world.close()
    assert seller("restore", str(first), "--into", str(home), "--force").code == 0
    assert sorted(path.name for path in home.glob("*.zip")) == ["first.zip", "second.zip"]


# Cut off


class Killed(BaseException):
    """What stands for kill -9: nothing catches it."""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_restore_that_is_cut_off_leaves_the_old_home_or_is_ended(
    world: World, seller: Seller, file: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Cut off after so many renames of the last step."""
    home = world.settings.home
    (home / "settings.toml").write_text('company = "Ours"\n', encoding="utf-8")
    world.propose(task("after the backup"))
    left = iter(range(at))
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if home in self.parents and next(left, None) is None:
            raise Killed
        return real(self, target)

    world.close()
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(Killed):
        seller("restore", str(file), "--into", str(home), "--force")
    monkeypatch.undo()
    monkeypatch.setenv("SELLER_HOME", str(home))
    if swapping.cut_off(home):
        ran = seller("proposals", "list")
        assert (ran.code, ran.err) == (
            1,
            f"A restore of the home {home} was cut off in its last step; run `seller restore` with the same file again, "
            "which ends it.\n",
        )
    ran = seller("restore", str(file), "--into", str(home), "--force")
    assert ran.code == 0
    assert seller("proposals", "list").out.startswith("Nothing waits for a decision.")


def test_a_restore_that_is_cut_off_before_its_last_step_leaves_the_old_home(
    world: World, seller: Seller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.propose(task("after the backup"))
    before = rows(world.settings.home / "seller.db")

    def killed(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(swapping, "swap", killed)
    with pytest.raises(Killed):
        seller("restore", str(file), "--into", str(world.settings.home), "--force")
    assert rows(world.settings.home / "seller.db") == before
    assert [one.status for one in world.approvals.list()] == ["pending"]


# People who were erased, and who asked not to be written to


def test_nobody_who_was_erased_since_comes_back(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    sample_home.chmod(0o700)
    file = tmp_path / "b.zip"
    with App(Settings(home=sample_home, model="offline")) as app:
        reply = app.assistant.answer(
            Request(
                text="log that I spoke to Ingrid Solheim at Northwick Dairy", user=app.user(None), thread="t", now=TODAY
            )
        )
        assert reply.proposal is not None
    assert seller("backup", str(file)).code == 0
    assert seller("erase", "Ingrid Solheim", "--yes").code == 0
    ran = seller("restore", str(file), "--into", str(sample_home), "--force", "--json")
    report = json.loads(ran.out)
    assert (ran.code, report["erased_again"], report["findings"]) == (0, 1, [])
    gone = seller("erase", "Ingrid Solheim", "--dry-run")
    assert (gone.code, gone.err.startswith("There is no contact called “Ingrid Solheim”")) == (1, True)
    assert b"ingrid.solheim" not in (sample_home / "seller.db").read_bytes().lower()
    assert not (sample_home / "chroma.damaged").exists()


def test_an_optout_since_the_backup_stays(world: World, seller: Seller, file: Path) -> None:
    home = world.settings.home
    jane = Contact(id="C1", account_id="A1", name="Jane Holt", email="jane@acme.example")
    Optouts(world.engine, None).add(jane, "email", START, "their e-mail")
    ran = seller("restore", str(file), "--into", str(home), "--force", "--json")
    assert json.loads(ran.out)["carried_over"] == 1
    engine = open_engine(f"sqlite:///{home / 'seller.db'}")
    assert [one.channel for one in Optouts(engine, None).of(jane)] == ["email"]
    engine.dispose()


def test_where_nobody_knows_who_was_erased_it_is_said(seller: Seller, file: Path, tmp_path: Path) -> None:
    ran = seller("restore", str(file), "--into", str(tmp_path / "new"), "--json")
    assert json.loads(ran.out)["notes"] == [
        "Nobody here knows who was erased or asked not to be written to after 2026-03-02 09:00 UTC, when the backup was "
        "made: run `seller erase` for them again."
    ]


# Changes that were written since


def restored(world: World, file: Path, home: Path, crm: CrmWriter) -> World:
    """A backup in a home of a connected CRM, which knows what was written since."""
    made = archive.read(file)
    home.mkdir()
    archive.unpack(file, made, home, silent)
    new = World(home, writer=crm).inline()
    settling.doubt(new.engine, made, world.clock(), embedded=False)
    return new


@pytest.mark.parametrize("decided", [True, False])
@pytest.mark.parametrize("mood", ["up", "blind"])
def test_what_was_written_since_is_found_or_looked_at_by_a_person_and_never_written_twice(
    world: World, tmp_path: Path, decided: bool, mood: str
) -> None:
    """Approved or still open at the moment of the backup, and written in a connected CRM afterwards."""
    crm: MoodyCrm = moody_world(world)
    runner, world.approvals.runner = world.approvals.runner, None
    proposal = world.propose(task("Send the offer"))
    if decided:
        world.approvals.decide(approve(proposal), ANN, wait=0)
    file = kept(world, tmp_path / "b.zip")
    world.approvals.runner = runner
    if decided:
        world.approvals.recover()
    else:
        world.approvals.decide(approve(proposal), ANN)
    assert [one.subject for one in world.tasks()] == ["Send the offer"]
    new = restored(world, file, tmp_path / "new", crm)
    crm.mood = mood  # type: ignore[assignment]
    if decided:
        new.approvals.recover()
    else:
        new.approvals.decide(approve(new.approvals.get(proposal.id)), ANN)
    assert statuses(new.approvals.get(proposal.id)) == ["applied" if mood == "up" else "unknown"]
    assert [one.subject for one in world.tasks()] == ["Send the offer"]
    assert [line.verb for line in trail(new.engine) if line.verb == "restore"] == ["restore"]
    new.close()


def test_the_embedded_crm_is_in_the_backup_so_nothing_is_in_doubt(world: World, tmp_path: Path) -> None:
    world.approvals.runner = None
    proposal = world.propose(task("Send the offer"))
    world.approvals.decide(approve(proposal), ANN, wait=0)
    file, home = kept(world, tmp_path / "b.zip"), tmp_path / "new"
    home.mkdir()
    archive.unpack(file, archive.read(file), home, silent)
    new = World(home).inline()
    assert settling.doubt(new.engine, archive.read(file), START + timedelta(days=1), embedded=True) == 0
    new.approvals.recover()
    assert (statuses(new.approvals.get(proposal.id)), len(new.tasks())) == (["applied"], 1)
    assert list(deep.tables(new.settings, new.engine, START)) == []
    new.close()


# A database outside of the home


@pytest.fixture(params=STORES)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database outside of the home."""
    with (
        empty_database() if request.param == "postgresql" else nullcontext(f"sqlite:///{tmp_path / 'out' / 'a.db'}")
    ) as url:
        yield url


def test_backups_go_into_a_database_elsewhere_and_back(
    elsewhere: str, seller: Seller, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_DATABASE_URL", elsewhere)
    ran: Ran = seller("restore", str(file), "--into", str(tmp_path / "one"), "--json")
    assert (ran.code, json.loads(ran.out)["findings"]) == (0, [])
    engine = open_engine(elsewhere)
    upsert_all(engine, [Contact(id="C9", account_id="A1", name="New Person")], as_of=START)
    assert seller("backup", str(tmp_path / "b2.zip")).code == 0
    refused = seller("restore", str(file), "--into", str(tmp_path / "two"))
    assert refused.err.startswith("The database is not empty; ")
    assert not (tmp_path / "two").exists()
    for change in (delete(audit), update(audit).values(actor="u-eve")):
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(change)
    engine.dispose()
    monkeypatch.delenv("SELLER_DATABASE_URL")
    assert seller("restore", str(tmp_path / "b2.zip"), "--into", str(tmp_path / "back")).code == 0
    assert contacts(tmp_path / "back") == ["New Person"]
    assert len(rows(tmp_path / "back" / "seller.db")["changes"]) == 1
    assert seller("audit", "verify").code == 0


def contacts(home: Path) -> list[str]:
    """The contacts of a home's own database."""
    engine = open_engine(f"sqlite:///{home / 'seller.db'}")
    found = [one.name for one in LocalReader(engine).contacts()]
    engine.dispose()
    return found


def test_what_a_database_elsewhere_held_is_kept_with_the_old_home(
    elsewhere: str, seller: Seller, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_DATABASE_URL", elsewhere)
    home = tmp_path / "one"
    assert seller("restore", str(file), "--into", str(home)).code == 0
    engine = open_engine(elsewhere)
    upsert_all(engine, [Contact(id="C9", account_id="A1", name="New Person")], as_of=START)
    assert seller("restore", str(file), "--into", str(home), "--force").code == 0
    assert LocalReader(engine).contacts() == []
    assert contacts(home / "before-restore") == ["New Person"]
    (home / "seller.db").write_bytes(b"of a time before")
    upsert_all(engine, [Contact(id="C9", account_id="A1", name="New Person")], as_of=START)
    assert seller("restore", str(file), "--into", str(home), "--force").code == 0
    engine.dispose()
    assert (home / "before-restore" / "unused" / "seller.db").read_bytes() == b"of a time before"
    assert contacts(home / "before-restore") == ["New Person"]
    assert (home / "before-restore" / "seller.db").stat().st_mode & 0o777 == 0o600
    assert not (home / "seller.db").exists()


@pytest.mark.parametrize("made_before", [True, False])
def test_a_refused_restore_leaves_nothing_in_a_new_folder(
    made_before: bool, seller: Seller, file: Path, tmp_path: Path
) -> None:
    home = tmp_path / "new" / "home"
    if made_before:
        home.mkdir(parents=True)
    for one in (tmp_path / "none.zip", torn(file, "seller.db", b"nonsense")):
        assert seller("restore", str(one), "--into", str(home)).code == 1
        assert list((tmp_path / "new").rglob("*")) == ([home] if made_before else [])
    assert (tmp_path / "new").exists() == made_before


def test_a_home_or_database_that_cannot_be_had_is_told_in_a_sentence(
    seller: Seller, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = seller("restore", str(file), "--into", str(file / "home"))
    assert (ran.code, ran.err) == (
        1,
        f"The folder {file / 'home'} cannot be made (Not a directory); choose another with --into.\n",
    )
    monkeypatch.setenv("SELLER_DATABASE_URL", "postgresql://me@127.0.0.1:1/none")
    ran = seller("restore", str(file), "--into", str(tmp_path / "new"))
    assert ran.code == 1
    assert "check that it runs and try again" in ran.err
    assert not (tmp_path / "new").exists()


def test_the_key_of_the_environment_needs_no_file(world: World, seller: Seller, file: Path) -> None:
    os.environ["SELLER_ERASURE_KEY"] = SecretStr("key").get_secret_value()
    try:
        ran = seller("restore", str(file), "--into", str(world.settings.home), "--force", "--json")
    finally:
        del os.environ["SELLER_ERASURE_KEY"]
    assert json.loads(ran.out)["notes"] == []
