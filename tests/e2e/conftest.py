"""Fixtures for Slack: a loopback Slack, a temporary home, and the app between them."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

sys.path.insert(0, str(Path(__file__).parent.parent))  # the loopback Slack serves other folders of tests, too

from slack_office import NOW, RECORDS, Office
from slack_server import APP_TOKEN, BOT_TOKEN, DEADLINE, SECRET, SlackServer
from slack_talk import WORDED, Typist

from bot.app import App
from bot.crm.local import upsert_all
from bot.settings import Settings


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small CRM, to be copied: preparing a database once is enough."""
    home = tmp_path_factory.mktemp("furnished")
    with App(Settings(home=home, model="offline")) as app:
        upsert_all(app.engine, RECORDS, as_of=NOW)
    return home


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app wait long for the disk of a busy machine, and hurry with its own messages.

    What it does after Slack's 3 s, and at which pace it writes, has tests of its own.
    """
    for name in ("journal.CLAIM_SECONDS", "journal.KEEP_SECONDS", "work.FORM_SECONDS", "order.PATIENCE"):
        monkeypatch.setattr(f"bot.slack.arrivals.{name}", DEADLINE / 2)
    monkeypatch.setattr("bot.slack.sending.client.INTERVAL", 0.01)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A loopback Slack."""
    with SlackServer().open() as server:
        yield server


@pytest.fixture
def settings(furnished: Path, slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a home of its own that point at the loopback Slack."""
    home = tmp_path / "home"
    monkeypatch.setenv("SELLER_HOME", str(home))
    shutil.copytree(furnished, home)
    return Settings(
        home=home,
        model="offline",
        slack_api_url=slack.api_url,
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_signing_secret=SecretStr(SECRET),
    )


@pytest.fixture(params=["socket", "http"])
def office(settings: Settings, slack: SlackServer, request: pytest.FixtureRequest) -> Iterator[Office]:
    """The app, once over Socket Mode and once over HTTP."""
    opened = Office(settings, slack, request.param)
    yield opened
    opened.stop()


@pytest.fixture
def model() -> Typist:
    """The model of the office, where a test asks for one."""
    return Typist({"brief": WORDED})


@pytest.fixture
def writing(office: Office, model: Typist) -> Iterator[Office]:
    """The office with a model."""
    opened = Office(office.settings, office.slack, "http", model)
    yield opened
    model.may_end.set()
    opened.stop()
