"""PowerPoint: slide by slide, title, texts, tables and the speaker's notes."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pptx

from knowledge.loaders.office import front, opened
from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_bytes
from knowledge.loaders.table import row_units


def load(source: Path | bytes) -> Parsed:
    """Read a presentation; NotReadable where it is damaged or encrypted."""
    with opened(read_bytes(source), "presentation") as data:
        deck = pptx.Presentation(BytesIO(data))
        sections = tuple(_section(slide, number) for number, slide in enumerate(deck.slides, 1))
        about = deck.core_properties
        said, title = front(about.author, about.modified), about.title
    filled = tuple(section for section in sections if section.units)
    first = next((section.path[-1] for section in filled if section.path), None)
    generic = not title or title == "PowerPoint Presentation"
    return Parsed(first if generic else title, filled, said, {})


def _section(slide: Any, number: int) -> Section:
    title = slide.shapes.title.text_frame.text.strip() if slide.shapes.title is not None else ""
    units = [unit for shape in _flat(slide.shapes) for unit in _units(shape, number, title)]
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame.text.strip()):
        units.append(Unit(f"Speaker's notes: {notes}", number, number, counts="slide"))
    return Section((title,) if title else (), tuple(units))


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _units(shape: Any, number: int, title: str) -> Iterator[Unit]:
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
        yield from row_units([(number, cells) for cells in rows], "slide")
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        yield from (Unit(line, number, number, counts="slide") for line in _chart(shape.chart))
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            words = paragraph.text.strip()
            if words:
                heading = words == title
                yield Unit(words if heading else f"- {words}", number, number, heading=heading, counts="slide")


def _chart(chart: Any) -> Iterator[str]:
    """Yield a line a series: what the picture of a chart tells its reader."""
    title = chart.chart_title.text_frame.text.strip() if chart.has_title and chart.chart_title.has_text_frame else ""
    for plot in chart.plots:
        names = [str(name) for name in plot.categories]
        for series in plot.series:
            points = [f"{n} {v:g}" for n, v in zip(names, series.values, strict=False) if v is not None]
            yield ": ".join(part for part in (title or "Chart", series.name, ", ".join(points)) if part)
