"""The door to the knowledge base: open, ingest, search within a scope, judge, and log what is missing."""

import importlib
import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from knowledge.documents import Chunk, Document, Gap, Hits, IngestReport, Kind, Mode, Passage, Scope, Stats
from knowledge.embeddings import Embedder, Vectors
from knowledge.errors import KnowledgeError
from knowledge.holding import set_aside
from knowledge.ingest import Ingest, Progress
from knowledge.pages import Overrides, ResolveAccount
from knowledge.recovery import Recovery
from knowledge.registry import Engine, Partition, Registry
from knowledge.selection import answerable, select
from knowledge.walking import absolute

if TYPE_CHECKING:
    from knowledge.index import Index

SCOPED_LIMIT = 5000
"""chunks of a scope that are compared one by one; above it a filter of the index is cheaper"""
SPREAD = 4
"""hits fetched for each passage wanted, as copies and fourth passages of one page fall out"""
MOST_HITS = 2000
SCOPED_HITS = 200
"""hits taken from a scope above the limit"""


def no_accounts(written: str) -> str:
    """Refuse every account: for knowledge bases without a CRM."""
    raise KnowledgeError(f'there is no account "{written}"')


class Library:
    """A knowledge base: texts and rights in SQL, vectors in Chroma."""

    def __init__(self, engine: Engine, place: Path | str, embedder: Embedder, wait_seconds: float) -> None:
        self._registry = Registry(engine)
        self._place, self._embedder, self._wait = place, embedder, wait_seconds
        self._opened: Index | None = None
        self._opening = threading.Lock()
        self._writing = threading.Lock()

    @classmethod
    def open(cls, engine: Engine, place: Path | str, embedder: Embedder, *, wait_seconds: float = 3.0) -> Self:
        """Open the knowledge base on an engine that has its tables, and a folder or a Chroma server's URL.

        The folder is taken at the first search or ingest (KnowledgeLocked if another process has it after
        `wait_seconds`, EmbedderMismatch if it was built otherwise) and held until `close`; `warm` takes it at once.
        """
        return cls(engine, place, embedder, wait_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        with self._opening:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def warm(self) -> None:
        """Take the folder and load the embedder now, so that the first question does not wait."""
        self._index()
        self._embedder.embed_query("warm up")

    def search(
        self,
        query: str,
        *,
        scope: Scope,
        now: datetime,
        k: int = 8,
        kinds: Collection[Kind] | None = None,
        mode: Mode = "dense",
    ) -> list[Passage]:
        """Give the k best passages that the scope may read, best first; at most three of one page."""
        if not query.strip() or k < 1:
            return []
        index, vector = self._index(), self._embedder.embed_query(query)
        scoped = self._scoped(index, scope, vector, kinds)
        wanted = k * SPREAD
        while True:
            shared = self._shared(index, scope, vector, wanted, kinds)
            hits = sorted([*shared, *scoped], key=lambda hit: (-hit[1], hit[0]))
            best = hits[:wanted]
            passages = select(best, self._registry.found([chunk_id for chunk_id, _ in best]), scope, now.date(), k)
            if len(passages) >= k or len(hits) < wanted or wanted >= MOST_HITS:
                return passages
            wanted *= SPREAD

    def _shared(self, index: "Index", scope: Scope, vector: Vectors, n: int, kinds: Collection[Kind] | None) -> Hits:
        partitions: tuple[Partition, ...] = ("quotable",) if scope.audience == "customer" else ("internal", "quotable")
        hits: Hits = []
        for partition in partitions:
            held = self._registry.kinds(partition) if kinds else set()
            if not kinds or held & set(kinds):
                # A filter costs time in proportion to the partition: none where it would drop nothing.
                hits += index.nearest(partition, vector, n, kinds=kinds if held - set(kinds or ()) else None)
        return hits

    def _scoped(self, index: "Index", scope: Scope, vector: Vectors, kinds: Collection[Kind] | None) -> Hits:
        if not scope.accounts and not scope.teams:
            return []
        ids = self._registry.scoped_ids(scope, SCOPED_LIMIT, kinds)
        if ids is None:
            return index.nearest_behind(self._registry.doors(scope), vector, SCOPED_HITS, kinds=kinds)
        return index.exact(ids, vector)

    def answerable(self, passages: Sequence[Passage]) -> tuple[bool, float]:
        """Say whether the passages are near enough to answer from, with the best one's score."""
        return answerable(passages)

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Give the cosine of each text to the query, in the texts' order."""
        if not texts:
            return []
        cosines: list[float] = (
            self._embedder.embed_documents(list(texts)) @ self._embedder.embed_query(query)
        ).tolist()
        return cosines

    def ingest(
        self,
        paths: Iterable[Path],
        *,
        resolve_account: ResolveAccount = no_accounts,
        overrides: Overrides | None = None,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Take in files and folders; a file that cannot be read is listed, and the rest goes on.

        What the overrides say of a path is remembered for later ingests of it, until `forget_folder`.
        """
        with self._writing:
            return self._ingest(resolve_account, progress).paths(paths, overrides or Overrides())

    def add(
        self,
        uri: str,
        data: bytes,
        *,
        resolve_account: ResolveAccount = no_accounts,
        overrides: Overrides | None = None,
    ) -> IngestReport:
        """Take in one page or transcript that is no file here; the uri's ending names its format."""
        with self._writing:
            return self._ingest(resolve_account, None).data(uri, data, overrides or Overrides())

    def _ingest(self, resolve_account: ResolveAccount, progress: Progress | None) -> Ingest:
        return Ingest(self._registry, self._index(), self._embedder, resolve_account, progress or _silent)

    def forget_folder(self, path: Path) -> int:
        """Forget a file or folder and what was said of it; gives the number of pages forgotten."""
        root = str(absolute(path))
        with self._writing:
            gone = [file.document_id for file in self._registry.files([root]).values()]
            self._registry.bury(gone)
            self._registry.forget_sources(root)
            Recovery(self._registry, self._index(), self._embedder).sweep()
        return len(gone)

    def forget(self, document_id: str) -> None:
        """Forget one page."""
        with self._writing:
            self._registry.bury([document_id])
            Recovery(self._registry, self._index(), self._embedder).sweep()

    def rebuild(self) -> int:
        """Embed every page again from the stored texts, for a damaged index or another embedder; gives the chunks."""
        with self._writing:
            self.close()
            if isinstance(self._place, Path):
                set_aside(self._place, self._wait)
            return Recovery(self._registry, self._index(any_embedder=True), self._embedder).rebuild()

    def sources(self) -> list[Path]:
        """Give the files and folders that were ingested, for a scheduled ingest of the same."""
        return [Path(root) for root in sorted(self._registry.sources())]

    def documents(self) -> list[Document]:
        """Give every page, by title, whoever may read it: for curation, not for answers."""
        return self._registry.documents()

    def document(self, document_id: str) -> Document | None:
        """Give one page, whoever may read it."""
        return self._registry.document(document_id)

    def chunks(self, document_id: str) -> list[Chunk]:
        """Give a page's chunks in order, with their texts, whoever may read it."""
        return self._registry.chunks(document_id)

    def log_gap(
        self,
        question: str,
        *,
        now: datetime,
        asker: str | None = None,
        account: str | None = None,
        passages: Sequence[Passage] = (),
    ) -> int:
        """Keep a question that could not be answered, with the pages that came nearest; gives its id."""
        nearest = tuple(dict.fromkeys(passage.document.id for passage in passages))
        return self._registry.add_gap(Gap(0, question, asker, now.isoformat(), account, nearest))

    def gaps(self) -> list[Gap]:
        """Give the open questions, oldest first."""
        return self._registry.gaps()

    def stats(self) -> Stats:
        """Count what the knowledge base holds."""
        return Stats(**self._registry.counts(), embedder=self._embedder.name)

    def _index(self, *, any_embedder: bool = False) -> "Index":
        with self._opening:
            if self._opened is None:
                # Chroma takes a second to import, so only a search or an ingest pays for it.
                kind: type[Index] = importlib.import_module("knowledge.index").Index
                self._opened = kind.open(self._place, self._embedder, wait_seconds=self._wait)
            if not any_embedder:
                self._opened.check()
            return self._opened


def _silent(done: int, total: int, file: str) -> None:
    """Take progress that nobody asked for."""
