"""A mutual action plan: its dates, its owners out of records alone, its changes, its proposal, and the customer's file."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.local import upsert_all
from bot.crm.records import Account, Contact, Opportunity, OpportunityContactRole, Record, Task, User
from bot.errors import BotError
from bot.settings import Settings
from tests.conftest import TODAY

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
ANN = User(id="U1", name="Ann Seller", email="ann@ours.example")
RECORDS: tuple[Record, ...] = (
    ANN, Account(id="A1", name="Brix & Söhne", owner_id="U1"), Account(id="A2", name="Empty"), Account(id="A3", name="Corva", owner_id="U1"),
    Contact(id="C1", account_id="A1", name="Jane Holt", title="CFO"), Contact(id="C2", account_id="A1", name="Tom Reed", title="IT Manager"),
    Contact(id="C3", account_id="A1", name="Eve Gone", title="Counsel", do_not_contact=True),
    Opportunity(id="O1", name="Brix plant", account_id="A1", owner_id="U1", amount=Decimal(48000), currency="EUR", stage="Proposal",
                next_step="Hold the price below Globex", next_step_date=date(2026, 11, 1), competitor="Globex"),
    Opportunity(id="O2", name="Alpha", account_id="A3", owner_id="U1", stage="New", close_date=date(2026, 12, 1)),
    Opportunity(id="O3", name="Beta", account_id="A3", owner_id="U1", stage="New", close_date=date(2026, 12, 2)),
    OpportunityContactRole(id="R1", opportunity_id="O1", contact_id="C1", role="economic_buyer"),
    Task(id="T1", subject="Ask Dana whether 18 % is possible", due=date(2026, 11, 20), account_id="A1", opportunity_id="O1"),
)  # fmt: skip


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[App]:
    """A home with three accounts and no playbook."""
    with App(Settings(home=tmp_path / "small", model="offline"), lambda: NOW) as app:
        app.ready()
        upsert_all(app.engine, RECORDS, as_of=NOW)
        yield app


def say(app: App, words: str, thread: str = "t") -> Reply:
    """An answer in a conversation."""
    return app.assistant.answer(Request(text=words, user=app.user("U1"), now=NOW, thread=thread))


def lines(reply: Reply, title: str) -> list[str]:
    """The lines of one section."""
    return next([line.text for line in s.lines] for s in reply.draft.sections if s.title == title)


def words_of(content: bytes) -> str:
    """All text of a Word file, its properties and every other part included."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        skipped = ("word/styles.xml", "word/theme/theme1.xml", "word/fontTable.xml", "word/numbering.xml")
        return "\n".join(held.read(name).decode("utf-8", "replace") for name in held.namelist() if name not in skipped)


def rows(content: bytes) -> list[list[str]]:
    """The cells of the file's table."""
    return [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(content)).tables[0].rows]


def test_dates_chain_back_and_owners_come_from_records(crm: App) -> None:
    reply = say(crm, "make a mutual action plan for Brix, go-live on 1 April")
    assert lines(reply, "Dates") == [
        "2026-11-20 Fri: promised, ours: Ask Dana whether 18 % is possible.",
        "2027-01-07 Thu: Evaluation complete; theirs: to be named; ours: Ann Seller.",
        "2027-01-28 Thu: Security and legal review complete; theirs: Tom Reed; ours: Ann Seller.",
        "2027-02-11 Thu: Commercial terms agreed; theirs: Jane Holt; ours: Ann Seller.",
        "2027-02-18 Thu: Contract signed; theirs: Jane Holt; ours: Ann Seller.",
        "2027-02-25 Thu: Kick-off; theirs: to be named; ours: Ann Seller.",
        "2027-03-18 Thu: Data and configuration ready; theirs: Tom Reed; ours: Ann Seller.",
        "2027-03-25 Thu: Users trained; theirs: to be named; ours: Ann Seller.",
        "2027-04-01 Thu: Go-live; theirs: to be named; ours: Ann Seller.",
    ]
    assert lines(reply, "To be named") == [
        "At Brix & Söhne: Evaluation complete; Kick-off; Users trained; Go-live; no contact has a fitting role or title."
    ]
    assert all(line.cites for s in reply.draft.sections for line in s.lines)
    assert reply.draft.lead == ""


def test_the_proposal_holds_a_task_a_step_and_a_next_step_for_one_that_lies_behind(crm: App) -> None:
    proposal = say(crm, "make a mutual action plan for Brix, go-live on 1 April").proposal
    assert proposal is not None
    writes = [change.write.model_dump(mode="json") for change in proposal.changes]
    assert [(w["subject"], w["due"], w["side"]) for w in writes[:-1]][2:5] == [
        ("Commercial terms agreed (with Jane Holt)", "2027-02-11", "ours"),
        ("Contract signed (Jane Holt)", "2027-02-18", "theirs"),
        ("Kick-off (who does it there is to be named)", "2027-02-25", "ours"),
    ]
    assert {(w["owner_id"], w["opportunity_id"]) for w in writes[:-1]} == {("U1", "O1")}
    assert (writes[-1]["field"], writes[-1]["old"], writes[-1]["new"]) == (
        "next_step", "Hold the price below Globex", "Evaluation complete by 2027-01-07",
    )  # fmt: skip


def test_the_file_holds_steps_days_and_names_and_nothing_else(crm: App) -> None:
    [file] = say(crm, "make a mutual action plan for Brix, go-live on 1 April").draft.files
    assert file.name == "plan-brix-sohne.docx"
    assert rows(file.content) == [
        ["Step", "Date", "Brix & Söhne", "Supplier"],
        ["Evaluation complete", "Thu 7 January 2027", "to be named", "Ann Seller"],
        ["Security and legal review complete", "Thu 28 January 2027", "Tom Reed", "Ann Seller"],
        ["Commercial terms agreed", "Thu 11 February 2027", "Jane Holt", "Ann Seller"],
        ["Contract signed", "Thu 18 February 2027", "Jane Holt", "Ann Seller"],
        ["Kick-off", "Thu 25 February 2027", "to be named", "Ann Seller"],
        ["Data and configuration ready", "Thu 18 March 2027", "Tom Reed", "Ann Seller"],
        ["Users trained", "Thu 25 March 2027", "to be named", "Ann Seller"],
        ["Go-live", "Thu 1 April 2027", "to be named", "Ann Seller"],
    ]
    told = words_of(file.content)
    assert not [
        w
        for w in (
            "Globex",
            "48",
            "18 %",
            "Dana",
            "Eve",
            "Proposal",
            "CFO",
            "economic",
            "python-docx",
            "risk",
            "MEDDPICC",
        )
        if w in told
    ]
    with zipfile.ZipFile(io.BytesIO(file.content)) as held:
        assert not [
            n
            for n in held.namelist()
            if n.startswith(("customXml", "docProps/app", "docProps/thumb")) or "comments" in n
        ]
    told_of = docx.Document(io.BytesIO(file.content)).core_properties
    assert (told_of.author, told_of.last_modified_by, told_of.comments, told_of.title) == (
        "",
        "",
        "",
        "Plan to go-live",
    )


def test_the_amount_stands_in_the_file_only_where_it_is_asked_for(crm: App) -> None:
    [file] = say(crm, "make a mutual action plan for Brix with the amount, go-live on 1 April").draft.files
    assert "Value: EUR 48,000." in [p.text for p in docx.Document(io.BytesIO(file.content)).paragraphs]


def test_the_table_of_the_file_has_its_widths_for_every_program_and_repeats_its_head(crm: App) -> None:
    [file] = say(crm, "make a mutual action plan for Brix, go-live on 1 April").draft.files
    [table] = docx.Document(io.BytesIO(file.content)).tables
    widths = [round(column.width.cm, 1) for column in table.columns if column.width]
    assert widths == [round(cell.width.cm, 1) for cell in table.rows[0].cells if cell.width] == [5.6, 4.4, 3.5, 3.5]
    assert "w:tblHeader" in table.rows[0]._tr.xml


def test_a_change_counts_anew_and_takes_the_place_of_the_proposal(crm: App) -> None:
    first = say(crm, "make a mutual action plan for Brix, go-live on 1 April")
    second = say(crm, "move signature to 10 February")
    assert second.draft.skill == "plan"
    assert lines(second, "The plan")[:2] == [
        "Plan for Brix plant to go-live on 2027-04-01.",
        "You set: Contract signed 2027-02-10.",
    ]
    assert "2027-02-03 Wed: Commercial terms agreed; theirs: Jane Holt; ours: Ann Seller." in lines(second, "Dates")
    third = say(crm, "drop the training")
    assert lines(third, "The plan")[1:3] == ["You set: Contract signed 2027-02-10.", "Left out: Users trained."]
    assert first.proposal
    assert second.proposal
    assert third.proposal
    states = [crm.approvals.get(one.proposal.id).status for one in (first, second, third) if one.proposal]
    assert states == ["rejected", "rejected", "pending"]


@pytest.mark.parametrize(
    "words", ["make it 15 April", "no, 15 April", "move it by two weeks", "can we make it 15 April?"]
)
def test_a_day_right_after_a_plan_is_its_go_live(crm: App, words: str) -> None:
    say(crm, "make a mutual action plan for Brix, go-live on 1 April")
    assert lines(say(crm, words), "The plan")[0] == "Plan for Brix plant to go-live on 2027-04-15."


def test_a_plan_that_was_approved_is_gone_on_with_and_its_old_task_closed(crm: App) -> None:
    say(crm, "make a mutual action plan for Brix, go-live on 1 April")
    for k in range(1, 5):
        assert say(crm, f"approve {k}").draft.skill == "decision"
    moved = say(crm, "move signature to 10 February")
    assert lines(moved, "The plan")[:2] == [
        "Plan for Brix plant to go-live on 2027-04-01.",
        "You set: Contract signed 2027-02-10.",
    ]
    assert not [line for line in lines(moved, "Dates") if "promised" in line and "Ask Dana" not in line]
    assert moved.proposal
    closed = [(c.write.kind, c.evidence) for c in moved.proposal.changes if c.write.kind == "complete_task"]
    assert (
        "complete_task",
        "Contract signed moved from 2027-02-18 to 2027-02-10; another task stands for it",
    ) in closed


def test_the_day_is_asked_for_and_may_come_next(crm: App) -> None:
    asked = say(crm, "make a mutual action plan for Brix")
    assert (
        asked.draft.sections[0].lines[0].text
        == "On which day is the go-live of Brix plant? Say it like “go-live 1 March”."
    )
    assert asked.proposal is None
    assert lines(say(crm, "1 April"), "The plan")[0] == "Plan for Brix plant to go-live on 2027-04-01."


def test_two_open_deals_are_asked_about_and_the_day_is_kept(crm: App) -> None:
    asked = say(crm, "make a mutual action plan for Corva, go-live on 1 April")
    assert asked.draft.sections[0].lines[0].text == "Corva has 2 open deals; which one do you mean?"
    assert lines(say(crm, "2"), "The plan")[0] == "Plan for Beta to go-live on 2027-04-01."


def test_a_month_is_asked_about(crm: App) -> None:
    asked = say(crm, "make a mutual action plan for Brix, go-live in April")
    assert [line.text for line in asked.draft.sections[0].lines][1:] == ["1. 2027-04-01", "2. 2027-04-30"]
    assert lines(say(crm, "2"), "The plan")[0] == "Plan for Brix plant to go-live on 2027-04-30."


def test_an_account_without_anything_gets_a_plan_to_fill_in(crm: App) -> None:
    reply = say(crm, "make a mutual action plan for Empty, go-live on 1 April")
    assert lines(reply, "Dates")[0] == "2027-01-07 Thu: Evaluation complete; theirs: to be named; ours: to be named."
    assert reply.draft.unknowns == (
        "Public holidays on either side are not known.",
        "Empty has no open deal; the tasks hang on the account.",
        "No contact of Empty is in the CRM.",
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("plan for Brix to go-live on 1 November 2026", "Go-live on 2026-11-01 lies behind; name a day ahead."),
        ("plan for Brix to go-live on 31 February", "“31 February” is no day in any calendar; write the go-live like 2027-03-01."),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused(crm: App, words: str, says: str) -> None:
    with pytest.raises(BotError) as refused:
        say(crm, f"make a mutual action {words}")
    assert str(refused.value) == says


def test_a_go_live_that_is_too_near_says_what_can_give(crm: App) -> None:
    reply = say(crm, "make a mutual action plan for Brix, go-live on 1 December")
    assert reply.draft.lead == (
        "Too little time: the steps usually take 70 working days, and there are 11 until the go-live. What can give: a later "
        "go-live (with usual times 2027-02-22), fewer steps, or shorter ones, as squeezed below."
    )
    assert lines(reply, "Dates")[0] == (
        "2026-11-17 Tue: Evaluation complete; theirs: to be named; ours: Ann Seller; SHORT: the usual time asks for 2026-09-08, which lies behind."
    )


def test_the_playbooks_own_steps_come_with_their_badge(sample: App) -> None:
    request = Request(
        text="mutual action plan for Northwick, go-live 15 April", user=sample.user("u-maya"), now=TODAY, thread="p"
    )
    reply = sample.assistant.answer(request)
    assert lines(reply, "The plan")[1].startswith(
        "Steps from the playbook: The close plan (verified, checked 57 days ago)."
    )
    assert reply.draft.data is not None
    assert [step["key"] for step in reply.draft.data["steps"]] == [
        "security", "technical", "commercial", "legal", "order", "signature", "kickoff", "data", "training", "golive",
    ]  # fmt: skip


def test_signs_that_a_word_file_cannot_hold_are_left_out_of_it(crm: App) -> None:
    named = Account(id="A1", name="Brix\x1b[2J & \ufffeSöhne", owner_id="U1")
    jane = Contact(id="C1", account_id="A1", name="Jane\x00 Holt", title="CFO")
    upsert_all(crm.engine, (named, jane), as_of=NOW)
    [file] = say(crm, "mutual action plan for the Brix plant, go-live on 1 March").draft.files
    told = words_of(file.content)
    assert "Brix[2J &amp; Söhne" in told
    assert "Jane Holt" in told
