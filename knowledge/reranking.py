"""Optional re-ranking of what was found: each word of the question held against each word of a passage."""

import importlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol

import numpy as np

from knowledge.cleaning import embedded_text
from knowledge.embeddings import MINILM, Vectors
from knowledge.ranking import Candidate, Floats

Weighted = Sequence[tuple[str, float]]
"""texts with what each counts"""
REMEMBERED = 500
"""passages whose words are kept, about 250 kB each"""


class Reranker(Protocol):
    """A second, closer look at the best candidates."""

    def closeness(self, question: Weighted, candidates: Sequence[Candidate]) -> Floats:
        """Give how well each candidate fits the question, about -1..1."""


class TokenEmbedder(Protocol):
    """Texts to a vector a token, which knows the words around it."""

    def embed_tokens(self, text: str) -> Vectors:
        """Give the vectors of a text's tokens, each of length 1, shape (tokens, dimension)."""


class LateInteraction:
    """Holds each word of the question against the passage's word that is nearest in meaning (ColBERT's MaxSim, 2020).

    Vectors are those of the built-in embedder's tokens: there is no cross-encoder that comes with its weights.
    """

    def __init__(self, words: TokenEmbedder | None = None) -> None:
        self._given = words
        self._tokens = lru_cache(maxsize=REMEMBERED)(self._embed)

    def closeness(self, question: Weighted, candidates: Sequence[Candidate]) -> Floats:
        """Give the mean over the question's words of the nearest word of each passage."""
        texts = [embedded_text(c.document.title, c.chunk.text) for c in candidates]
        asked = [(self._tokens(text), weight) for text, weight in question]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return np.array([_nearest(asked, words) for words in pool.map(self._tokens, texts)])

    def _embed(self, text: str) -> Vectors:
        return self._words().embed_tokens(text)

    def _words(self) -> TokenEmbedder:
        if self._given is None:
            loaded: TokenEmbedder = importlib.import_module(MINILM.module).load(MINILM, None, None)
            self._given = loaded
        return self._given


def _nearest(asked: Sequence[tuple[Vectors, float]], words: Vectors) -> float:
    if not len(words):
        return 0.0
    found = [(float((text @ words.T).max(axis=1).mean()), weight) for text, weight in asked if len(text)]
    whole = sum(weight for _, weight in found)
    return sum(value * weight for value, weight in found) / whole if whole else 0.0


def reranker(name: str) -> Reranker | None:
    """Give the re-ranker of a setting: "local", or none for "off"."""
    return LateInteraction() if name == "local" else None
