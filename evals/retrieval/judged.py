"""Judged questions over passages (pure but for `load`)."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.measuring import DATA

FOLDER = DATA / "retrieval"
PERSON = "user"


@dataclass(frozen=True)
class Asked:
    """A turn of a conversation, with those before it."""

    id: str
    text: str
    thread: tuple[tuple[str, str], ...]
    """(role, text) of each turn before, oldest first"""
    relevant: Mapping[str, float]
    """passage id → gain; empty where nobody judged"""
    answerable: bool | None
    """None for the turns in between: underspecified, or answered in part"""

    @property
    def before(self) -> tuple[str, ...]:
        """What the person asked before."""
        return tuple(text for role, text in self.thread if role == PERSON)


@dataclass(frozen=True)
class Judged:
    """Passages by id, and the questions to them."""

    passages: Mapping[str, str]
    questions: Sequence[Asked]


def load(folder: Path = FOLDER) -> Judged | None:
    """Read `reference.jsonl` and `qrels_*.tsv`; None where the folder is not there."""
    if not (folder / "reference.jsonl").is_file():
        return None
    lines = (folder / "reference.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    passages = {c["document_id"]: str(c["text"]) for row in rows for c in row["contexts"]}
    gains = _gains(folder, passages)
    return Judged(passages, [_asked(row, gains) for row in rows])


def _gains(folder: Path, passages: Mapping[str, str]) -> dict[str, dict[str, float]]:
    gains: dict[str, dict[str, float]] = {}
    for path in sorted(folder.glob("qrels_*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["corpus-id"] in passages and float(row["score"]) > 0:
                    gains.setdefault(row["query-id"], {})[row["corpus-id"]] = float(row["score"])
    return gains


def _asked(row: Mapping[str, Any], gains: Mapping[str, Mapping[str, float]]) -> Asked:
    turns = [(turn["speaker"], turn["text"]) for turn in row["input"]]
    answerable = {"ANSWERABLE": True, "UNANSWERABLE": False}.get(row["answerability"][0])
    return Asked(row["task_id"], turns[-1][1], tuple(turns[:-1]), gains.get(row["task_id"], {}), answerable)
