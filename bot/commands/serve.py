"""`seller serve`: Slack until stopped, with the rounds that keep the knowledge base true."""

import threading
from contextlib import ExitStack

from bot import log
from bot.app import App
from bot.errors import BotError
from bot.people import team_names
from bot.schedule import Every
from bot.slack.listeners import build_app, serve

NEWS_SECONDS = 60.0
"""between two looks for questions and answers that came from elsewhere, such as from the terminal"""


def run(app: App, http_port: int | None) -> None:
    """Answer in Slack over Socket Mode, or over HTTP on a port; this process applies approved changes."""
    bolt = build_app(app.settings, app.assistant, app.approvals, app.reader, app.deliveries, app.clock, app.loop)
    app.deliveries.forget_old(app.clock())
    app.work()
    with ExitStack() as rounds:
        rounds.enter_context(Every(NEWS_SECONDS, lambda stop: bolt.tell(), "kb_news"))
        if app.settings.reingest_minutes:
            seconds = app.settings.reingest_minutes * 60
            rounds.enter_context(Every(seconds, lambda stop: read_again(app, stop), "kb_reading"))
        serve(app.settings, bolt, http_port)


def read_again(app: App, stop: threading.Event) -> None:
    """Read every folder and file again that was ingested once; what has not changed costs nothing."""

    def progress(done: int, total: int, file: str) -> None:
        if stop.is_set():
            raise BotError("Stopped while reading; the next reading goes on from here.")

    report = app.library.ingest(
        app.library.sources(), resolve_account=app.account_key, teams=team_names(app.reader.users()),
        progress=progress, now=app.clock(),
    )  # fmt: skip
    counts = {"files": report.files, "embedded": report.embedded, "removed": report.removed}
    log.event("kb_read", **counts, failed=len(report.failed), seconds=round(report.seconds, 2))
