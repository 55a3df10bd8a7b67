"""Excel: each sheet a section, each row a line of named values as a reader sees them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from knowledge.errors import NotReadable
from knowledge.loaders.office import front, opened
from knowledge.loaders.parsed import Parsed, Section
from knowledge.loaders.source import read_bytes
from knowledge.loaders.table import Row, row_units

MOST_ROWS = 20_000
MOST_COLUMNS = 100


def load(source: Path | bytes) -> Parsed:
    """Read a workbook's values; NotReadable where it is damaged, encrypted or a database in disguise."""
    with (
        opened(read_bytes(source), "workbook") as data,
        closing(openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)) as book,
    ):
        sections = [Section((sheet.title,), tuple(row_units(list(_rows(sheet)), "row"))) for sheet in book.worksheets]
        said, title = front(book.properties.creator, book.properties.modified), book.properties.title
    return Parsed(title, tuple(section for section in sections if section.units), said, {})


def _rows(sheet: Any) -> Iterator[Row]:
    # The size that a file claims for its sheets may be wrong; the cells themselves count.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if number > MOST_ROWS:
            raise NotReadable(f'sheet "{sheet.title}" has more than {MOST_ROWS:,} rows; keep data in a database')
        yield number, [shown(cell.value, getattr(cell, "number_format", "")) for cell in cells]


def shown(value: object, number_format: str) -> str:
    """Give a cell as people read it: 15 % for 0.15 in a percent column, dates in ISO, whole numbers without .0."""
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{round(value * 100, 4):g} %" if "%" in number_format else _number(value)
    return str(value)


def _number(value: float) -> str:
    if float(value).is_integer():
        # A year or a code keeps its digits together; amounts are easier to read in groups.
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    return f"{value:,.10g}"
