"""Table rows as text that stands for itself: each value with its column's name."""

from collections.abc import Iterator, Sequence
from typing import Literal

from knowledge.loaders.parsed import Unit

Counts = Literal["line", "page", "slide", "row", "paragraph"]
Row = tuple[int, Sequence[str]]
"""the place of a row, and its cells"""


def row_units(rows: Sequence[Row], counts: Counts) -> Iterator[Unit]:
    """Yield a unit a row, "Product: Plan; Price: 60,000"; without a header the values alone."""
    filled = [(place, [" ".join(cell.split()) for cell in cells]) for place, cells in rows]
    filled = [(place, _without_end(cells)) for place, cells in filled if any(cells)]
    if not filled:
        return
    header = filled[0][1] if len(filled) > 1 and _is_header(filled[0][1]) else None
    if header is None:
        for place, cells in filled:
            yield Unit("; ".join(cell for cell in cells if cell), place, place, counts=counts)
        return
    for place, cells in filled[1:]:
        yield Unit(_named(header, cells), place, place, counts=counts)


def _without_end(cells: list[str]) -> list[str]:
    while not cells[-1]:
        cells = cells[:-1]
    return cells


def _is_header(cells: Sequence[str]) -> bool:
    """A header names most of its columns, each differently, and holds no figures alone."""
    named = [cell for cell in cells if cell]
    return len(named) * 2 > len(cells) and len(set(named)) == len(named) and not any(_is_figure(c) for c in named)


def _is_figure(cell: str) -> bool:
    return bool(cell) and not any(letter.isalpha() for letter in cell)


def _named(header: Sequence[str], cells: Sequence[str]) -> str:
    names = [*header, *[""] * (len(cells) - len(header))]
    pairs = [(name, cell) for name, cell in zip(names, cells, strict=False) if cell]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs)
