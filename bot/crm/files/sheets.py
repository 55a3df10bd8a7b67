"""Read one CSV file into rows whose cells are values of the record's fields."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
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
    fix_for,
    is_dated,
    is_numeric_date,
    joint_order,
    unguarded,
)
from bot.crm.files.columns import REQUIRED, field_of, header
from bot.crm.files.report import BadCell, Failed, Mapped, failed
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
    mapping: tuple[Mapped, ...] = ()

    def column(self, field: str) -> str:
        """The header of the column that gives a field; empty where none does."""
        return next((one.column for one in self.mapping if one.field == field), "")


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


def read_sheet(
    path: Path, kind: type[Record], usual: str = "USD", by_hand: Mapping[str, str | None] = MappingProxyType({})
) -> Sheet:
    """Read a file of one record kind; a bad row is kept aside with its line and reason, `usual` is the usual currency.

    `by_hand` gives the field of a column, or None for one that is to be left out; ValueError for a column that is not there.
    """
    head, rows = raw_rows(path)
    fields = _fields(kind, head, by_hand)
    _complete(kind, head, frozenset(fields.values()))
    own = head == list(kind.model_fields) and not by_hand
    rows = [(number, cells if own else [cell.strip() for cell in cells]) for number, cells in rows if any(cells)]
    orders = _orders(kind, fields, rows)
    lines, bad = [], []
    for number, cells in rows:
        try:
            values = _values(kind, head, fields, orders, [unguarded(cell, own=own) for cell in cells])
            lines.append(Line(number, values if own else _with_currency(kind, head, fields, cells, values, usual)))
        except ValueError as error:
            bad.append(failed(path.name, number, error))
    return Sheet(
        file=path.name,
        kind=kind,
        fields=frozenset(fields.values()),
        own=own,
        lines=tuple(lines),
        failed=tuple(bad),
        unmapped=tuple(name for at, name in enumerate(head) if at not in fields and name.strip()),
        assumed=tuple(head[at] for at in fields if _is_assumed(orders.get(at), at, rows)),
        mapping=tuple(_mapped(head[at].strip(), field, by_hand) for at, field in sorted(fields.items())),
    )


def _mapped(column: str, field: str, by_hand: Mapping[str, str | None]) -> Mapped:
    return Mapped(column, field, guessed=header(column) != field and header(column) not in map(header, by_hand))


def _complete(kind: type[Record], head: list[str], fields: frozenset[str]) -> None:
    for needed in REQUIRED[kind]:
        if fields.isdisjoint(needed.split()):
            # Shown, so that a missing header line or a delimiter that is none is seen.
            columns = ", ".join(f"“{name.strip()[:40]}”" for name in head[:12])
            raise ValueError(
                f"no column gives the {' or '.join(needed.split())}: name one so; the first line has the columns {columns}"
            )


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


def _fields(kind: type[Record], head: list[str], by_hand: Mapping[str, str | None]) -> dict[int, str]:
    """Column number → field; of two columns for one field the one set by hand wins, then the exact name, then the first."""
    places = {header(name): at for at, name in reversed(list(enumerate(head)))}
    for column in by_hand:
        if header(column) not in places:
            raise ValueError(f"there is no column {column}; the columns are {', '.join(filter(None, head))}")
    told = {places[header(column)]: field for column, field in by_hand.items()}
    chosen = {field: at for at, field in told.items() if field}
    taken = set(chosen)
    for at, name in enumerate(head):
        field = field_of(kind, name)
        free = field not in taken and at not in told
        if field and free and (field not in chosen or name.strip() == field):
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
            column, kinds = head[at].strip(), _annotation(kind, field)
            raise BadCell(f"{column}: {error}", column, cell, fix_for(kinds)) from None
    return values


def _with_currency(
    kind: type[Record], head: list[str], fields: dict[int, str], cells: list[str], values: dict[str, Any], usual: str
) -> dict[str, Any]:
    """A foreign row with the currency that its amounts name; an amount that reads two ways is refused."""
    found = {
        at: cells[at] for at, field in fields.items() if at < len(cells) and isinstance(values.get(field), Decimal)
    }
    amounts = list(found.values())
    _each(head, found, check_amount)
    named = {code for text in amounts if (code := currency_of(text))}
    if not named and not values.get("currency"):
        _each(head, found, partial(check_sign, usual=usual))
    if "currency" not in kind.model_fields or not named:
        return values
    if len(named | {str(values.get("currency") or min(named)).upper()}) > 1:
        raise ValueError(f"{', '.join(amounts)} and the currency column name different currencies: correct one of them")
    return {**values, "currency": min(named)}


def _each(head: list[str], cells: dict[int, str], check: Callable[[str], None]) -> None:
    """Look at cells; the first that is refused is named with its column."""
    for at, text in cells.items():
        try:
            check(text)
        except ValueError as error:
            raise BadCell(str(error), head[at].strip(), text, fix_for(Decimal)) from None


def _annotation(kind: type[Record], field: str) -> Any:
    known = kind.model_fields.get(field)
    return _LOOSE.get(field, str) if known is None else known.annotation


def _is_assumed(order: DayOrder | None, at: int, rows: list[tuple[int, list[str]]]) -> bool:
    """Whether a date column is read month first though nothing in it tells the day from the month."""
    return order == "assumed month" and any(at < len(cells) and is_numeric_date(cells[at]) for _, cells in rows)
