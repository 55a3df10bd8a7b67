"""PDF: the text layer page by page, without running heads; pictures of text are said to be that."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
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
_GENERIC = re.compile(r"\(?(?:untitled|anonymous|unspecified)\)?\d*", re.IGNORECASE)
_PROGRAM = re.compile(r"^Microsoft \w+ - (?P<name>.*?)(?:\.\w{2,5})?$")
"""how printing to a file names a document"""
NUMBERING = 8
"""letters that may stand before a heading's words on the page and not in the outline, such as "1.2 " """

Pages = list[list[str]]
Outline = dict[int, list[tuple[int, str]]]
"""the headings of each page, as levels and words"""


@dataclass(frozen=True)
class _Read:
    """What a document holds, before it is made into sections."""

    pages: Pages
    pictures: list[int]
    """the pages without text that show a picture"""
    outline: Outline
    said: dict[str, str]


def load(source: Path | bytes) -> Parsed:
    """Read the text of every page; NotReadable for a password, a damaged file or one without text."""
    read = _read(read_bytes(source))
    if not any(read.pages):
        raise NotReadable("it has no text layer, only pictures of pages; run text recognition (OCR) over it first")
    sections = tuple(_sections(read))
    opening = (unit.text.split("\n")[0] for section in sections for unit in section.units)
    first = next((line for line in opening if len(line) < 100), None)
    return Parsed(_title(read.said) or first, sections, _front(read.said), {}, left_out=_left_out(read.pictures))


def _title(said: dict[str, str]) -> str:
    title = (said.get("Title") or "").strip()
    printed = _PROGRAM.match(title)
    return "" if _GENERIC.fullmatch(title) else printed["name"] if printed else title


def _left_out(pictures: list[int]) -> str:
    if not pictures:
        return ""
    named = f"page {pictures[0]} is a picture" if len(pictures) == 1 else f"pages {_listed(pictures)} are pictures"
    return f"{named} without text; run text recognition (OCR) over it, the rest is in"


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown


def _read(data: bytes) -> _Read:
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            pages = [_lines(document, i) for i in range(len(document))]
            pictures = [i + 1 for i, lines in enumerate(pages) if not lines and _has_picture(document, i)]
            return _Read(pages, pictures, _outline(document), document.get_metadata_dict())
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotReadable("it is protected by a password; save it without one") from error
        raise NotReadable("it is damaged or no PDF; save it anew") from error


def _lines(document: pypdfium2.PdfDocument, i: int) -> list[str]:
    with closing(document[i]) as page, closing(page.get_textpage()) as text:
        words = CUT_WORD.sub("", text.get_text_bounded().replace("\r\n", "\n"))
    return [line.strip() for line in words.split("\n") if line.strip()]


def _has_picture(document: pypdfium2.PdfDocument, i: int) -> bool:
    with closing(document[i]) as page:
        return any(True for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))


def _outline(document: pypdfium2.PdfDocument) -> Outline:
    found: Outline = {}
    for bookmark in document.get_toc():
        place, words = bookmark.get_dest(), " ".join(bookmark.get_title().split())
        page = place.get_index() if place else None
        if page is not None and words:
            found.setdefault(page + 1, []).append((bookmark.level, words))
    return found


def _front(said: dict[str, str]) -> dict[str, Any]:
    stamp = _DATE.match(said.get("ModDate") or said.get("CreationDate") or "")
    date = day_of("-".join(stamp.groups())) if stamp else None
    found = {"author": (said.get("Author") or "").strip(), "date": date}
    return {name: value for name, value in found.items() if value and not _GENERIC.fullmatch(str(value))}


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _running(pages: Pages) -> set[str]:
    seen = Counter(key for lines in pages for key in {_key(line) for line in [*lines[:EDGE], *lines[-EDGE:]]})
    least = max(RUNNING_PAGES, RUNNING_SHARE * len(pages))
    return {key for key, count in seen.items() if count >= least}


def _sections(read: _Read) -> Iterator[Section]:
    """Yield what stands under each heading of the outline; without one, all in one section."""
    running = _running(read.pages)
    path: list[tuple[int, str]] = []
    units: list[Unit] = []
    for number, lines in enumerate(read.pages, 1):
        kept = _kept(lines, running)
        longest = max(map(len, kept), default=0)
        for heading, some in _parted(kept, read.outline.get(number, [])):
            if heading is not None:
                if units:
                    yield Section(tuple(words for _, words in path), tuple(units))
                path = [entry for entry in path if entry[0] < heading[0]] + [heading]
                units = [Unit(some[0], number, number, heading=True, counts="page")]
                some = some[1:]
            units += _units(some, number, longest)
    if units:
        yield Section(tuple(words for _, words in path), tuple(units))


def _kept(lines: Sequence[str], running: set[str]) -> list[str]:
    edge = {*range(EDGE), *range(len(lines) - EDGE, len(lines))}
    return [line for i, line in enumerate(lines) if i not in edge or _key(line) not in running]


def _parted(lines: list[str], headings: list[tuple[int, str]]) -> Iterator[tuple[tuple[int, str] | None, list[str]]]:
    """Cut a page's lines where a heading of the outline stands; one that is not found is left."""
    current: tuple[int, str] | None = None
    start = 0
    for heading in headings:
        at = next((i for i, line in enumerate(lines) if i >= start and _is(line, heading[1])), None)
        if at is not None:
            if at > start or current:
                yield current, lines[start:at]
            current, start = heading, at
    yield current, lines[start:]


def _is(line: str, heading: str) -> bool:
    line, heading = " ".join(line.split()).casefold(), heading.casefold()
    return line.endswith(heading) and len(line) - len(heading) <= NUMBERING


def _units(lines: Sequence[str], number: int, longest: int) -> Iterator[Unit]:
    paragraph = ""
    for line in lines:
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
