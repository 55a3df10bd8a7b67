"""A chart as a picture that is readable on a phone, and its figures as a CSV; `Chart` says what each kind holds."""

import csv
import io
import re
import threading
import unicodedata
import warnings
from itertools import zip_longest
from typing import TYPE_CHECKING

from bot.charts import kinds
from bot.charts.style import DOTS, MOST_ROWS, ROW, STYLE, WIDE, title
from bot.crm.files.cells import guarded
from bot.proposals import Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_NAME = 60
_DRAWING = threading.Lock()
"""matplotlib keeps its style and fonts for all threads"""


def png(chart: Chart) -> bytes:
    """Draw a chart; loads the drawing library when it is first needed."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with _DRAWING, rc_context(STYLE), warnings.catch_warnings():
        # A sign that the font lacks is drawn as a box; the words beside the picture have it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        picture = Figure(figsize=(WIDE, 3.4), dpi=DOTS, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1))
        FigureCanvasAgg(picture)
        _draw(picture, chart)
        out = io.BytesIO()
        picture.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _draw(picture: "Figure", chart: Chart) -> None:
    picture.suptitle(title(chart), x=0.03, ha="left", weight="bold", size=14)
    axes = picture.add_subplot()
    shown, left = _first(chart)
    if not any(value is not None for one in shown.series for value in one.values):
        axes.set_axis_off()
        axes.text(0.5, 0.5, "No figures.", ha="center", va="center", transform=axes.transAxes)
        return
    kinds.draw(axes, shown)
    if rows := kinds.rows(shown):
        picture.set_size_inches(WIDE, max(2.2, 0.9 + ROW * rows))
    if left:
        picture.supxlabel(f"{left} more are in the CSV", size=11, color="#5b616a")


def _first(chart: Chart) -> tuple[Chart, int]:
    """Return the rows that a phone can show, and how many are left out."""
    most = min(MOST_ROWS, max(1, 2 * MOST_ROWS // max(1, len(chart.series))))
    if kinds.stands(chart) or len(chart.labels) <= most:
        return chart, 0
    series = tuple(one.model_copy(update={"values": one.values[:most]}) for one in chart.series)
    return chart.model_copy(update={"labels": chart.labels[:most], "series": series}), len(chart.labels) - most


def csv_of(chart: Chart) -> bytes:
    """Write the figures of a chart as CSV in UTF-8: a row a label, a column a series, unrounded, the unit beside them."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    unit = [chart.unit] if chart.unit else []
    write([guarded(cell) for cell in ("label", *(one.name or "value" for one in chart.series), *["unit"] * len(unit))])
    columns = [[_plain(value) for value in one.values] for one in chart.series]
    for label, *cells in zip_longest(map(guarded, chart.labels), *columns, fillvalue=""):
        write([label, *cells, *map(guarded, unit)])
    return out.getvalue().encode()


def _plain(value: float | None) -> str:
    """A figure as any program reads it; nothing where it is not known."""
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def file_name(chart: Chart) -> str:
    """Name a chart's files after its title, without an ending."""
    plain = unicodedata.normalize("NFKD", chart.title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-") or "chart"
