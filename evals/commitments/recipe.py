"""How the detector's weights are made: labelled sentences, one split, a logistic regression over marks and word pairs.

The labels are noisy, and marketing mail is among the sentences. Marks, strength and the like were chosen by cross-validation
inside the training part; of the test part nothing was chosen by, though some sentences of the whole file were read at first.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, train_test_split

from bot.skills.summarising.asking import Weights, both, chance, pairs, plain
from bot.skills.summarising.asking_marks import marks
from evals.measuring import DATA

FILE = DATA / "commitments" / "train.tsv"
SEED = 7
FOLDS = 5
FEWEST = 4
"""sentences in which a pair must stand: rarer ones say more about their writer than about asking"""
TOGETHER = 10
"""sentences in which two marks must stand together"""
MARK = 0.3
"""how much a mark counts beside the pairs of a sentence, which come to a length of 1"""
STRENGTH = 5.0
_PRONOUN = re.compile(r"i(?:'\w+)?$")
_LOWER = re.compile(r"(?<![\w'])[a-z][\w']*")
Flags = NDArray[np.bool_]
Chances = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Sentences, and of each whether it asks or commits."""

    texts: Sequence[str]
    asks: Flags

    def part(self, rows: Sequence[int]) -> "Labelled":
        """Some of them."""
        return Labelled([self.texts[i] for i in rows], self.asks[rows])


def load() -> Labelled | None:
    """Read them; None where they are not there."""
    if not FILE.is_file():
        return None
    rows = [line.partition("\t") for line in FILE.read_text(encoding="utf-8", errors="replace").split("\n") if line]
    return Labelled([text for _, _, text in rows], np.array([label == "Yes" for label, _, _ in rows]))


def split(data: Labelled) -> tuple[Labelled, Labelled]:
    """(three quarters to train on, a quarter to test on), stratified; what is trained on is not tested again."""
    rows = list(range(len(data.texts)))
    train, test = train_test_split(rows, test_size=0.25, random_state=SEED, stratify=data.asks)
    return data.part(train), data.part(unlike(data, test, train))


def unlike(data: Labelled, rows: Sequence[int], others: Sequence[int]) -> list[int]:
    """The rows whose sentences differ from all others in more than case and marks."""
    known = {_bare(data.texts[i]) for i in others}
    return [i for i in rows if _bare(data.texts[i]) not in known]


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def trained(data: Labelled) -> Weights:
    """The weights, with the threshold that was best over sentences which each fold had not seen."""
    unseen = np.zeros(len(data.texts))
    for train, test in folds(data):
        unseen[test] = chances(data.part(test).texts, fitted(data.part(train)))
    seen = [i for _, test in folds(data) for i in test]
    return replace(fitted(data), threshold=best_threshold(data.asks[seen], unseen[seen]))


def folds(data: Labelled) -> list[tuple[list[int], list[int]]]:
    """The (train, test) rows of each fold."""
    made = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(data.texts, data.asks)
    return [(list(train), unlike(data, list(test), list(train))) for train, test in made]


def fitted(data: Labelled) -> Weights:
    """The weights by one regression."""
    pairs_known, both_known = _known(data.texts), _together(data.texts)
    cells = DictVectorizer()
    rows = cells.fit_transform([_cells(plain(text), pairs_known, both_known) for text in data.texts])
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(rows, data.asks)
    weight = dict(zip(cells.get_feature_names_out(), model.coef_[0].tolist(), strict=True))
    return Weights(
        bias=round(float(model.intercept_[0]), 4),
        threshold=0.5,
        marks={name[1:]: round(value * MARK, 4) for name, value in weight.items() if name[0] == "m"},
        both={name[1:]: round(value, 3) for name, value in weight.items() if name[0] == "b"},
        pairs={name[1:]: round(value, 3) for name, value in weight.items() if name[0] == "p"},
    )


def chances(texts: Sequence[str], by: Weights) -> Chances:
    """The detector's chance of each, by given weights."""
    return np.array([chance(plain(text), by) for text in texts])


def best_threshold(asks: Flags, given: Chances) -> float:
    """Where F1 is best, to two places."""
    steps = [round(0.2 + i / 100, 2) for i in range(61)]
    return max(steps, key=lambda step: f1_score(asks, given >= step))


def _known(texts: Sequence[str]) -> set[str]:
    """The pairs that are weighed; words that nobody writes in lower case are names, and are left out."""
    counted = Counter(pair for text in texts for pair in pairs(plain(text)))
    common = {word for text in texts for word in _LOWER.findall(plain(text))}
    return {pair for pair, count in counted.items() if count >= FEWEST and _is_common(pair, common)}


def _is_common(pair: str, common: set[str]) -> bool:
    words = (word for word in pair.split() if re.fullmatch(r"[a-z][\w']*", word))
    return all(word in common or _PRONOUN.match(word) for word in words)


def _together(texts: Sequence[str]) -> set[str]:
    counted = Counter(one for text in texts for one in both(marks(plain(text))))
    return {one for one, count in counted.items() if count >= TOGETHER}


def _cells(text: str, pairs_known: set[str], both_known: set[str]) -> dict[str, float]:
    """What of a sentence is weighed, as the detector weighs it: each kind of pair comes to a length of 1."""
    marked = marks(text)
    cells = dict.fromkeys((f"m{mark}" for mark in marked), MARK)
    for kind, found in (("p", pairs(text) & pairs_known), ("b", both(marked) & both_known)):
        cells |= dict.fromkeys((f"{kind}{one}" for one in found), 1 / math.sqrt(max(1, len(found))))
    return cells
