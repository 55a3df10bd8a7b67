"""Records of one open transaction, by kind and id."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from bot.crm.local.tables import TABLES
from bot.crm.records import Record

R = TypeVar("R", bound=Record)


class Rows:
    """Reads and writes inside one transaction; rows that are read are held until it ends, where the database can."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, kind: type[R], record_id: str) -> R | None:
        """One record."""
        found = self.where(kind, id=record_id)
        return found[0] if found else None

    def where(self, kind: type[R], **equals: object) -> list[R]:
        """Records whose columns equal these values, by id."""
        table = TABLES[kind]
        query = select(table).filter_by(**equals).order_by(table.c.id).with_for_update()
        return [kind.model_validate(dict(row._mapping)) for row in self._connection.execute(query)]

    def insert(self, record: Record) -> None:
        """Add a record."""
        self._connection.execute(insert(TABLES[type(record)]).values(dict(record)))

    def change(self, kind: type[Record], record_id: str, values: Mapping[str, Any]) -> None:
        """Set some columns of a record."""
        table = TABLES[kind]
        self._connection.execute(update(table).where(table.c.id == record_id).values(dict(values)))

    def delete(self, kind: type[Record], record_id: str) -> None:
        """Remove a record."""
        table = TABLES[kind]
        self._connection.execute(delete(table).where(table.c.id == record_id))
