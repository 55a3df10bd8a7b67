"""Any table of ended deals as examples: which column says won, which the day, and which are features."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.crm.files.cells import decode
from bot.crm.files.stages import outcome
from bot.errors import BotError, UsageError
from bot.pipeline.learning import Example
from bot.pipeline.odds import shrunk

Cells = dict[str, str]


@dataclass(frozen=True)
class Read:
    """Examples, and sentences on what was left out."""

    examples: list[Example]
    notes: list[str]


def read(file: Path, won: str, day: str, features: str) -> Read:
    """Read a CSV file; UsageError for a column that there is not, BotError for a file that cannot be read."""
    rows, columns = _rows(file)
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
    return _examples(rows, column, value, day, names)


def _rows(file: Path) -> tuple[list[Cells], list[str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            rows = [{key: text or "" for key, text in row.items() if key is not None} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BotError(f"{file} cannot be read ({error}); give a CSV file in UTF-8.") from error
    if not rows:
        raise BotError(f"{file.name} holds no rows; give a CSV file with a header and one deal a row.")
    return rows, list(reader.fieldnames or ())


def _usual(columns: Sequence[str], *taken: str) -> list[str]:
    """Every column but those taken and ids: what tells the outcome itself is found and left out later."""
    return [
        name for name in columns if name not in taken and not name.lower().endswith("id") and "date" not in name.lower()
    ]


def _examples(rows: Sequence[Cells], column: str, value: str, day: str, names: Sequence[str]) -> Read:
    ended, opened = _ended({row[column].strip() for row in rows}, value)
    numeric = {name: _is_numeric([row[name] for row in rows]) for name in names}
    found: list[tuple[date, int, Cells]] = []
    undated = 0
    for number, row in enumerate(rows):
        if row[column].strip() in ended:
            when = _day(row[day])
            undated += when is None
            found += [(when, number, row)] if when else []
    notes = (
        [f"{len(rows) - len(found) - undated:,} rows left out as not ended ({', '.join(sorted(opened))})."]
        if opened
        else []
    )
    notes += [f"{undated:,} ended rows left out, as {day} holds no day."] if undated else []
    if not found:
        raise BotError(f"No ended row has a day in {day}; write days as 2026-11-30.")
    return Read(_based(sorted(found, key=lambda item: item[:2]), column, value, numeric), notes)


def _ended(values: set[str], won: str) -> tuple[set[str], set[str]]:
    """(values of deals that ended, values of deals still open): with a value that means lost, only that one and the won one."""
    lost = {value for value in values if value != won and (meant := outcome(value)) is not None and not meant.is_won}
    ended = {won, *lost} if lost else values - {""}
    return ended, values - ended


def _based(rows: Sequence[tuple[date, int, Cells]], column: str, value: str, numeric: dict[str, bool]) -> list[Example]:
    """Examples by quarter; the base rate of each is that of the quarters before, by stage and segment where these are features."""
    counts: dict[tuple[str, ...], list[int]] = {}
    keys = [name for name in numeric if name.lower() in ("stage", "segment")]
    made: list[Example] = []
    for quarter in dict.fromkeys(_quarter(day) for day, _, _ in rows):
        here = [row for row in rows if _quarter(row[0]) == quarter]
        all_won, all_n = (sum(pair[k] for pair in counts.values()) for k in (0, 1))
        for _, number, cells in here:
            won, n = counts.get(tuple(cells[name] for name in keys), (0, 0))
            base = shrunk(won, n, (all_won + 0.5) / (all_n + 1))
            row = {name: _value(cells[name], number=is_number) for name, is_number in numeric.items()}
            made.append(Example(str(number), quarter, row, cells[column].strip() == value, base))
        for _, _, cells in here:
            pair = counts.setdefault(tuple(cells[name] for name in keys), [0, 0])
            pair[0], pair[1] = pair[0] + (cells[column].strip() == value), pair[1] + 1
    return made


def _quarter(day: date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"


def _day(text: str) -> date | None:
    try:
        found = decode(date, text, "day")
    except ValueError:
        return None
    return found if isinstance(found, date) else None


def _is_numeric(texts: Sequence[str]) -> bool:
    known = [text for text in texts if text.strip()]
    return bool(known) and sum(_number(text) is not None for text in known) >= 0.95 * len(known)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _value(text: str, *, number: bool) -> float | str | None:
    if not text.strip():
        return None
    return _number(text) if number else text.strip()
