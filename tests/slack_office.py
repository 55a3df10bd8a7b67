"""An office for tests: a small CRM, the running app, and people in a loopback Slack."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal

from slack_members import Http, Member, SocketMode
from slack_server import SlackServer

from bot.app import App
from bot.commands.serve import kit
from bot.crm.records import Account, Contact, Opportunity, Stage, User
from bot.llm import LanguageModel
from bot.settings import Settings
from bot.slack.listeners import build_app
from bot.slack.server import SlackApp, running

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""a Monday"""
RECORDS = (
    User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller"),
    User(id="U-OMAR", name="Omar Haddad", email="omar@example.test", role="seller"),
    User(id="U-LENA", name="Lena Castro", email="lena@example.test", role="enablement"),
    Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
    Stage(id="S2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
    Account(id="A1", name="Northwick Dairy", type="prospect", owner_id="U-MIA", created_at=NOW),
    Account(id="A2", name="Pellworm & Sons <North>", type="prospect", owner_id="U-MIA", created_at=NOW),
    Contact(id="C1", account_id="A1", name="Jane Holt", title="CFO", email="jane@northwick.example"),
    Opportunity(
        id="O1",
        name="Northwick plant 2",
        account_id="A1",
        owner_id="U-MIA",
        amount=Decimal("48000"),
        stage="Discovery",
        close_date=date(2026, 6, 30),
        created_at=NOW,
    ),
)


class Office:
    """The running app and the people around it."""

    def __init__(
        self,
        settings: Settings,
        slack: SlackServer,
        transport: str,
        model: LanguageModel | None = None,
        clock: Callable[[], datetime] = lambda: NOW,
    ) -> None:
        self.settings, self.slack, self.transport, self.model, self.clock = settings, slack, transport, model, clock
        self.now: datetime | None = None
        self._stack = ExitStack()
        self.app: App
        self.bolt: SlackApp
        self.start()

    def start(self) -> None:
        """Start the app and connect it."""
        self.app = self._stack.enter_context(App(self.settings, clock=lambda: self.now or self.clock()))
        if self.model is not None:
            self.app.model = self.model
        self.bolt = build_app(kit(self.app))
        port = 0 if self.transport == "http" else None
        where = self._stack.enter_context(running(self.settings, self.bolt, port))
        self._by = Http(where) if self.transport == "http" else SocketMode(self.slack)

    def stop(self) -> None:
        """Stop the app as SIGTERM does."""
        self._stack.close()

    def restart(self) -> None:
        """Stop the app and start it on the same home."""
        self.stop()
        self.slack.wait(lambda: not self.slack.connected(), "the end of the connection")
        self.start()

    def member(self, user_id: str, email: str | None, **profile: object) -> Member:
        """A person of this Slack."""
        if user_id not in self.slack.users:
            self.slack.person(user_id, email, **profile)
        return Member(self.slack, self._by, user_id)

    @property
    def mia(self) -> Member:
        """The seller who owns the account."""
        return self.member("UMIA", "Mia@example.test")

    @property
    def lena(self) -> Member:
        """The person of the enablement team."""
        return self.member("ULENA", "lena@example.test")

    @property
    def omar(self) -> Member:
        """A colleague."""
        return self.member("UOMAR", "omar@example.test")


def port_of(office: Office) -> int:
    """The port that the app listens on."""
    by = office.mia.by
    assert isinstance(by, Http)
    return by.port
