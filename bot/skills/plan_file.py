"""A plan as a Word file for the customer: step names, days and names of people, all written by code, and nothing else."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from bot.dates import long_date

DROPPED = ("/thumbnail", "/extended-properties", "/customXml", "/stylesWithEffects")
"""parts of the blank document that tell of whoever made it, or nothing"""
WIDTHS = (Cm(5.6), Cm(4.4), Cm(3.5), Cm(3.5))
SHADE = "1F3864"


@dataclass(frozen=True)
class FileRow:
    """A step as the customer reads it."""

    day: date
    what: str
    theirs: str
    ours: str


def word_file(
    account: str, company: str, go_live: date, rows: Sequence[FileRow], now: datetime, amount: str = ""
) -> bytes:
    """Write the file; `amount` only where the seller asked for it."""
    document = docx.Document()
    _bare(document, now)
    _style(document)
    ours = company or "Supplier"
    document.add_heading("Plan to go-live", level=1)
    document.add_paragraph(f"{account} and {company}" if company else account)
    document.add_paragraph(f"Go-live: {long_date(go_live)}. As of {long_date(now.date())}.")
    if amount:
        document.add_paragraph(f"Value: {amount}.")
    _table(document, (account, ours), rows)
    document.add_paragraph()
    document.add_paragraph(
        "Counted back from the go-live in working days; public holidays are not taken into account. "
        "Please correct any date or name that does not fit."
    )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _bare(document: Document, now: datetime) -> None:
    """Take out what the library and its blank document say of themselves."""
    for rels in (document.part.package.rels, document.part.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(DROPPED)]:
            del rels[key]
    told = document.core_properties
    told.author = told.last_modified_by = told.comments = told.keywords = told.subject = told.category = ""
    told.title = "Plan to go-live"
    told.created = told.modified = now.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)


def _style(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)


def _table(document: Document, sides: tuple[str, str], rows: Sequence[FileRow]) -> None:
    table = document.add_table(rows=1, cols=len(WIDTHS))
    table.style, table.autofit = "Table Grid", False
    for cell, words in zip(table.rows[0].cells, ("Step", "Date", *sides), strict=True):
        _write(cell.paragraphs[0], words, bold=True, color=RGBColor(0xFF, 0xFF, 0xFF))
        _shade(cell)
    _repeat(table.rows[0])
    for row in rows:
        day = f"{row.day:%a} {long_date(row.day)}"
        for cell, words in zip(table.add_row().cells, (row.what, day, row.theirs, row.ours), strict=True):
            _write(cell.paragraphs[0], words, bold=False, color=None)
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width  # Word reads the cells, other programs the grid.
    for row_ in table.rows:
        for cell, width in zip(row_.cells, WIDTHS, strict=True):
            cell.width = width


def _write(paragraph: Paragraph, words: str, *, bold: bool, color: RGBColor | None) -> None:
    run = paragraph.add_run(words)
    run.bold = bold
    if color is not None:
        run.font.color.rgb = color
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), SHADE)
    cell._tc.get_or_add_tcPr().append(shade)


def _repeat(row: _Row) -> None:
    """Show the head again on the next page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
