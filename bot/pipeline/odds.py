"""The chance of a deal to be won in a period: a base rate shrunk to its prior, and a model where it earned its place (pure).

Source: METRICS, “weighted forecast” (b) and “Probability of winning”: the rate of a stage and segment is (n₁ + κp₀) / (n + κ), κ = 20,
over past deals that stood as far before the end of their period; p₀ is the rate of all that were due alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.pipeline.cuts import Snap
from bot.pipeline.rates import interval

KAPPA = 20.0
"""deals that the prior counts for"""
Key = tuple[str, str | None, str | None]
"""due or not, stage, segment"""


@dataclass(frozen=True)
class Chance:
    """A probability with its 95 % interval, how many past deals it rests on, and what speaks for it."""

    p: float
    low: float
    high: float
    won: int
    n: int
    """past deals of the same stage and segment"""
    prior: float
    """share of the figure that is prior, 0 to 1"""
    model: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rates:
    """Counts of past deals by how they stood, and what became of them."""

    cells: Mapping[Key, tuple[int, int]] = field(default_factory=dict)
    """(won, n)"""
    groups: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """(won, n) by whether they were due"""
    won: int = 0
    n: int = 0

    @property
    def all(self) -> float:
        """The rate of everything, shrunk to one half by one deal: without any past deal nothing is known."""
        return (self.won + 0.5) / (self.n + 1)

    def prior(self, due: str) -> float:
        """The rate of deals that were due alike, shrunk to that of all."""
        won, n = self.groups.get(due, (0, 0))
        return shrunk(won, n, self.all)

    def rate(self, due: str, stage: str | None, segment: str | None) -> float:
        """The shrunk rate of a stage and segment."""
        won, n = self.cells.get((due, stage, segment), (0, 0))
        return shrunk(won, n, self.prior(due))

    def chance(self, due: str, stage: str | None, segment: str | None) -> Chance:
        """The shrunk rate with its interval and what it rests on."""
        won, n = self.cells.get((due, stage, segment), (0, 0))
        p = self.rate(due, stage, segment)
        low, high = interval(p * (n + KAPPA), n + KAPPA) if self.n else (0.0, 1.0)
        return Chance(p, low, high, won, n, KAPPA / (n + KAPPA), False, self._reasons(due, stage, segment, won, n))

    def _reasons(self, due: str, stage: str | None, segment: str | None, won: int, n: int) -> tuple[str, ...]:
        """The counts behind the rate, the nearest first."""
        alike = self.groups.get(due, (0, 0))
        where = " ".join(part for part in (segment, f"deals in {stage}" if stage else "deals") if part)
        told = [f"{where} that were {due} at this point of their period: {won} of {n} were won in it"] if n else []
        told += [f"all deals that were {due}: {alike[0]} of {alike[1]}"] if alike[1] else []
        return (*told, f"all open deals at this point of past periods: {self.won} of {self.n}")


def shrunk(won: int, n: int, prior: float) -> float:
    """A rate drawn to its prior."""
    return (won + KAPPA * prior) / (n + KAPPA)


def rates(past: Iterable[Snap]) -> Rates:
    """Count past snapshots."""
    n: Counter[Key] = Counter()
    won: Counter[Key] = Counter()
    for snap in past:
        key = (snap.due, snap.state.stage, snap.segment)
        n[key] += 1
        won[key] += snap.won
    cells = {key: (won[key], count) for key, count in n.items()}
    return Rates(cells, _sums(cells), sum(won.values()), sum(n.values()))


def _sums(cells: Mapping[Key, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for (due, _, _), (won, n) in cells.items():
        before = found.get(due, (0, 0))
        found[due] = before[0] + won, before[1] + n
    return found


def by_horizon(past: Sequence[Snap]) -> dict[int, Rates]:
    """Rates by how many days were left."""
    groups: dict[int, list[Snap]] = {}
    for snap in past:
        groups.setdefault(snap.cut.left, []).append(snap)
    return {left: rates(found) for left, found in groups.items()}
