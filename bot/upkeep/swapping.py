"""A restored home in the place of the old one: by renames within the folder, which a kill leaves to be ended."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.erasing.files import BEFORE_RESTORE
from bot.errors import Locked
from bot.settings import Settings
from bot.store.database import Engine
from bot.store.leader import Leadership
from knowledge.errors import KnowledgeLocked
from knowledge.holding import Holding

STAGED, OLD, STEP = "restoring", BEFORE_RESTORE, "restoring.step"
"""the restored home; the one that was there; how far one has taken the other's place"""
CLEARING, FILLING = "clearing", "filling"
STAYS = ("slack", "chroma.holder.json", "seller.log", ".probe", STAGED, OLD, STEP)


@contextmanager
def alone(settings: Settings, engine: Engine) -> Iterator[None]:
    """Keep every other process out of a home; Locked where one works in it."""
    home = settings.home
    with ExitStack() as stack:
        leadership = Leadership(engine, home)
        if not leadership.acquire():
            raise _in_use(home)
        stack.callback(leadership.release)
        locks = [home / "demo.lock", home / "sync.lock", *(home / "slack").glob("*.lock")]
        try:
            for path in locks:
                stack.enter_context(FileLock(path, blocking=False))
            stack.enter_context(Holding(settings.chroma_folder, 0))
        except (Timeout, KnowledgeLocked) as error:
            raise _in_use(home) from error
        yield


def _in_use(home: Path) -> Locked:
    return Locked(
        f"The home {home} is in use; end its processes (`seller serve`, `seller demo`) and run the same again."
    )


def occupied(home: Path) -> bool:
    """Whether a home holds anything but locks and logs."""
    return any(not _stays(path) for path in home.iterdir())


def cut_off(home: Path) -> bool:
    """Whether a restore was cut off between two renames."""
    return (home / STEP).exists()


def swap(home: Path) -> None:
    """Put the staged home in the old one's place; the same again ends what was cut off. The old one is kept beside it."""
    old, staged = home / OLD, home / STAGED
    if not cut_off(home):
        shutil.rmtree(old, ignore_errors=True)
        _note(home, CLEARING)
    if (home / STEP).read_text(encoding="utf-8") == CLEARING:
        old.mkdir(mode=0o700, exist_ok=True)
        for path in sorted(home.iterdir()):
            if not _stays(path):
                path.rename(old / path.name)
        _note(home, FILLING)
    for path in sorted(staged.iterdir()) if staged.exists() else ():
        if not path.name.endswith(".lock"):
            path.rename(home / path.name)
    shutil.rmtree(staged, ignore_errors=True)
    (home / STEP).unlink()


def _note(home: Path, step: str) -> None:
    part = home / f"{STAGED}.part"
    part.write_text(step, encoding="utf-8")
    with part.open(encoding="utf-8") as file:
        os.fsync(file.fileno())
    part.replace(home / STEP)
    handle = os.open(home, os.O_RDONLY)
    try:
        os.fsync(handle)  # the names that were moved so far, and the step
    finally:
        os.close(handle)


def _stays(path: Path) -> bool:
    # Whoever has one volume alone keeps their backups in the home: a restore must not carry its own file away.
    return path.name in STAYS or path.name.endswith((".lock", ".part", ".zip"))
