"""Which part of the room takes what Slack delivers; nothing is done here."""

from slack_bolt import App

from bot.slack.answering import Answering
from bot.slack.audience import Audience
from bot.slack.commands import Commands
from bot.slack.crowd import Crowds
from bot.slack.curation import Curation
from bot.slack.deciding import Deciding
from bot.slack.digests import Digests
from bot.slack.feedback import Judging
from bot.slack.files import Files
from bot.slack.home import Home
from bot.slack.identity import Directory
from bot.slack.more import More
from bot.slack.opening import Opening
from bot.slack.outbox import Body, Outbox, Place, web_client
from bot.slack.room import Kit, Room
from bot.slack.server import SlackApp, serve
from bot.slack.shortcuts import Shortcuts
from bot.slack.talking import Talking
from bot.slack.words import click_place, command_place, is_from_person, message_place
from bot.slack.work import Work
from bot.store.answers import Answers

__all__ = ["Listeners", "build_app", "serve"]


class Listeners:
    """The parts of the room, each with what it handles."""

    def __init__(self, room: Room) -> None:
        self._work, self._audience = room.work, room.audience
        self.curation = Curation(room)
        answering = Answering(room, self.curation)
        self._opening = Opening(room.outbox, room.work)
        self._deciding = Deciding(room, self._opening)
        files = Files(room, answering)
        talking = Talking(room, answering, self.curation, files)
        shortcuts = Shortcuts(room, answering, files, self._opening)
        self._parts = (
            talking,
            Commands(room, answering, shortcuts),
            self._deciding,
            self.curation,
            shortcuts,
            More(room),
            Judging(room, self.curation),
            Home(room, answering),
            files,
        )
        self.digests = Digests(room, answering)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        for part in self._parts:
            part.register(app)
        app.error(self.broken)

    def close(self) -> None:
        """Finish what was begun."""
        self._opening.close()
        self._work.close()
        self._deciding.close()
        self._audience.close()

    def catch_up(self) -> None:
        """Tell people of what happened elsewhere, such as in the terminal, or while nobody ran."""
        self.curation.catch_up()
        self._deciding.catch_up()

    def broken(self, error: Exception, body: Body) -> None:
        """Tell the person what went wrong in a listener itself."""
        self._work.tell(error, _place_of(body))


def build_app(kit: Kit) -> SlackApp:
    """Make the app; connects to nothing. BotError where the bot token is missing."""
    client = web_client(kit.settings)
    secret = kit.settings.slack_signing_secret
    app = SlackApp(
        client=client,
        signing_secret=secret.get_secret_value() if secret else "",
        token_verification_enabled=False,
        process_before_response=False,
    )
    outbox, directory = Outbox(client), Directory(client, kit.reader, kit.clock)
    crowds = Crowds(client, directory, kit.clock)
    room = Room(
        kit,
        outbox,
        directory,
        Work(outbox, kit.deliveries, kit.clock),
        Audience(crowds, directory, kit.reader, kit.rights, kit.assistant.open_library),
        Answers(kit.engine),
    )
    listeners = Listeners(room)
    listeners.register(app)
    app.finish = listeners.close
    app.tell = listeners.catch_up
    app.remind = listeners.digests.round
    return app


def _place_of(body: Body) -> Place | None:
    """Where the person is who sent this, whatever it is."""
    if "command" in body:
        return command_place(body)
    if "event" in body:
        return message_place(body["event"]) if is_from_person(body["event"]) else None
    return click_place(body) if "channel" in body else None
