"""`seller erase` over a home that names the person everywhere: nothing is left, nobody else is touched."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text

from bot.app import App
from bot.crm.local import metadata as crm
from bot.crm.local import upsert_all
from bot.crm.records import Activity, Contact, Opportunity, OpportunityContactRole, Task
from bot.crm.writes import CreateContact
from bot.llm.door import Who
from bot.proposals import Draft, Line, ProposedWrite, Section
from bot.settings import Settings
from bot.skills.battlecard import BattleWording
from bot.store.answers import Answer, Answers
from bot.store.asked import Asked
from bot.store.cases import Cases
from bot.store.deliveries import Claim, Deliveries
from bot.store.feedback import Feedback, Judgement
from bot.store.leader import Leadership
from bot.store.letters import KeptLetter, Letters
from bot.store.samples import Sample, Samples
from bot.store.tables import metadata as store
from bot.store.threads import Thread, Turn
from knowledge.curation import NewPage
from knowledge.registry import INDEXED
from knowledge.registry import metadata as knowledge
from prompts import Rendered
from tests.conftest import TODAY, Seller
from tests.fake_model import FakeModel

NOW = ("--now", "2026-11-16T09:00:00Z")
ADMIN = ("--as", "sam.ito@fernhollow.example")
MAYA = ("--as", "maya.lindqvist@fernhollow.example")
NAME, MAIL, PHONE, KEY = (
    "Ingrid Solheim",
    "ingrid.solheim@northwick-dairy.example",
    "+47 555 01 120",
    "c-ingrid-solheim",
)
WRITTEN = (NAME, MAIL, PHONE, "4755501120", "Ingrid  Solheim", "INGRID SOLHEIM", "Solheim, Ingrid", "ingrid_solheim")
NOTE = f"""# Notes on the CFO
{NAME} ({MAIL}, {PHONE}, or +47-55-50-11-20) decides alone. We met INGRID\nSOLHEIM twice; Ingrid likes short mails.
Solheim, Ingrid signs above 50,000. Ask joingrid.solheim@northwick-dairy.example for the papers. Per Aune is her deputy.
"""
CALL = f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v {NAME}>We need SOC 2 by March.\n\n00:00:05.000 --> 00:00:08.000\n<v Maya>Thank you, Ingrid.\n"


STORES = {
    "model_calls", "answers", "audit", "changes", "deliveries", "feedback", "letters", "looks", "samples", "threads", "thread_turns", "crm_activities", "crm_applied", "crm_tasks", "crm_opportunities",
    "crm_opportunity_contact_roles", "crm_contacts", "kb_documents", "kb_chunks", "kb_gaps", "kb_uses", "durable work",
    "pages named by their place", "logs", "files of the home",
}  # fmt: skip


def opened(home: Path) -> App:
    return App(Settings(home=home, model="offline"), lambda: TODAY)


@pytest.fixture(scope="module")
def named_master(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home in which every store names Ingrid Solheim, and the folder that was ingested, to be copied."""
    home = tmp_path_factory.mktemp("named") / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    folder = tmp_path_factory.mktemp("outside")
    (folder / "cfo.md").write_text(NOTE, encoding="utf-8")
    (folder / "call.vtt").write_text(CALL, encoding="utf-8")
    (folder / "plain.md").write_text("# Plain\nNobody is named here, only the plan.\n", encoding="utf-8")
    with opened(home) as app:
        app.library.ingest([folder], resolve_account=app.account_key)
        page = app.curation.add_page(
            NewPage(
                f"{NAME} objects", f"What {NAME} says about price.", owner=NAME, questions=(f"what does {NAME} say?",)
            )
        )
        app.curation.publish(page.id, by="u-sam", now=TODAY, force=True)
        app.library.log_gap(f"When is {NAME} back?", now=TODAY, asker="u-maya", account="a-northwick")
        app.library.uses.add([page.id], "up", "u-maya", f"what about {MAIL}?", TODAY)
        in_slack(app, home)
        asked_model(app)
        app.threads.add_turn("slack:C1:1.0", Turn(at=TODAY, role="seller", text=f"call {NAME} on {PHONE}"))
        write = CreateContact(account_id="a-halvorsen", name=NAME, title="CFO", email=MAIL)
        app.approvals.propose(
            [ProposedWrite(write=write, evidence=f"You wrote: “add {NAME}”")], requester="u-maya", thread="t9"
        )
        upsert_all(app.engine, others(), as_of=TODAY)
    words = f"log that I spoke to {NAME}, follow up Tuesday"
    logged = json.loads(spoken(home, "ask", words, "--account", "Northwick Dairy", "--thread", "t1", "--json"))
    spoken(home, "proposals", "approve", logged["proposals"][0])
    spoken(home, "ask", "brief me on Northwick Dairy", "--thread", "t1")
    with (home / "seller.log").open("a", encoding="utf-8") as log:
        log.write(f"2026-11-16 error incident trace=KeyError: {MAIL}\n2026-11-16 info event quiet=yes\n")
    return home, folder


def asked_model(app: App) -> None:
    """A prompt that names her, and an answer that does, as they are kept; with the redaction and without."""
    prompt = Rendered("battlecard", "0123456789ab", "Be plain.", f"What does {NAME} ({MAIL}, {PHONE}) say?")
    model = FakeModel({"battlecard": {"say": [{"text": f"Ingrid asks {NAME}.", "cites": [1]}]}})
    for redacts in (True, False):
        door = replace(app.door, redacts=redacts)
        asked = door.bind(model, Who(app.user("u-maya"), f"r{redacts}", "t1", TODAY))
        assert asked
        asked.about("battlecard", "a-northwick")
        asked.write(prompt, BattleWording)


def in_slack(app: App, home: Path) -> None:
    """Everything that the Slack room keeps, each with her name."""
    line = Line(text=f"{NAME} decides alone.")
    draft = Draft(skill="ask", sections=(Section(title="", lines=(line,)),))
    answer = Answer(
        id="ab12", at=TODAY, user_id="u-maya", channel="D1", question=f"who is {NAME}?", draft=draft, account_id="a-northwick"
    )  # fmt: skip
    Answers(app.engine).save(answer)
    judged = Judgement(
        answer_id="ab12", user_id="u-maya", verdict="down", at=TODAY, reason="wrong", comment=f"{NAME} left"
    )
    Feedback(app.engine).save(judged)
    Cases(home / "feedback" / "cases.jsonl").keep(answer, judged)
    task = {"place": {"channel": "D1", "user": "U1"}, "asked": f"brief me on {NAME}, {MAIL}"}
    Deliveries(app.engine).claim([Claim("event:Ev1", task)], "gone", TODAY)
    letter = {"thread": "D1:1", "user_id": "u-maya", "account_id": "a-northwick", "at": TODAY, "spec": {"topic": NAME}}
    for key, contact in (("l1", KEY), ("l2", "c-per-aune")):
        Letters(app.engine).keep(
            KeptLetter.model_validate(
                {**letter, "id": key, "contact_id": contact, "written": f"Dear {NAME}, Ingrid wrote"}
            )
        )
    sample = {"user_id": "u-maya", "at": TODAY, "account_id": "a-northwick", "channel": "email", "language": "en"}
    Samples(app.engine).keep(Sample.model_validate({**sample, "written": f"Dear {NAME},", "edited": "Hi Ingrid,"}))
    Asked(app.engine).claim("paste:D1:1", TODAY, f"{NAME}: we need SOC 2 by March.")
    pending = {"text": f"log a call with {NAME}", "skill": "log", "rest": "", "candidates": [NAME]}
    app.threads.save(Thread(id="D1:1", updated_at=TODAY, account_id="a-northwick", pending=pending))


def others() -> list[Any]:
    """Records of people who share something with her, and texts about her in records of others."""
    return [
        Contact(id="c-joingrid", account_id="a-halvorsen", name="Joingrid Solheimsen", email="joingrid.solheim@northwick-dairy.example"),
        Contact(id="c-hyphen", account_id="a-halvorsen", name="Ingrid Solheim-Dahl", email="isd@halvorsen.example", phone="+47 555 01 1204"),
        Activity(id="x-both", kind="meeting", at=TODAY, subject=f"Met {NAME} and Ingrid Solheim-Dahl", account_id="a-northwick",
                 body=f"Zoë said: call {PHONE}. Ingrid Solheimsen was away.", contact_ids=(KEY, "c-per-aune")),
        Opportunity(id="o-named", name=f"{NAME} upgrade", account_id="a-northwick", stage="Discovery", next_step=f"Mail {MAIL}"),
        Task(id="t-named", subject=f"Ring {NAME}", account_id="a-northwick", contact_id=KEY, created_at=TODAY),
        Task(id="t-first", subject="Send Ingrid the price, ask Solheim for the date", account_id="a-northwick", created_at=TODAY),
        Task(id="t-other", subject="Ask INGRID and Olav Solheim", account_id="a-halvorsen", created_at=TODAY),
        OpportunityContactRole(id="r-named", opportunity_id="o-named", contact_id=KEY, role="economic_buyer"),
    ]  # fmt: skip


def spoken(home: Path, *words: str) -> str:
    """What `seller` prints in this home, in a process of its own."""
    env = {**os.environ, "SELLER_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words, *MAYA, *NOW], env=env, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def named(named_master: tuple[Path, Path], tmp_path: Path) -> Path:
    """A fresh copy."""
    home = tmp_path / "home"
    shutil.copytree(named_master[0], home, ignore=shutil.ignore_patterns("*.lock"))
    return home


def rows(home: Path) -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of every table, by its key."""
    with opened(home) as app, app.engine.connect() as connection:
        return {
            table.name: {
                tuple(row[key.name] for key in table.primary_key): dict(row)
                for row in connection.execute(select(table)).mappings()
            }
            for one in (store, crm, knowledge)
            for table in one.sorted_tables
        }


def names_her(row: dict[str, Any]) -> bool:
    said = json.dumps(row, default=str, ensure_ascii=False).replace("\\n", " ")
    # By one name alone she is named only where it is about her account; the sample has nobody else of it.
    return any(word.lower() in said.lower() for word in (*WRITTEN, KEY, "47-55-50")) or bool(
        re.search(r"\bIngrid\b(?! [A-Z])", said)
    )


def left(home: Path) -> list[tuple[str, str]]:
    """Where a byte search of our own finds her."""
    words = [word.encode(code).lower() for word in WRITTEN for code in ("utf-8", "utf-16-le", "utf-16-be")]
    found = []
    for path in (path for path in home.rglob("*") if path.is_file()):
        data = path.read_bytes().lower()
        for other in (
            b"ingrid solheim-dahl",
            b"ingrid solheimsen",
            b"+47 555 01 1204",
            b"joingrid.solheim@northwick-dairy.example",
        ):
            data = data.replace(other, b"")
        found += [(path.name, repr(word)) for word in words if word in data]
    return found


def test_nothing_is_left_and_nobody_else_is_touched(
    named: Path, seller: Seller, named_master: tuple[Path, Path]
) -> None:
    before = rows(named)
    counted = json.loads(seller("erase", NAME, "--dry-run", "--json", *ADMIN, *NOW).out)
    assert rows(named) == before
    ran = seller("erase", MAIL.upper(), "--yes", "--json", *ADMIN, *NOW)
    assert (ran.code, ran.err) == (0, ""), json.loads(ran.out)["proof"]
    report = json.loads(ran.out)
    assert report["proof"]["remaining"] == 0
    assert left(named) == []
    assert {one["store"] for one in report["stores"]} == {one["store"] for one in counted["stores"]} == STORES
    outside = named_master[1]
    assert [file for file in report["sources"] if "outside" in file] == [
        str(outside / "call.vtt"),
        str(outside / "cfo.md"),
    ]

    after = rows(named)
    for table in before.keys() - {"kb_state", "crm_suppressed", "audit", "audit_head"}:
        kept = {key: row for key, row in before[table].items() if not names_her(row)}
        assert {key: after[table].get(key) for key in kept} == kept, table
    named_still = [
        row
        for table in after.values()
        for row in table.values()
        if names_her(row) and "Dahl" not in str(row) and "oingrid" not in str(row)
    ]
    # A page that belongs to no account keeps a first name alone.
    assert [row["text"] for row in named_still] == ["[erased]: We need SOC 2 by March.\nMaya: Thank you, Ingrid."]
    assert not (named / "erasing.json").exists()


def test_what_stands_in_place_of_her(named: Path, seller: Seller) -> None:
    assert seller("erase", KEY, "--yes", *ADMIN, *NOW).code == 0
    with opened(named) as app:
        assert app.reader.contact(KEY) is None
        both, task, deal = app.reader.activity("x-both"), app.reader.task("t-named"), app.reader.opportunity("o-named")
        assert both is not None and (both.subject, both.body, both.contact_ids) == (
            "Met [erased] and Ingrid Solheim-Dahl", "Zoë said: call [erased]. Ingrid Solheimsen was away.", ("c-per-aune",),
        )  # fmt: skip
        assert task is not None and (task.subject, task.contact_id) == ("Ring [erased]", None)
        assert deal is not None and (deal.name, deal.next_step) == ("[erased] upgrade", "Mail [erased]")
        assert app.reader.contact_roles("o-named") == []
        first, other = app.reader.task("t-first"), app.reader.task("t-other")
        assert first is not None and first.subject == "Send [erased] the price, ask [erased] for the date"
        assert other is not None and other.subject == "Ask INGRID and Olav Solheim"
        (page,) = [page for page in app.library.documents() if page.title == "[erased] objects"]
        assert (page.owner, page.questions, app.curation.text(page.id)) == (
            "[erased]", ("what does [erased] say?",), "What [erased] says about price.",
        )  # fmt: skip
        assert app.library.gaps()[-1].question == "When is [erased] back?"
        letters, (sample,) = Letters(app.engine).versions("D1:1", "u-maya"), Samples(app.engine).of("u-maya")
        assert [(one.id, one.written, one.spec) for one in letters] == [
            ("l2", "Dear [erased], [erased] wrote", {"topic": "[erased]"})
        ]
        assert (sample.written, sample.edited) == ("Dear [erased],", "Hi [erased],")
        (turn,) = app.threads.turns("slack:C1:1.0")
        assert turn.text == "call [erased] on [erased]"
        (change,) = next(one for one in app.approvals.list(live_only=False) if one.thread == "t9").changes
        assert (change.status, change.write.model_dump(), change.evidence) == (
            "rejected",
            {"kind": "create_contact", "account_id": "a-halvorsen", "name": "[erased]", "title": None, "email": None},
            "You wrote: “add [erased]”",
        )
    assert "trace=KeyError: [erased]" in (named / "seller.log").read_text(encoding="utf-8")
    found = json.loads(
        seller("search", "what does she say about price", "--mode", "lexical", "--json", *ADMIN, *NOW).out
    )
    assert "[erased] objects" in [passage["title"] for passage in found]


def test_the_old_vectors_are_in_no_file(named: Path, seller: Seller) -> None:
    with opened(named) as app:
        chunks = [chunk for page in app.library.documents() for chunk in app.library.chunks(page.id)]
        ids = [chunk.id for chunk in chunks if NAME in chunk.text]
        old = {key: vector for part in INDEXED for key, vector in app.library._index().vectors(part, ids).items()}
        kept = app.library._index().counts()
    assert len(old) >= 4
    assert seller("erase", NAME, "--yes", *ADMIN, *NOW).code == 0
    data = b"".join(path.read_bytes() for path in (named / "chroma").rglob("*") if path.is_file())
    assert [key for key, vector in old.items() if np.asarray(vector, dtype=np.float32).tobytes() in data] == []
    with opened(named) as app:
        assert app.library._index().counts() == kept


def test_she_stays_out_of_imports_and_of_pages(
    named: Path, seller: Seller, named_master: tuple[Path, Path], tmp_path: Path
) -> None:
    assert seller("crm", "export", str(tmp_path / "out")).code == 0
    assert seller("erase", NAME, "--yes", *ADMIN, *NOW).code == 0
    back = json.loads(seller("crm", "import", str(tmp_path / "out"), "--json").out)
    assert (back["suppressed"], back["failed"]) == (3, [])  # she, and what she was to two deals
    assert left(named) == []
    with opened(named) as app:
        assert [row.name for row in app.reader.contacts("a-northwick") if "Solheim" in row.name] == []
        both = app.reader.activity("x-both")
        assert both is not None and both.subject == "Met [erased] and Ingrid Solheim-Dahl"
        person = Contact(id="other-id", account_id="x", name="I. S.", email=MAIL)
        assert app.suppression(person)
        assert not app.suppression(person.model_copy(update={"email": "i.s@else.example"}))
    folder = tmp_path / "again"
    shutil.copytree(named_master[1], folder)
    (folder / "cfo.md").write_text(NOTE + "\nNew: she moved.\n", encoding="utf-8")
    assert seller("ingest", str(folder), *NOW).code == 0
    with opened(named) as app:
        text_now = "\n".join(
            c.text for page in app.library.documents() if "again" in page.uri for c in app.library.chunks(page.id)
        )
    assert (NAME in text_now, MAIL in text_now.replace("joingrid.solheim@", ""), PHONE in text_now) == (
        False,
        False,
        False,
    )
    assert "[erased] ([erased], [erased], or [erased]) decides alone" in text_now


@pytest.mark.parametrize("step", ["_rows", "_clean_files", "_prove", "_end"])
def test_cut_off_at_any_step_the_same_again_ends_it(
    named: Path, seller: Seller, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from bot.erasing import Erasure

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Erasure, step, stop)
        assert seller("erase", NAME, "--yes", *ADMIN, *NOW).code == 130
    assert (named / "erasing.json").exists()
    other = seller("erase", "Per Aune", "--yes", *ADMIN, *NOW)
    assert (other.code, "cut off and has to be ended first" in other.err) == (1, True)
    ran = seller("erase", MAIL, "--yes", "--json", *ADMIN, *NOW)
    assert (json.loads(ran.out)["proof"]["files"], left(named)) == ([], [])
    assert ran.code == 0
    assert not (named / "erasing.json").exists()


def test_what_remains_is_named_and_the_next_run_ends_it(named: Path, seller: Seller) -> None:
    strange = named / "export.xlsx"
    strange.write_bytes(b"PK\0" + NAME.encode("utf-16-le"))
    ran = seller("erase", NAME, "--yes", *ADMIN, *NOW)
    assert (ran.code, str(strange) in ran.err) == (1, True)
    strange.unlink()
    assert seller("erase", NAME, "--yes", *ADMIN, *NOW).code == 0


def test_the_trail_tells_of_it_without_naming_her(named: Path, seller: Seller) -> None:
    report = json.loads(seller("erase", NAME, "--yes", "--json", *ADMIN, *NOW).out)
    with opened(named) as app, app.engine.connect() as connection:
        actor, detail = connection.execute(text("SELECT actor, detail FROM audit WHERE verb = 'erase'")).one()
    assert (actor, json.loads(detail)["person"], json.loads(detail)["remaining"]) == ("u-sam", report["person"], 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("",), "Whom? Give an e-mail, a full name or a contact's id, such as `seller erase anna@acme.example`."),
        (("ingrid.solheim@northwick",), "ingrid.solheim@northwick is no e-mail address; correct it, or give the full name or the contact's id."),
        (("Linnea Pratt",), "Several contacts fit “Linnea Pratt”; give the id of the one who is to be erased:"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("sample_home")
def test_who_is_not_clear_is_not_erased(seller: Seller, words: tuple[str, ...], sentence: str) -> None:
    ran = seller("erase", *words, "--yes", *ADMIN, *NOW)
    assert (ran.code, ran.err.splitlines()[0]) == (2 if sentence.startswith("Whom") else 1, sentence)


@pytest.mark.usefixtures("sample_home")
def test_an_unknown_person_has_near_names(seller: Seller) -> None:
    ran = seller("erase", "Ingrid Solhem", "--yes", *ADMIN, *NOW)
    assert ran.code == 1
    assert ran.err.startswith("There is no contact called “Ingrid Solhem”; the nearest are Ingrid Solheim,")


@pytest.mark.usefixtures("sample_home")
def test_only_admins_erase_and_only_with_a_yes(seller: Seller) -> None:
    ran = seller("erase", NAME, "--yes", "--as", "Maya Lindqvist", *NOW)
    assert (ran.code, ran.err) == (
        1, "Maya Lindqvist is no admin, and only admins may erase a person; ask one, or name one with --as.\n",
    )  # fmt: skip
    unsure = seller("erase", NAME, "--json", *ADMIN, *NOW)
    assert unsure.code == 1
    assert "traces were found and nothing was erased; say --yes to erase them for good." in unsure.err


@pytest.mark.usefixtures("sample_home")
def test_whoever_keeps_the_home_erases_without_being_named(seller: Seller) -> None:
    ran = seller("erase", NAME, "--dry-run", "--json", *NOW)
    assert (ran.code, json.loads(ran.out)["dry_run"]) == (0, True)


def test_traces_that_come_afterwards_go_by_the_address(named: Path, seller: Seller) -> None:
    assert seller("erase", NAME, "--yes", *ADMIN, *NOW).code == 0
    with opened(named) as app:
        app.threads.add_turn("slack:C1:2.0", Turn(at=TODAY, role="seller", text=f"mail {MAIL} again"))
    ran = seller("erase", MAIL, "--yes", "--json", *ADMIN, *NOW)
    report = json.loads(ran.out)
    assert (ran.code, report["stores"], left(named)) == (
        0,
        [{"store": "thread_turns", "removed": 0, "redacted": 1}],
        [],
    )
    assert "This person was erased before: only the e-mail was looked for again." in report["notes"]


def test_a_worker_is_not_disturbed(named: Path, seller: Seller) -> None:
    with opened(named) as app:
        leadership = Leadership(app.engine, named)
        assert leadership.acquire()
        ran = seller("erase", NAME, "--yes", *ADMIN, *NOW)
        leadership.release()
        assert app.reader.contact(KEY) is not None
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1,
        f"Another process applies changes in the home {named}; end it (`seller serve`, `seller demo`), and run the same again.",
    )


@pytest.mark.slow
def test_killed_again_and_again_it_ends(named: Path, seller: Seller) -> None:
    words = [sys.executable, "-m", "bot", "erase", MAIL, "--yes", *ADMIN, *NOW]
    for seconds in (1.2, 1.8, 2.4, 3.0):
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
        process.wait()
    ran = seller("erase", MAIL, "--yes", "--json", *ADMIN, *NOW)
    assert (ran.code, json.loads(ran.out)["proof"]["files"], left(named)) == (0, [], [])
    with opened(named) as app:
        assert app.library._index().counts().keys() == set(INDEXED)
        assert sum(app.library._index().counts().values()) == sum(
            app.library._registry.live_counts()[name] for name in INDEXED
        )


def test_another_process_with_the_pages_is_named(named: Path, seller: Seller) -> None:
    with opened(named) as app:
        app.library.hold()
        ran = seller("erase", NAME, "--yes", *ADMIN, *NOW)
    assert (ran.code, "is in use by process" in ran.err) == (1, True)
    with opened(named) as app:
        assert app.reader.contact(KEY) is not None
