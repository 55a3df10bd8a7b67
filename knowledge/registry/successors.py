"""Which pages another one has taken the place of."""

from dataclasses import replace

from sqlalchemy import Connection, select

from knowledge.documents import Document
from knowledge.registry.rows import to_document
from knowledge.registry.tables import documents


def with_successors(connection: Connection, pages: dict[str, Document]) -> dict[str, Document]:
    """Mark the pages that another one, which is no draft, names as superseded: by title, uri or file name.

    A page that not everybody may read who reads the old one takes nobody's place, and its title is not told.
    """
    query = select(documents).where(documents.c.supersedes.is_not(None), documents.c.partition != "archived")
    successors = [to_document(row) for row in connection.execute(query).mappings()]
    called: dict[str, list[str]] = {}
    for page in pages.values() if successors else ():
        for name in _names(page):
            called.setdefault(name, []).append(page.id)
    for new in successors:
        for page in [pages[page_id] for page_id in called.get((new.supersedes or "").casefold(), ())]:
            if page.id != new.id and _as_open(new, page):
                pages[page.id] = replace(page, superseded_by=new.title)
    return pages


def _as_open(new: Document, old: Document) -> bool:
    """Say whether everybody who may read the old page may read the new one."""
    teams = not new.teams or (bool(old.teams) and old.teams <= new.teams)
    return teams and new.account in (None, old.account)


def _names(page: Document) -> set[str]:
    """Give what a page may be called: its title, its uri, and each path that its uri ends in."""
    parts = page.uri.casefold().split("/")
    return {page.title.casefold(), *("/".join(parts[i:]) for i in range(len(parts)))}
