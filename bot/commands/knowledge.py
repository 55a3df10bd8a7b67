"""`seller ingest` and `seller search`: the knowledge base without a language model."""

import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from bot.app import App
from bot.commands.accounts import meant
from bot.commands.lines import Row, answer_each
from bot.commands.output import emit
from bot.commands.watching import follow
from bot.crm.records import User
from bot.errors import BotError, UsageError
from bot.people import as_in_crm, team_names, teams_of
from bot.terminal import bars, err, escape, out
from knowledge.documents import IngestReport, Mode, Passage, Retrieval, Scope
from knowledge.ingest import Progress
from knowledge.pages import Overrides
from knowledge.question import Question
from knowledge.walking import absolute

MODES = get_args(Mode)


def said(app: App, *, kind: str | None, account: str | None, team: str | None, audience: str | None) -> Overrides:
    """Read what the options say of the files; UsageError or BotError names a value that does not fit."""
    for name, value, allowed in (
        ("kind", kind, ("playbook", "note", "transcript")), ("audience", audience, ("internal", "customer")),
    ):  # fmt: skip
        if value not in (None, *allowed):
            raise UsageError(f"--{name} {value} is unknown; choose one of {', '.join(allowed)}.")
    return Overrides(
        kind=kind,  # type: ignore[arg-type]  # checked above
        account=app.account_key(account) if account else None,
        teams=as_in_crm({team}, app.reader.users()) if team else None,
        audience=audience,  # type: ignore[arg-type]  # checked above
    )


def ingest(app: App, paths: list[Path], said: Overrides, *, force: bool, watch: bool, as_json: bool) -> None:
    """Read files and folders into the knowledge base; what cannot be read is named, the rest is in."""
    missing = [str(path) for path in paths if not path.exists() and not _was_page(app, path)]
    if missing:
        raise BotError(f"There is no file or folder {', '.join(missing)}; check the path.")
    with bars(quiet=as_json) as bar:
        _show(_read(app, paths, said, force, bar.track("reading")), as_json)
    if watch:
        _watch(app, paths, said, force, as_json)


def _was_page(app: App, path: Path) -> bool:
    """Tell whether a file that is not there was read before: to ingest it again is to forget it."""
    place = str(absolute(path))
    return any(page.uri == place or page.uri.startswith(f"{place}/") for page in app.library.documents()) and (
        path.suffix != "" and path.parent.is_dir()
    )


def _read(app: App, paths: list[Path], said: Overrides, force: bool, progress: Progress | None) -> IngestReport:
    now = None if force else app.clock()
    teams = team_names(app.reader.users())
    report = app.library.ingest(
        paths, overrides=said, resolve_account=app.account_key, teams=teams, progress=progress, now=now
    )
    tell_ingest(app, report, app.keeper)
    return report


def tell_ingest(app: App, report: IngestReport, by: str) -> None:
    """Keep in the audit trail what was taken in; a reading without news leaves no line."""
    if report.embedded or report.removed or report.failed:
        counts = {"files": report.files, "embedded": report.embedded, "removed": report.removed}
        app.tell("ingested", {**counts, "failed": len(report.failed)}, by)


def _watch(app: App, paths: list[Path], said: Overrides, force: bool, as_json: bool) -> None:
    """Follow the paths until Ctrl-C; between two rounds the knowledge base is left to other processes."""

    def take_in() -> None:
        report = _read(app, paths, said, force, None)
        app.library.close()
        if report.embedded or report.removed or report.failed or report.warnings:
            _show(report, as_json)

    app.library.close()
    err.print("Following; Ctrl-C ends it.")
    # Ctrl-C is how a person ends it, and no failure.
    with suppress(KeyboardInterrupt):
        follow(paths, take_in, threading.Event())


def _show(report: IngestReport, as_json: bool) -> None:
    if as_json:
        emit(asdict(report))
        return
    out.print(
        f"{report.files:,} files, {report.chunks:,} passages ({report.embedded:,} embedded, {report.unchanged:,} files "
        f"unchanged, {report.removed:,} removed) in {report.seconds:.1f} s"
    )
    for skipped in report.skipped:
        out.print(f"skipped {skipped.file}: {skipped.why}", markup=False)
    for warned in report.warnings:
        err.print(f"mind {warned.file}: {warned.why}", markup=False)
    for failed in report.failed:
        line = f", line {failed.line}" if failed.line else ""
        err.print(f"not read: {failed.file}{line}: {failed.why}", markup=False)


def rebuild(app: App, *, as_json: bool) -> None:
    """Embed every page again from the stored texts."""
    with bars(quiet=as_json) as bar:
        chunks = app.library.rebuild(bar.track("embedding"))
    if as_json:
        emit({"rebuilt": chunks})
    else:
        out.print(f"{chunks:,} passages embedded again.")


def search(app: App, text: str, *, account: str | None, named: str | None, k: int, mode: str, as_json: bool) -> None:
    """Print the passages nearest in meaning, within the asker's scope."""
    if not text.strip():
        raise BotError('There is nothing to look for; write it like `seller search "discount limits"`.')
    found = _search(app, Question(text), account, app.user(named), k, mode).passages
    if as_json:
        emit([passage_json(passage) for passage in found])
        return
    if not found:
        out.print("Nothing found; the knowledge base is filled with `seller ingest FOLDER`.")
    for i, passage in enumerate(found, start=1):
        where = f"{passage.document.title} · {passage.chunk.location}"
        out.print(escape(f"{i}. {where} · {passage.score:.2f} · {passage.status}"))
        out.print(escape(f"   {' '.join(passage.chunk.text.split())[:240]}"), style="dim")


def _search(app: App, question: Question, account: str | None, user: User, k: int, mode: str) -> Retrieval:
    if mode not in MODES:
        raise UsageError(f"--mode {mode} is unknown; choose one of {', '.join(MODES)}.")
    teams = teams_of(user, app.reader.users())
    key = meant(app, account, app.rights.reader_for(user)) if account else None
    scope = Scope.account(key, teams=teams) if key else Scope.shared(teams=teams)
    return app.library.retrieve(question, scope=scope, k=k, now=app.clock(), mode=mode)  # type: ignore[arg-type]  # checked above


def search_batch(app: App, file: Path, *, named: str | None, k: int, mode: str) -> None:
    """Answer JSON lines {id, query, thread?, account?, as?} with JSON lines, in order."""
    answer_each(
        file,
        lambda place, row: _batch_row(app, place, row, named=named, k=k, mode=mode),
        {"answerable": False, "score": 0.0, "passages": []},
        "answered",
    )


def _batch_row(app: App, place: str, row: Row, *, named: str | None, k: int, mode: str) -> Row:
    if not isinstance(row.get("query"), str):
        raise BotError(f"{place}: there is no `query`.")
    _check_row(place, row)
    turns = [(str(turn.get("role", "")), str(turn.get("text", ""))) for turn in row.get("thread") or ()]
    question = Question.in_thread(row["query"], turns)
    found = _search(app, question, row.get("account"), app.user(row.get("as", named)), k, mode)
    passages = [passage_json(passage) for passage in found.passages]
    return {"answerable": found.answerable, "score": found.score, "passages": passages}


def _check_row(place: str, row: Row) -> None:
    turns = row.get("thread") or []
    texts = all(isinstance(row.get(name) or "", str) for name in ("account", "as"))
    if not texts or not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise BotError(
            f"{place}: `account` and `as` are texts, `thread` is a list of {{role, text}}; correct the line."
        )


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage in the shape of the command line's contract."""
    return {
        "document": passage.document.uri,
        "title": passage.document.title,
        "location": passage.chunk.location,
        "text": passage.chunk.text,
        "score": passage.score,
        "why": passage.why,
        "status": passage.status,
        "age_days": passage.age_days,
        "kind": passage.document.kind,
        "account": passage.document.account,
        "owner": passage.document.owner,
        "also": [{"document": page.uri, "title": page.title} for page in passage.also],
    }
