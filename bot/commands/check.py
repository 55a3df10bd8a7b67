"""`seller check`: texts against their sources, sentence by sentence."""

from pathlib import Path
from typing import Any

from bot.commands.knowledge import read_json_lines
from bot.commands.output import emit
from bot.errors import BotError
from bot.grounding import check_text


def run(file: Path, *, offline: bool) -> None:
    """Print a verdict a line, in order; code alone judges so far, so `offline` changes nothing yet."""
    for number, row in read_json_lines(file):
        sources = row["sources"] if "sources" in row else [row["document"]] if "document" in row else None
        if sources is None or "text" not in row:
            raise BotError(f"{file}, line {number}: needs `text` and `document` or `sources`.")
        emit({"id": row.get("id"), **verdict(str(row["text"]), sources, row.get("facts") or {})})


def verdict(text: str, sources: list[Any], facts: dict[str, Any]) -> dict[str, Any]:
    """Judge one text."""
    return check_text(text, sources, facts)
