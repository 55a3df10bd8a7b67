"""Time a search in one account's scope beside 100,000 shared chunks and the notes of 500 accounts.

`python -m evals.bench.retrieval_scale [--shared N] [--accounts N]` prints one JSON line: milliseconds at p50 and p95
with the query embedded, and with its vector already known. The documents' vectors are synthetic; registry, index and
search are the real ones.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine

from knowledge.documents import Chunk, Document, Scope
from knowledge.embeddings import Embedder, Vectors, embedder
from knowledge.library import Library
from knowledge.recovery import Recovery
from knowledge.registry import Registry, Stamp, Version, create_all

PER_DOCUMENT = 10
NOTES = 10
"""documents of one account"""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Synthetic:
    """Random unit vectors for documents; questions are embedded for real, or drawn too."""

    def __init__(self, real: Embedder, *, embed_questions: bool) -> None:
        self._real, self._random = real, np.random.default_rng(7)
        self.name, self.version, self.dimension, self.max_tokens = "synthetic", "1", real.dimension, real.max_tokens
        self.tokens = real.tokens
        self.embed_questions = embed_questions

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Draw vectors, shape (len(texts), dimension)."""
        drawn = self._random.standard_normal((len(texts), self.dimension), dtype=np.float32)
        vectors: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Embed a question, or draw its vector."""
        return self._real.embed_query(text) if self.embed_questions else self.embed_documents([text])[0]


def versions(shared: int, accounts: int) -> Iterator[Version]:
    """Give shared pages, every fifth of them quotable, then the notes of each account."""
    for n in range(shared // PER_DOCUMENT):
        yield version(Document(f"page{n}", f"page{n}.md", f"Page {n}", audience="internal" if n % 5 else "customer"))
    for n in range(accounts * NOTES):
        yield version(Document(f"note{n}", f"note{n}.md", f"Note {n}", kind="note", account=f"acc{n // NOTES}"))


def version(document: Document) -> Version:
    """Give a document with chunks of its own words."""
    texts = [f"{document.title}, part {n}: " + "words of a passage " * 40 for n in range(PER_DOCUMENT)]
    chunks = tuple(Chunk(f"{document.id}-{n}", document.id, n, f"line {n}", text) for n, text in enumerate(texts))
    return Version(document, chunks, tuple(document.title for _ in chunks), Stamp(0, 0, document.id, ""))


def fill(library: Library, registry: Registry, entries: Iterable[Version]) -> None:
    """Take versions in by the ingest's own steps, 500 documents at a time."""
    left = iter(entries)
    recovery = Recovery(registry, library._index(), library._embedder)
    while some := list(islice(left, 500)):
        registry.stage(some)
        recovery.finish([entry.document.id for entry in some])


def timed(library: Library, accounts: int, searches: int) -> dict[str, float]:
    """Give p50 and p95 of searches in the scopes of changing accounts, in milliseconds."""
    taken = []
    for n in range(searches):
        scope = Scope.account(f"acc{n % accounts}")
        started = time.perf_counter()
        found = library.search(f"what did customer number {n} say about the price?", scope=scope, now=NOW)
        taken.append((time.perf_counter() - started) * 1000)
        if len(found) != 8:
            raise RuntimeError(f"a search gave {len(found)} passages in place of 8")
    return {"p50_ms": float(np.percentile(taken, 50)), "p95_ms": float(np.percentile(taken, 95))}


def run(shared: int, accounts: int, searches: int, home: Path) -> dict[str, object]:
    """Fill a knowledge base and time searches with and without the embedding of the question."""
    engine = create_engine(f"sqlite:///{home / 'kb.sqlite'}")
    create_all(engine)
    synthetic = Synthetic(embedder("minilm"), embed_questions=False)
    with Library.open(engine, home / "chroma", synthetic) as library:
        started = time.perf_counter()
        fill(library, Registry(engine), versions(shared, accounts))
        filled = time.perf_counter() - started
        timed(library, accounts, 20)
        without = timed(library, accounts, searches)
        synthetic.embed_questions = True
        library.warm()
        return {
            "chunks": library.stats().chunks,
            "accounts": accounts,
            "fill_seconds": filled,
            "search": without,
            "search_with_embedding": timed(library, accounts, searches),
        }


def main() -> int:
    """Run the benchmark of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--searches", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(run(given.shared, given.accounts, given.searches, Path(home))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
