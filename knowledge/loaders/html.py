"""HTML: what a reader sees, under its headings; scripts, navigation and hidden text are left out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString

from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_bytes
from knowledge.loaders.table import row_units

UNSEEN = ("script", "style", "noscript", "template", "nav", "footer", "aside", "form", "svg", "iframe", "head")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = (*HEADINGS, "p", "li", "pre", "blockquote", "dt", "dd", "table", "figcaption", "caption", "summary")
BOXES = (*BLOCKS, "div", "section", "article", "main", "ul", "ol", "dl", "body", "header", "details", "figure")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
DATES = ("date", "last-modified", "article:modified_time", "article:published_time", "dcterms.modified")


def load(source: Path | bytes) -> Parsed:
    """Read a page in the encoding that it declares, or the one that fits."""
    soup = BeautifulSoup(read_bytes(source), "html.parser")
    front = _front(soup)
    named = soup.title.get_text(" ", strip=True) if soup.title else None
    _drop_unseen(soup)
    sections = tuple(_sections(soup.find("main") or soup.find("article") or soup.body or soup))
    first = next((section.path[-1] for section in sections if section.path), None)
    return Parsed(first or named, sections, front, {})


def _front(soup: BeautifulSoup) -> dict[str, Any]:
    said = {str(m.get("name") or m.get("property")).lower(): str(m.get("content") or "") for m in soup.find_all("meta")}
    date = next((said[name][:10] for name in DATES if re.match(r"\d{4}-\d{2}-\d{2}", said.get(name, ""))), None)
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
    """Yield the innermost blocks in reading order; a table is one block."""
    for child in root.children:
        if isinstance(child, NavigableString) and str(child).strip() and root.name not in BLOCKS:
            loose = Tag(name="p")
            loose.string = str(child)
            yield loose
        if not isinstance(child, Tag):
            continue
        if child.name == "table" or (child.name in BLOCKS and not child.find(BOXES)):
            yield child
        elif child.name in BOXES or child.find(BOXES):
            yield from _leading(child)
            yield from _blocks(child)
        elif _text(child):
            yield child


def _leading(block: Tag) -> Iterator[Tag]:
    """Yield the own words of a list item or quotation that also holds other blocks."""
    if block.name in BLOCKS:
        words = " ".join(str(part).strip() for part in block.find_all(string=True, recursive=False)).strip()
        if words:
            own = Tag(name="p")
            own.string = words
            yield own


def _units(block: Tag, number: int) -> Iterator[Unit]:
    if block.name == "table":
        rows = [[_text(cell) for cell in row.find_all(["th", "td"])] for row in block.find_all("tr")]
        yield from row_units([(number, cells) for cells in rows], "paragraph")
    elif words := _text(block):
        mark = {"li": "- "}.get(block.name, "")
        heading = block.name in HEADINGS
        yield Unit(f"{mark}{words}", number, number, heading=heading, counts="paragraph")


def _text(tag: Tag) -> str:
    if tag.name == "pre":
        return tag.get_text().strip()
    return " ".join(tag.get_text(" ").split())
