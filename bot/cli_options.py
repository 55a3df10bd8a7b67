"""What the commands share: options with one meaning, and opening the home."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import log
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.app import App

As = Annotated[str | None, typer.Option("--as", help="CRM user who asks: e-mail or name.")]
Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on standard output.")]
Now = Annotated[str | None, typer.Option(help="Fix the clock: an ISO 8601 time such as 2026-11-22T09:00:00Z.")]


def path(written: str) -> Path:
    """Read a path; UsageError for an empty one, which would otherwise stand for the working directory."""
    if not written.strip():
        raise UsageError("A path is empty; name a file or folder, or `.` for this one.")
    return Path(written)


Paths = Annotated[list[Path] | None, typer.Argument(help="Files and folders.", parser=path)]
Charts = Annotated[
    Path | None,
    typer.Option(parser=path, metavar="FOLDER", help="Save each chart here, as a picture and its figures as CSV."),
]
Account = Annotated[str | None, typer.Option(help="Name or id of the account it is about.")]


@contextmanager
def opened(now: str | None = None, *, to_stderr: bool = False) -> Iterator["App"]:
    """Open the home of the settings for one command."""
    from bot import settings
    from bot.app import App, utc_now

    chosen = settings.load()
    clock = _fixed(now) if now else utc_now
    with App(chosen, clock) as app:
        app.ready()
        log.configure(chosen.log_format, None if to_stderr else chosen.home / "seller.log")
        yield app


def _fixed(text: str) -> Callable[[], datetime]:
    at = _time(text)
    return lambda: at


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'--now "{text}" is no ISO 8601 time; write it like 2026-11-22T09:00:00Z.') from error
    if not 1970 <= at.year <= 2200:
        raise UsageError(f"--now {text} is out of range; choose a year from 1970 to 2200.")
    return at if at.tzinfo else at.replace(tzinfo=UTC)
