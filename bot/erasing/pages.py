"""Pages whose very place names the person: a written page moves, a file's page goes."""

from sqlalchemy import Connection, RowMapping, delete, select, update

from bot.erasing.rows import Rows
from bot.erasing.words import Words
from bot.store.database import Engine, reading, writing
from knowledge.curation import WRITTEN
from knowledge.pages import document_id
from knowledge.registry import metadata

documents, sources = metadata.tables["kb_documents"], metadata.tables["kb_sources"]
CHILDREN = (("kb_chunks", "document_id"), ("kb_uses", "document_id"), ("kb_gaps", "answer"), ("kb_inquiries", "draft"))
"""what refers to a page by its id"""


def named_by_place(engine: Engine, rows: Rows, words: Words) -> tuple[list[str], list[str]]:
    """Give the ids of the pages whose uri names the person, and the ingested folders that do."""
    with reading(engine) as connection:
        pages = connection.execute(select(documents)).mappings().all()
        folders = connection.execute(select(sources)).mappings().all()
    by_uri = [
        str(row["id"]) for row in pages if words.text(row["uri"], named=rows.counts(documents, row)) != row["uri"]
    ]
    roots = [
        str(row["root"]) for row in folders if words.text(row["root"], named=rows.counts(sources, row)) != row["root"]
    ]
    return by_uri, roots


def move(engine: Engine, ids: list[str], rows: Rows, words: Words) -> list[str]:
    """Give pages that were written here a place without the name; gives the others, which are files and have to go."""
    files: list[str] = []
    with writing(engine) as connection:
        for row in connection.execute(select(documents).where(documents.c.id.in_(ids))).mappings().all():
            if str(row["uri"]).startswith(WRITTEN):
                _moved(connection, row, words.text(row["uri"], named=rows.counts(documents, row)))
            else:
                files.append(row["id"])
    return files


def forget(engine: Engine, roots: list[str]) -> None:
    """Forget ingested folders by which the person would be named; their pages are forgotten as files."""
    with writing(engine) as connection:
        connection.execute(delete(sources).where(sources.c.root.in_(roots)))


def _moved(connection: Connection, row: RowMapping, uri: str) -> None:
    new = document_id(uri)
    connection.execute(update(documents).where(documents.c.id == row["id"]).values(id=new, uri=uri))
    for name, column in CHILDREN:
        table = metadata.tables[name]
        connection.execute(update(table).where(table.c[column] == row["id"]).values({column: new}))


def uris(engine: Engine, ids: set[str]) -> list[str]:
    """Where these pages come from."""
    with reading(engine) as connection:
        rows = connection.execute(select(documents.c.id, documents.c.uri))
        return [str(row.uri) for row in rows if row.id in ids]
