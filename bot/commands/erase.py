"""`seller erase`: remove every trace of a person, and prove it."""

import sys

import typer

from bot.app import App
from bot.commands.output import emit
from bot.crm.records import User
from bot.erasing import Erasure, Person, Report
from bot.errors import BotError, NotAllowed
from bot.people import LOCAL_ADMIN
from bot.terminal import bars, err, out


def run(app: App, written: str, *, yes: bool, dry_run: bool, named: str | None, as_json: bool) -> int:
    """Erase a person, or count what would go; gives the exit status, 1 where a trace remains."""
    # The note on who holds the vectors repeats the words of the command, which name the person.
    sys.argv[1:] = ["erase"]
    # Whoever keeps the home may erase from it without being a person of the CRM; somebody who is named needs the right.
    user = app.user(named) if named else LOCAL_ADMIN
    _check(user)
    erasure = Erasure(app.settings, app.engine, app.reader, lambda: app.library, app.suppression, app.clock)
    person = erasure.find(written)
    with bars(quiet=as_json) as bar:
        report = erasure.count(person, bar.track) if dry_run or not yes else None
    if not dry_run and not yes:
        _confirm(report)
    if not dry_run:
        report = _erase(erasure, person, user, as_json)
    assert report is not None  # noqa: S101  # nosec B101  # counted or erased
    if as_json:
        emit(report)
    else:
        _show(report)
    return int(bool(report.proof and report.proof.remaining))


def _erase(erasure: Erasure, person: Person, user: User, as_json: bool) -> Report:
    with bars(quiet=as_json) as bar:
        return erasure.run(person, user.id, bar.track)


def _check(user: User) -> None:
    if user.role != "admin":
        raise NotAllowed(
            f"{user.name} is no admin, and only admins may erase a person; ask one, or name one with --as."
        )


def _confirm(report: Report | None) -> None:
    traces = report.traces if report else 0
    if sys.stdin is None or not sys.stdin.isatty():
        raise BotError(f"{traces:,} traces were found and nothing was erased; say --yes to erase them for good.")
    if not typer.confirm(f"{traces:,} traces were found. Erase them for good?", err=True):
        raise BotError("Nothing was erased.")


def _show(report: Report) -> None:
    verb = "would be" if report.dry_run else "were"
    for one in report.stores:
        out.print(f"{one.store}: {one.removed:,} removed, {one.redacted:,} redacted", markup=False)
    out.print(f"{report.traces:,} traces {verb} erased in {report.seconds:.1f} s.")
    for file in report.sources:
        out.print(f"yours to edit: {file}", markup=False)
    for sentence in (*report.notes, *report.elsewhere):
        out.print(sentence, markup=False)
    _show_proof(report)


def _show_proof(report: Report) -> None:
    proof = report.proof
    if proof is None:
        return
    searched = f"{proof.files_searched:,} files, {proof.bytes:,} bytes searched"
    if not proof.remaining:
        out.print(f"Proof: {searched}, nothing is left.")
        return
    err.print(f"{searched}, and {proof.remaining:,} places are left:")
    for file in proof.files:
        err.print(f"  {file}", markup=False)
    err.print("Edit or remove these files, and run the same again.")
