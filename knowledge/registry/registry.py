"""Reads and writes of the registry; a page is staged here before the index sees it, and live after."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, distinct, func, insert, or_, select, update

from knowledge.documents import Chunk, Document, Kind, Scope
from knowledge.errors import KnowledgeError
from knowledge.registry.found import batches, found, is_in_place
from knowledge.registry.rows import (
    PREVIEW,
    Partition,
    Staged,
    Stamp,
    StoredFile,
    Version,
    chunk_rows,
    document_row,
    door,
    partition_of,
    to_chunk,
    to_document,
)
from knowledge.registry.session import connected
from knowledge.registry.successors import with_successors
from knowledge.registry.tables import chunks, documents, gaps, sources, state

GONE = "The page is no longer in the knowledge base; list the pages with `seller kb list`."
_PAGES = select(documents).where(~documents.c.uri.startswith(PREVIEW)).order_by(documents.c.title, documents.c.uri)


class Registry:
    """The SQL side of the knowledge base."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Files and folders

    def files(self, roots: Sequence[str] = ()) -> dict[str, StoredFile]:
        """Give the known files by uri: those at or below the roots, or all."""
        count = select(chunks.c.document_id, func.count().label("n")).where(chunks.c.state != "dead")
        counted = count.group_by(chunks.c.document_id).subquery()
        query = select(documents, func.coalesce(counted.c.n, 0).label("n"))
        query = query.outerjoin(counted, counted.c.document_id == documents.c.id)
        if roots:
            query = query.where(or_(*[_below(documents.c.uri, root) for root in roots]))
        with self._connection() as connection:
            rows = connection.execute(query).mappings().all()
        return {r["uri"]: StoredFile(r["id"], Stamp(*[r[f] for f in Stamp.__dataclass_fields__]), r["n"]) for r in rows}

    def touch(self, document_id: str, stamp: Stamp) -> None:
        """Remember that a file was written again with the same content."""
        with self._connection() as connection:
            values = {"mtime_ns": stamp.mtime_ns, "size": stamp.size}
            connection.execute(update(documents).where(documents.c.id == document_id).values(values))

    def sources(self) -> dict[str, dict[str, Any]]:
        """Give the ingested files and folders with what the caller said of them."""
        with self._connection() as connection:
            return {root: dict(said) for root, said in connection.execute(select(sources.c.root, sources.c.overrides))}

    def remember_source(self, root: str, overrides: Mapping[str, Any]) -> None:
        """Keep what the caller said of a file or folder, for the next ingest of it."""
        with self._connection() as connection:
            connection.execute(delete(sources).where(sources.c.root == root))
            connection.execute(insert(sources).values(root=root, overrides=dict(overrides)))

    def forget_sources(self, root: str) -> None:
        """Drop what was said of a folder and of everything below it."""
        with self._connection() as connection:
            connection.execute(delete(sources).where(_below(sources.c.root, root)))

    # Write-ahead

    def stage(self, versions: Sequence[Version]) -> None:
        """Store documents with their new chunks, which no search returns before `publish`."""
        with self._connection() as connection:
            for version in versions:
                self._stage_one(connection, version)

    def _stage_one(self, connection: Connection, version: Version) -> None:
        document = version.document
        known = connection.execute(select(documents.c.decided).where(documents.c.id == document.id)).first()
        if known and known.decided:
            document = replace(document, decided=known.decided)
            version = replace(version, document=document)
        row = document_row(document, version.stamp)
        statement = update(documents).where(documents.c.id == document.id) if known else insert(documents)
        connection.execute(statement.values(row))
        ids = {chunk.id for chunk in version.chunks}
        mine = chunks.c.document_id == document.id
        held = {row.id for row in connection.execute(select(chunks.c.id).where(mine))}
        for some in batches(sorted(ids & held)):
            connection.execute(update(chunks).where(chunks.c.id.in_(some)).values(state="staged"))
        rows = [row for row in chunk_rows(version) if row["id"] not in held]
        if rows:
            connection.execute(insert(chunks), rows)

    def publish(self, chunk_ids: Collection[str]) -> None:
        """Make staged chunks live and the earlier ones of their documents dead."""
        with self._connection() as connection:
            for some in batches(sorted(chunk_ids)):
                owners = select(chunks.c.document_id).where(chunks.c.id.in_(some))
                old = (chunks.c.document_id.in_(owners), chunks.c.state == "live")
                connection.execute(update(chunks).where(*old).values(state="dead"))
            for some in batches(sorted(chunk_ids)):
                connection.execute(update(chunks).where(chunks.c.id.in_(some)).values(state="live"))
            _moved(connection)

    def decide(self, document_id: str, values: Mapping[str, Any]) -> Document:
        """Keep what a person decided of a page; its chunks move to where they belong now, staged for the index.

        A review holds for the content of this moment. KnowledgeError where the page is gone.
        """
        with self._connection() as connection:
            mine = documents.c.id == document_id
            stamped = dict(values) | ({"reviewed_sha256": documents.c.sha256} if "reviewed" in values else {})
            if connection.execute(update(documents).where(mine).values(stamped)).rowcount == 0:
                raise KnowledgeError(GONE)
            document = to_document(connection.execute(select(documents).where(mine)).mappings().one())
            self._move(connection, document)
        return document

    def _move(self, connection: Connection, document: Document) -> None:
        partition, behind = partition_of(document), door(document)
        live = (chunks.c.document_id == document.id, chunks.c.state == "live")
        rows = connection.execute(select(chunks).where(*live)).mappings().all()
        if all((row["partition"], row["door"]) == (partition, behind) for row in rows):
            return
        # Another id in another partition: an index that is cut off in between holds nothing twice.
        mark = uuid4().hex[:6]
        moved = {"partition": partition, "door": behind, "state": "staged"}
        connection.execute(insert(chunks), [dict(row) | moved | {"id": f"{row['id'][:50]}~{mark}"} for row in rows])
        connection.execute(update(documents).where(documents.c.id == document.id).values(partition=partition))

    def bury(self, document_ids: Collection[str]) -> None:
        """Forget documents; their chunks are dead until the index has dropped them too."""
        if not document_ids:
            return
        with self._connection() as connection:
            for some in batches(sorted(document_ids)):
                connection.execute(update(chunks).where(chunks.c.document_id.in_(some)).values(state="dead"))
                connection.execute(delete(documents).where(documents.c.id.in_(some)))
            _moved(connection)

    def previews(self) -> list[str]:
        """Give the ids of versions that were tried out and left behind by a kill."""
        with self._connection() as connection:
            query = select(documents.c.id).where(documents.c.uri.startswith(PREVIEW))
            return list(connection.execute(query).scalars())

    def unfinished(self) -> list[str]:
        """Give the ids of documents with staged chunks: an ingest was cut short."""
        query = select(chunks.c.document_id).where(chunks.c.state == "staged").distinct()
        with self._connection() as connection:
            return sorted(connection.execute(query).scalars())

    def staged(self, document_ids: Collection[str]) -> list[Staged]:
        """Give the staged chunks of documents, in order."""
        rows: list[Staged] = []
        with self._connection() as connection:
            for some in batches(sorted(document_ids)):
                where = (chunks.c.document_id.in_(some), chunks.c.state == "staged")
                pages = documents.c.id == chunks.c.document_id
                query = select(chunks, documents.c.kind).join(documents, pages).where(*where)
                for row in connection.execute(query.order_by(chunks.c.document_id, chunks.c.seq)).mappings():
                    rows.append(Staged(to_chunk(row), row["context"], row["partition"], row["door"], row["kind"]))
        return rows

    def rows(self, chunk_ids: Collection[str]) -> Iterator[Staged]:
        """Yield the live chunks among the ids with where they stand and who may read them, a batch at a time."""
        columns = select(chunks, documents.c.kind).join(documents, documents.c.id == chunks.c.document_id)
        for some in batches(sorted(chunk_ids)):
            with self._connection() as connection:
                found = connection.execute(columns.where(chunks.c.id.in_(some))).mappings().all()
            for row in found:
                yield Staged(to_chunk(row), row["context"], row["partition"], row["door"], row["kind"])

    def dead(self) -> dict[Partition, list[str]]:
        """Give the ids of dead chunks by partition."""
        found: dict[Partition, list[str]] = {}
        with self._connection() as connection:
            query = select(chunks.c.partition, chunks.c.id).where(chunks.c.state == "dead")
            for partition, chunk_id in connection.execute(query):
                found.setdefault(partition, []).append(chunk_id)
        return found

    def live(self, partition: Partition) -> list[str]:
        """Give the ids of a partition's live chunks."""
        with self._connection() as connection:
            where = (chunks.c.state == "live", chunks.c.partition == partition)
            return list(connection.execute(select(chunks.c.id).where(*where)).scalars())

    def under_way(self, partition: Partition) -> set[str]:
        """Give the ids of a partition's chunks that are staged or dead: the index may hold them or not."""
        with self._connection() as connection:
            where = (chunks.c.state != "live", chunks.c.partition == partition)
            return set(connection.execute(select(chunks.c.id).where(*where)).scalars())

    def live_counts(self) -> dict[str, int]:
        """Count live chunks by partition."""
        query = select(chunks.c.partition, func.count()).where(chunks.c.state == "live")
        with self._connection() as connection:
            return {str(name): int(n) for name, n in connection.execute(query.group_by(chunks.c.partition))}

    def restage(self, chunk_ids: Collection[str]) -> None:
        """Mark chunks that the index has lost, so that they are embedded again, with the others of their pages.

        `publish` takes whatever of a page is not staged beside them for an earlier version of it.
        """
        with self._connection() as connection:
            for some in batches(sorted(chunk_ids)):
                owners = select(chunks.c.document_id).where(chunks.c.id.in_(some))
                live = (chunks.c.document_id.in_(owners), chunks.c.state == "live")
                connection.execute(update(chunks).where(*live).values(state="staged"))
            _moved(connection)

    def purge(self, chunk_ids: Collection[str]) -> None:
        """Delete dead chunks for good."""
        with self._connection() as connection:
            for some in batches(sorted(chunk_ids)):
                connection.execute(delete(chunks).where(chunks.c.id.in_(some), chunks.c.state == "dead"))

    # Reads

    def version(self) -> tuple[str, int]:
        """Give the database's own mark and a number that rises whenever the set of live chunks changes."""
        with self._connection() as connection:
            row = connection.execute(select(state.c.born, state.c.version)).first()
        return ("", 0) if row is None else (row.born, row.version)

    def born(self) -> str:
        """Give the database's own mark, drawn at the first look."""
        with self._connection() as connection:
            if connection.execute(select(state.c.born)).first() is None:
                _moved(connection)
            return str(connection.execute(select(state.c.born)).scalar_one())

    def scoped(
        self, scope: Scope, limit: int, kinds: Collection[str] | None = None
    ) -> tuple[list[str], list[str] | None]:
        """Give the doors of the account notes and team pages a scope may read, and their ids; None if above `limit`."""
        ids: list[str] = []
        with self._connection() as connection:
            pages = _admitted(connection, scope, kinds)
            # While a page is being replaced its row has the new rights already, and its live chunks the old ones.
            doors = sorted({door(page) for page in pages})
            for some in batches(page.id for page in pages):
                where = (chunks.c.document_id.in_(some), chunks.c.state == "live", chunks.c.door.in_(doors))
                ids += connection.execute(select(chunks.c.id).where(*where).limit(limit + 1)).scalars()
                if len(ids) > limit:
                    return doors, None
        return doors, ids

    def found(self, chunk_ids: Collection[str]) -> dict[str, tuple[Chunk, Document]]:
        """Give the live chunks among the ids with their documents; left out are unknown ids, and chunks that move."""
        with self._connection() as connection:
            return found(connection, chunk_ids)

    def documents(self) -> list[Document]:
        """Give every page, by title."""
        with self._connection() as connection:
            rows = connection.execute(_PAGES).mappings()
            return list(with_successors(connection, {row["id"]: to_document(row) for row in rows}).values())

    def timed(self, kind: Kind) -> list[tuple[Document, int]]:
        """Give every page of a kind with the time of its file."""
        query = select(documents).where(documents.c.kind == kind)
        with self._connection() as connection:
            return [(to_document(row), row["mtime_ns"]) for row in connection.execute(query).mappings()]

    def document(self, document_id: str) -> Document | None:
        """Give one page."""
        with self._connection() as connection:
            row = connection.execute(select(documents).where(documents.c.id == document_id)).mappings().first()
            return None if row is None else with_successors(connection, {document_id: to_document(row)})[document_id]

    def page(self, document_id: str) -> Document:
        """Give one page; KnowledgeError where it is gone."""
        found = self.document(document_id)
        if found is None:
            raise KnowledgeError(GONE)
        return found

    def stored(self, document_id: str) -> Version:
        """Give a page with its live chunks, as it was read; KnowledgeError where it is gone."""
        with self._connection() as connection:
            query = select(documents).where(documents.c.id == document_id)
            row = connection.execute(query).mappings().first()
            if row is None:
                raise KnowledgeError(GONE)
            where = (chunks.c.document_id == document_id, chunks.c.state == "live")
            rows = connection.execute(select(chunks).where(*where).order_by(chunks.c.seq)).mappings().all()
        pieces = tuple(to_chunk(one) for one in rows)
        stamp = Stamp(*[row[f] for f in Stamp.__dataclass_fields__])
        return Version(to_document(row), pieces, tuple(one["context"] for one in rows), stamp)

    def chunks(self, document_id: str) -> list[Chunk]:
        """Give a page's live chunks in order, those alone that its present readers may read."""
        where = (chunks.c.document_id == document_id, chunks.c.state == "live")
        with self._connection() as connection:
            row = connection.execute(select(documents).where(documents.c.id == document_id)).mappings().first()
            rows = connection.execute(select(chunks).where(*where).order_by(chunks.c.seq)).mappings().all()
        page = to_document(row) if row else None
        return [to_chunk(one) for one in rows if page and is_in_place(one, page)]

    def kinds(self, partition: Partition) -> set[str]:
        """Give the kinds of documents a partition holds."""
        with self._connection() as connection:
            query = select(documents.c.kind).where(documents.c.partition == partition).distinct()
            return set(connection.execute(query).scalars())

    def counts(self) -> dict[str, int]:
        """Count documents, live chunks, accounts with notes, and gaps."""
        queries = {
            "documents": select(func.count()).select_from(documents),
            "chunks": select(func.count()).select_from(chunks).where(chunks.c.state == "live"),
            "accounts": select(func.count(distinct(documents.c.account))),
            "gaps": select(func.count()).select_from(gaps),
        }
        with self._connection() as connection:
            return {name: connection.execute(query).scalar_one() for name, query in queries.items()}

    def _connection(self) -> AbstractContextManager[Connection]:
        return connected(self._engine)


def _admitted(connection: Connection, scope: Scope, kinds: Collection[str] | None) -> list[Document]:
    mine = or_(documents.c.account.is_(None), documents.c.account.in_(sorted(scope.accounts)))
    rows = connection.execute(select(documents).where(documents.c.partition == "scoped", mine)).mappings()
    pages = [to_document(row) for row in rows]
    return [page for page in pages if scope.admits(page) and (not kinds or page.kind in kinds)]


def _moved(connection: Connection) -> None:
    raised = connection.execute(update(state).values(version=state.c.version + 1))
    if raised.rowcount == 0:
        connection.execute(insert(state).values(id=1, born=uuid4().hex, version=1))


def _below(column: Any, root: str) -> Any:
    return or_(column == root, column.startswith(root.rstrip("/") + "/", autoescape=True))
