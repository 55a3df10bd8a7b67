"""How a line of the audit trail is sealed to the one before it (pure)."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

NOTHING = "0" * 64
"""what stands for the line before the first"""


@dataclass(frozen=True)
class Row:
    """One line as it is stored."""

    id: int
    at: datetime
    actor: str
    verb: str
    proposal: str | None
    revision: int | None
    change: str | None
    detail: Any
    salt: str | None
    detail_hash: str
    seal: str | None
    """which key the line is sealed with; None: with none"""
    hash: str


def canonical(value: Any) -> str:
    """A JSON value as one text, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def hash_detail(salt: str | None, detail: Any) -> str:
    """What a line keeps of its detail for good; without the salt nobody can guess the detail from it."""
    return hashlib.sha256(f"{salt or ''}{canonical(detail)}".encode()).hexdigest()


def hash_line(before: str, row: Row, key: bytes | None, number: int | None = None) -> str:
    """What a line is sealed with: the hash before it and its own contents; `number` tries it in another place."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        before,
        number or row.id,
        at,
        row.actor,
        row.verb,
        row.proposal,
        row.revision,
        row.change,
        row.detail_hash,
        row.seal,
    ]
    sealed = canonical(parts).encode()
    if key is None:
        return hashlib.sha256(sealed).hexdigest()
    return hmac.new(key, sealed, hashlib.sha256).hexdigest()


class Keys:
    """The company's keys: the first seals, the others are of before."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._known = {name_of(key): key for key in keys}
        self.first = next(iter(self._known), None)

    def __contains__(self, seal: str | None) -> bool:
        return seal is None or seal in self._known

    def get(self, seal: str | None) -> bytes | None:
        """The key of that name; None for a line that is sealed with none."""
        return self._known.get(seal or "")


def name_of(key: bytes) -> str:
    """What a key is known by, which does not tell it."""
    return hashlib.sha256(b"seller audit key " + key).hexdigest()[:16]
