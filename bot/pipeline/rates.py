"""A share with the interval in which it lies, so that few deals do not look like a rule (pure)."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""of a 95 % interval"""


@dataclass(frozen=True)
class Rate:
    """So many of so many, and the 95 % interval of the share (Wilson)."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.n if self.n else 0.0

    @property
    def told(self) -> str:
        """The share in words, with its interval and counts."""
        return f"{self.value:.0%} ({self.hits} of {self.n}; 95 % interval {self.low:.0%} to {self.high:.0%})"


def rate(hits: int, n: int) -> Rate:
    """The share with its interval; of nothing, anything is possible."""
    return Rate(hits, n, *interval(hits, n))


def interval(hits: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson); counts may be fractions, as those of a prior are."""
    if not n:
        return 0.0, 1.0
    p, z2 = hits / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)
