"""Propose and decide: who may say yes to what, and until when."""

import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from bot.approvals.applying import Applying
from bot.approvals.choosing import choose
from bot.approvals.editing import Words, check, edit, shown
from bot.approvals.ports import Job, Notifier, Runner
from bot.approvals.watching import kept, settle
from bot.crm.port import CrmReader, CrmWriter
from bot.crm.records import User
from bot.crm.writes import CrmWrite
from bot.errors import CrmRejected, NotAllowed, NotFound, Stale, UsageError
from bot.proposals import LIFETIME, Change, Decision, Proposal, ProposedWrite, Status
from bot.store import proposals as store
from bot.store import queue
from bot.store.audit import ITSELF, AuditLine, record
from bot.store.database import Connection, Engine, reading, writing

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
ALPHABET = f"23456789{LETTERS}"
"""without 0 O 1 I L U: these look or sound like others"""
UNDO_WITHIN = timedelta(hours=24)
Proposals = list[Proposal]


class Approvals:
    """Proposals and their fate; without a `runner` an approved change waits in the store for one."""

    def __init__(
        self,
        engine: Engine,
        reader: CrmReader,
        writer: CrmWriter,
        clock: Callable[[], datetime],
        *,
        parse_date: Callable[[str, date], date] = lambda text, today: date.fromisoformat(text),
        may_write: Callable[[User, CrmWrite], str | None] = lambda user, write: None,
    ) -> None:
        """Take the parts; `may_write` says in a sentence why a person may not make a write, else None."""
        self._reader, self._clock, self._parse_date, self._may_write = reader, clock, parse_date, may_write
        self.engine = engine
        self.applying = Applying(engine, writer, clock)
        self.runner: Runner | None = None

    def tell(self, notify: Notifier | None) -> None:
        """Have a person told of each change that moves; None: nobody."""
        self.applying.notify = notify

    def propose(
        self,
        writes: Sequence[ProposedWrite],
        *,
        requester: str,
        account_id: str | None = None,
        thread: str | None = None,
        skill: str = "",
        prompt_version: str | None = None,
    ) -> Proposal:
        """Store writes as pending changes under a short id that can be spoken.

        Raises UsageError without writes, StorageError where it cannot be stored.
        """
        if not writes:
            raise UsageError("There is nothing to propose; name at least one change.")
        writes = [one.model_copy(update={"write": shown(one.write)}) for one in writes]
        same = self._waiting_alike(requester, writes)
        if same:
            return same
        now = self._clock()
        changes = tuple(Change(id=str(uuid.uuid4()), k=k, **dict(one)) for k, one in enumerate(writes, start=1))
        draft = Proposal(
            id="", revision=1, requester=requester, created_at=now, expires_at=now + LIFETIME, account_id=account_id,
            thread=thread, skill=skill, prompt_version=prompt_version, changes=changes,
        )  # fmt: skip
        return self._store(draft)

    def _waiting_alike(self, requester: str, writes: Sequence[ProposedWrite]) -> Proposal | None:
        """The requester's proposal of just these writes that nobody decided on yet: asking twice makes no second one."""
        wanted = [one.write for one in writes]
        for proposal in self.list(requester):
            undecided = all(change.status == "pending" for change in proposal.changes)
            if undecided and [change.write for change in proposal.changes] == wanted:
                return proposal
        return None

    def get(self, proposal_id: str) -> Proposal:
        """Return a proposal (any case); NotFound names the nearest and newest ids."""
        self._expire()
        wanted = proposal_id.strip().upper()
        with reading(self.engine) as connection:
            found = store.find(connection, ids=[wanted])
            ids = [] if found else store.known_ids(connection)
        if found:
            return found[0]
        near = list(dict.fromkeys([*get_close_matches(wanted, ids, n=3, cutoff=0.5), *ids[:3]]))
        hint = f"did you mean {', '.join(near)}?" if near else "there are none yet."
        raise NotFound(f"There is no proposal {wanted}; {hint}", candidates=near)

    def decide(self, decision: Decision, by: User, *, wait: float = 10.0) -> Proposal:
        """Approve, edit, reject or undo; wait up to `wait` seconds for the CRM and return the present state.

        Raises NotAllowed (neither requester nor admin, or no right to the record), Stale (revision, expiry, already
        decided), UsageError (a value that does not fit), Ambiguous (several changes have the field), NotFound,
        CrmRejected (an undo the CRM refuses).
        A change that still waits after that time is `approved` or `waiting` in the answer, one that somebody changed
        meanwhile is `pending` again, one that nobody can tell of is `unknown`; `error` says why.
        """
        proposal = self.get(decision.proposal_id)
        with self.watched(proposal, decision.verb, by):
            self.check_decides(proposal, by)
            if decision.revision not in (None, proposal.revision):
                raise Stale(
                    f"{proposal.id} was edited since this card was drawn; look at revision {proposal.revision}."
                )
            verbs = {"approve": self._approve, "reject": self._reject, "edit": self._edit, "undo": self._undo}
            chosen = verbs[decision.verb](proposal, decision, by)
        if self.runner is not None:
            settle(self.engine, self.applying, chosen, wait)
        decided = self.get(proposal.id)
        # Also of a no or an edit, which no worker moves on: the card may stand elsewhere.
        self.applying.show(decided)
        refused = kept(self.engine, chosen) if decision.verb == "undo" else None
        if refused:
            raise CrmRejected(refused)
        return decided

    @contextmanager
    def watched(self, proposal: Proposal, verb: str, by: User) -> Iterator[None]:
        """Leave a line in the audit trail where somebody is not allowed what they try."""
        try:
            yield
        except NotAllowed:
            with writing(self.engine) as connection:
                self._audit(connection, "refused", proposal, None, by.id, tried=verb)
            raise

    def check_decides(self, proposal: Proposal, by: User) -> None:
        """Raise NotAllowed where a person is neither the requester nor an admin."""
        if by.id != proposal.requester and by.role != "admin":
            raise NotAllowed(
                f"Only {self._name(proposal.requester)} or an admin may decide on {proposal.id}; ask them."
            )

    def recover(self, *, due_only: bool = False) -> int:
        """Start every approved change not yet applied and every undo not yet done; return how many.

        `due_only` leaves those whose next try lies ahead.
        """
        with reading(self.engine) as connection:
            works = queue.unfinished(connection, self._clock() if due_only else None)
        for line in queue.in_lines(works):
            self._start(line)
        return len(works)

    def _approve(self, proposal: Proposal, decision: Decision, by: User) -> Sequence[str]:
        chosen = choose(proposal, decision, self._name)
        for change in chosen:
            self._check_right(by, change.write)
            check(change.write)
        return self._run_now(self._settle_pending(proposal, decision, chosen, "approved", by))

    def _reject(self, proposal: Proposal, decision: Decision, by: User) -> Sequence[str]:
        return self._settle_pending(proposal, decision, choose(proposal, decision, self._name), "rejected", by)

    def _settle_pending(
        self, proposal: Proposal, decision: Decision, chosen: Sequence[Change], to: Status, by: User
    ) -> Sequence[str]:
        ids, now = [change.id for change in chosen], self._clock()
        with writing(self.engine) as connection:
            if not store.decide(connection, proposal, [c.k for c in chosen], to, by=by.id, at=now):
                raise self._overtaken(proposal)
            if to == "approved":
                queue.join(connection, ids, now)
            for change in chosen:
                self._audit(connection, decision.verb, proposal, change.id, by.id, was=change.status)
        return ids

    def _edit(self, proposal: Proposal, decision: Decision, by: User) -> Sequence[str]:
        if decision.only:
            raise UsageError("An edit names its change as in `2.due=2026-03-31`; leave out the list of changes.")
        choose(proposal, decision, self._name)
        writes = edit(proposal.changes, decision.values, self._words(proposal, by))
        for write in writes.values():
            self._check_right(by, write)
        with writing(self.engine) as connection:
            if not store.rewrite(connection, proposal, writes, at=self._clock()):
                raise self._overtaken(proposal)
            for change_id, write in writes.items():
                self._audit(connection, "edit", proposal, change_id, by.id, write=write.model_dump(mode="json"))
        return []

    def _words(self, proposal: Proposal, by: User) -> Words:
        zone = ZoneInfo(by.time_zone)
        today = self._clock().astimezone(zone).date()
        ids = {getattr(change.write, "opportunity_id", None) for change in proposal.changes}
        deals = {one: deal for one in ids if one and (deal := self._reader.opportunity(one))}
        return Words(lambda text: self._parse_date(text, today), zone, today, self._reader.stages(), deals)

    def _check_right(self, by: User, write: CrmWrite) -> None:
        why_not = self._may_write(by, write)
        if why_not:
            raise NotAllowed(why_not)

    def _undo(self, proposal: Proposal, decision: Decision, by: User) -> Sequence[str]:
        chosen = choose(proposal, decision, self._name)
        ids = [change.id for change in chosen]
        for change in chosen:
            self._check_right(by, change.write)
        with writing(self.engine) as connection:
            self._check_age(connection, chosen)
            if not store.request_undo(connection, ids, by=by.id):
                raise self._overtaken(proposal)
            queue.join(connection, ids, self._clock())
            for change in chosen:
                self._audit(connection, "undo", proposal, change.id, by.id)
        return self._run_now(ids)

    def _check_age(self, connection: Connection, chosen: Sequence[Change]) -> None:
        for change in chosen:
            work = store.work(connection, change.id)
            if work and work.applied_at and self._clock() - work.applied_at > UNDO_WITHIN:
                raise Stale(f"Change {change.k} was applied more than 24 hours ago; change the record in the CRM.")

    def _overtaken(self, proposal: Proposal) -> Stale:
        return Stale(f"Someone else decided on {proposal.id} at the same moment; look at it again.")

    def _run_now(self, change_ids: Sequence[str]) -> Sequence[str]:
        """Apply in the order of the card, take back in the opposite one."""
        with reading(self.engine) as connection:
            works = [work for one in change_ids if (work := store.work(connection, one))]
        self._start(sorted(works, key=lambda work: work.change.k if work.undo_by is None else -work.change.k))
        return change_ids

    def _start(self, works: Sequence[store.Work]) -> None:
        if self.runner is not None:
            jobs = [Job(w.change.id, "apply" if w.undo_by is None else "undo", w.tries) for w in works]
            self.runner.start(jobs)

    def _store(self, draft: Proposal) -> Proposal:
        for size in (4, 4, 4, 5, 5, 6, 6):
            proposal = draft.model_copy(update={"id": new_id(size)})
            with writing(self.engine) as connection:
                if store.add(connection, proposal):
                    written = [change.write.model_dump(mode="json") for change in proposal.changes]
                    self._audit(
                        connection, "propose", proposal, None, draft.requester, skill=draft.skill, writes=written
                    )
                    return proposal
        raise UsageError("No free id was found for this proposal; try again.")

    def _expire(self) -> None:
        now = self._clock()
        with reading(self.engine) as connection:
            old = store.overdue(connection, now)
        if not old:
            return
        with writing(self.engine) as connection:
            moved = [one for one in old if store.move(connection, one[2], "expired")]
            for proposal, revision, change in moved:
                line = AuditLine(
                    at=now, actor=ITSELF, verb="expire", proposal=proposal, revision=revision, change=change
                )
                record(connection, line)

    def _audit(
        self, connection: Connection, verb: str, proposal: Proposal, change: str | None, actor: str, **detail: Any
    ) -> None:
        line = AuditLine(
            at=self._clock(), actor=actor, verb=verb, proposal=proposal.id, revision=proposal.revision, change=change,
            detail=detail,
        )  # fmt: skip
        record(connection, line)

    def _name(self, user_id: str | None) -> str:
        user = self._reader.user(user_id) if user_id else None
        return user.name if user else user_id or "nobody"

    def list(self, requester: str | None = None, *, live_only: bool = True) -> Proposals:
        """Return proposals newest first; `live_only` leaves out those with nothing left to happen."""
        self._expire()
        with reading(self.engine) as connection:
            return store.find(connection, requester=requester, live_only=live_only)


def new_id(size: int) -> str:
    """Make up an id with a letter in front: “approve 4529” would mean change 4529."""
    return secrets.choice(LETTERS) + "".join(secrets.choice(ALPHABET) for _ in range(size - 1))
