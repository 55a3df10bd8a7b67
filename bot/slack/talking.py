"""What people write: mentions in channels and direct messages."""

from typing import Any

from slack_bolt import App

from bot.slack.answering import Answering
from bot.slack.curation import Curation
from bot.slack.files import Files
from bot.slack.outbox import Body, Place
from bot.slack.room import Room
from bot.slack.words import is_from_person, message_place, plain


class Talking:
    """Answers messages."""

    def __init__(self, room: Room, answering: Answering, curation: Curation, files: Files) -> None:
        self._work, self._answering, self._curation, self._files = room.work, answering, curation, files

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.event("app_mention")(self.mention)
        app.event("message")(self.message)

    def mention(self, event: Body, body: Body, context: dict[str, Any]) -> None:
        """`@assistant …` in a channel."""
        if is_from_person(event):
            words, place = plain(event.get("text") or "", context.get("bot_user_id")), message_place(event)
            self._work.answer(f"event:{body['event_id']}", place, lambda: self._mentioned(place, words, event), words)

    def message(self, event: Body, body: Body) -> None:
        """A direct message."""
        if event.get("channel_type") == "im" and is_from_person(event):
            words, place = plain(event.get("text") or ""), message_place(event)
            self._work.answer(f"event:{body['event_id']}", place, lambda: self._messaged(place, words, event), words)

    def _mentioned(self, place: Place, words: str, event: Body) -> None:
        if not self._files.dropped(place, words, event):
            self._answering.answer(place, words)

    def _messaged(self, place: Place, words: str, event: Body) -> None:
        if self._files.dropped(place, words, event) or self._curation.replied(place, words, event["ts"]):
            return
        self._answering.answer(place, words)
