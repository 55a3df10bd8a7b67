"""Word: paragraphs and tables in their order, under the heading styles; what was struck out or hidden is left out."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.loaders.office import front, opened
from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_bytes
from knowledge.loaders.table import row_units

_HEADING = re.compile(r"^heading (\d)$", re.IGNORECASE)
_P, _TABLE, _BOX, _NOTE = qn("w:p"), qn("w:tbl"), qn("w:txbxContent"), qn("w:footnoteReference")
_WRAPPERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = frozenset({*map(qn, ("w:del", "w:moveFrom", "w:txbxContent", "w:pPr")), _FALLBACK})
"""deletions that are tracked, boxes, which are read by themselves, and second forms of the same thing"""
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}

Notes = Mapping[str | None, str]
"""footnotes by their id"""


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
    notes = _notes(document)
    for number, element in enumerate(_blocks(document.element.body), 1):
        if element.tag == _TABLE:
            units += _rows(Table(element, document), number, notes)
            continue
        words, style = _words(element, notes).strip(), _styles(Paragraph(element, document))
        level = _level(style) if words else None
        if level is not None:
            if units:
                yield Section(tuple(words for _, words in path), tuple(units))
            path = [entry for entry in path if entry[0] < level] + [(level, words)]
            units = []
        if words and not style[0].lower().startswith("toc "):
            mark = "- " if style[0].startswith("List") else ""
            units.append(Unit(f"{mark}{words}", number, number, heading=level is not None, counts="paragraph"))
    if units:
        yield Section(tuple(words for _, words in path), tuple(units))


def _blocks(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those in content controls, and the paragraphs of boxes after their anchor."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _blocks(child)
        elif child.tag in (_P, _TABLE):
            yield child
            if child.tag == _P:
                for box in child.iter(_BOX):
                    if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                        yield from _blocks(box)


def _words(element: Any, notes: Notes) -> str:
    """Give what a reader of the paragraph sees, with its footnotes where they are called."""
    if element.tag in _UNSEEN or (element.tag == qn("w:r") and _is_hidden(element)):
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag == _NOTE:
        note = notes.get(element.get(qn("w:id")), "")
        return f" ({note})" if note else ""
    return _SIGNS.get(element.tag, "") + "".join(_words(child, notes) for child in element)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val")) not in ("0", "false", "off")


def _notes(document: WordDocument) -> Notes:
    related = (rel for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FOOTNOTES)
    found = next((parse_xml(rel.target_part.blob) for rel in related if not rel.is_external), ())
    return {note.get(qn("w:id")): " ".join(_cell(note, {}).split()) for note in found}


def _styles(paragraph: Paragraph) -> list[str]:
    """Give the name of a paragraph's style, then those it is based on."""
    style: Any = paragraph.style
    names: list[str] = []
    while style is not None and len(names) < 10:
        names.append(str(style.name))
        style = style.base_style
    return names or [""]


def _level(styles: list[str]) -> int | None:
    match = next((found for name in styles if (found := _HEADING.match(name))), None)
    return int(match[1]) if match else 0 if "Title" in styles else None


def _rows(table: Table, number: int, notes: Notes) -> Iterator[Unit]:
    rows = [[_cell(cell._tc, notes) for cell in row.cells] for row in table.rows]
    yield from row_units([(number, cells) for cells in rows], "paragraph")


def _cell(element: Any, notes: Notes) -> str:
    return " ".join(_words(paragraph, notes) for paragraph in element.iter(_P))
