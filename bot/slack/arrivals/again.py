"""“Ask again” beneath an apology: the same words at the same place, once."""

from dataclasses import replace

from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError

from bot.log import event
from bot.slack.arrivals.apology import ACTION, asked_again, told
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Card, Place
from bot.slack.talk.answering import Answering
from bot.slack.talk.commands import by_command
from bot.slack.words import click_place, clicked_card, message_place


class Again:
    """Takes the click."""

    def __init__(self, room: Room, answering: Answering) -> None:
        self._work, self._outbox, self._answering = room.work, room.outbox, answering

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.action(ACTION)(self.again)

    def again(self, ack: Ack, body: Body, action: Body) -> None:
        """Ask it in the clicker's name; a second click does nothing."""
        ack()
        key, first, asked = asked_again(action["value"])
        # A command's answer goes to an address of its own, and that of the first one is old.
        clicked, card = click_place(body), clicked_card(body)
        url = None if clicked.direct and not asked.startswith("/") else clicked.response_url
        # Who clicks where is Slack's word; the button adds only to which message this belongs.
        at = {"channel": clicked.channel, "user": clicked.user, "thread_ts": first.thread_ts, "ts": first.message_ts}
        place = replace(message_place(at), response_url=url)
        self._work.answer(f"again:{key}", place, lambda: self._asked(place, card, asked), asked)

    def _asked(self, place: Place, card: Card, asked: str) -> None:
        command, _, rest = asked.partition(" ")
        skill = by_command().get(command)
        try:
            self._outbox.redraw(card, told(asked))
        except (SlackClientError, OSError) as error:
            # Beside the answer: the button stays, and a second click does nothing.
            event("slack_card_gone", error=type(error).__name__)
        self._answering.answer(place, rest if skill else asked, skill)
