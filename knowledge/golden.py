"""Golden questions: is a page still found by what it must be found by, before its change is published."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from knowledge.documents import Document, Retrieval, Scope
from knowledge.recovery import Recovery
from knowledge.registry import PREVIEW, Registry, Version

TOP = 5
"""a page must be among the first so many pages for each of its golden questions"""
DEPTH = 40
"""passages that are looked at for the rank of a page"""

Ask = Callable[[str, Scope, datetime, int, frozenset[str]], Retrieval]
"""question, scope, now, passages wanted, ids of pages to leave out → what the search finds"""


@dataclass(frozen=True)
class GoldenRank:
    """Where a page stands among the pages found for one of its golden questions; None: not among them."""

    question: str
    before: int | None
    after: int | None
    was_searched: bool
    """whether the page was in the search at all before, which a draft is not"""

    @property
    def lost(self) -> bool:
        """Say whether publishing would leave the question without this page among the first."""
        found_before = not self.was_searched or (self.before is not None and self.before <= TOP)
        return found_before and (self.after is None or self.after > TOP)


def told(rank: GoldenRank) -> str:
    """Say a rank before and after, such as "2 → not found"."""
    before, after = [str(place) if place else "not found" for place in (rank.before, rank.after)]
    return f"{before} → {after}" if rank.was_searched else after


def lost(ranks: Sequence[GoldenRank]) -> str:
    """Say which golden questions would no longer find their page; nothing where all do."""
    asked = [f'"{rank.question}" ({told(rank)})' for rank in ranks if rank.lost]
    many = "a golden question" if len(asked) == 1 else f"{len(asked)} golden questions"
    return f"{many} would not find it among the first {TOP} pages: {'; '.join(asked)}" if asked else ""


class Trial:
    """Asks the golden questions of a version that nobody else can find yet, in the true search."""

    def __init__(self, registry: Registry, recovery: Recovery, ask: Ask) -> None:
        self._registry, self._recovery, self._ask = registry, recovery, ask

    def ranks(self, present: Document | None, version: Version, now: datetime) -> list[GoldenRank]:
        """Give the ranks of the present page and of the version that would take its place."""
        questions = version.document.questions
        if not questions:
            return []
        searched = present is not None and present.searchable
        before = self._places(present, questions, now) if present and searched else [None] * len(questions)
        own = frozenset({present.id} if present else ())
        with self._shown(version, now) as shown:
            after = self._places(shown, questions, now, without=own)
        return [GoldenRank(*row, searched) for row in zip(questions, before, after, strict=True)]

    def _places(
        self, page: Document, questions: Sequence[str], now: datetime, without: frozenset[str] = frozenset()
    ) -> list[int | None]:
        scope = Scope(frozenset({page.account} if page.account else ()), page.teams)
        found = [self._ask(question, scope, now, DEPTH, without) for question in questions]
        pages = [list(dict.fromkeys(p.document.id for p in one.passages)) for one in found]
        return [ids.index(page.id) + 1 if page.id in ids else None for ids in pages]

    @contextmanager
    def _shown(self, version: Version, now: datetime) -> Iterator[Document]:
        """Put the version into the search behind a team that nobody is in, and take it out again."""
        preview = _preview(version, now)
        self._registry.stage([preview])
        try:
            self._recovery.finish([preview.document.id])
            yield preview.document
        finally:
            self._registry.bury([preview.document.id])
            self._recovery.sweep()


def _preview(version: Version, now: datetime) -> Version:
    mark = uuid4().hex[:16]
    # Nobody is in a team of this name, so whatever happens in between, nobody is shown the page.
    secret = frozenset({f"{PREVIEW}{mark}"})
    document = replace(version.document, id=mark, uri=f"{PREVIEW}{mark}", teams=secret, supersedes=None)
    if document.decided or not document.searchable:
        # What a person decided is kept with the page's own row: the preview has to say it of itself.
        since = document.verified_since if document.searchable else None
        document = replace(document, decided=None, status="verified", verified=since or now.date())
    chunks = tuple(replace(c, id=f"{mark}-{c.seq}", document_id=mark) for c in version.chunks)
    return Version(document, chunks, version.contexts, version.stamp)
