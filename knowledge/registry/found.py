"""Read what a search has found: hundreds of chunks with their pages, for every question."""

import json
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, RowMapping, Text, TypeDecorator, select, type_coerce

from knowledge.documents import Chunk, Document
from knowledge.registry.rows import STORED, door, partition_of, to_document
from knowledge.registry.successors import with_successors
from knowledge.registry.tables import chunks, documents

MANY = 500
"""ids in one statement"""


class _List(TypeDecorator[tuple[str, ...]]):
    """A list kept as JSON; nearly all of them are empty, and need no parser."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """Give the list: SQLite gives its text, PostgreSQL's driver has read it already."""
        if value == "[]":
            return ()
        return tuple(json.loads(value) if isinstance(value, str) else value)


_CHUNKS = select(
    *[chunks.c[name] for name in Chunk.__dataclass_fields__], chunks.c.state, chunks.c.partition, chunks.c.door
)
_READ = [column for column in documents.c if column.name in STORED]
_PAGES = select(*[type_coerce(c, _List()).label(c.name) if isinstance(c.type, JSON) else c for c in _READ])


@lru_cache(maxsize=8192)
def _page(*values: Any) -> Document:
    """Give the page of a row; the same pages are read again and again, and this takes longer than reading their rows."""
    return to_document(dict(zip([column.name for column in _READ], values, strict=True)))


def found(connection: Connection, chunk_ids: Collection[str]) -> dict[str, tuple[Chunk, Document]]:
    """Give the live chunks among the ids with their pages, where they stand as their pages' rights want it."""
    live: list[tuple[Chunk, str, str]] = []
    for some in batches(sorted(chunk_ids)):
        # The state is looked at here: in the query it would tempt SQLite from the key to the index of states.
        for *held, state, partition, behind in connection.execute(_CHUNKS.where(chunks.c.id.in_(some))).all():
            if state == "live":
                live.append((Chunk(*held), partition, behind))
    pages = _pages(connection, {chunk.document_id for chunk, _, _ in live})
    places = {page.id: place(page) for page in pages.values()}
    # A page that is gone has no place.
    return {
        chunk.id: (chunk, pages[chunk.document_id])
        for chunk, *where in live
        if places.get(chunk.document_id) == tuple(where)
    }


def _pages(connection: Connection, ids: Collection[str]) -> dict[str, Document]:
    pages: dict[str, Document] = {}
    for some in batches(sorted(ids)):
        read = [_page(*row) for row in connection.execute(_PAGES.where(documents.c.id.in_(some))).all()]
        pages |= {page.id: page for page in read}
    return with_successors(connection, pages)


def place(page: Document) -> tuple[str, str]:
    """Give the partition and the door that a page's rights ask for; a chunk has others while its page is replaced."""
    return partition_of(page), door(page)


def is_in_place(row: RowMapping, page: Document) -> bool:
    """Say whether a chunk stands where its page's rights want it."""
    return (row["partition"], row["door"]) == place(page)


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Give ids in as many as one statement takes."""
    left = iter(ids)
    while some := list(islice(left, MANY)):
        yield some
