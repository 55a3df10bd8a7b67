"""A figure with what stands behind it: how many deals, of which kind, in which interval, and why there is none (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from bot.pipeline.rates import rate

Number = int | float | Decimal
ZERO = Decimal(0)


@dataclass(frozen=True)
class Metric:
    """One figure; without a value it says why."""

    value: Number | None
    n: int
    """deals that it rests on"""
    filter: str
    """which deals these are, and on what basis"""
    unit: str = "deals"
    """deals, ratio, days, money or money per day"""
    currency: str | None = None
    low: float | None = None
    high: float | None = None
    """the 95 % interval of a share"""
    hits: int | None = None
    """of a share: so many of n"""
    missing: int = 0
    """deals of the filter that lack what it takes, such as an amount"""
    why: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


def share(hits: int, n: int, told: str, *, missing: int = 0, why: str = "") -> Metric:
    """So many of so many, with the Wilson interval; of nothing there is no share."""
    found = rate(hits, n)
    if not n:
        return Metric(None, 0, told, "ratio", hits=0, missing=missing, why=why or "there are no such deals")
    return Metric(hits / n, n, told, "ratio", low=found.low, high=found.high, hits=hits, missing=missing)


def total(amounts: Iterable[Decimal | None], told: str, currency: str) -> Metric:
    """The sum of the amounts that are known; nothing adds up to zero."""
    every = list(amounts)
    known = [amount for amount in every if amount is not None]
    return Metric(sum(known, ZERO), len(every), told, "money", currency, missing=len(every) - len(known))


def typical(days: Sequence[int], told: str, *, missing: int = 0, why: str = "") -> Metric:
    """The median, with mean and P90 beside it."""
    if not days:
        return Metric(None, 0, told, "days", missing=missing, why=why or "there are no such deals")
    ranked = sorted(days)
    beside = {"mean": sum(ranked) / len(ranked), "p90": percentile(ranked, 0.9)}
    return Metric(float(median(ranked)), len(ranked), told, "days", missing=missing, extra=beside)


def percentile(ranked: Sequence[int], share_below: float) -> float:
    """The value below which that share lies, between two neighbours in proportion."""
    place = (len(ranked) - 1) * share_below
    at = int(place)
    after = ranked[min(at + 1, len(ranked) - 1)]
    return ranked[at] + (after - ranked[at]) * (place - at)


def accuracy(forecast: float, actual: float) -> float | None:
    """1 − abs(F − A) ÷ A; None where nothing was sold."""
    return None if actual <= 0 else 1 - abs(forecast - actual) / actual


def bias(forecast: float, actual: float) -> float | None:
    """(F − A) ÷ A: above zero where too much was promised; None where nothing was sold."""
    return None if actual <= 0 else (forecast - actual) / actual


def wape(pairs: Iterable[tuple[float, float]]) -> float | None:
    """Σ abs(F − A) ÷ ΣA over (forecast, actual); None where nothing was sold."""
    rows = list(pairs)
    sold = sum(actual for _, actual in rows)
    return None if sold <= 0 else sum(abs(told - actual) for told, actual in rows) / sold
