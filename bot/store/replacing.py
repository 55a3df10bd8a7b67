"""One row in the place of another, safe where two processes do it at the same moment."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table


def replace(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Put a row in the place of the one with its key, or where there is none yet; what is not given gets its default.

    Deleting and inserting would not do: on PostgreSQL both may find nothing to delete, and the later one fails.
    """
    add = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table).values(**values)
    kept = {column.name: add.excluded[column.name] for column in table.c if not column.primary_key}
    connection.execute(add.on_conflict_do_update(index_elements=list(table.primary_key), set_=kept))
