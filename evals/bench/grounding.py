"""Measure the grounding check on SummEdits and its speed: `python -m evals.bench.grounding`; prints JSON lines."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, median

from bot.grounding import Claim, Nearness, Source, check_text, ground
from knowledge.embeddings import spans_of_words

DATA = Path(os.environ.get("SELLER_TEST_DATA", "../shared/data")) / "groundedness"


def summedits() -> Iterator[dict[str, object]]:
    """Balanced accuracy of `supported` in each domain; AUC and calibration of the score by weights learnt from the two others."""
    from evals.grounding.recipe import measured, summaries

    rows = summaries()
    by_domain = measured(rows)
    for domain, found in by_domain.items():
        count = sum(row.domain == domain for row in rows)
        yield {"set": domain, "n": count, **{name: round(value, 3) for name, value in found.items()}}
    means = {
        name: round(fmean(found[name] for found in by_domain.values()), 3)
        for name in ("balanced_accuracy", "of_answers")
    }
    yield {"set": "mean", **means}


def pace(notes: int = 60) -> dict[str, object]:
    """Sentences a second as `seller check --offline` judges them: each note is new, three sentences about each."""
    nearness = Nearness(spans_of_words())
    check_text("The model is loaded.", ["The model loads with the first text."], {}, None, nearness)
    told = (
        "Ana Ruiz, CFO of account {n}, asked for the security report on {d} May. The budget is EUR {n}8,000, to be decided in Q4 2026. "
        "Legal has not approved the contract, and Tom Berg wants two more seats. They compare us with a vendor from Lyon, who is cheaper. "
        "The pilot ran for {d} weeks with 40 people, and nobody has asked for a refund. The next call is about data residency."
    )
    text = (
        "The CFO asked for a report about security. The contract still waits for legal. A rival from Lyon costs less."
    )
    started, worked = time.perf_counter(), time.process_time()
    for n in range(1, notes + 1):
        check_text(text, [told.format(n=n, d=1 + n % 28)], {}, None, nearness)
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    return {"sentences": 3 * notes, "sentences_a_second": round(3 * notes / seconds),
            "sentences_a_second_of_work": round(3 * notes / work)}  # fmt: skip


def speed(claims: int = 40, sources: int = 30, runs: int = 9) -> dict[str, object]:
    """Return milliseconds for one brief, with sources seen for the first time and again."""
    note = "Ana Ruiz, CFO, asked for report {n}. The budget is EUR 48,000, to be decided in Q4 2026. Legal has not approved. "
    written = [
        Claim(text=f"Ana Ruiz asked for report {1 + i % sources}.", cites=[1 + i % sources]) for i in range(claims)
    ]
    nearness = Nearness(spans_of_words())
    cold: list[float] = []
    warm: list[float] = []
    for run in range(runs):
        given = {n: Source(n, f"Note {n} of run {run}", note.format(n=n) * 6) for n in range(1, sources + 1)}
        for times in (cold, warm):
            started = time.perf_counter()
            ground(written, given, {"days": 12}, nearness, "brief")
            times.append((time.perf_counter() - started) * 1000)
    return {"claims": claims, "sources": sources, "cold_ms": round(median(cold), 1), "warm_ms": round(median(warm), 1)}


def main() -> None:
    """Print one line per set, and the speeds."""
    if DATA.is_dir():
        for line in summedits():
            print(json.dumps(line))
    else:
        print(json.dumps({"skipped": f"no folder {DATA}; set SELLER_TEST_DATA"}))
    print(json.dumps(pace()))
    print(json.dumps(speed()))


if __name__ == "__main__":
    main()
