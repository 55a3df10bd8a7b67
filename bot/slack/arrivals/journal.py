"""What was taken in and is not yet answered: claimed before it is acknowledged, apologised for where a process ended on it."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as StillWorking
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError, StorageError
from bot.log import event, failure
from bot.schedule import Every
from bot.slack.arrivals.apology import apology
from bot.slack.arrivals.clerk import Clerk
from bot.slack.arrivals.remains import Remains
from bot.slack.sending.client import Showing, SlackUnreachable, showing
from bot.slack.sending.outbox import Outbox, Place
from bot.store.deliveries import Claim, Deliveries, Left, Task

CLAIM_SECONDS = 1.0
"""that an event waits for the database; then the work begins, and it is not acknowledged, so that Slack repeats it"""
KEEP_SECONDS = 2.0
"""that a click, command or form waits, which Slack never repeats; of Slack's 3 s, half of one may pass in line"""
BEAT_SECONDS = 10.0
LOOK_SECONDS = 15.0
UNWANTED = timedelta(seconds=30)
"""after which a delivery that no part of the room took is settled"""
MOST_KEPT = 2000
"""characters of a person's words that are kept until the answer is shown"""


@dataclass(frozen=True)
class Arrived:
    """How a delivery came."""

    fresh: bool
    """whether it is new, and to be worked on"""
    kept: bool
    """whether it stands in the database, so that it may be acknowledged"""


@dataclass(frozen=True)
class Held:
    """A delivery that no part of the room took yet."""

    at: datetime
    claim: Future[bool]
    kept: Task
    since: float
    """when it came, on the clock that only runs"""


class Journal:
    """The deliveries of this process, and those that dead ones left."""

    def __init__(self, deliveries: Deliveries, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._deliveries, self._outbox, self._clock = deliveries, outbox, clock
        self.owner = uuid.uuid4().hex
        self._clerk = Clerk(deliveries, self.owner, clock)
        self._lock = threading.Lock()
        self._arrived: dict[str, Held] = {}
        self._withdrawn: dict[str, Future[bool]] = {}
        """claims of deliveries that are to be as if they had not come, until the database knows nothing of them"""
        self._withdrawing = threading.Lock()
        self._rounds = ExitStack()
        self._remains = Remains(outbox.client)
        self.finish: Callable[[Place], None] = lambda place: None
        """shows what is to follow an answer that a dead process showed"""
        self._presence = deliveries.presence(self.owner)
        if self._presence:
            self._presence.acquire(blocking=False)

    def begin(self) -> None:
        """Show that this process is alive, and look for what others left, until closed."""
        self._rounds.enter_context(Every(BEAT_SECONDS, lambda stop: self._beat(), "slack_beat"))
        self._rounds.enter_context(Every(LOOK_SECONDS, self.look, "slack_look", at_once=True))

    def close(self) -> None:
        """End the rounds; what is still open counts as left from now on."""
        self._rounds.close()
        self._settle(self._clock() + UNWANTED)
        self._clerk.close()
        if self._presence:
            Path(self._presence.lock_file).unlink(missing_ok=True)
            self._presence.release()

    def arrive(self, key: str, kept: Task, *, repeated: bool) -> Arrived:
        """Claim a delivery before it is acknowledged; tells whether it is new, and whether a kill can no longer lose it.

        What Slack never repeats is not worked on where it cannot be kept: Slack tells the person that it failed.
        """
        until = time.monotonic() + (CLAIM_SECONDS if repeated else KEEP_SECONDS)
        if not self._is_gone(key, until):
            return Arrived(fresh=False, kept=False)
        with self._lock:
            known = self._arrived.get(key)
            held = known or self._held(key, kept)
            self._arrived[key] = held
        if known is not None:
            return Arrived(fresh=False, kept=not wait([held.claim], CLAIM_SECONDS).not_done)
        try:
            fresh = held.claim.result(_remaining(until))
        except StillWorking:
            event("slack_claim_slow", key=key)
            if not repeated:
                self._withdraw(key, held.claim)
            return Arrived(fresh=repeated, kept=False)
        except StorageError:
            return Arrived(fresh=True, kept=True)  # the work meets the same failure and tells the person
        if not fresh:
            self._arrived.pop(key, None)
        return Arrived(fresh=fresh, kept=True)

    def take(self, key: str, kept: Task) -> Held:
        """Give a delivery to the work for it, claiming it where it has not arrived yet."""
        return self._arrived.pop(key, None) or self._held(key, kept)

    def showing(self, key: str, kept: Task) -> Showing:
        """Return what the thread that works on a delivery carries."""
        return Showing(
            key,
            lambda state: self._noted(key, lambda: self._deliveries.show(key, self.owner, state)),
            lambda ts: self._noted(key, lambda: self._deliveries.keep(key, self.owner, {**kept, "stream": ts})),
        )

    def done(self, key: str) -> None:
        """Forget the words: the person has an answer."""
        self._clerk.done(key)

    def leave(self, key: str) -> None:
        """Let the next look apologise, since nothing could be said now."""
        try:
            self._deliveries.leave(key, self.owner)
        except StorageError as error:
            failure("slack_not_settled", error, key=key)

    def forget(self, key: str) -> None:
        """Let a key come once more."""
        self._deliveries.forget(key)

    def look(self, stop: threading.Event) -> None:
        """Apologise for what dead processes left, each once."""
        self._settle(self._clock() - UNWANTED)
        self._clerk.settle()
        for key in list(self._withdrawn):
            self._is_gone(key)
        for left in self._deliveries.left(self.owner, self._clock()):
            if stop.is_set():
                return
            self._make_good(left)

    def apologise(self, key: str, place: Place, asked: str) -> None:
        """Say that this process stops before it has answered; whatever the work still shows comes too late."""
        state = "alone" if _alone(place) else "posting"
        left, late = Left(key, "running", self.owner, task(place, asked)), f"{self.owner}-late"
        if self._deliveries.take(left, late, state, self._clock()):
            self._say(left, late)

    def _noted(self, key: str, note: Callable[[], bool]) -> bool:
        try:
            return note()
        except StorageError as error:
            # A person who waits is worth more than the note.
            failure("slack_not_noted", error, key=key)
            return True

    def _beat(self) -> None:
        self._deliveries.beat(self.owner, self._clock())

    def _held(self, key: str, kept: Task) -> Held:
        return Held(self._clock(), self._clerk.claim(Claim(key, kept)), kept, time.monotonic())

    def _withdraw(self, key: str, claim: Future[bool]) -> None:
        """Leave a delivery as if it had not come: a form has the same key where the person sends it again."""
        self._arrived.pop(key, None)
        if not claim.cancel():
            self._withdrawn[key] = claim
            claim.add_done_callback(lambda made: self._is_gone(key))

    def _is_gone(self, key: str, until: float = 0.0) -> bool:
        """Whether nothing of a withdrawn delivery of this key is left; what is left goes now, if it can."""
        claim = self._withdrawn.get(key)
        if claim is None:
            return True
        if wait([claim], _remaining(until)).not_done:
            return False
        with self._withdrawing:  # else a second one here would forget what the person has sent again since
            return self._withdrawn.get(key) is not claim or self._goes(key, claim)

    def _goes(self, key: str, claim: "Future[bool]") -> bool:
        try:
            if not claim.exception() and claim.result():
                self.forget(key)
        except StorageError as error:
            failure("slack_not_settled", error, key=key)
            return False
        self._withdrawn.pop(key, None)
        return True

    def _settle(self, before: datetime) -> None:
        """Mark what arrived and nobody took as done, such as a click on a button that is no longer known."""
        for key in [key for key, one in list(self._arrived.items()) if one.at <= before and one.claim.done()]:
            if self._arrived.pop(key, None):
                self.done(key)

    def _make_good(self, left: Left) -> None:
        place = _place(left)
        shown = True if place is None or left.state == "alone" else self._is_shown(left, place)
        if shown is None:
            return
        state = "alone" if place is None or _alone(place) else "posting"
        if not self._deliveries.take(left, self.owner, state, self._clock()):
            return
        if not shown:
            self._say(left, self.owner)
            return
        if place is not None and left.state == "posting":
            self._finish(left, place)
        self.done(left.key)

    def _finish(self, left: Left, place: Place) -> None:
        """Show what is to follow an answer that got out."""
        carried = showing.set(Showing(left.key, lambda state: True))
        try:
            self.finish(place)
        except (SlackClientError, BotError) as error:
            # The answer is there, and App Home shows what waits.
            event("slack_not_finished", key=left.key, error=type(error).__name__)
        finally:
            showing.reset(carried)
            self._remains.end(place)

    def _is_shown(self, left: Left, place: Place) -> bool | None:
        """Tell whether an answer got out before the end; None where it cannot be told yet.

        What one person alone sees cannot be looked up, nor can a channel whose history this app may not read: there
        silence is better than an apology beside the answer.
        """
        if left.state == "running":
            return False
        # A question outside of threads may have been answered beneath it, or beside it.
        threads = {place.thread_ts} if place.thread_ts else {None, place.message_ts}
        try:
            return any(self._outbox.client.find(place.channel, thread, left.key) for thread in threads)
        except SlackApiError as error:
            event("slack_not_looked_up", key=left.key, error=str(error.response.get("error")))
            return True
        except SlackClientError:
            return None

    def _tidy(self, left: Left, place: Place) -> None:
        stream = (left.task or {}).get("stream")
        if stream:
            self._remains.remove(place.channel, stream)
        if left.owner != self.owner:
            self._remains.end(place)

    def _say(self, left: Left, owner: str) -> None:
        """Apologise; where Slack cannot be reached now, a later look does it."""
        place, asked = _place(left), str((left.task or {}).get("asked") or "")
        carried = showing.set(Showing(left.key, lambda state: True))
        try:
            if place is not None:
                self._tidy(left, place)
                self._outbox.say(place, apology(left.key, place, asked))
            self._deliveries.done([left.key], owner)
            event("slack_apologised", key=left.key)
        except SlackUnreachable:
            self._deliveries.leave(left.key, owner)
        except SlackClientError as error:
            failure("slack_apology_refused", error, key=left.key)
            self._deliveries.done([left.key], owner)
        finally:
            showing.reset(carried)


def _remaining(until: float) -> float:
    """Return the seconds until a time on the clock that only runs."""
    return max(0.0, until - time.monotonic())


def task(place: Place, asked: str) -> Task:
    """Return what an apology needs."""
    return {"place": asdict(place), "asked": asked[:MOST_KEPT]}


def _place(left: Left) -> Place | None:
    try:
        return Place(**(left.task or {})["place"])
    except (KeyError, TypeError):
        return None  # nobody is known to be waiting, or another version of this program wrote it


def _alone(place: Place) -> bool:
    """Tell whether an apology at a place is seen by one person alone, where nobody can look it up."""
    return bool(place.response_url) or not (place.direct or place.public)
