"""Learn what a sentence is for from our own sentences: `python -m evals.routing.train` writes the weights that ship.

It first prints how a part of the sentences fares that was not learnt from: later.tsv, learnt from all others. scikit-learn is needed
here alone; the product multiplies the weights itself.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.intents import FILE, Guess, Intents, grams
from bot.targets import Targets
from evals.routing.measure import read
from evals.runner import home
from knowledge.embeddings import Embedder, embedder

FOLDER = Path(__file__).parent
FILES = ("tuned", "fresh", "later", "more")
"""more.tsv was written for learning alone, and is not measured"""
STRENGTH = 20.0
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)

Row = tuple[str, str]
"""skill, sentence"""


def sentences(names: Sequence[str]) -> list[Row]:
    """Read sentences as they are and without names, so that neither way of writing is strange."""
    rows = [row for name in names for row in read(FOLDER / f"{name}.tsv")]
    with home(NOW) as app:
        targets = Targets(app.reader)
        bare = [(skill, targets.anonymous(text)) for skill, text in rows]
    return list(dict.fromkeys([*rows, *bare]))


def learnt(rows: Sequence[Row], meaning: Embedder) -> dict[str, Any]:
    """Fit a logistic regression on meaning and words; return the arrays that ship."""
    words = TfidfVectorizer(analyzer=lambda text: list(grams(text)), sublinear_tf=True, min_df=2)
    counted = words.fit_transform([text for _, text in rows]).toarray()
    vectors = np.asarray(meaning.embed_documents([text for _, text in rows]))
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(
        np.hstack([vectors, counted]), [skill for skill, _ in rows]
    )
    size = vectors.shape[1]
    return {
        "intercept": model.intercept_.astype(np.float32),
        "meaning": model.coef_[:, :size].astype(np.float16),
        "words": model.coef_[:, size:].astype(np.float16),
        "rarity": words.idf_.astype(np.float32),
        "names": json.dumps(list(model.classes_)),
        "grams": json.dumps(list(words.get_feature_names_out())),
    }


def main() -> int:
    """Tell how unseen sentences fare, then learn from all and write the weights."""
    meaning = embedder("minilm")
    np.savez_compressed(FILE, **learnt(sentences([name for name in FILES if name != "later"]), meaning))
    intents, unseen = Intents(lambda text: meaning.embed_query(text).tolist()), sentences(["later"])
    guesses: list[tuple[str, Guess]] = [(skill, intents.guess(text)) for skill, text in unseen]
    right = sum(skill == guess.skill for skill, guess in guesses) / len(guesses)
    np.savez_compressed(FILE, **learnt(sentences(FILES), meaning))
    sys.stdout.write(
        f"{right:.3f} of {len(unseen)} unseen sentences right; learnt from all, {FILE.stat().st_size:,} bytes\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
