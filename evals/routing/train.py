"""Learn what a sentence is for from our own sentences: `python -m evals.routing.train` writes the weights that ship.

It first prints how a fifth of the sentences fares that was not learnt from.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot.intents import FILE, SAME, Intents
from bot.targets import Targets
from evals import learning
from evals.learning import Row
from evals.routing.measure import read
from evals.runner import home
from knowledge.embeddings import Embedder, embedder

FOLDER = Path(__file__).parent
Said = tuple[str, str, str]
"""the skill that answered before, if any, the one it is for, sentence"""
FILES = ("tuned", "fresh", "later", "blind1", "more")
"""more.tsv was written for learning alone, and is not measured; blind2.tsv is measured alone, and is not learnt from"""
RIVAL, RIVALS = "Globex", ("Zentraline", "Pandrix")
"""a competitor in more.tsv, and others in its place, so that the name is not what is learnt"""
SOMEBODY = "Kim"
NAMES = "Femke Yusuf Paula Hélène Duarte Isla Owen Mareike Bastien Priscilla Sven Renee Rory Anna Tomasz Luca Niamh Dieter".split()
"""a person in more.tsv, and others in their place: a contact of no account that is named keeps their name"""
TOLD = FOLDER.parent / "log" / "sentences.jsonl"
"""what sellers tell after a call, the most varied of all sentences; fresh.jsonl beside it is not learnt from"""
TURNS = FOLDER / "more_turns.tsv"
"""skill that answered, what is said next, the skill that is to answer that: written for learning alone"""
STRENGTH = 20.0
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def digest(names: Sequence[str] = FILES) -> str:
    """Give the mark of the files that weights were learnt from."""
    return learning.digest([*(FOLDER / f"{name}.tsv" for name in names), TOLD, TURNS])


def sentences(names: Sequence[str]) -> list[Said]:
    """Read sentences as they are, without names and with other rivals, so that no way of writing is strange."""
    rows = [("", *row) for name in names for row in read(FOLDER / f"{name}.tsv")] + [("", *row) for row in _told()]
    return _written([*rows, *_turns()])


def _turns() -> list[Said]:
    """Second turns, each also after nothing that is known: what leans on any answer is learnt from all of them."""
    lines = (line.split("\t") for line in TURNS.read_text(encoding="utf-8").splitlines())
    rows = [(before, SAME if skill == before else skill, text) for before, text, skill in lines]
    return [*rows, *(("", skill, text) for _, skill, text in rows)]


def _written(rows: Sequence[Said]) -> list[Said]:
    with home(NOW) as app:
        targets = Targets(app.reader)
        bare = [(after, skill, targets.anonymous(text)) for after, skill, text in rows]
    others = [
        (after, skill, text.replace(RIVAL, rival)) for after, skill, text in rows for rival in RIVALS if RIVAL in text
    ]
    people = [
        (after, skill, text.replace(SOMEBODY, NAMES[at % len(NAMES)])) for at, (after, skill, text) in enumerate(rows)
    ]
    return list(dict.fromkeys([*rows, *bare, *others, *people]))


def _told() -> list[Row]:
    """What the log's own suite has sellers tell, where it changes something and leans on nothing said before."""
    cases = [json.loads(line) for line in TOLD.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [("log", case["say"]) for case in cases if case["want"] and not case.get("before")]


def learnt(rows: Sequence[Said], meaning: Embedder) -> dict[str, Any]:
    """Learn from sentences; return the arrays that ship."""
    vectors = np.asarray(meaning.embed_documents([text for *_, text in rows]))
    named, after = [(skill, text) for _, skill, text in rows], [before for before, *_ in rows]
    return learning.learnt(named, vectors, strength=STRENGTH, mark=digest(), after=after)


def main() -> int:
    """Tell how unseen sentences fare, then learn from all and write the weights."""
    meaning, rows = embedder("minilm"), sentences(FILES)
    seen, unseen = [row for at, row in enumerate(rows) if at % 5], rows[::5]
    np.savez_compressed(FILE, **learnt(seen, meaning))
    intents = Intents(lambda text: meaning.embed_query(text).tolist())
    right = sum(
        (after if skill == SAME else skill) == intents.guess(text, after).skill for after, skill, text in unseen
    )
    np.savez_compressed(FILE, **learnt(rows, meaning))
    sys.stdout.write(
        f"{right / len(unseen):.3f} of {len(unseen)} unseen sentences right; learnt from all, {FILE.stat().st_size:,} bytes\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
