"""`seller restore`: a home made from a backup, beside the old one until it is whole."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot import settings as all_settings
from bot.app import App, utc_now
from bot.commands.output import emit
from bot.crm.local import LocalReader
from bot.crm.suppression import KEY_FILE
from bot.erasing import Erasure
from bot.errors import BotError, Locked, StorageError
from bot.settings import Settings
from bot.store.before import drop_old
from bot.store.database import Engine, guard, open_engine, prepare, revision
from bot.terminal import Bar, bars, err, out
from bot.upkeep import archive, copying, deep, settling, swapping
from bot.upkeep.findings import Finding
from knowledge.errors import KnowledgeError
from knowledge.holding import drop_aside

UNUSED = "unused"
"""folder of the old home with a database file that lay in it beside a database elsewhere"""


@dataclass
class Restored:
    """What a restore came to."""

    home: str
    made_at: datetime | None
    changes_in_doubt: int = 0
    """open changes for which a connected CRM is looked at before it is written to"""
    carried_over: int = 0
    """erasures and opt-outs that the replaced home knew and the backup did not"""
    erased_again: int = 0
    passages: int | None = 0
    """embedded anew; None where that failed, and is to be done by hand"""
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0


def run(file: Path, into: Path | None, *, force: bool, as_json: bool) -> int:
    """Restore a backup into a home; 1 where the restored stores disagree."""
    started = time.perf_counter()
    target = all_settings.load(into)
    report = _restore(target, file, force, as_json)
    _look(all_settings.load(target.home), report)
    report.seconds = time.perf_counter() - started
    if as_json:
        emit(report)
    else:
        _show(report)
    return int(any(one.state == "broken" for one in report.findings))


def _restore(target: Settings, file: Path, force: bool, quiet: bool) -> Restored:
    home = target.home
    with _made(home), _opened(target.database) as engine, swapping.alone(target, engine):
        if swapping.cut_off(home):
            swapping.swap(home)
            return Restored(str(home), None, notes=["The restore that was cut off is ended."])
        manifest = archive.read(file)
        _check_free(target, engine, force)
        staged = home / swapping.STAGED
        archive.discard(staged)
        staged.mkdir(mode=0o700)
        with bars(quiet=quiet) as bar:
            report = _staged(target, engine, file, manifest, bar)
        _put_in_place(target, engine)
    return report


@contextmanager
def _made(home: Path) -> Iterator[None]:
    """Make a home's folder; where nothing comes of it, nothing of a new or empty one stays."""
    missing = [path for path in (home, *home.parents) if not path.exists()]
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BotError(f"The folder {home} cannot be made ({error.strerror}); choose another with --into.") from error
    empty = not any(home.iterdir())
    try:
        yield
    except BotError as error:
        if empty and not isinstance(error, Locked):
            for path in home.iterdir():
                archive.discard(path) if path.is_dir() else path.unlink()
            for path in missing:
                path.rmdir()
        raise


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _check_free(target: Settings, engine: Engine, force: bool) -> None:
    if force:
        return
    filled = target.database_url is not None and copying.is_filled(engine)
    if filled or swapping.occupied(target.home):
        where = "database" if filled else f"home {target.home}"
        raise BotError(
            f"The {where} is not empty; choose another with --into, or say --force to replace it: the old home is kept "
            f"in its folder {swapping.OLD}."
        )


def _staged(target: Settings, engine: Engine, file: Path, manifest: archive.Manifest, bar: Bar) -> Restored:
    """Make the restored home in a folder of its own, all but the last step."""
    home, staged = target.home, target.home / swapping.STAGED
    report = Restored(str(home), manifest.made_at)
    archive.unpack(file, manifest, staged, bar.track("unpacking"))
    own = {"home": staged, "database_url": None, "chroma_url": None, "crm": "local"}
    inside = all_settings.load(staged).model_copy(update=own)
    with _opened(inside.database) as restored:
        prepare(restored)
        drop_old(staged)  # the backup itself is the copy from before the upgrade
        report.changes_in_doubt = settling.doubt(restored, manifest, utc_now(), embedded=target.crm == "local")
        _carry_over(target, engine, restored, manifest, report)
    with App(inside) as app:
        _erase_again(app, report, bar)
        if target.chroma_url is None:
            _embed(app, report, bar)
    all_settings.load(home)
    return report


def _carry_over(
    target: Settings, engine: Engine, restored: Engine, manifest: archive.Manifest, report: Restored
) -> None:
    """Bring erasures and opt-outs of the home that is replaced; say so where nothing can tell of them."""
    try:
        held = settling.known(engine) if _has_tables(target, engine) else None
    except StorageError as error:
        report.notes.append(f"{error} Its erasures could not be read.")
        held = None
    if held is None or not _same_key(target):
        report.notes.append(
            f"Nobody here knows who was erased or asked not to be written to after {manifest.made_at:%Y-%m-%d %H:%M} UTC, "
            "when the backup was made: run `seller erase` for them again."
        )
        return
    report.carried_over = settling.carry_over(restored, held)


def _has_tables(target: Settings, engine: Engine) -> bool:
    there = target.database_url is not None or (target.home / archive.DATABASE).exists()
    with guard(engine):
        return there and revision(engine) is not None


def _same_key(target: Settings) -> bool:
    """Whether the old home's hashes can be read in the new one; a key that the backup lacks goes with it."""
    if target.erasure_key is not None:
        return True
    old, new = target.home / KEY_FILE, target.home / swapping.STAGED / KEY_FILE
    if old.exists() and not new.exists():
        new.touch(mode=0o600)
        new.write_bytes(old.read_bytes())
    return not old.exists() or old.read_bytes() == new.read_bytes()


def _erase_again(app: App, report: Restored, bar: Bar) -> None:
    """Erase those whom the backup still holds and who were erased since, with the same proof."""
    reader = LocalReader(app.engine)
    if not app.suppression.hashes:
        return
    erasure = Erasure(app.settings, app.engine, reader, lambda: app.library, app.suppression, app.clock)
    for contact in [one for one in reader.contacts() if app.suppression(one)]:
        done = erasure.run(erasure.find(contact.id), "assistant", bar.track)
        report.erased_again += 1
        if done.proof and done.proof.remaining:
            report.notes.append(f"Traces of an erased person are left: {', '.join(done.proof.files)}.")


def _embed(app: App, report: Restored, bar: Bar) -> None:
    """Make the indexes anew from the restored texts; without its embedder the home is whole but for that."""
    try:
        report.passages = app.library.rebuild(bar.track("embedding")) if app.library.stats().chunks else 0
        app.library.close()
        drop_aside(app.settings.chroma_folder)  # the empty one in which the erased were looked for
    except KnowledgeError as error:
        report.passages = None
        report.notes.append(f"{error} The indexes are not made yet: run `seller ingest --rebuild`.")


def _put_in_place(target: Settings, engine: Engine) -> None:
    """Replace the old home, and the rows of a database that lies outside of it."""
    copied = target.home / swapping.STAGED / archive.DATABASE
    if target.database_url is not None:
        prepare(engine)
        _keep_rows(target.home, engine)
        copying.copy_in(copied, engine)
        copied.unlink()
    else:
        engine.dispose()
    swapping.swap(target.home)


def _keep_rows(home: Path, engine: Engine) -> None:
    """Put what a database outside of the home holds into the old home, as a file that the program can open."""
    kept, unused = home / archive.DATABASE, home / UNUSED
    if not copying.is_filled(engine):
        return
    if kept.exists() and not unused.exists():
        unused.mkdir(mode=0o700)
        for path in home.glob(f"{archive.DATABASE}*"):
            path.rename(unused / path.name)
    kept.unlink(missing_ok=True)
    kept.touch(mode=0o600)
    copying.copy_out(engine, kept)


def _look(settings: Settings, report: Restored) -> None:
    """Say what is left to do, and whether the stores agree."""
    if settings.crm != "local":
        report.notes.append("The mirror is as old as the backup: run `seller sync --full`.")
    if settings.chroma_url is not None:
        report.notes.append("Vectors on the Chroma server belong to the old texts: run `seller ingest --rebuild`.")
    with App(settings) as app:
        report.findings += deep.look(settings, lambda: app.engine, lambda: app.library, utc_now())


def _show(report: Restored) -> None:
    if report.made_at is not None:
        out.print(
            f"{report.home} is as it was on {report.made_at:%Y-%m-%d %H:%M:%S} UTC: {report.passages or 0:,} passages embedded, "
            f"{report.changes_in_doubt:,} open changes for which the CRM is looked at first, {report.carried_over:,} keys of "
            f"erased and opted-out people kept, erased again: {report.erased_again:,}, in {report.seconds:.1f} s.",
            markup=False,
        )
    for note in report.notes:
        out.print(note, markup=False)
    for one in report.findings:
        err.print(f"{one.part}: {one.says}", markup=False)
