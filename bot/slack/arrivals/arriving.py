"""A delivery before anything is done with it: by which key it is known, who waits where for what (pure)."""

from dataclasses import dataclass

from bot.slack.arrivals.apology import ACTION
from bot.slack.sending.outbox import Body, Place
from bot.slack.words import click_place, command_place, is_from_person, message_place, plain


@dataclass(frozen=True)
class Arrival:
    """A delivery that somebody waits for."""

    key: str
    place: Place
    asked: str = ""

    @property
    def person(self) -> str:
        """Whose deliveries are looked at in the order of their coming."""
        return person_at(self.place)


def person_at(place: Place) -> str:
    """Return the person at a place."""
    return f"{place.user}:{place.channel}"


def arrival(body: Body, bot_user: str | None = None) -> Arrival | None:
    """Return what a delivery is; None for one that nobody waits for, or that its listener looks at first.

    The keys are those under which the parts of the room hand their work in.
    """
    try:
        return _arrival(body, bot_user)
    except (KeyError, IndexError, TypeError):
        return None  # its listener says what is missing


def place_of(body: Body) -> Place | None:
    """Return where the person is who sent this, whatever it is."""
    found = arrival(body)
    return found.place if found else None


def _arrival(body: Body, bot_user: str | None) -> Arrival | None:
    if "command" in body:
        words = f"{body['command']} {body.get('text') or ''}".strip()
        return Arrival(f"command:{body['trigger_id']}", command_place(body), words)
    if "event" in body:
        return _said(body, bot_user)
    if body.get("type") == "block_actions" and "channel" in body and body["actions"][0]["action_id"] != ACTION:
        return Arrival(f"click:{body['trigger_id']}", click_place(body))
    if body.get("type") == "message_action":
        return Arrival(f"shortcut:{body['trigger_id']}", click_place(body))
    return None


def _said(body: Body, bot_user: str | None) -> Arrival | None:
    said = body["event"]
    to_us = said.get("type") == "app_mention" or (said.get("type") == "message" and said.get("channel_type") == "im")
    if not to_us or "event_id" not in body or not is_from_person(said):
        return None
    return Arrival(f"event:{body['event_id']}", message_place(said), plain(said.get("text") or "", bot_user))
