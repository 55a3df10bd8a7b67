"""The ledger of one answer: numbers its sources, keeps their words and the figures computed from them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from bot.crm.port import CrmReader
from bot.crm.records import Activity, Record
from bot.grounding import Source
from bot.llm.outside import Discretion
from bot.proposals import Citation, Line, Number, Section
from bot.screening import GIVES_ORDERS, orders
from knowledge.documents import Document, Passage

QUOTE = 240
NEEDLE = 12
"""characters from which on words tell of a source: a computed line that repeats them without naming it is kept back with it"""
FILE = "file"
"""how a citation is marked that rests on a file somebody gave"""


def money(amount: Decimal | None, currency: str) -> str:
    """Write an amount with its currency; an unknown one is said to be unknown."""
    if amount is None:
        return "amount unknown"
    cents = round(amount, 2)
    return f"{currency} {cents:,.0f}" if cents == cents.to_integral() else f"{currency} {cents:,.2f}"


def plural(count: int, noun: str) -> str:
    """Write a count with its noun."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{count:,} {noun}s"


class Told(NamedTuple):
    """Words of a source, and all sources that they rest on."""

    text: str
    rests_on: frozenset[int]


class Ledger:
    """Numbers sources in the order in which they are first named."""

    def __init__(self, reader: CrmReader, today: date) -> None:
        self.reader = reader
        self.today = today
        self.numbers: list[Number] = []
        self._citations: dict[str, Citation] = {}
        self._texts: dict[int, list[Told]] = {}

    def record(self, kind: str, record: Record, title: str, changed: datetime | None = None) -> int:
        """Number a CRM record; the same record keeps its number."""
        link = self.reader.link(kind, record.id)
        age = (self.today - changed.date()).days if changed else None
        finer = f"activity/{record.kind}" if isinstance(record, Activity) else kind
        cited = Citation(
            n=0, title=title, source=link, location=kind, status="CRM", age_days=age, record=f"{kind}:{record.id}",
            kind=finer,
        )  # fmt: skip
        return self._number(link, cited)

    def passage(self, passage: Passage) -> int:
        """Number a passage of the knowledge base."""
        page = passage.document
        citation = Citation(
            n=0,
            title=page.title,
            source=page.uri,
            location=passage.chunk.location,
            quote=_quote(passage.chunk.text),
            status=passage.status,
            age_days=passage.age_days,
            owner=page.owner or page.author,
            page=page.id,
            kind=page.kind,
            inside=page.inside,
        )
        n = self._number(passage.chunk.id, citation)
        if not self._texts[n]:
            self._tell(n, f"{page.title}\n{passage.chunk.text}")
        return n

    def page(self, page: Document, today: date) -> int:
        """Number a page of the knowledge base as a whole."""
        citation = Citation(
            n=0,
            title=page.title,
            source=page.uri,
            status=page.status_on(today),
            age_days=page.age_on(today),
            owner=page.owner or page.author,
            page=page.id,
            kind=page.kind,
            inside=page.inside,
        )
        return self._number(f"page {page.id}", citation)

    def search(self, words: str) -> int:
        """Number a search over the CRM, which is the source of what it counted."""
        cited = Citation(n=0, title=f"CRM search: {words}", source="", status="CRM", kind="search")
        return self._number(f"search {words}", cited)

    def said(
        self,
        source: str,
        title: str,
        location: str,
        quote: str,
        status: str = FILE,
        *,
        kind: str = "",
        inside: bool = False,
    ) -> int:
        """Number a place in a file that is no page of the knowledge base, such as a line of a transcript."""
        cited = Citation(
            n=0, title=title, source=source, location=location, quote=_quote(quote), status=status, kind=kind or status,
            inside=inside,
        )  # fmt: skip
        n = self._number(f"{source}#{location}#{quote}", cited)
        self._tell(n, quote)
        return n

    def _number(self, key: str, citation: Citation) -> int:
        if key not in self._citations:
            n = len(self._citations) + 1
            self._citations[key] = citation.model_copy(update={"n": n})
            self._texts[n] = []
        return self._citations[key].n

    def line(self, text: str, *cites: int) -> Line:
        """Write a computed line; its words become part of what its sources say."""
        for n in cites:
            self._tell(n, text, *cites)
        return Line(text=text, cites=cites)

    def _tell(self, n: int, text: str, *rests_on: int) -> None:
        told = Told(text, frozenset({n, *rests_on}))
        if told not in self._texts[n]:
            self._texts[n].append(told)

    def figure(self, value: Decimal | int | float | None, source: str) -> None:
        """Keep a computed figure, so that the check of numbers knows it."""
        if value is not None:
            self.numbers.append(Number(value=float(value), source=source))

    def sources(self) -> dict[int, Source]:
        """All sources with their words, for the model and for the grounding check."""
        return {c.n: Source(n=c.n, title=c.title, text=self._words(c.n)) for c in self._citations.values()}

    def _words(self, n: int) -> str:
        return "\n".join(dict.fromkeys(told.text for told in self._texts[n]))

    def shown(self, discretion: Discretion) -> tuple[dict[int, Source], int]:
        """The sources that the model may be shown, and how many it may not.

        A computed line is shown where all sources that it rests on are; one that repeats words of a hidden source
        without naming it is kept back by these words.
        """
        hidden = [c for c in self._citations.values() if discretion.hides_source(c)]
        numbers = {c.n for c in hidden}
        told = [one.text for n in numbers for one in self._texts[n]]
        kept_back = {
            one for one in (*told, *(c.title.partition(": ")[2] or c.title for c in hidden)) if len(one) >= NEEDLE
        }
        shown = {
            c.n: Source(n=c.n, title=c.title, text="\n".join(self._open(c.n, numbers, kept_back)))
            for c in self._citations.values()
            if c.n not in numbers
        }
        return shown, len(hidden)

    def _open(self, n: int, hidden: set[int], kept_back: set[str]) -> Iterable[str]:
        """The words of a source that rest on no hidden one, and repeat none."""
        open_ = (told.text for told in self._texts[n] if not told.rests_on & hidden)
        return dict.fromkeys(text for text in open_ if not _holds(text, kept_back))

    def facts(self) -> dict[str, float | str]:
        """What code vouches for in any sentence: the computed figures, and the names of accounts, people and deals."""
        figures: dict[str, float | str] = {
            f"{i} {number.source}": number.value for i, number in enumerate(self.numbers)
        }
        named = {"account", "contact", "opportunity"}
        return figures | {f"name of {c.source}": c.title for c in self._citations.values() if c.location in named}

    def settle(self, sections: Sequence[Section]) -> tuple[tuple[Section, ...], tuple[Citation, ...]]:
        """Renumber by first use and keep only the citations that are used."""
        used = dict.fromkeys(n for section in sections for line in section.lines for n in line.cites)
        new = {old: i for i, old in enumerate(used, start=1)}
        renumbered = tuple(
            s.model_copy(update={"lines": tuple(_renumber(line, new) for line in s.lines)}) for s in sections
        )
        by_n = {c.n: c for c in self._citations.values()}
        return renumbered, tuple(self._cited(by_n[old], n) for old, n in new.items())

    def _cited(self, citation: Citation, n: int) -> Citation:
        text = " ".join(dict.fromkeys(told.text for told in self._texts[citation.n]))
        told = {"quote": citation.quote or _quote(text), "warning": GIVES_ORDERS if orders(text) else ""}
        return citation.model_copy(update={"n": n, **told})


def _holds(text: str, needles: set[str]) -> bool:
    return any(needle in text for needle in needles)


def _renumber(line: Line, new: dict[int, int]) -> Line:
    return line.model_copy(update={"cites": tuple(sorted(new[n] for n in set(line.cites)))})


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= QUOTE else flat[: QUOTE - 1].rstrip() + "…"


def joined(parts: Iterable[str | None], separator: str = ", ") -> str:
    """Join what is known."""
    return separator.join(part for part in parts if part)
