"""The files of a home: whole, readable, for its owner alone, and with room to grow."""

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.upkeep.findings import Finding, broken

LEAST_FREE = 50 * 2**20
"""bytes below which writing is about to fail"""
MARGIN = 200 * 2**20
LEFT = ("chroma.new", "chroma.old", "restoring", "erasing.json")
"""what stands in a home only while something is under way"""
DATABASES = ("seller.db", "dbos.sqlite")


def look(home: Path) -> Iterator[Finding]:
    """What is wrong with the files."""
    found = sorted(path for path in home.rglob("*") if path.is_file() and not path.is_symlink())
    yield from broken(
        "files", (path.relative_to(home) for path in found if not _reads(path)), "file", "files",
        f"of {home} cannot be read; give yourself the rights to them, or check the disk.",
    )  # fmt: skip
    yield from _open_to_others(home)
    yield from _space(home, sum(path.stat().st_size for path in found))
    yield from _left(home)


def whole(home: Path) -> list[Finding]:
    """SQLite's own check of each database of the home; to be asked before anything opens them."""
    found = []
    for name in DATABASES:
        path = home / name
        wrong = _wrong(path) if path.exists() else ""
        if wrong:
            advice = "restore a backup" if name == DATABASES[0] else "remove it; what was approved is kept elsewhere"
            found.append(Finding("database", "broken", f"{path} is damaged ({wrong}); {advice}."))
    return found


def _wrong(path: Path) -> str:
    try:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        return str(error)
    return "" if said == ["ok"] else said[0].splitlines()[0]


def _reads(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError:
        return True  # gone since the folder was listed
    except OSError:
        return False
    return True


def _open_to_others(home: Path) -> list[Finding]:
    if not home.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    says = f"{home} is open to other users of this machine, and it holds customers' data; run `chmod 700 {home}`."
    return [Finding("files", "optional", says)]


def _space(home: Path, size: int) -> list[Finding]:
    free = shutil.disk_usage(home).free
    if free >= size + MARGIN:
        return []
    state = "broken" if free < LEAST_FREE else "optional"
    says = (
        f"{free / 2**20:,.0f} MB are free where {home} is, and a backup, a rebuild or an upgrade needs about "
        f"{(size + MARGIN) / 2**20:,.0f} MB; free some space."
    )
    return [Finding("disk", "broken" if state == "broken" else "optional", says)]


def _left(home: Path) -> Iterator[Finding]:
    words = {
        "erasing.json": "an erasure was cut off; run `seller erase` for the same person again.",
        "restoring": "a restore was cut off; run the same `seller restore` again, or remove the folder.",
    }
    for name in LEFT:
        if (home / name).exists():
            says = words.get(
                name, "it was left by a process that was cut off; remove it while no process uses the home."
            )
            yield Finding("files", "optional", f"{home / name} is there: {says}")
