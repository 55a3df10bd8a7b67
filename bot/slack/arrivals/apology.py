"""The message for work that a process did not finish, with a button that asks it again (pure)."""

import json
from dataclasses import asdict

from bot.slack.sending.outbox import Place
from bot.slack.showing import views
from bot.slack.showing.views import Message

ACTION = "again"
MOST_QUOTED = 80
MOST_VALUE = 2000
"""characters that a button of Slack carries"""


def apology(key: str, place: Place, asked: str) -> Message:
    """Return the message; only words that fit into a button can be asked again by a click."""
    words = " ".join(asked.split())
    quoted = words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED].rstrip()}…"
    on = f"“{quoted}”" if quoted else "what you last did here"
    said = views.notice(f"I was restarted while I worked on {on}. Please ask again.")
    kept = {"key": key, "place": {**asdict(place), "response_url": None}, "asked": asked}
    value = json.dumps(kept, ensure_ascii=False)
    if not words or len(value) > MOST_VALUE:
        return said
    label = {"type": "plain_text", "text": "Ask again"}
    button = {"type": "button", "action_id": ACTION, "text": label, "value": value}
    return Message(said.text, [*said.blocks, {"type": "actions", "block_id": ACTION, "elements": [button]}])


def told(asked: str) -> Message:
    """Return what stands there once it is asked again."""
    return views.notice(f"I was restarted while I worked on this, and you asked again: {asked}")


def asked_again(value: str) -> tuple[str, Place, str]:
    """Return what the button carries: the key of the first question, its place, its words."""
    kept = json.loads(value)
    return str(kept["key"]), Place(**kept["place"]), str(kept["asked"])
