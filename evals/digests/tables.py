"""A world's tables with the deals that are asked for, and what can be asked of them."""

from typing import Any

from evals.digests.comparing import Wanted
from evals.digests.filling import UNIT, end_of, filled, stamp, start_of
from evals.digests.queries import VIEWS
from evals.digests.worlds import World


class Tables:
    """The deals of one scope and period."""

    def __init__(self, world: World) -> None:
        self.world, self.base = world, filled(world)
        span = world.span
        self.values: dict[str, Any] = {
            "first": span.first.isoformat(), "last": span.last.isoformat(), "today": world.today.isoformat(),
            "everybody": world.owners is None, "begin": start_of(span.first, world), "end": end_of(span.last, world),
            "now": stamp(world.now), "end_of_it": min(end_of(span.last, world), end_of(world.today, world)),
            "last_of_it": min(span.last, world.today).isoformat(),
        }  # fmt: skip
        self.base.execute("CREATE TEMP TABLE meant (id TEXT)")
        self.base.executemany("INSERT INTO meant VALUES (?)", [(owner,) for owner in sorted(world.owners or ())])
        self.base.execute(VIEWS.rstrip().rstrip(";"), self.values)

    def rows(self, query: str, **more: object) -> list[Any]:
        """Ask the tables."""
        return self.base.execute(query, {**self.values, **more}).fetchall()

    def total(self, which: str, currency: str, weight: str = "1", *, whole: bool = False) -> Wanted:
        """The sum, number and ids of the deals of one currency that a condition picks."""
        found = self.rows(
            f"SELECT id, COALESCE(money, 0) * {weight} FROM deal WHERE {which} AND currency = :unit", unit=currency
        )
        return Wanted(sum(row[1] for row in found) / UNIT, len(found), frozenset(row[0] for row in found), whole)


def median(values: list[float]) -> float:
    """The middle of sorted values."""
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
