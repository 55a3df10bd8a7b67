"""`seller demo`: the sample company, then a conversation."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot import demo
from bot.app import App
from bot.assistant import Request
from bot.errors import BotError, Locked
from bot.terminal import Conversation, bars, err, out

OPENING = """[bold]Fernhollow Software[/bold] sells planning software; you are {name}, one of its sellers.
Try, one after the other:
  brief me on Northwick Dairy
  what do we say when they call us expensive?
  log that I spoke to their CFO, follow up Tuesday
  approve
Leave with "quit". Everything here is fiction and stays in {home}."""


def run(app: App, *, reset: bool) -> None:
    """Set up the home where needed, then talk; one demo at a time in a home."""
    if app.remote is not None:
        raise BotError(
            f"The demo brings its own records and {app.settings.crm} is connected; set SELLER_CRM=local for it."
        )
    with _alone(app.settings.home):
        _set_up(app, reset=reset)
        _talk(app)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    try:
        with FileLock(home / "demo.lock", timeout=0):
            yield
    except Timeout as error:
        raise Locked(
            f"Another `seller demo` uses the home {home} at this moment; close it, or set SELLER_HOME to another folder."
        ) from error


def _set_up(app: App, *, reset: bool) -> None:
    home, now = app.settings.home, app.clock()
    if not demo.marker(home):
        occupied = bool(app.reader.account_names()) or app.library.stats().documents > 0
        demo.check_home(home, reset=reset, occupied=occupied)
    if reset:
        demo.clear(home)
    if demo.is_ready(home) and app.reader.users():
        return  # without users the database was moved away, as the message about a damaged one advises
    started = time.perf_counter()
    demo.note(home, now.date(), ready=False)
    with bars() as bar:
        moved = bar.track("CRM records")
        world = demo.load_crm(app.engine, now)
        moved(len(world.opportunities), len(world.opportunities), "")
        folder = demo.write_pages(home, now)
        report = app.library.ingest([folder], resolve_account=app.account_key, progress=bar.track("playbook and notes"))
    demo.note(home, now.date(), ready=True)
    err.print(
        f"Ready in {time.perf_counter() - started:.1f} s: {len(world.accounts)} accounts, {len(world.opportunities)} deals, "
        f"{report.files} pages, notes and transcripts."
    )


def _talk(app: App) -> None:
    user = app.user(None)
    out.print(OPENING.format(name=user.name, home=app.settings.home))
    thread = f"demo:{app.clock().isoformat()}"
    app.approvals.recover()  # what a killed process left; the worker starts only where there is something
    Conversation(
        app.assistant,
        app.rights.reader_for(user),
        lambda text: Request(text=text, user=user, now=app.clock(), thread=thread),
    ).run()
    if sys.stdin is not None and sys.stdin.isatty():
        out.print("Goodbye; your next `seller demo` opens where you left.")
