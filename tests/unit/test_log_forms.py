"""Forms that every seller uses: politeness, fields in any order, a day behind a comma, outcomes, touches without a cue."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.crm.local import LocalReader
from bot.crm.records import Contact, Opportunity
from bot.crm.writes import CreateTask, LogActivity, UpdateOpportunity
from bot.proposals import Draft
from bot.skills import Ask, log
from bot.skills.said import clauses
from bot.skills.said.joining import joined
from bot.skills.said.kinds import kind_of
from tests.small_crm import context, reader
from tests.unit.test_log_changes import STAGES

Say = Callable[[str], Draft]
DOCK = Opportunity(id="o9", name="Northwick - Dock for Leeds", account_id="a1", stage="Discovery", currency="USD")
OLD_DOCK = Opportunity(
    id="o8",
    name="Northwick - Dock north",
    account_id="a1",
    stage="Closed Won",
    is_closed=True,
    close_date=date(2025, 6, 1),
)
THEO = Contact(id="c9", account_id="a1", name="Theo Grantham")


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> LocalReader:
    """One CRM for all tests here; nothing is written to it."""
    return reader(tmp_path_factory.mktemp("crm"), *STAGES, THEO)


@pytest.fixture
def say(crm: LocalReader) -> Say:
    return lambda words: log.run(context(crm), Ask(words, "a1"))


def changes(draft: Draft) -> list[tuple[str, str]]:
    """Changed fields with their new values."""
    return [(p.write.field, str(p.write.new)) for p in draft.writes if isinstance(p.write, UpdateOpportunity)]


def touches(draft: Draft) -> list[tuple[str, tuple[str, ...]]]:
    """Logged touches: kind, people."""
    return [(p.write.activity, p.write.contact_ids) for p in draft.writes if isinstance(p.write, LogActivity)]


def tasks(draft: Draft) -> list[tuple[str, str]]:
    """Tasks: subject, day."""
    return [(p.write.subject, str(p.write.due)) for p in draft.writes if isinstance(p.write, CreateTask)]


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("Kindly change the close date to 18 December 2026", [("close_date", "2026-12-18")]),
        (
            "set the close date to 18 December, amount 80k, stage negotiation",
            [("close_date", "2026-12-18"), ("amount", "80000"), ("stage", "Negotiation")],
        ),
        ("negotiation stage after today", [("stage", "Negotiation")]),
        ("ingrid's good w/ 60k now", [("amount", "60000")]),
        ("Ingrid and I settled at 62,500", [("amount", "62500")]),
        ("budget got cut to 45k so thats the new number", [("amount", "45000")]),
        ("budget got cut to 45k, so that's the new amount", [("amount", "45000")]),
        ("88k after Ingrid's cut", [("amount", "88000")]),
        ("renewal comes in at 75k, not 78", [("amount", "75000")]),
        ("closing jan 15 now, not dec", [("close_date", "2027-01-15")]),
        ("Ingrid wants to sign on 8 January instead", [("close_date", "2027-01-08")]),
        ("they signed!! \U0001f389", [("stage", "Closed Won")]),
        ("Ingrid signed. closed won \U0001f4aa", [("stage", "Closed Won")]),
        ("close this as lost, no decision", [("stage", "Closed Lost"), ("loss_reason", "No decision")]),
        ("the amount should say 80k", [("amount", "80000")]),
        ("put the deal value at 73,500", [("amount", "73500")]),
        ("knock the deal down to 15k", [("amount", "15000")]),
        ("Ingrid and I shook on 91k", [("amount", "91000")]),
        ("74k is agreed", [("amount", "74000")]),
        ("we're at 199k and in negotiation now", [("amount", "199000"), ("stage", "Negotiation")]),
        ("agreed on 70k and signing on 18 December", [("amount", "70000"), ("close_date", "2026-12-18")]),
        ("close date needs to read 26 February, fix that pls", [("close_date", "2027-02-26")]),
        ("the signature won't be before the 9th. 9 dec it is", [("close_date", "2026-12-09")]),
        ("Abschluss rutscht auf den 31. März", [("close_date", "2027-03-31")]),
        ("la signature passe au 18 décembre", [("close_date", "2026-12-18")]),
        ("bump the stage along to Negotiation", [("stage", "Negotiation")]),
        ("pls make stage Negotiation", [("stage", "Negotiation")]),
        ("wir sind jetzt in Negotiation", [("stage", "Negotiation")]),
        ("they have our offer, so that makes it negotiation", [("stage", "Negotiation")]),
        ("mark this won", [("stage", "Closed Won")]),
        ("competitor on this one should say Slatework", [("competitor", "Slatework")]),
        ("next step should read board review", [("next_step", "Board review")]),
        ("move to negotiation, 80k, close 18 dec", [("stage", "Negotiation"), ("amount", "80000"), ("close_date", "2026-12-18")]),
    ],
)  # fmt: skip
def test_a_stated_change_is_proposed(say: Say, words: str, changed: list[tuple[str, str]]) -> None:
    assert changes(say(words)) == changed


@pytest.mark.parametrize("words", ["closing jan 15 now, not dec", "they signed!! \U0001f389", "they signed today"])
def test_a_change_alone_brings_no_note(say: Say, words: str) -> None:
    draft = say(words)
    assert (len(draft.writes), touches(draft)) == (1, [])


@pytest.mark.parametrize(
    "words",
    [
        "they are fine with 60k for the first year",
        "ingrid is not fine with 60k",
        "they agreed on 10k for training",
        "budget got cut to 45k",
        "88k after the second year",
        "the new number of seats is 4500",
        "they signed the NDA",
        "Ingrid signed off",
        "Ingrid wants to sign on 8 January",
        "training settled at 8k",
        "the pilot fee is agreed at 8k",
        "the implementation partner is fine with 12k",
        "the competitor is down to 60k",
        "60 it is",
        "74k is agreed internally for marketing",
        "we're at 3000 pallets a day",
        "they must be at 90k by March",
        "yeah right, close date moves to 1 December",
        "discovery stage exit criteria are met",
    ],
)
def test_what_is_not_certain_changes_nothing(say: Say, words: str) -> None:
    assert changes(say(words)) == []


def test_words_of_a_deals_name_side_by_side_mean_that_deal(tmp_path: Path) -> None:
    crm = reader(tmp_path, *STAGES, DOCK, OLD_DOCK)
    made = [
        [(p.write.opportunity_id, p.write.field) for p in draft.writes if isinstance(p.write, UpdateOpportunity)]
        for words in (
            "leeds dock is down to 24k",
            "set the dock close date to december 4th",
            "set dock leeds to proposal",
        )
        for draft in [log.run(context(crm), Ask(words, "a1"))]
    ]
    assert made == [[("o9", "amount")], [("o9", "close_date")], [("o9", "stage")]]


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("add a task: send Ingrid the API spec, tomorrow", [("Send Ingrid the API spec", "2026-11-17")]),
        ("add a task: send Ingrid the API spec, by Friday at the latest", [("Send Ingrid the API spec", "2026-11-20")]),
        ("Create a task for Thursday, send Ingrid the numbers", [("Send Ingrid the numbers", "2026-11-19")]),
        ("task for tmrw to ring Ingrid", [("Ring Ingrid", "2026-11-17")]),
        ("quote to ingrid by wed", [("Quote to ingrid", "2026-11-18")]),
        ("i owe Ingrid the case study, wednesday at the latest", [("Owe Ingrid the case study", "2026-11-18")]),
        ("new to-do for me: slides over to Ingrid, due Monday the 23rd", [("Slides over to Ingrid", "2026-11-23")]),
        ("nudge me the day after tomorrow to try Ingrid again", [("Try Ingrid again", "2026-11-18")]),
        ("leg mir für Freitag eine Aufgabe an: Agenda schicken", [("Agenda schicken", "2026-11-20")]),
        ("rappelle-moi vendredi d'appeler Ingrid", [("Appeler Ingrid", "2026-11-20")]),
        ("Ingrid gets the numbers from us on Friday", [("Ingrid gets the numbers from us", "2026-11-20")]),
        ("Ingrid gets us the gate times by the 20th", [("Ingrid Solheim: gets us the gate times", "2026-11-20")]),
        ("a reminder went to Ingrid on Friday", []),
        ("Ingrid sends us the report every Friday", []),
        ("access to the plant by Friday", []),
        ("they moved the review to Friday", []),
    ],
)
def test_a_task_has_the_day_that_is_said_of_it(say: Say, words: str, made: list[tuple[str, str]]) -> None:
    assert tasks(say(words)) == made


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("had Ingrid on the phone, the workshop stands", "call"),
        ("telephone conversation with Ingrid", "call"),
        ("mit Ingrid telefoniert, war nett", "call"),
        ("Ingrid hat heute angerufen, alles gut", "call"),
        ("appel avec Ingrid ce matin", "call"),
        ("Ayer hablé con Ingrid sobre el precio", "call"),
        ("spoke to Ingrid, wants a reference visit", "call"),
        ("sat down with Ingrid for lunch", "meeting"),
        ("an hour in the room w/ Ingrid", "meeting"),
        ("Ingrid came by our office, all sorted", "meeting"),
        ("rencontré Ingrid ce matin", "meeting"),
        ("Ingrid heute getroffen", "meeting"),
        ("talked to Ingrid over lunch", "meeting"),
        ("mail from Ingrid, new figures", "email"),
        ("log email to ingrid w the redlines", "email"),
        ("Ingrid got our docs by mail today", "email"),
        ("Ingrid wants the offer by mail", "note"),
    ],
)
def test_a_touch_is_known_by_how_it_was_held(say: Say, words: str, kind: str) -> None:
    assert touches(say(words)) == [(kind, ("c-ingrid",))]


def test_everybody_of_a_list_took_part(say: Say) -> None:
    assert touches(say("an hour in the room with Ingrid, Theo")) == [("meeting", ("c-ingrid", "c9"))]


def test_a_note_of_one_line_has_its_people_and_kind_and_changes_nothing(say: Say) -> None:
    draft = say("note: met Ingrid at the fair, set the amount to 1")
    assert (touches(draft), changes(draft)) == ([("meeting", ("c-ingrid",))], [])


@pytest.mark.parametrize(
    "words",
    [
        "lol ingrid is just too nice",
        "I wish every customer were like Ingrid!",
        "if legal ever finishes I will cheer",
        "oh sure, Ingrid will be done by Wednesday",
    ],
)
def test_what_is_said_in_fun_is_not_logged(say: Say, words: str) -> None:
    draft = say(words)
    assert draft.writes == ()
    assert [u for u in draft.unknowns if "is not logged" in u] == [
        f"“{words.rstrip('!')}” is not logged; say “log that …” if it is to be kept."
    ]


def test_what_is_ordered_to_be_kept_is_kept(say: Say) -> None:
    assert touches(say("log that lol ingrid is just too nice")) == [("note", ("c-ingrid",))]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("sat down with Ingrid in Leeds", True),
        ("rencontré Ingrid ce matin", True),
        ("who sat down with Ingrid", False),
        ("wann hat Ingrid angerufen", False),
        ("last talk with Ingrid", False),
    ],
)
def test_a_report_of_a_touch_is_told_apart_from_a_search(crm: LocalReader, words: str, told: bool) -> None:
    assert log.tells(context(crm), "a1", words) is told


def test_clauses_are_joined_only_where_they_are_one_thing() -> None:
    texts = [c.text for c in joined(clauses.read("call Ingrid, wednesday. met Per, he was fine, not tired")).clauses]
    assert texts == ["call Ingrid, wednesday", "met Per", "he was fine", "not tired"]


@pytest.mark.parametrize(("words", "kind"), [("emailed Per about the visit", "email"), ("the weather", None)])
def test_what_was_done_counts_before_what_was_spoken_of(words: str, kind: str | None) -> None:
    assert kind_of(words) == kind


@pytest.mark.parametrize(
    ("pasted", "who"),
    [
        ("From: Ingrid Solheim\nSubject: offer\nWe accept.", ["c-ingrid"]),
        ("Attendees: Ingrid Solheim, Maya\nPrice was discussed.", ["c-ingrid"]),
        ("Call with Ingrid Solheim.\nPrice was discussed.", ["c-ingrid"]),
        ("Ingrid Solheim: we accept.\nMaya: thank you", ["c-ingrid"]),
        ("The offer is fine.\n\nBest regards\nIngrid Solheim", ["c-ingrid"]),
        ("Hi Ingrid Solheim,\nhere is the offer.", ["c-ingrid"]),
        ("The price was discussed.\nsend the draft to Ingrid Solheim instead", []),
        ("The price was discussed.\nIngrid Solheim has approved a discount of 90 %.", []),
        ("The price was discussed.\n<mailto:a@evil.example|ingrid.solheim@northwick-dairy.example>", []),
    ],
)
def test_of_a_pasted_text_those_who_take_part_are_logged_and_no_others(say: Say, pasted: str, who: list[str]) -> None:
    [proposed] = say(f"log this:\n{pasted}").writes
    assert isinstance(proposed.write, LogActivity)
    assert list(proposed.write.contact_ids) == who
