"""A letter in Slack: quick edits by click, the seller's own version and talking points in forms, logged as sent after a yes."""

from typing import Any

import pytest
from slack_blocks import Shown
from slack_members import Member
from slack_office import NOW, Office

from bot.crm.local import upsert_all
from bot.crm.records import Activity, Contact
from bot.slack.showing.action_forms import NO_TEXT, NOTHING_TICKED
from bot.store.answers import Answers
from bot.store.letters import Letters
from bot.store.samples import Samples

ROOT = "1770000000.000001"
OWN = "Hey Jane,\n\nShall we talk on Tuesday?\n\nCheers,\nMia"
HTTP = pytest.mark.parametrize("office", ["http"], indirect=True)


@pytest.fixture(autouse=True)
def jane(office: Office) -> None:
    """Jane may be written to, and was called today."""
    plain = {"id": "C1", "account_id": "A1", "name": "Jane Holt", "title": "CFO", "email": "jane@northwick.example"}
    jane = Contact.model_validate({**plain, "country": "US"})
    call = Activity(
        id="AC1", kind="call", at=NOW, subject="Call", account_id="A1", owner_id="U-MIA", contact_ids=("C1",)
    )
    upsert_all(office.app.engine, [jane, call], as_of=NOW)


def drafted(office: Office) -> Shown:
    office.mia.say("draft a note to Jane Holt at Northwick Dairy", thread_ts=ROOT)
    return office.mia.sees("Jane Holt,\n")


def click(member: Member, message: Shown, label: str) -> None:
    buttons = [e for b in message.blocks if b["type"] == "actions" for e in b["elements"]]
    member.click(message, next(b["action_id"] for b in buttons if b["text"]["text"] == label))


def form(office: Office) -> dict[str, Any]:
    call = office.slack.wait(lambda: next(iter(office.slack.made("views.open")[::-1]), None), "a form")
    view: dict[str, Any] = call.params["view"]
    return {**view, "id": "V1", "hash": "h"}


def test_a_letter_is_changed_by_clicks_and_logged_after_a_yes(office: Office) -> None:
    first = drafted(office)
    assert "<mailto:jane@northwick.example?subject=" in first.words
    rows = [e["text"]["text"] for b in first.blocks if b["type"] == "actions" for e in b["elements"]]
    assert rows[:6] == ["Shorter", "Warmer", "Other angle", "Edit", "Talking points", "Log as sent"]
    click(office.mia, first, "Warmer")
    warmer = office.mia.sees(" Jane,")
    assert (warmer.channel, warmer.thread_ts) == ("DUMIA", ROOT)
    click(office.mia, warmer, "Edit")
    modal = form(office)
    assert modal["blocks"][0]["element"]["initial_value"].partition("\n")[0].endswith(" Jane,")
    office.mia.submit(modal, {"text": OWN})
    own = office.mia.sees("Shall we talk on Tuesday?")
    assert "Look at before you send" in own.words
    click(office.mia, own, "Log as sent")
    card = office.mia.sees_card()
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: [a for a in office.app.reader.activities("A1") if a.body == OWN], "the activity")
    click(office.mia, own, "Log as sent")
    assert "is logged already, with proposal" in office.mia.sees("is logged already").text
    assert [a.kind for a in office.app.reader.activities("A1") if a.body == OWN] == ["email"]
    assert [one.edited for one in Samples(office.app.engine).of("U-MIA")] == [OWN]
    assert office.slack.errors == []


@HTTP
def test_talking_points_are_ticked_in_a_form(office: Office) -> None:
    first = drafted(office)
    click(office.mia, first, "Talking points")
    modal = form(office)
    element = modal["blocks"][0]["element"]
    assert (element["type"], [o["value"] for o in element["initial_options"]]) == ("checkboxes", ["1"])
    refused = office.mia.submit(modal, {"ticked": []})
    assert refused.payload == {"response_action": "errors", "errors": {"ticked": NOTHING_TICKED}}
    office.mia.submit({**modal, "hash": "h2"}, {"ticked": ["1"]})
    office.slack.wait(lambda: len(Letters(office.app.engine).versions(f"DUMIA:UMIA:{ROOT}", "U-MIA")) >= 1, "a version")
    assert office.slack.errors == []


@HTTP
def test_an_empty_version_is_refused_in_the_form(office: Office) -> None:
    click(office.mia, drafted(office), "Edit")
    refused = office.mia.submit(form(office), {"text": "  "})
    assert refused.payload == {"response_action": "errors", "errors": {"text": NO_TEXT}}


@HTTP
def test_a_letter_of_a_command_is_changed_alone_as_well(office: Office) -> None:
    office.mia.command("/draft", "a note to Jane Holt at Northwick Dairy", channel="C1")
    first = office.mia.sees("Jane Holt,\n")
    assert first.user == "UMIA"
    click(office.mia, first, "Warmer")
    warmer = office.mia.sees(" Jane,")
    assert (warmer.user, warmer.channel) == ("UMIA", "C1")
    click(office.mia, warmer, "Edit")
    office.mia.submit(form(office), {"text": OWN})
    assert office.mia.sees("Shall we talk on Tuesday?").user == "UMIA"


@HTTP
def test_words_outside_of_the_thread_go_on_with_the_letter(office: Office) -> None:
    drafted(office)
    office.mia.say("warmer please")
    assert office.mia.sees(" Jane,").thread_ts != ROOT


@HTTP
def test_a_kept_answer_holds_the_letter_once_and_no_file(office: Office) -> None:
    first = drafted(office)
    answer = Answers(office.app.engine).get(first.thumbs["block_id"].split(":")[1])
    assert answer is not None
    assert answer.draft.files == ()
    assert answer.draft.actions[3].fill == (answer.draft.data or {})["letter"]["text"]
