"""Time the first ingest of a folder against LangChain's loader, splitter and Chroma with the same embedder.

`python -m evals.bench.ingest [--folder DIR] [--rounds N]` prints JSON lines. LangChain's splitter makes chunks of 4,000
characters, of which an embedder of 256 tokens reads the first quarter; so both the plain ratio and the ratio per
token read are printed.
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


def langchain(folder: Path, home: Path, counting: Counting) -> float:
    """Give the seconds of LangChain's textbook ingest."""
    started = time.perf_counter()
    pages = DirectoryLoader(str(folder), glob="**/*.md", loader_cls=TextLoader).load()
    chunks = RecursiveCharacterTextSplitter().split_documents(pages)
    Chroma.from_documents(
        chunks,
        ForLangChain(counting),
        persist_directory=str(home / "chroma"),
        client_settings=Settings(anonymized_telemetry=False, is_persistent=True),
    )
    return time.perf_counter() - started


def run(folder: Path, rounds: int) -> dict[str, Any]:
    """Alternate both, and give the medians and their ratio."""
    counting = Counting(embedder("minilm"))
    counting.embed_query("load the model before the clock starts")
    mine, theirs, read = [], [], {}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory() as home:
            mine.append(ours(folder, Path(home), counting))
            read["ours"] = counting.read()
        with tempfile.TemporaryDirectory() as home:
            theirs.append(langchain(folder, Path(home), counting))
            read["langchain"] = counting.read()
        print(json.dumps({"round": turn, "ours": mine[-1][0], "langchain": theirs[-1]}), flush=True)
    first, other = statistics.median(m[0] for m in mine), statistics.median(theirs)
    per_token = (first / read["ours"]["tokens_read"]) / (other / read["langchain"]["tokens_read"])
    return {
        "ours_seconds": first,
        "langchain_seconds": other,
        "ratio": first / other,
        "ratio_per_token_read": per_token,
        "read": read,
        "unchanged_seconds": statistics.median(m[1] for m in mine),
        "unchanged_embedded": max(m[2] for m in mine),
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
