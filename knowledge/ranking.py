"""Order what was found by meaning and by words, and judge whether the answer is there (pure)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Chunk, Document, Mode, Status
from knowledge.embeddings import Vectors

LEXICAL = 0.4
"""what words count beside meaning; on MTRAG-UN 0.40-0.50 are alike, on the golden questions of the handbook 0.30-0.42"""
LEADERS, PULL, SOFTNESS = 3, 0.8, 0.1
"""passages like the best few rise: answers stand in clusters; worth 0.010 nDCG@5 on MTRAG-UN, 0.7-1.0 and 2-5 leaders are alike"""
SPREAD = 0.1
"""what one standard deviation counts; it sets the halves' sum beside likeness and standing"""
LEAST_SPREAD = (0.08, 0.12)
"""least standard deviations, of cosines and of BM25 as a share of its best: the 5 % quantiles on MTRAG-UN. Where few pages are
found, small differences must not look large."""
STANDING: dict[Status, float] = {
    "verified": 0.0, "due": 0.01, "unverified": 0.02, "expired": 0.06, "draft": 0.08, "archived": 0.2,
}  # fmt: skip
"""taken off a page's score: between passages that fit alike, the verified one comes first"""
AGEING = 0.04
"""taken off a note or transcript of a year or older, in proportion below; playbook pages age by their verification"""
BACKGROUND = 100
"""passages over which the best one must stand out"""
USUAL_BEHIND = 0.45
"""what passages behind the best usually fit, where there are fewer of them"""
USUAL_REPETITION = 0.43
"""mean on MTRAG-UN: a question without a thread is judged as one with a usual thread"""

LOOKED_AT, CLOSE, BEHIND = 30, 0.6, 0.5
"""candidates that are looked at once more, what that counts, and by how much the others fall behind these; on MTRAG-UN 0.5-1.0
are alike, 20 candidates lose half of what 30 gain"""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A chunk that one half found, with what both say of it."""

    chunk: Chunk
    document: Document
    vector: Vectors
    cosine: float
    bm25: float
    """0 where no word of the question stands in it"""


Closeness = Callable[[Sequence[Candidate]], Floats]
"""candidates → how well each fits the question at a closer look"""


@dataclass(frozen=True)
class Ranked:
    """A candidate with its place among the others, 0..1."""

    candidate: Candidate
    score: float


def rank(
    candidates: Sequence[Candidate], today: date, mode: Mode = "hybrid", closeness: Closeness | None = None
) -> list[Ranked]:
    """Give the candidates best first; with `closeness`, the best of them after a closer look."""
    if not candidates:
        return []
    fits = _standing_out(candidates, mode)
    if closeness:
        fits = _looked_at(candidates, fits, closeness)
    if mode == "hybrid":
        fits = _pulled(candidates, fits)
    scores = fits - np.array([_taken_off(candidate.document, today) for candidate in candidates])
    order = sorted(range(len(candidates)), key=lambda i: (-scores[i], candidates[i].chunk.id))
    return [Ranked(candidates[i], float(np.clip(scores[i], 0.0, 1.0))) for i in order]


def _standing_out(candidates: Sequence[Candidate], mode: Mode) -> Floats:
    """Sum by how much each half lets a candidate stand out: ranks alone would lose by how much the best is better."""
    cosines = np.array([candidate.cosine for candidate in candidates], dtype=np.float64)
    words = np.array([candidate.bm25 for candidate in candidates], dtype=np.float64)
    lexical = {"hybrid": LEXICAL, "dense": 0.0, "lexical": 1.0}[mode]
    least = LEAST_SPREAD[1] * max(float(words.max()), 1.0)
    return 0.5 + SPREAD * (lexical * _deviations(words, least) + (1 - lexical) * _deviations(cosines, LEAST_SPREAD[0]))


def _deviations(values: Floats, least: float) -> Floats:
    deviations: Floats = (values - values.mean()) / max(float(values.std()), least)
    return deviations


def _shares(candidates: Sequence[Candidate]) -> Floats:
    """Give each half as a share of its own best."""
    cosines = _share([max(candidate.cosine, 0.0) for candidate in candidates])
    return LEXICAL * _share([candidate.bm25 for candidate in candidates]) + (1 - LEXICAL) * cosines


def _pulled(candidates: Sequence[Candidate], fits: Floats) -> Floats:
    return (fits + PULL * _likeness(candidates, fits)) / (1 + PULL)


def _looked_at(candidates: Sequence[Candidate], fits: Floats, closeness: Closeness) -> Floats:
    best = np.argsort(-_pulled(candidates, fits), kind="stable")[:LOOKED_AT]
    close = closeness([candidates[i] for i in best])
    looked = fits - BEHIND
    looked[best] = fits[best] + CLOSE * (close - close.mean())
    return looked


def _share(values: Sequence[float]) -> Floats:
    found = np.array(values, dtype=np.float64)
    return found / max(float(found.max()), 1e-9)


def _likeness(candidates: Sequence[Candidate], fits: Floats) -> Floats:
    """Give each candidate's cosine to the leaders, the better leader counting more."""
    leaders = np.argsort(-fits, kind="stable")[:LEADERS]
    weights = np.exp((fits[leaders] - fits[leaders].max()) / SOFTNESS)
    vectors = np.stack([candidate.vector for candidate in candidates]).astype(np.float64)
    likeness: Floats = vectors @ vectors[leaders].T @ (weights / weights.sum())
    return likeness


def _taken_off(document: Document, today: date) -> float:
    taken = STANDING[document.status_on(today)]
    age = (today - document.date).days if document.date and document.kind != "playbook" else 0
    return taken + AGEING * min(max(age, 0) / 365, 1.0)


@dataclass(frozen=True)
class Evidence:
    """What tells whether the answer is among the passages."""

    nearness: float = 0.0
    """cosine of the nearest passage to the question and what it leans on"""
    lead: float = 0.0
    """by how much the best fit stands out of what lies behind it"""
    repetition: float = USUAL_REPETITION
    """cosine of the question to the nearest one asked before: a thread that goes in circles looks nearer than it is"""
    missing: float = 1.0
    """share of the question's information (inverse document frequency) that stands in none of the best passages"""


def lead(candidates: Sequence[Candidate]) -> float:
    """Give by how much the best fit stands out of the passages behind it, 0..1."""
    if not candidates:
        return 0.0
    fits = -np.sort(-_shares(candidates))[:BACKGROUND]
    # A small knowledge base has no background of its own; without one, everything would stand out or nothing.
    behind = float(fits.sum()) + USUAL_BEHIND * (BACKGROUND - len(fits))
    return float(fits[0]) - behind / BACKGROUND


def idf(frequency: int, total: int) -> float:
    """Give the inverse document frequency as BM25 counts it."""
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
