"""Files that people drop: recognised, asked about once, processed."""

from bot.errors import BotError
from bot.slack.answering import Answering
from bot.slack.outbox import Body, Place
from bot.slack.room import Room


class Files:
    """Takes transcripts and documents out of messages and forms."""

    def __init__(self, room: Room, answering: Answering) -> None:
        self._room, self._answering = room, answering

    def dropped(self, place: Place, words: str, event: Body) -> bool:
        """Ask what to do with the files of a message; False where it brings none, or the words are to be answered."""
        return False

    def process(self, place: Place, file: Body, words: str, account: str | None) -> None:
        """Take a file out of a form, with what was said of it and the account that was chosen."""
        raise BotError("Files cannot be read here yet; paste the words instead.")
