"""“Ask again” beneath an apology: the same words at the same place, once."""

from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError

from bot.log import event
from bot.slack.arrivals.apology import ACTION, asked_again, told
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Card, Place
from bot.slack.talk.answering import Answering
from bot.slack.talk.commands import by_command
from bot.slack.words import again_place, clicked_card


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
        place, card = again_place(body, first, asked), clicked_card(body)
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
