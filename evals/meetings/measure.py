"""Run the suite: summaries beside the lead and TextRank, and whether a question to the file finds the turns that answer it."""

import re
import tempfile
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from bot.skills import from_file
from bot.terminal import bars
from evals.measuring import library_of
from evals.meetings.meetings import FILE, Meeting, load
from evals.suite import Result, Suite
from knowledge.embeddings import embedder
from knowledge.library import Library

ASKED_OF = 6
"""meetings that questions are asked of: all would take a minute"""


def run(suite: Suite, *, quiet: bool) -> Result | None:
    """Measure; None, with a sentence for the caller, where meetings or libraries are not there."""
    split = load() if find_spec("sklearn") and find_spec("rouge_score") else None
    if split is None:
        return None
    _, meetings = split
    metrics: dict[str, float | None] = {}
    with bars(quiet=quiet) as bar, tempfile.TemporaryDirectory() as folder:
        moved = bar.track(suite.name)
        metrics |= _summaries(meetings)
        moved(1, ASKED_OF + 1, "asking")
        with library_of(Path(folder)) as library:
            found = []
            for i, meeting in enumerate(meetings[:ASKED_OF], 2):
                found += places(library, meeting, suite.now.date())
                moved(i, ASKED_OF + 1, "asking")
    metrics |= {f"found_at_{k}": sum(place <= k for place in found) / len(found) for k in (1, from_file.PASSAGES)}
    n = {name: len(found) if name.startswith("found") else len(meetings) for name in metrics}
    return Result(suite=suite.name, metrics=metrics, n=n, model="offline")


def skipped() -> str:
    """Say why the suite was not run."""
    return (
        f"meetings: skipped, as it needs the meetings at {FILE} (set SELLER_TEST_DATA to the folder above meetings/) "
        "and the dev group's scikit-learn and rouge-score."
    )


def _summaries(meetings: Sequence[Meeting]) -> dict[str, float]:
    from evals.meetings.summaries import MEASURES, WAYS, mean, scores

    read = [(meeting.transcript, meeting.summary) for meeting in meetings]
    means = {name: mean([scores(way(talk), summary) for talk, summary in read]) for name, way in WAYS.items()}
    shown = {f"{name}_{measure}": value for name, row in means.items() for measure, value in row.items()}
    best = {measure: max(means[name][measure] for name in WAYS if name != "ours") for measure in MEASURES.values()}
    return shown | {f"ahead_{measure}": means["ours"][measure] - value for measure, value in best.items()}


def places(library: Library, meeting: Meeting, today: date) -> list[int]:
    """The place of the first passage that overlaps with the turns that answer, for each question; 99 where none does."""
    lines = "\n".join(f"{turn['speaker']}: {' '.join(turn['content'].split())}" for turn in meeting.turns)
    version = library.read("meeting.txt", lines.encode())
    texts = [chunk.text for chunk in version.chunks]
    # The questions of a meeting share its vectors, which is all the time that this takes.
    by = embedder()
    vectors = by.embed_documents(texts)
    found = []
    for asked in meeting.questions:
        cosines = (vectors @ by.embed_query(asked.text)).tolist()
        passages = from_file.nearest(asked.text, version, cosines, today)
        turns = [_turns(one.chunk.location) for one in passages]
        fits = (i for i, (a, b) in enumerate(turns, 1) if any(a <= last and first <= b for first, last in asked.spans))
        found.append(next(fits, 99))
    return found


def _turns(location: str) -> tuple[int, int]:
    """The turns of "lines 12-30", from 0: a turn is a line."""
    numbers = [int(number) - 1 for number in re.findall(r"\d+", location)]
    return numbers[0], numbers[-1]
