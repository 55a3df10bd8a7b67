"""A backup: one zip file with the database, the files of the home, and a manifest of their checksums."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from bot.errors import BotError, StorageError
from bot.settings import Settings
from bot.store.database import HEAD, Engine
from bot.upkeep.copying import copy_out

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "seller.db"
PIECE = 2**20
LEFT_OUT = (
    ".seller-backup-",
    "seller.db",
    "dbos.sqlite",
    "chroma",
    "words",
    "slack",
    "restoring",
    "before-restore",
    "restore.json",
)
"""beginnings of names of a home that a backup does without: copied in another way, made anew, or of processes"""
ENDINGS = (".lock", ".log", ".part", ".holder.json", ".probe", ".zip")
Advance = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Held:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup is."""

    made_at: datetime
    revision: str
    """of the tables"""
    version: str
    """of this program"""
    database: str
    """the kind it was copied from"""
    crm: str
    files: dict[str, Held]
    format: int = FORMAT


@dataclass(frozen=True)
class Report:
    """A backup that was made."""

    file: str
    bytes: int
    made_at: datetime
    revision: str
    files: int
    seconds: float


def write(settings: Settings, engine: Engine, file: Path, made_at: datetime, advance: Advance) -> Manifest:
    """Write a backup, whole or not at all; it is for its owner's eyes, as the home is."""
    _check_erasure(settings.home)
    try:
        with tempfile.TemporaryDirectory(prefix=".seller-backup-", dir=file.parent) as folder:
            copied, made = Path(folder) / DATABASE, Path(folder) / "backup.zip"
            advance(0, 1, DATABASE)
            copy_out(engine, copied)
            manifest = _packed(settings, engine, copied, made, made_at, advance)
            made.replace(file)
    except OSError as error:
        raise StorageError(f"The backup {file} cannot be written ({error.strerror}); choose another place.") from error
    return manifest


def _packed(
    settings: Settings, engine: Engine, copied: Path, made: Path, made_at: datetime, advance: Advance
) -> Manifest:
    sources = {DATABASE: copied} | {str(PurePosixPath(p.relative_to(settings.home))): p for p in kept(settings.home)}
    made.touch(mode=0o600)
    files: dict[str, Held] = {}
    with made.open("r+b") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for done, (name, path) in enumerate(sources.items()):
                advance(done, len(sources), name)
                files[name] = _add(archive, name, path)
            manifest = Manifest(
                made_at, HEAD, version("seller-assistant"), engine.dialect.name, settings.crm, files
            )  # fmt: skip
            plain = asdict(manifest) | {"made_at": made_at.isoformat()}
            archive.writestr(MANIFEST, json.dumps(plain, indent=1))
        raw.flush()
        os.fsync(raw.fileno())
    advance(len(sources), len(sources), "")
    return manifest


def kept(home: Path) -> Iterator[Path]:
    """Files of a home that a backup holds: settings, the key of erasures, feedback, reports, the sample pages."""
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink() and not _left_out(path.relative_to(home)):
            yield path


def _left_out(name: PurePath) -> bool:
    first = (*name.parts, "")[0]
    return first.startswith(LEFT_OUT) or first.endswith(ENDINGS)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Held:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return Held(size, digest.hexdigest())


def _check_erasure(home: Path) -> None:
    if (home / "erasing.json").exists():
        raise BotError(
            "A person is being erased from this home, and a backup would keep half of them; end `seller erase` first."
        )


def read(file: Path) -> Manifest:
    """Read what a backup is; BotError for a file that is none, or of a newer version of this program."""
    try:
        with zipfile.ZipFile(file) as archive:
            plain: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if plain["format"] > FORMAT or plain["revision"] > HEAD:
            raise BotError(
                f"The backup {file} was made by a newer version of this program ({plain['version']}); install that one."
            )
        held = {name: Held(**one) for name, one in plain["files"].items()}
        held[DATABASE]  # without it the home would be replaced by an empty one
        return Manifest(**plain | {"made_at": datetime.fromisoformat(plain["made_at"]), "files": held})
    except FileNotFoundError as error:
        raise BotError(f"There is no file {file}; check the path.") from error
    except OSError as error:
        raise BotError(f"The file {file} cannot be read ({error.strerror}); check its rights.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        # RuntimeError: an encrypted zip, or JSON that is nested without end.
        raise BotError(f"The file {file} is no whole backup of this program; choose another.") from error


def unpack(file: Path, manifest: Manifest, folder: Path, advance: Advance) -> None:
    """Write each file of the manifest into a new folder; BotError where one is missing, changed, or leads elsewhere."""
    try:
        with zipfile.ZipFile(file) as archive:
            for done, (name, held) in enumerate(manifest.files.items()):
                advance(done, len(manifest.files), name)
                if name == DATABASE or not _left_out(PurePosixPath(name)):
                    _unpack_one(archive, file, name, held, folder)
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, RuntimeError) as error:
        raise _torn(file) from error
    except OSError as error:
        raise StorageError(
            f"The backup cannot be unpacked into {folder} ({error.strerror}); check the folder's rights and space."
        ) from error
    advance(len(manifest.files), len(manifest.files), "")


def _unpack_one(archive: zipfile.ZipFile, file: Path, name: str, held: Held, folder: Path) -> None:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()) or target == folder.resolve():
        raise BotError(f"The backup {file} names a file outside of the home ({name}); nothing was restored.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(mode=0o600)
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as source, target.open("wb") as into:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                into.write(piece)
                if size > held.size:
                    raise _torn(file)
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise _torn(file) from error
    if (size, digest.hexdigest()) != (held.size, held.sha256):
        raise _torn(file)


def _torn(file: Path) -> BotError:
    return BotError(f"The backup {file} is damaged, so nothing was restored; choose another one.")


def discard(folder: Path) -> None:
    """Drop a folder with what is in it."""
    shutil.rmtree(folder, ignore_errors=True)
