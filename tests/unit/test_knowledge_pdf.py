"""PDF: the outline's headings, names that programs give, pages that are pictures."""

from io import BytesIO

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from knowledge.loaders import load


def outlined(title: str = "untitled") -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    canvas.setTitle(title)
    for level, heading, y, words in ((0, "Discounts", 780, "Ten percent."), (1, "Exceptions", 700, "Public bodies.")):
        canvas.bookmarkHorizontal(heading, 72, y)
        canvas.addOutlineEntry(heading, heading, level)
        canvas.drawString(72, y, f"1.{level} {heading}")
        canvas.drawString(72, y - 20, words)
    for _ in range(2):
        canvas.showPage()
        canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "red")), 72, 600, 300, 200)
    canvas.save()
    return out.getvalue()


def test_the_headings_of_the_outline_reach_the_place() -> None:
    sections = load("page.pdf", outlined()).sections
    assert [(s.path, [unit.text for unit in s.units]) for s in sections] == [
        (("Discounts",), ["1.0 Discounts", "Ten percent."]),
        (("Discounts", "Exceptions"), ["1.1 Exceptions", "Public bodies."]),
    ]


def test_pages_that_are_pictures_are_named() -> None:
    why = "pages 2, 3 are pictures without text; run text recognition (OCR) over it, the rest is in"
    assert load("page.pdf", outlined()).left_out == why


@pytest.mark.parametrize(
    ("said", "title"),
    [("untitled", "1.0 Discounts"), ("Microsoft Word - Discount rules.docx", "Discount rules"), ("Rules", "Rules")],
)
def test_a_name_that_a_program_gave_is_no_title(said: str, title: str) -> None:
    assert load("page.pdf", outlined(said)).title == title
