"""`seller backup`: the home in one file, while it is in use."""

import time
from pathlib import Path

from bot.app import App
from bot.commands.output import emit
from bot.errors import BotError, StorageError
from bot.terminal import bars, err, out
from bot.upkeep import archive


def run(app: App, file: Path, *, force: bool, as_json: bool) -> None:
    """Write a backup; one that is there is kept unless `force`."""
    if file.exists() and not force:
        raise BotError(f"The file {file} is there already; choose another name, or say --force to replace it.")
    if not file.absolute().parent.is_dir():
        raise BotError(f"There is no folder {file.absolute().parent}; make it first.")
    started, made_at = time.perf_counter(), app.clock()
    with bars(quiet=as_json) as bar:
        manifest = archive.write(app.settings, app.engine, file.absolute(), made_at, bar.track("backing up"))
    seconds = time.perf_counter() - started
    _note(app, len(manifest.files))
    report = archive.Report(
        str(file), file.stat().st_size, made_at, manifest.revision, len(manifest.files), seconds
    )  # fmt: skip
    if as_json:
        emit(report)
        return
    out.print(
        f"{file}: {report.files:,} files, {report.bytes / 2**20:,.1f} MB, as of {made_at:%Y-%m-%d %H:%M:%S} UTC, "
        f"in {report.seconds:.1f} s. It holds customers' data: keep it as you keep the home.",
        markup=False,
    )


def _note(app: App, files: int) -> None:
    """Tell the audit trail that all data went; a backup is worth more than its line."""
    try:
        app.tell("exported", {"what": "backup", "files": files}, app.keeper)
    except StorageError as error:
        err.print(f"The backup is made, but the audit trail does not tell of it. {error}", markup=False)
