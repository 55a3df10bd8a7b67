"""The mirror of a connected CRM: read page by page, resumable at every page, and dropped from only by a full pass."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy import Engine, select

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES, merged
from bot.crm.mirror import links
from bot.crm.mirror.cleaning import Scrub
from bot.crm.mirror.passes import WHOLE, Pass, Passes
from bot.crm.mirror.refreshing import Budget, Late
from bot.crm.mirror.report import Counts, Failed, Kept, Report
from bot.crm.mirror.snapshot import take_snapshot
from bot.crm.mirror.stamps import TITLES, Stamps
from bot.crm.mirror.store import Store
from bot.crm.port import CrmSource, Page, Partial, Refreshed
from bot.crm.records import Account, Quota, Record
from bot.errors import BotError, CrmError, CrmRejected, CrmUnavailable, Locked
from bot.log import failure

PAUSE = timedelta(seconds=30)
"""a CRM that gave no answer is not asked again before an answer for so long"""

Progress = Callable[[str, int, int | None], None]
"""gets the kind, how many records of it were read, and how many there are where the source says so"""


class Lock(Protocol):
    """Held by the one process that syncs."""

    def acquire(self) -> bool:
        """Take it if it is free; never wait."""

    def release(self) -> None:
        """Give it back."""


@dataclass(frozen=True)
class Standing:
    """How the mirror stands."""

    as_of: datetime | None
    unfinished: bool
    trouble: str | None
    """the sentence with which the last sync stopped or was refused a kind"""


@dataclass
class _Run:
    """One call of sync."""

    began: datetime
    whole: Pass
    report: Report
    progress: Progress


class Mirror:
    """The embedded tables, kept in step with a `CrmSource`."""

    def __init__(
        self,
        engine: Engine,
        source: CrmSource,
        clock: Callable[[], datetime],
        *,
        lock: Lock | None = None,
        scrub: Scrub | None = None,
        renew: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts; `renew` lets `scrub` see before each page who was erased elsewhere meanwhile."""
        self.source = source
        self.title = TITLES.get(source.name, source.name)
        self._engine = engine
        self._clock = clock
        self._lock = lock
        self._one_here = threading.Lock()
        self._passes = Passes(engine, source.name)
        self._stamps = Stamps(engine, source.name)
        self._store = Store(engine, self._passes, clock, scrub, renew)
        self._budget: Budget[None] = Budget()
        self._silent: tuple[datetime, Literal["late", "failed"], str] | None = None

    def sync(self, *, full: bool = False, progress: Progress = lambda kind, done, total: None) -> Report:
        """Bring the mirror in step: from where the last sync ended or was cut off; `full` drops what is not met.

        Raises CrmUnavailable where the CRM does not answer, with how far it came; CrmRejected where it refuses
        everything; Locked where a sync runs already; BotError where the tables hold another CRM's records.
        """
        with self._alone():
            started = time.perf_counter()
            run = self._begin(full, progress)
            self._read_all(run)
            self._end(run)
        run.report.seconds = time.perf_counter() - started
        return run.report

    def as_of(self, account_id: str | None = None) -> datetime | None:
        """When the last reading of everything began, or that of this account; None before the first was through."""
        return self._stamps.as_of(account_id)

    def standing(self) -> Standing:
        """How the mirror stands, for `seller doctor`."""
        whole = self._passes.get(WHOLE)
        unfinished = whole is not None and not whole.done
        return Standing(self.as_of(), unfinished, whole.cursor if whole else None)

    def resolve(self, record_id: str, kind: type[Record] = Account) -> str:
        """The id of the record that this one was merged into, else the id itself."""
        query = select(merged.c.into).where(merged.c.kind == TABLES[kind].name, merged.c.id == record_id)
        with crm_errors(), self._engine.connect() as connection:
            return connection.execute(query).scalar() or record_id

    def merged_accounts(self) -> dict[str, str]:
        """Every account that the CRM merged away, with the one that stands for it now."""
        query = select(merged.c.id, merged.c.into).where(merged.c.kind == TABLES[Account].name)
        with crm_errors(), self._engine.connect() as connection:
            return {row.id: row.into for row in connection.execute(query)}

    def snapshot(self, day: date) -> int:
        """Keep the open deals of a day, once; return how many were kept now."""
        return take_snapshot(self._engine, day) if self.as_of() else 0

    def store(self, page: Page) -> None:
        """Store what was read apart from a sync."""
        self._store.page(page)

    def refresh(self, account_id: str, seconds: float) -> Refreshed:
        """Read one account anew within so many seconds; lateness and failure are told, never raised.

        A CRM that gave no answer is left alone for a while, or every brief would wait for it.
        """
        account_id = self.resolve(account_id)
        if seconds <= 0 or self.as_of() is None:
            return Refreshed("off", self.as_of(account_id))
        if self._silent is not None and timedelta(0) <= self._clock() - self._silent[0] < PAUSE:
            return self._not_fresh(*self._silent[1:], account_id)
        try:
            self._budget.within(seconds, lambda left: self._read_account(account_id, seconds, left))
            self._silent = None
        except Late:
            return self._no_answer("late", f"{self.title} did not answer within {seconds:g} seconds", account_id)
        except CrmUnavailable as error:
            return self._no_answer("failed", str(error), account_id)
        except BotError as error:
            return self._not_fresh("failed", str(error), account_id)
        except Exception as error:  # noqa: BLE001  # the answer comes all the same; the log has the trace
            failure("crm_refresh_failed", error)
            return self._not_fresh("failed", f"{self.title} could not be read just now", account_id)
        return Refreshed("fresh", self.as_of(account_id))

    def _no_answer(self, state: Literal["late", "failed"], why: str, account_id: str) -> Refreshed:
        self._silent = (self._clock(), state, why)
        return self._not_fresh(state, why, account_id)

    def _not_fresh(self, state: Literal["late", "failed"], why: str, account_id: str) -> Refreshed:
        as_of = self.as_of(account_id)
        shown = f"; the CRM's data is as of {as_of:%Y-%m-%d %H:%M} UTC." if as_of else "."
        return Refreshed(state, as_of, why.removesuffix(".") + shown)

    def _read_account(self, account_id: str, seconds: float, left: threading.Event) -> None:
        began = self._clock()
        page = self.source.account(account_id, seconds)
        if not left.is_set():
            self._store.page(page)
            self._stamps.account_read(account_id, began)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        busy = Locked("A sync of this home is running already; wait until it has ended.")
        if not self._one_here.acquire(blocking=False):
            raise busy
        try:
            if self._lock and not self._lock.acquire():
                raise busy
            try:
                yield
            finally:
                if self._lock:
                    self._lock.release()
        finally:
            self._one_here.release()

    def _begin(self, full: bool, progress: Progress) -> _Run:
        run = _Run(self._clock(), Pass(WHOLE), Report(self.source.name), progress)
        before = self._passes.get(WHOLE)
        if before and not before.done:
            run.report.notes.append("The last sync was cut off; this one goes on from there.")
        if before and before.unread:
            run.whole = before
        elif full:
            run.whole = self._passes.begin_sweep(run.began)
        else:
            self._check_strangers()
            run.whole = Pass(WHOLE, began_at=run.began)
            self._passes.store(run.whole)
        return run

    def _check_strangers(self) -> None:
        others = self._stamps.strangers()
        if others:
            raise BotError(
                f"This home holds records that are not from {self.title} (from: {', '.join(others)}); keep them with "
                "`seller crm export FOLDER` and let `seller sync --full` replace them, or set SELLER_HOME to another folder."
            )

    def _read_all(self, run: _Run) -> None:
        kinds = self.source.kinds()
        for number, kind in enumerate(kinds):
            try:
                self._read(run, kind)
            except CrmRejected as error:
                run.report.failed.append(Failed(kind, None, str(error)))
            except CrmError as error:
                raise self._stopped(run, error, kind, f"{number} of {len(kinds)} kinds are through") from error
        if run.report.refused == set(kinds) != set():
            raise self._stopped(run, CrmRejected(run.report.failed[0].why), kinds[0], "nothing could be read")

    def _stopped(self, run: _Run, error: CrmError, kind: str, through: str) -> CrmError:
        """The error with how far the sync came, which is kept for `seller doctor`."""
        if isinstance(error, CrmUnavailable):
            row = self._passes.get(kind)
            read = f", and {row.count:,} records of {kind}" if row and not row.done else ""
            error = CrmUnavailable(f"{error} So far {through}{read}; the next `seller sync` goes on there.")
        self._passes.store(replace(run.whole, cursor=str(error)))
        return error

    def _read(self, run: _Run, kind: str) -> None:
        """What is left of the pass that was cut off, then what changed since it began."""
        run.report.kinds.setdefault(kind, Counts())
        row = self._passes.get(kind) or Pass(kind, full=True)
        if not row.done:
            new = row.began_at is None
            row = self._read_pages(run, row)
            if new:
                return
        self._read_pages(run, replace(row, full=False, began_at=run.began, done_at=None, count=0))

    def _read_pages(self, run: _Run, row: Pass) -> Pass:
        row = replace(row, began_at=row.began_at or run.began)
        for page in self.source.pages(row.kind, row.cursor, full=row.full):
            row = replace(row, cursor=page.cursor, count=row.count + links.own(page.records), holds=_holds(row, page))
            stored = self._store.page(page, row)
            run.report.add(row.kind, stored.counts, stored.bad)
            run.report.notes += [note for note in page.notes if note not in run.report.notes]
            run.progress(row.kind, row.count, page.total)
        row = replace(row, done_at=self._clock())
        self._passes.store(row)
        return row

    def _end(self, run: _Run) -> None:
        if run.whole.full:
            self._drop_unmet(run)
        if not self._stale(run):
            self._stamps.all_read(run.began)
        failed = [f"{failed.kind}: {failed.why}" for failed in run.report.failed if failed.id is None]
        self._passes.end(run.whole, self._clock(), " ".join(failed) or None)
        self._silent = None
        run.report.as_of = self.as_of()
        left_out = self.source.left_out if isinstance(self.source, Partial) else ()
        run.report.notes += [f"Not read: {each}." for each in left_out]
        day = run.began.astimezone(UTC).date()
        deals = self.snapshot(day)
        run.report.snapshot = Kept(day, deals) if deals else None

    def _drop_unmet(self, run: _Run) -> None:
        """Remove what the full pass did not meet, but not what a kind may hold that was not read to its end."""
        spared = {name for row in self._passes.all().values() if row.kind != WHOLE and row.unread for name in row.holds}
        if not self._stamps.strangers():
            spared.add(TABLES[Quota].name)  # they come from a file, not from the CRM
        # Children first, so that the few that stay are all that is looked through for links.
        kinds = [kind for kind in list(TABLES)[::-1] if TABLES[kind].name not in spared]
        dropped = self._store.drop_unmet(kinds)
        self._stamps.forget_strangers()
        if dropped:
            run.report.notes.append(f"{dropped:,} records that {self.title} no longer has were dropped.")

    def _stale(self, run: _Run) -> bool:
        """Whether a refused kind holds records that were read earlier, so that nothing newer can be said of the whole."""
        rows = self._passes.all()
        old = sorted(kind for kind in run.report.refused if kind in rows and rows[kind].holds)
        if old:
            run.report.notes.append(f"As {', '.join(old)} could not be read, the data stays as of the last whole sync.")
        return bool(old)


def _holds(row: Pass, page: Page) -> tuple[str, ...]:
    return tuple(sorted({*row.holds, *(TABLES[type(record)].name for record in page.records)}))
