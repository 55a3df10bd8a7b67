"""Which drawing each kind of chart is, and how high it has to be."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.charts import bars, points
from bot.charts.style import fits
from bot.proposals import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Drawing = Callable[["Axes", Chart], None]
LYING: dict[str, Drawing] = {"barh": bars.lying, "waterfall": bars.waterfall, "funnel": bars.funnel}
STANDING: dict[str, Drawing] = {
    "bar": bars.standing, "histogram": bars.histogram, "line": points.lines, "fan": points.fan,
    "reliability": points.reliability,
}  # fmt: skip
LONG = 8
"""signs of a label that is easier to read beside a bar than aslant under it"""


def stands(chart: Chart) -> bool:
    """Tell whether the values go up; bars with long names lie, whatever was asked for."""
    long = not fits(chart) and max(map(len, chart.labels), default=0) > LONG
    return chart.kind in STANDING and not (chart.kind == "bar" and long)


def draw(axes: "Axes", chart: Chart) -> None:
    """Draw a chart that has values."""
    (STANDING[chart.kind] if stands(chart) else LYING.get(chart.kind, bars.lying))(axes, chart)


def rows(chart: Chart) -> float:
    """Count the bars that lie under each other; none where the values go up."""
    if stands(chart):
        return 0
    count = len(chart.labels)
    if chart.kind == "barh" or chart.kind == "bar":
        return count * max(1.2, 0.2 + 0.8 * len(chart.series))
    return count * (1.75 if chart.kind == "funnel" else 1.1)
