"""Bars: standing, lying, as steps from a start to an end, and as stages that fewer and fewer pass."""

from itertools import accumulate
from typing import TYPE_CHECKING

from bot.charts.style import (
    COLORS,
    DOWN,
    FEW,
    GRAY,
    PALE,
    UP,
    WON,
    below,
    beside,
    color,
    compact,
    folded,
    legend,
    note,
)
from bot.proposals import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARK = 0.09
"""share of the height that the words of a mark take above the bars"""
FEWEST = 3
"""bars that fill the width"""


def standing(axes: "Axes", chart: Chart, wide: float = 0.8) -> None:
    """Draw bars side by side, with their values where there is room."""
    width = wide / max(1, len(chart.series))
    roomy = len(chart.labels) * len(chart.series) <= FEW
    for k, one in enumerate(chart.series):
        places = [at - wide / 2 + width * (k + 0.5) for at in range(len(one.values))]
        axes.bar(places, [value or 0 for value in one.values], width * 0.94, label=one.name, color=color(k))
        for x, value in zip(places, one.values, strict=True) if roomy else ():
            if value is not None:
                note(axes, compact(value, chart.unit), (x, value), (0, 9 if value >= 0 else -9))
    below(axes, chart)
    if len(chart.labels) < FEWEST:
        axes.set_xlim(-1, len(chart.labels))  # one bar is no wall
    if axes.dataLim.ymin >= 0:
        axes.set_ylim(bottom=0)
    else:
        axes.axhline(0, color=GRAY, linewidth=0.8)
    legend(axes, chart)


def histogram(axes: "Axes", chart: Chart) -> None:
    """Draw how many fall into each bin, and where the marks are along the bins."""
    standing(axes, chart, 0.96)
    axes.locator_params(axis="y", nbins=5, integer=True)
    top = axes.get_ylim()[1] * (1 + MARK * len(chart.marks))
    axes.set_ylim(top=top)
    for k, (name, place) in enumerate(chart.marks):
        axes.axvline(place - 0.5, color=GRAY, linewidth=1.4, linestyle=(0, (4, 3)))
        right = place > len(chart.labels) / 2
        by, side = (-6 if right else 6, -8 - 16 * k), "right" if right else "left"
        note(axes, name, (place - 0.5, top), by, ha=side, color=GRAY, bbox={"color": "white", "alpha": 0.8, "pad": 1})


def lying(axes: "Axes", chart: Chart) -> None:
    """Draw bars from the left, the first label on top."""
    width = 0.8 / max(1, len(chart.series))
    for k, one in enumerate(chart.series):
        places = [at - 0.4 + width * (k + 0.5) for at in range(len(one.values))]
        axes.barh(places, [value or 0 for value in one.values], width * 0.9, label=one.name, color=color(k))
        for y, value in zip(places, one.values, strict=True):
            _beside(axes, "–" if value is None else compact(value, chart.unit), value or 0, y)
    _lie(axes, chart)
    legend(axes, chart)


def waterfall(axes: "Axes", chart: Chart) -> None:
    """Draw each change from where the one before ended."""
    values = tuple(value or 0.0 for one in chart.series[:1] for value in one.values)
    drawn = steps(values)
    for k, (value, start, level) in enumerate(drawn):
        hue = COLORS[0] if level else UP if value >= 0 else _down(chart, k)
        axes.barh(k, value, 0.66, left=start, color=hue)
        sign = "" if level or value <= 0 else "+"
        _beside(axes, sign + compact(value, chart.unit), max(start, start + value), k, right=True)
        if k + 1 < len(drawn):
            end = start + value
            axes.plot([end, end], [k + 0.33, k + 0.67], color=GRAY, linewidth=0.8)
    _lie(axes, chart)


def _down(chart: Chart, k: int) -> str:
    """The colour of what goes: what was won leaves a pipeline too, and is no loss."""
    return WON if chart.labels[k : k + 1] and chart.labels[k].casefold() == "won" else DOWN


def steps(values: tuple[float, ...]) -> list[tuple[float, float, bool]]:
    """Return (height, where it begins, whether it is a level) of each bar of a waterfall."""
    before = [0.0, *accumulate(values)][: len(values)]
    found = [(value, start, k == 0) for k, (value, start) in enumerate(zip(values, before, strict=True))]
    if len(values) > 2 and abs(values[-1] - before[-1]) <= 0.005 * max(1.0, abs(before[-1])) / 100:
        found[-1] = (values[-1], 0.0, True)
    return found


def funnel(axes: "Axes", chart: Chart) -> None:
    """Draw how many reached each stage, and between the bars the share that went on."""
    counts = chart.series[0].values
    axes.barh(range(len(counts)), [count or 0 for count in counts], 0.5, color=COLORS[0])
    for y, count in enumerate(counts):
        _beside(axes, "–" if count is None else compact(count, chart.unit), count or 0, y)
    for y, share in enumerate(passed(chart)[: len(counts) - 1]):
        if share is not None:
            note(axes, f"↓ {share:.0%} go on", (0, y + 0.5), (5, 0), ha="left", color=GRAY)
    _lie(axes, chart)


def passed(chart: Chart) -> list[float | None]:
    """Return the share that goes on from each stage, as the chart says; no count is divided here, as stages may be skipped."""
    return next((list(one.values) for one in chart.series[1:] if one.name == "Share"), [])


def _lie(axes: "Axes", chart: Chart) -> None:
    beside(axes, [folded(label) for label in chart.labels])
    low, high = axes.dataLim.intervalx
    axes.axvline(0, color=GRAY if low < 0 else PALE, linewidth=0.8)
    spread = max(high, 0) - min(low, 0) or 1
    axes.set_xlim(min(low, 0) - (0.18 * spread if low < 0 else 0), max(high, 0) + 0.18 * spread)


def _beside(axes: "Axes", text: str, x: float, y: float, *, right: bool = False) -> None:
    to_right = right or x >= 0
    note(axes, text, (x, y), (5 if to_right else -5, 0), ha="left" if to_right else "right")
