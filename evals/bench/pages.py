"""Any number of pages for the benchmarks: passages of the handbook mixed and changed, with vectors around theirs."""

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from evals.measuring import DATA
from knowledge.cleaning import embedded_text
from knowledge.documents import Chunk, Document
from knowledge.embeddings import Embedder, Vectors
from knowledge.library import Library
from knowledge.recovery import Recovery
from knowledge.registry import Registry, Stamp, Version

HANDBOOK = DATA / "handbook"
QUESTIONS = Path(__file__).parent.parent / "handbook" / "questions.jsonl"
PER_DOCUMENT = 10
NOTES = 10
"""documents of one account"""
CENTRES = 300
"""passages that are embedded for real; every other vector lies around two of these"""
NOISE = 0.6
"""length of what is drawn beside them"""
PASSAGE_CHARS = 900

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}")
_FIGURE = re.compile(r"\d+")
_NAMES = [
    first + last for first in ("Alder", "Brent", "Corwen", "Delph", "Elm", "Fenn") for last in ("by", "ham", "ton")
]


def questions() -> list[str]:
    """Give the questions that are asked of the handbook."""
    return [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def passages(count: int) -> tuple[str, list[str]]:
    """Give where passages are from, and some of them: the handbook's, or sentences of the questions' words."""
    texts = [text for path in sorted(HANDBOOK.rglob("*.md")) for text in _cut(path.read_text(encoding="utf-8"))]
    if texts:
        return "handbook", random.Random(7).sample(texts, min(count, len(texts)))
    drawn, words = random.Random(7), " ".join(questions()).split()
    sentences = [" ".join(drawn.choices(words, k=12)) + "." for _ in range(count * 10)]
    return "made", ["\n".join(sentences[i * 10 : i * 10 + 10]) for i in range(count)]


def _cut(text: str) -> Iterator[str]:
    held = ""
    for paragraph in text.split("\n\n"):
        held += paragraph + "\n"
        if len(held) >= PASSAGE_CHARS / 2:
            yield held[:PASSAGE_CHARS]
            held = ""


class Pages:
    """Pages with vectors of their own, behind the embedder's name: what is asked of them is embedded for real."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.name, self.version, self.dimension, self.max_tokens = (
            "minilm",
            real.version,
            real.dimension,
            real.max_tokens,
        )
        self.tokens, self.embed_query = real.tokens, real.embed_query
        self._random, self._draw = random.Random(7), np.random.default_rng(7)
        self.source, texts = passages(CENTRES)
        self._sentences = [[s for s in _SENTENCE.split(text) if s.strip()] for text in texts]
        self._centres = real.embed_documents(texts)
        self._drawn: dict[str, Vectors] = {}

    def versions(self, shared: int, accounts: int) -> Iterator[Version]:
        """Give shared pages, every fifth of them quotable, then the notes of each account."""
        for n in range(shared // PER_DOCUMENT):
            audience = "internal" if n % 5 else "customer"
            yield self._version(Document(f"page{n}", f"page{n}.md", f"Page {n}", audience=audience))  # type: ignore[arg-type]
        for n in range(accounts * NOTES):
            owner = f"acc{n // NOTES}"
            yield self._version(Document(f"note{n}", f"note{n}.md", f"Note {n}", kind="note", account=owner))

    def _version(self, document: Document) -> Version:
        chunks, contexts = [], []
        for n in range(PER_DOCUMENT):
            first, second = self._random.sample(range(len(self._sentences)), 2)
            text, context = self._mixed(first, second), f"{document.title} > Part {n}"
            chunks.append(Chunk(f"{document.id}-{n}", document.id, n, f"line {n}", text))
            contexts.append(context)
            self._drawn[embedded_text(context, text)] = self._around(first, second)
        return Version(document, tuple(chunks), tuple(contexts), Stamp(0, 0, document.id, ""))

    def _mixed(self, first: int, second: int) -> str:
        """Give about two thirds of one passage and a third of another, with other names and figures."""
        mine, other = self._sentences[first], self._sentences[second]
        some = self._random.sample(mine, -(-len(mine) * 2 // 3)) + self._random.sample(other, -(-len(other) // 3))
        self._random.shuffle(some)
        named = _NAME.sub(lambda _: self._random.choice(_NAMES), "\n".join(some))
        return _FIGURE.sub(lambda found: str(self._random.randrange(10 ** len(found[0][:9]))), named)

    def _around(self, first: int, second: int) -> Vectors:
        noise = self._draw.standard_normal(self.dimension, dtype=np.float32)
        drawn = 0.67 * self._centres[first] + 0.33 * self._centres[second] + NOISE * noise / np.linalg.norm(noise)
        vector: Vectors = (drawn / np.linalg.norm(drawn)).astype(np.float32)
        return vector

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Give the vectors that were drawn for these pages' passages."""
        return np.stack([self._drawn.pop(text) for text in texts])


def fill(library: Library, registry: Registry, pages: Pages, entries: Iterable[Version]) -> None:
    """Take versions in by the ingest's own steps, 500 documents at a time."""
    left = iter(entries)
    recovery = Recovery(registry, library._index(), pages)
    while some := list(islice(left, 500)):
        registry.stage(some)
        recovery.finish([entry.document.id for entry in some])


def figures(milliseconds: Sequence[float]) -> dict[str, float]:
    """Give p50 and p95."""
    return {f"p{share}_ms": round(float(np.percentile(milliseconds, share)), 1) for share in (50, 95)}
