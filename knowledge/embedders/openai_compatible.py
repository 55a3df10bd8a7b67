"""Any endpoint that speaks OpenAI's `/v1/embeddings`."""

from collections.abc import Sequence

import numpy as np
import openai

from knowledge.embeddings import Spec, Vectors
from knowledge.errors import EmbedderError

BATCH = 256
CHARACTERS_PER_TOKEN = 3
"""on the safe side for English, which has about four"""


class OpenAICompatible:
    """Vectors from an endpoint, brought to length 1."""

    def __init__(self, spec: Spec, url: str | None, key: str | None) -> None:
        self.name, self.version, self.max_tokens = spec.name, spec.version, spec.max_tokens
        self._dimension = spec.dimension
        self._where = url or "OpenAI"
        try:
            self._client = openai.OpenAI(base_url=url, api_key=key)
        except openai.OpenAIError as error:
            raise EmbedderError(f'The embedder "{self.name}" needs a key: set OPENAI_API_KEY.') from error

    @property
    def dimension(self) -> int:
        """Give the length of a vector, asked of the endpoint where the model is not known here."""
        if not self._dimension:
            self._dimension = int(self._embed(["dimension"]).shape[1])
        return self._dimension

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimate the tokens of each text; the model's own tokenizer is not at hand."""
        return [len(text) // CHARACTERS_PER_TOKEN + 2 for text in texts]

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Embed passages, shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        batches = [self._embed(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.concatenate(batches)

    def embed_query(self, text: str) -> Vectors:
        """Embed a question, shape (dimension,)."""
        row: Vectors = self._embed([text])[0]
        return row

    def _embed(self, texts: list[str]) -> Vectors:
        try:
            answer = self._client.embeddings.create(model=self.version, input=texts, encoding_format="float")
        except openai.OpenAIError as error:
            raise EmbedderError(
                f"The embedder at {self._where} does not answer ({str(error).rstrip('.')}): check OPENAI_BASE_URL, "
                "OPENAI_API_KEY and SELLER_EMBEDDER, and try again."
            ) from error
        rows = np.array([entry.embedding for entry in sorted(answer.data, key=lambda e: e.index)], dtype=np.float32)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        vectors: Vectors = (rows / np.maximum(length, 1e-12)).astype(np.float32)
        return vectors


def load(spec: Spec, url: str | None, key: str | None) -> OpenAICompatible:
    """Connect to the endpoint; without a URL it is OpenAI itself."""
    return OpenAICompatible(spec, url, key)
