"""The buttons that judge an answer, and the form that asks what is wrong with it (pure)."""

import json

from bot.slack.showing.forms import Field, form_input
from bot.slack.showing.views import Block, Message, plain_text

ACTION = "feedback"
"""of the buttons, and callback of the form"""
REASONS = ("wrong", "outdated", "missing source", "too long", "not what I asked", "other")
FOR_OWNERS = frozenset({"wrong", "outdated", "missing source"})
"""reasons that whoever looks after the pages must hear of"""
THANKS = "Thank you."
NOTED = "Noted, thank you. It counts for the pages that the answer rests on."
PASSED_ON = "Thank you. Whoever looks after these pages hears of it, and you are told once there is a better answer."
GONE = "That answer is more than 30 days old and not kept any more; ask again, and judge the new answer."


def with_feedback(message: Message, answer_id: str) -> Message:
    """Add the buttons that judge an answer; they carry its id alone."""
    sides = {"positive": ("up", "👍", "This answer helps"), "negative": ("down", "👎", "This answer does not help")}
    element: Block = {"type": "feedback_buttons", "action_id": ACTION}
    for side, (verdict, sign, label) in sides.items():
        button = {"text": plain_text(sign), "accessibility_label": label, "value": f"{verdict}:{answer_id}"}
        element[f"{side}_button"] = button
    block = {"type": "context_actions", "block_id": f"{ACTION}:{answer_id}", "elements": [element]}
    return Message(message.text, [*message.blocks, block])


def plain_thumbs(message: Message) -> Message:
    """Return the message with ordinary buttons, for a Slack that does not know its own thumbs."""
    return Message(
        message.text, [_plain(block) if block["type"] == "context_actions" else block for block in message.blocks]
    )


def _plain(block: Block) -> Block:
    [thumbs] = block["elements"]
    sides = [(thumbs[f"{side}_button"], verdict) for side, verdict in (("positive", "up"), ("negative", "down"))]
    buttons = [{"type": "button", "action_id": f"{ACTION}:{verdict}", **button} for button, verdict in sides]
    return {"type": "actions", "block_id": block["block_id"], "elements": buttons}


def reason_form(answer_id: str, channel: str, response_url: str | None) -> Block:
    """Return the modal that asks what is wrong; without it the thumb counts all the same."""
    fields = (Field("reason", REASONS[0], kind="choice", choices=REASONS), Field("comment", "", kind="text"))
    kept = {"answer": answer_id, "channel": channel, "response_url": response_url}
    return {
        "type": "modal",
        "callback_id": ACTION,
        "private_metadata": json.dumps(kept),
        "title": plain_text("What is not right?"),
        "submit": plain_text("Send"),
        "close": plain_text("Cancel"),
        "blocks": [form_input(field) for field in fields],
    }
