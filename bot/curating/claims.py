"""What pages claim, sentence by sentence: the subject, and what could be said otherwise (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.grounding import dates, figures
from bot.grounding.dates import When
from bot.grounding.figures import Figure
from bot.grounding.names import candidates, name_pairs
from bot.grounding.text import content, fold, sentences, stem, words
from knowledge.documents import Chunk, Document

SHORTEST, LONGEST = 3, 45
"""words of a sentence that claims something on its own"""
_NO_CLAIM = re.compile(r"[?:]$|^(?:click|select|press|open|navigate|scroll|type|paste)\b", re.IGNORECASE)
"""questions, what introduces a list, and steps through a screen"""
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^[\s|:-]+$")
_TAG = re.compile(r"<[^<>]{1,300}>")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^)]*\)|https?://\S+")
FORBIDS = re.compile(
    r"\b(?:must|may|shall|should|can|will) not\b|\b(?:must|should)n['’]t\b|^(?:please )?do(?: not|n['’]t)\b|\b(?:can|won)['’]t\b|\bcannot\b|\bnever\b|\b(?:forbidden|prohibited|banned)\b"
    r"|\bnot (?:be )?(?:allowed|permitted|acceptable)\b|\bno one may\b|\bnobody may\b",
    re.IGNORECASE,
)
SPARES = re.compile(
    r"\b(?:not|no longer) (?:be )?(?:required|needed|necessary|mandatory)\b|\bneed not\b|\b(?:do|does)(?: not|n['’]t) (?:need|have to)\b"
    r"|\boptional(?:ly)?\b|\bno (?:approval|sign-off|review) is (?:needed|required)\b",
    re.IGNORECASE,
)
REQUIRES = re.compile(
    r"\bmust\b|\b(?:is|are|be) (?:always )?(?:required|mandatory|obligatory)\b|\balways\b|\b(?:has|have) to\b|\bneeds?\b|\brequires?\b",
    re.IGNORECASE,
)
ALLOWS = re.compile(r"\bmay\b|\bcan\b|\b(?:is|are) (?:allowed|permitted|welcome)\b")
_COUNTED = re.compile(r"[\s-]+(?:(?:business|working|calendar|full)[\s-])?([A-Za-z]+)", re.IGNORECASE)
"""what a figure counts, such as the days of "5 business days\""""
SPANS = {"days": "span", "months": "span", "time": "time", "clock": "clock"}
MODALS = frozenset(
    stem(word)
    for word in "must never always required require requires mandatory optional forbidden prohibited allowed permitted need "
    "needs needed have not no nobody cannot don't doesn't won't can't shouldn't mustn't longer banned obligatory necessary".split()
)


@dataclass(frozen=True)
class Said:
    """A sentence of a page."""

    text: str
    chunk: Chunk
    page: Document
    key: str = ""
    """of a table's cell: its row and column; nothing for prose"""
    value: str = ""
    """of a table's cell: what stands in it"""

    @property
    def stated(self) -> str:
        """Give the words that could be said otherwise: of a cell what stands in it, not what it is about."""
        return self.value or self.text

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Amounts, shares, spans and counts."""
        return tuple(figures.extract(dates.extract(self.stated)[1])[0])

    @cached_property
    def dates(self) -> tuple[When, ...]:
        """Dates."""
        return dates.extract(self.stated)[0]

    @cached_property
    def names(self) -> frozenset[str]:
        """Words written as names; the first word of a sentence only where it stands in capitals or twice as a name."""
        undated = dates.extract(self.stated)[1]
        found = list(candidates(undated))
        pairs = {first for first, _ in name_pairs(undated)}
        return frozenset(fold(word) for word, first in found if not first or word.isupper() or fold(word) in pairs)

    @cached_property
    def subject(self) -> frozenset[str]:
        """Stems of meaning without what could be said otherwise: figures, dates, names, and words that rule."""
        bare = figures.extract(dates.extract(self.text)[1])[1]
        spelled = {stem(word) for figure in self.figures for word in words(figure.text)}
        kept = content(bare) - MODALS - spelled - {stem(word) for name in self.names for word in words(name)}
        return frozenset(word for word in kept if not word.isdigit())

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Stems of all words that carry meaning, names and figures included."""
        return content(self.text)

    @cached_property
    def about(self) -> frozenset[str]:
        """Stems of the page's title and the headings above."""
        return content(f"{self.page.title} {self.chunk.location.rpartition(', ')[0]}")

    @cached_property
    def counted(self) -> tuple[tuple[str, Figure], ...]:
        """Each figure with what it counts, so that only like is held against like; ordinals count nothing."""
        return tuple((kind, figure) for figure in self.figures if (kind := self._kind(figure)))

    def _kind(self, figure: Figure) -> str:
        measure = figure.currency or ("%" if figure.percent else "") or SPANS.get(figure.unit or "", "")
        if measure or figure.ordinal:
            return measure if not figure.ordinal else ""
        after = _COUNTED.match(self.stated.partition(figure.text)[2])
        unit = figures.UNITS.get(fold(after[1]).removesuffix("s"), ("",))[0] if after else ""
        return SPANS.get(unit, "") or (stem(fold(after[1])) if after else "")

    @cached_property
    def rule(self) -> str:
        """What the sentence does to its subject: forbids, spares, requires, allows, or nothing."""
        for name, pattern in (("spares", SPARES), ("forbids", FORBIDS), ("requires", REQUIRES), ("allows", ALLOWS)):
            if pattern.search(self.text):
                return name
        return ""


def claims(page: Document, chunks: list[Chunk]) -> Iterator[Said]:
    """Yield each sentence and each cell of a table that says something of its own."""
    seen: set[str] = set()
    for chunk in chunks:
        clean = _TAG.sub(" ", chunk.text)
        for text, key, value in [*((sentence, "", "") for sentence in _prose(clean)), *_cells(clean)]:
            if SHORTEST <= len(text.split()) <= LONGEST and text not in seen and not _NO_CLAIM.search(text):
                seen.add(text)
                yield Said(text, chunk, page, key, value)


def _prose(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if "|" not in line and not line.lstrip().startswith(("#", ">"))]
    return [_LINK.sub(r"\1", sentence).replace("*", "").replace("`", "") for sentence in sentences("\n".join(lines))]


def _cells(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield ("Basic, price: $10", "basic, price", "$10") for each cell of a Markdown table, by its row and column."""
    head: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in _CELL.split(line.strip().strip("|"))] if "|" in line else []
        if not cells or not head:
            head = cells
        elif not _RULE.match(line) and len(cells) == len(head):
            keys = [f"{cells[0]}, {name}" for name in head]
            told = [(key, cell) for key, cell in zip(keys[1:], cells[1:], strict=True) if cell]
            yield from ((f"{key}: {cell}", fold(key), cell) for key, cell in told)
