"""Edited summaries of SummEdits as labelled sentences, and how the score's few weights are learnt from them and from our own.

SummEdits (Laban et al. 2023, Salesforce, Apache-2.0) is kept outside of the project; weights are learnt from it, no text of it is kept.
A sentence of a wrong summary counts as wrong where the summary it was made from does not hold it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.grounding import Nearness, sentences
from bot.grounding.check import Look, looked
from bot.grounding.passage import of_facts, of_text
from bot.grounding.scoring import ALIKE
from bot.grounding.troubles import Evidence
from evals.measuring import DATA
from knowledge.embeddings import spans_of_words

FOLDER = DATA / "groundedness"
DOMAINS = ("ectsum", "qmsumm", "samsum")
STRENGTH = 0.3
USED = {"near": ("trouble", "farthest"), "alone": ("trouble", "held")}
"""the signs that count where words are read in their context, and where not"""
Chances = NDArray[np.float64]
Weights = dict[str, float]


@dataclass(frozen=True)
class Summary:
    """A text with its label, and each sentence as code sees it."""

    domain: str
    document: str
    text: str
    holds: bool
    looks: tuple[Look, ...]
    right: tuple[bool, ...]
    """of each sentence"""

    @property
    def supported(self) -> bool:
        """What `seller check` says of it."""
        return bool(self.looks) and not any(look.found for look in self.looks)

    @property
    def stands(self) -> bool:
        """Whether all of it would stand in a summary that a model wrote."""
        return self.supported and all(look.signs.alike >= ALIKE["summary"] for look in self.looks)


@cache
def summaries(part: int = 1) -> tuple[Summary, ...]:
    """All of them, or one in `part`."""
    nearness = Nearness(spans_of_words())
    return tuple(
        _summary(domain, row, nearness)
        for domain in DOMAINS
        for row in json.loads((FOLDER / f"summedits_{domain}.json").read_text(encoding="utf-8"))[::part]
    )


def is_there() -> bool:
    """Whether the data is there."""
    return all((FOLDER / f"summedits_{domain}.json").is_file() for domain in DOMAINS)


def _summary(domain: str, row: dict[str, Any], nearness: Nearness) -> Summary:
    evidence = Evidence(((1, of_text("\n" + row["doc"])),), of_facts({}))
    parts, first = sentences(row["summary"]), set(sentences(row["original_summary"]))
    holds = row["label"] in (1, "1")
    new = [part not in first for part in parts]
    right = tuple(holds or (any(new) and not one) for one in new)
    looks = tuple(looked(part, evidence, nearness) for part in parts)
    return Summary(domain, row["doc"], row["summary"], holds, looks, right)


def learnt(rows: Sequence[Summary]) -> dict[str, Weights]:
    """The weights of the signs, with words in their context and without."""
    return {name: _learnt(rows, name) for name in USED}


def _learnt(rows: Sequence[Summary], name: str) -> Weights:
    pairs = [(look.signs, right) for row in rows for look, right in zip(row.looks, row.right, strict=True)
             if look.is_near or name == "alone"]  # fmt: skip
    given = np.array([[getattr(signs, one) for one in USED[name]] for signs, _ in pairs])
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(given, [right for _, right in pairs])
    found = dict(zip(USED[name], model.coef_[0].tolist(), strict=True)) | {"intercept": float(model.intercept_[0])}
    return {one: round(value, 3) for one, value in found.items()}


def chance(row: Summary, weights: dict[str, Weights]) -> float:
    """The score of a summary: that of its weakest sentence."""
    return min((chance_of(look, weights) for look in row.looks), default=0.0)


def chance_of(look: Look, by: dict[str, Weights]) -> float:
    """The score of a sentence."""
    weights = by["near" if look.is_near else "alone"]
    logit = weights["intercept"] + sum(weights.get(name, 0.0) * value for name, value in look.signs._asdict().items())
    return float(1 / (1 + np.exp(-logit)))


def balanced(labels: Sequence[bool], said: Sequence[bool]) -> float:
    """Mean of the share of right ones kept and the share of wrong ones caught."""
    right, kept = np.array(labels), np.array(said)
    return float((kept[right].mean() + (~kept[~right]).mean()) / 2)


def calibration(labels: Sequence[bool], given: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    right, chances = np.array(labels, dtype=float), np.array(given)
    at = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = [(at == n).mean() * abs(right[at == n].mean() - chances[at == n].mean()) for n in set(at.tolist())]
    return float(sum(gaps))


def measured(rows: Sequence[Summary]) -> dict[str, dict[str, float]]:
    """Each domain, scored by weights learnt from the two others; `ece` is that of sentences."""
    return {domain: _tested(domain, rows) for domain in DOMAINS}


def _tested(domain: str, rows: Sequence[Summary]) -> dict[str, float]:
    weights = learnt([row for row in rows if row.domain != domain])
    test = [row for row in rows if row.domain == domain]
    labels, said = [row.holds for row in test], [row.supported for row in test]
    right = np.array(labels)
    kept, stands = np.array(said), np.array([row.stands for row in test])
    chances = [chance(row, weights) for row in test]
    of_sentences = [chance_of(look, weights) for row in test for look in row.looks]
    return {
        "balanced_accuracy": balanced(labels, said),
        "of_answers": balanced(labels, [row.stands for row in test]),
        "stands": float(stands[right].mean()),
        "left_out": float((~stands[~right]).mean()),
        "kept": float(kept[right].mean()),
        "caught": float((~kept[~right]).mean()),
        "auc": float(roc_auc_score(labels, chances)),
        "ece": calibration([one for row in test for one in row.right], of_sentences),
        "ece_of_texts": calibration(labels, chances),
    }
