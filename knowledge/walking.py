"""Find the files under the given paths, and say which are no pages."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.documents import Failed, Skipped
from knowledge.errors import NotReadable
from knowledge.loaders import reason_to_skip
from knowledge.packed import MB, MOST_BYTES, Entry, Unpacker, look_into

GENERATED = frozenset({"node_modules", "bower_components", "site-packages", "__pycache__", "venv"})
"""folders of a checkout that programs fill, and nobody writes pages in"""


@dataclass
class Found:
    """Files to read, what is left out and why, and the folders whose absent files may be forgotten."""

    files: dict[str, os.stat_result] = field(default_factory=dict)
    """absolute path → its stat, in a stable order"""
    packed: list[Entry] = field(default_factory=list)
    """pages within zip files"""
    unpacker: Unpacker = field(default_factory=Unpacker)
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    complete: list[str] = field(default_factory=list)
    """folders that were read"""
    unread: list[str] = field(default_factory=list)
    """folders below them that could not be read, of which nothing may be forgotten"""


def find(paths: Iterable[Path]) -> Found:
    """Walk files and folders; hidden entries and linked folders are skipped, not entered."""
    found = Found()
    for path in paths:
        place = absolute(path)
        if place.is_dir():
            _walk(place, found)
        else:
            _file(place, found)
    return found


def absolute(path: Path) -> Path:
    """Give the one spelling of a path that the registry knows: absolute, without "..", links kept."""
    return Path(os.path.abspath(path))


def _walk(root: Path, found: Found) -> None:
    found.complete.append(str(root))

    def unreadable(error: OSError) -> None:
        why = f"the folder cannot be opened ({(error.strerror or str(error)).lower()})"
        found.failed.append(Failed(str(error.filename), why))
        found.unread.append(str(error.filename))

    for folder, names, files in os.walk(root, onerror=unreadable):
        names[:] = [name for name in sorted(names) if _enters(Path(folder) / name, found)]
        for name in sorted(files):
            if _is_named(Path(folder) / name, found):
                _file(Path(folder) / name, found)


def _unpack(path: Path, found: Found) -> None:
    """Take a zip file as a folder: where it can be listed, what is no longer in it is forgotten."""
    if str(path) in found.complete:
        return
    try:
        entries, skipped, failed = look_into(path, found.unpacker)
    except NotReadable as error:
        found.failed.append(Failed(str(path), str(error)))
        found.unread.append(str(path))
        return
    found.complete.append(str(path))
    found.packed += entries
    found.skipped += skipped
    found.failed += failed


def _enters(folder: Path, found: Found) -> bool:
    if folder.name.startswith("."):
        found.skipped.append(Skipped(str(folder), "hidden folder"))
        return False
    if folder.is_symlink():
        found.skipped.append(Skipped(str(folder), "link to a folder; name that folder itself to ingest it"))
        return False
    if folder.name in GENERATED:
        found.skipped.append(Skipped(str(folder), "folder that programs fill; name it itself to ingest it"))
        return False
    return _is_named(folder, found)


def _is_named(path: Path, found: Found) -> bool:
    """Tell whether a name is text, which is all that the registry can keep."""
    shown = os.fsencode(path).decode("utf-8", "replace")
    if shown != str(path):
        found.failed.append(Failed(shown, "its name is not UTF-8; rename it"))
        return False
    return True


def _file(path: Path, found: Found) -> None:
    why = None if path.suffix.lower() == ".zip" and not path.name.startswith(".") else reason_to_skip(path.name)
    if why is not None and os.path.lexists(path):
        found.skipped.append(Skipped(str(path), why))
        return
    try:
        stat = path.stat()
    except OSError as error:
        why = "there is no such file or folder" if not os.path.lexists(path) else (error.strerror or str(error)).lower()
        found.failed.append(Failed(str(path), why))
        return
    if not path.is_file():
        found.skipped.append(Skipped(str(path), "not a regular file"))
    elif path.suffix.lower() == ".zip":
        _unpack(path, found)
    elif stat.st_size > MOST_BYTES:
        found.failed.append(Failed(str(path), f"it is larger than {MOST_BYTES // MB} MB; split it or leave it out"))
    elif stat.st_size == 0:
        found.skipped.append(Skipped(str(path), "empty file"))
    else:
        found.files[str(path)] = stat
