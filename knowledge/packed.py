"""Zip files as folders of pages, within bounds: what a header claims is not believed."""

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zlib import error as ZlibError

from knowledge.documents import Failed, Skipped
from knowledge.errors import NotReadable
from knowledge.loaders import reason_to_skip

MB = 1_000_000
MOST_BYTES = 50 * MB
"""of one page, in a zip or out of it"""
MOST_TOTAL = 1000 * MB
"""that the pages of one zip may unpack to"""
MOST_ENTRIES = 20_000
MOST_RATIO = 200
"""unpacked bytes for a packed one; text seldom gets beyond 20"""
ENCRYPTED = 0x1


class Unpacker:
    """Holds the last zip file open: listing it anew for each of its pages takes as long as it has pages."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._archive: zipfile.ZipFile | None = None

    def member(self, path: Path, name: str) -> IO[bytes]:
        """Open one file in a zip file; whatever `zipfile` raises where that is not possible."""
        if self._archive is None or path != self._path:
            self.close()
            self._archive, self._path = zipfile.ZipFile(path), path
        return self._archive.open(name)

    def close(self) -> None:
        """Let the zip file go."""
        if self._archive is not None:
            self._archive.close()
        self._archive = None


@dataclass(frozen=True)
class Entry:
    """A page in a zip file; its checksum stands for the time that it was changed."""

    uri: str
    zip: Path
    name: str
    size: int
    crc: int
    unpacker: Unpacker

    def read(self) -> bytes:
        """Unpack the page; NotReadable where it is damaged or larger than its header says."""
        try:
            with self.unpacker.member(self.zip, self.name) as packed:
                data = packed.read(self.size + 1)
        except (zipfile.BadZipFile, ZlibError, EOFError, OSError, KeyError, NotImplementedError, RuntimeError) as error:
            raise NotReadable(f"it cannot be unpacked ({error})") from error
        if len(data) > self.size:
            raise NotReadable("it unpacks to more than the zip file says; such a file is not opened")
        return data


def look_into(path: Path, unpacker: Unpacker) -> tuple[list[Entry], list[Skipped], list[Failed]]:
    """List the pages of a zip file; NotReadable where the whole of it is damaged or beyond all bounds."""
    try:
        with zipfile.ZipFile(path) as archive:
            # Of two members of one name, the later one is what every program unpacks.
            infos = list({info.filename: info for info in archive.infolist() if not info.is_dir()}.values())
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise NotReadable(f"the zip file cannot be opened ({error}); pack it anew") from error
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_TOTAL:
        raise NotReadable(
            f"the zip file unpacks to more than {MOST_TOTAL // MB:,} MB or {MOST_ENTRIES:,} files; ingest its folder"
        )
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    for info in sorted(infos, key=lambda info: info.filename):
        uri = f"{path}/{info.filename}"
        if why := _reason_to_skip(info):
            skipped.append(Skipped(uri, why))
        elif why := _reason_to_fail(info):
            failed.append(Failed(uri, why))
        else:
            entries.append(Entry(uri, path, info.filename, info.file_size, info.CRC, unpacker))
    return entries, skipped, failed


def _reason_to_skip(info: zipfile.ZipInfo) -> str | None:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    if info.filename.startswith(("/", "\\")) or ".." in parts:
        return "its name points out of the zip file"
    if any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return "hidden file"
    if info.filename.lower().endswith(".zip"):
        return "a zip file within a zip file; unpack it first"
    return "empty file" if info.file_size == 0 else reason_to_skip(parts[-1])


def _reason_to_fail(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & ENCRYPTED:
        return "it is protected by a password; pack it without one"
    if info.file_size > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // MB} MB; split it or leave it out"
    if info.file_size > MB and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return "it unpacks to far more than a page could hold; such a file is not opened"
    return None
