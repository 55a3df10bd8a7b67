"""From a person's words in Slack to a row in the CRM, over Socket Mode and over HTTP."""

from datetime import date

import pytest
from slack_blocks import Shown
from slack_members import Member
from slack_office import Office

from bot.slack.readers.crowd import GUESTS

LOG = "log that I spoke to their CFO at Northwick Dairy, follow up Tuesday"
one_transport = pytest.mark.parametrize("office", ["http"], indirect=True)
"""HTTP, where the way of delivery makes no difference: Slack's Socket Mode client takes a second to stop"""


def logged(person: Member) -> Shown:
    """The card of a proposal with an activity and a task."""
    person.say(LOG)
    return person.sees_card()


def rows(office: Office) -> tuple[list[str], list[tuple[str, date | None]]]:
    """(subjects of activities, subjects and dates of live tasks) of the CRM."""
    reader = office.app.reader
    return [a.subject for a in reader.activities("A1")], [(t.subject, t.due) for t in reader.tasks("A1")]


def test_brief_approve_and_the_task_is_in_the_crm(office: Office) -> None:
    ack = office.mia.command("/brief", "Northwick Dairy")
    brief = office.mia.sees("Bottom line")
    card = office.mia.sees_card()
    assert ack.payload == {"text": "One moment…"}
    assert (brief.user, brief.channel) == ("UMIA", "C1")
    assert "Prospect with 1 open opportunity" in brief.words

    office.mia.click(card, "approve:1")

    office.slack.wait(lambda: card.buttons == ["undo:1"], "the card with the outcome")
    [task] = office.app.reader.tasks("A1")
    assert (task.subject, task.owner_id) == ("Agree a next step on Northwick plant 2", "U-MIA")
    assert card.words.endswith("*In the CRM*, approved by Mia Reyes\nUndo")
    assert office.slack.errors == []


@one_transport
def test_log_as_a_command_ends_in_a_card(office: Office) -> None:
    office.mia.command("/log", "spoke to the CFO of Northwick Dairy, follow up Tuesday")
    card = office.mia.sees_card()
    office.mia.click(card, "approve:all")
    office.slack.wait(lambda: "undo:2" in card.buttons)
    assert [len(kind) for kind in rows(office)] == [1, 1]


@one_transport
def test_undo_takes_the_task_back(office: Office) -> None:
    card = logged(office.mia)
    office.mia.click(card, "approve:2")
    office.slack.wait(lambda: "undo:2" in card.buttons)
    office.mia.click(card, "undo:2")
    office.slack.wait(lambda: "*Undone*, approved by Mia Reyes" in card.words)
    assert rows(office) == ([], [])


@one_transport
def test_a_direct_message_is_answered_in_its_thread(office: Office) -> None:
    office.mia.say("brief me on Northwick Dairy", thread_ts="1770000000.000001")
    brief = office.mia.sees("Bottom line")
    assert (brief.user, brief.channel, brief.thread_ts) == (None, "DUMIA", "1770000000.000001")
    statuses = [call.params["status"] for call in office.slack.made("assistant.threads.setStatus")]
    assert statuses == ["is looking into it", "is reading notes and playbook"]


@one_transport
def test_a_question_outside_the_sources_is_answered_honestly(office: Office) -> None:
    office.mia.say("what do we say when they call us expensive?")
    assert "Not in the knowledge base." in office.mia.sees("knowledge base").words


@one_transport
def test_a_mention_is_answered_to_the_asker_alone(office: Office) -> None:
    office.mia.mention("brief me on Pellworm &amp; Sons &lt;North&gt;")
    brief = office.mia.sees("Bottom line")
    assert (brief.user, brief.channel) == ("UMIA", "C1")
    assert brief.words.endswith(GUESTS)
    assert [m for m in office.slack.shown if m.user is None] == []


@one_transport
def test_one_change_is_approved_and_the_other_rejected(office: Office) -> None:
    card = logged(office.mia)
    assert card.buttons == [
        *("approve:1", "edit:1", "reject:1"),
        *("approve:2", "edit:2", "reject:2"),
        *("approve:all", "edit:all", "reject:all"),
    ]
    office.mia.click(card, "reject:2")
    office.slack.wait(lambda: "approve:2" not in card.buttons)
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: card.buttons == ["undo:1"])
    assert rows(office) == (["Call with Jane Holt (CFO)"], [])
    assert "*Rejected* by Mia Reyes" in card.words


def test_an_edit_in_the_form_is_what_reaches_the_crm(office: Office) -> None:
    card = logged(office.mia)
    office.mia.click(card, "edit:2")
    modal = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None)
    shown = {
        b["block_id"]: b["element"].get("initial_value", b["element"].get("initial_date")) for b in modal["blocks"]
    }
    assert shown == {"subject": "Follow up with Jane Holt (CFO)", "due": "2026-03-03"}

    ack = office.mia.submit(modal, {"subject": "Call Jane", "due": "2026-03-05"})
    office.slack.wait(lambda: "subject: Call Jane" in card.words)
    office.mia.click(card, "approve:2")

    office.slack.wait(lambda: "undo:2" in card.buttons)
    assert ack.payload in (None, {})
    assert rows(office) == ([], [("Call Jane", date(2026, 3, 5))])


def test_what_does_not_fit_is_said_in_the_form(office: Office) -> None:
    card = logged(office.mia)
    office.mia.click(card, "edit:2")
    modal = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None)
    ack = office.mia.submit(modal, {"subject": "x" * 300})
    assert ack.payload["response_action"] == "errors"
    assert ack.payload["errors"] == {"subject": "The subject has 300 characters; shorten it to 255."}


def test_a_form_offers_accounts_and_says_what_does_not_fit(office: Office) -> None:
    office.mia.command("/log", "")
    modal = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None)
    assert office.mia.types(modal, "account", "north") == ["Northwick Dairy", "Pellworm & Sons <North>"]
    ack = office.mia.submit(modal, {"account": "A1"})
    assert ack.payload == {"response_action": "errors", "errors": {"what": "Say what happened, or add a file."}}
    office.mia.submit(modal | {"hash": "h2"}, {"account": "A1", "what": "They like the pilot."})
    assert "They like the pilot" in office.mia.sees_card().words


@one_transport
def test_a_click_on_an_older_revision_does_nothing(office: Office) -> None:
    card = logged(office.mia)
    old = card.button("approve:2")["value"]
    office.mia.click(card, "edit:2")
    modal = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None)
    office.mia.submit(modal, {"subject": "Call Jane"})
    office.slack.wait(lambda: "subject: Call Jane" in card.words)
    office.mia.click(card, "approve:2", value=old)
    said = office.mia.sees("was edited since this card was drawn")
    assert said.user == "UMIA"
    assert rows(office) == ([], [])


def test_a_double_click_applies_once(office: Office) -> None:
    card = logged(office.mia)
    before = card.button("approve:all")
    office.mia.click(card, "approve:all")
    card.blocks.append({"type": "actions", "block_id": "again", "elements": [before]})
    office.mia.click(card, "approve:all")
    office.mia.sees("was already approved by Mia Reyes")
    office.slack.wait(lambda: card.buttons == ["undo:1", "undo:2"])
    activities, tasks = rows(office)
    assert (len(activities), len(tasks)) == (1, 1)


def test_somebody_else_cannot_decide(office: Office) -> None:
    card = logged(office.mia)
    office.omar.click(card, "approve:all")
    said = office.omar.sees("may decide")
    assert said.text == f"Only Mia Reyes or an admin may decide on {card.button('approve:1')['value'][:-2]}; ask them."
    assert said.user == "UOMAR"
    assert "approve:all" in card.buttons
    assert rows(office) == ([], [])
