"""Table rows as text that stands for itself: each value with its column's name."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, zip_longest
from typing import Literal

from knowledge.loaders.parsed import Unit

Counts = Literal["line", "page", "slide", "row", "paragraph"]
Row = tuple[int, Sequence[str]]
"""the place of a row, and its cells"""

_YEAR = re.compile(r"(?:19|20)\d\d")


def row_units(rows: Sequence[Row], counts: Counts) -> Iterator[Unit]:
    """Yield a unit a row, "Product: Plan; Price: 60,000"; without a header the values alone."""
    header: list[str] = []
    before: list[Row] = []
    for block in _blocks(rows):
        titles, named, data = _split(block, _figures(before), len(header))
        header = named or header
        for place, cells in titles:
            yield Unit("; ".join(cell for cell in cells if cell), place, place, counts=counts)
        for place, cells in data:
            yield Unit(_named(header, cells), place, place, counts=counts)
        before = data or before


def _blocks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield what empty rows part, without empty cells at the end."""
    plain = [(place, [" ".join(cell.split()) for cell in cells]) for place, cells in rows]
    for filled, block in groupby(plain, key=lambda row: any(row[1])):
        if filled:
            yield [(place, _without_end(cells)) for place, cells in block]


def _without_end(cells: list[str]) -> list[str]:
    while not cells[-1]:
        cells = cells[:-1]
    return cells


def _split(block: list[Row], figures: set[int], width: int) -> tuple[list[Row], list[str], list[Row]]:
    """Part a block into titles, the names of its columns, and rows; no names where they hold on from above."""
    broad = max(len(cells) for _, cells in block) > 1
    titled = next((i for i, (_, cells) in enumerate(block) if len(cells) > 1), len(block)) if broad else 0
    titles, rest = block[:titled], block[titled:]
    if not broad and not width:
        return block, [], []
    if len(rest) < 2 or not _is_header(rest[0][1]) or (width and not _starts_anew(rest, figures, width)):
        return titles, [], rest
    if len(rest) > 2 and _goes_on(rest[0][1], rest[1][1]):
        return titles, _joined(rest[0][1], rest[1][1]), rest[2:]
    return titles, list(rest[0][1]), rest[1:]


def _figures(rows: list[Row]) -> set[int]:
    """Give the columns that hold figures alone."""
    columns = list(zip_longest(*(cells for _, cells in rows), fillvalue=""))
    return {i for i, column in enumerate(columns) if any(column) and all(not c or _is_figure(c) for c in column)}


def _starts_anew(block: list[Row], figures: set[int], width: int) -> bool:
    """Tell a second table below an empty row: another width, or words where figures stand above or below."""
    first = block[0][1]
    words = {i for i, cell in enumerate(first) if cell and not _is_figure(cell)}
    return len(first) != width or bool(words & (figures | _figures(block[1:])))


def _is_header(cells: Sequence[str]) -> bool:
    """A header names most of its columns, mostly differently, and holds no figures but years."""
    named = [cell for cell in cells if cell]
    figures = [cell for cell in named if _is_figure(cell) and not _YEAR.fullmatch(cell)]
    return len(named) * 2 > len(cells) and len(set(named)) * 2 > len(named) and not figures and not _is_figure(named[0])


def _goes_on(first: Sequence[str], second: Sequence[str]) -> bool:
    """Tell a header of two rows: a name above spans several below, and the first column has one name alone."""
    pairs = list(zip_longest(first, second, fillvalue=""))
    spans = any(below and not above for above, below in pairs) or any(a == b != "" for a, b in pairwise(first))
    return spans and second[0] in ("", first[0]) and not any(map(_is_figure, second))


def _joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    names: list[str] = []
    over = ""
    for above, below in zip_longest(first, second, fillvalue=""):
        over = above or over
        names.append(f"{over} {below}".strip() if below != over else over)
    return names


def _is_figure(cell: str) -> bool:
    return bool(cell) and not any(letter.isalpha() for letter in cell)


def _named(header: Sequence[str], cells: Sequence[str]) -> str:
    pairs = [(name, cell) for name, cell in zip_longest(header, cells, fillvalue="") if cell]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs)
