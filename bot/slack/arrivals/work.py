"""The pools of the Slack room: each delivery once, in a person's order, its errors told to the person as a sentence."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from dataclasses import dataclass
from datetime import datetime

from slack_bolt import Ack
from slack_sdk.errors import SlackClientError

from bot.errors import BotError
from bot.log import event, failure
from bot.screening import seen
from bot.slack.arrivals.arriving import form_arrival, person_at
from bot.slack.arrivals.journal import Held, Journal, task
from bot.slack.arrivals.lines import Lines
from bot.slack.arrivals.order import Order
from bot.slack.sending import refusals
from bot.slack.sending.client import SlackUnreachable, Superseded, showing
from bot.slack.sending.outbox import Body, Outbox, Place
from bot.slack.showing import views
from bot.slack.showing.forms import field_of
from bot.store.deliveries import Deliveries
from knowledge.errors import KnowledgeError

ANSWERS = 32
"""people answered at once; a further one waits for a free place"""
DECISIONS = 16
"""clicks worked on at once, apart from answers, so that a yes never waits behind a slow model"""
FORMS = 8
"""forms opened at once, apart from both, as Slack gives 3 s for it"""
FORM_SECONDS = 2.3
"""from its coming on; Slack drops a form that is not acknowledged within 3 s"""
FAREWELL = 25.0
"""seconds that what is under way gets at the end; then its askers are told to ask again"""

Job = Callable[[], None]


@dataclass(eq=False)
class Piece:
    """One thing to be done, and whom to tell where it fails."""

    key: str
    place: Place
    job: Job
    asked: str
    pool: Executor
    in_line: bool = False
    """whether it waits for what the person asked before and it goes on with"""
    ours: bool = True
    """whether the journal knows it; else it is only to be said why not"""


class Work:
    """Runs what a delivery asks for, once, apart from the thread that acknowledges it."""

    def __init__(self, outbox: Outbox, deliveries: Deliveries, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self.journal = Journal(deliveries, outbox, clock)
        self._answers = ThreadPoolExecutor(ANSWERS, thread_name_prefix="slack-answer")
        self._decisions = ThreadPoolExecutor(DECISIONS, thread_name_prefix="slack-decision")
        self._forms = ThreadPoolExecutor(FORMS, thread_name_prefix="slack-form")
        self.order = Order()
        self._revoked = False
        self._changed = threading.Condition()
        self._lines = Lines(self._answers)
        self._open: set[Piece] = set()

    def close(self) -> None:
        """Finish what was begun within a time; apologise for the rest."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, FAREWELL)
            rest = list(self._open)
        self._lines.close()
        for piece in rest:
            self.journal.apologise(piece.key, piece.place, piece.asked)
        for pool in (self._answers, self._decisions, self._forms):
            pool.shutdown(wait=not rest, cancel_futures=True)
        self.journal.close()

    def answer(self, key: str, place: Place, job: Job, asked: str = "") -> None:
        """Queue what may take a model's time, in the order of its conversation; `asked` is what the person said."""
        self._take(Piece(key, place, job, asked, self._answers, in_line=True))

    def decide(self, key: str, place: Place, job: Job) -> None:
        """Queue a click or another quick thing."""
        self._take(Piece(key, place, job, "", self._decisions))

    def now(self, key: str, place: Place, job: Job) -> None:
        """Do at once what cannot wait, such as opening a form, for which Slack gives 3 s."""
        self._take(Piece(key, place, job, "", self._forms))

    def form(self, ack: Ack, body: Body, job: Job) -> None:
        """Do what a form asks for once, and say in the form what does not fit."""
        sent = form_arrival(body)
        held = self.journal.take(sent.key, task(sent.place, ""))
        self.order.passed(sent.key, sent.person)
        future = self._decisions.submit(self._sent, sent.key, held, job)
        try:
            future.result(max(0.0, FORM_SECONDS - (time.monotonic() - held.since)))
            ack()
        except StillWorking:
            ack()
            future.add_done_callback(lambda late: self._late(late, sent.place))
        except Exception as error:  # noqa: BLE001  # an unknown one becomes an incident that the log holds
            ack(response_action="errors", errors={field_of(body["view"], error): seen(sentence(error))})

    def awaits(self, place: Place) -> bool:
        """Whether something that this person said in this conversation is still to be answered."""
        with self._changed:
            return any(piece.in_line and piece.place.thread == place.thread for piece in self._open)

    def tell(self, error: Exception, place: Place | None) -> bool:
        """Tell the person at a place what went wrong; False where Slack cannot be reached now."""
        words = sentence(error)
        try:
            if place is not None:
                self._outbox.say(place, views.notice(words))
        except SlackUnreachable:
            event("slack_unreachable", said=type(error).__name__)
            return False
        except SlackClientError as unsent:
            self._untold(error, unsent)
        return True

    def report(self, error: Exception, place: Place | None) -> None:
        """Tell what went wrong in the thread that acknowledges, without holding it up."""
        try:
            self._decisions.submit(self.tell, error, place)
        except RuntimeError:
            failure("slack_not_told", error)

    def _untold(self, error: Exception, unsent: SlackClientError) -> None:
        """Log what nobody could be told; a token that Slack refuses is said once, since every answer meets it."""
        revoked = refusals.reason(unsent) in refusals.TOKEN
        if revoked and self._revoked:
            event("slack_not_told", said=type(error).__name__, why=refusals.reason(unsent))
            return
        self._revoked = revoked
        failure("slack_not_told", unsent, said=type(error).__name__, why=refusals.sentence(unsent))

    def _take(self, piece: Piece) -> None:
        with self._changed:
            self._open.add(piece)
        held = self.journal.take(piece.key, task(piece.place, piece.asked))
        piece.asked = held.kept["asked"]
        held.claim.add_done_callback(lambda made: self._claimed(piece, made))
        self.order.passed(piece.key, person_at(piece.place))

    def _claimed(self, piece: Piece, made: "Future[bool]") -> None:
        error = made.exception()
        if isinstance(error, Exception):
            piece.job, piece.in_line, piece.ours = lambda: _raise(error), False, False
            self._start(piece)
        elif not made.result():
            self._closed(piece)
        elif piece.in_line:
            self._lines.submit(piece.place, lambda: self._run(piece))
        else:
            self._start(piece)

    def _start(self, piece: Piece) -> None:
        try:
            piece.pool.submit(self._run, piece)
        except RuntimeError:
            # Closed meanwhile: the next process finds it in the journal.
            event("slack_too_late", key=piece.key)
            self._closed(piece)

    def _run(self, piece: Piece) -> None:
        kept = self.journal.showing(piece.key, task(piece.place, piece.asked))
        carried, told = showing.set(kept if piece.ours else None), True
        try:
            piece.job()
        except Superseded:
            event("slack_superseded", key=piece.key)
        except Exception as error:  # noqa: BLE001  # an unknown one becomes an incident that the log holds
            told = self._told(error, piece)
        finally:
            showing.reset(carried)
        (self.journal.done if told else self.journal.leave)(piece.key)
        self._closed(piece)

    def _told(self, error: Exception, piece: Piece) -> bool:
        try:
            return self.tell(error, piece.place)
        except Superseded:
            return True
        except Exception as untold:  # noqa: BLE001  # such as a database that fails: what remains is the log
            failure("slack_not_told", untold, said=type(error).__name__)
            return True

    def _closed(self, piece: Piece) -> None:
        with self._changed:
            self._open.discard(piece)
            self._changed.notify_all()

    def _sent(self, key: str, held: Held, job: Job) -> None:
        """Take a form once; one that did not fit may be corrected and sent again."""
        if not held.claim.result():
            return
        carried = showing.set(self.journal.showing(key, held.kept))
        try:
            job()
        except Exception:
            self.journal.forget(key)
            raise
        finally:
            showing.reset(carried)
        self.journal.done(key)

    def _late(self, done: "Future[None]", place: Place) -> None:
        error = done.exception()
        if isinstance(error, Exception):
            self.tell(error, place)


def sentence(error: Exception) -> str:
    """Return what the person reads: a known error's own sentence, else the number under which the log holds it."""
    if isinstance(error, BotError | KnowledgeError):
        return str(error)
    known = refusals.sentence(error) if isinstance(error, SlackClientError) else None
    if known:
        event("slack_refused", why=refusals.reason(error) or type(error).__name__)
        return known
    incident = uuid.uuid4().hex[:8]
    failure("slack_incident", error, incident=incident)
    return f"Something went wrong on my side; try again, and if it stays so, give your admin the incident {incident}."


def _raise(error: Exception) -> None:
    raise error
