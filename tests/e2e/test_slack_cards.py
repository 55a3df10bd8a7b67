"""Proposal cards: what happens elsewhere, late, twice, or to a card that is gone."""

import threading
from datetime import timedelta
from time import monotonic

import pytest
from slack_blocks import Plain, Shown
from slack_office import NOW, Office

from bot.crm.local import LocalWriter, upsert_all
from bot.crm.records import User
from bot.crm.writes import Approval, Receipt
from bot.errors import CrmRejected
from bot.proposals import Decision
from bot.slack.proposals.deciding import GONE
from bot.slack.proposals.opening import LATE

LOG = "log that I spoke to their CFO at Northwick Dairy, follow up Tuesday"
pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


def logged(office: Office) -> Shown:
    """The card of a proposal with an activity and a task, in a direct message."""
    office.mia.say(LOG)
    return office.mia.sees_card()


def id_of(card: Shown) -> str:
    """The proposal's id."""
    return str(card.button("approve:1")["value"]).partition(":")[0]


def decide(office: Office, verb: str, card_id: str, *only: int) -> None:
    """Decide as the terminal does."""
    mia = office.app.user("mia@example.test")
    office.app.approvals.decide(Decision.model_validate({"verb": verb, "proposal_id": card_id, "only": only}), mia)


def look(office: Office, card: Shown, buttons: list[str]) -> None:
    """Let the app look around until the card has these buttons; where it stands is kept a moment after it is posted."""
    deadline = monotonic() + 10
    while card.buttons != buttons and monotonic() < deadline:
        office.bolt.tell()
        threading.Event().wait(0.02)
    assert card.buttons == buttons


def test_a_card_shows_what_was_decided_in_the_terminal(office: Office) -> None:
    card = logged(office)
    decide(office, "reject", id_of(card), 2)
    look(office, card, ["approve:1", "edit:1", "reject:1"])
    assert "*Rejected* by Mia Reyes" in card.words
    drawn = len(office.slack.made("chat.update"))
    office.bolt.tell()
    assert len(office.slack.made("chat.update")) == drawn


def test_a_card_nobody_decided_on_says_so_once_its_time_is_over(office: Office) -> None:
    card = logged(office)
    office.now = NOW + timedelta(days=8)
    look(office, card, [])
    assert card.words.splitlines()[0] == f"*Proposal {id_of_words(card)}*: expired"
    assert "Nobody decided in time; ask for it anew." in card.words
    assert office.app.approvals.list() == []


def id_of_words(card: Shown) -> str:
    """The proposal's id as the card's first line has it."""
    return card.words.partition("*Proposal ")[2].partition("*")[0]


def test_undo_is_offered_for_as_long_as_it_is_possible(office: Office) -> None:
    card = logged(office)
    before = card.button("reject:1")
    office.mia.click(card, "approve:2")
    office.slack.wait(lambda: "undo:2" in card.buttons)
    office.mia.click(card, "reject:1")
    office.slack.wait(lambda: card.buttons == ["undo:2"])
    card.blocks.append({"type": "actions", "block_id": "again", "elements": [before]})
    office.mia.click(card, "reject:1")
    office.mia.sees("was already rejected by Mia Reyes")
    office.now = NOW + timedelta(hours=25)
    look(office, card, [])
    assert "*In the CRM*, approved by Mia Reyes" in card.words
    updates = len(office.slack.made("chat.update"))
    office.bolt.tell()
    assert len(office.slack.made("chat.update")) == updates


@pytest.mark.parametrize("verb", ["approve:1", "reject:all", "edit:2"])
def test_a_card_whose_proposal_is_gone_says_so(office: Office, verb: str) -> None:
    card = logged(office)
    office.mia.click(card, verb, value="ZZZZ:1")
    office.mia.sees(GONE)
    office.slack.wait(lambda: card.words == GONE)
    assert office.app.reader.activities("A1") == []


@pytest.mark.parametrize("why", ["message_not_found", "is_archived", "channel_not_found"])
def test_a_card_that_was_deleted_meanwhile_comes_as_a_direct_message(office: Office, why: str) -> None:
    card = logged(office)
    office.slack.decline("chat.update", why)
    office.mia.click(card, "approve:all")
    again = office.slack.wait(
        lambda: next((m for m in office.slack.shown if m.ts != card.ts and "undo:1" in m.buttons), None), "a new card"
    )
    assert (again.channel, again.user, again.buttons) == ("DUMIA", None, ["undo:1", "undo:2"])
    assert len(office.app.reader.activities("A1")) == 1
    office.mia.click(again, "undo:2")
    office.slack.wait(lambda: again.buttons == ["undo:1"], "the new card with the outcome")


def test_a_click_on_an_answer_that_only_one_person_sees_works_after_its_address_is_dead(office: Office) -> None:
    office.mia.mention(LOG)
    card = office.mia.sees_card()
    office.slack.fail("response", 404, 9)
    office.mia.click(card, "approve:all")
    again = office.mia.sees("*In the CRM*")
    assert (again.channel, again.user, again.buttons) == ("DUMIA", None, ["undo:1", "undo:2"])


def test_in_a_channel_others_look_at_a_card_and_only_its_owner_decides(office: Office) -> None:
    office.slack.channel("C1", office.mia.id, office.omar.id)
    office.mia.mention(LOG)
    card = office.slack.wait(
        lambda: next((m for m in office.slack.shown if m.user is None and "approve:1" in m.buttons), None), "a card"
    )
    before = card.words
    office.omar.click(card, "approve:all")
    said = office.omar.sees("may decide")
    assert (card.channel, said.user, card.words) == ("C1", "UOMAR", before)
    office.mia.click(card, "approve:all")
    office.slack.wait(lambda: card.buttons == ["undo:1", "undo:2"], "the card with the outcome")
    office.omar.click(card, "undo:1")
    office.slack.wait(lambda: len([m for m in office.slack.shown if m.user == "UOMAR"]) == 2, "the refusal")
    assert (card.buttons, len(office.app.reader.activities("A1"))) == (["undo:1", "undo:2"], 1)


def test_a_card_says_that_a_slow_change_is_being_applied(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    go, apply = threading.Event(), LocalWriter.apply

    def slow(self: LocalWriter, approval: Approval) -> Receipt:
        assert go.wait(20)
        return apply(self, approval)

    monkeypatch.setattr("bot.crm.local.LocalWriter.apply", slow)
    card = logged(office)
    office.mia.click(card, "approve:2")
    office.slack.wait(lambda: "*Being applied*, approved by Mia Reyes" in card.words, "the card meanwhile")
    assert card.buttons == ["approve:1", "edit:1", "reject:1"]
    go.set()
    office.slack.wait(lambda: "undo:2" in card.buttons, "the card with the outcome")


def test_a_failed_change_says_why_and_what_to_do(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: LocalWriter, approval: Approval) -> Receipt:
        raise CrmRejected("The CRM wants a reason for this.")

    monkeypatch.setattr("bot.crm.local.LocalWriter.apply", refuse)
    card = logged(office)
    office.mia.click(card, "approve:2")
    office.slack.wait(lambda: "*Failed*" in card.words)
    assert card.blocks[3]["text"]["text"].splitlines()[-3:] == [
        "*Failed*, approved by Mia Reyes",
        "The CRM wants a reason for this.",
        "Put it right and ask for it anew, or change the record in the CRM.",
    ]
    assert card.buttons == ["approve:1", "edit:1", "reject:1"]


def test_a_person_who_just_left_decides_nothing(office: Office) -> None:
    card = logged(office)
    office.slack.users["UMIA"]["deleted"] = True
    office.mia.click(card, "approve:all")
    office.mia.sees("Only members of this Slack workspace may use the assistant; ask a colleague there.")
    assert "approve:all" in card.buttons
    assert office.app.reader.activities("A1") == []


def test_a_person_who_left_the_crm_decides_nothing(office: Office) -> None:
    card = logged(office)
    gone = User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller", active=False)
    upsert_all(office.app.engine, [gone], as_of=NOW)
    office.mia.click(card, "approve:all")
    office.mia.sees("Mia Reyes is no longer active in the CRM")
    assert office.app.reader.activities("A1") == []


def modal_of(office: Office, card: Shown, action: str) -> Plain:
    """The form behind an Edit button."""
    office.mia.click(card, action)
    return office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None, "a form")


def test_an_error_stands_under_its_input(office: Office) -> None:
    modal = modal_of(office, logged(office), "edit:2")
    ack = office.mia.submit(modal, {"due": "2026-02-27"})
    assert ack.payload["errors"] == {"due": "2026-02-27 has gone by; a task is due on 2026-03-02 or later."}


def test_a_form_sent_after_its_proposal_expired_says_so_and_the_card_too(office: Office) -> None:
    card = logged(office)
    card_id = id_of(card)
    modal = modal_of(office, card, "edit:2")
    office.now = NOW + timedelta(days=8)
    ack = office.mia.submit(modal, {"subject": "Call Jane"})
    said = f"Change 1 of {card_id} expired on 2026-03-09; ask for a new proposal."
    assert ack.payload["errors"] == {"subject": said}
    office.slack.wait(lambda: card.buttons == [], "the card without buttons")


def test_a_form_of_an_older_revision_says_so_and_the_card_shows_the_present_one(office: Office) -> None:
    card = logged(office)
    first = modal_of(office, card, "edit:2")
    office.mia.click(card, "edit:2")
    office.slack.wait(lambda: len(office.slack.modals) == 2)
    second = office.slack.modals[-1]
    office.mia.submit(second, {"subject": "Call Jane"})
    ack = office.mia.submit(first, {"subject": "Write to Jane"})
    said = f"{id_of(card)} was edited since this card was drawn; look at revision 2."
    assert ack.payload["errors"] == {"subject": said}
    office.slack.wait(lambda: "subject: Call Jane" in card.words)


def test_edit_of_a_change_that_is_done_shows_the_present_state(office: Office) -> None:
    card = logged(office)
    before = card.button("edit:2")
    office.mia.click(card, "approve:2")
    office.slack.wait(lambda: "undo:2" in card.buttons)
    card.blocks.append({"type": "actions", "block_id": "again", "elements": [before]})
    office.mia.click(card, "edit:2")
    office.mia.sees(f"Change 2 of {id_of(card)} is in the CRM by now; the card shows its present state.")
    assert office.slack.modals == []


def test_somebody_else_opens_no_form(office: Office) -> None:
    card = logged(office)
    office.omar.click(card, "edit:2")
    said = office.omar.sees("may decide")
    assert (said.user, office.slack.modals) == ("UOMAR", [])


def test_a_form_opens_in_time_although_slack_tells_nobody_who_asks(office: Office) -> None:
    card = logged(office)
    office.now = NOW + timedelta(minutes=11)
    with office.slack.holding("users.info"):
        office.mia.click(card, "edit:2")
        waiting = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None, "a form")
        assert waiting["blocks"][0]["text"]["text"] == "One moment…"
    office.slack.wait(lambda: waiting.get("callback_id") == "edit", "the form with its inputs")
    office.mia.submit(waiting, {"subject": "Call Jane"})
    office.slack.wait(lambda: "subject: Call Jane" in card.words)


def test_a_form_that_slack_gave_up_on_is_said(office: Office) -> None:
    card = logged(office)
    office.slack.decline("views.open", "expired_trigger_id")
    office.mia.click(card, "edit:2")
    office.mia.sees(LATE)


def test_all_changes_are_edited_in_one_form(office: Office) -> None:
    office.mia.say(LOG)
    card = office.mia.sees_card()
    office.mia.click(card, "edit:all")
    modal = office.slack.wait(lambda: office.slack.modals and office.slack.modals[-1], "the form")
    ready = office.slack.wait(lambda: modal if "1.subject" in [b.get("block_id") for b in modal["blocks"]] else None)
    office.mia.submit(ready, {"1.subject": "Call with Jane", "2.due": "2026-03-06"})
    office.slack.wait(lambda: "Call with Jane" in card.words and "2026-03-06" in card.words, "the edited card")
    assert card.buttons[-3:] == ["approve:all", "edit:all", "reject:all"]
