"""Learn what turns of a call hold from the marked calls: `python -m evals.extraction.train` writes the weights that ship.

`learning.tsv` was written for learning alone: kinds, side, sentence.
"""

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.learnt import grams
from bot.skills.summarising.likely import FILE, KINDS, OURS, THEIRS
from evals.extraction.calls import read_calls
from evals.learning import digest

FOLDER = Path(__file__).parent
PARTS = ("tuned", "fresh", "later", "blind", "blind2", "blind3", "blind4", "blind5", "blind6", "blind7", "blind8")
SAME = {
    "O+": "O", "O-": "O", "m:need": "P", "m:pain": "P", "m:identify_pain": "P", "m:budget": "B", "m:authority": "m:economic_buyer",
    "m:timeline": "T", "m:critical_event": "T", "m:impact": "m:metrics", "m:decision": "m:decision_process", "m:paper_process": "L",
}  # fmt: skip
"""marks that say the same of a turn"""
STRENGTH = 4.0
KEPT = 12_000
"""grams that ship: those that weigh most"""

Row = tuple[str, frozenset[str]]
"""a turn with its side before it, and what it holds"""


def files(parts: Collection[str] = PARTS) -> list[Path]:
    """The files that are learnt from."""
    return [path for one in parts if (path := FOLDER / f"{one}.calls").exists()] + [FOLDER / "learning.tsv"]


def rows(paths: Iterable[Path]) -> list[Row]:
    """Read turns with what a reader marks in them."""
    return [row for path in paths for row in (_written(path) if path.suffix == ".tsv" else _marked(path))]


def _marked(path: Path) -> Iterator[Row]:
    for call in read_calls(path.read_text(encoding="utf-8")):
        for at, (letter, words) in enumerate(call.turns):
            kinds = {SAME.get(one.kind, one.kind) for one in call.truths if at in one.turns}
            yield f"{OURS if letter in call.ours else THEIRS} {words}", frozenset(kinds)


def _written(path: Path) -> Iterator[Row]:
    for line in path.read_text(encoding="utf-8").splitlines():
        kinds, side, words = line.split("\t")
        yield f"{OURS if side == 'us' else THEIRS} {words}", frozenset(kinds.split(",")) - {"-"}


def learnt(found: Sequence[Row], mark: str) -> dict[str, Any]:
    """Fit a regression a kind, twice: the grams that weigh most in the first ship."""
    texts = [text for text, _ in found]
    words = TfidfVectorizer(analyzer=lambda text: list(grams(text)), sublinear_tf=True, min_df=2)
    counted = words.fit_transform(texts)
    weighs = np.abs(_fitted(counted, found)[0]).max(axis=0)
    kept = sorted(np.argsort(-weighs)[:KEPT])
    names = words.get_feature_names_out()
    words = TfidfVectorizer(
        analyzer=lambda text: list(grams(text)),
        sublinear_tf=True,
        vocabulary={names[at]: n for n, at in enumerate(kept)},
    )
    weights, intercept = _fitted(words.fit_transform(texts), found)
    return {
        "intercept": intercept.astype(np.float32),
        "meaning": np.zeros((len(KINDS), 0), dtype=np.float16),
        "words": weights.astype(np.float16),
        "rarity": words.idf_.astype(np.float32),
        "learnt_from": mark,
        "names": json.dumps(KINDS),
        "grams": json.dumps([str(names[at]) for at in kept]),
    }


def _fitted(counted: Any, found: Sequence[Row]) -> tuple[Any, Any]:
    fits = [
        LogisticRegression(C=STRENGTH, max_iter=1000, solver="liblinear").fit(
            counted, [kind in held for _, held in found]
        )
        for kind in KINDS
    ]
    return np.vstack([one.coef_ for one in fits]), np.concatenate([one.intercept_ for one in fits])


def main() -> int:
    """Learn from all and write the weights."""
    paths = files()
    np.savez_compressed(FILE, **learnt(rows(paths), digest(paths)))
    sys.stdout.write(f"learnt from {len(rows(paths))} turns, {FILE.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
