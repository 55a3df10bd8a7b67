"""The life of a page: written as a draft, tried, published, verified again, retired."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from knowledge.curation.writing import WRITTEN, NewPage, uri_for, written_again
from knowledge.documents import Document
from knowledge.errors import KnowledgeError
from knowledge.golden import GoldenRank, lost
from knowledge.library import Library
from knowledge.pages import document_id
from knowledge.registry import Version


class GoldenLost(KnowledgeError):
    """A golden question would no longer find its page; `ranks` holds all of them."""

    def __init__(self, title: str, ranks: Sequence[GoldenRank]) -> None:
        why = lost(ranks)
        super().__init__(
            f"“{title}” is not published: {why}. Correct the page or the question, or force it in the terminal with --force."
        )
        self.ranks = tuple(ranks)


class Curation:
    """What may be done to pages; who may do it is the caller's question."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def add_page(self, page: NewPage) -> Document:
        """Store a new page; as a draft it is in no search until it is published."""
        _complete(page)
        return self._store(uri_for(page.title), page)

    def revise(
        self, page_id: str, *, now: datetime, text: str | None = None, force: bool = False, **changes: Any
    ) -> Document:
        """Change a page that was written here; GoldenLost where a published one would no longer be found."""
        present = self._written(page_id)
        page = written_again(present, self.text(page_id) if text is None else text, changes)
        _complete(page)
        if present.searchable and not force:
            self._try(self._library.read(present.uri, page.markdown()), now)
        return self._store(present.uri, page)

    def check(self, page_id: str, *, now: datetime, text: bytes | None = None) -> list[GoldenRank]:
        """Ask a page's golden questions of it, or of a new text that would take its place."""
        present = self._library.stored(page_id)
        version = present if text is None else self._library.read(present.document.uri, text)
        return self._library.trial(version, now)

    def publish(self, page_id: str, *, by: str, now: datetime, verified: bool = True, force: bool = False) -> Document:
        """Bring a draft or a retired page into the search, if `verified` as found true today; GoldenLost unless forced."""
        if not force:
            self._try(self._library.stored(page_id), now)
        if not verified:
            return self._library.decide(page_id, {"decided": "unverified"})
        return self._review(page_id, by, now, {"decided": "verified"})

    def verify(self, page_id: str, *, by: str, now: datetime) -> Document:
        """Keep that a person found the present content true today."""
        page = self._library.page(page_id)
        if not page.searchable:
            state = page.decided or page.status
            raise KnowledgeError(f"“{page.title}” is {state} and in no search; bring it in with `seller kb publish`.")
        return self._review(page_id, by, now, {"decided": "verified"} if page.decided == "unverified" else {})

    def retire(self, page_id: str, *, by: str) -> Document:
        """Take a page out of the search; it stays in the list, and can be published again."""
        return self._library.decide(page_id, {"decided": "archived", "reviewer": by})

    def discard(self, page_id: str) -> None:
        """Forget a draft that was written here."""
        page = self._written(page_id)
        if page.searchable:
            raise KnowledgeError(f"“{page.title}” is published; retire it instead.")
        self._library.forget(page_id)

    def text(self, page_id: str) -> str:
        """Give a page's text."""
        return "\n\n".join(chunk.text for chunk in self._library.chunks(page_id))

    def _review(self, page_id: str, by: str, now: datetime, values: Mapping[str, Any]) -> Document:
        return self._library.decide(page_id, dict(values) | {"reviewed": now.date(), "reviewer": by})

    def _try(self, version: Version, now: datetime) -> None:
        ranks = self._library.trial(version, now)
        if lost(ranks):
            raise GoldenLost(version.document.title, ranks)

    def _store(self, uri: str, page: NewPage) -> Document:
        report = self._library.add(uri, page.markdown(), resolve_account=lambda account: account)
        troubles = [failed.why for failed in report.failed] + [skipped.why for skipped in report.skipped]
        if troubles:
            raise KnowledgeError(f"The page “{page.title}” could not be stored: {troubles[0]}.")
        return self._library.page(document_id(uri))

    def _written(self, page_id: str) -> Document:
        page = self._library.page(page_id)
        if not page.uri.startswith(WRITTEN):
            raise KnowledgeError(f"“{page.title}” comes from {page.uri}; change it there and ingest it again.")
        return page


def _complete(page: NewPage) -> None:
    if not page.title.strip() or not page.text.strip():
        raise KnowledgeError("A page needs a title and a text; give both.")
