"""The port that turns texts into vectors, and the registry of the embedders behind it."""

import importlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbedderError

Vectors = NDArray[np.float32]
"""shape (n, dimension); every row has length 1"""


class Embedder(Protocol):
    """Texts to vectors of length 1, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """Give the name that the settings use."""

    @property
    def version(self) -> str:
        """Give what changes whenever the vectors change; an index is bound to name and version."""

    @property
    def dimension(self) -> int:
        """Give the length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Give the most tokens of a text that reach the vector."""

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, before any truncation."""

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Embed passages, shape (len(texts), dimension)."""

    def embed_query(self, text: str) -> Vectors:
        """Embed a question, shape (dimension,)."""


@dataclass(frozen=True)
class Spec:
    """What is known of an embedder before it is loaded."""

    name: str
    version: str
    dimension: int
    max_tokens: int
    module: str
    """holds `load(spec, url, key) -> Embedder`"""


OPENAI_MODULE = "knowledge.embedders.openai_compatible"
OPENAI_MAX_TOKENS = 8191
OPENAI_DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
MINILM = Spec("minilm", "all-MiniLM-L6-v2-int8-1.0.0", 384, 256, "knowledge.embedders.minilm")


class Lazy:
    """An embedder that loads its model at the first text, so that a command without one pays nothing."""

    def __init__(self, spec: Spec, url: str | None, key: str | None) -> None:
        self._spec, self._url, self._key = spec, url, key
        self._lock = threading.Lock()
        self._loaded: Embedder | None = None

    @property
    def name(self) -> str:
        """Give the name that the settings use."""
        return self._spec.name

    @property
    def version(self) -> str:
        """Give what changes whenever the vectors change."""
        return self._spec.version

    @property
    def dimension(self) -> int:
        """Give the length of a vector; 0 until the first answer of an endpoint whose model is not known here."""
        return self._spec.dimension or self._real().dimension

    @property
    def max_tokens(self) -> int:
        """Give the most tokens of a text that reach the vector."""
        return self._spec.max_tokens

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, before any truncation."""
        return self._real().tokens(texts)

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Embed passages, shape (len(texts), dimension)."""
        return self._real().embed_documents(texts)

    def embed_query(self, text: str) -> Vectors:
        """Embed a question, shape (dimension,)."""
        return self._real().embed_query(text)

    def _real(self) -> Embedder:
        with self._lock:
            if self._loaded is None:
                self._loaded = importlib.import_module(self._spec.module).load(self._spec, self._url, self._key)
            return self._loaded


def embedder(name: str = "minilm", *, url: str | None = None, key: str | None = None) -> Embedder:
    """Give the embedder of a setting: "minilm", or "openai:MODEL" for any OpenAI-compatible endpoint."""
    if name == MINILM.name:
        return Lazy(MINILM, None, None)
    provider, _, model = name.partition(":")
    if provider == "openai" and model:
        spec = Spec(name, model, OPENAI_DIMENSIONS.get(model, 0), OPENAI_MAX_TOKENS, OPENAI_MODULE)
        return Lazy(spec, url, key)
    raise EmbedderError(f'There is no embedder "{name}": set SELLER_EMBEDDER to "minilm" or to "openai:MODEL".')


Spans = Callable[[str, Sequence[tuple[int, int]]], Vectors]
"""a text and places in it → a row of length 1 for each, which knows the words around it"""


def spans_of_words() -> Spans:
    """Give the vectors of words in their context, by the embedder that ships; it loads with the first text."""

    def spans(text: str, places: Sequence[tuple[int, int]]) -> Vectors:
        loaded: Spans = importlib.import_module(MINILM.module).load(MINILM, None, None).embed_spans
        return loaded(text, places)

    return spans
