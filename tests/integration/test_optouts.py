"""Opt-outs by a reply: imported, synced, passed on by a seller; kept beside the CRM, through an erasure, and in the audit trail."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app import App
from bot.assistant import Reply, Request
from bot.cli import cli
from bot.crm.local import replace_all
from bot.crm.records import Account, Activity, Contact, User
from bot.crm.suppression import plain_email
from bot.erasing.person import find
from bot.erasing.report import Report
from bot.erasing.rows import Rows
from bot.erasing.words import Words
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills.outreach.refusals import whose
from bot.store.audit import trail
from tests.conftest import TODAY

ANN = User(id="u1", name="Ann Seller", email="ann@ours.example", role="admin")
ACME = Account(id="a1", name="Acme Tools", country="United States", owner_id="u1")
JO = Contact(id="c1", account_id="a1", name="Jo Field", title="Planner", email="jo@acme.example")
KIM = Contact(id="c2", account_id="a1", name="Kim Roe", title="CFO", email="kim@acme.example")


def mail(key: str, body: str, *people: str, days: int = 400) -> Activity:
    """An e-mail of theirs, long ago unless said otherwise."""
    at = TODAY - timedelta(days=days)
    return Activity(id=key, kind="email", at=at, subject="Re: A question", body=body, direction="inbound", account_id="a1",
                    owner_id="u1", contact_ids=people)  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A home with one account and two people."""
    with App(Settings(home=tmp_path / "home", model="offline"), lambda: TODAY) as app:
        app.ready()
        replace_all(app.engine, [ANN, ACME, JO, KIM], as_of=TODAY)
        yield app


def asked(app: App, text: str, skill: str = "draft") -> Reply:
    return app.assistant.answer(Request(text, app.user("Ann Seller"), TODAY, "t", skill=skill, account="a1"))


def lead(draft: Draft) -> str:
    return draft.lead.partition(": ")[2]


def test_a_reply_in_the_crm_blocks_that_person_on_that_channel(app: App) -> None:
    replace_all(
        app.engine,
        [ANN, ACME, JO, KIM, mail("m1", "Please take me off your list.\n\nJo Field", "c1", "c2")],
        as_of=TODAY,
    )
    told = asked(app, "draft a note to Jo Field").draft
    assert lead(told) == "Jo Field opted out of e-mail, on 12 October 2025 by their e-mail."
    assert told.sections[0].title == "Why not"
    other = asked(app, "draft a note to Kim Roe").draft
    assert other.sections[0].title.startswith("Subject of the e-mail to Kim Roe")


def test_a_reply_of_several_people_that_names_nobody_counts_for_all_of_them() -> None:
    assert whose(mail("m1", "Remove us, please.", "c1", "c2"), [JO, KIM]) == [JO, KIM]
    assert whose(mail("m1", "Remove me, please. Kim", "c1", "c2"), [JO, KIM]) == [KIM]


def test_an_imported_opt_out_holds_after_the_crm_forgot_it(tmp_path: Path) -> None:
    folder, home = tmp_path / "crm", tmp_path / "home"
    folder.mkdir()
    (folder / "accounts.csv").write_text("id,name,country\na1,Acme Tools,United States\n", encoding="utf-8")
    (folder / "contacts.csv").write_text("id,account_id,name,email\nc1,a1,Jo Field,jo@acme.example\n", encoding="utf-8")
    rows = "id,kind,at,subject,body,direction,account_id,contact_ids\n"
    wrote = "m1,email,2026-01-05T10:00:00Z,Re: Hello,Bitte keine weiteren E-Mails.,inbound,a1,c1\n"
    for text in (rows + wrote, rows):
        (folder / "activities.csv").write_text(text, encoding="utf-8")
        env = {"SELLER_HOME": str(home), "SELLER_MODEL": "offline"}
        result = CliRunner().invoke(cli, ["crm", "import", str(folder)], env=env)
        assert result.exit_code == 0, result.output
    with App(Settings(home=home, model="offline"), lambda: TODAY) as app:
        assert app.reader.activities("a1") == []
        told = app.assistant.answer(
            Request("draft a note to Jo Field", app.user(None), TODAY, "t", skill="draft", account="a1")
        ).draft
        assert lead(told) == "Jo Field opted out of e-mail, on 5 January 2026 by their e-mail."


def test_what_passes_on_its_way_in_is_kept_once(app: App) -> None:
    for _ in range(2):
        assert app.watch(mail("m1", "Please stop calling me.", "c1")) is not None
        assert app.watch(mail("m2", "Stop by on Tuesday.", "c2")) is not None
        app.watch.keep(TODAY)
    assert [one.channel for one in app.memory.optouts.of(JO)] == ["call"]
    assert app.memory.optouts.of(KIM) == []


def test_a_log_of_an_opt_out_keeps_it_at_once(app: App) -> None:
    told = asked(app, "log that I wrote to Jo Field, she answered: please remove me from your list", "log").draft
    said = "Jo Field wants no more e-mails: that is kept here and none are drafted any more; set the opt-out in the CRM too."
    assert said in [line.text for part in told.sections for line in part.lines]
    refused = asked(app, "draft a note to Jo Field").draft
    assert lead(refused) == "Jo Field opted out of e-mail, on 16 November 2026 by an answer that Ann Seller passed on."


def test_a_draft_that_is_asked_for_with_their_refusal_is_none(app: App) -> None:
    told = asked(app, "draft a reply to Jo Field, she wrote: do not contact me again").draft
    assert lead(told).startswith("Jo Field opted out of e-mail")
    assert [one.channel for one in app.memory.optouts.of(JO)] == ["all"]


def test_an_opt_out_outlives_an_erasure_and_another_id(app: App) -> None:
    optouts = app.memory.optouts
    assert optouts.add(JO, "email", TODAY, "their e-mail")
    person = find(app.reader, "jo@acme.example")
    Rows(app.engine, Words(person)).run(Report("", dry_run=False), lambda done, total, what: None, write=True)
    again = JO.model_copy(update={"id": "c9", "email": "Jo@Acme.example"})
    assert [one.channel for one in optouts.of(again)] == ["email"]
    assert optouts.of(JO.model_copy(update={"email": None})) == []
    assert not optouts.add(again, "email", TODAY, "their e-mail")


def test_every_verdict_goes_to_the_audit_trail_without_personal_data(app: App) -> None:
    asked(app, "draft a note to Jo Field")
    replace_all(app.engine, [ANN, ACME, JO.model_copy(update={"country": "Germany"}), KIM], as_of=TODAY)
    asked(app, "draft a note to Jo Field")
    lines = [line for line in trail(app.engine) if line.verb == "gate"]
    assert [(line.actor, line.detail["decision"], line.detail["rules"]) for line in lines] == [
        ("u1", "FOOTER", ["US-1"]),
        ("u1", "BLOCK", ["DE-3"]),
    ]
    hashes = {line.detail["inputs"] for line in lines}
    assert len(hashes) == 2
    assert all(len(one) == 64 for one in hashes)
    text = str([line.model_dump() for line in lines])
    assert "Jo" not in text
    assert plain_email(JO.email or "") not in text
    assert {line.at for line in lines} == {TODAY}
