"""A delivery before anything is done with it: by which key it is known, who waits where for what (pure)."""

from dataclasses import dataclass

from bot.slack.arrivals.apology import ACTION, asked_again
from bot.slack.sending.outbox import Body, Place
from bot.slack.words import (
    again_place,
    click_place,
    command_place,
    form_place,
    home_click_place,
    home_place,
    is_from_person,
    message_place,
    plain,
)


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
    except (KeyError, IndexError, TypeError, ValueError):
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
    kinds = {"block_actions": _clicked, "message_action": _picked, "shortcut": _picked, "view_submission": form_arrival}
    read = kinds.get(str(body.get("type")))
    return read(body) if read else None


def form_arrival(body: Body) -> Arrival:
    """Return what a form that was sent is; one that does not remember where it was opened is the person's own."""
    view = body["view"]
    try:
        place = form_place(body)
    except (KeyError, TypeError, ValueError):
        place = home_place(body["user"]["id"], None)
    return Arrival(f"form:{view['id']}:{view.get('hash', '')}", place)


def _clicked(body: Body) -> Arrival | None:
    action, key = body["actions"][0], f"click:{body['trigger_id']}"
    if action["action_id"] == ACTION:
        key, first, asked = asked_again(action["value"])
        return Arrival(f"again:{key}", again_place(body, first, asked), asked)
    if "channel" in body:
        return Arrival(key, click_place(body))
    return Arrival(key, home_click_place(body)) if body["view"]["type"] == "home" else None


def _picked(body: Body) -> Arrival:
    place = click_place(body) if "channel" in body else home_place(body["user"]["id"], None)
    return Arrival(f"shortcut:{body['trigger_id']}", place)


def _said(body: Body, bot_user: str | None) -> Arrival | None:
    said = body["event"]
    to_us = said.get("type") == "app_mention" or (said.get("type") == "message" and said.get("channel_type") == "im")
    if not to_us or "event_id" not in body or not is_from_person(said):
        return None
    return Arrival(f"event:{body['event_id']}", message_place(said), plain(said.get("text") or "", bot_user))
