"""A chart drawn as a picture that is readable on a phone.

bar, barh, line   each series with one value a label
waterfall         one series: where it starts, then changes; a last value that is the sum of all before is where it ends
"""

import io
import textwrap
import threading
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from bot.proposals import Chart, Series
from bot.text import CONTROL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE, DOTS = 7.0, 100
"""inches, and dots an inch: 700 points wide, as Slack shows a picture beside text"""
MOST_LABEL = 28
MOST_TITLE = 56
FEW = 8
"""bars or points that have room for their values"""
COLORS = ("#1f3a5f", "#c77b30", "#4f8a6b", "#8a5a83", "#7a7f87")
UP, DOWN = "#4f8a6b", "#b04a3a"
STYLE: Any = {
    "font.size": 13,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#b8bcc2",
    "xtick.color": "#3c4149",
    "ytick.color": "#3c4149",
}
_DRAWING = threading.Lock()
"""matplotlib keeps its style and fonts for all threads"""


def png(chart: Chart) -> bytes:
    """Draw a chart; loads the drawing library when it is first needed."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _DRAWING, rc_context(STYLE):
        picture = Figure(figsize=(WIDE, _height(chart)), dpi=DOTS, layout="constrained")
        axes = picture.add_subplot()
        picture.suptitle(_title(chart), x=0.01, ha="left", weight="bold", size="large")
        {"bar": _bars, "barh": _lying, "line": _lines, "waterfall": _waterfall}[chart.kind](axes, chart)
        out = io.BytesIO()
        FigureCanvasAgg(picture)
        picture.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _title(chart: Chart) -> str:
    """The title in lines that fit, with the unit, which the values need not repeat then."""
    named = not chart.unit or chart.unit == "%" or f"({chart.unit})" in chart.title
    unit = "" if named else f" ({chart.unit})"
    return "\n".join(textwrap.wrap(_short(chart.title, 100) + unit, MOST_TITLE))


def _height(chart: Chart) -> float:
    return max(2.6, 1.2 + 0.5 * len(chart.labels) * max(1, len(chart.series))) if chart.kind == "barh" else 4.2


def _bars(axes: "Axes", chart: Chart) -> None:
    width = 0.8 / len(chart.series)
    for k, one in enumerate(chart.series):
        places = [at - 0.4 + width * (k + 0.5) for at in range(len(one.values))]
        drawn = axes.bar(places, one.values, width * 0.92, label=one.name, color=_color(k))
        if len(chart.labels) * len(chart.series) <= FEW:
            axes.bar_label(drawn, [compact(v, chart.unit) for v in one.values], padding=3)
    _below(axes, chart)


def _lying(axes: "Axes", chart: Chart) -> None:
    """Draw bars from the left, the first label on top, as a funnel is read."""
    width = 0.8 / len(chart.series)
    for k, one in enumerate(chart.series):
        places = [at - 0.4 + width * (k + 0.5) for at in range(len(one.values))]
        drawn = axes.barh(places, one.values, width * 0.92, label=one.name, color=_color(k))
        axes.bar_label(drawn, [compact(v, chart.unit) for v in one.values], padding=4)
    axes.set_yticks(range(len(chart.labels)), [_short(label) for label in chart.labels])
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.margins(x=0.15)
    _legend(axes, chart)


def _lines(axes: "Axes", chart: Chart) -> None:
    for k, one in enumerate(chart.series):
        axes.plot(range(len(one.values)), one.values, marker="o", linewidth=2.2, label=one.name, color=_color(k))
        if one.values:
            _value(axes, len(one.values) - 1, one.values[-1], compact(one.values[-1], chart.unit))
    _below(axes, chart)


def _waterfall(axes: "Axes", chart: Chart) -> None:
    values = (chart.series or (Series(name="", values=()),))[0].values
    for k, (value, bottom, total) in enumerate(steps(values)):
        color = COLORS[0] if total else UP if value >= 0 else DOWN
        axes.bar(k, value, 0.7, bottom=bottom, color=color)
        signed = "" if total or value <= 0 else "+"
        _value(axes, k, max(bottom, bottom + value), signed + compact(value, chart.unit))
    _below(axes, chart.model_copy(update={"series": chart.series[:1]}))


def steps(values: tuple[float, ...]) -> list[tuple[float, float, bool]]:
    """Return (height, where it begins, whether it is a level) of each bar of a waterfall."""
    before = [0.0, *accumulate(values)][: len(values)]
    found = [(value, start, k == 0) for k, (value, start) in enumerate(zip(values, before, strict=True))]
    if len(values) > 2 and abs(values[-1] - before[-1]) <= 0.005 * max(1.0, abs(before[-1])) / 100:
        found[-1] = (values[-1], 0.0, True)
    return found


def compact(value: float, unit: str) -> str:
    """Write a value short, such as 1.2M or 31%."""
    sign = "%" if unit == "%" else ""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}{sign}"
    return f"{value:.3g}{sign}"


def _value(axes: "Axes", x: float, y: float, text: str) -> None:
    axes.annotate(text, (x, y), xytext=(0, 5), textcoords="offset points", ha="center")


def _below(axes: "Axes", chart: Chart) -> None:
    """Name the labels under the axis, slanted where they are many or long, and the unit beside it."""
    labels = [_short(label) for label in chart.labels]
    slanted = len(labels) * max(map(len, labels), default=0) > MOST_TITLE
    axes.set_xticks(range(len(labels)), labels, rotation=30 if slanted else 0, ha="right" if slanted else "center")
    axes.yaxis.set_major_formatter(lambda value, at: compact(value, chart.unit))
    axes.grid(axis="y", color="#e6e8eb")
    axes.set_axisbelow(True)
    axes.use_sticky_edges = False
    axes.margins(y=0.12)
    if chart.kind != "line" and axes.dataLim.ymin >= 0:
        axes.set_ylim(bottom=0)
    _legend(axes, chart)


def _legend(axes: "Axes", chart: Chart) -> None:
    if len(chart.series) > 1:
        axes.legend(frameon=False)


def _color(k: int) -> str:
    return COLORS[k % len(COLORS)]


def _short(text: str, most: int = MOST_LABEL) -> str:
    plain = " ".join(CONTROL.sub("", text).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
