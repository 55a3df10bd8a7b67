"""CSV and TSV: each row a line of named values."""

import csv
import re
from pathlib import Path

from knowledge.errors import NotReadable
from knowledge.loaders.parsed import Parsed, Section
from knowledge.loaders.source import read_lines
from knowledge.loaders.table import Row, row_units

MOST_ROWS = 20_000
SAMPLE = 20
"""lines by which the separator is told"""
SEPARATORS = ",;\t|"
_NAMED = re.compile(r"sep=(.)", re.IGNORECASE)
"""the line by which Excel is told the separator"""


def load(source: Path | bytes) -> Parsed:
    """Read rows by the separator that their first lines share; NotReadable for broken quotes or too many rows."""
    lines = read_lines(source)
    separator = _separator(lines[:SAMPLE])
    if named := _NAMED.fullmatch(lines[0]):
        separator, lines[0] = named[1], ""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=separator, strict=True)
    rows: list[Row] = []
    first = 1
    try:
        for cells in reader:
            rows.append((first, cells))
            first = reader.line_num + 1
    except csv.Error as error:
        raise NotReadable(f"its quotes or columns are broken ({error})", reader.line_num) from error
    if len(rows) > MOST_ROWS:
        raise NotReadable(f"it has more than {MOST_ROWS:,} rows; keep data in a database")
    return Parsed(None, tuple(s for s in (Section((), tuple(row_units(rows, "row"))),) if s.units), {}, {})


def _separator(lines: list[str]) -> str:
    """The sign that stands as often in most lines; a comma where none does."""
    filled = [line for line in lines if line.strip()]

    def steadiness(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in filled]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual), usual) if usual else (0, 0)

    return max(SEPARATORS, key=steadiness)
