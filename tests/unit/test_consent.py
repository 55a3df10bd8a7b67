"""Whether those who were recorded agreed, what a place needs, and what a call must not touch without its host."""

import json
from pathlib import Path
from typing import Any

import pytest

import evals
from bot.crm.records import Account, Contact, User
from bot.skills.summarising.attendees import attendees
from bot.skills.summarising.consent import Consent, Status, read_consent, status_of
from bot.skills.summarising.places import Need, need_of
from bot.skills.summarising.quarantine import is_absence, subjects, touched
from bot.skills.summarising.transcript import pasted, read

FOLDER = Path(evals.__file__).parent / "consent"
ACCOUNT = Account(id="a1", name="Northwick Dairy")
CONTACTS = [
    Contact(id="c1", account_id="a1", name="Ingrid Solheim"),
    Contact(id="c2", account_id="a1", name="Per Aune"),
]
USERS = [User(id="u1", name="Maya Lindqvist"), User(id="u2", name="Tomas Okafor")]


def cases(name: str) -> list[Any]:
    """The cases of a file of the suite, each with its id."""
    rows = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
    return [pytest.param(row, id=row["id"]) for row in rows]


def consent(*lines: str) -> Consent:
    """What is known of a call's recording."""
    transcript = pasted("\n".join(lines))
    return read_consent(transcript, attendees(transcript, ACCOUNT, CONTACTS, USERS, USERS[0]))


@pytest.mark.parametrize("case", cases("consent.jsonl"))
def test_usual_wordings_are_read_and_others_are_no_consent(case: dict[str, Any]) -> None:
    if "missed" in case["id"]:
        pytest.skip("known to stay unread: the seller is asked")
    if "name" not in case:
        assert consent(*case["lines"]).status == case["status"]
        return
    transcript = read(case["name"], "\n".join(case["lines"]).encode())
    assert read_consent(transcript, attendees(transcript, ACCOUNT, CONTACTS, USERS, USERS[0])).status == case["status"]


@pytest.mark.parametrize("case", cases("subjects.jsonl"))
def test_what_touches_a_subject_is_found_and_ordinary_sales_talk_is_not(case: dict[str, Any]) -> None:
    if "blind" in case["id"]:
        pytest.skip("for the guess beside the rules: tests/integration/test_sensing.py")
    found = list(subjects(case["text"]))
    assert found == [] if not case["subjects"] else set(case["subjects"]) <= set(found)


def test_a_sentence_that_holds_a_call_back_is_no_small_absence() -> None:
    assert not is_absence("She is on sick leave with burnout.")
    assert is_absence("I was off sick on Monday.")


def test_consent_names_who_gave_it_and_its_lines() -> None:
    found = consent("Maya Lindqvist: May I record this?", "Ingrid Solheim: Sure.", "Maya Lindqvist: Thanks.")
    assert (found.how, found.who, found.quote, found.lines) == (
        "said in the call", "Ingrid Solheim", "May I record this? … Sure.", (1, 2),
    )  # fmt: skip


def test_for_the_record_speaks_of_no_recording() -> None:
    said = ("Maya Lindqvist: Is it all right to record this?", "Ingrid Solheim: Sure.")
    found = consent(*said, "Ingrid Solheim: I don't want to move, for the record.")
    assert (found.how, found.who) == ("said in the call", "Ingrid Solheim")


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("consent", True, "all"), ("consent", False, "refused"), ("recording consent", "granted", "all"), ("consent", "?", None),
        ("recording", "yes", None), ("recording", "announced", "told"), ("recording", "with consent", "all"), ("title", "consent", None),
        ("consent", "all but one", "some"), ("data processing consent", "signed", None), ("consent", ["Ann", "Ben"], None),
    ],
)  # fmt: skip
def test_a_named_value_says_who_agreed(key: str, value: object, status: Status | None) -> None:
    assert status_of(key, value) == status


@pytest.mark.parametrize(
    ("country", "region", "people", "need"),
    [
        ("Norway", None, [], "told"), ("Germany", None, [], "all"), (None, None, [], "all"), ("Atlantis", None, [], "all"),
        ("United States", "AMER", [], "all"), ("United States", "Texas", [], "one"), ("United States", "California", [], "all"),
        ("United Kingdom", None, ["Germany"], "all"), ("Germany", None, ["Norway"], "told"), ("Norway", None, [None], "told"),
    ],
)  # fmt: skip
def test_the_strictest_place_counts_and_an_unknown_one_is_strict(
    country: str | None, region: str | None, people: list[str | None], need: Need
) -> None:
    account = Account(id="a1", name="Acme", country=country, region=region)
    contacts = [Contact(id=str(n), name="Ann", country=one) for n, one in enumerate(people)]
    assert need_of(account, contacts) == need


@pytest.mark.parametrize(
    ("status", "enough"),
    [("all", {"all", "told", "one"}), ("told", {"told", "one"}), ("some", {"one"}), ("refused", set()), (None, set())],
)  # fmt: skip
def test_what_is_enough_depends_on_the_place(status: Status | None, enough: set[Need]) -> None:
    needs: tuple[Need, ...] = ("all", "told", "one")
    assert {need for need in needs if Consent(status).enough(need)} == enough


def test_a_known_name_counts_as_a_person() -> None:
    said = pasted("Ann: Per is underperforming.\nBen: Bergen is underperforming.\nAnn: I see.").said
    assert [(one.subject, one.lines) for one in touched(said, ["Per Aune"])] == [("personnel", (1,))]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("I'm off sick next week.", True), ("Per is out sick today.", True), ("I have a cold.", True), ("I am sick of spreadsheets.", False),
        ("The server is down with a bug.", False), ("We have cold storage.", False),
    ],
)  # fmt: skip
def test_a_short_absence_is_told_from_other_words(text: str, is_one: bool) -> None:
    assert is_absence(text) == is_one
    assert list(subjects(text)) == []
