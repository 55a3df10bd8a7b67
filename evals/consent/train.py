"""Learn which subjects a sentence touches from our own sentences: `python -m evals.consent.train` writes the weights that ship.

It first prints how each set of subjects.jsonl fares, and the talk of some calls, by weights that were not learnt from either.
"""

import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from bot.grounding import sentences
from bot.skills.summarising.quarantine import subjects
from bot.skills.summarising.sensing import BY_WORDS, ORDINARY, WHOLE, sensed
from bot.skills.summarising.sensing import FOLDER as SHIPPED
from evals import learning
from evals.extraction.calls import read_calls
from evals.learning import Row
from knowledge.embeddings import embedder

FOLDER = Path(__file__).parent
MEASURED, WRITTEN = FOLDER / "subjects.jsonl", FOLDER / "learning.tsv"
"""sentences that the suite measures, and others that were written for learning alone"""
CALLS = [FOLDER.parent / "extraction" / f"{name}.calls" for name in ("tuned", "fresh", "later", "blind", "blind2")]
"""calls that touch nothing, but for what the rules know"""
STRENGTH = 10.0
Vectors = Mapping[str, Any]


def digest() -> str:
    """Give the mark of the sentences that the weights were learnt from; how a reader marked the calls is of no account."""
    said = "\n".join(text for file in CALLS for _, text in _said(file))
    return sha256(b"".join([MEASURED.read_bytes(), WRITTEN.read_bytes(), said.encode()])).hexdigest()


def sets() -> dict[str, list[Row]]:
    """(subject or ordinary, sentence) of each set of the suite, by what its ids begin with."""
    found: dict[str, list[Row]] = {}
    for line in MEASURED.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        name = re.sub(r"^(?:touches|ordinary)-|-?\d+$", "", case["id"])
        found.setdefault(name or "first", []).append(((*case["subjects"], ORDINARY)[0], case["text"]))
    return found


def talk(file: Path) -> list[Row]:
    """The sentences of calls for which the rules hold nothing back."""
    return [(name, text) for name, text in _said(file) if next(subjects(text), None) is None]


def _said(file: Path) -> list[Row]:
    calls = read_calls(file.read_text(encoding="utf-8"))
    said = (one for call in calls for _, words in call.turns for one in sentences(words))
    return [(ORDINARY, one) for one in dict.fromkeys(said)]


def written() -> list[Row]:
    """The sentences that were written for learning."""
    rows = (line.split("\t") for line in WRITTEN.read_text(encoding="utf-8").splitlines())
    return [(name, text) for name, text in rows]


def write(rows: Sequence[Row], vectors: Vectors, folder: Path) -> None:
    """Learn from sentences and write both files of weights."""
    rows = list(dict.fromkeys(rows))
    meant = np.stack([vectors[text] for _, text in rows])
    for name, columns in ((WHOLE, meant), (BY_WORDS, meant[:, :0])):
        np.savez_compressed(folder / name, **learning.learnt(rows, columns, strength=STRENGTH, mark=digest()))


def fold(known: Sequence[Row], held: Mapping[str, Sequence[Row]], vectors: Vectors) -> str:
    """Tell how much of sentences is held back by weights that were learnt from others."""
    with tempfile.TemporaryDirectory() as folder:
        write(known, vectors, Path(folder))
        told = [f"{name} {_share(rows, vectors, Path(folder))}" for name, rows in held.items() if rows]
    return ", ".join(told)


def _share(rows: Sequence[Row], vectors: Vectors, folder: Path) -> str:
    found = sensed([text for _, text in rows], vectors.__getitem__, folder)
    return f"{sum(one is not None for one in found)} of {len(rows)}"


def main() -> int:
    """Tell how each set fares that was not learnt from, then learn from all and write the weights."""
    parts, calls, base = sets(), {file.name: talk(file) for file in CALLS}, written()
    everything = [row for rows in (base, *parts.values(), *calls.values()) for row in rows]
    texts = list(dict.fromkeys(text for _, text in everything))
    vectors = dict(zip(texts, embedder("minilm").embed_documents(texts), strict=True))
    for at, (name, rows) in enumerate(parts.items()):
        call = list(calls)[at % len(calls)]
        others = [row for key, part in (parts | calls).items() if key not in (name, call) for row in part]
        held = {
            f"{name}: touching": [row for row in rows if row[0] != ORDINARY],
            "near misses": [row for row in rows if row[0] == ORDINARY],
            f"talk of {call}": calls[call],
        }
        sys.stdout.write(f"{fold([*base, *others], held, vectors)}\n")
    write(everything, vectors, SHIPPED)
    sys.stdout.write(f"learnt from all, {sum((SHIPPED / name).stat().st_size for name in (WHOLE, BY_WORDS)):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
