"""`seller purge`, and the nightly round of `seller serve`: drop what has been kept long enough."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import log
from bot.app import App
from bot.commands.output import emit
from bot.errors import NotAllowed, StorageError
from bot.people import LOCAL_ADMIN
from bot.store.answers import KEPT, Answers
from bot.store.audit import AuditLine, record
from bot.store.claims import DroppedClaims
from bot.store.database import writing
from bot.store.letters import Letters
from bot.store.samples import Samples
from bot.terminal import err, out
from knowledge.errors import KnowledgeLocked

FOREVER = datetime(1970, 1, 1, tzinfo=UTC)
TOLD = {
    "transcripts": "transcripts, with their passages, vectors and words",
    "prompts": "calls of the model whose texts go; their counts stay",
    "claims": "lines of the audit trail without the words of dropped sentences; their number stays",
    "turns": "turns of conversations",
    "answers": "answers kept for their buttons",
    "letters": "drafted letters",
    "log_lines": "lines of the log",
    "deliveries": "Slack deliveries",
    "samples": "samples of style beyond the newest",
}


@dataclass
class Purged:
    """What was dropped, or would be."""

    dry_run: bool
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def run(app: App, *, dry_run: bool, named: str | None, as_json: bool) -> None:
    """Drop what has been kept long enough, or count it; whoever keeps the home may, of others admins alone."""
    user = app.user(named) if named else LOCAL_ADMIN
    if user.role != "admin":
        raise NotAllowed(f"{user.name} is no admin, and only admins may purge; ask one, or name one with --as.")
    report = purge(app, dry_run=dry_run, by=user.id)
    if as_json:
        emit(report)
        return
    for name, count in report.counts.items():
        out.print(f"{count:,} {TOLD[name]}")
    out.print("Nothing was dropped; without --dry-run it is." if dry_run else "Dropped.")
    for note in report.notes:
        err.print(note, markup=False)


def purge(app: App, *, dry_run: bool = False, by: str = "seller serve") -> Purged:
    """Drop what has been kept longer than the settings say; approved changes hold all that they need themselves."""
    settings, now, report = app.settings, app.clock(), Purged(dry_run)
    talk, prompts = _before(now, settings.keep_conversations_days), _before(now, settings.keep_prompts_days)
    answers = Answers(app.engine)
    report.counts["transcripts"] = _transcripts(app, report)
    report.counts["prompts"] = app.door.calls.forget_texts(prompts, dry_run=dry_run)
    report.counts["claims"] = DroppedClaims(app.engine).forget(prompts, now, by, dry_run=dry_run)
    report.counts["turns"] = app.threads.forget_old(talk, dry_run=dry_run)
    report.counts["answers"] = answers.forget_old(max(talk, now - KEPT), dry_run=dry_run)
    # An answer to “what did you send?” holds what was sent.
    report.counts["answers"] += answers.forget_old(prompts, skill="sent", dry_run=dry_run)
    report.counts["letters"] = Letters(app.engine).forget_old(max(talk, now - KEPT), dry_run=dry_run)
    report.counts["log_lines"] = _log_lines(settings.home, _before(now, settings.keep_logs_days), dry_run)
    report.counts["deliveries"] = app.deliveries.forget_old(now, dry_run=dry_run)
    report.counts["samples"] = Samples(app.engine).forget_old(dry_run=dry_run)
    if not dry_run and any(report.counts.values()):
        with writing(app.engine) as connection:
            record(connection, AuditLine(at=now, actor=by, verb="purged", detail=dict(report.counts)))
    return report


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days) if days else FOREVER


def _transcripts(app: App, report: Purged) -> int:
    """Forget transcripts that are too old, from texts, vectors and words; they are not read in again."""
    old = app.library.refused("transcript")
    if not old or report.dry_run:
        return len(old)
    try:
        app.library.forget_all([page.id for page in old])
    except KnowledgeLocked as busy:
        report.notes.append(f"{len(old):,} transcripts go with the next purge. {busy}")
        return 0
    return len(old)


def _log_lines(home: Path, before: datetime, dry_run: bool) -> int:
    """Drop the lines of the home's logs before a moment, with the traces that hang on them."""
    count = 0
    for path in sorted(home.glob("seller.log*")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        kept, young = list[str](), True
        for line in lines:
            at = log.moment(line)
            young = young if at is None else at >= before
            kept += [line] if young else []
        count += len(lines) - len(kept)
        if len(kept) < len(lines) and not dry_run:
            _rewrite(path, "".join(kept))
    return count


def _rewrite(path: Path, text: str) -> None:
    log.let_go()
    made = path.with_name(f"{path.name}.part")
    try:
        made.touch(mode=path.stat().st_mode & 0o777)
        made.write_text(text, encoding="utf-8")
        made.replace(path)
    except OSError as error:
        raise StorageError(
            f"The log {path} cannot be written anew ({error.strerror}); check disk and rights."
        ) from error
