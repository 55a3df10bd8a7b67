"""Hold our search against others on judged questions, in one run: `python -m evals.bench.retrieval`.

Prints a JSON line each for BM25 alone, the embedder alone, LangChain's EnsembleRetriever at its defaults over both, twenty
plain lines (0.35 BM25 + 0.65 cosine, each from its lowest to its highest), and ours in each mode; with the last turn
alone, and with the thread: the others get its questions joined by spaces, as they know no thread.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from statistics import fmean, median
from typing import Any

import numpy as np
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from pydantic import ConfigDict
from rank_bm25 import BM25Okapi

from evals.measuring import auroc, ndcg, recall
from evals.retrieval.judged import Asked, Judged, load
from evals.retrieval.measure import library, told
from knowledge.documents import Mode, Scope
from knowledge.embeddings import Vectors, embedder
from knowledge.library import Library
from knowledge.question import Question

NOW = datetime(2026, 11, 16, tzinfo=UTC)
K = 10
Floats = NDArray[Any]
Ranked = tuple[list[str], float]
"""passage ids best first, and a score of how sure it is that the answer is there"""
Search = Callable[[Asked, bool], Ranked]


class Dense(BaseRetriever):
    """The embedder alone behind LangChain's interface."""

    names: list[str]
    vectors: Vectors
    embed: Callable[[str], Vectors]

    model_config = ConfigDict(arbitrary_types_allowed=True)

    def _get_relevant_documents(self, query: str, **_: object) -> list[Document]:
        cosines = self.vectors @ self.embed(query)
        return [Document(page_content=self.names[i]) for i in np.argsort(-cosines)[:K]]


def main() -> int:
    """Print the table; return 1 where the judged questions are not there."""
    judged = load()
    if judged is None:
        print(
            "There are no judged questions: set SELLER_TEST_DATA to the folder that holds retrieval/.", file=sys.stderr
        )
        return 1
    others = _others(judged)
    with library(judged) as (opened, names):
        modes: dict[str, Search] = {
            f"ours, {mode}": _ours(opened, names, mode) for mode in ("dense", "lexical", "hybrid")
        }
        for with_thread in (False, True):
            for name, search in {**others, **modes}.items():
                print(json.dumps(_row(name, search, judged, with_thread=with_thread)), flush=True)
    return 0


def _joined(asked: Asked, with_thread: bool) -> str:
    return " ".join([*asked.before, asked.text]) if with_thread else asked.text


def _others(judged: Judged) -> dict[str, Search]:
    names, texts = list(judged.passages), list(judged.passages.values())
    model = embedder()
    vectors = model.embed_documents(texts)
    bm25 = BM25Okapi([_words(text) for text in texts])
    dense = Dense(names=names, vectors=vectors, embed=model.embed_query)
    words = BM25Retriever.from_documents(
        [Document(page_content=t, metadata={"name": n}) for n, t in zip(names, texts, strict=True)]
    )
    ensemble = EnsembleRetriever(
        retrievers=[words, Dense(names=texts, vectors=vectors, embed=model.embed_query)], weights=[0.5, 0.5]
    )
    by_text = dict(zip(texts, names, strict=True))

    def plain(asked: Asked, with_thread: bool) -> Ranked:
        query = _joined(asked, with_thread)
        lexical, cosines = np.array(bm25.get_scores(_words(query))), vectors @ model.embed_query(query)
        mixed = 0.35 * _from_lowest(lexical) + 0.65 * _from_lowest(cosines)
        return [names[i] for i in np.argsort(-mixed)[:K]], float(cosines.max())

    def alone(asked: Asked, with_thread: bool) -> Ranked:
        scores = bm25.get_scores(_words(_joined(asked, with_thread)))
        return [names[i] for i in np.argsort(-scores)[:K]], float(scores.max())

    def meaning(asked: Asked, with_thread: bool) -> Ranked:
        query = _joined(asked, with_thread)
        found = [document.page_content for document in dense.invoke(query)]
        return found, float((vectors @ model.embed_query(query)).max())

    def langchain(asked: Asked, with_thread: bool) -> Ranked:
        query = _joined(asked, with_thread)
        found = [by_text[document.page_content] for document in ensemble.invoke(query)]
        return found, float((vectors @ model.embed_query(query)).max())

    return {"BM25": alone, "embedder": meaning, "LangChain EnsembleRetriever": langchain, "twenty plain lines": plain}


def _words(text: str) -> list[str]:
    """Give the words without punctuation: split at spaces alone, BM25 reaches 0.557 in place of 0.692 nDCG@5."""
    return re.findall(r"\w+", text.lower())


def _from_lowest(values: Floats) -> Floats:
    span = float(values.max() - values.min())
    return (values - float(values.min())) / (span or 1.0)


def _ours(opened: Library, names: dict[str, str], mode: str) -> Search:
    chosen: Mode = "dense" if mode == "dense" else "lexical" if mode == "lexical" else "hybrid"

    def search(asked: Asked, with_thread: bool) -> Ranked:
        question = Question.in_thread(asked.text, asked.thread if with_thread else ())
        found = opened.retrieve(question, scope=Scope.shared(), now=NOW, k=K, mode=chosen)
        return told(found, names), found.score

    return search


def _row(name: str, search: Search, judged: Judged, *, with_thread: bool) -> dict[str, object]:
    found, seconds = [], []
    for asked in judged.questions:
        started = time.perf_counter()
        found.append(search(asked, with_thread))
        seconds.append(time.perf_counter() - started)
    pairs = [(one[0], asked.relevant) for one, asked in zip(found, judged.questions, strict=True) if asked.relevant]
    return {
        "search": name,
        "asked": "with the thread" if with_thread else "last turn",
        "ndcg5": round(fmean(ndcg(*pair, 5) for pair in pairs), 3),
        "recall5": round(fmean(recall(*pair, 5) for pair in pairs), 3),
        "recall10": round(fmean(recall(*pair, 10) for pair in pairs), 3),
        "auroc": round(auroc(*_by_label(found, judged.questions)), 3),
        "ms_median": round(1000 * median(seconds), 1),
    }


def _by_label(found: Sequence[Ranked], questions: Sequence[Asked]) -> tuple[list[float], list[float]]:
    scores = list(zip([score for _, score in found], questions, strict=True))
    return [s for s, asked in scores if asked.answerable is True], [
        s for s, asked in scores if asked.answerable is False
    ]


if __name__ == "__main__":
    sys.exit(main())
