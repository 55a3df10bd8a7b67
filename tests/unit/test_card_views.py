"""The card of a proposal says what stands where, and offers what still does something."""

import pytest

from bot.slack.showing import card_views
from bot.slack.showing.card_views import CardView, ChangeView, edit_form
from bot.slack.showing.forms import Field, form_values
from bot.slack.showing.views import Block, Message


def texts(blocks: list[Block]) -> list[str]:
    """The mrkdwn of sections and small print, in order."""
    return [e["text"] for b in blocks for e in ([b["text"]] if b["type"] == "section" else b.get("elements", []))]


def change(k: int = 1, **given: object) -> ChangeView:
    """A change that waits."""
    plain: dict[str, object] = {
        "k": k, "kind": "create_task", "target": "Acme", "rows": [("subject", "", "Call Jane")],
        "evidence": "You wrote: “call Jane”", "confidence": 1.0, "status": "pending",
    }  # fmt: skip
    return ChangeView(**{**plain, **given})  # type: ignore[arg-type]


def card(*changes: ChangeView) -> Message:
    """A card with these changes."""
    return card_views.card(CardView("AB12", 3, changes[0].status, changes))


def buttons(message: Message) -> list[tuple[str, str]]:
    """(action id, value) of every button."""
    actions = [b for b in message.blocks if b["type"] == "actions"]
    return [(e["action_id"], e["value"]) for b in actions for e in b["elements"]]


def test_a_card_offers_each_change_and_all_of_them() -> None:
    message = card(change(1), change(2, rows=[("stage", "Discovery", "Proposal")], confidence=0.6))
    assert buttons(message) == [
        (action, "AB12:3")
        for action in (
            *("approve:1", "edit:1", "reject:1"),
            *("approve:2", "edit:2", "reject:2"),
            *("approve:all", "edit:all", "reject:all"),
        )
    ]
    assert texts([b for b in message.blocks if b["type"] == "section"]) == [
        "*Proposal AB12*: waiting for your yes",
        "*1. Create task* on Acme\nsubject: Call Jane\nbecause: You wrote: “call Jane”",
        "*2. Create task* on Acme\nstage: ~Discovery~ → Proposal\nbecause: You wrote: “call Jane” (confidence 60%)",
    ]


@pytest.mark.parametrize(
    ("status", "given", "last", "left"),
    [
        ("applied", {"link": "https://crm.test/1"}, "*In the CRM*, approved by Mia · <https://crm.test/1|open the record>", ["undo:1"]),
        ("applied", {"link": "seller://task/1"}, "*In the CRM*, approved by Mia", ["undo:1"]),
        ("waiting", {"notes": ["The CRM is down."]}, "The CRM is down.", []),
        ("applied", {"undoable": False, "notes": ["It was so already."]}, "It was so already.", []),
        ("rejected", {}, "*Rejected* by Mia", []),
        ("undone", {}, "*Undone*, approved by Mia", []),
    ],
)  # fmt: skip
def test_a_decided_change_says_who_and_where(status: str, given: dict[str, object], last: str, left: list[str]) -> None:
    verb = "rejected" if status == "rejected" else "approved"
    message = card(change(status=status, decided=f"{verb} by Mia", **given))
    assert message.blocks[1]["text"]["text"].splitlines()[-1] == last
    assert [action for action, _ in buttons(message)] == left


def test_a_change_that_nobody_can_tell_of_is_asked_with_words_of_its_own() -> None:
    message = card(change(status="unknown", link="https://crm.test/1", notes=["The CRM did not answer."]), change(2))
    assert message.blocks[1]["text"]["text"].splitlines()[-2:] == [
        "*Unknown, please check* · <https://crm.test/1|open the record>",
        "The CRM did not answer.",
    ]
    labels = [e["text"]["text"] for e in message.blocks[2]["elements"]]
    assert labels == ["Not there, write it", "Leave it as it is"]
    # One click on "all" must not say of the unknown one that it is not there.
    assert [action for action, _ in buttons(message)] == [
        "approve:1", "reject:1", "approve:2", "edit:2", "reject:2",
    ]  # fmt: skip


def test_a_card_asks_again_with_what_happened() -> None:
    message = card(change(notes=["The amount was 1 and is 2 now."]))
    assert message.blocks[1]["text"]["text"].splitlines()[-1] == "The amount was 1 and is 2 now."
    assert [action for action, _ in buttons(message)] == ["approve:1", "edit:1", "reject:1"]


def test_a_card_too_long_for_slack_never_offers_all() -> None:
    message = card(*(change(k) for k in range(1, 60)))
    actions = [action for action, _ in buttons(message)]
    shown = sum(action.startswith("approve:") for action in actions)
    assert len(message.blocks) <= 50
    assert "approve:all" not in actions
    assert texts(message.blocks[-1:]) == [f"{59 - shown} more do not fit here; see `seller proposals show AB12`."]


def test_a_form_gives_back_what_was_typed() -> None:
    fields = [Field("subject", "Call", required=True), Field("due", "2026-03-03", "date"), Field("body", "", "text")]
    form = edit_form(CardView("AB12", 3, "pending", [change()]), 1, fields, "memory")
    assert form["title"]["text"] == "Create task"
    assert [(b["block_id"], b["optional"], b["element"]["type"]) for b in form["blocks"]] == [
        ("subject", False, "plain_text_input"),
        ("due", True, "datepicker"),
        ("body", True, "plain_text_input"),
    ]
    state = {
        "subject": {"value": {"type": "plain_text_input", "value": "Ring"}},
        "due": {"value": {"type": "datepicker", "selected_date": None}},
    }
    assert form_values({"state": {"values": state}}) == {"subject": "Ring", "due": None}


def test_buttons_of_the_same_word_are_told_apart_by_ear() -> None:
    message = card(change(1), change(2))
    actions = [b for b in message.blocks if b["type"] == "actions"]
    assert [e.get("accessibility_label") for e in actions[1]["elements"]] == [
        "Approve 2. Create task on Acme",
        "Edit 2. Create task on Acme",
        "Reject 2. Create task on Acme",
    ]
    assert [e["text"]["text"] for e in actions[2]["elements"]] == ["Approve all", "Edit all", "Reject all"]
