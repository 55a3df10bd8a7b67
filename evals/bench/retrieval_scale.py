"""Time searches within a scope as the knowledge base grows, in an embedded Chroma and on a Chroma server.

`python -m evals.bench.retrieval_scale [--sizes N,N] [--places PLACE]` prints a JSON line for each size and place. Of N
chunks a third are notes of accounts, a hundred each, and the rest shared. Searches are whole ones, each question new to the
embedder: in one account's scope, and of the shared pages alone. Two baselines run beside them over the same data, for
`CANDIDATES` hits: Chroma's own query of the internal pages with a metadata filter, and the word index alone. Memory is
that of a process that opened a filled knowledge base and searched, and of the server.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import create_engine

from evals.bench.chroma_server import ChromaServer
from evals.bench.pages import NOTES, PER_DOCUMENT, Pages, figures, fill, questions
from knowledge.documents import Scope
from knowledge.embeddings import embedder
from knowledge.library import Library
from knowledge.registry import Registry, create_all
from knowledge.search import CANDIDATES

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("embedded", "server")
PER_ACCOUNT = PER_DOCUMENT * NOTES
WARM_UPS = 8
BASELINES = 30
"""questions that the baselines are asked"""


@contextmanager
def opened(home: Path, place: Path | str, pages: Pages | None = None) -> Iterator[tuple[Library, Registry]]:
    """Open the knowledge base of a folder, whose vectors are in another folder or on a server."""
    engine = create_engine(f"sqlite:///{home / 'kb.sqlite'}")
    create_all(engine)
    with Library.open(engine, place, pages or embedder(), words=home / "words") as library:
        yield library, Registry(engine)
    engine.dispose()


@contextmanager
def placed(home: Path, *, server: bool) -> Iterator[tuple[Path | str, int | None]]:
    """Give where the vectors are, and the server's process id."""
    if not server:
        yield home / "chroma", None
        return
    chroma = ChromaServer(home / "chroma")
    try:
        chroma.start()
        yield chroma.url, chroma.process.pid if chroma.process else None
    finally:
        chroma.stop()


def filled(home: Path, pages: Pages, size: int) -> float:
    """Fill a knowledge base with so many chunks; give the seconds it took."""
    accounts = accounts_of(size)
    started = time.perf_counter()
    with opened(home, home / "chroma", pages) as (library, registry):
        fill(library, registry, pages, pages.versions(size - accounts * PER_ACCOUNT, accounts))
        library.warm()
    return time.perf_counter() - started


def accounts_of(size: int) -> int:
    """Give how many accounts have notes."""
    return max(1, size // (3 * PER_ACCOUNT))


def measured(home: Path, place: Path | str, size: int, server: int | None) -> dict[str, object]:
    """Time searches of a filled knowledge base; to be called in a process of its own."""
    asked = questions()
    half = (len(asked) - WARM_UPS) // 2
    with opened(home, place) as (library, registry):
        library.warm()
        account, shared = _search(library, accounts_of(size)), _search(library, 0)
        timed(account, asked[: WARM_UPS // 2])
        timed(shared, asked[WARM_UPS // 2 : WARM_UPS])
        row: dict[str, object] = {
            "account": timed(account, asked[WARM_UPS : WARM_UPS + half]),
            "shared": timed(shared, asked[WARM_UPS + half :]),
            "memory_mb": resident(os.getpid()),
            "server_memory_mb": resident(server) if server else None,
        }
        return row | _baselines(library, registry, asked[:BASELINES])


def _search(library: Library, accounts: int) -> Callable[[int, str], object]:
    def search(n: int, question: str) -> None:
        scope = Scope.account(f"acc{n % accounts}") if accounts else Scope.shared()
        found = library.search(question, scope=scope, now=NOW)
        if len(found) != 8:
            raise RuntimeError(f"a search gave {len(found)} passages in place of 8")

    return search


def _baselines(library: Library, registry: Registry, asked: Sequence[str]) -> dict[str, object]:
    index, lexical, model = library._index(), library._lexical(), library._embedder
    vectors = [model.embed_query(question) for question in asked]
    doors = ["||internal", "||customer", *registry.scoped(Scope.account("acc0"), 0)[0]]

    def filtered(n: int, _: str) -> object:
        return index.nearest("internal", vectors[n], CANDIDATES, kinds=["playbook"])

    def unfiltered(n: int, _: str) -> object:
        return index.nearest("internal", vectors[n], CANDIDATES)

    def words(_: int, question: str) -> object:
        return lexical.search([(question, 1.0)], doors, CANDIDATES)

    return {
        "chroma_with_filter": timed(filtered, asked),
        "chroma_without": timed(unfiltered, asked),
        "words_alone": timed(words, asked),
    }


def timed(search: Callable[[int, str], object], asked: Sequence[str]) -> dict[str, float]:
    """Give p50 and p95 in milliseconds, and the median of this process's own time on the processors."""
    taken, own = [], []
    for n, question in enumerate(asked):
        started, before = time.perf_counter(), time.process_time()
        search(n, question)
        taken.append((time.perf_counter() - started) * 1000)
        own.append((time.process_time() - before) * 1000)
    return figures(taken) | {"cpu_p50_ms": figures(own)["p50_ms"]}


def resident(process: int) -> int | None:
    """Give a process's resident memory in MB; None where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:")), None)


def run(pages: Pages, size: int, places: Sequence[str]) -> Iterator[dict[str, object]]:
    """Fill one size, and measure it at each place: a server reads the folder that the embedded Chroma wrote."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        seconds = filled(home, pages, size)
        disk = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        filling = {"texts": pages.source, "fill_seconds": round(seconds, 1), "disk_mb": disk // 2**20}
        for name in places:
            row = in_process_of_its_own(home, size, server=name == "server")
            yield {"place": name, "chunks": size, "accounts": accounts_of(size), **row, **filling}


def in_process_of_its_own(home: Path, size: int, *, server: bool) -> dict[str, object]:
    """Measure where nothing was filled before, so that memory is that of searching alone."""
    with (
        placed(home, server=server) as (place, process),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
    ):
        return pool.submit(measured, home, place, size, process).result()


def _sizes(written: str) -> list[int]:
    return [int(size) for size in written.split(",") if size]


def main() -> int:
    """Run the benchmark of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default="1000,10000,100000", metavar="N,N…")
    parser.add_argument("--places", choices=("both", *PLACES), default="both")
    given = parser.parse_args()
    pages = Pages(embedder())
    for size in given.sizes:
        for row in run(pages, size, PLACES if given.places == "both" else [given.places]):
            print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
