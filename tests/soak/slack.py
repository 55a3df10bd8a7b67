"""Slack as people meet it: events that are not acknowledged come again, clicks that are not acknowledged are lost."""

import json
import threading
import time
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
LATE = ("was already", "was edited since", "at the same moment", "moved on", "is not applied", "may or may not")
"""words of a refusal: the card was an old one"""
SORRY = "I was restarted while I worked on"


class NoAck(Exception):
    """Slack shows the person a warning, and forgets the click."""


class Line:
    """Deliveries over whichever connection there is."""

    def __init__(self, slack: SlackServer) -> None:
        self._slack = slack
        self.ended = threading.Event()
        self.repeated = 0

    def send(self, kind: str, payload: Plain, retry: int = 0) -> Ack:
        """Deliver; an event again and again until it is acknowledged, anything else once."""
        for attempt in range(retry, 100):
            ack = self._once(kind, payload, attempt)
            if ack is not None:
                return ack
            if kind != "events_api" or self.ended.is_set():
                break
            self.repeated += 1
        raise NoAck

    def _once(self, kind: str, payload: Plain, retry: int) -> Ack | None:
        slack = self._slack
        with slack.changed:
            slack.changed.wait_for(lambda: slack._sockets or self.ended.is_set(), SOON)
            sockets = list(slack._sockets)
        if not sockets:
            return None
        envelope = f"E{slack.number()}"
        body: Plain = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        body |= {"retry_attempt": retry, "retry_reason": "timeout"} if retry else {}
        slack._sent[envelope] = time.monotonic()
        try:
            # Several connections share the deliveries, as with Slack.
            sockets[slack.number() % len(sockets)].send(json.dumps(body))
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
    return message.text.startswith("Proposal ")


def give(sent: Callable[[], Any]) -> bool:
    """Send something; False where Slack got no acknowledgement."""
    with suppress(NoAck):
        sent()
        return True
    return False
