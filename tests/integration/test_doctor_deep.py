"""`seller doctor --deep`: each kind of damage is planted and found; a home that is well has no findings."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from approvals_world import ANN, START, World, amount, approve, task
from postgres import empty_database, needed, reachable
from sqlalchemy import text, update

from bot import jobs
from bot.app import App
from bot.crm.local import upsert_all
from bot.crm.records import Contact
from bot.proposals import Decision
from bot.settings import Settings
from bot.store.database import open_engine, prepare, writing
from bot.store.deliveries import Claim, Deliveries
from bot.store.tables import changes
from bot.upkeep import deep, files
from knowledge.registry import tables as kb
from tests.conftest import Seller


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two proposals: D, applied, with a task t and an amount a; and P, which is pending, with a task p."""
    made = World(tmp_path / "home").inline()
    made.settings.home.chmod(0o700)
    done, pending = made.propose(task(), amount("2000")), made.propose(task("Send the offer"))
    made.approvals.decide(approve(done), ANN)
    changes = zip("tap", (*done.changes, *pending.changes), strict=True)
    NAMES.clear()
    NAMES.update({done.id: "D", pending.id: "P"} | {change.id: name for name, change in changes})
    yield made
    made.close()


NAMES: dict[str, str] = {}
"""the ids of the world's proposals and changes, as tests call them"""


def said(world: World) -> list[tuple[str, str, str]]:
    """What the tables tell."""
    found = deep.tables(world.settings, world.engine, world.clock())
    return [(one.part, one.state, _named(one.says)) for one in found]


def _named(says: str) -> str:
    for key, name in NAMES.items():
        says = says.replace(key, name)
    return says


def sql(world: World, *statements: str) -> None:
    """Damage the tables behind the program's back, also those that guard themselves."""
    with closing(sqlite3.connect(world.settings.home / "seller.db")) as database, database:
        guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in (*(f"DROP TRIGGER {name}" for (name,) in guards), *statements):
            database.execute(statement)


def test_a_line_that_was_changed_in_the_audit_trail_is_named(world: World) -> None:
    sql(world, "UPDATE audit SET actor = 'u-nobody' WHERE id = (SELECT min(id) FROM audit)")
    says = "`seller audit verify` names all; compare with a backup from before."
    assert [(part, state, says in text) for part, state, text in said(world)] == [("audit trail", "broken", True)]


def test_a_home_that_is_well_has_no_findings(world: World) -> None:
    assert said(world) == []


TASK = "status = 'applied' AND k = 1"
DAMAGE = {
    "an approved change without a yes": (
        "UPDATE changes SET status = 'approved', queued_at = NULL WHERE status = 'pending'",
        [
            "1 change (p) count as approved, but nobody is on record for the yes, so they are never applied; restore a backup.",
            "1 approved change (p) wait for a process that applies them; start `seller serve`, or decide on anything in the terminal.",
        ],
    ),
    "applied without a receipt": (
        f"UPDATE changes SET receipt = NULL WHERE {TASK}",
        ["1 change (t) are applied without a receipt, so they cannot be undone; look in the CRM whether it is there and correct it there."],
    ),
    "applied, and the CRM knows nothing": (
        f"DELETE FROM crm_applied WHERE change_id = (SELECT id FROM changes WHERE {TASK})",
        ["1 change (t) are applied by their receipts, but the CRM knows nothing of them; look in the CRM whether it is there and propose it again where it is not."],
    ),
    "written, and nobody approved it": (
        "INSERT INTO crm_applied (change_id, receipt) VALUES ('stranger', '{}')",
        ["1 write (stranger) in the CRM belong to no change, so nobody can have approved them; restore a backup."],
    ),
    "written, and still pending": (
        "INSERT INTO crm_applied (change_id, receipt) SELECT id, '{}' FROM changes WHERE status = 'pending'",
        ["1 change (p) are in the CRM although nobody's yes stands; take them back in the CRM by hand."],
    ),
    "a receipt without being applied": (
        "UPDATE changes SET receipt = (SELECT receipt FROM changes WHERE status = 'applied' LIMIT 1) WHERE status = 'pending'",
        ["1 change (p) have a receipt without being applied; look in the CRM whether it is there before anybody approves it."],
    ),
    "undone in the store alone": (
        f"UPDATE changes SET status = 'undone' WHERE {TASK}",
        ["1 change (t) count as undone, but stand in the CRM; take them back there by hand."],
    ),
    "undone in the CRM alone": (
        f"UPDATE crm_applied SET undo = '{{}}' WHERE change_id = (SELECT id FROM changes WHERE {TASK})",
        ["1 change (t) count as applied, but were taken back in the CRM; propose them again where they are wanted."],
    ),
    "an undo of what is not applied": (
        "UPDATE changes SET undo_by = 'U1' WHERE status = 'pending'",
        [
            "1 change (p) are to be taken back without being applied; restore a backup.",
            "1 approved change (p) wait for a process that applies them; start `seller serve`, or decide on anything in the terminal.",
        ],
    ),
    "no yes in the trail": (
        f"DELETE FROM audit WHERE verb = 'approve' AND change = (SELECT id FROM changes WHERE {TASK})",
        ["1 change (t) were applied without a yes in the audit trail; look in the CRM whether it is there and who wrote it."],
    ),
    "no end in the trail": (
        f"DELETE FROM audit WHERE verb = 'applied' AND change = (SELECT id FROM changes WHERE {TASK})",
        ["1 change (t) were applied without a line in the audit trail; look in the CRM whether it is there."],
    ),
    "a proposal without changes": (
        "DELETE FROM changes WHERE status = 'pending'",
        ["1 proposal (P) hold no change, so there is nothing to decide; restore a backup."],
    ),
    "a change without its proposal": (
        "DELETE FROM proposals WHERE id = (SELECT proposal_id FROM changes WHERE status = 'pending')",
        ["1 change (p) belong to a proposal that is gone, so nobody can decide on them; restore a backup."],
    ),
    "a conversation about nothing": (
        "INSERT INTO threads (id, proposal_id, updated_at) VALUES ('T1', 'GONE', '2026-03-02 09:00:00')",
        ["1 conversation (T1) speak of a proposal that is gone; a yes there finds nothing, so decide in another thread."],
    ),
    "a card of nothing": (
        "INSERT INTO slack_cards (proposal_id, channel, ts, slack_id, mark, shown, at) "
        "VALUES ('GONE', 'D1', '1', 'U', '', '[]', '2026-03-02 09:00:00')",
        ["1 card in Slack (GONE) show a proposal that is gone; restore a backup."],
    ),
    "an answer with a proposal that is gone": (
        "INSERT INTO answers (id, at, user_id, channel, shown, question, draft, proposal_id) "
        "VALUES ('A1', '2026-03-02 09:00:00', 'U1', 'D1', '[]', 'q', '{}', 'GONE')",
        ["1 answer in Slack (A1) belong to a proposal that is gone; restore a backup."],
    ),
    "a letter to nobody": (
        "INSERT INTO letters (id, thread, user_id, account_id, contact_id, at, status, spec, written) "
        "VALUES ('L1', 'T', 'U1', 'A1', 'C-GONE', '2026-03-02 09:00:00', 'open', '{}', 'Hi')",
        ["1 letter (L1) are to a contact whom the CRM no longer holds; they cannot be gone on with, and go when they are old."],
    ),
    "a deal of no account": (
        "UPDATE crm_opportunities SET account_id = 'A-GONE'",
        ["1 opportunity (O1) of the CRM name an account that is not there, so they are missing from its answers; import the records again with `seller crm import`."],
    ),
    "a passage without its page": (
        'INSERT INTO kb_chunks (id, document_id, seq, location, context, text, "partition", door, state) '
        "VALUES ('K1', 'GONE', 0, '', '', 'x', 'internal', '', 'live')",
        ["1 passage (K1) belong to a page that is gone; run `seller ingest --rebuild`."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_cannot_be_is_named(world: World, kind: str) -> None:
    statement, says = DAMAGE[kind]
    sql(world, statement)
    assert [sentence for part, _, sentence in said(world) if part != "audit trail"] == says


def test_one_write_that_two_changes_count_is_named(world: World) -> None:
    sql(
        world,
        "UPDATE changes SET status = 'applied', receipt = (SELECT receipt FROM changes WHERE status = 'applied' AND k = 1) "
        "WHERE status = 'pending'",
    )
    sentences = [sentence for _, _, sentence in said(world)]
    assert (
        "1 change (p) have the receipt of another change; look in the CRM whether it is there and correct it there."
        in sentences
    )
    assert (
        "1 record (task-t) were created by two changes, which can only be one write that was counted twice; "
        "look at them in the CRM."
    ) in sentences


def test_what_waits_for_a_process_or_a_person_is_no_fault(world: World) -> None:
    sql(world, "UPDATE changes SET status = 'unknown' WHERE status = 'pending'")
    Deliveries(world.engine).claim([Claim("event:Ev1", {"text": "brief me"})], "dead", world.clock())
    assert said(world) == [
        ("proposals", "optional", "1 change (p) may or may not be in the CRM; look there, then approve or reject with `seller proposals`."),
        ("Slack", "optional", "1 message (event:Ev1) were not answered, as the app ended; start `seller serve`, which answers or apologises, once."),
    ]  # fmt: skip


def test_a_change_that_its_worker_forgets_is_named(world: World) -> None:
    world.approvals.runner = None
    [pending] = world.approvals.list()
    world.approvals.decide(approve(pending), ANN)
    world.clock.pass_time(timedelta(minutes=11))
    with closing(sqlite3.connect(world.settings.home / "seller.db")):
        leadership = jobs.Leadership(world.engine, world.settings.home)
        assert leadership.acquire()
        late = said(world)
        leadership.release()
    assert late == [
        ("proposals", "optional", "1 approved change (p) should have been applied more than ten minutes ago; look at the log of `seller serve` and restart it."),
    ]  # fmt: skip


def test_durable_work_for_no_change_is_named(world: World) -> None:
    with jobs.start(world.settings, world.approvals):
        [pending] = world.approvals.list()
        world.approvals.decide(Decision(verb="approve", proposal_id=pending.id), ANN)
    assert said(world) == []
    with closing(sqlite3.connect(world.settings.home / "dbos.sqlite")) as database, database:
        database.execute("UPDATE workflow_status SET status = 'PENDING', workflow_uuid = 'stranger'")
    assert said(world) == [
        ("durable work", "broken", f"1 run (stranger) under way are for no change of this home; stop its processes and remove "
         f"{world.settings.home / 'dbos.sqlite'}, which is made anew."),
    ]  # fmt: skip


# The indexes


def findings(app: App) -> list[str]:
    """All sentences, with the home's own folder left out."""
    found = deep.look(app.settings, lambda: app.engine, lambda: app.library, app.clock())
    return [one.says.replace(str(app.settings.home), "HOME") for one in found]


REBUILD = "run `seller ingest --rebuild`, which makes the index anew from the stored texts."


def test_the_sample_home_is_well(sample: App) -> None:
    assert findings(sample) == []


def live(app: App, partition: str = "internal") -> str:
    """A passage of a partition."""
    with app.engine.connect() as connection:
        query = kb.chunks.select().where(kb.chunks.c.state == "live", kb.chunks.c.partition == partition)
        return str(connection.execute(query).mappings().first()["id"])  # type: ignore[index]


def test_a_vector_that_is_lost_is_named_and_made_anew_by_the_command_that_is_named(sample: App) -> None:
    lost = live(sample)
    sample.library._index().remove("internal", [lost])
    assert findings(sample) == [
        f"1 passage ({lost}) are not in the index of vectors (internal), so no question finds them; {REBUILD}"
    ]
    assert findings(sample) != []  # looking mends nothing
    sample.library.rebuild()
    assert findings(sample) == []


def test_an_index_that_holds_another_passage_in_its_place_is_named(sample: App) -> None:
    """The counts agree, so that the recovery of an ingest would see nothing."""
    lost = live(sample)
    index = sample.library._index()
    vector = index.vectors("internal", [lost])[lost]
    index.remove("internal", [lost])
    index._collections["internal"].add(ids=["stranger"], embeddings=[vector], metadatas=[{"door": "x", "kind": "y"}])
    assert findings(sample) == [
        f"1 passage ({lost}) are not in the index of vectors (internal), so no question finds them; {REBUILD}",
        f"1 passage (stranger) are in the index of vectors (internal) without a page; {REBUILD}",
    ]


def test_a_vector_behind_another_door_is_named(sample: App) -> None:
    moved = live(sample, "scoped")
    sample.library._index()._collections["scoped"].update(ids=[moved], metadatas=[{"door": "|SALES|internal"}])
    assert findings(sample) == [
        f"1 passage ({moved}) stand in the index of vectors (scoped) for other readers than their page; {REBUILD}"
    ]


def test_a_word_index_that_lost_words_or_is_damaged_is_named(sample: App) -> None:
    sample.library.warm()
    lost = live(sample)
    words = sample.library._lexical()
    writer = words._index.writer(50_000_000, 1)
    writer.delete_documents_by_term("id", lost)
    writer.commit()
    writer.wait_merging_threads()
    assert findings(sample) == [
        f"1 passage ({lost}) are not in the index of words, so no question finds them; {REBUILD}"
    ]
    meta = sample.settings.words_folder / "v1" / "meta.json"
    meta.write_text("{", encoding="utf-8")
    [damaged] = findings(sample)
    assert (damaged.startswith("The index of words is damaged ("), damaged.endswith(f"); {REBUILD}")) == (True, True)


def test_an_ingest_that_was_cut_off_is_no_fault(sample: App) -> None:
    with writing(sample.engine) as connection:
        connection.execute(update(kb.chunks).where(kb.chunks.c.id == live(sample)).values(state="staged"))
    assert findings(sample) == [
        "1 pages are half taken in and 0 passages wait to be dropped, as an ingest was cut off or is under way; "
        "`seller ingest` of any file goes on there."
    ]


def test_a_knowledge_base_in_use_is_not_looked_at(sample: App, monkeypatch: pytest.MonkeyPatch) -> None:
    with App(sample.settings) as other:
        other.library.hold()
        [says] = findings(sample)
    assert says.startswith("The indexes were not looked at. The knowledge folder HOME/chroma is in use by process ")


# Files


def test_a_damaged_database_ends_the_look(world: World) -> None:
    world.close()
    path = world.settings.home / "seller.db"
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 2)
    found = list(deep.look(world.settings, lambda: world.engine, pytest.fail, START))
    assert [(f.part, f.state) for f in found] == [("database", "broken")]
    assert found[0].says.startswith(f"{path} is damaged (")
    assert found[0].says.endswith("); restore a backup.")


def test_files_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    assert list(files.look(home)) == []
    home.chmod(0o755)
    (home / "chroma.old").mkdir()
    (home / "erasing.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 10**7, 10**7))  # type: ignore[attr-defined]
    assert [(one.part, one.state, one.says) for one in files.look(home)] == [
        ("files", "optional", f"{home} is open to other users of this machine, and it holds customers' data; run `chmod 700 {home}`."),
        ("disk", "broken", f"10 MB are free where {home} is, and a backup, a rebuild or an upgrade needs about 200 MB; free some space."),
        ("files", "optional", f"{home / 'chroma.old'} is there: it was left by a process that was cut off; remove it while no process uses the home."),
        ("files", "optional", f"{home / 'erasing.json'} is there: an erasure was cut off; run `seller erase` for the same person again."),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "backtest.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(files, "_reads", _refuses(files._reads))
    assert [one.says for one in files.look(home)] == [
        f"1 file (backtest.json) of {home} cannot be read; give yourself the rights to them, or check the disk."
    ]


def _refuses(reads: Callable[[Path], bool]) -> Callable[[Path], bool]:
    """Rights do not stop root, as whom tests may run."""
    return lambda path: path.name != "backtest.json" and reads(path)


# The command


def test_the_command_says_what_is_wrong_and_ends_with_1(seller: Seller, sample_home: Path) -> None:
    sample_home.chmod(0o700)
    ran = seller("doctor", "--deep", "--json")
    assert (ran.code, json.loads(ran.out)[-1]) == (
        0, {"part": "stores", "state": "well", "says": "every store agrees with the others."}
    )  # fmt: skip
    with closing(sqlite3.connect(sample_home / "seller.db")) as database, database:
        database.execute("UPDATE crm_contacts SET account_id = 'gone' WHERE id = (SELECT min(id) FROM crm_contacts)")
    ran = seller("doctor", "--deep")
    assert ran.code == 1
    assert "of the CRM name an account that is not there" in ran.out


@needed
@reachable
def test_postgresql_is_looked_at_as_well(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with empty_database() as url:
        settings = Settings(home=home, model="offline", database_url=url)
        engine = open_engine(url)
        prepare(engine)
        upsert_all(engine, [Contact(id="C1", account_id="A-GONE", name="Jane Holt")], as_of=START)
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO crm_applied (change_id, receipt) VALUES ('stranger', '{}')"))
            assert connection.execute(changes.select()).all() == []
        found = [one.says for one in deep.tables(settings, engine, START)]
        engine.dispose()
    assert found == [
        "1 write (stranger) in the CRM belong to no change, so nobody can have approved them; restore a backup.",
        "1 contact (C1) of the CRM name an account that is not there, so they are missing from its answers; "
        "import the records again with `seller crm import`.",
    ]  # fmt: skip
