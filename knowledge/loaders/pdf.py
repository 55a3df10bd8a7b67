"""PDF: the text layer page by page, without running heads; pictures of text are said to be that."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2

from knowledge.errors import NotReadable
from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import day_of, read_bytes

RUNNING_SHARE, RUNNING_PAGES, EDGE = 0.5, 3, 2
"""a line among the first or last two of a page is a running head when half of the pages, and three at least, have it"""
SHORT = 0.75
"""a line shorter than this share of the longest, after a full stop, ends its paragraph"""
CUT_WORD = re.compile("[\x02\ufffe]\n?")
"""what the reader of the format puts where a word was cut at the end of its line"""
_BULLET = re.compile(r"^\s*(?:[•◦▪‣*–-]|\d{1,2}[.)]|[a-z][.)])\s+")
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")

Pages = list[list[str]]


def load(source: Path | bytes) -> Parsed:
    """Read the text of every page; NotReadable for a password, a damaged file or one without text."""
    pages, said = _read(read_bytes(source))
    if not any(pages):
        raise NotReadable("it has no text layer, only pictures of pages; run text recognition (OCR) over it first")
    running = _running(pages)
    units = tuple(unit for number, lines in enumerate(pages, 1) for unit in _units(lines, number, running))
    title = (said.get("Title") or "").strip() or next((unit.text for unit in units if len(unit.text) < 100), None)
    return Parsed(title, (Section((), units),), _front(said), {})


def _read(data: bytes) -> tuple[Pages, dict[str, str]]:
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            return [_lines(document, i) for i in range(len(document))], document.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotReadable("it is protected by a password; save it without one") from error
        raise NotReadable("it is damaged or no PDF; save it anew") from error


def _lines(document: pypdfium2.PdfDocument, i: int) -> list[str]:
    with closing(document[i]) as page, closing(page.get_textpage()) as text:
        words = CUT_WORD.sub("", text.get_text_bounded().replace("\r\n", "\n"))
    return [line.strip() for line in words.split("\n") if line.strip()]


def _front(said: dict[str, str]) -> dict[str, Any]:
    stamp = _DATE.match(said.get("ModDate") or said.get("CreationDate") or "")
    date = day_of("-".join(stamp.groups())) if stamp else None
    found = {"author": (said.get("Author") or "").strip(), "date": date}
    return {name: value for name, value in found.items() if value and value != "anonymous"}


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _running(pages: Pages) -> set[str]:
    seen = Counter(key for lines in pages for key in {_key(line) for line in [*lines[:EDGE], *lines[-EDGE:]]})
    least = max(RUNNING_PAGES, RUNNING_SHARE * len(pages))
    return {key for key, count in seen.items() if count >= least}


def _units(lines: Sequence[str], number: int, running: set[str]) -> Iterator[Unit]:
    edge = {*range(EDGE), *range(len(lines) - EDGE, len(lines))}
    kept = [line for i, line in enumerate(lines) if i not in edge or _key(line) not in running]
    longest = max((len(line) for line in kept), default=0)
    paragraph = ""
    for line in kept:
        if paragraph and (_BULLET.match(line) or _ends(paragraph, longest)):
            yield Unit(paragraph, number, number, counts="page")
            paragraph = ""
        paragraph = f"{paragraph}\n{line}" if paragraph else line
    if paragraph:
        yield Unit(paragraph, number, number, counts="page")


def _ends(paragraph: str, longest: int) -> bool:
    last = paragraph.rsplit("\n", 1)[-1]
    short = len(last) < SHORT * longest
    return short and (last.endswith((".", "!", "?", ":", ";")) or len(last) < SHORT * SHORT * longest)
