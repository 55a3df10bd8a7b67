"""`seller crm`: records in, out and listed."""

from collections.abc import Sequence
from pathlib import Path

from bot.app import App
from bot.commands.accounts import meant
from bot.commands.output import emit
from bot.crm.files import Report, export_folder, import_folder
from bot.crm.local import LocalReader
from bot.crm.port import CrmReader
from bot.crm.records import Record
from bot.errors import BotError
from bot.terminal import err, escape, out, status


def bring_in(app: App, folder: Path, *, merge: bool, as_json: bool) -> None:
    """Load a folder of CSV files in one transaction and say what was read, assumed and refused."""
    if app.settings.crm != "local":
        raise BotError(
            f"This home mirrors {app.settings.crm}, and the next sync would take imported records out again; import them "
            "there, or set SELLER_CRM=local with a SELLER_HOME of its own."
        )
    with status(quiet=as_json) as say:
        say(f"reading {folder}")
        report = import_folder(app.engine, folder, as_of=app.clock(), merge=merge, currency=app.settings.currency)
    if as_json:
        emit(report)
        return
    _show(report)


def _show(report: Report) -> None:
    out.print(", ".join(f"{count:,} {kind}" for kind, count in report.counts.items() if count) + " in the CRM.")
    for sentence in report.defaults:
        out.print(f"assumed: {sentence}", markup=False)
    for file, columns in report.unmapped.items():
        out.print(f"not used: {', '.join(columns)} of {file}", markup=False)
    if report.unrecognised:
        out.print(f"not recognised: {', '.join(report.unrecognised)}", markup=False)
    for failed in report.failed:
        where = f", line {failed.line}" if failed.line else ""
        err.print(f"not read: {failed.file}{where}: {failed.why}", markup=False)


def set_up(app: App, *, as_json: bool) -> None:
    """Create or check in the connected CRM what makes writes unrepeatable, and say what was made, found or missing."""
    says = ["The embedded CRM needs no set-up."] if app.remote is None else list(app.remote.set_up())
    if as_json:
        emit({"source": app.settings.crm, "says": says})
        return
    for sentence in says:
        out.print(sentence, markup=False)


def send_out(app: App, folder: Path, *, as_json: bool) -> None:
    """Write every record to CSV files."""
    # The records as they are, without the roles of the settings.
    files = export_folder(LocalReader(app.engine), folder)
    if as_json:
        emit({"folder": str(folder), "files": [str(file) for file in files]})
        return
    for file in files:
        out.print(str(file), markup=False)
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
    err.print(f"{len(rows):,} {kind}")


def _rows(reader: CrmReader, kind: str, key: str | None) -> Sequence[Record]:
    if kind == "accounts":
        return reader.accounts() if key is None else [one for one in [reader.account(key)] if one]
    found: Sequence[Record] = getattr(reader, kind)(key)
    return found


def _row(row: Record) -> str:
    shown = ("name", "subject", "title", "kind", "at", "due", "status", "stage", "amount", "currency", "close_date")
    values = [str(value) for name in shown if (value := getattr(row, name, None)) is not None]
    return f"{row.id}  {' · '.join(values)}"
