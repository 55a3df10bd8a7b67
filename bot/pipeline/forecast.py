"""What a period may bring: closed plus each open deal's chance, and its spread from 10,000 draws with one shared shock (pure).

Source: METRICS, “weighted forecast”. The shock moves the odds of all deals of a period together, as a good or a bad quarter does; each
deal's mean chance stays. How strong it is comes of how far past periods lay from what their rates expected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from bot.pipeline.scoring import Array, expit

DRAWS = 10_000
SHOCKS = 200
"""values that the shock takes; each is drawn DRAWS / SHOCKS times"""
EXACT = 400
"""largest deals that are drawn one by one; the sum of the others is drawn as a normal of the same mean and spread"""
STEP = 0.05
"""of log odds"""
USUAL_SHOCK, LEAST_SHOCK, MOST_SHOCK = 0.35, 0.1, 1.5
"""spread of the shock in log odds: assumed where fewer than three periods are over, and its bounds"""
FEW = 3


@dataclass(frozen=True)
class Spread:
    """A forecast: its mean, and what is reached with 90, 50 and 10 % chance."""

    mean: float
    p10: float
    p50: float
    p90: float


def spread(closed: float, amounts: Sequence[float], chances: Sequence[float], shock: float) -> Spread:
    """Draw a period 10,000 times; `closed` is sure, each amount comes with its chance."""
    a, p = np.array(amounts, dtype=float), np.array(chances, dtype=float)
    mean = closed + float(a @ p) if len(a) else closed
    if not len(a):
        return Spread(mean, closed, closed, closed)
    low, middle, high = np.quantile(closed + _draws(a, p, shock), (0.1, 0.5, 0.9))
    return Spread(mean, float(low), float(middle), float(high))


def _draws(a: Array, p: Array, shock: float) -> Array:
    rng = np.random.default_rng(0)
    order = np.argsort(-np.abs(a), kind="stable")
    big, rest, each = order[:EXACT], order[EXACT:], DRAWS // SHOCKS
    odds = _moved(p, shock)
    middles, amount, square = _binned(odds[rest], a[rest])
    sums = np.empty((SHOCKS, each))
    for k, z in enumerate(_NORMAL):
        sums[k] = (rng.random((each, len(big))) < expit(odds[big] + shock * z)) @ a[big]
        if len(rest):
            q = expit(middles + shock * z)
            sums[k] += float(amount @ q) + float(np.sqrt(square @ (q * (1 - q)))) * rng.standard_normal(each)
    return sums.ravel()


def _moved(p: Array, shock: float) -> Array:
    """Log odds from which the shock leads back to the mean chance."""
    odds = np.linspace(-16, 16, 801)
    mean = expit(odds[:, None] + shock * _NORMAL[None, :]).mean(axis=1)
    found: Array = np.interp(p, mean, odds)
    return found


def _binned(odds: Array, a: Array) -> tuple[Array, Array, Array]:
    """Log odds in steps, with the amounts and their squares in each: tens of thousands of small deals at once."""
    place = np.round((np.clip(odds, -16, 16) + 16) / STEP).astype(int)
    size = int(32 / STEP) + 1
    amount, square = np.zeros(size), np.zeros(size)
    np.add.at(amount, place, a)
    np.add.at(square, place, a * a)
    return np.linspace(-16, 16, size), amount, square


def shock_of(past: Sequence[tuple[float, float, float]]) -> float:
    """The shock's spread from past periods, each (expected wins, wins, variance of wins without a shock).

    By moments: what the squared distances exceed the variance by, in units of log odds.
    """
    told = [(expected, won, spread) for expected, won, spread in past if spread > 0]
    if len(told) < FEW:
        return USUAL_SHOCK
    excess = [((won - expected) ** 2 - spread) / spread**2 for expected, won, spread in told]
    return float(np.clip(np.sqrt(max(0.0, float(np.mean(excess)))), LEAST_SHOCK, MOST_SHOCK))


def _normal(count: int) -> Array:
    """Quantiles of the standard normal at the middles of so many equal parts."""
    return np.array([NormalDist().inv_cdf((k + 0.5) / count) for k in range(count)])


_NORMAL = _normal(SHOCKS)
