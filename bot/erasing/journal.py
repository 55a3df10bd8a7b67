"""Who is being erased, kept until it is proven: a kill in between leaves traces that only this can name."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.crm import match
from bot.crm.suppression import plain_email
from bot.erasing.files import JOURNAL
from bot.erasing.person import Person
from bot.errors import BotError


@dataclass(frozen=True)
class Journal:
    """An erasure under way."""

    person: Person
    sources: tuple[str, ...] = ()
    """files outside the home that were seen to name the person"""
    pages: bool = False
    """whether pages of the knowledge base name the person"""

    def with_found(self, sources: Sequence[str], pages: bool) -> "Journal":
        """The journal with what another look has found besides."""
        return replace(self, sources=tuple(sorted({*self.sources, *sources})), pages=self.pages or pages)


def read(home: Path) -> Journal | None:
    """The erasure that was cut off in this home, or None."""
    path = home / JOURNAL
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        values: dict[str, Any] = {
            name: tuple(one) if isinstance(one, list) else one for name, one in held["person"].items()
        }
        return Journal(Person(**values), tuple(held["sources"]), held["pages"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BotError(f"The file {path} cannot be read ({error}); remove it and erase the person again.") from error


def write(home: Path, journal: Journal) -> None:
    """Keep the journal for its owner's eyes, whole or not at all."""
    path = home / JOURNAL
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(journal)))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def close(home: Path) -> None:
    """Drop the journal: the proof is done."""
    (home / JOURNAL).unlink(missing_ok=True)


def meant(journal: Journal, written: str) -> bool:
    """Whether what a person wrote names the one whose erasure was cut off."""
    person = journal.person
    same_mail = bool(person.email and plain_email(person.email) == plain_email(written))
    return written.strip() == person.id or same_mail or match.fold(person.name) == match.fold(written)
