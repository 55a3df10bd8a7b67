"""Plain baselines, and how sure a difference is: TF-IDF with a logistic regression, and the bootstrap."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from evals.commitments.recipe import FOLDS, SEED, Chances, Flags, Labelled, best_threshold

DRAWS = 300
Given = tuple[Chances, float]


def bagged(train: Labelled, test: Labelled, *, pairs: bool) -> Given:
    """TF-IDF of words with a logistic regression as they come, or of words and pairs with a weaker penalty.

    Its threshold is picked as the detector's is: where F1 is best over unseen sentences of the training part.
    """
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True) if pairs else TfidfVectorizer()
    model = make_pipeline(vectors, LogisticRegression(C=10.0 if pairs else 1.0, solver="liblinear"))
    inside = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    unseen = cross_val_predict(model, train.texts, train.asks, cv=inside, method="predict_proba")[:, 1]
    given: Chances = model.fit(train.texts, train.asks).predict_proba(test.texts)[:, 1]
    return given, best_threshold(train.asks, unseen)


def scores(asks: Flags, given: Chances, threshold: float) -> tuple[float, float]:
    """(F1, area under the curve)."""
    return float(f1_score(asks, given >= threshold)), float(roc_auc_score(asks, given))


def intervals(asks: Flags, given: Chances, threshold: float) -> dict[str, str]:
    """The 95 % interval of F1 and AUC over drawn test parts."""
    return _shown(len(asks), lambda rows: scores(asks[rows], given[rows], threshold), "")


def paired(asks: Flags, ours: Given, theirs: Given, name: str) -> dict[str, str]:
    """The 95 % interval of how far we are ahead, over the same draws."""

    def ahead(rows: Any) -> tuple[float, float]:
        mine, other = (scores(asks[rows], given[rows], threshold) for given, threshold in (ours, theirs))
        return mine[0] - other[0], mine[1] - other[1]

    return _shown(len(asks), ahead, f"_over_{name}")


def _shown(n: int, measured: Callable[[Any], tuple[float, float]], end: str) -> dict[str, str]:
    draw = np.random.default_rng(SEED)
    found = np.array([measured(draw.integers(0, n, n)) for _ in range(DRAWS)])
    low, high = np.percentile(found, (2.5, 97.5), axis=0)
    return {f"{name}{end}": f"{low[i]:.3f} to {high[i]:.3f}" for i, name in enumerate(("f1", "auc"))}
