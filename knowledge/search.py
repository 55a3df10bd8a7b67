"""One search: both halves within the scope, then ranked, selected and judged."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answering import judge
from knowledge.documents import Audience, Document, Hits, Kind, Mode, Retrieval, Scope
from knowledge.embeddings import Embedder, Vectors
from knowledge.question import Question
from knowledge.ranking import USUAL_REPETITION, Candidate, Closeness, Evidence, Ranked, idf, lead, rank
from knowledge.registry import INDEXED, Partition, Registry, door_of, partition_of
from knowledge.reranking import Reranker
from knowledge.selection import select

if TYPE_CHECKING:
    from knowledge.index import Index
    from knowledge.lexical import Lexical

CANDIDATES = 150
"""chunks that each half brings"""
SPREAD = 8
"""at least so many for each passage wanted, as copies and further passages of one page fall out"""
MOST_CANDIDATES = 2000
SCOPED_LIMIT = 5000
"""chunks of a scope that are compared one by one; above it a filter of the index is cheaper"""
BEST = 5
"""passages in which a rare word of the question is looked for"""

Scoped = tuple[list[str], list[str] | None]
"""doors of what a scope may read beside the shared pages, and the ids behind them; None where they are too many"""

_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Search:
    """A question to one knowledge base, with the rights of who asks."""

    registry: Registry
    index: "Index"
    lexical: "Lexical"
    embedder: Embedder
    scope: Scope
    kinds: Collection[Kind] | None
    mode: Mode
    without: frozenset[str] = frozenset()
    """ids of pages to leave out"""
    reranker: Reranker | None = None

    def run(self, question: Question, now: datetime, k: int) -> Retrieval:
        """Give the k best passages and whether they answer."""
        self.lexical.sync(self.registry)
        n = max(CANDIDATES, k * SPREAD)
        weighted = question.weighted(len(set(self.lexical.words(question.text))))
        vector = self._vector(weighted)
        words = frozenset(word.casefold() for word in _WORD.findall(question.text))
        while True:
            candidates, full = self._candidates(weighted, vector, n)
            ranked = rank(candidates, now.date(), self.mode, self._closeness(weighted))
            passages = select(ranked, now.date(), k, words)
            if len(passages) >= k or not full or n >= MOST_CANDIDATES:
                break
            n *= 4
        if len(passages) < k:
            passages = select(ranked, now.date(), k, words, filled=True)
        score, enough = judge(self.evidence(question, ranked))
        return Retrieval(tuple(passages), score if passages else 0.0, enough and bool(passages))

    def _closeness(self, weighted: Sequence[tuple[str, float]]) -> Closeness | None:
        # Whoever asks for one half alone gets that half.
        return partial(self.reranker.closeness, weighted) if self.reranker and self.mode == "hybrid" else None

    def evidence(self, question: Question, ranked: Sequence[Ranked]) -> Evidence:
        """Gather what tells whether the ranked candidates answer the question."""
        if not ranked:
            return Evidence()
        candidates = [one.candidate for one in ranked]
        nearness = max(candidate.cosine for candidate in candidates)
        best = candidates[:BEST]
        return Evidence(nearness, lead(candidates), self._repetition(question), self._missing(question.text, best))

    def _repetition(self, question: Question) -> float:
        vector = self.embedder.embed_query(question.text)
        cosines = [float(self.embedder.embed_query(text) @ vector) for text in question.earlier]
        return max(cosines, default=USUAL_REPETITION)

    def _missing(self, text: str, best: Sequence[Candidate]) -> float:
        words = set(self.lexical.words(text))
        frequencies, total = self.lexical.frequencies(words)
        worth = {word: idf(frequencies[word], total) for word in words}
        said = {word for candidate in best for word in self.lexical.words(_all_words(candidate))}
        whole = sum(worth.values())
        return sum(value for word, value in worth.items() if word not in said) / whole if whole else 1.0

    def _vector(self, weighted: Sequence[tuple[str, float]]) -> Vectors:
        mixed = sum(np.float32(weight) * self.embedder.embed_query(text) for text, weight in weighted)
        vector: Vectors = np.asarray(mixed, dtype=np.float32)
        return vector / max(float(np.linalg.norm(vector)), 1e-9)

    def _candidates(
        self, weighted: Sequence[tuple[str, float]], vector: Vectors, n: int
    ) -> tuple[list[Candidate], bool]:
        """Give what both halves found, and whether one of them might hold more."""
        mine = self._scoped()
        dense, compared = self._dense(mine, vector, n) if self.mode != "lexical" else ([], {})
        doors = self._shared_doors() + mine[0]
        lexical = self.lexical.search(weighted, doors, n, kinds=self.kinds) if self.mode != "dense" else []
        near = [hit for hit, _ in dense]
        ids = list(dict.fromkeys([*near, *(hit for hit, _ in lexical)]))
        bm25 = dict(lexical)
        # A passage near in meaning may stand too deep among the words to be brought by them.
        bm25 |= self.lexical.scores(weighted, [i for i in near if i not in bm25]) if lexical else {}
        # The index has filtered already; a page whose rights changed a moment ago is caught here.
        found = {i: pair for i, pair in self.registry.found(ids).items() if self._admits(pair[1])}
        vectors = compared | self._vectors({i: page for i, (_, page) in found.items() if i not in compared})
        candidates = [
            Candidate(*found[i], vectors[i], float(vectors[i] @ vector), bm25.get(i, 0.0))
            for i in ids
            if i in found and i in vectors
        ]
        return candidates, len(dense) >= n or len(lexical) >= n

    def _admits(self, document: Document) -> bool:
        return document.id not in self.without and self.scope.admits(document)

    def _vectors(self, pages: Mapping[str, Document]) -> dict[str, Vectors]:
        """Give the vectors of chunks from the partitions of their pages: each is read once."""
        homes: dict[Partition, list[str]] = {}
        for chunk_id, page in pages.items():
            homes.setdefault(partition_of(page), []).append(chunk_id)
        vectors: dict[str, Vectors] = {}
        for partition in INDEXED:
            vectors |= self.index.vectors(partition, homes.get(partition, []))
        return vectors

    def _dense(self, mine: Scoped, vector: Vectors, n: int) -> tuple[Hits, dict[str, Vectors]]:
        """Give the nearest chunks, and the vectors that were read to find them."""
        hits: Hits = []
        for partition in self._shared():
            held = self.registry.kinds(partition) if self.kinds else set()
            if not self.kinds or held & set(self.kinds):
                # A filter costs time in proportion to the partition: none where it would drop nothing.
                kinds = self.kinds if held - set(self.kinds or ()) else None
                hits += self.index.nearest(partition, vector, n, kinds=kinds)
        doors, ids = mine
        compared = self.index.vectors("scoped", ids or [])
        hits += [(chunk_id, float(one @ vector)) for chunk_id, one in compared.items()]
        hits += self.index.nearest_behind(doors, vector, n, kinds=self.kinds) if ids is None else []
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:n], compared

    def _scoped(self) -> Scoped:
        reads = bool(self.scope.accounts or self.scope.teams)
        return self.registry.scoped(self.scope, SCOPED_LIMIT, self.kinds) if reads else ([], [])

    def _shared(self) -> tuple[Partition, ...]:
        if self.scope.alone:
            return ()
        return ("quotable",) if self.scope.audience == "customer" else ("internal", "quotable")

    def _shared_doors(self) -> list[str]:
        """Give the permission classes of the shared pages that the scope opens."""
        audiences: tuple[Audience, ...] = (
            ("customer",) if self.scope.audience == "customer" else ("internal", "customer")
        )
        return [] if self.scope.alone else [door_of(None, frozenset(), audience) for audience in audiences]


def _all_words(candidate: Candidate) -> str:
    return f"{candidate.document.title} {candidate.chunk.location} {candidate.chunk.text}"
