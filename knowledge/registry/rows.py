"""Rows to values and back, and the rule that says in which partition a page lives."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import RowMapping

from knowledge.documents import Audience, Chunk, Document

Partition = Literal["internal", "quotable", "scoped", "archived"]
INDEXED: tuple[Partition, ...] = ("internal", "quotable", "scoped")
"""partitions that the index holds; drafts and archived pages stay in SQL alone, as `archived`"""

PREVIEW = "preview:"
"""how the uri of a version begins that is tried out before it is published"""

DECIDED = frozenset({"decided", "reviewed", "reviewer", "lapsed", "superseded_by"})
"""fields of a document that the page itself does not set"""


@dataclass(frozen=True)
class Stamp:
    """How a file was when it was read, and how it was read."""

    mtime_ns: int
    size: int
    sha256: str
    recipe: str


@dataclass(frozen=True)
class StoredFile:
    """What the registry knows of a file."""

    document_id: str
    stamp: Stamp
    chunks: int


@dataclass(frozen=True)
class Version:
    """A document with the chunks of its present content; `contexts` has one entry a chunk."""

    document: Document
    chunks: tuple[Chunk, ...]
    contexts: tuple[str, ...]
    stamp: Stamp


@dataclass(frozen=True)
class Staged:
    """A chunk that waits for its vector."""

    chunk: Chunk
    context: str
    partition: Partition
    door: str
    kind: str


def partition_of(document: Document) -> Partition:
    """Give the partition: the shared ones hold only what everyone of their audience may read."""
    if not document.searchable:
        return "archived"
    if document.account is not None or document.teams:
        return "scoped"
    return "quotable" if document.quotable else "internal"


def door(document: Document) -> str:
    """Give the permission class: documents with one door are readable by the same scopes."""
    return door_of(document.account, document.teams, "customer" if document.quotable else "internal")


@lru_cache(maxsize=4096)
def door_of(account: str | None, teams: frozenset[str], audience: Audience) -> str:
    """Give the permission class of an account, teams and an audience."""
    return "|".join((_name(account or ""), ",".join(sorted(map(_name, teams))), audience))


def _name(written: str) -> str:
    """Write a name so that none reads like two: the team "EMEA,AMER" is not the teams EMEA and AMER."""
    return re.sub(r"([\\|,])", r"\\\1", written)


def document_row(document: Document, stamp: Stamp) -> dict[str, Any]:
    """Give the row of what the page says; what people decided of it stays as it is."""
    said = {name: value for name, value in asdict(document).items() if name not in DECIDED}
    more = {"teams": sorted(document.teams), "questions": list(document.questions), "partition": partition_of(document)}
    return said | asdict(stamp) | more


STORED = Document.__dataclass_fields__.keys() - {"lapsed", "superseded_by"} | {"reviewed_sha256", "sha256"}
"""columns that `to_document` reads"""
_PLAIN = STORED - {"teams", "questions", "reviewed", "reviewed_sha256", "sha256"}


def to_document(row: Mapping[str, Any] | RowMapping) -> Document:
    """Give the document of a row."""
    holds = row["reviewed_sha256"] == row["sha256"]
    return Document(
        **{name: row[name] for name in _PLAIN},
        teams=frozenset(row["teams"]),
        questions=tuple(row["questions"]),
        reviewed=row["reviewed"] if holds else None,
        lapsed=row["reviewed"] is not None and not holds,
    )


def chunk_rows(version: Version) -> list[dict[str, Any]]:
    """Give the rows of a version's chunks, staged."""
    partition = partition_of(version.document)
    same = {"partition": partition, "door": door(version.document), "state": "staged"}
    pairs = zip(version.chunks, version.contexts, strict=True)
    return [asdict(chunk) | {"context": context} | same for chunk, context in pairs]


def to_chunk(row: RowMapping) -> Chunk:
    """Give the chunk of a row."""
    return Chunk(row["id"], row["document_id"], row["seq"], row["location"], row["text"])
