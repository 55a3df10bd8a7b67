"""Markdown: headings give the path; tables, lists and code stay whole where they can."""

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_lines, split_front

_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_ITEM = re.compile(r"^\s*([-*+]|\d{1,3}[.)])\s+\S")
_ROW = re.compile(r"^\s*\|")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")

Numbered = tuple[int, str]


def load(source: Path | bytes) -> Parsed:
    """Read Markdown with optional front matter; NotReadable where it is broken."""
    lines = read_lines(source)
    front, key_lines, start = split_front(lines)
    # What a comment hides from readers of the page must not reach an answer either.
    body = _COMMENT.sub(lambda m: "\n" * m.group().count("\n"), "\n".join([""] * start + lines[start:])).split("\n")
    parts = list(_sections(list(enumerate(body, 1))[start:]))
    title = next((path[-1] for path, _ in parts if path), None)
    sections = tuple(Section(path, tuple(_units(numbered))) for path, numbered in parts)
    return Parsed(title, tuple(s for s in sections if s.units), front, key_lines)


def plain_heading(text: str) -> str:
    """Give a heading's words without links and emphasis."""
    return _LINK.sub(r"\1", text).replace("**", "").replace("`", "").strip()


def _sections(numbered: list[Numbered]) -> Iterator[tuple[tuple[str, ...], list[Numbered]]]:
    path: list[tuple[int, str]] = []
    current: list[Numbered] = []
    for line, heading in _with_headings(numbered):
        if heading is not None:
            yield tuple(words for _, words in path), current
            level, words = heading
            path = [entry for entry in path if entry[0] < level] + [(level, words)]
            current = []
        current.append(line)
    yield tuple(words for _, words in path), current


def _with_headings(numbered: list[Numbered]) -> Iterator[tuple[Numbered, tuple[int, str] | None]]:
    fence = ""
    for i, (number, text) in enumerate(numbered):
        mark = _FENCE.match(text)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
        below = numbered[i + 1][1] if i + 1 < len(numbered) else ""
        above = numbered[i - 1][1] if i else ""
        yield (number, text), None if fence else _heading(text, above, below)


def _heading(text: str, above: str, below: str) -> tuple[int, str] | None:
    atx = _ATX.match(text)
    if atx and plain_heading(atx.group(2)):
        return len(atx.group(1)), plain_heading(atx.group(2))
    underline = _UNDERLINE.match(below)
    if not underline or not text.strip() or above.strip() or _ITEM.match(text) or _ROW.match(text):
        return None
    return (1 if underline.group(1)[0] == "=" else 2), plain_heading(text)


def _units(numbered: list[Numbered]) -> Iterator[Unit]:
    block: list[Numbered] = []
    fence = ""
    for number, text in numbered:
        mark = _FENCE.match(text)
        if not fence and (mark or not text.strip() or _starts_unit(text, block)):
            yield from _block(block)
            block = []
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
        if fence or text.strip():
            block.append((number, text))
    yield from _block(block)


def _starts_unit(text: str, block: list[Numbered]) -> bool:
    if not block:
        return False
    is_row, was_row = bool(_ROW.match(text)), bool(_ROW.match(block[-1][1]))
    heading_above = bool(_ATX.match(block[-1][1])) or bool(_UNDERLINE.match(block[-1][1]))
    return bool(_ITEM.match(text)) or is_row != was_row or (heading_above and not _UNDERLINE.match(text))


def _block(block: list[Numbered]) -> Iterator[Unit]:
    while block and not block[-1][1].strip():
        block = block[:-1]
    if not block:
        return
    if _ROW.match(block[0][1]) or _is_open_table(block):
        yield from _rows(block)
        return
    heading = _is_heading(block)
    yield Unit("\n".join(text for _, text in block), block[0][0], block[-1][0], heading=heading)


def _is_open_table(block: list[Numbered]) -> bool:
    """Tell a table whose lines begin without a bar."""
    return len(block) > 2 and all("|" in text for _, text in block) and bool(_RULE.match(block[1][1]))


def _is_heading(block: list[Numbered]) -> bool:
    if len(block) == 1:
        return bool(_ATX.match(block[0][1]))
    return len(block) == 2 and _heading(block[0][1], "", block[1][1]) is not None


def _rows(block: list[Numbered]) -> Iterator[Unit]:
    header = 2 if len(block) > 2 and _RULE.match(block[1][1]) else 0
    head = "\n".join(text for _, text in block[:header])
    if header:
        yield Unit(f"{head}\n{block[2][1]}", block[0][0], block[2][0])
        block = block[3:]
    for number, text in block:
        yield Unit(text, number, number, head=head)
