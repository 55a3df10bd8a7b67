"""One way to talk to the registry's database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge.errors import KnowledgeStorageError


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction; KnowledgeStorageError says what is wrong with the database."""
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise KnowledgeStorageError(
            f"The knowledge base's database cannot be used ({cause}): check disk space and permissions, then retry."
        ) from error
