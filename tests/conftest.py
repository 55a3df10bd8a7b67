"""Shared by all tests: no network but loopback, no settings of the machine, and one sample home made once."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import hypothesis
import pytest

from bot import cli, demo, settings
from bot.app import App
from bot.store.database import open_engine, prepare
from bot.upkeep import copying
from tests.postgres import empty_database, needed, reachable

STORES = ["sqlite", pytest.param("postgresql", marks=[needed, reachable])]
TODAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
OURS = ("SELLER_", "OPENAI_")

# The same examples in every run, however slow the machine; `--hypothesis-profile=anew` draws others.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("anew", deadline=None, max_examples=400, print_blob=True)
hypothesis.settings.load_profile("same")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the machine's own settings, and give every test a home of its own."""
    for name in [name for name in os.environ if name.startswith(OURS) and name != "SELLER_TEST_DATA"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SELLER_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def sample_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample company as of TODAY, to be copied."""
    home = tmp_path_factory.mktemp("sample") / "home"
    with App(settings.Settings(home=home, model="offline"), lambda: TODAY) as app:
        app.ready()
        demo.note(home, TODAY.date(), ready=False)
        demo.load_crm(app.engine, TODAY)
        app.library.ingest([demo.write_pages(home, TODAY)], resolve_account=app.account_key)
        demo.note(home, TODAY.date(), ready=True)
    return home


@pytest.fixture
def sample_home(sample_master: Path, tmp_path: Path) -> Path:
    """A fresh copy of the sample home, which the settings point to."""
    home = tmp_path / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    return home


@pytest.fixture
def sample(sample_home: Path) -> Iterator[App]:
    """The sample company, opened offline at TODAY."""
    with App(settings.Settings(home=sample_home, model="offline"), lambda: TODAY) as app:
        yield app


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """The address of an empty database of each kind; None is SQLite in the home."""
    if request.param == "sqlite":
        yield None
        return
    with empty_database() as url:
        yield url


@pytest.fixture
def stored_sample(sample_home: Path, store_url: str | None) -> Iterator[App]:
    """The sample company in a database of each kind."""
    chosen = settings.Settings(home=sample_home, model="offline", database_url=store_url)
    if store_url:
        engine = open_engine(store_url)
        prepare(engine)
        copying.copy_in(sample_home / "seller.db", engine)
        engine.dispose()
        (sample_home / "seller.db").unlink()
    with App(chosen, lambda: TODAY) as app:
        yield app


@pytest.fixture(scope="module")
def shared_home(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample home for all tests of one module, none of which spoils it for another."""
    home = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    return home


@pytest.fixture(scope="module")
def shared(shared_home: Path) -> Iterator[App]:
    """The sample company for all tests of one module, each of which talks in threads of its own."""
    with App(settings.Settings(home=shared_home, model="offline"), lambda: TODAY) as app:
        yield app


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


Seller = Callable[..., Ran]


@pytest.fixture
def seller(monkeypatch: pytest.MonkeyPatch) -> Seller:
    """Run `seller` with these words and standard input, in this process."""

    def run(*words: str, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.argv", ["seller", *words])
        monkeypatch.setattr("sys.stdin", StringIO(stdin))
        # Plain buffers, never closed: libraries keep the streams that they log to.
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err, pytest.raises(SystemExit) as ended:
            cli.main()
        return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    return run
