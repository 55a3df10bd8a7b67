"""The steps of the durable apply and undo workflows; each may be repeated after a crash."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.approvals.asking import ask
from bot.approvals.ports import Job, Notifier, Outcome
from bot.approvals.sentences import ALREADY, BEHIND, BROKE
from bot.crm.port import CrmWriter
from bot.errors import CrmDoubtful
from bot.log import failure
from bot.proposals import LIFETIME, Proposal, typed_write
from bot.store import proposals as store
from bot.store import queue
from bot.store.audit import ITSELF, AuditLine, record
from bot.store.database import Connection, Engine, reading, writing

FIRST_PAUSE = timedelta(seconds=15)
LAST_PAUSE = timedelta(minutes=2)
"""a lonely change waits no longer than this after the CRM is back; others are due as soon as one call gets an answer"""


class Applying:
    """Holds back, begins, writes, finishes and tells; `bot.jobs` puts the steps in order."""

    def __init__(self, engine: Engine, writer: CrmWriter, clock: Callable[[], datetime]) -> None:
        self._engine, self._writer, self._clock = engine, writer, clock
        self.notify: Notifier | None = None
        self.moved = threading.Condition()
        """signalled after each change, for who waits in this process"""

    def held(self, job: Job) -> bool:
        """Tell whether an earlier yes for the same record or proposal is not done yet; then this one waits as it does.

        Whoever runs jobs asks this before it begins one; later nothing can come to stand before it.
        """
        with reading(self._engine) as connection:
            work, first = store.work(connection, job.change_id), queue.ahead(connection, job.change_id)
        if work is None or first is None or work.change.status == "applying":
            return False
        if _waits(first):
            with writing(self._engine) as connection:
                self._wait_behind(connection, job, first)
            self._signal()
        return True

    def begin(self, job: Job) -> bool:
        """Mark the change as being worked on; False where nothing is left to do, or a run that was cut off is repeated.

        `applying` is the mark of a call under way: where a change already bears it, an earlier run was killed
        somewhere around its call, so from now on the CRM is asked to look before it writes.
        """
        with writing(self._engine) as connection:
            work = store.work(connection, job.change_id)
            if work is None:
                return False
            values: dict[str, Any] = {"tries": work.tries + 1, "retry_at": self._clock() + _pause(work.tries)}
            if _wants(work, job):
                store.note(connection, job.change_id, **values, doubtful=job.verb == "apply")
                return True
            fresh = job.verb == "apply" and work.tries == job.tries
            return fresh and store.move(connection, job.change_id, "applying", **values)

    def write(self, job: Job) -> Outcome:
        """Ask the CRM; raises CrmUnavailable, which is worth another try.

        A doubt is noted before the next try. A later CrmUnavailable does not lift it: it says nothing of the first try.
        """
        with reading(self._engine) as connection:
            work = store.work(connection, job.change_id)
        if work is None:
            return {"refused": "The change is gone from the store; propose it again."}
        try:
            return ask(self._writer, job, work)
        except CrmDoubtful:
            with writing(self._engine) as connection:
                store.note(connection, job.change_id, doubtful=job.verb == "apply")
            raise

    def finish(self, job: Job, outcome: Outcome) -> None:
        """Store what came of it and its audit line in one transaction; a repeat changes nothing."""
        with writing(self._engine) as connection:
            work = store.work(connection, job.change_id)
            if work is not None and _wants(work, job):
                # First the others, as the audit line at the end locks the trail's head.
                if "waiting" not in outcome:
                    queue.release(connection, unless=BROKE)
                end = self._end_undo if job.verb == "undo" else self._end_apply
                end(connection, work, outcome)
        self._signal()

    def tell(self, job: Job) -> None:
        """Show the person the present state."""
        if self.notify is None:
            return
        try:
            with reading(self._engine) as connection:
                work = store.work(connection, job.change_id)
                found = store.find(connection, ids=[work.proposal_id]) if work else []
        except Exception as error:  # noqa: BLE001  # the write is done; a card that cannot be redrawn must not undo that
            failure("nobody_told", error, change=job.change_id)
            return
        for proposal in found:
            self.show(proposal)

    def show(self, proposal: Proposal) -> None:
        """Have a proposal's card drawn anew; what was decided stands, whether anybody can be told or not."""
        try:
            if self.notify is not None:
                self.notify.changed(proposal)
        except Exception as error:  # noqa: BLE001  # as above
            failure("nobody_told", error, proposal=proposal.id)

    def _wait_behind(self, connection: Connection, job: Job, first: store.Work) -> None:
        why = BEHIND.format(k=first.change.k, id=first.proposal_id)
        values = {"error": why, "retry_at": first.change.retry_at}
        if job.verb == "undo" or not store.move(connection, job.change_id, "waiting", **values):
            store.note(connection, job.change_id, **values)

    def _end_apply(self, connection: Connection, work: store.Work, outcome: Outcome) -> None:
        ends = {
            "receipt": self._applied, "refused": self._failed, "unknown": self._unknown, "changed": self._changed,
            "waiting": self._waiting,
        }  # fmt: skip
        kind = next(kind for kind in ends if kind in outcome)
        verb = ends[kind](connection, work, outcome)
        if verb:
            self._audit(connection, work, verb, outcome)

    def _applied(self, connection: Connection, work: store.Work, outcome: Outcome) -> str | None:
        done = {"receipt": outcome["receipt"], "applied_at": self._clock(), "error": None, "doubtful": False}
        moved = store.move(connection, work.change.id, "applied", **done, tries=0, retry_at=None)
        return "applied" if moved else None

    def _failed(self, connection: Connection, work: store.Work, outcome: Outcome) -> str | None:
        values = {"error": outcome["refused"], "doubtful": False, "retry_at": None}
        return "failed" if store.move(connection, work.change.id, "failed", **values) else None

    def _unknown(self, connection: Connection, work: store.Work, outcome: Outcome) -> str | None:
        moved = store.ask_again(connection, work, "unknown", error=outcome["unknown"], doubtful=True)
        return "unknown" if moved else None

    def _changed(self, connection: Connection, work: store.Work, outcome: Outcome) -> str | None:
        """Ask anew with the present value; where that is the wanted one already, there is nothing left to write."""
        write = typed_write(outcome["changed"])
        values: dict[str, Any] = {"write": outcome["changed"], "doubtful": False}
        if getattr(write, "old", None) == getattr(write, "new", getattr(write, "role", None)):
            done = {"error": ALREADY, "applied_at": self._clock(), "retry_at": None}
            return "already" if store.move(connection, work.change.id, "applied", **values, **done) else None
        values |= {"error": outcome["why"], "decided_by": None, "decided_at": None, "queued_at": None}
        until = self._clock() + LIFETIME
        return "changed" if store.ask_again(connection, work, "pending", until, **values) else None

    def _waiting(self, connection: Connection, work: store.Work, outcome: Outcome) -> str | None:
        doubt = {"doubtful": True} if outcome.get("doubtful") else {}
        moved = store.move(connection, work.change.id, "waiting", error=outcome["waiting"], **doubt)
        # A day without the CRM is one line of the trail, not a hundred.
        return "waiting" if moved and work.tries == 1 else None

    def _end_undo(self, connection: Connection, work: store.Work, outcome: Outcome) -> None:
        change_id = work.change.id
        if outcome.get("receipt"):
            store.move(connection, change_id, "undone", undo_by=None, error=None, tries=0, retry_at=None)
            self._audit(connection, work, "undone", outcome)
        elif refused := outcome.get("refused"):
            store.note(connection, change_id, undo_by=None, error=refused, tries=0, retry_at=None)
            self._audit(connection, work, "undo_refused", outcome)
        else:
            store.note(connection, change_id, error=outcome["waiting"])

    def _audit(self, connection: Connection, work: store.Work, verb: str, outcome: Outcome) -> None:
        line = AuditLine(
            at=self._clock(), actor=ITSELF, verb=verb, proposal=work.proposal_id, revision=work.revision,
            change=work.change.id, detail=outcome,
        )  # fmt: skip
        record(connection, line)

    def _signal(self) -> None:
        with self.moved:
            self.moved.notify_all()


def _wants(work: store.Work, job: Job) -> bool:
    """Tell whether the change stands where this job is under way."""
    if job.verb == "undo":
        return work.change.status == "applied" and work.undo_by is not None
    return work.change.status == "applying"


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LAST_PAUSE)


def _waits(work: store.Work) -> bool:
    """Tell whether the change waits for the CRM, or for one before it that does."""
    return work.change.status == "waiting" or (work.undo_by is not None and bool(work.change.error))
