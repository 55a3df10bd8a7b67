"""The one quiet style of all charts: sizes, colours, and how names and values are written."""

import textwrap
from typing import TYPE_CHECKING, Any

from bot.proposals import Chart
from bot.screening import seen

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE, DOTS = 5.4, 200
"""inches, and dots an inch: 1080 dots wide, so that a phone of 360 points shows each sharp and letters of 11 points"""
ROW = 0.36
"""inches that a lying bar takes"""
MOST_ROWS = 16
"""lying bars of a picture that is not too high for a screen; the CSV has them all"""
MOST_LABEL = 28
MOST_TITLE = 42
MOST_BELOW = 44
"""signs that have room beside each other under the axis"""
LONG_NAME = 12
FEW = 8
"""bars or points that have room for their values"""
COLORS = ("#1f3a5f", "#c77b30", "#4f8a6b", "#8a5a83", "#7a7f87")
UP, DOWN, WON = "#4f8a6b", "#b04a3a", "#7f97b5"
PALE, GRAY = "#c9d3df", "#5b616a"
STYLE: Any = {
    "font.size": 12,
    "text.parse_math": False,
    "text.color": "#22262c",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#b8bcc2",
    "axes.axisbelow": True,
    "grid.color": "#e6e8eb",
    "xtick.color": "#3c4149",
    "ytick.color": "#3c4149",
    "legend.frameon": False,
    "legend.fontsize": 11,
}
SIZES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def title(chart: Chart) -> str:
    """Return the title in lines that fit, with the unit, which the values need not repeat then."""
    named = not chart.unit or chart.unit == "%" or f"({chart.unit})" in chart.title
    unit = "" if named else f" ({chart.unit})"
    return "\n".join(textwrap.wrap(short(chart.title, 100) + unit, MOST_TITLE))


def compact(value: float, unit: str) -> str:
    """Write a value short, such as 1.2M or 31%."""
    sign = "%" if unit == "%" else ""
    for size, letter in SIZES:
        if abs(value) >= size * 0.9995:
            return f"{_digits(value / size)}{letter}{sign}"
    return f"{_digits(value)}{sign}"


def _digits(value: float) -> str:
    """Three digits, but all of a number that has more before its point."""
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value or 0.0:.3g}"


def percent(share: float) -> str:
    """Write a share of 1, such as 0.31, as 31%."""
    return f"{share * 100:.3g}%"


def short(text: str, most: int = MOST_LABEL) -> str:
    """Cut a name to what fits, without signs that steer the direction of reading."""
    plain = " ".join(seen(text).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def folded(text: str, wide: int = 15) -> str:
    """Write a name beside a bar, in two lines where it is long."""
    return "\n".join(textwrap.wrap(short(text), wide)[:2])


def color(k: int) -> str:
    """Return the colour of a series."""
    return COLORS[k % len(COLORS)]


def note(axes: "Axes", text: str, at: tuple[float, float], by: tuple[float, float] = (0, 5), **more: Any) -> None:
    """Write a text so many points beside a place of the chart."""
    kept: Any = {"ha": "center", "va": "center", "fontsize": 11} | more
    axes.annotate(text, at, xytext=by, textcoords="offset points", **kept)


def fits(chart: Chart) -> bool:
    """Tell whether all labels have room beside each other."""
    return len(chart.labels) * (max(map(len, map(short, chart.labels)), default=0) + 1) <= MOST_BELOW


def below(axes: "Axes", chart: Chart) -> None:
    """Name the labels under the axis: all of them where they fit, else slanted, and of many each second or third."""
    labels = [short(label, MOST_LABEL if fits(chart) else 14) for label in chart.labels]
    longest = max(map(len, labels), default=0) + 1
    step = 1 if fits(chart) or longest > 8 else -(-len(labels) * longest // MOST_BELOW)
    step = max(step, -(-len(labels) // MOST_ROWS))
    slanted = len(labels) // step * longest > MOST_BELOW + longest
    shown: Any = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if slanted else {}
    axes.set_xticks(range(0, len(labels), step), labels[::step], fontsize=11, **shown)
    rising(axes, chart)


def rising(axes: "Axes", chart: Chart) -> None:
    """Write the values up the axis, short, with quiet lines across."""
    axes.yaxis.set_major_formatter(lambda value, at: compact(value, chart.unit))
    axes.locator_params(axis="y", nbins=5)
    axes.grid(axis="y")
    axes.tick_params(length=0)
    axes.tick_params(axis="x", pad=6)
    axes.use_sticky_edges = False
    axes.margins(y=0.12)
    if axes.dataLim.ymin == axes.dataLim.ymax == 0:
        axes.set_ylim(0, 1)


def beside(axes: "Axes", labels: list[str]) -> None:
    """Name lying bars, the first on top, without an axis beneath."""
    axes.set_yticks(range(len(labels)), labels, linespacing=0.95)
    axes.tick_params(length=0)
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)


def legend(axes: "Axes", chart: Chart) -> None:
    """Say which series is which, above the drawing, where there are several."""
    if len(chart.series) > 1:
        handles, full = axes.get_legend_handles_labels()
        names = [short(name, 20) for name in full]
        across = 3 if max(map(len, names)) <= LONG_NAME else 2
        above: Any = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": across, "borderaxespad": 0.1}
        axes.legend(handles, names, handlelength=1.2, **above)
