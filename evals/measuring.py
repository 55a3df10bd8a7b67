"""What the suites that measure the search share: the test data, a knowledge base of its own, the measures."""

import math
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine

from knowledge.embeddings import embedder
from knowledge.ingest import Progress
from knowledge.library import Library
from knowledge.registry import create_all

DATA = Path(os.environ.get("SELLER_TEST_DATA", "../shared/data"))
"""folder of the test data that is kept outside of the project"""


@contextmanager
def library_of(pages: Path, progress: Progress | None = None) -> Iterator[Library]:
    """Give a knowledge base of a folder's pages that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/kb.db")
        create_all(engine)
        with Library.open(engine, Path(folder) / "chroma", embedder()) as opened:
            opened.ingest([pages], progress=progress)
            yield opened
        engine.dispose()


def ndcg(ranked: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """Give the normalised discounted cumulative gain of the first k, 0..1 (Järvelin and Kekäläinen 2002)."""
    gained = sum(relevant.get(name, 0.0) / math.log2(i + 2) for i, name in enumerate(ranked[:k]))
    best = sorted(relevant.values(), reverse=True)[:k]
    return gained / sum(gain / math.log2(i + 2) for i, gain in enumerate(best))


def recall(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Give the share of the relevant that stands among the first k."""
    return len(set(ranked[:k]) & set(relevant)) / len(relevant)


def place(ranked: Sequence[str], relevant: Collection[str]) -> int | None:
    """Give the place of the first that is relevant, from 1; None where there is none."""
    return next((i for i, name in enumerate(ranked, start=1) if name in relevant), None)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Give the chance that a positive scores above a negative, ties counting half."""
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))
