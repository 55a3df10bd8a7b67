"""Word: paragraphs and tables in their order, under the heading styles."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.loaders.office import front, opened
from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_bytes
from knowledge.loaders.table import row_units

_HEADING = re.compile(r"^heading (\d)$", re.IGNORECASE)


def load(source: Path | bytes) -> Parsed:
    """Read a document; NotReadable where it is damaged or encrypted."""
    with opened(read_bytes(source), "Word document") as data:
        document = docx.Document(BytesIO(data))
        sections = tuple(_sections(document))
        about = document.core_properties
        said = front(about.author, about.modified)
    first = next((section.path[-1] for section in sections if section.path), None)
    return Parsed(about.title or first, sections, said, {})


def _sections(document: WordDocument) -> Iterator[Section]:
    path: list[tuple[int, str]] = []
    units: list[Unit] = []
    for number, block in enumerate(document.iter_inner_content(), 1):
        level = _level(block)
        if level is not None:
            if units:
                yield Section(tuple(words for _, words in path), tuple(units))
            path = [entry for entry in path if entry[0] < level] + [(level, _words(block))]
            units = []
        units += _units(block, number, heading=level is not None)
    if units:
        yield Section(tuple(words for _, words in path), tuple(units))


def _style(block: Any) -> str:
    return str(block.style.name) if isinstance(block, Paragraph) and block.style is not None else ""


def _words(block: Paragraph | Table) -> str:
    return block.text.strip() if isinstance(block, Paragraph) else ""


def _level(block: Any) -> int | None:
    if not isinstance(block, Paragraph) or not block.text.strip():
        return None
    match = _HEADING.match(_style(block))
    return int(match[1]) if match else 0 if _style(block) == "Title" else None


def _units(block: Paragraph | Table, number: int, *, heading: bool) -> Iterator[Unit]:
    if isinstance(block, Table):
        rows = [[cell.text for cell in row.cells] for row in block.rows]
        yield from row_units([(number, cells) for cells in rows], "paragraph")
    elif block.text.strip():
        mark = "- " if _style(block).startswith("List") else ""
        yield Unit(f"{mark}{block.text.strip()}", number, number, heading=heading, counts="paragraph")
