"""Slash commands: one for each skill whose card names one."""

from slack_bolt import Ack, App

from bot import skills
from bot.slack.answering import Answering
from bot.slack.outbox import Body
from bot.slack.room import Room
from bot.slack.words import command_place, plain


def by_command() -> dict[str, str]:
    """Slash command → skill; manifest.json lists the same."""
    return {card.command: name for name, card in skills.cards().items() if card.command}


class Commands:
    """Answers slash commands."""

    def __init__(self, room: Room, answering: Answering) -> None:
        self._work, self._answering = room.work, answering
        self._skills = by_command()

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        for command in self._skills:
            app.command(command)(self.command)

    def command(self, ack: Ack, body: Body) -> None:
        """Answer to the asker alone."""
        ack("One moment…")
        words, place, skill = plain(body.get("text") or ""), command_place(body), self._skills[body["command"]]
        self._work.answer(
            f"command:{body['trigger_id']}", place, lambda: self._answering.answer(place, words, skill), words
        )
