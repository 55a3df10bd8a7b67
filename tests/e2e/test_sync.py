"""`seller sync` and everything around it: a connected CRM from the first sync to the answer."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.app import App
from bot.assistant import Request
from bot.commands import serve
from bot.crm import adapters
from bot.crm.mirror import MirrorWriter
from bot.crm.records import Account, Activity, Contact, Opportunity, Task, User
from bot.errors import CrmUnavailable
from bot.proposals import Decision
from bot.sample.world import load_world
from tests.conftest import Seller
from tests.integration import mirror_remote
from tests.integration.approvals_world import Inline
from tests.integration.mirror_remote import MemoryRemote
from tests.integration.mirror_source import MemorySource

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
FIXED = ("--now", NOW.isoformat())
DOWN = "Salesforce does not answer; try again in a minute."


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryRemote]:
    """The sample company in a CRM that is connected."""
    world, source = load_world(NOW.date()), MemorySource(page_size=50)
    for records in (world.users, world.stages, world.accounts, world.contacts, world.activities, world.tasks):
        source.put(*records)
    source.put(*world.opportunities, *world.history, *world.roles)
    monkeypatch.setenv("SELLER_CRM", "salesforce")
    monkeypatch.setenv("SELLER_MODEL", "offline")
    monkeypatch.setenv("SELLER_USER", "u-maya")
    monkeypatch.setitem(adapters.ADAPTERS, "salesforce", "tests.integration.mirror_remote")
    mirror_remote.connected.append(MemoryRemote(source, lambda: NOW))
    yield mirror_remote.connected[-1]
    mirror_remote.connected.clear()


def test_asking_before_the_first_sync_says_what_to_do(seller: Seller, remote: MemoryRemote) -> None:
    ran = seller("ask", "brief me on Northwick Dairy", *FIXED)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Salesforce was not read yet; run `seller sync`, or wait until the running one is through.\n"


def test_a_sync_then_an_answer_as_of_its_time(seller: Seller, remote: MemoryRemote) -> None:
    synced = seller("sync", "--json", *FIXED)
    report = json.loads(synced.out)
    deals = remote.memory.all(Opportunity)
    assert report["kinds"]["accounts"] == {"records": len(remote.memory.all(Account)), "gone": 0, "merged": 0, "bad": 0}
    assert report["snapshot"] == {"day": "2026-11-16", "deals": sum(not deal.is_closed for deal in deals.values())}
    assert (report["source"], report["as_of"], report["notes"], report["failed"]) == (
        "salesforce", "2026-11-16T09:00:00Z", [], [],
    )  # fmt: skip
    later = (NOW + timedelta(minutes=5)).isoformat()
    answer = json.loads(seller("ask", "brief me on Northwick Dairy", "--json", "--now", later).out)
    assert answer["as_of"] == "2026-11-16T09:05:00Z"  # the one account was read anew
    assert any(citation["source"].startswith("https://crm.example/") for citation in answer["citations"])


def test_an_answer_says_that_the_crm_did_not_answer(seller: Seller, remote: MemoryRemote) -> None:
    seller("sync", *FIXED)

    def fail(kind: str) -> None:
        raise CrmUnavailable(DOWN)

    remote.memory.before_page = fail
    ran = seller("ask", "brief me on Northwick Dairy", "--now", (NOW + timedelta(minutes=5)).isoformat())
    assert ran.code == 0
    assert "Salesforce does not answer; try again in a minute; the CRM's data is as of 2026-11-16 09:00 UTC." in ran.out
    assert "CRM as of 2026-11-16 09:00 UTC" in ran.out


def test_what_a_sync_says_to_a_person(seller: Seller, remote: MemoryRemote) -> None:
    deals = sum(not deal.is_closed for deal in remote.memory.all(Opportunity).values())
    said = seller("sync", *FIXED).out.splitlines()
    assert said[0] == f"users: {len(remote.memory.all(User))} records"
    assert said[-2] == f"{deals} open deals kept as the snapshot of 2026-11-16."
    assert said[-1].startswith("In step as of 2026-11-16 09:00 UTC, in ")
    remote.memory.delete("tasks", next(iter(remote.memory.all(Task))))
    assert "tasks: 0 records, 1 gone" in seller("sync", *FIXED).out.splitlines()


def test_an_unanswered_sync_is_one_sentence_and_shown_by_doctor(seller: Seller, remote: MemoryRemote) -> None:
    seller("sync", *FIXED)

    def fail(kind: str) -> None:
        if kind == "deals":
            raise CrmUnavailable(DOWN)

    remote.memory.before_page = fail
    ran = seller("sync", *FIXED)
    sentence = f"{DOWN} So far 4 of 7 kinds are through; the next `seller sync` goes on there."
    assert (ran.code, ran.err.splitlines()[-1]) == (1, sentence)
    accounts = len(remote.memory.all(Account))
    assert crm_line(seller) == {
        "part": "CRM",
        "state": "broken",
        "says": f"Salesforce answers as integration@acme.example. The mirror holds {accounts} accounts, "
        f"as of 2026-11-16 09:00 UTC. The last sync did not come through: {sentence}",
    }
    remote.memory.before_page = lambda kind: None
    seller("sync", *FIXED)
    assert crm_line(seller)["state"] == "well"


def crm_line(seller: Seller) -> dict[str, str]:
    """What doctor says of the CRM."""
    parts = json.loads(seller("doctor", "--json").out)
    return next(part for part in parts if part["part"] == "CRM")


def people_line(seller: Seller) -> dict[str, str]:
    """What doctor says of the users."""
    return next(part for part in json.loads(seller("doctor", "--json").out) if part["part"] == "people")


def test_doctor_before_the_first_sync_and_while_the_crm_is_down(seller: Seller, remote: MemoryRemote) -> None:
    assert crm_line(seller) == {
        "part": "CRM",
        "state": "optional",
        "says": "Salesforce answers as integration@acme.example. The mirror is not filled yet; run `seller sync`.",
    }
    assert people_line(seller) == {
        "part": "people",
        "state": "optional",
        "says": "known once `seller sync` is through.",
    }
    seller("sync", *FIXED)
    remote.down = True
    accounts = len(remote.memory.all(Account))
    assert crm_line(seller) == {
        "part": "CRM",
        "state": "broken",
        "says": f"{DOWN} The mirror holds {accounts} accounts, as of 2026-11-16 09:00 UTC.",
    }


def test_an_import_into_a_mirror_and_a_demo_beside_it_are_refused(
    seller: Seller, remote: MemoryRemote, tmp_path: Path
) -> None:
    (tmp_path / "accounts.csv").write_text("id,name\na1,Acme\n", encoding="utf-8")
    ran = seller("crm", "import", str(tmp_path))
    assert (ran.code, ran.err) == (
        1,
        "This home mirrors salesforce, and the next sync would take imported records out again; import them there, "
        "or set SELLER_CRM=local with a SELLER_HOME of its own. Only a folder with quotas alone is taken in.\n",
    )
    (tmp_path / "accounts.csv").rename(tmp_path / "quotas.csv")
    (tmp_path / "quotas.csv").write_text("Rep,Period,Quota\nMaya Lindqvist,Q4 2026,400000\n", encoding="utf-8")
    ran = seller("crm", "import", str(tmp_path))
    assert (ran.code, ran.err) == (
        1,
        "Salesforce was not read yet; run `seller sync`, or wait until the running one is through.\n",
    )
    ran = seller("demo")
    assert (ran.code, ran.err) == (
        1,
        "The demo brings its own records and salesforce is connected; set SELLER_CRM=local for it.\n",
    )


def test_a_mirror_is_not_shown_as_the_embedded_crm(
    seller: Seller, remote: MemoryRemote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller("sync", *FIXED)
    monkeypatch.setenv("SELLER_CRM", "local")
    sentence = (
        "This home holds a mirror of Salesforce, and the embedded CRM is set; set SELLER_CRM=salesforce again, or "
        "SELLER_HOME to another folder.\n"
    )
    (tmp_path / "accounts.csv").write_text("id,name\na1,Acme\n", encoding="utf-8")
    for words in (("ask", "brief me on Northwick Dairy"), ("crm", "accounts"), ("crm", "import", str(tmp_path))):
        ran = seller(*words)
        assert (ran.code, ran.err) == (1, sentence)


def test_notes_of_a_merged_account_are_the_survivors(seller: Seller, remote: MemoryRemote, tmp_path: Path) -> None:
    seller("sync", *FIXED)
    (tmp_path / "note.md").write_text("Their CFO wants the SOC 2 report before the pilot.", encoding="utf-8")
    seller("ingest", str(tmp_path / "note.md"), "--kind", "note", "--account", "Castellane Ceramics")
    remote.memory.merge("accounts", "a-castellane", "a-northwick")
    report = json.loads(seller("sync", "--json", *FIXED).out)
    assert (report["kinds"]["accounts"]["merged"], report["notes"]) == (1, [])
    for _ in range(2):
        found = json.loads(seller("search", "SOC 2 report", "--account", "Northwick Dairy", "--json").out)
        assert [one["text"] for one in found] == ["Their CFO wants the SOC 2 report before the pilot."]
        # Read again, the file belongs to the survivor as well: what was said of it follows.
        assert json.loads(seller("ingest", str(tmp_path / "note.md"), "--json").out)["failed"] == []


def test_the_set_up_says_what_was_made(seller: Seller, remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seller("crm", "setup").out == "The field Seller_Key__c was made on Task.\n"
    monkeypatch.setenv("SELLER_CRM", "local")
    assert seller("crm", "setup").out == "The embedded CRM needs no set-up.\n"


def test_the_embedded_crm_only_keeps_its_snapshot(seller: Seller, sample_home: Path) -> None:
    said = seller("sync", *FIXED).out.splitlines()
    assert said[0] == "The embedded CRM is its own source, so there is nothing to sync."
    assert said[1].endswith(" open deals kept as the snapshot of 2026-11-16.")
    again = json.loads(seller("sync", "--json", *FIXED).out)
    assert (again["source"], again["kinds"], again["snapshot"]) == ("local", {}, None)


def test_an_approved_change_is_written_to_the_crm_and_seen_in_the_mirror(remote: MemoryRemote) -> None:
    with App(settings.load(), lambda: NOW) as app:
        app.ready()
        assert app.mirror is not None and isinstance(app.writer, MirrorWriter)
        app.mirror.sync()
        app.approvals.runner = Inline(app.approvals)
        maya = app.user(None)
        text = "log that I spoke to their CFO at Northwick Dairy, follow up Tuesday"
        reply = app.assistant.answer(Request(text, maya, NOW, "t"))
        assert reply.proposal is not None
        task = next(change for change in reply.proposal.changes if change.write.kind == "create_task")
        decision = Decision(verb="approve", proposal_id=reply.proposal.id, only=(task.k,))
        done = app.approvals.decide(decision, maya)
        receipt = next(change.receipt for change in done.changes if change.k == task.k)
        assert receipt is not None
        assert app.reader.task(receipt.record_id) == remote.memory.all(Task)[receipt.record_id]


def test_serve_syncs_and_keeps_the_snapshot(remote: MemoryRemote, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with App(settings.load(), lambda: NOW) as app:
        app.ready()
        serve.sync_again(app, threading.Event())
        assert app.reader.as_of() == NOW
        assert app.reader.snapshot_days() == [NOW.date()]
    assert "crm_synced" in [record.getMessage() for record in caplog.records]


def test_serve_takes_the_embedded_snapshot(sample: App) -> None:
    serve.snapshot(sample)
    serve.snapshot(sample)
    assert list(sample.reader.snapshot_days()) == [sample.clock().date()]


def test_a_reply_that_opts_out_is_kept_when_it_is_synced(seller: Seller, remote: MemoryRemote) -> None:
    people = [one for one in remote.memory.all(Contact).values() if one.country == "United States"]
    jo = next(one for one in people if one.email and not (one.email_opt_out or one.do_not_contact))
    at = NOW - timedelta(days=2)
    reply = Activity(id="out", kind="email", at=at, subject="Re: Planning", body="Please take me off your list.", direction="inbound",
                     account_id=jo.account_id, contact_ids=(jo.id,))  # fmt: skip
    remote.memory.put(reply)
    assert seller("sync", *FIXED).code == 0
    remote.memory.delete("activities", "out")
    assert seller("sync", "--full", *FIXED).code == 0
    with App(settings.load(), lambda: NOW) as app:
        assert "out" not in [one.id for one in app.reader.activities(jo.account_id)]
    ran = seller("draft", f"a note to {jo.name}", "--account", str(jo.account_id), *FIXED)
    assert (
        f"No e-mail to {jo.name} was drafted: {jo.name} opted out of e-mail, on 14 November 2026 by their e-mail."
        in ran.out
    )


def test_quotas_come_from_a_file_and_outlive_a_sync(seller: Seller, remote: MemoryRemote, tmp_path: Path) -> None:
    (tmp_path / "quotas.csv").write_text("Rep,Period,Quota\nMaya Lindqvist,Q4 2026,400000\n", encoding="utf-8")
    assert seller("sync", *FIXED).code == 0
    ran = seller("crm", "import", str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-2:] == [
        "quotas: 1 added, 0 changed, 0 removed, 0 as they were",
        "1 quotas read and written.",
    ]
    assert seller("sync", "--full", *FIXED).code == 0
    out = json.loads(seller("crm", "export", str(tmp_path / "out"), "--json").out)
    assert (out["counts"]["quotas"], out["counts"]["users"]) == (1, 8)
