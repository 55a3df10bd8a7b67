"""An embedder that is fast and the same on every run: a text's words, counted into a few places."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from knowledge.embeddings import Vectors

NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)


class WordEmbedder:
    """Vectors of words; `name` and `version` can be set to act as another embedder."""

    max_tokens = 256
    dimension = 64

    def __init__(self, name: str = "words", version: str = "1") -> None:
        self.name, self.version = name, version

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the words."""
        return [len(text.split()) for text in texts]

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Embed texts, a row each."""
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        """Embed one text."""
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1.0
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit


class Interrupted(WordEmbedder):
    """Lets something happen while an ingest embeds: the new pages are written down then, and not yet to be found."""

    meanwhile: Callable[[], None] | None = None

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Embed texts, after what is to happen meanwhile."""
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return super().embed_documents(texts)
