"""Bytes to lines, and front matter off the top: what every text format begins with."""

import codecs
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import NotReadable

FENCE = "---"
ALIAS = "repeats a value by an alias, such as *name; write it out"
_WESTERN = "äöüßÄÖÜàâçéèêëîïôùûÀÂÇÉÈÊÎÔœæŒÆáíóúñÁÍÓÚÑãõÕåøÅØìò"
_FOREIGN = re.compile(
    rf"[^\x00-\x7f{_WESTERN}\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac\u2122\xa0£§©«®°±²³´·»¿¡½¼¾×µ]"
    rf"|[{_WESTERN}]{{3}}|[{_WESTERN}][£§©®°±²³µ¿¡½¼¾×€]|Â\xa0|[£§©®±²³µ½¼¾×][a-z{_WESTERN}]"
)
"""signs by which text is told that is not in the encoding of Windows in the West, or is broken"""
_KEY = re.compile(r"^[A-Za-z][\w -]{0,40}:(?:\s|$)")


def read_lines(source: Path | bytes) -> list[str]:
    """Decode text into lines, without a byte-order mark; NotReadable names the first bad line."""
    data = read_bytes(source)
    text = _decoded(data)
    if "\0" in text:
        raise NotReadable("this is a binary file, not text", text.count("\n", 0, text.index("\0")) + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _decoded(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with its mark, or what Windows writes in the West; any other guess could be wrong."""
    try:
        return data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        text = data.decode("cp1252", "replace")
        if _FOREIGN.search(text) or error.encoding != "utf-8":
            line = data.count(b"\n", 0, error.start) + 1
            raise NotReadable("this is not UTF-8 text; save the file as UTF-8", line) from error
        return text


def split_front(lines: list[str]) -> tuple[dict[str, Any], dict[str, int], int]:
    """Give the front matter, the line of each key, and the index of the first line after it."""
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines) or lines[start].rstrip() != FENCE:
        return {}, {}, 0
    start += 1
    end = next((i for i, line in enumerate(lines[start:], start) if line.rstrip() in (FENCE, "...")), None)
    if end is None:
        _refuse_unclosed(lines[start : start + 1], start)
        return {}, {}, 0
    front = _mapping("\n".join(lines[start:end]), start + 1)
    if front is None:
        return {}, {}, 0
    return front, _key_lines(lines[start:end], start + 1), end + 1


def _refuse_unclosed(first: list[str], number: int) -> None:
    # Taken for text, a page that only one team may read would be everybody's.
    if first and _KEY.match(first[0]):
        raise NotReadable("the front matter is not closed; put a line of --- after it", number)


class _Plain(yaml.SafeLoader):
    """YAML whose dates stay text, as each field reads its own, and which repeats nothing.

    A few lines of aliases can stand for more values than memory holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=ALIAS, problem_mark=mark)
        return super().compose_node(parent, index)


_Plain.yaml_implicit_resolvers = {
    sign: [(tag, regexp) for tag, regexp in known if tag != "tag:yaml.org,2002:timestamp"]
    for sign, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(text: str, first: int) -> dict[str, Any] | None:
    try:
        value = yaml.load(text, _Plain)  # noqa: S506  # nosec B506  # a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + first
        why = ALIAS if getattr(error, "problem", "") == ALIAS else "is not valid YAML"
        raise NotReadable(f"the front matter between the --- lines {why}", line) from error
    except (ValueError, RecursionError) as error:
        raise NotReadable("the front matter holds a value that cannot be read", first) from error
    # A page may open with a rule instead of front matter; then all of it is text.
    return {str(k).strip().lower(): v for k, v in value.items()} if isinstance(value, Mapping) else None


def _key_lines(lines: list[str], first: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, line in enumerate(lines, first):
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


def day_of(written: str) -> date | None:
    """Give the day that a program wrote into a file; a wrong one is no reason to refuse the page."""
    try:
        return date.fromisoformat(written.strip()[:10])
    except ValueError:
        return None
