"""Measure the grounding check on SummEdits and its speed: `python -m evals.bench.grounding`; prints JSON lines."""

import json
import os
import time
from pathlib import Path
from statistics import median

from bot.grounding import Claim, Source, check_text, ground

DATA = Path(os.environ.get("SELLER_TEST_DATA", "../shared/data")) / "groundedness"


def auroc(scores: list[float], labels: list[bool]) -> float:
    """Return the chance that a consistent text scores above an inconsistent one; ties count half."""
    good = [s for s, label in zip(scores, labels, strict=True) if label]
    bad = [s for s, label in zip(scores, labels, strict=True) if not label]
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return wins / (len(good) * len(bad))


def summedits(path: Path) -> dict[str, object]:
    """Return balanced accuracy of `supported` and AUROC of `score` over one set."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    checked = [check_text(row["summary"], [row["doc"]], {}) for row in rows]
    labels = [row["label"] in (1, "1") for row in rows]
    said = [bool(c["supported"]) for c in checked]
    kept = sum(s for s, label in zip(said, labels, strict=True) if label) / sum(labels)
    caught = sum(not s for s, label in zip(said, labels, strict=True) if not label) / (len(labels) - sum(labels))
    area = auroc([float(c["score"]) for c in checked], labels)
    return {"set": path.stem, "n": len(rows), "balanced_accuracy": round((kept + caught) / 2, 3),
            "kept": round(kept, 3), "caught": round(caught, 3), "auroc": round(area, 3)}  # fmt: skip


def speed(claims: int = 40, sources: int = 30, runs: int = 9) -> dict[str, object]:
    """Return milliseconds for one brief, with sources seen for the first time and again."""
    note = "Ana Ruiz, CFO, asked for report {n}. The budget is EUR 48,000, to be decided in Q4 2026. Legal has not approved. "
    written = [
        Claim(text=f"Ana Ruiz asked for report {1 + i % sources}.", cites=[1 + i % sources]) for i in range(claims)
    ]
    cold: list[float] = []
    warm: list[float] = []
    for run in range(runs):
        given = {n: Source(n, f"Note {n} of run {run}", note.format(n=n) * 6) for n in range(1, sources + 1)}
        for times in (cold, warm):
            started = time.perf_counter()
            ground(written, given, {"days": 12})
            times.append((time.perf_counter() - started) * 1000)
    return {"claims": claims, "sources": sources, "cold_ms": round(median(cold), 1), "warm_ms": round(median(warm), 1)}


def main() -> None:
    """Print one line per set and one for the speed."""
    for path in sorted(DATA.glob("summedits_*.json")):
        print(json.dumps(summedits(path)))
    if not DATA.is_dir():
        print(json.dumps({"skipped": f"no folder {DATA}; set SELLER_TEST_DATA"}))
    print(json.dumps(speed()))


if __name__ == "__main__":
    main()
