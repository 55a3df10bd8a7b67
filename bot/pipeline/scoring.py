"""How good probabilities were: Brier, skill, log loss, AUC, calibration, with intervals by bootstrap over deals (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BINS = 10
RESAMPLES = 1000
TINY = 1e-6


@dataclass(frozen=True)
class Bin:
    """One of ten bins of equal mass: how many, the mean probability, the share that was won and its 95 % interval."""

    n: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class Scores:
    """Of one set of probabilities against what happened; the skill is against the base rate's Brier."""

    n: int
    won: int
    brier: float
    brier_base: float
    log_loss: float
    auc: float | None
    ece: float
    ece_base: float
    ece_chance: float
    """what a perfectly calibrated model with these probabilities would show at this n, as bins are small"""
    slope: float | None
    skill: float
    skill_low: float
    skill_high: float
    brier_low: float
    brier_high: float
    bins: tuple[Bin, ...]


def score(y: Array, p: Array, base: Array, deals: Sequence[str]) -> Scores:
    """Score probabilities beside the base rate's; `deals` names the deal of each, over which the bootstrap draws."""
    loss, loss_base = (y - p) ** 2, (y - base) ** 2
    low, high, brier_low, brier_high = _intervals(loss, loss_base, deals)
    return Scores(
        n=len(y),
        won=int(y.sum()),
        brier=float(loss.mean()),
        brier_base=float(loss_base.mean()),
        log_loss=log_loss(y, p),
        auc=auc(y, p),
        ece=ece(y, p),
        ece_base=ece(y, base),
        ece_chance=_ece_by_chance(p),
        slope=slope(y, p),
        skill=skill(loss.mean(), loss_base.mean()),
        skill_low=low,
        skill_high=high,
        brier_low=brier_low,
        brier_high=brier_high,
        bins=bins(y, p),
    )


def skill(brier: float, base: float) -> float:
    """How much of the base rate's Brier score is saved."""
    return float(1 - brier / base) if base > 0 else 0.0


def log_loss(y: Array, p: Array) -> float:
    """Mean negative log likelihood."""
    q = np.clip(p, TINY, 1 - TINY)
    return float(-(y * np.log(q) + (1 - y) * np.log(1 - q)).mean())


def auc(y: Array, p: Array) -> float | None:
    """Chance that a won deal was given more than a lost one, ties half; None where all ended alike."""
    won = int(y.sum())
    if won in (0, len(y)):
        return None
    _, place, counts = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[y > 0].sum() - won * (won + 1) / 2) / (won * (len(y) - won)))


def bins(y: Array, p: Array) -> tuple[Bin, ...]:
    """Ten bins of equal mass by probability; equal probabilities stay together, so that a flat rate is one bin."""
    order = np.argsort(p, kind="stable")
    p, y = p[order], y[order]
    edges = {0, len(p)}
    for k in range(1, BINS):
        edges.add(int(np.searchsorted(p, p[min(len(p) - 1, k * len(p) // BINS)], side="left")))
    cut = sorted(edges)
    return tuple(Bin(b - a, float(p[a:b].mean()), float(y[a:b].mean())) for a, b in pairwise(cut) if b > a)


def ece(y: Array, p: Array) -> float:
    """Expected calibration error: mean distance of predicted and observed over the bins, by their mass."""
    return sum(one.n * abs(one.predicted - one.observed) for one in bins(y, p)) / len(y) if len(y) else 0.0


def _ece_by_chance(p: Array) -> float:
    rng = np.random.default_rng(0)
    return float(np.mean([ece((rng.random(len(p)) < p).astype(float), p) for _ in range(50)]))


def slope(y: Array, p: Array) -> float | None:
    """Calibration slope: of the outcome's log odds over the prediction's; 1 is right, below 1 too sure; None for a flat rate."""
    x = logit(p)
    if len(y) == 0 or np.ptp(x) < TINY or y.sum() in (0, len(y)):
        return None
    a, b = float(logit(np.array([y.mean()]))[0]), 0.0
    for _ in range(50):
        q = expit(a + b * x)
        w = np.maximum(q * (1 - q), 1e-9)
        g = np.array([(y - q).sum(), ((y - q) * x).sum()])
        h = np.array([[w.sum(), (w * x).sum()], [(w * x).sum(), (w * x * x).sum()]]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(h, g)
        a, b = a + float(step[0]), b + float(step[1])
        if abs(step).max() < 1e-8:
            break
    return b


def logit(p: Array) -> Array:
    """Log odds."""
    q = np.clip(p, TINY, 1 - TINY)
    odds: Array = np.log(q / (1 - q))
    return odds


def expit(x: Array) -> Array:
    """Probability of log odds."""
    p: Array = 1 / (1 + np.exp(-np.clip(x, -35, 35)))
    return p


def _intervals(loss: Array, base: Array, deals: Sequence[str]) -> tuple[float, float, float, float]:
    """95 % intervals of the skill and of the Brier score, by drawing whole deals again."""
    _, of = np.unique(np.asarray(deals, dtype=object).astype(str), return_inverse=True)
    size = int(of.max()) + 1 if len(of) else 0
    if size < 2:
        return 0.0, 0.0, 0.0, 1.0
    sums = np.stack([np.bincount(of, loss, size), np.bincount(of, base, size), np.bincount(of, minlength=size)])
    rng = np.random.default_rng(0)
    drawn = np.stack([sums @ rng.multinomial(size, np.full(size, 1 / size)) for _ in range(RESAMPLES)])
    skills = 1 - drawn[:, 0] / np.maximum(drawn[:, 1], 1e-12)
    low, high = np.quantile(skills, (0.025, 0.975))
    brier_low, brier_high = np.quantile(drawn[:, 0] / np.maximum(drawn[:, 2], 1), (0.025, 0.975))
    return float(low), float(high), float(brier_low), float(brier_high)
