"""The figures of `seller pipeline stats`, over all deals and by owner, worked out in SQL."""

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt
from typing import Any

from evals.digests.filling import UNIT
from evals.digests.queries import COMMIT, LACKING, LOST, PUSHES, QUOTAS, SLIPPED, USUAL, WON
from evals.digests.reference import velocity
from evals.digests.tables import Tables, median
from evals.digests.worlds import World

Value = tuple[float | None, int]
"""a figure and its n"""
Z = 1.959963984540054
INSIDE = "open AND inside"
BEST, PIPELINE = f"{INSIDE} AND forecast = 'Best Case'", f"{INSIDE} AND forecast = 'Pipeline'"


def statistics(world: World) -> dict[str, dict[str, Value]]:
    """Figures by name, of all deals under an empty name and of each owner under theirs."""
    every = Tables(replace(world, owners=None))
    unit = str(every.rows(USUAL, base=world.base)[0][0])
    found = {"": figures(every, unit)}
    for owner, name in every.rows("SELECT DISTINCT d.owner, p.name FROM deal d JOIN person p ON p.id = d.owner"):
        found[name] = figures(Tables(replace(world, owners=frozenset({owner}))), unit)
    return found


def figures(tables: Tables, unit: str) -> dict[str, Value]:
    """Those of one scope in one currency."""
    return dict([*_closed(tables, unit), *_time(tables), *_ahead(tables, unit), *_moves(tables, unit)])


def _closed(tables: Tables, unit: str) -> Iterator[tuple[str, Value]]:
    won, lost = _count(tables, WON), _count(tables, LOST)
    paid, priced = _paid(tables, WON, unit)
    whole, known = _paid(tables, f"(({WON}) OR ({LOST}))", unit)
    yield "won_amount", (paid, _count(tables, f"{WON} AND currency = '{unit}'"))
    yield "won_count", (won, won)
    yield "lost_count", (lost, lost)
    yield "win_rate", (won / (won + lost) if won + lost else None, won + lost)
    low, high = _wilson(won, won + lost)
    yield "win_rate.low", (low, won + lost)
    yield "win_rate.high", (high, won + lost)
    yield "win_rate_value", (paid / whole if whole > 0 else None, known)
    yield "average_won", (paid / priced if priced else None, priced)
    yield "coverage_required", (whole / paid if whole > 0 and paid > 0 else None, known)
    pace = velocity(tables, unit)
    yield "velocity", (pace.value if pace else None, _count(tables, f"(({WON}) OR ({LOST})) AND currency = '{unit}'"))


def _time(tables: Tables) -> Iterator[tuple[str, Value]]:
    days = {
        rule: [
            float(row[0])
            for row in tables.rows(
                f"SELECT julianday(close) - julianday(date(made)) FROM deal WHERE {rule} AND close >= date(made) ORDER BY 1"
            )
        ]
        for rule in (WON, LOST)
    }
    won = days[WON]
    yield "cycle_days", (median(won) if won else None, len(won))
    yield "cycle_mean", (sum(won) / len(won) if won else None, len(won))
    yield "cycle_p90", (_p90(won), len(won))
    yield "cycle_days_lost", (median(days[LOST]) if days[LOST] else None, len(days[LOST]))
    ages = [
        float(row[0])
        for row in tables.rows(
            "SELECT julianday(date(:now)) - julianday(date(made)) FROM deal WHERE open AND made IS NOT NULL ORDER BY 1"
        )
    ]
    usual = median(won) if won else 0
    yield "relative_age", (median(ages) / usual if ages and usual else None, len(ages))


def _ahead(tables: Tables, unit: str) -> Iterator[tuple[str, Value]]:
    won, closing = tables.total(WON, unit), tables.total(INSIDE, unit)
    commit, best, pipeline = (tables.total(rule, unit) for rule in (COMMIT, BEST, PIPELINE))
    weighted, live = tables.total(INSIDE, unit, "percent / 100.0"), tables.total("open", unit)
    for name, parts in {
        "open_amount": (closing,), "open_pipeline": (live,), "weighted_forecast": (won, weighted),
        "categories.Closed": (won,), "categories.Commit": (commit,), "categories.Best Case": (best,),
        "categories.Pipeline": (pipeline,), "cumulative.Closed": (won,), "cumulative.Commit": (won, commit),
        "cumulative.Best Case": (won, commit, best), "cumulative.Open Pipeline": (closing,),
    }.items():  # fmt: skip
        yield name, (sum(part.value for part in parts), sum(part.n for part in parts))
    quotas = tables.rows(QUOTAS, unit=unit)
    known = any(row[0] for row in quotas) and not tables.rows(LACKING, unit=unit)
    quota = sum(row[1] for row in quotas) / UNIT if known else None
    gap = None if quota is None else max(0.0, quota - won.value)  # nothing is missing to a quota that is met
    yield "quota", (quota, sum(row[0] for row in quotas) if known else 0)
    yield "gap", (gap, -1)
    yield "coverage", (closing.value / gap if gap else None, -1)


def _moves(tables: Tables, unit: str) -> Iterator[tuple[str, Value]]:
    begin = tables.values["begin"]
    whole, left, n = tables.rows(SLIPPED, unit=unit, moment=begin)[0]
    yield "slippage", (left / whole if whole > 0 else None, n)
    until = min(tables.values["end"], tables.values["now"])
    for name, row in zip(("pushes", "pushes_month", "pushes_quarter"), tables.rows(PUSHES, until=until), strict=True):
        yield name, (row[0], row[1])


def _count(tables: Tables, rule: str) -> int:
    return int(tables.rows(f"SELECT COUNT(*) FROM deal WHERE {rule}")[0][0])


def _paid(tables: Tables, rule: str, unit: str) -> tuple[float, int]:
    """The known amounts of the deals that a rule picks, and how many these are."""
    query = f"SELECT COALESCE(SUM(money), 0), COUNT(money) FROM deal WHERE {rule} AND currency = :unit"
    cents, n = tables.rows(query, unit=unit)[0]
    return cents / UNIT, n


def _p90(values: list[float]) -> float | None:
    """Nine tenths of the way through sorted values, between two of them in proportion."""
    if not values:
        return None
    at = 0.9 * (len(values) - 1)
    low = int(at)
    return values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * (at - low)


def _wilson(hits: int, n: int) -> tuple[float | None, float | None]:
    """The 95 % interval of a share."""
    if not n:
        return None, None
    p = hits / n
    middle, half = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))


def unequal(found: dict[str, Any], wanted: dict[str, dict[str, Value]]) -> tuple[int, list[str]]:
    """How many figures were held against the reference, and how those differ that do."""
    held, wrong = 0, []
    for group, values in wanted.items():
        told = found["groups"].get(group, {}) if group else found
        for name, (value, n) in values.items():
            outer, _, inner = name.partition(".")
            if outer in ("categories", "cumulative"):
                if group:
                    continue  # of all deals alone
                one = told[outer].get(inner, {"value": 0, "n": 0})
            else:
                one = told.get(outer, {})
            held += 1
            got = one.get(inner) if inner in ("low", "high") else one.get("value")
            if not _same(got, value) or n not in (-1, one.get("n")):
                wrong.append(f"{group or 'all'} {name} is {got} of {one.get('n')}, should be {value} of {n}")
    return held, wrong


def _same(got: float | None, value: float | None) -> bool:
    if got is None or value is None:
        return got is value
    return abs(got - value) <= 1e-6 + 1e-9 * abs(value)
