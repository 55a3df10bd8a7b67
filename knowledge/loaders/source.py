"""Bytes to lines, and front matter off the top: what every text format begins with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import NotReadable

FENCE = "---"


def read_lines(source: Path | bytes) -> list[str]:
    """Decode UTF-8 (a byte-order mark is dropped) into lines; NotReadable names the first bad line."""
    data = read_bytes(source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotReadable("this is not UTF-8 text; save the file as UTF-8", line) from error
    if "\0" in text:
        raise NotReadable("this is a binary file, not text", text.count("\n", 0, text.index("\0")) + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def split_front(lines: list[str]) -> tuple[dict[str, Any], dict[str, int], int]:
    """Give the front matter, the line of each key, and the index of the first line after it."""
    if not lines or lines[0].rstrip() != FENCE:
        return {}, {}, 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in (FENCE, "...")), None)
    if end is None:
        return {}, {}, 0
    front = _mapping("\n".join(lines[1:end]))
    if front is None:
        return {}, {}, 0
    return front, _key_lines(lines[1:end]), end + 1


def _mapping(text: str) -> dict[str, Any] | None:
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 2
        raise NotReadable("the front matter between the --- lines is not valid YAML", line) from error
    except ValueError as error:
        raise NotReadable(f"the front matter holds a value that does not exist ({error})", 2) from error
    # A page may open with a rule instead of front matter; then all of it is text.
    return {str(k).strip().lower(): v for k, v in value.items()} if isinstance(value, Mapping) else None


def _key_lines(lines: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 2):
        key, colon, _ = line.partition(":")
        if colon and key == key.lstrip():
            found.setdefault(key.strip().strip("\"'").lower(), number)
    return found


def read_bytes(source: Path | bytes) -> bytes:
    """Give a file's bytes; NotReadable where it cannot be opened."""
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise NotReadable(f"it cannot be opened ({(error.strerror or str(error)).lower()})") from error
