"""Vectors in Chroma, one collection a partition; the only importer of chromadb."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Collection as Many
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import ChromaError
from httpx import Client, HTTPError, Timeout

from knowledge import unfilled
from knowledge.documents import Hits
from knowledge.embeddings import Embedder, Vectors
from knowledge.errors import EmbedderMismatch, KnowledgeStorageError
from knowledge.holding import Holding
from knowledge.registry import INDEXED, Partition, Staged

URLS = ("http://", "https://")
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0
"""how long a Chroma server is waited for"""
MOST = 5000
"""rows in one call; Chroma's own limit is 5,461"""
GRAPH: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400}}
"""searched wider than Chroma's defaults (100): the graph is built by chance, and two builds should find the same pages"""


@dataclass(frozen=True)
class Home:
    """Whose vectors these are: the database's own mark, and the ids of a partition's live chunks."""

    born: str
    live: Callable[[Partition], list[str]]


class Index:
    """The collections of one knowledge base, in an embedded folder or on a server."""

    def __init__(self, client: Any, embedder: Embedder, place: str, home: Home | None = None) -> None:
        self._client, self._place, self._stack = client, place, ExitStack()
        self._prefix = f"{home.born[:16]}-" if home else ""
        self.lost = False
        """whether a call failed, after which a server may be another one than before: to be opened anew"""
        self._built = {"embedder": embedder.name, "version": embedder.version}
        with self._plainly():
            if home:
                self._adopt(home)
            self._collections = {name: self._collection(name) for name in INDEXED}

    @classmethod
    def open(cls, place: Path | str, embedder: Embedder, home: Home, *, wait_seconds: float) -> Self:
        """Open a folder, held by a lock until `close`, or a server by its http(s) URL, which other homes may use too."""
        served = str(place).startswith(URLS)
        with ExitStack() as stack:
            if served:
                client = _server(str(place))
                # Chroma's own close leaves the connections open.
                for session in _sessions(client):
                    stack.callback(session.close)
            else:
                stack.enter_context(Holding(Path(place), wait_seconds))
                stack.callback(_blank, Path(place))
                client = _folder(Path(place))
            stack.callback(client.close)
            opened = cls(client, embedder, str(place), home if served else None)
            opened._stack = stack.pop_all()
            return opened

    def close(self) -> None:
        """Let go of the folder."""
        self._stack.close()

    def add(self, rows: Sequence[Staged], vectors: Vectors) -> None:
        """Insert or replace the vectors of chunks; the texts stay in the registry."""
        for name in INDEXED:
            mine = [i for i, row in enumerate(rows) if row.partition == name]
            for start in range(0, len(mine), MOST):
                some = mine[start : start + MOST]
                with self._plainly():
                    self._collections[name].upsert(
                        ids=[rows[i].chunk.id for i in some],
                        embeddings=vectors[some],
                        metadatas=[{"door": rows[i].door, "kind": rows[i].kind} for i in some],
                    )

    def remove(self, partition: Partition, ids: Sequence[str]) -> None:
        """Drop vectors; ids that are not there are fine."""
        for start in range(0, len(ids), MOST):
            with self._plainly():
                self._collections[partition].delete(ids=list(ids[start : start + MOST]))

    def nearest(self, partition: Partition, query: Vectors, n: int, *, kinds: Many[str] | None = None) -> Hits:
        """Give the n nearest of a partition; with `kinds`, at a cost that grows with the partition."""
        return self._query(partition, query, n, _of(kinds) if kinds else None)

    def nearest_behind(self, doors: Sequence[str], query: Vectors, n: int, *, kinds: Many[str] | None = None) -> Hits:
        """Give the n nearest account notes and team pages of these permission classes."""
        if not doors:
            return []
        where: dict[str, Any] = {"door": {"$in": list(doors)}}
        return self._query("scoped", query, n, {"$and": [where, _of(kinds)]} if kinds else where)

    def vectors(self, partition: Partition, ids: Sequence[str]) -> dict[str, Vectors]:
        """Give the vectors of chunks, each of length 1; ids that are not there are left out."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(ids), MOST):
            with self._plainly():
                got = self._collections[partition].get(ids=list(ids[start : start + MOST]), include=["embeddings"])
            if got["ids"]:
                found |= zip(got["ids"], np.asarray(got["embeddings"], dtype=np.float32), strict=True)
        return found

    def counts(self) -> dict[Partition, int]:
        """Count the vectors of each partition."""
        with self._plainly():
            return {name: collection.count() for name, collection in self._collections.items()}

    def ids(self, partition: Partition) -> set[str]:
        """Give every id of a partition."""
        with self._plainly():
            return set(self._collections[partition].get(include=[])["ids"])

    def marks(self, partition: Partition) -> dict[str, tuple[str, str]]:
        """Give each id of a partition with the door and the kind that it is filtered by."""
        with self._plainly():
            got = self._collections[partition].get(include=["metadatas"])
        rows = zip(got["ids"], got["metadatas"] or [], strict=True)
        return {chunk_id: (str(said.get("door")), str(said.get("kind"))) for chunk_id, said in rows}

    def clear(self, embedder: Embedder) -> None:
        """Drop every vector, and bind the empty index to this embedder."""
        self._built = {"embedder": embedder.name, "version": embedder.version}
        with self._plainly():
            for name in INDEXED:
                self._client.delete_collection(self._prefix + name)
            self._collections = {name: self._collection(name) for name in INDEXED}

    def renew(self) -> None:
        """Write every vector anew into fresh collections; see `renew`."""
        with self._plainly():
            for name in INDEXED:
                self._collections[name] = _renewed(self._client, self._collections[name])

    def _query(self, partition: Partition, query: Vectors, n: int, where: dict[str, Any] | None) -> Hits:
        with self._plainly():
            got = self._collections[partition].query(
                query_embeddings=query[None, :], n_results=n, where=where, include=["distances"]
            )
        distances = got["distances"] or [[]]
        return [(chunk_id, 1.0 - distance) for chunk_id, distance in zip(got["ids"][0], distances[0], strict=True)]

    def _adopt(self, home: Home) -> None:
        """Take over collections that hold our vectors under the names from before homes were told apart."""
        held = {str(collection.name): collection for collection in self._client.list_collections()}
        for name in INDEXED:
            free = name in held and self._prefix + name not in held
            ours = home.live(name)[:MOST] if free else []
            if ours and held[name].get(ids=ours, include=[])["ids"]:
                held[name].modify(name=self._prefix + name)

    def _collection(self, name: str) -> Collection:
        # Telling Chroma of no embedder keeps it from downloading its own at first use.
        collection: Collection = self._client.get_or_create_collection(
            self._prefix + name,
            embedding_function=None,
            metadata=self._built,
            configuration=GRAPH,
        )
        return collection

    def check(self) -> None:
        """Raise EmbedderMismatch if the vectors were made by another embedder."""
        for collection in self._collections.values():
            made = {key: (collection.metadata or {}).get(key) for key in self._built}
            if made != self._built:
                raise EmbedderMismatch(
                    f"The knowledge base was built with the embedder {made['embedder']} ({made['version']}) and the "
                    f"settings ask for {self._built['embedder']} ({self._built['version']}): set SELLER_EMBEDDER "
                    "back, or embed every page again with `seller ingest --rebuild`."
                )

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        # An HTTP client's errors and Chroma's own ValueError for a lost server have no common base.
        except (ChromaError, OSError, ValueError, RuntimeError, HTTPError) as error:
            self.lost = True
            raise _cannot(self._place, error) from error


def renew(folder: Path) -> None:
    """Copy the vectors into a new folder that takes the old one's place: Chroma leaves what was removed in its files.

    To be called in a process that has read no page, of whose words nothing can then stand in the new files. A kill in
    between loses vectors, which `Recovery.run` embeds again.
    """
    made, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    shutil.rmtree(made, ignore_errors=True)
    source, target = _folder(folder), _folder(made)
    for collection in source.list_collections():
        _copied(collection, target)
    source.close()
    target.close()
    unfilled.blank(made)
    folder.rename(old)
    made.rename(folder)
    drop_leftovers(folder)


def drop_leftovers(folder: Path) -> None:
    """Delete what a renewal that was cut off has left beside the folder."""
    for ending in (".new", ".old"):
        shutil.rmtree(folder.with_name(folder.name + ending), ignore_errors=True)


def renew_apart(folder: Path, wait_seconds: float) -> None:
    """Have a process of its own `renew` the folder, which is held meanwhile."""
    with Holding(folder, wait_seconds):
        drop_leftovers(folder)
        done = subprocess.run(  # noqa: S603  # nosec B603  # our own module, by our own interpreter
            [sys.executable, "-c", f"from {__name__} import Path, renew; renew(Path({str(folder)!r}))"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise _cannot(str(folder), OSError((done.stderr.strip() or "it was stopped").splitlines()[-1]))


def _renewed(client: Any, old: Collection) -> Collection:
    held = _held(old)
    client.delete_collection(old.name)
    return _filled(client, old, held)


def _copied(old: Collection, target: Any) -> None:
    _filled(target, old, _held(old))


def _held(old: Collection) -> list[Any]:
    ids = sorted(old.get(include=[])["ids"])
    starts = range(0, len(ids), MOST)
    return [old.get(ids=ids[start : start + MOST], include=["embeddings", "metadatas"]) for start in starts]


def _filled(client: Any, old: Collection, held: Sequence[Any]) -> Collection:
    new: Collection = client.create_collection(
        old.name, embedding_function=None, metadata=old.metadata, configuration=GRAPH
    )
    for some in held:
        new.add(ids=some["ids"], embeddings=some["embeddings"], metadatas=some["metadatas"])
    return new


def _of(kinds: Many[str]) -> dict[str, Any]:
    return {"kind": {"$in": sorted(kinds)}}


def _blank(folder: Path) -> None:
    try:
        unfilled.blank(folder)
    except OSError as error:
        raise _cannot(str(folder), error) from error


def _folder(folder: Path) -> Any:
    try:
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    except (ChromaError, OSError, ValueError, RuntimeError) as error:
        raise _cannot(str(folder), error) from error


def _server(url: str) -> Any:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 8000)
    settings = Settings(anonymized_telemetry=False)
    try:
        socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS).close()
        client = chromadb.HttpClient(parts.hostname or "", port, ssl=parts.scheme == "https", settings=settings)
    except (ChromaError, OSError, ValueError, RuntimeError, HTTPError) as error:
        raise _cannot(url, error) from error
    # Chroma waits for its server without end, and has no setting for it.
    for session in _sessions(client):
        session.timeout = Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    return client


def _sessions(client: Any) -> list[Client]:
    """Give the two HTTP clients that a Chroma client opens: one for the data, one for looking up its database."""
    return [client._server._session, client._admin_client._server._session]


def _cannot(place: str, error: Exception) -> KnowledgeStorageError:
    cause = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    if place.startswith(URLS):
        return KnowledgeStorageError(
            f"The Chroma server at {place} cannot be used ({cause}): check that it runs and that SELLER_CHROMA_URL is its "
            "address, then try again; nothing is lost."
        )
    return KnowledgeStorageError(
        f"The knowledge index at {place} cannot be used ({cause}): check disk space and permissions; if it is damaged, "
        "make it anew with `seller ingest --rebuild`."
    )
