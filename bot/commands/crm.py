"""`seller crm`: records in, out and listed."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from bot.app import App
from bot.commands.accounts import meant
from bot.commands.output import emit
from bot.crm.files import ByHand, Failed, Report, export_folder, import_folder, only_quotas, read_mapping
from bot.crm.local import LocalReader
from bot.crm.mirror import refuse_mirror, take_snapshot
from bot.crm.port import CrmReader
from bot.crm.records import Record
from bot.errors import BotError
from bot.terminal import err, escape, out, status

MOST_SHOWN = 50
"""bad rows in a terminal: the same mistake in each of 100,000 rows would bury the rest"""


def bring_in(app: App, folder: Path, *, merge: bool, dry_run: bool, by_hand: Sequence[str], as_json: bool) -> int:
    """Load a folder of CSV files in one transaction and say what was read, assumed and refused; gives the exit status.

    Bad rows are a success of an import, which takes the rest in, and a failure of a dry run, which asks about them.
    """
    mapping = read_mapping(by_hand)
    _refuse(app, folder, mapping)
    with status(quiet=as_json) as say:
        say(f"reading {folder}")
        day = app.clock().astimezone(UTC).date()
        if not (merge or dry_run):
            take_snapshot(app.engine, day)  # what is replaced could otherwise never be compared with
        report = import_folder(
            app.engine,
            folder,
            as_of=app.clock(),
            merge=merge,
            currency=app.settings.currency,
            by_hand=mapping,
            scrub=app.watch,
            dry_run=dry_run,
        )
        if report.written:
            app.watch.keep(app.clock())
            take_snapshot(app.engine, day)
            app.tell("imported", {"merge": merge, "failed": len(report.failed)}, app.keeper)
    if as_json:
        emit(report)
    else:
        _show(report)
    return int(dry_run and bool(report.failed))


def _refuse(app: App, folder: Path, mapping: ByHand) -> None:
    """Take only quotas into a home that mirrors a CRM, once its people are known."""
    if app.settings.crm == "local":
        refuse_mirror(app.engine)
    elif only_quotas(folder, mapping):
        app.reader.users()
    else:
        raise BotError(
            f"This home mirrors {app.settings.crm}, and the next sync would take imported records out again; import them "
            "there, or set SELLER_CRM=local with a SELLER_HOME of its own. Only a folder with quotas alone is taken in."
        )


def _show(report: Report) -> None:
    for file, columns in report.mapping.items():
        told = ", ".join(f"{one.column} → {one.field}{' (guessed)' if one.guessed else ''}" for one in columns)
        out.print(f"{file}: {told}", markup=False)
    for file, names in report.unmapped.items():
        out.print(f"not used: {', '.join(names)} of {file}; --map sets a column by hand", markup=False)
    for sentence in report.defaults:
        out.print(f"assumed: {sentence}", markup=False)
    if report.unrecognised:
        out.print(f"not recognised: {', '.join(report.unrecognised)}", markup=False)
    if report.suppressed:
        out.print(f"left out: {report.suppressed:,} records of people who were erased")
    for failed in report.failed[:MOST_SHOWN]:
        err.print(_failed(failed), markup=False)
    if len(report.failed) > MOST_SHOWN:
        err.print(f"{len(report.failed) - MOST_SHOWN:,} more rows were not read; --json lists all of them.")
    for kind, did in report.changes.items():
        out.print(
            f"{kind}: {did.added:,} added, {did.changed:,} changed, {did.removed:,} removed, {did.unchanged:,} as they were"
        )
    held = ", ".join(f"{count:,} {kind}" for kind, count in report.counts.items() if count) or "Nothing"
    out.print(f"{held} read and written." if report.written else f"{held} read; nothing was written (--dry-run).")


def _failed(failed: Failed) -> str:
    where = f", line {failed.line}" if failed.line else ""
    column = f", column {failed.column}" if failed.column and not failed.why.startswith(failed.column) else ""
    return f"not read: {failed.file}{where}{column}: {failed.why}; {failed.fix}"


def set_up(app: App, *, as_json: bool) -> None:
    """Create or check in the connected CRM what makes writes unrepeatable, and say what was made, found or missing."""
    says = ["The embedded CRM needs no set-up."] if app.remote is None else list(app.remote.set_up())
    if as_json:
        emit({"source": app.settings.crm, "says": says})
        return
    for sentence in says:
        out.print(sentence, markup=False)


def send_out(app: App, folder: Path, *, as_json: bool) -> None:
    """Write every record to CSV files and say how many went into each."""
    # The records as they are, without the roles of the settings.
    files = export_folder(LocalReader(app.engine), folder)
    counts = {file.stem: rows for file, rows in files.items()}
    app.tell("exported", {"what": "crm", "counts": counts}, app.keeper)
    if as_json:
        emit({"folder": str(folder), "files": [str(file) for file in files], "counts": counts})
        return
    for file, rows in files.items():
        out.print(f"{file}: {rows:,}", markup=False)
    err.print(f"`seller crm import {folder}` reads it back.", markup=False)


def listing(app: App, kind: str, *, account: str | None, named: str | None, as_json: bool) -> None:
    """Print the records of one kind that the asker sees, of one account or all; tasks are the live ones."""
    reader = app.viewer(named)
    key = meant(app, account, reader) if account else None
    rows = _rows(reader, kind, key)
    if as_json:
        emit(rows)
        return
    for row in rows:
        out.print(escape(_row(row)))
    as_of = reader.as_of()
    err.print(f"{len(rows):,} {kind}" + (f"; CRM as of {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""))


def _rows(reader: CrmReader, kind: str, key: str | None) -> Sequence[Record]:
    if kind == "accounts":
        return reader.accounts() if key is None else [one for one in [reader.account(key)] if one]
    found: Sequence[Record] = getattr(reader, kind)(key)
    return found


def _row(row: Record) -> str:
    shown = ("name", "subject", "title", "kind", "at", "due", "status", "stage", "amount", "currency", "close_date")
    values = [str(value) for name in shown if (value := getattr(row, name, None)) is not None]
    return f"{row.id}  {' · '.join(values)}"
