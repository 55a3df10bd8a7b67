"""Points: lines over time, a forecast that fans out, and how often what was foretold came true."""

from math import ceil, floor, nan
from typing import TYPE_CHECKING

from bot.charts.style import COLORS, FEW, GRAY, PALE, below, color, compact, legend, note, percent
from bot.proposals import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values = tuple[float | None, ...]
APART = 0.085
"""share of the height that the words at the end of two lines keep apart"""
CLOSE = 0.07
"""share of both axes within which the words of two points would overlap"""


def lines(axes: "Axes", chart: Chart) -> None:
    """Draw a line a series, with the value at its end."""
    for k, one in enumerate(chart.series):
        marker = "o" if len(one.values) <= 2 * FEW else ""
        axes.plot(
            range(len(one.values)), _gaps(one.values), marker=marker, linewidth=2.2, label=one.name, color=color(k)
        )
    ends = [
        (compact(end, chart.unit), end, color(k))
        for k, one in enumerate(chart.series)
        if (end := _last(one.values)) is not None
    ]
    below(axes, chart)
    axes.set_xlim(-0.3, len(chart.labels) - 0.7)
    _at_the_end(axes, ends)
    legend(axes, chart)


def fan(axes: "Axes", chart: Chart) -> None:
    """Draw the band between P10 and P90, the line of P50, what is closed and the quota."""
    of = {one.name: one.values for one in chart.series}
    low, middle, high = (of.get(name, ()) for name in ("P10", "P50", "P90"))
    band = list(zip(_gaps(low), _gaps(high), strict=False))
    axes.fill_between(range(len(band)), [a for a, _ in band], [b for _, b in band], color=PALE, linewidth=0)
    if len(band) == 1:
        axes.vlines(0, *band[0], color=PALE, linewidth=12)
    dot = "o" if len(chart.labels) == 1 else ""
    axes.plot(range(len(middle)), _gaps(middle), marker=dot, linewidth=2.2, color=COLORS[0])
    closed, quota = of.get("Closed", ()), of.get("Quota", ())
    axes.plot(range(len(closed)), _gaps(closed), marker=dot, linewidth=2.2, color=COLORS[2])
    axes.plot(range(len(quota)), _gaps(quota), linewidth=1.6, linestyle=(0, (4, 3)), color=COLORS[1])
    below(axes, chart)
    axes.set_ylim(bottom=min(0, axes.dataLim.ymin) if axes.dataLim.ymin >= 0 else None)
    axes.set_xlim(-0.3, len(chart.labels) - 0.7)
    hues = {"Closed": COLORS[2], "P10": GRAY, "P50": COLORS[0], "Quota": COLORS[1], "P90": GRAY}
    ends = [(name, _last(of.get(name, ())), hue) for name, hue in hues.items()]
    _at_the_end(axes, [(f"{name} {compact(end, chart.unit)}", end, hue) for name, end, hue in ends if end is not None])


def reliability(axes: "Axes", chart: Chart) -> None:
    """Draw what came true over what was foretold, with intervals; on the diagonal both agree."""
    of = {one.name: one.values for one in chart.series}
    named = list(zip(chart.labels, *(of.get(name, ()) for name in ("Predicted", "Observed")), strict=False))
    points = [(label, x, y) for label, x, y in named if x is not None and y is not None]
    bounds = [
        (x, low, high)
        for x, low, high in zip(of.get("Predicted", ()), of.get("Low", ()), of.get("High", ()), strict=False)
        if x is not None and low is not None and high is not None
    ]
    bottom, top = _span([v for _, x, y in points for v in (x, y)] + [v for _, *both in bounds for v in both])
    axes.plot([bottom, top], [bottom, top], color=GRAY, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.vlines([x for x, _, _ in bounds], [b[1] for b in bounds], [b[2] for b in bounds], color=PALE, linewidth=3)
    axes.plot([x for _, x, _ in points], [y for _, _, y in points], marker="o", linewidth=1.6, color=COLORS[0])
    _name_points(axes, points, bottom, top)
    edge = 0.02 * (top - bottom)
    axes.set_xlim(bottom - edge, top + edge)
    axes.set_ylim(bottom - edge, top + edge)
    for axis, name in ((axes.xaxis, "Predicted"), (axes.yaxis, "Observed")):
        axis.set_major_formatter(lambda value, at: percent(value))
        axis.set_label_text(name, fontsize=11, color=GRAY)
    axes.locator_params(nbins=5)
    axes.grid()
    axes.tick_params(length=0)


def _name_points(axes: "Axes", points: list[tuple[str, float, float]], bottom: float, top: float) -> None:
    """Write what stands behind each point, where its words meet no others."""
    size = top - bottom
    taken: list[tuple[float, float]] = []
    for label, x, y in points:
        if all(abs(x - a) > 2.4 * CLOSE * size or abs(y - b) > CLOSE * size for a, b in taken):
            taken.append((x, y))
            left = x > bottom + 0.8 * size
            side, by = ("right", (-7, 8)) if left else ("left", (7, -8))
            over = {"color": "white", "alpha": 0.7, "pad": 0.5, "linewidth": 0}
            note(axes, label, (x, y), by, ha=side, color=GRAY, bbox=over)


def _span(shares: list[float]) -> tuple[float, float]:
    """Return from which share to which both axes go, in tenths."""
    if not shares:
        return 0.0, 1.0
    low, high = floor(min(shares) * 10) / 10, ceil(max(shares) * 10) / 10
    return (low, high) if high > low else (low - 0.1, low + 0.1)


def _at_the_end(axes: "Axes", ends: list[tuple[str, float, str]]) -> None:
    """Write words right of where lines end, each as near to its line as the others let it."""
    bottom, top = axes.get_ylim()
    step = APART * (top - bottom)
    place = bottom - step
    placed = []
    for text, end, hue in sorted(ends, key=lambda one: one[1]):
        place = max(end, place + step)
        placed.append((text, place, hue))
    over = max(0.0, place - top)
    for text, at, hue in placed:
        where = (1.0, (at - over - bottom) / (top - bottom))
        axes.annotate(text, where, (6, 0), "axes fraction", "offset points", color=hue, va="center", fontsize=11)


def _gaps(values: Values) -> list[float]:
    return [nan if value is None else value for value in values]


def _last(values: Values) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)
