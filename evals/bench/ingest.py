"""Time the first ingest of a folder against LangChain's loader, splitter and Chroma with the same embedder.

`python -m evals.bench.ingest [--folder DIR] [--rounds N]` prints JSON lines. Two baselines run beside ours: chunks of
1,000 characters with 200 shared, which the embedder reads nearly whole, and the splitter's own default of 4,000, of
which an embedder of 256 tokens reads the first quarter and leaves the rest unfindable; the ratios per token read are
printed too.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sqlalchemy import create_engine

from knowledge.embeddings import Embedder, Vectors, embedder
from knowledge.library import Library
from knowledge.registry import create_all

DATA = Path(os.environ.get("SELLER_TEST_DATA", "../shared/data"))


class Counting:
    """The embedder, with what it was given counted."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.name, self.version = real.name, real.version
        self.dimension, self.max_tokens = real.dimension, real.max_tokens
        self.tokens, self.embed_query = real.tokens, real.embed_query
        self.texts: list[str] = []

    def embed_documents(self, texts: list[str]) -> Vectors:
        """Embed, and remember the texts."""
        self.texts += texts
        return self._real.embed_documents(texts)

    def read(self) -> dict[str, int]:
        """Count the texts, and the tokens that were given and read since the last count."""
        counts, self.texts = self.tokens(self.texts), []
        return {
            "chunks": len(counts),
            "tokens_given": sum(counts),
            "tokens_read": sum(min(count, self.max_tokens) for count in counts),
        }


class ForLangChain(Embeddings):
    """The same embedder behind LangChain's interface."""

    def __init__(self, real: Counting) -> None:
        self._real = real

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages."""
        return self._real.embed_documents(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""
        return self._real.embed_query(text).tolist()  # type: ignore[no-any-return]


def ours(folder: Path, home: Path, counting: Counting) -> tuple[float, float, int]:
    """Give the seconds of the first ingest, of an unchanged one, and the latter's embedded chunks."""
    engine = create_engine(f"sqlite:///{home / 'kb.sqlite'}")
    create_all(engine)
    started = time.perf_counter()
    with Library.open(engine, home / "chroma", counting) as library:
        library.ingest([folder])
        first = time.perf_counter() - started
        again = library.ingest([folder])
    engine.dispose()
    return first, again.seconds, again.embedded


def langchain(folder: Path, home: Path, counting: Counting, size: int) -> float:
    """Give the seconds of LangChain's textbook ingest with chunks of a size."""
    started = time.perf_counter()
    pages = DirectoryLoader(str(folder), glob="**/*.md", loader_cls=TextLoader).load()
    chunks = RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=200).split_documents(pages)
    Chroma.from_documents(
        chunks,
        ForLangChain(counting),
        persist_directory=str(home / "chroma"),
        client_settings=Settings(anonymized_telemetry=False, is_persistent=True),
    )
    return time.perf_counter() - started


SIZES = {"langchain_1000": 1000, "langchain_4000": 4000}


def run(folder: Path, rounds: int) -> dict[str, Any]:
    """Alternate all three, and give the medians and their ratios."""
    counting = Counting(embedder("minilm"))
    counting.embed_query("load the model before the clock starts")
    seconds: dict[str, list[float]] = {"ours": [], **{name: [] for name in SIZES}}
    unchanged: list[tuple[float, int]] = []
    read: dict[str, dict[str, int]] = {}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory() as home:
            first, *again = ours(folder, Path(home), counting)
            seconds["ours"].append(first)
            unchanged.append((float(again[0]), int(again[1])))
            read["ours"] = counting.read()
        for name, size in SIZES.items():
            with tempfile.TemporaryDirectory() as home:
                seconds[name].append(langchain(folder, Path(home), counting, size))
                read[name] = counting.read()
        print(json.dumps({"round": turn, **{name: taken[-1] for name, taken in seconds.items()}}), flush=True)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    rates = {name: medians[name] / read[name]["tokens_read"] for name in medians}
    return {
        "seconds": medians,
        "ratio": {name: medians["ours"] / medians[name] for name in SIZES},
        "ratio_per_token_read": {name: rates["ours"] / rates[name] for name in SIZES},
        "read": read,
        "unchanged_seconds": statistics.median(taken for taken, _ in unchanged),
        "unchanged_embedded": max(embedded for _, embedded in unchanged),
    }


def main() -> int:
    """Run the benchmark of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=DATA / "handbook")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if not given.folder.is_dir():
        print(f"There is no folder {given.folder}: name one with --folder or SELLER_TEST_DATA.", file=sys.stderr)
        return 1
    print(json.dumps(run(given.folder, given.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
