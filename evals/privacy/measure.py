"""Run the suite: what is taken out of written lines and of real texts, and whether it comes back exactly."""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.llm.redaction import Redactor, find
from evals.suite import Result, Suite

ROOT = Path(__file__).parents[2]
SAMPLE, CALLS = ROOT / "bot" / "sample", ROOT / "evals" / "extraction"
READ = {".md", ".csv", ".calls", ".txt", ".vtt"}


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure the lines, the sample company, our written calls, and the handbook where it is."""
    cases = [json.loads(line) for line in (suite.folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
    scores = {f"line-{n}": _score(case) for n, case in enumerate(cases, 1)}
    hits, wanted, found = (sum(row[name] for row in scores.values()) for name in ("hits", "wanted", "found"))
    plain = [row for case, row in zip(cases, scores.values(), strict=True) if not case["private"]]
    metrics: dict[str, float | None] = {
        "recall": hits / wanted,
        "precision": hits / found,
        "untouched": sum(not row["found"] for row in plain) / len(plain),
        "restored": _share(row["restored"] for row in scores.values()),
        "clean": _share(row["clean"] for row in scores.values()),
    }
    n = {
        "recall": int(wanted),
        "precision": int(found),
        "untouched": len(plain),
        "restored": len(cases),
        "clean": len(cases),
    }
    for name, (value, count) in _texts().items():
        metrics[name], n[name] = value, count
    wrong = [key for key, row in scores.items() if not row["hits"] == row["wanted"] == row["found"]]
    return Result(
        suite=suite.name, metrics=metrics, n=n, model="offline",
        cases={key: {"right": float(key not in wrong)} for key in scores},
        notes={key: {"wrong": "not as marked"} for key in wrong}, questions={key: key for key in wrong},
    )  # fmt: skip


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "privacy: skipped."


def _score(case: dict[str, Any]) -> dict[str, float]:
    text, redactor = case["text"], Redactor()
    got = Counter(text[start:end] for start, end, _ in find(text))
    marked = redactor.redact(text)
    return {
        "wanted": len(case["private"]),
        "found": got.total(),
        "hits": (got & Counter(case["private"])).total(),
        "restored": float(redactor.restore(marked) == text),
        "clean": float(all(kind == "TEXT" for *_, kind in find(marked))),
    }


def _texts() -> dict[str, tuple[float | None, int]]:
    contacts = _contacts()
    sample = [text for path in _files(SAMPLE) for text in _found(path)]
    known = {one for column in contacts.values() for one in column}
    seen = set(sample)
    calls = [line for path in _files(CALLS) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    handbook = _handbook()
    return {
        "sample_recall": (_share(one in seen for one in known), len(known)),
        "sample_precision": (_share(text in known or _is_address(text) for text in sample), len(sample)),
        "calls_untouched": (
            _share(not any(not _is_address(line[a:b]) for a, b, _ in find(line)) for line in calls),
            len(calls),
        ),
        "handbook_precision": (None if handbook is None else _share(map(_is_address, handbook)), len(handbook or ())),
    }


def _contacts() -> dict[str, set[str]]:
    with (SAMPLE / "crm" / "contacts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: {row[name] for row in rows if row.get(name)} for name in ("email", "phone")}


def _handbook() -> list[str] | None:
    folder = Path(os.environ.get("SELLER_TEST_DATA") or ROOT.parent / "shared" / "data") / "handbook"
    return [text for path in _files(folder) for text in _found(path)] if folder.is_dir() else None


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in READ)


def _found(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    return (text[start:end] for start, end, _ in find(text))


def _is_address(text: str) -> bool:
    """Whether this is an e-mail address, as everything was that was found beside the contacts' phones and looked at."""
    return "@" in text or "%40" in text


def _share(fits: Iterable[object]) -> float:
    held = [bool(one) for one in fits]
    return sum(held) / len(held) if held else 1.0
