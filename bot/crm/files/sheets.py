"""Read one CSV file into rows whose cells are values of the record's fields."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.crm.files.cells import (
    DayOrder,
    check_amount,
    check_sign,
    currency_of,
    day_order,
    decode,
    is_dated,
    is_numeric_date,
    joint_order,
)
from bot.crm.files.columns import REQUIRED, field_of
from bot.crm.files.report import Failed
from bot.crm.records import Record

_LOOSE = MappingProxyType({"close_value": Decimal, "engaged_on": date})
"""Types of the columns that are no record's field; the others are text"""


@dataclass(frozen=True)
class Line:
    """One row: where it starts in the file, and its values by field or reference."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table of one record kind."""

    file: str
    kind: type[Record]
    fields: frozenset[str]
    own: bool
    """written by our own export: nothing is derived, trimmed or guessed"""
    lines: tuple[Line, ...]
    failed: tuple[Failed, ...]
    unmapped: tuple[str, ...]
    assumed: tuple[str, ...]
    """date columns in which nothing tells the day from the month"""


def raw_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and (line, cells) of a CSV file of any usual delimiter; ValueError in words where it is none."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(f"line {line} is not UTF-8: save the file as UTF-8") from None
    try:
        rows = list(_numbered(text))
    except csv.Error as error:
        raise ValueError(f"the file is no CSV table ({error})") from None
    if not rows:
        raise ValueError("the file is empty: it needs a header line")
    return rows[0][1], rows[1:]


def read_sheet(path: Path, kind: type[Record], usual: str = "USD") -> Sheet:
    """Read a file of one record kind; a bad row is kept aside with its line and reason, `usual` is the usual currency."""
    head, rows = raw_rows(path)
    fields = _fields(kind, head)
    _complete(kind, frozenset(fields.values()))
    own = head == list(kind.model_fields)
    rows = [(number, cells if own else [cell.strip() for cell in cells]) for number, cells in rows if any(cells)]
    orders = _orders(kind, fields, rows)
    lines, failed = [], []
    for number, cells in rows:
        try:
            values = _values(kind, head, fields, orders, cells)
            lines.append(Line(number, values if own else _with_currency(kind, fields, cells, values, usual)))
        except ValueError as error:
            failed.append(Failed(path.name, number, str(error)))
    return Sheet(
        file=path.name,
        kind=kind,
        fields=frozenset(fields.values()),
        own=own,
        lines=tuple(lines),
        failed=tuple(failed),
        unmapped=tuple(name for at, name in enumerate(head) if at not in fields and name.strip()),
        assumed=tuple(head[at] for at in fields if _is_assumed(orders.get(at), at, rows)),
    )


def _complete(kind: type[Record], fields: frozenset[str]) -> None:
    for needed in REQUIRED[kind]:
        if fields.isdisjoint(needed.split()):
            raise ValueError(f"no column gives the {' or '.join(needed.split())}: name one so")


def _orders(kind: type[Record], fields: dict[int, str], rows: list[tuple[int, list[str]]]) -> dict[int, DayOrder]:
    """The order of day and month of each date column; one that does not tell goes with the others of the file."""
    dated = [at for at, field in fields.items() if is_dated(_annotation(kind, field))]
    own = {at: day_order(cells[at] for _, cells in rows if at < len(cells)) for at in dated}
    joint = joint_order(own.values())
    return {at: joint if order == "assumed month" else order for at, order in own.items()}


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    start = 1
    for cells in reader:
        if cells:
            yield start, cells
        start = reader.line_num + 1


def _delimiter(text: str) -> str:
    """The sign that parts the most header cells; a header of one cell parts by comma."""
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t|", key=first.count)


def _fields(kind: type[Record], head: list[str]) -> dict[int, str]:
    """Column number → field; of two columns for one field the exact name wins, then the first."""
    chosen: dict[str, int] = {}
    for at, name in enumerate(head):
        field = field_of(kind, name)
        if field and (field not in chosen or name.strip() == field):
            chosen[field] = at
    return {at: field for field, at in chosen.items()}


def _values(
    kind: type[Record], head: list[str], fields: dict[int, str], orders: dict[int, DayOrder], cells: list[str]
) -> dict[str, Any]:
    if len(cells) > len(head):
        raise ValueError(
            f"the row has {len(cells)} cells and the header {len(head)}: quote cells that hold a delimiter"
        )
    values = {}
    for at, field in fields.items():
        cell = cells[at] if at < len(cells) else ""
        try:
            values[field] = decode(_annotation(kind, field), cell, orders.get(at, "assumed month"))
        except ValueError as error:
            raise ValueError(f"{head[at].strip()}: {error}") from None
    return values


def _with_currency(
    kind: type[Record], fields: dict[int, str], cells: list[str], values: dict[str, Any], usual: str
) -> dict[str, Any]:
    """A foreign row with the currency that its amounts name; an amount that reads two ways is refused."""
    amounts = [cells[at] for at, field in fields.items() if at < len(cells) and isinstance(values.get(field), Decimal)]
    for text in amounts:
        check_amount(text)
    named = {code for text in amounts if (code := currency_of(text))}
    if not named and not values.get("currency"):
        for text in amounts:
            check_sign(text, usual)
    if "currency" not in kind.model_fields or not named:
        return values
    if len(named | {str(values.get("currency") or min(named)).upper()}) > 1:
        raise ValueError(f"{', '.join(amounts)} and the currency column name different currencies: correct one of them")
    return {**values, "currency": min(named)}


def _annotation(kind: type[Record], field: str) -> Any:
    known = kind.model_fields.get(field)
    return _LOOSE.get(field, str) if known is None else known.annotation


def _is_assumed(order: DayOrder | None, at: int, rows: list[tuple[int, list[str]]]) -> bool:
    """Whether a date column is read month first though nothing in it tells the day from the month."""
    return order == "assumed month" and any(at < len(cells) and is_numeric_date(cells[at]) for _, cells in rows)
