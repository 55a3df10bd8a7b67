"""Which page a person means: its id, uri, file name or title."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from knowledge.documents import Document
from knowledge.errors import KnowledgeError

NEAREST = 5


class NoSuchPage(KnowledgeError):
    """No page, or more than one, answers to what was written; `candidates` are the ones to choose from."""

    def __init__(self, sentence: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.candidates = tuple(candidates)


def find(written: str, pages: Sequence[Document]) -> Document:
    """Give the one page that is meant; NoSuchPage names the candidates."""
    wanted = _plain(written)
    exact = [page for page in pages if wanted in _names(page) or (len(wanted) >= 6 and page.id.startswith(wanted))]
    found = exact or [page for page in pages if wanted and wanted in page.title.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSuchPage(
            f'"{written}" fits {len(found)} pages; give the id of one:', [_told(p, found) for p in found[:NEAREST]]
        )
    nearest = sorted(pages, key=lambda page: -SequenceMatcher(None, wanted, page.title.casefold()).ratio())[:NEAREST]
    if not nearest:
        raise NoSuchPage("There are no pages yet; add some with `seller ingest FOLDER` or `seller kb add TITLE`.")
    raise NoSuchPage(f'There is no page "{written}"; the nearest are:', [_told(page, nearest) for page in nearest])


def _names(page: Document) -> set[str]:
    return {_plain(name) for name in (page.id, page.uri, page.uri.rsplit("/", 1)[-1], page.title)}


def _plain(name: str) -> str:
    """Give a name as it is compared: a question that became a page is found with its mark and without."""
    return name.strip().casefold().rstrip("?!. ")


def _told(page: Document, among: Sequence[Document]) -> str:
    """Give title and id, and the file where another page of the list has the same title."""
    twice = sum(other.title == page.title for other in among) > 1
    return f"{page.title} ({page.id}, {page.uri})" if twice else f"{page.title} ({page.id})"
