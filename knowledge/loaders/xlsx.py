"""Excel: each sheet that is shown a section, each row a line of named values as a reader sees them."""

import re
import zipfile
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from knowledge.errors import NotReadable
from knowledge.loaders.office import front, opened
from knowledge.loaders.parsed import Parsed, Section
from knowledge.loaders.source import read_bytes
from knowledge.loaders.table import Row, row_units

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_EMPTY = 10_000
"""empty rows after which nothing more is looked for: a format alone can make a million"""
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
_MONEY = re.compile(r"\[\$([^\]-]+)[^\]]*\]|([€$£¥])|\"\s*([A-Z]{3})\s*\"")


def load(source: Path | bytes) -> Parsed:
    """Read a workbook's values; NotReadable where it is damaged, encrypted or a database in disguise."""
    with (
        opened(read_bytes(source), "workbook") as data,
        closing(openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)) as book,
    ):
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sections = [Section((sheet.title,), tuple(row_units(_rows(sheet, data), "row"))) for sheet in seen]
        said, title = front(book.properties.creator, book.properties.modified), book.properties.title
    return Parsed(title, tuple(section for section in sections if section.units), said, {})


def _rows(sheet: Any, data: bytes) -> list[Row]:
    """Give the rows; of neighbouring empty ones the first."""
    # The size that a file claims for its sheets may be wrong; the cells themselves count.
    sheet.reset_dimensions()
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        row = [shown(cell.value, getattr(cell, "number_format", "")) for cell in cells]
        if any(row) or (rows and any(rows[-1][1])):
            rows.append((number, row))
        if rows and number - rows[-1][0] > MOST_EMPTY:
            break
        if len(rows) > MOST_ROWS:
            raise NotReadable(f'sheet "{sheet.title}" has more than {MOST_ROWS:,} rows; keep data in a database')
    _spread_down(sheet, data, rows)
    return list(rows)


def _spread_down(sheet: Any, data: bytes, rows: list[tuple[int, list[str]]]) -> None:
    """Repeat what stands in a cell over several rows in each of them, as each row is read by itself."""
    by_number = dict(rows)
    # The reader that keeps memory small leaves the merged cells out.
    with zipfile.ZipFile(BytesIO(data)) as parts:
        merged = _MERGED.findall(parts.read(sheet._worksheet_path))
    for first_column, first, _, last in (range_boundaries(ref.decode()) for ref in merged):
        cells = by_number.get(first, [])
        words = cells[first_column - 1] if first_column <= len(cells) else ""
        for number in range(first + 1, min(last, first + MOST_ROWS) + 1):
            row = by_number.get(number, [])
            if words and any(row) and first_column <= len(row):
                row[first_column - 1] = row[first_column - 1] or words


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
        return f"{round(value * 100, 4):g} %" if "%" in number_format else _money(value, number_format)
    return str(value)


def _money(value: float, number_format: str) -> str:
    sign = _MONEY.search(number_format.split(";")[0])
    if sign is None:
        return _number(value)
    number = _number(value) if float(value).is_integer() else f"{value:,.2f}"
    digits = re.search(r"[#0]", number_format)
    name = next(group for group in sign.groups() if group).strip()
    before = digits is None or sign.start() < digits.start()
    return f"{name}{' ' if name.isalpha() else ''}{number}" if before else f"{number} {name}"


def _number(value: float) -> str:
    if float(value).is_integer():
        # A year or a code keeps its digits together; amounts are easier to read in groups.
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    return f"{value:,.10g}"
