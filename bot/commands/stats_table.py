"""The metrics of a period as tables for a terminal: a share of few deals as counts, what is missing with its reason."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table

from bot.pipeline.digest import FEW
from bot.pipeline.measures import Metric
from bot.pipeline.stats import Stats
from bot.skills.ledger import money
from bot.terminal import err, escape, out

GROUPED = ("won_count", "lost_count", "won_amount", "win_rate", "cycle_days", "open_amount", "coverage")


def show(document: Mapping[str, Any], found: Stats, groups: Mapping[str, Mapping[str, Metric]] | None, by: str) -> None:
    """Print the figures, the stages, the categories, the groups and the notes."""
    out.print(f"{document['scope']}, {document['from']} to {document['to']}", markup=False)
    span = f" with a close date {document['from']} to {document['to']}"
    rows = [
        (_name(key), _once(found, key), f"{one.n:,}", one.filter.replace(span, " of the period"))
        for key, one in found.figures.items()
    ]
    _print(("", "value", "n", "filter"), rows)
    flow = found.stages
    _print(
        ("stage", "went on", "n", "median days of won", "n", "of open", "n"),
        [
            (name, *(cell for of in (one, flow.days[name], flow.waiting[name]) for cell in (_short(of), f"{of.n:,}")))
            for name, one in flow.conversion.items()
        ],
    )
    forecast = [(name, told(one), f"{one.n:,}", _cumulative(found, name)) for name, one in found.categories.items()]
    _print(("forecast", "amount", "n", "cumulative"), forecast)
    if groups is not None:
        _print(
            (by, *map(_name, GROUPED)), [(name, *(_short(of[key]) for key in GROUPED)) for name, of in groups.items()]
        )
    for note in document["notes"]:
        err.print(note, markup=False)


def _once(found: Stats, key: str) -> str:
    """A figure in words; what only lacks the quota says so there."""
    lacking = found.figures["quota"].value is None and key in ("gap", "coverage")
    return _short(found.figures[key]) if lacking else told(found.figures[key])


def _short(metric: Metric) -> str:
    return told(metric) if metric.value is not None or metric.why.startswith("covered") else "–"


def told(metric: Metric) -> str:
    """A figure in words."""
    value = metric.value
    if value is None:
        return metric.why.partition(":")[0] if metric.why.startswith("covered") else f"– ({metric.why})"
    if metric.unit in ("money", "money per day"):
        per_day = " a day" if metric.unit == "money per day" else ""
        return money(Decimal(str(value)), metric.currency or "") + per_day + _lacking(metric)
    if metric.unit == "ratio":
        return _ratio(metric)
    return f"{value:,.1f} days" if metric.unit == "days" else f"{value:,}"


def _ratio(metric: Metric) -> str:
    if metric.hits is not None:
        if metric.n < FEW:
            return f"{metric.hits} of {metric.n}"
        return f"{metric.value:.1%} ({metric.low:.0%} to {metric.high:.0%})"
    part, whole = metric.extra.get("part"), metric.extra.get("whole")
    if isinstance(part, Decimal) and isinstance(whole, Decimal):
        few = f"{money(part, metric.currency or '')} of {money(whole, metric.currency or '')}"
        return few if metric.n < FEW else f"{metric.value:.1%}"
    return f"{metric.value:.2f}"


def _lacking(metric: Metric) -> str:
    return f" ({metric.missing:,} without an amount)" if metric.missing else ""


def _cumulative(found: Stats, name: str) -> str:
    key = "Open Pipeline" if name == "Pipeline" else name
    return told(found.cumulative[key]) if key in found.cumulative else ""


def _name(key: str) -> str:
    return key.replace("_", " ")


def _print(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    table = Table(box=None, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)
