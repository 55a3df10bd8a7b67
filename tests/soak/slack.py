"""Slack as people meet it: events that are not acknowledged come again, clicks that are not acknowledged are lost."""

import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_blocks import Ack, Plain, Shown
from slack_members import Member
from slack_server import SlackServer
from websockets.exceptions import ConnectionClosed

SOON = 3.0
"""seconds in which Slack wants an acknowledgement"""
LATE = (
    "was already", "was edited since", "at the same moment", "moved on", "is not applied", "may or may not", "but the CRM refused it; ask for a new",
)  # fmt: skip
"""words of a refusal: the card was an old one"""
_CARD = re.compile(r"^Proposal (\w+)$", re.M)
"""in a message that came elsewhere than it was asked for, the reason stands above"""
SORRY = "I was restarted while I worked on"


class NoAck(Exception):
    """Slack shows the person a warning, and forgets the click."""


class Line:
    """Deliveries over whichever connection there is."""

    def __init__(self, slack: SlackServer) -> None:
        self._slack = slack
        self.ended = threading.Event()
        self.repeated = 0
        self.doubled = 0
        """so many of the next events come twice at the same moment"""

    def send(self, kind: str, payload: Plain, retry: int = 0) -> Ack:
        """Deliver; an event again and again until it is acknowledged, anything else once."""
        if kind == "events_api" and self.doubled:
            self.doubled -= 1
            # On the oldest connection, while the other goes over the newest.
            threading.Thread(target=self._once, args=(kind, payload, retry, 0)).start()
            ack = self._once(kind, payload, retry, -1)
            return ack or self.send(kind, payload, retry + 1)
        for attempt in range(retry, 100):
            ack = self._once(kind, payload, attempt)
            if ack is not None:
                return ack
            if kind != "events_api" or self.ended.is_set():
                break
            self.repeated += 1
        raise NoAck

    def _once(self, kind: str, payload: Plain, retry: int, at: int | None = None) -> Ack | None:
        slack = self._slack
        with slack.changed:
            slack.changed.wait_for(lambda: slack._sockets or self.ended.is_set(), SOON)
            sockets = list(slack._sockets)
        if not sockets:
            return None
        envelope = f"E{slack.number()}"
        body: Plain = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        body |= {"retry_attempt": retry, "retry_reason": "timeout"} if retry else {}
        try:
            # Several connections share the deliveries, as with Slack.
            sockets[slack.number() % len(sockets) if at is None else at].send(json.dumps(body))
        except (ConnectionClosed, OSError):
            return None
        with slack.changed:
            slack.changed.wait_for(lambda: envelope in slack.acks or self.ended.is_set(), SOON)
        return slack.acks.get(envelope)


@dataclass
class Person:
    """Somebody who asks one thing, in direct messages of their own or in a channel, and decides on its card."""

    member: Member
    kind: str
    asked: bool = False
    """whether Slack got an acknowledgement of the question"""
    silent: bool = False
    """whether an answer that this person alone would see was under way at a kill, of which nobody can tell"""
    clicks: list["Click"] = field(default_factory=list)
    delivery: Plain | None = None
    due: int = 1
    """how many answers their questions must have"""
    wants: str = ""
    """what the answer must be about after an edit"""
    most: int = 1
    """how many they may have: an edited question may be answered in both wordings"""

    @property
    def unheard(self) -> bool:
        """Whether a question is without its answer or an apology that somebody could tell of."""
        return self.asked and not self.silent and len(self.outcomes() + self.cards()) < self.due

    @property
    def slack(self) -> SlackServer:
        """Their workspace."""
        return self.member.slack

    def mine(self) -> list[Shown]:
        """What this person sees."""
        places = {self.member.dm, f"C{self.member.id}"}
        return [m for m in self.slack.shown if m.channel in places and m.user in (None, self.member.id)]

    def refusals(self) -> list[str]:
        """What said that a click came too late."""
        return [text for text in self.outcomes() if any(words in text for words in LATE)]

    def troubles(self) -> list[str]:
        """What said that the database failed."""
        return [text for text in self.outcomes() if "cannot be used" in text and "try again" in text]

    def cards(self) -> list[Shown]:
        """The cards among it."""
        return [m for m in self.mine() if is_card(m)]

    def outcomes(self) -> list[str]:
        """Answers and apologies, which must be one together; a card without words is the answer to a command."""
        return [m.text for m in self.mine() if not is_card(m)]

    def wait(self, look: Callable[[], Any], seconds: float) -> bool:
        """Wait until something shows."""
        with self.slack.changed:
            return bool(self.slack.changed.wait_for(look, seconds))


@dataclass
class Click:
    """A decision that a person gave by a button or a word."""

    verb: str
    proposal: str
    acked: bool
    revision: int = 0
    """of the card that was clicked; 0 for a word, which means the present one"""


def is_card(message: Shown) -> bool:
    """Whether it shows changes with their states."""
    return bool(_CARD.search(message.text))


def proposal_of(card: Shown) -> str:
    """The id of the proposal that a card shows."""
    found = _CARD.search(card.text)
    assert found, card.text
    return found[1]


def give(sent: Callable[[], Any]) -> bool:
    """Send something; False where Slack got no acknowledgement."""
    with suppress(NoAck):
        sent()
        return True
    return False
