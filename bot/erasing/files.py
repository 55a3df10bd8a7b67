"""The home's files: texts and logs without the person, databases without free pages, and the search that proves it."""

import json
import shutil
import sqlite3
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.erasing.report import Proof
from bot.erasing.words import Words
from bot.errors import StorageError
from bot.store.before import drop_old

JOURNAL = "erasing.json"
"""who is being erased, until the proof is done: an erasure that was cut off goes on with it"""
BEFORE_RESTORE = "before-restore"
PIECE = 16 * 2**20
BUSY_SECONDS = 10
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
INDEXES = ("chroma", "words")
"""folders that the knowledge base makes anew itself"""


def files(home: Path) -> list[Path]:
    """Every file of a home but the journal of the erasure itself."""
    return sorted(path for path in home.rglob("*") if path.is_file() and path != home / JOURNAL)


def reword(home: Path, words: Words, *, write: bool) -> tuple[int, int]:
    """Redact texts and logs in the home, line by line; gives how many log lines and how many other files were changed."""
    lines = texts = 0
    for path in files(home):
        text = _text(path, home)
        if text is None:
            continue
        old = text.split("\n")
        new = [words.text(line, named=words.person.reach == "anywhere") for line in old]
        changed = sum(before != after for before, after in zip(old, new, strict=True))
        lines, texts = (lines + changed, texts) if ".log" in path.name else (lines, texts + bool(changed))
        if changed and write:
            _replace(path, "\n".join(new))
    return lines, texts


def _text(path: Path, home: Path) -> str | None:
    """A file's text; None for what is no UTF-8 text, and for what others keep."""
    if path.relative_to(home).parts[0] in INDEXES or path.suffix in (".lock", ".key") or path.name == "settings.toml":
        return None
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _replace(path: Path, text: str) -> None:
    made = path.with_name(f"{path.name}.part")
    made.touch(mode=path.stat().st_mode & 0o777)
    made.write_bytes(text.encode())
    made.replace(path)


def drop_copies(home: Path) -> int:
    """Remove what this program kept of the home as it was before an upgrade or a restore; gives how many copies."""
    old = home / BEFORE_RESTORE
    there = old.exists()
    shutil.rmtree(old, ignore_errors=True)
    return drop_old(home) + there


def vacuum(home: Path) -> list[Path]:
    """Write every SQLite file of the home anew, without free pages and with an empty write-ahead log; gives them."""
    found = [path for path in files(home) if _is_sqlite(path)]
    for path in found:
        try:
            _vacuum(path)
        except sqlite3.Error as error:
            raise StorageError(
                f"The database {path} cannot be cleaned ({error}); end other processes of this home and run the same again."
            ) from error
    return found


def _vacuum(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("another process is reading it")
    finally:
        connection.close()


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def prove(home: Path, words: Words, advance: Callable[[int, int, str], None]) -> Proof:
    """Search every byte of every file for the person, in UTF-8, UTF-16 and as JSON escapes, in capitals or not."""
    started = time.perf_counter()
    needles, longer = _forms(words.needles()), _forms(words.longer)
    found, every = [], files(home)
    total = remaining = 0
    for done, path in enumerate(every):
        advance(done, len(every), path.name)
        hits, size = _hits(path, needles, longer)
        remaining, total = remaining + hits, total + size
        found += [str(path)] if hits else []
    advance(len(every), len(every), "")
    return Proof(len(every), total, remaining, tuple(found), time.perf_counter() - started)


def _forms(texts: Iterator[str] | set[str]) -> list[bytes]:
    """A text in each way in which a file may hold it; ASCII in lower case, as `_hits` reads."""
    forms: set[bytes] = set()
    for text in texts:
        for one in {
            unicodedata.normalize(form, case) for form in ("NFC", "NFD") for case in (text, text.lower(), text.upper())
        }:
            forms |= {one.encode(encoding).lower() for encoding in ENCODINGS}
            forms.add(json.dumps(one)[1:-1].encode().lower())
    return sorted(forms)


def _hits(path: Path, needles: Sequence[bytes], longer: Sequence[bytes]) -> tuple[int, int]:
    """Count where a file holds a needle that is no part of a longer word of somebody else; gives the size as well."""
    margin = max(map(len, [*needles, *longer, b" "]))
    count, start, done, data = 0, 0, 0, b""
    with path.open("rb") as file:
        while True:
            piece = file.read(PIECE)
            data += piece.lower()
            # What begins near the end is looked at with the next piece, when all of it is there.
            until = start + len(data) - (margin if piece else 0)
            for at, needle in _places(data, needles):
                count += done <= start + at < until and not _within(data, at, needle, longer)
            if not piece:
                return count, start + len(data)
            done, cut = max(until, 0), max(len(data) - 2 * margin, 0)
            start, data = start + cut, data[cut:]


def _places(data: bytes, needles: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    for needle in needles:
        at = data.find(needle)
        while at >= 0:
            yield at, needle
            at = data.find(needle, at + 1)


def _within(data: bytes, at: int, needle: bytes, longer: Sequence[bytes]) -> bool:
    for word in longer:
        start = word.find(needle)
        if start >= 0 and data.startswith(word, max(at - start, 0)) and at >= start:
            return True
    return False
