"""Run the suite: every judged question, with and without its thread."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean

from bot.terminal import bars
from evals.measuring import auroc, library_of, ndcg, recall
from evals.retrieval.judged import FOLDER, Asked, Judged, load
from evals.suite import Result, Suite
from knowledge.documents import Mode, Retrieval, Scope
from knowledge.library import Library
from knowledge.question import Question

K = 10
RUNS: tuple[tuple[str, Mode, bool], ...] = (("last", "hybrid", False), ("thread", "hybrid", True))
"""name of the run, mode of search, and whether the thread is given"""


def run(suite: Suite, *, quiet: bool) -> Result | None:
    """Measure; None, with a sentence for the caller, where the judged questions are not there."""
    judged = load()
    if judged is None:
        return None
    with library(judged) as (opened, names), bars(quiet=quiet) as bar:
        metrics: dict[str, float | None] = {}
        moved = bar.track(suite.name)
        for i, (name, mode, with_thread) in enumerate(RUNS, 1):
            moved(i - 1, len(RUNS), name)
            found = [_retrieve(opened, suite, asked, mode, with_thread=with_thread) for asked in judged.questions]
            metrics |= measures(name, judged.questions, found, names)
        moved(len(RUNS), len(RUNS), "")
    n = {name: len(judged.questions) if "auroc" in name else _judged_count(judged) for name in metrics}
    return Result(suite=suite.name, metrics=metrics, n=n, model="offline")


def skipped() -> str:
    """Say why the suite was not run."""
    return (
        f"retrieval: skipped, as there are no judged questions at {FOLDER}; set SELLER_TEST_DATA to the folder above."
    )


@contextmanager
def library(judged: Judged) -> Iterator[tuple[Library, dict[str, str]]]:
    """Give a knowledge base of the passages, a page each, and the passage id of each page's uri."""
    with tempfile.TemporaryDirectory() as folder:
        names = {str(Path(folder) / f"{i:05}.txt"): name for i, name in enumerate(judged.passages)}
        for uri, name in names.items():
            Path(uri).write_text(judged.passages[name], encoding="utf-8")
        with library_of(Path(folder)) as opened:
            yield opened, names


def _retrieve(opened: Library, suite: Suite, asked: Asked, mode: Mode, *, with_thread: bool) -> Retrieval:
    question = Question.in_thread(asked.text, asked.thread if with_thread else ())
    return opened.retrieve(question, scope=Scope.shared(), now=suite.now, k=K, mode=mode)


def measures(
    name: str, questions: Sequence[Asked], found: Sequence[Retrieval], names: dict[str, str]
) -> dict[str, float | None]:
    """Give nDCG@5, recall@5 and @10 over the judged questions, and AUROC over the labelled ones."""
    rankings = [told(one, names) for one in found]
    pairs = [(ranked, asked.relevant) for ranked, asked in zip(rankings, questions, strict=True) if asked.relevant]
    positive = [one.score for one, asked in zip(found, questions, strict=True) if asked.answerable is True]
    negative = [one.score for one, asked in zip(found, questions, strict=True) if asked.answerable is False]
    return {
        f"{name}_ndcg5": fmean(ndcg(*pair, 5) for pair in pairs),
        f"{name}_recall5": fmean(recall(*pair, 5) for pair in pairs),
        f"{name}_recall10": fmean(recall(*pair, 10) for pair in pairs),
        f"{name}_auroc": auroc(positive, negative),
    }


def told(found: Retrieval, names: dict[str, str]) -> list[str]:
    """Give the passage ids in the order in which a reader meets them: a copy is named beside what it repeats."""
    pages = [page for passage in found.passages for page in (passage.document, *passage.also)]
    return list(dict.fromkeys(names[page.uri] for page in pages))


def _judged_count(judged: Judged) -> int:
    return sum(1 for asked in judged.questions if asked.relevant)
