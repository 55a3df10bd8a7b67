"""Hold an embedded folder for one process, and name the holder to the others."""

import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from knowledge.errors import KnowledgeLocked, KnowledgeStorageError


class Holding:
    """A lock beside the folder; two writers in one folder would lose rows for good, without an error."""

    def __init__(self, folder: Path, wait_seconds: float) -> None:
        self._folder = folder
        self._wait = wait_seconds
        self._lock = FileLock(_beside(folder, ".lock"))
        self._note = _beside(folder, ".holder.json")

    def __enter__(self) -> Self:
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=self._wait)
            self._note.write_text(json.dumps(_myself()), encoding="utf-8")
        except Timeout as error:
            raise KnowledgeLocked(self._sentence()) from error
        except OSError as error:
            self._lock.release()
            why = (error.strerror or str(error)).lower()
            raise KnowledgeStorageError(
                f"The knowledge folder {self._folder} cannot be written ({why}): check disk space and permissions."
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._note.unlink(missing_ok=True)
        self._lock.release()

    def _sentence(self) -> str:
        try:
            holder = json.loads(self._note.read_text(encoding="utf-8"))
            who = f'process {holder["pid"]} ("{holder["command"]}", since {holder["since"]})'
        except (OSError, ValueError, KeyError):
            # The holder writes its note just after it takes the lock.
            who = "another process"
        return (
            f"The knowledge folder {self._folder} is in use by {who}: ask through that process, end it, "
            "or set SELLER_CHROMA_URL to a Chroma server, which several processes can share."
        )


def set_aside(folder: Path, wait_seconds: float) -> None:
    """Move a folder out of the way as `.damaged`, in place of an older one; the texts it was made from live in SQL."""
    with Holding(folder, wait_seconds):
        if folder.exists():
            aside = _beside(folder, ".damaged")
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)


def drop_aside(folder: Path) -> None:
    """Delete the folder that was moved out of the way as damaged."""
    shutil.rmtree(_beside(folder, ".damaged"), ignore_errors=True)


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(folder.name + ending)


def _myself() -> dict[str, object]:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    return {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat(timespec="seconds")}
