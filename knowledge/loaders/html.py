"""HTML: what a reader sees, under its headings; scripts, navigation and hidden text are left out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString, PageElement

from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import day_of, read_bytes
from knowledge.loaders.table import row_units

UNSEEN = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "aside",
    "svg",
    "iframe",
    "head",
    "input",
    "button",
    "select",
    "textarea",
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = (*HEADINGS, "p", "li", "pre", "blockquote", "dt", "dd", "table", "figcaption", "caption", "summary")
BOXES = (
    *BLOCKS,
    "div",
    "section",
    "article",
    "main",
    "ul",
    "ol",
    "dl",
    "body",
    "header",
    "details",
    "figure",
    "form",
    "table",
    "fieldset",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "td",
    "th",
    "address",
    "hr",
)
APART = (*BOXES, "br", "td", "th", "tr")
LAYOUT = ("table", *HEADINGS)
"""what a table holds that is there for the layout alone"""
MOST_SPAN = 100
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
DATES = ("date", "last-modified", "article:modified_time", "article:published_time", "dcterms.modified")


def load(source: Path | bytes) -> Parsed:
    """Read a page in the encoding that it declares, or the one that fits."""
    return read(BeautifulSoup(read_bytes(source), "lxml"))


def read(soup: BeautifulSoup) -> Parsed:
    """Read a parsed page."""
    front = _front(soup)
    named = soup.title.get_text(" ", strip=True) if soup.title else None
    _drop_unseen(soup)
    sections = tuple(_sections(soup.find("main") or soup.find("article") or soup.body or soup))
    first = next((section.path[-1] for section in sections if section.path), None)
    return Parsed(first or named, sections, front, {})


def _front(soup: BeautifulSoup) -> dict[str, Any]:
    said = {str(m.get("name") or m.get("property")).lower(): str(m.get("content") or "") for m in soup.find_all("meta")}
    date = next((date for name in DATES if (date := day_of(said.get(name, "")))), None)
    found = {"author": said.get("author"), "date": date}
    return {name: value for name, value in found.items() if value}


def _drop_unseen(soup: BeautifulSoup) -> None:
    # What a reader of the page does not see must not reach an answer either.
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(lambda tag: tag.name in UNSEEN or _is_hidden(tag)):
        if not tag.decomposed:
            tag.decompose()


def _is_hidden(tag: Tag) -> bool:
    hidden = tag.has_attr("hidden") or tag.get("aria-hidden") == "true"
    return hidden or bool(_HIDDEN.search(str(tag.get("style") or "")))


def _sections(root: Tag) -> Iterator[Section]:
    path: list[tuple[int, str]] = []
    units: list[Unit] = []
    for number, block in enumerate(_blocks(root), 1):
        if block.name in HEADINGS:
            if units:
                yield Section(tuple(words for _, words in path), tuple(units))
            level = int(block.name[1])
            path = [entry for entry in path if entry[0] < level] + [(level, _text(block))]
            units = []
        units += _units(block, number)
    if units:
        yield Section(tuple(words for _, words in path), tuple(units))


def _blocks(root: Tag) -> Iterator[Tag]:
    """Yield the innermost blocks in reading order; words that stand loose are joined to paragraphs, a table is one block."""
    loose: list[str] = []
    for child in root.children:
        if isinstance(child, Tag) and (child.name in BOXES or child.find(BOXES)):
            yield from _paragraph(loose, root)
            loose = []
            yield from [child] if _is_block(child) else _blocks(child)
        elif isinstance(child, Tag):
            loose.append(_text(child) if child.name != "br" else " ")
        elif isinstance(child, NavigableString):
            loose.append(str(child))
    yield from _paragraph(loose, root)


def _is_block(tag: Tag) -> bool:
    if tag.name == "table":
        return tag.find(LAYOUT) is None
    return tag.name in BLOCKS and not tag.find(BOXES)


def _paragraph(loose: list[str], root: Tag) -> Iterator[Tag]:
    """Yield the own words of a box, such as of a list item that holds a list."""
    if words := " ".join("".join(loose).split()):
        own = Tag(name="li" if root.name == "li" else "p")
        own.string = words
        yield own


def _units(block: Tag, number: int) -> Iterator[Unit]:
    if block.name == "table":
        if block.caption and (title := _text(block.caption)):
            yield Unit(title, number, number, counts="paragraph")
        yield from row_units([(number, cells) for cells in _rows(block)], "paragraph")
    elif words := _text(block):
        mark = {"li": "- "}.get(block.name, "")
        heading = block.name in HEADINGS
        yield Unit(f"{mark}{words}", number, number, heading=heading, counts="paragraph")


def _rows(table: Tag) -> Iterator[list[str]]:
    """Yield a table's rows; what spans several rows or columns stands in each of them."""
    hanging: dict[int, tuple[int, str]] = {}
    for row in table.find_all("tr"):
        cells: list[str] = []
        waiting = list(row.find_all(["th", "td"], recursive=False))
        while waiting or len(cells) in hanging:
            left, words = hanging.pop(len(cells), (0, ""))
            width = 1
            if not left:
                cell = waiting.pop(0)
                left, words, width = _span(cell, "rowspan"), _text(cell), _span(cell, "colspan")
            for _ in range(width):
                if left > 1:
                    hanging[len(cells)] = (left - 1, words)
                cells.append(words)
        yield cells


def _span(cell: Tag, name: str) -> int:
    written = str(cell.get(name) or "1")
    return min(max(int(written), 1), MOST_SPAN) if written.isdecimal() else 1


def _text(tag: Tag) -> str:
    if tag.name == "pre":
        return tag.get_text().strip()
    # Words that a tag alone parts are two words only where the tag is a block or a break.
    parts = [" " if isinstance(part, Tag) else str(part) for part in tag.descendants if _counts(part)]
    return " ".join("".join(parts).split())


def _counts(part: PageElement) -> bool:
    return part.name in APART if isinstance(part, Tag) else isinstance(part, NavigableString)
