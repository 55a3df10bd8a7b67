"""A home with the embedded CRM, an account, a deal, three users and a clock that tests move."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.approvals import Approvals, Job, Notifier
from bot.crm.local import LocalReader, LocalWriter, upsert_all
from bot.crm.port import CrmWriter
from bot.crm.records import Account, Opportunity, Stage, Task, User
from bot.crm.writes import CreateTask, CrmWrite, UpdateOpportunity
from bot.errors import CrmUnavailable
from bot.proposals import Decision, Proposal, ProposedWrite
from bot.settings import Settings
from bot.store.database import open_engine, prepare

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANN = User(id="U1", name="Ann Seller", role="seller", time_zone="Europe/Berlin")
BEN = User(id="U2", name="Ben Other", role="seller")
ADA = User(id="U3", name="Ada Admin", role="admin")
RECORDS = (
    ANN,
    BEN,
    ADA,
    Account(id="A1", name="Acme"),
    Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
    Stage(id="S2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
    Opportunity(
        id="O1",
        name="Acme renewal",
        account_id="A1",
        owner_id="U1",
        amount=Decimal("1000"),
        stage="Discovery",
        close_date=date(2026, 6, 30),
        created_at=START,
    ),
)


@cache
def migrated() -> bytes:
    """A database at the newest revision: migrating once is enough for all tests of one run."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/seller.db")
        prepare(engine)
        engine.dispose()
        return Path(folder, "seller.db").read_bytes()


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, by: timedelta) -> None:
        """Let time go by."""
        self.now += by


class Inline:
    """Runs jobs at once and in this thread, without durability: for tests of the rules alone."""

    def __init__(self, approvals: Approvals) -> None:
        self._steps = approvals.applying

    def start(self, jobs: Sequence[Job]) -> None:
        """Apply or take back now; a CRM that is away leaves the change waiting."""
        for job in jobs:
            if self._steps.held(job):
                continue
            if self._steps.begin(job):
                try:
                    outcome = self._steps.write(job)
                except CrmUnavailable as error:
                    outcome = {"waiting": str(error)}
                self._steps.finish(job, outcome)
            self._steps.tell(job)


class World:
    """Everything a test needs of one home."""

    def __init__(self, home: Path, *, writer: CrmWriter | None = None, notify: Notifier | None = None) -> None:
        self.settings = Settings(home=home)
        home.mkdir(exist_ok=True)
        if not (home / "seller.db").exists():
            (home / "seller.db").write_bytes(migrated())
        self.engine = open_engine(self.settings.database)
        prepare(self.engine)
        self.clock = Clock()
        self.reader = LocalReader(self.engine)
        if not self.reader.users():
            upsert_all(self.engine, RECORDS, as_of=START)
        self.approvals = Approvals(
            self.engine, self.reader, writer or LocalWriter(self.engine, clock=self.clock), self.clock
        )
        self.approvals.tell(notify)

    def inline(self) -> "World":
        """Run approved changes at once."""
        self.approvals.runner = Inline(self.approvals)
        return self

    def propose(self, *writes: CrmWrite) -> Proposal:
        """Propose for Ann."""
        proposed = [ProposedWrite(write=write, evidence="she said so") for write in writes]
        return self.approvals.propose(proposed, requester=ANN.id, account_id="A1", skill="log")

    def tasks(self) -> list[Task]:
        """Return Acme's live tasks."""
        return list(self.reader.tasks("A1"))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def task(subject: str = "Call the CFO", due: date | None = None) -> CreateTask:
    """A task at Acme."""
    return CreateTask(subject=subject, due=due, owner_id="U1", account_id="A1")


def amount(new: str) -> UpdateOpportunity:
    """A new amount of the deal, which is at 1000."""
    return UpdateOpportunity(opportunity_id="O1", field="amount", old=Decimal("1000"), new=Decimal(new))


def approve(proposal: Proposal, *only: int, revision: int | None = None) -> Decision:
    """A yes to the proposal, or to some of its changes."""
    return Decision(verb="approve", proposal_id=proposal.id, only=only, revision=revision)


def statuses(proposal: Proposal) -> list[str]:
    """The state of each change."""
    return [change.status for change in proposal.changes]
