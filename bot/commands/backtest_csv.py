"""Any table of ended deals as examples: which column says won, which the day, and which are features."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.crm.files.cells import DayOrder, day_order, is_numeric_date, read_amount, read_date
from bot.crm.files.sheets import raw_rows
from bot.crm.files.stages import outcome
from bot.errors import BotError, UsageError
from bot.pipeline.learning import Example
from bot.pipeline.odds import shrunk
from bot.skills.ledger import plural

Cells = dict[str, str]
DECIMAL_COMMA = re.compile(r"[+-]?\d[\d.]*,(?:\d{1,2}|\d{4,})")
"""a number whose comma can part no thousands"""


@dataclass(frozen=True)
class Read:
    """Examples, and sentences on what was left out."""

    examples: list[Example]
    notes: list[str]


def read(file: Path, won: str, day: str, features: str, today: date = date.max) -> Read:
    """Read a CSV file; UsageError for a column that there is not, BotError for a file that cannot be read."""
    rows, columns, uneven = _rows(file)
    column, sign, value = won.partition("=")
    if not sign or not value.strip():
        raise UsageError("--won wants COLUMN=VALUE, such as deal_stage=Won.")
    column, value, day = column.strip(), value.strip(), day.strip()
    names = [name.strip() for name in features.split(",") if name.strip()] or _usual(columns, column, day)
    for name in (column, day, *names):
        if name not in columns:
            raise UsageError(f"{file.name} has no column {name}; its columns are {', '.join(columns)}.")
    if not any(row[column].strip() == value for row in rows):
        held = ", ".join(name for name, _ in Counter(row[column].strip() for row in rows).most_common(5))
        raise UsageError(f"No row of {file.name} has {column} = {value}; the column holds {held}.")
    found = _examples(rows, column, value, day, names, today)
    more = [f"{plural(uneven, 'row')} left out, with more cells than the header; quote cells that hold a delimiter."]
    return Read(found.examples, [*found.notes, *(more if uneven else [])])


def _rows(file: Path) -> tuple[list[Cells], list[str], int]:
    """(rows, columns, how many rows have more cells than the header) of a table with any usual delimiter."""
    try:
        head, lines = raw_rows(file)
    except OSError as error:
        raise BotError(f"{file} cannot be read ({error.strerror}); name a CSV file.") from error
    except ValueError as error:
        raise BotError(f"{file} cannot be read ({error}); give a CSV file in UTF-8.") from error
    columns = [name.strip() for name in head]
    fit = [cells for _, cells in lines if any(cells) and len(cells) <= len(columns)]
    if not fit:
        raise BotError(f"{file.name} holds no rows; give a CSV file with a header and one deal a row.")
    rows = [{**dict.fromkeys(columns, ""), **dict(zip(columns, cells, strict=False))} for cells in fit]
    return rows, columns, sum(1 for _, cells in lines if len(cells) > len(columns))


def _usual(columns: Sequence[str], *taken: str) -> list[str]:
    """Every column but those taken and ids: what tells the outcome itself is found and left out later."""
    return [
        name for name in columns if name not in taken and not name.lower().endswith("id") and "date" not in name.lower()
    ]


def _examples(rows: Sequence[Cells], column: str, value: str, day: str, names: Sequence[str], today: date) -> Read:
    ended, opened = _ended({row[column].strip() for row in rows}, value)
    found: list[tuple[date, int, Cells]] = []
    undated = 0
    here = [(number, row) for number, row in enumerate(rows) if row[column].strip() in ended]
    order = day_order(row[day] for _, row in here)
    for number, row in here:
        when = _day(row[day], order)
        undated += when is None
        found += [(when, number, row)] if when else []
    shown = ", ".join(name or "blank" for name in sorted(opened))
    notes = [f"{plural(len(rows) - len(here), 'row')} left out as not ended ({shown})."] if opened else []
    notes += [f"{plural(undated, 'ended row')} left out, as {day} holds no day."] if undated else []
    late = [when for when, _, _ in found if when > today]
    notes += [f"{plural(len(late), 'ended row')} in the future, up to {max(late)}; check the days."] if late else []
    if not found:
        raise BotError(f"No ended row has a day in {day}; write days as 2026-11-30.")
    if order == "assumed month" and any(is_numeric_date(row[day]) for _, row in here):
        notes.append(f"Nothing tells the day from the month in {day}, so the month is taken to come first.")
    return Read(_based(sorted(found, key=lambda item: item[:2]), column, value, _kinds(rows, names)), notes)


def _ended(values: set[str], won: str) -> tuple[set[str], set[str]]:
    """(values of deals that ended, values of deals still open): with a value that means lost, only that one and the won one."""
    lost = {value for value in values if value != won and (meant := outcome(value)) is not None and not meant.is_won}
    ended = {won, *lost} if lost else values - {""}
    return ended, values - ended


def _based(rows: Sequence[tuple[date, int, Cells]], column: str, value: str, kinds: dict[str, str]) -> list[Example]:
    """Examples by quarter; the base rate of each is that of the quarters before, by stage and segment where these are features."""
    counts: dict[tuple[str, ...], list[int]] = {}
    keys = [name for name in kinds if name.lower() in ("stage", "segment")]
    made: list[Example] = []
    for quarter in dict.fromkeys(_quarter(day) for day, _, _ in rows):
        here = [row for row in rows if _quarter(row[0]) == quarter]
        all_won, all_n = (sum(pair[k] for pair in counts.values()) for k in (0, 1))
        for _, number, cells in here:
            won, n = counts.get(tuple(cells[name] for name in keys), (0, 0))
            base = shrunk(won, n, (all_won + 0.5) / (all_n + 1))
            row = {name: _value(cells[name], kind) for name, kind in kinds.items()}
            made.append(Example(str(number), quarter, row, cells[column].strip() == value, base))
        for _, _, cells in here:
            pair = counts.setdefault(tuple(cells[name] for name in keys), [0, 0])
            pair[0], pair[1] = pair[0] + (cells[column].strip() == value), pair[1] + 1
    return made


def _quarter(day: date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"


def _day(text: str, order: DayOrder) -> date | None:
    try:
        return read_date(text.strip(), order)
    except ValueError:
        return None


def _kinds(rows: Sequence[Cells], names: Sequence[str]) -> dict[str, str]:
    """What each column holds: words, or numbers with a decimal point or comma."""
    return {name: _kind([row[name].strip() for row in rows]) for name in names}


def _kind(texts: Sequence[str]) -> str:
    known = [text for text in texts if text]
    comma = "comma" if any(DECIMAL_COMMA.fullmatch(text) for text in known) else "point"
    numbers = sum(_number(text, comma) is not None for text in known)
    return comma if known and numbers >= 0.95 * len(known) else "word"


def _number(text: str, kind: str) -> float | None:
    try:
        return float(read_amount(text.replace(".", "").replace(",", ".") if kind == "comma" else text.rstrip("% ")))
    except ValueError:
        return None


def _value(text: str, kind: str) -> float | str | None:
    plain = text.strip()
    if not plain:
        return None
    return plain if kind == "word" else _number(plain, kind)
