"""The pools of the Slack room: each delivery once, its errors told to the person as a sentence."""

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from datetime import datetime

from slack_bolt import Ack
from slack_sdk.errors import SlackClientError

from bot.errors import BotError
from bot.log import failure
from bot.slack import views
from bot.slack.forms import field_of
from bot.slack.lines import Lines
from bot.slack.outbox import Body, Outbox, Place
from bot.slack.words import form_place
from bot.store.deliveries import Deliveries
from knowledge.errors import KnowledgeError

ANSWERS = 16
"""people answered at once; a further one waits for a free place"""
DECISIONS = 8
"""clicks worked on at once, apart from answers, so that a yes never waits behind a slow model"""
FORM_SECONDS = 2.0
"""Slack drops a form that is not acknowledged within 3 s"""

Job = Callable[[], None]


class Work:
    """Runs what a delivery asks for, once, apart from the thread that acknowledges it."""

    def __init__(self, outbox: Outbox, deliveries: Deliveries, clock: Callable[[], datetime]) -> None:
        self._outbox, self._deliveries, self._clock = outbox, deliveries, clock
        self._answers = ThreadPoolExecutor(ANSWERS, thread_name_prefix="slack-answer")
        self._lines = Lines(self._answers)
        self._decisions = ThreadPoolExecutor(DECISIONS, thread_name_prefix="slack-decision")

    def close(self) -> None:
        """Finish what was begun."""
        self._lines.close()
        self._answers.shutdown(wait=True)
        self._decisions.shutdown(wait=True)

    def answer(self, key: str, place: Place, job: Job, asked: str = "") -> None:
        """Queue what may take a model's time; `asked` is what the person said."""
        self._lines.submit(place, lambda: self.now(key, place, job))

    def decide(self, key: str, place: Place, job: Job) -> None:
        """Queue a click or another quick thing."""
        self._decisions.submit(self.now, key, place, job)

    def now(self, key: str, place: Place, job: Job) -> None:
        """Do it in this thread, such as opening a form, for which Slack gives 3 s."""
        try:
            if self._deliveries.first_time(key, self._clock()):
                job()
        except Exception as error:  # noqa: BLE001  # an unknown one becomes an incident that the log holds
            self.tell(error, place)

    def form(self, ack: Ack, body: Body, job: Job) -> None:
        """Do what a form asks for once, and say in the form what does not fit."""
        view = body["view"]
        key = f"form:{view['id']}:{view.get('hash', '')}"
        if not self._deliveries.first_time(key, self._clock()):
            ack()
            return
        future = self._decisions.submit(job)
        try:
            future.result(FORM_SECONDS)
            ack()
        except StillWorking:
            ack()
            future.add_done_callback(lambda late: self._late(late, body))
        except Exception as error:  # noqa: BLE001  # an unknown one becomes an incident that the log holds
            # The form stays open and may be sent again, under the same hash.
            self._deliveries.forget(key)
            ack(response_action="errors", errors={field_of(view, error): sentence(error)})

    def tell(self, error: Exception, place: Place | None) -> None:
        """Tell the person at a place what went wrong."""
        words = sentence(error)
        try:
            if place is not None:
                self._outbox.say(place, views.notice(words))
        except (SlackClientError, OSError) as unsent:
            failure("slack_unreachable", unsent, said=type(error).__name__)

    def _late(self, done: "Future[None]", body: Body) -> None:
        error = done.exception()
        if isinstance(error, Exception):
            self.tell(error, form_place(body))


def sentence(error: Exception) -> str:
    """Return what the person reads: a known error's own sentence, else the number under which the log holds it."""
    if isinstance(error, BotError | KnowledgeError):
        return str(error)
    incident = uuid.uuid4().hex[:8]
    failure("slack_incident", error, incident=incident)
    return f"Something went wrong on my side; try again, and if it stays so, give your admin the incident {incident}."
