"""The steps of the durable apply and undo workflows; each may be repeated after a crash."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.approvals.ports import Job, Notifier, Outcome
from bot.crm.port import CrmWriter
from bot.crm.writes import Approval, Receipt
from bot.errors import CrmRejected, CrmUnavailable
from bot.log import failure
from bot.proposals import Change
from bot.store import proposals as store
from bot.store.audit import AuditLine, record
from bot.store.database import Connection, Engine, reading, writing

FIRST_PAUSE = timedelta(seconds=15)
LAST_PAUSE = timedelta(minutes=15)
CRASHES = 5
"""an adapter that breaks unexpectedly is tried this often, then the change fails"""
ITSELF = "assistant"
"""actor of audit lines for what runs without a person"""


class Applying:
    """Begins, writes, finishes and tells; `bot.jobs` puts the steps in order."""

    def __init__(self, engine: Engine, writer: CrmWriter, clock: Callable[[], datetime]) -> None:
        self._engine, self._writer, self._clock = engine, writer, clock
        self.notify: Notifier | None = None
        self.moved = threading.Condition()
        """signalled after each change, for who waits in this process"""

    def begin(self, job: Job) -> bool:
        """Mark the change as being worked on; False where nothing is left to do."""
        with writing(self._engine) as connection:
            work = store.work(connection, job.change_id)
            if work is None:
                return False
            values = {"tries": work.tries + 1, "retry_at": self._clock() + _pause(work.tries)}
            if _wants(work, job):
                store.note(connection, job.change_id, **values)
                return True
            return job.verb == "apply" and store.move(connection, job.change_id, "applying", **values)

    def write(self, job: Job) -> Outcome:
        """Ask the CRM; raises CrmUnavailable, which is worth another try."""
        with reading(self._engine) as connection:
            work = store.work(connection, job.change_id)
        if work is None:
            return {"refused": "The change is gone from the store; propose it again."}
        try:
            return {"receipt": self._ask(job, work.change).model_dump(mode="json")}
        except CrmUnavailable:
            raise
        except CrmRejected as error:
            return {"refused": str(error)}
        except Exception as error:  # noqa: BLE001  # an adapter's bug must neither lose the change nor stop the others
            failure("crm_adapter_broke", error, change=job.change_id)
            return _broke(work)

    def finish(self, job: Job, outcome: Outcome) -> None:
        """Store what came of it and its audit line in one transaction; a repeat changes nothing."""
        with writing(self._engine) as connection:
            work = store.work(connection, job.change_id)
            if work is not None and _wants(work, job):
                end = self._end_undo if job.verb == "undo" else self._end_apply
                end(connection, work, outcome)
        with self.moved:
            self.moved.notify_all()

    def tell(self, job: Job) -> None:
        """Show the person the present state."""
        notify = self.notify
        if notify is None:
            return
        try:
            with reading(self._engine) as connection:
                work = store.work(connection, job.change_id)
                found = store.find(connection, ids=[work.proposal_id]) if work else []
            for proposal in found:
                notify.changed(proposal)
        except Exception as error:  # noqa: BLE001  # the write is done; a card that cannot be redrawn must not undo that
            failure("nobody_told", error, change=job.change_id)

    def _ask(self, job: Job, change: Change) -> Receipt:
        if job.verb == "undo":
            if change.receipt is None:
                raise CrmRejected("There is no receipt to undo by; change the record in the CRM.")
            return self._writer.undo(change.receipt)
        if change.decided_by is None or change.decided_at is None:
            raise CrmRejected("Nobody approved this change; propose it again.")
        approval = Approval(
            change_id=change.id, write=change.write, approved_by=change.decided_by, approved_at=change.decided_at
        )
        return self._writer.apply(approval)

    def _end_apply(self, connection: Connection, work: store.Work, outcome: Outcome) -> None:
        now, change_id = self._clock(), work.change.id
        if receipt := outcome.get("receipt"):
            done = {"receipt": receipt, "applied_at": now, "error": None, "tries": 0, "retry_at": None}
            moved, verb = store.move(connection, change_id, "applied", **done), "applied"
        elif refused := outcome.get("refused"):
            moved, verb = store.move(connection, change_id, "failed", error=refused, retry_at=None), "failed"
        else:
            moved, verb = store.move(connection, change_id, "waiting", error=outcome["waiting"]), "waiting"
        # A day without the CRM is one line of the trail, not a hundred.
        if moved and (verb != "waiting" or work.tries == 1):
            self._audit(connection, work, verb, outcome)

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


def _wants(work: store.Work, job: Job) -> bool:
    """Tell whether the change stands where this job is under way."""
    if job.verb == "undo":
        return work.change.status == "applied" and work.undo_by is not None
    return work.change.status == "applying"


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LAST_PAUSE)


def _broke(work: store.Work) -> Outcome:
    if work.tries >= CRASHES:
        return {"refused": "The CRM adapter broke again and again; look at the log and ask for a new proposal."}
    return {"waiting": "The CRM adapter broke; it is tried again without your doing."}
