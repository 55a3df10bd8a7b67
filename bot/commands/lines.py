"""JSON lines in, JSON lines out: what `seller search --batch` and `seller check` share."""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.commands.output import emit
from bot.errors import BotError
from bot.terminal import err

Row = dict[str, Any]
HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""what may be half of a sign: no embedder reads it, and nothing prints it"""


def answer_each(file: Path, answer: Callable[[str, Row], Row], empty: Row, done: str) -> None:
    """Print a line for each line of the file, in order; `answer` gets words for the place and the object read.

    A line that cannot be answered gets `empty` with `error`, and the rest goes on; BotError at the end counts them.
    """
    bad, ids = 0, list[object]()
    # Not splitlines, which also cuts at signs that may stand inside a JSON string (U+2028, U+0085).
    for number, line in enumerate(_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        place, row = f"{file}, line {number}", Row()
        try:
            row = _object(place, line)
            ids += [row["id"]] if row.get("id") is not None else []
            emit({"id": row.get("id"), **answer(place, row)})
        except BotError as error:
            bad += 1
            emit({"id": row.get("id"), **empty, "error": str(error)})
    twice = [one for one, count in Counter(map(str, ids)).items() if count > 1]
    if twice:
        err.print(
            f"More than one line has the id {', '.join(twice[:5])}; the answers are in the order of the lines.",
            markup=False,
        )
    if bad:
        raise BotError(f"{bad} of the lines of {file} could not be {done}; each says why under `error`.")


def _text(file: Path) -> str:
    if str(file) == "-" and sys.stdin is None:
        raise BotError("There is no standard input to read; name a file of JSON lines instead of -.")
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return text.removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BotError(f"The file {file} cannot be read ({why}); check its path and that it is UTF-8.") from error


def _object(place: str, line: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BotError(f"{place} is not JSON ({error}); write one JSON object a line.") from error
    if not isinstance(row, dict):
        raise BotError(f"{place} is not a JSON object; write one object a line.")
    if HALF.search(line) and not _is_text(row):
        raise BotError(f"{place} holds half of a sign (a lone \\ud800 to \\udfff), which is no text; correct the line.")
    return row


def _is_text(row: Row) -> bool:
    try:
        json.dumps(row, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
