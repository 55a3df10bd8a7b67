"""`seller serve`: Slack until stopped, with the rounds that keep the knowledge base and the mirror true."""

import threading
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, timedelta

from bot import log
from bot.app import App
from bot.commands.audit import nightly, tell_start
from bot.commands.backtest import of_crm
from bot.commands.knowledge import tell_ingest
from bot.commands.purge import purge
from bot.crm.mirror import take_snapshot
from bot.errors import BotError, Locked
from bot.people import team_names
from bot.schedule import Every
from bot.slack.listeners import build_app, serve
from bot.slack.room import Kit
from bot.store.audit import ITSELF
from bot.store.leader import Leadership

NEWS_SECONDS = 60.0
"""between two looks for questions and answers that came from elsewhere, such as from the terminal"""
REMINDER_SECONDS = 60.0
"""between two looks for digests and briefs that are due"""
FORGET_SECONDS = 24 * 3600.0
"""between two looks for what has been kept long enough"""
LEARN_SECONDS = 3600.0
"""between two looks whether chances were tested within a day"""
SNAPSHOT_SECONDS = 600.0
"""between two looks whether the embedded CRM has a snapshot of the day; a mirror gets its own from the sync"""


def run(app: App, http_port: int | None) -> None:
    """Answer in Slack over Socket Mode, or over HTTP on a port; this process applies approved changes."""
    bolt = build_app(kit(app))
    tell_start(app)
    app.work()
    with ExitStack() as rounds:
        rounds.enter_context(Every(FORGET_SECONDS, lambda stop: forget(app), "purge", at_once=True))
        rounds.enter_context(Every(FORGET_SECONDS, lambda stop: nightly(app), "audit_verifying", at_once=True))
        rounds.enter_context(Every(NEWS_SECONDS, lambda stop: bolt.tell(), "kb_news"))
        rounds.enter_context(Every(REMINDER_SECONDS, lambda stop: bolt.remind(app.clock()), "slack_reminders"))
        if app.settings.reingest_minutes:
            seconds = app.settings.reingest_minutes * 60
            rounds.enter_context(Every(seconds, lambda stop: read_again(app, stop), "kb_reading"))
        rounds.enter_context(_crm_round(app))
        rounds.enter_context(Every(LEARN_SECONDS, lambda stop: learn(app), "backtest"))
        serve(app.settings, bolt, http_port)


def kit(app: App) -> Kit:
    """What the Slack room is given of a home."""
    return Kit(
        settings=app.settings,
        engine=app.engine,
        assistant=app.assistant,
        approvals=app.approvals,
        reader=app.reader,
        deliveries=app.deliveries,
        clock=app.clock,
        open_loop=app.loop,
    )


def _crm_round(app: App) -> AbstractContextManager[object]:
    """What keeps the mirror in step, or takes the embedded CRM's daily snapshot."""
    if app.mirror is None:
        return Every(SNAPSHOT_SECONDS, lambda stop: snapshot(app), "crm_snapshot", at_once=True)
    if not app.settings.sync_minutes:
        return nullcontext()
    return Every(app.settings.sync_minutes * 60, lambda stop: sync_again(app, stop), "crm_sync", at_once=True)


def forget(app: App) -> None:
    """Drop what has been kept long enough; of several processes of a home, one does so."""
    leader = Leadership(app.engine, app.settings.home, "purge")
    if not leader.acquire():
        return
    try:
        report = purge(app)
    finally:
        leader.release()
    if any(report.counts.values()) or report.notes:
        log.event("purged", **report.counts, notes=len(report.notes))


def snapshot(app: App) -> None:
    """Keep today's open deals, once."""
    day = app.clock().astimezone(UTC).date()
    deals = take_snapshot(app.engine, day)
    if deals:
        log.event("crm_snapshot", day=day, deals=deals)


def learn(app: App) -> None:
    """Test chances on what is over, once a day, so that answers rest on a test of today's history."""
    if app.learnt is None or app.clock() - app.learnt.at >= timedelta(hours=23):
        test = of_crm(app).test
        log.event("backtest", n=test.n, shown="model" if test.verdict.model else "base", why=test.verdict.why)


def sync_again(app: App, stop: threading.Event) -> None:
    """Bring the mirror in step; another process that does so already is left to it."""

    def progress(kind: str, done: int, total: int | None) -> None:
        if stop.is_set():
            raise BotError("Stopped while syncing; the next sync goes on from here.")

    try:
        report = app.sync(progress=progress)
    except Locked as busy:
        log.event("crm_sync_skipped", why=str(busy))
        return
    if report is None:
        return
    records = sum(counts.records for counts in report.kinds.values())
    log.event("crm_synced", records=records, failed=len(report.failed), seconds=round(report.seconds, 2))


def read_again(app: App, stop: threading.Event) -> None:
    """Read every folder and file again that was ingested once; what has not changed costs nothing."""

    def progress(done: int, total: int, file: str) -> None:
        if stop.is_set():
            raise BotError("Stopped while reading; the next reading goes on from here.")

    app.suppression.forget()
    report = app.library.ingest(
        app.library.sources(), resolve_account=app.account_key, teams=team_names(app.reader.users()),
        progress=progress, now=app.clock(),
    )  # fmt: skip
    tell_ingest(app, report, ITSELF)
    counts = {"files": report.files, "embedded": report.embedded, "removed": report.removed}
    log.event("kb_read", **counts, failed=len(report.failed), seconds=round(report.seconds, 2))
