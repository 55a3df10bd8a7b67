"""Rights that a remote CRM was asked for, remembered: minutes while it answers, hours while it does not."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import access as table
from bot.crm.port import Access, RecordKind, Right
from bot.crm.records import User
from bot.crm.rights.org import Org
from bot.crm.rights.owners import owned_by
from bot.errors import BotError, CrmError, CrmUnanswerable
from bot.log import event

NONE = timedelta(0)
FRESH = timedelta(minutes=5)
"""an answer this old is asked for anew"""
LAST = timedelta(hours=4)
"""up to this age an answer still counts where the CRM gives none"""
BATCH = 200
"""records asked about in one call"""
MOST = 10_000
"""records that one request may ask about: fifty calls"""
PAUSE = timedelta(seconds=30)
"""a CRM that failed is left alone for so long, or every look would wait for its time-out"""

Said = dict[str, tuple[bool, datetime]]
"""record → the answer, and when it was given"""


class KnownAccess:
    """An `Access` that asks a remote one; safe in several threads."""

    narrow = True
    """a question costs a call, so names are narrowed by words before rights to them are asked"""

    def __init__(
        self,
        engine: Engine,
        remote: Access,
        users: Callable[[], Sequence[User]],
        clock: Callable[[], datetime],
        instead: Callable[[], Access] | None = None,
    ) -> None:
        """Take the parts; `instead` decides where the CRM never answers such a question."""
        self._instead = instead
        self._engine, self._remote, self._users, self._clock = engine, remote, users, clock
        self._lock = threading.Lock()
        self._silent_until: datetime | None = None

    def allowed(self, user: User, right: Right, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
        """Those of the records that the CRM says the person has the right to, now or as it said last.

        Where it cannot be asked, its last word counts for four hours; after that the person's own records alone.
        """
        now = self._clock()
        said = self._said(user, right, ids)
        fresh = {key for key, (_, at) in said.items() if NONE <= now - at < FRESH}
        new = self._asked(user, right, kind, sorted(set(ids) - fresh), now)
        silent = [key for key in ids if key not in fresh and key not in new]
        usable = {key: yes for key in silent if key in said for yes, at in [said[key]] if NONE <= now - at <= LAST}
        forgotten = [key for key in silent if key not in usable]
        answers = {**{key: said[key][0] for key in fresh}, **new, **usable}
        return frozenset(key for key, yes in answers.items() if yes) | owned_by(self._engine, user, kind, forgotten)

    def stands(self, user: User, owner_id: str | None) -> bool:
        """Whether a record that hangs on nothing is seen: by its owner and those above."""
        return owner_id is not None and owner_id in Org(self._users()).led(user)

    def known(self, user: User) -> frozenset[str]:
        """The records that the person could read when the CRM was last asked, to look among them first."""
        query = select(table.c.record_id).where(table.c.user_id == user.id, table.c.right == "read", table.c.allowed)
        with crm_errors(), self._engine.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def _said(self, user: User, right: Right, ids: Collection[str]) -> Said:
        where = (table.c.user_id == user.id, table.c.right == right)
        found: Said = {}
        for some in _batches(list(ids)):
            query = select(table.c.record_id, table.c.allowed, table.c.at).where(*where, table.c.record_id.in_(some))
            with crm_errors(), self._engine.connect() as connection:
                found |= {row.record_id: (row.allowed, row.at) for row in connection.execute(query)}
        return found

    def _asked(self, user: User, right: Right, kind: RecordKind, ids: Sequence[str], now: datetime) -> dict[str, bool]:
        """The CRM's answers, as far as it gives some."""
        if len(ids) > MOST:
            raise BotError(
                f"The CRM would have to be asked for your rights to {len(ids):,} records, which takes too long; "
                "name one account, for instance with --account."
            )
        answers: dict[str, bool] = {}
        for some in _batches(ids):
            if self._silent_until is not None and now < self._silent_until:
                break
            try:
                yes = self._remote.allowed(user, right, kind, some)
            except CrmUnanswerable:
                if self._instead is None:
                    break
                yes = self._instead().allowed(user, right, kind, some)
            except CrmError as error:
                # Rights already given out stay as they were last known; nobody gets more by the CRM being away.
                event("crm_rights_not_answered", error=type(error).__name__, kind=kind, right=right)
                self._silent_until = now + PAUSE
                break
            self._silent_until = None
            answers |= {key: key in yes for key in some}
            self._keep(user, right, {key: key in yes for key in some}, now)
        return answers

    def _keep(self, user: User, right: Right, answers: dict[str, bool], now: datetime) -> None:
        own = (table.c.user_id == user.id, table.c.right == right)
        rows: list[dict[str, Any]] = [
            {"user_id": user.id, "record_id": key, "right": right, "allowed": yes, "at": now}
            for key, yes in answers.items()
        ]
        # One at a time: two threads that learn the same would get into each other's way.
        with self._lock, crm_errors():
            try:
                with self._engine.begin() as connection:
                    connection.execute(delete(table).where(*own, table.c.at < now - LAST))
                    connection.execute(delete(table).where(*own, table.c.record_id.in_(list(answers))))
                    connection.execute(insert(table), rows)
            except IntegrityError:
                # Another process kept the same answers at the same moment.
                event("crm_rights_kept_elsewhere", records=len(rows))


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
