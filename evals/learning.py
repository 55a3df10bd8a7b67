"""Learn a regression over meaning and words from our own sentences: the arrays that `bot/learnt.py` multiplies.

scikit-learn (1.9 made the weights that ship) is needed here alone.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.learnt import grams

Row = tuple[str, str]
"""name, sentence"""


def digest(files: Iterable[Path]) -> str:
    """Give the mark of the files that weights were learnt from."""
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def learnt(
    rows: Sequence[Row], vectors: Any, *, strength: float, mark: str, after: Sequence[str] = ()
) -> dict[str, Any]:
    """Fit a logistic regression on the sentences' words and vectors (of no columns: words alone); return the arrays that ship.

    `after` tells what each sentence was said after, where that counts.
    """
    words = TfidfVectorizer(analyzer=lambda said: list(grams(*said)), sublinear_tf=True, min_df=3)
    counted = words.fit_transform(list(zip((text for _, text in rows), after or [""] * len(rows), strict=True)))
    size = vectors.shape[1]
    model = LogisticRegression(C=strength, max_iter=5000).fit(
        hstack([csr_matrix(vectors), counted]).tocsr(), [name for name, _ in rows]
    )
    return {
        "intercept": model.intercept_.astype(np.float32),
        "meaning": model.coef_[:, :size].astype(np.float16),
        "words": model.coef_[:, size:].astype(np.float16),
        "rarity": words.idf_.astype(np.float32),
        "learnt_from": mark,
        "names": json.dumps(list(model.classes_)),
        "grams": json.dumps(list(words.get_feature_names_out())),
    }
