"""The door to the knowledge base: open, ingest, search within a scope, judge, and log what is missing."""

import importlib
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from knowledge.comparing import Difference, compare
from knowledge.documents import Chunk, Document, Gap, IngestReport, Kind, Mode, Passage, Retrieval, Scope, Stats
from knowledge.embeddings import Embedder, Vectors
from knowledge.errors import KnowledgeError
from knowledge.golden import GoldenRank, Trial, lost
from knowledge.holding import drop_aside, set_aside
from knowledge.ingest import Ingest, Progress, Refuse
from knowledge.pages import Overrides, ResolveAccount
from knowledge.question import Question
from knowledge.recovery import Recovery
from knowledge.redacting import Redact
from knowledge.registry import Engine, GapLog, Registry, Uses, Version
from knowledge.reranking import Reranker
from knowledge.search import Search
from knowledge.walking import absolute

if TYPE_CHECKING:
    from knowledge.index import Index
    from knowledge.lexical import Lexical


def no_accounts(written: str) -> str:
    """Refuse every account: for knowledge bases without a CRM."""
    raise KnowledgeError(f'there is no account "{written}"')


class Library:
    """A knowledge base: texts and rights in SQL, vectors in Chroma."""

    def __init__(
        self,
        engine: Engine,
        place: Path | str,
        embedder: Embedder,
        wait_seconds: float,
        words: Path | None,
        reranker: Reranker | None,
        redact: Redact | None,
        refuse: Refuse | None,
    ) -> None:
        self._redact, self._refuse = redact, refuse
        self._registry = Registry(engine)
        self.uses, self.gap_log = Uses(engine), GapLog(engine)
        self._place, self._embedder, self._wait = place, embedder, wait_seconds
        self._reranker = reranker
        self._opened: Index | None = None
        self._words_folder = words or (place.with_name("words") if isinstance(place, Path) else None)
        self._words: Lexical | None = None
        self._opening = threading.Lock()
        self._writing = threading.Lock()

    @classmethod
    def open(
        cls,
        engine: Engine,
        place: Path | str,
        embedder: Embedder,
        *,
        wait_seconds: float = 3.0,
        words: Path | None = None,
        reranker: Reranker | None = None,
        redact: Redact | None = None,
        refuse: Refuse | None = None,
    ) -> Self:
        """Open the knowledge base on an engine that has its tables, and a folder or a Chroma server's URL.

        `words` is the folder of the word index: beside the folder of the vectors unless given, in memory for a server.
        `redact` takes out of each text that is read what must not be kept, `refuse` says which pages must not be kept at all.

        The folder is taken at the first search or ingest (KnowledgeLocked if another process has it after
        `wait_seconds`, EmbedderMismatch if it was built otherwise) and held until `close`; `warm` takes it at once.
        """
        return cls(engine, place, embedder, wait_seconds, words, reranker, redact, refuse)

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
        self._lexical().sync(self._registry)
        self._embedder.embed_query("warm up")

    def search(
        self,
        query: str,
        *,
        scope: Scope,
        now: datetime,
        k: int = 8,
        kinds: Collection[Kind] | None = None,
        mode: Mode = "hybrid",
    ) -> list[Passage]:
        """Give the k best passages that the scope may read, best first; at most two of one page."""
        return list(self.retrieve(Question(query), scope=scope, now=now, k=k, kinds=kinds, mode=mode).passages)

    def retrieve(
        self,
        question: Question,
        *,
        scope: Scope,
        now: datetime,
        k: int = 8,
        kinds: Collection[Kind] | None = None,
        mode: Mode = "hybrid",
    ) -> Retrieval:
        """Search for a question with the thread it leans on, and judge whether the passages answer it."""
        if not question.text.strip() or k < 1:
            return Retrieval()
        return self._search(scope, kinds, mode).run(question, now, k)

    def _search(
        self, scope: Scope, kinds: Collection[Kind] | None, mode: Mode, without: frozenset[str] = frozenset()
    ) -> Search:
        halves = self._index(), self._lexical()
        return Search(self._registry, *halves, self._embedder, scope, kinds, mode, without, self._reranker)

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Give the cosine of each text to the query, in the texts' order."""
        if not texts:
            return []
        cosines: list[float] = (
            self._embedder.embed_documents(list(texts)) @ self._embedder.embed_query(query)
        ).tolist()
        return cosines

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Embed short texts as questions are, a row each."""
        return np.stack([self._embedder.embed_query(text) for text in texts])

    def ingest(
        self,
        paths: Iterable[Path],
        *,
        resolve_account: ResolveAccount = no_accounts,
        teams: Collection[str] = (),
        overrides: Overrides | None = None,
        progress: Progress | None = None,
        now: datetime | None = None,
    ) -> IngestReport:
        """Take in files and folders; a file that cannot be read is listed, and the rest goes on.

        What the overrides say of a path is remembered for later ingests of it, until `forget_folder`.
        With `teams`, a page's teams are written as these are, and one for another team is warned of.
        With `now`, a changed page that its golden questions would no longer find is not taken in, but listed.
        """

        def trial(version: Version) -> str:
            return lost(self._trial(version, now)) if now else ""

        with self._writing:
            report = self._ingest(resolve_account, progress, trial, teams).paths(paths, overrides or Overrides())
            self._lexical().sync(self._registry)
            return report

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

    def _ingest(
        self,
        resolve_account: ResolveAccount,
        progress: Progress | None,
        trial: Callable[[Version], str] | None = None,
        teams: Collection[str] = (),
    ) -> Ingest:
        index, silent = self._index(), progress or _silent
        return Ingest(
            self._registry, index, self._embedder, resolve_account, silent, trial, teams, self._redact, self._refuse
        )

    def forget_folder(self, path: Path) -> int:
        """Forget a file or folder and what was said of it; gives the number of pages forgotten."""
        root = str(absolute(path))
        with self._writing:
            gone = [file.document_id for file in self._registry.files([root]).values()]
            self._registry.bury(gone)
            self._registry.forget_sources(root)
            self._recovery().sweep()
        return len(gone)

    def decide(self, document_id: str, values: Mapping[str, Any]) -> Document:
        """Keep what a person decided of a page, and bring it into or out of the search."""
        with self._writing:
            if document_id in self._registry.unfinished():
                # What a kill left half moved would otherwise go on to where an earlier decision wanted it.
                self._recovery().finish([document_id])
            self._registry.decide(document_id, values)
            self._recovery().finish([document_id])
            self._lexical().sync(self._registry)
        return self._registry.page(document_id)

    def read(self, uri: str, data: bytes, *, overrides: Overrides | None = None) -> Version:
        """Read a page without storing it; NotReadable, with the line where it is known."""
        return self._ingest(no_accounts, None).read(uri, data, overrides or Overrides())

    def stored(self, document_id: str) -> Version:
        """Give a page as it is stored; KnowledgeError where it is gone."""
        return self._registry.stored(document_id)

    def trial(self, version: Version, now: datetime) -> list[GoldenRank]:
        """Ask a version's golden questions before it is published, beside those of the page it would replace."""
        with self._writing:
            return self._trial(version, now)

    def _trial(self, version: Version, now: datetime) -> list[GoldenRank]:
        present = self._registry.document(version.document.id)
        return Trial(self._registry, self._recovery(), self._golden).ranks(present, version, now)

    def _golden(self, question: str, scope: Scope, now: datetime, k: int, without: frozenset[str]) -> Retrieval:
        return self._search(scope, None, "hybrid", without).run(Question(question), now, k)

    def _recovery(self) -> Recovery:
        return Recovery(self._registry, self._index(), self._embedder)

    def forget(self, document_id: str) -> None:
        """Forget one page."""
        with self._writing:
            self._registry.bury([document_id])
            self._recovery().sweep()

    def refused(self, kind: Kind) -> list[Document]:
        """Give the pages of a kind that are not to be kept any more."""
        refuse = self._refuse or (lambda document, mtime_ns: "")
        return [document for document, mtime_ns in self._registry.timed(kind) if refuse(document, mtime_ns)]

    def forget_all(self, document_ids: Collection[str]) -> None:
        """Forget pages, from the texts, the vectors and the words."""
        with self._writing:
            self._index()
            self._registry.bury(document_ids)
            self._recovery().sweep()
            self._lexical().sync(self._registry)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Embed every page again from the stored texts, for a damaged index or another embedder; gives the chunks."""
        with self._writing:
            # An embedder that is not there must not cost the vectors of the one before.
            self._embedder.embed_query("warm up")
            self.close()
            if isinstance(self._place, Path):
                set_aside(self._place, self._wait)
            self._lexical().clear()
            return Recovery(self._registry, self._index(any_embedder=True), self._embedder).rebuild(progress or _silent)

    def hold(self) -> None:
        """Take the folder now; KnowledgeLocked where another process has it."""
        self._index()

    def renew(self, progress: Progress | None = None) -> None:
        """Embed what was reworded, and write both indexes anew, so that their files hold nothing of the words before."""
        with self._writing:
            self._recovery().run(progress)
            if isinstance(self._place, Path):
                self.close()
                drop_aside(self._place)
                importlib.import_module("knowledge.index").renew_apart(self._place, self._wait)
            else:
                self._index().renew()
            self._lexical().clear()
            self._lexical().sync(self._registry)

    def compare(self) -> list[Difference]:
        """Say where registry, vectors and words disagree, without mending it; KnowledgeLocked as for a search."""
        if isinstance(self._place, Path) and not self._place.exists() and not self._registry.live_counts():
            return []
        return compare(self._registry, self._index(), self._words_folder)

    def unfinished(self) -> tuple[int, int]:
        """Count pages that an ingest left half taken in, and passages that wait to be dropped."""
        return len(self._registry.unfinished()), sum(map(len, self._registry.dead().values()))

    def sources(self) -> list[Path]:
        """Give the files and folders that were ingested, for a scheduled ingest of the same."""
        return [Path(root) for root in sorted(self._registry.sources())]

    def documents(self) -> list[Document]:
        """Give every page, by title, whoever may read it: for curation, not for answers."""
        return self._registry.documents()

    def document(self, document_id: str) -> Document | None:
        """Give one page, whoever may read it."""
        return self._registry.document(document_id)

    def page(self, document_id: str) -> Document:
        """Give one page, whoever may read it; KnowledgeError where it is gone."""
        return self._registry.page(document_id)

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
        return self.gap_log.add(Gap(0, question, asker, now.isoformat(), account, nearest))

    def gaps(self) -> list[Gap]:
        """Give the questions that could not be answered, oldest first."""
        return self.gap_log.all()

    def stats(self) -> Stats:
        """Count what the knowledge base holds."""
        return Stats(**self._registry.counts(), embedder=self._embedder.name)

    def _lexical(self) -> "Lexical":
        with self._opening:
            if self._words is None:
                kind: type[Lexical] = importlib.import_module("knowledge.lexical").Lexical
                self._words = kind(self._words_folder)
            return self._words

    def _index(self, *, any_embedder: bool = False) -> "Index":
        with self._opening:
            if self._opened is not None and self._opened.lost:
                self._opened.close()
                self._opened = None
            if self._opened is None:
                # Chroma takes a second to import, so only a search or an ingest pays for it.
                room = importlib.import_module("knowledge.index")
                home = room.Home(self._registry.born(), self._registry.live)
                self._opened = room.Index.open(self._place, self._embedder, home, wait_seconds=self._wait)
            if not any_embedder:
                self._opened.check()
            return self._opened


def _silent(done: int, total: int, file: str) -> None:
    """Take progress that nobody asked for."""
