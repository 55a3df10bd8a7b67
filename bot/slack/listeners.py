"""Which part of the room takes what Slack delivers; nothing is done here."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.listener.listener_completion_handler import CustomListenerCompletionHandler

from bot.errors import NotFound
from bot.slack.arrivals.again import Again
from bot.slack.arrivals.arriving import arrival, place_of
from bot.slack.arrivals.journal import task
from bot.slack.arrivals.work import Work
from bot.slack.curation.desk import Curation
from bot.slack.files.dropped import Files
from bot.slack.home.digests import Digests
from bot.slack.home.tab import Home
from bot.slack.identity import Directory
from bot.slack.proposals.deciding import Deciding
from bot.slack.proposals.lost import LostCards
from bot.slack.proposals.opening import Opening
from bot.slack.readers.audience import Audience
from bot.slack.readers.crowd import Crowds
from bot.slack.room import Kit, Room
from bot.slack.sending.outbox import Body, Outbox, web_client
from bot.slack.server import UNKEPT, SlackApp, serve
from bot.slack.talk.answering import Answering
from bot.slack.talk.commands import Commands
from bot.slack.talk.feedback import Judging
from bot.slack.talk.more import More
from bot.slack.talk.saying import Saying
from bot.slack.talk.shortcuts import Shortcuts
from bot.slack.talk.talking import Talking
from bot.store.answers import Answers

__all__ = ["Listeners", "build_app", "serve"]

LISTENERS = 64
"""deliveries looked at at once: a form that is being checked for two seconds must not hold up the others"""


class Listeners:
    """The parts of the room, each with what it handles."""

    def __init__(self, room: Room) -> None:
        self._work, self._audience, self._outbox = room.work, room.audience, room.outbox
        room.work.journal.finish = LostCards(room).post
        self._opening = Opening(room.outbox, room.work)
        self.curation = Curation(room, self._opening)
        answering = Answering(room, self.curation)
        self._deciding = Deciding(room, self._opening, answering.rest)
        files = Files(room, answering)
        talking = Talking(room, answering, self.curation, files)
        shortcuts = Shortcuts(room, answering, files, self._opening)
        self._parts = (
            talking,
            Commands(room, answering, shortcuts),
            Again(room, answering),
            self._deciding,
            self.curation,
            shortcuts,
            More(room),
            Saying(room, answering, self._opening),
            Judging(room, self.curation),
            Home(room, answering),
            files,
        )
        self.digests = Digests(room, answering)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.use(self.arrive)
        for part in self._parts:
            part.register(app)
        app.error(self.broken)
        app.listener_runner.listener_completion_handler = CustomListenerCompletionHandler(app.logger, self.passed)

    def begin(self) -> None:
        """Look after what dead processes left."""
        self._work.journal.begin()

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

    def arrive(self, body: Body, context: dict[str, Any], next: Callable[[], None]) -> BoltResponse | None:
        """Claim a delivery before it is acknowledged; acknowledge a repeat and leave it at that.

        What is not in the database yet is not acknowledged, as a kill would lose it: an event Slack repeats, and of a
        click, command or form it tells the person that it failed.
        """
        found, order = arrival(body, context.get("bot_user_id")), self._work.order
        if body.get("is_ext_shared_channel") and found:
            self._audience.shared(found.place.channel)
        if found is None:
            next()
            return None
        if found.place.channel.startswith("D"):
            self._outbox.client.directs[found.place.user] = found.place.channel
        order.expect(found.key, found.person)
        arrived = self._work.journal.arrive(found.key, task(found.place, found.asked), repeated="event" in body)
        context[UNKEPT] = not arrived.kept
        if not arrived.fresh:
            order.passed(found.key, found.person)
            return BoltResponse(status=200, body="")
        order.wait(found.key, found.person)
        next()
        return None

    def expect(self, body: Body) -> None:
        """Note the order in which deliveries come, before many threads look at them."""
        found = arrival(body)
        if found:
            self._work.order.expect(found.key, found.person)

    def passed(self, body: Body) -> None:
        """Let the person's next delivery be looked at, also after one that left nothing to do, such as `/brief help`."""
        found = arrival(body)
        if found:
            self._work.order.passed(found.key, found.person)

    def broken(self, error: Exception, body: Body) -> BoltResponse | None:
        """Tell the person what went wrong in a listener itself, or that nothing here knows what was sent."""
        self.passed(body)
        place = place_of(body)
        if isinstance(error, BoltUnhandledRequestError):
            named = "command" in body or "actions" in body
            unknown = NotFound("I no longer know that command or button; mention me or write to me directly instead.")
            self._work.report(unknown, place if named else None)
            return BoltResponse(status=200, body="")
        self._work.report(error, place)
        return BoltResponse(status=200, body="") if place else None


def build_app(kit: Kit) -> SlackApp:
    """Make the app; connects to nothing. BotError where the bot token is missing."""
    client = web_client(kit.settings)
    secret = kit.settings.slack_signing_secret
    app = SlackApp(
        client=client,
        signing_secret=secret.get_secret_value() if secret else "",
        token_verification_enabled=False,
        process_before_response=False,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, thread_name_prefix="slack-listener"),
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
    app.begin = listeners.begin
    app.expect = listeners.expect
    app.finish = listeners.close
    app.tell = listeners.catch_up
    app.remind = listeners.digests.round
    return app
