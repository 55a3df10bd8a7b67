"""What a brief says of open questions and of sources that disagree: who asked, when, and what counts as an answer."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.crm.records import Account, Activity, Contact, OpportunityContactRole, OpportunityHistory, Record, Task
from bot.skills.disputes import disputes
from bot.skills.ledger import Ledger
from bot.skills.next_action import first_move
from bot.skills.open_questions import open_questions
from bot.skills.view import AccountView, gather
from knowledge.documents import Chunk, Document, Kind, Passage
from tests.small_crm import NOW, context, reader

TODAY = NOW.date()
ASKED = "Asked by the customer, no answer on record: "


def seen(folder: Path, *more: Record) -> tuple[AccountView, Ledger]:
    """Northwick with these records besides."""
    made = context(reader(folder, *more))
    account = made.reader.account("a1")
    assert account is not None
    return gather(made, account), Ledger(made.reader, TODAY)


def page(text: str, kind: Kind = "note", day: date = date(2026, 11, 10)) -> Passage:
    """A passage of a note or a call."""
    document = Document("d1", "file:d1", "A page", kind=kind, account="a1", date=day)
    return Passage(Chunk("c1", "d1", 0, "lines 1-2", text), document, 1.0, "", TODAY)


def mail(key: str, day: int, body: str, direction: str = "inbound") -> Activity:
    """An e-mail with Ingrid in November."""
    fields = {
        "id": key,
        "kind": "email",
        "at": datetime(2026, 11, day, 18, tzinfo=UTC),
        "subject": "Contract",
        "body": body,
    }
    return Activity.model_validate({**fields, "direction": direction, "account_id": "a1", "contact_ids": ("c-ingrid",)})


def test_a_question_of_an_email_is_open_until_a_later_word_of_ours_holds_it(tmp_path: Path) -> None:
    question = mail("m1", 9, "Hello. Can you keep the price for two more years? Best, Ingrid")
    view, ledger = seen(tmp_path, question)
    assert [line.text for line in open_questions(view, ledger, (), 3)] == [
        f"{ASKED}2026-11-09, Ingrid Solheim: “Can you keep the price for two more years?”"
    ]
    (tmp_path / "b").mkdir()
    view, ledger = seen(tmp_path / "b", question, mail("m2", 10, "Yes, we keep the price for two years.", "outbound"))
    assert open_questions(view, ledger, (), 3) == []


@pytest.mark.parametrize(
    ("reply", "is_open"),
    [
        ("Sam Seller: Yes, it is kept in Dublin, as the sheet says.", False),
        ("Sam Seller: I will ask and send it to you by Friday.", True),
        ("Per Aune: I want to know that too.", True),
    ],
)
def test_a_question_of_a_call_is_open_where_nobody_answered_it(tmp_path: Path, reply: str, is_open: bool) -> None:
    view, ledger = seen(tmp_path)
    call = page(f"[00:01] Ingrid Solheim: Where exactly is our data kept?\n[00:09] {reply}", "transcript")
    assert bool(open_questions(view, ledger, [call], 3)) is is_open


def test_a_question_to_their_own_colleague_and_a_courtesy_are_none_of_ours(tmp_path: Path) -> None:
    view, ledger = seen(tmp_path)
    talk = "[00:01] Ingrid Solheim: Per, is there anything that would stop you?\n[00:05] Per Aune: Hello all, can you hear me now?\n"
    assert open_questions(view, ledger, [page(talk, "transcript")], 3) == []


BUYER = OpportunityContactRole(id="r2", opportunity_id="o1", contact_id="c-ingrid", role="economic_buyer")


@pytest.mark.parametrize(
    ("note", "has"),
    [
        ("They sign on 20 January 2027.", "Northwick - Plan closing on 2026-12-11"),
        ("The deal is now USD 65,000.", "Northwick - Plan at USD 78,000"),
        ("Per Aune holds the budget for this.", "Ingrid Solheim as economic buyer of Northwick - Plan"),
        ("They sign on 11 December 2026.", None),
        ("The deal is now USD 78,000.", None),
        ("At first the deal was USD 60,000.", None),
        ("Ingrid Solheim signs.", None),
    ],
)
def test_a_note_that_says_otherwise_stands_beside_the_crm(tmp_path: Path, note: str, has: str | None) -> None:
    view, ledger = seen(tmp_path, BUYER)
    told = [line.text for line in disputes(view, ledger, [page(note)])]
    assert told == ([f"Sources disagree: the CRM has {has}; 2026-11-10, note: “{note}”"] if has else [])


def test_what_was_changed_after_the_note_is_no_dispute(tmp_path: Path) -> None:
    rows = [
        OpportunityHistory(
            id="h1", opportunity_id="o1", at=NOW - timedelta(days=9), stage="Proposal", close_date=date(2027, 1, 20)
        ),
        OpportunityHistory(
            id="h2", opportunity_id="o1", at=NOW - timedelta(days=1), stage="Proposal", close_date=date(2026, 12, 11)
        ),
    ]
    note = page("They sign on 20 January 2027.")
    view, ledger = seen(tmp_path, BUYER, *rows)
    assert disputes(view, ledger, [note]) == []
    (tmp_path / "b").mkdir()
    view, ledger = seen(tmp_path / "b", BUYER)
    assert len(disputes(view, ledger, [note, note])) == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ((), "Next action: find out whom to talk to; no contact is on record."),
        ((Contact(id="cx", account_id="ax", name="Ana", do_not_contact=True),),
         "Next action: find out whom to talk to; nobody on record may be contacted."),
        ((Contact(id="cx", account_id="ax", name="Ana"),), "Next action: ask Ana what they need next; nothing is open."),
        ((Contact(id="cx", account_id="ax", name="Ana"), Task(id="tx", subject="Review", due=date(2027, 1, 5), account_id="ax")),
         "Next action, as planned: Review, 2027-01-05."),
    ],
)  # fmt: skip
def test_an_account_with_nothing_open_still_has_a_next_action(
    tmp_path: Path, more: tuple[Record, ...], says: str
) -> None:
    made = context(reader(tmp_path, Account(id="ax", name="Quiet"), *more))
    account = made.reader.account("ax")
    assert account is not None
    assert first_move(gather(made, account), Ledger(made.reader, TODAY)).text == says


def test_a_renewal_that_passed_is_asked_after(tmp_path: Path) -> None:
    made = context(reader(tmp_path, Account(id="ax", name="Quiet", renewal_date=date(2026, 6, 30))))
    account = made.reader.account("ax")
    assert account is not None
    assert first_move(gather(made, account), Ledger(made.reader, TODAY)).text == (
        "Next action: find out whether they renewed; it was due on 2026-06-30."
    )
