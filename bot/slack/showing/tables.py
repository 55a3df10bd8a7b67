"""Tables as Slack's table blocks, within its limits, and as lines where Slack shows none (pure)."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.proposals import Table
from bot.screening import seen

Block = dict[str, Any]

MOST_ROWS = 100
"""with the header"""
MOST_COLUMNS = 20
MOST_CELL = 300
"""characters of a cell that is still read as one"""
MOST_TABLE = 6000
"""characters of a block written row by row; Slack takes 10,000 in all tables of a message, and the text beside it counts too"""
FIRST_COLUMNS = 5
FIRST_ROWS = 10
"""what a phone shows of a table without turning it"""
NO_VALUE = "–"


def drawable(table: Table) -> bool:
    """Tell whether a table can be a block, or is read better as lines."""
    cells = [cell for row in _rows(table) for cell in row]
    return bool(table.rows) and len(_rows(table)[0]) <= MOST_COLUMNS and max(map(len, cells)) <= MOST_CELL


def blocks(table: Table) -> list[Block]:
    """Return a table as one block or several, each with the header; Slack takes one a message."""
    return [_block(table, rows) for rows in _chunks(table)]


def narrowed(table: Table) -> Table:
    """Return what fits the first screen: the first columns of the first rows."""
    rows = tuple(row[:FIRST_COLUMNS] for row in table.rows[:FIRST_ROWS])
    numeric = tuple(k for k in table.numeric if k < FIRST_COLUMNS)
    return Table(columns=table.columns[:FIRST_COLUMNS], rows=rows, numeric=numeric)


def lines(table: Table) -> list[str]:
    """Return each row as a line that names its columns."""
    head, *rows = _rows(table)
    return [_line(head, row) for row in rows]


def table_of(block: Block) -> Table:
    """Return the table that a block was made of."""
    head, *rows = (tuple(cell["text"] for cell in row) for row in block["rows"])
    right = (k for k, setting in enumerate(block["column_settings"]) if setting["align"] == "right")
    return Table(columns=head, rows=tuple(rows), numeric=tuple(right))


def size(block: Block) -> int:
    """Return how long a table is, written row by row."""
    return sum(len(line) + 2 for line in lines(table_of(block)))


def _line(head: Sequence[str], row: Sequence[str]) -> str:
    named = [f"{name}: {cell}" for name, cell in zip(head[1:], row[1:], strict=True)]
    return "; ".join([row[0], *named])


def _rows(table: Table) -> list[tuple[str, ...]]:
    """Header and rows, all of one length and without an empty cell, which Slack refuses."""
    every = (table.columns, *table.rows)
    width = max(1, *map(len, every))
    return [
        tuple(" ".join(seen(cell).split()) or NO_VALUE for cell in (*row, *[""] * (width - len(row)))) for row in every
    ]


def _chunks(table: Table) -> Iterator[list[tuple[str, ...]]]:
    head, *rows = _rows(table)
    chunk, used = [head], 0
    for row in rows:
        long = len(_line(head, row)) + 2
        if len(chunk) > 1 and (len(chunk) == MOST_ROWS or used + long > MOST_TABLE):
            yield chunk
            chunk, used = [head], 0
        chunk, used = [*chunk, row], used + long
    yield chunk


def _block(table: Table, rows: Sequence[Sequence[str]]) -> Block:
    settings = [
        {"align": "right"} if k in table.numeric else {"align": "left", "is_wrapped": True} for k in range(len(rows[0]))
    ]
    cells = [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
    return {"type": "table", "column_settings": settings, "rows": cells}
