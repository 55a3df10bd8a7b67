"""`seller sync`: the mirror of a connected CRM, brought in step."""

from collections.abc import Callable
from datetime import UTC

from bot.app import App
from bot.commands.output import emit
from bot.crm.mirror import Progress, Report, take_snapshot
from bot.crm.mirror.report import Counts, Kept
from bot.terminal import Bar, bars, err, out


def run(app: App, *, full: bool, as_json: bool) -> None:
    """Read what changed, or everything, and say what came, what went and what did not fit."""
    report = _embedded(app) if app.mirror is None else None
    if app.mirror is not None:
        with bars(quiet=as_json) as bar:
            report = app.sync(full=full, progress=_shown(bar))
    if as_json:
        emit(report)
    elif report is not None:
        _show(report)


def _embedded(app: App) -> Report:
    day = app.clock().astimezone(UTC).date()
    deals = take_snapshot(app.engine, day)
    return Report(
        "local",
        snapshot=Kept(day, deals) if deals else None,
        as_of=app.reader.as_of(),
        notes=["The embedded CRM is its own source, so there is nothing to sync."],
    )


def _shown(bar: Bar) -> Progress:
    """Give each kind a bar of its own."""
    moved: dict[str, Callable[[int, int, str], None]] = {}

    def progress(kind: str, done: int, total: int | None) -> None:
        if kind not in moved:
            moved[kind] = bar.track(kind)
        moved[kind](done, max(done, total or 0), "")

    return progress


def _show(report: Report) -> None:
    for kind, counts in report.kinds.items():
        out.print(f"{kind}: {_words(counts)}", markup=False)
    for note in report.notes:
        out.print(note, markup=False)
    if report.snapshot:
        out.print(f"{report.snapshot.deals:,} open deals kept as the snapshot of {report.snapshot.day}.")
    for failed in report.failed:
        err.print(f"not read: {failed.kind}{f' {failed.id}' if failed.id else ''}: {failed.why}", markup=False)
    if report.as_of and report.kinds:
        out.print(f"In step as of {report.as_of:%Y-%m-%d %H:%M} UTC, in {report.seconds:.1f} s.")


def _words(counts: Counts) -> str:
    others = {"gone": counts.gone, "merged": counts.merged, "that do not fit": counts.bad}
    return ", ".join([f"{counts.records:,} records", *(f"{n:,} {what}" for what, n in others.items() if n)])
