"""One table per record, columns named as the record's fields, so that a row and a record cannot drift apart."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo
from sqlalchemy import Boolean, Column, Date, Dialect, Float, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Quota,
    Record,
    SnapshotRow,
    Stage,
    Task,
    User,
)

metadata = MetaData()


class Money(TypeDecorator[Decimal]):
    """An exact decimal kept as text, because SQLite would make a float of it."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write plain digits, never an exponent."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read the exact decimal back."""
        return None if value is None else Decimal(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time kept as fixed-width UTC text, which sorts as time does and keeps its microseconds."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write in UTC; a time without its zone is a programming error (ValueError)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value.isoformat()} has no zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read an aware UTC time."""
        return None if value is None else datetime.fromisoformat(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings kept as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """Write a JSON list."""
        return json.dumps(list(value or ()), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """Read a tuple."""
        return tuple(json.loads(value or "[]"))


_TYPES: Mapping[Any, TypeEngine[Any]] = MappingProxyType(
    {
        str: Text(),
        bool: Boolean(),
        int: Integer(),
        float: Float(),
        Decimal: Money(),
        datetime: UtcTime(),
        date: Date(),
    }
)


def _type(annotation: Any) -> TypeEngine[Any]:
    """The column type of one field's annotation; a Literal is text."""
    if annotation in _TYPES:
        return _TYPES[annotation]
    if get_origin(annotation) is tuple:
        return Names()
    inner = [arg for arg in get_args(annotation) if arg is not NoneType]
    return _type(inner[0]) if isinstance(inner[0], type) else Text()


def _column(name: str, field: FieldInfo) -> Column[Any]:
    if name == "id":
        return Column("id", String(255), primary_key=True)
    optional = NoneType in get_args(field.annotation)
    return Column(name, _type(field.annotation), nullable=optional)


def _table(name: str, record: type[Record]) -> Table:
    return Table(name, metadata, *(_column(key, field) for key, field in record.model_fields.items()))


TABLES: Mapping[type[Record], Table] = MappingProxyType(
    {
        User: _table("crm_users", User),
        Stage: _table("crm_stages", Stage),
        Product: _table("crm_products", Product),
        Account: _table("crm_accounts", Account),
        Contact: _table("crm_contacts", Contact),
        Opportunity: _table("crm_opportunities", Opportunity),
        OpportunityHistory: _table("crm_opportunity_history", OpportunityHistory),
        OpportunityContactRole: _table("crm_opportunity_contact_roles", OpportunityContactRole),
        Activity: _table("crm_activities", Activity),
        Task: _table("crm_tasks", Task),
        Quota: _table("crm_quotas", Quota),
    }
)

sync = Table(
    "crm_sync",
    metadata,
    Column("source", String(255), primary_key=True),
    Column("as_of", UtcTime(), nullable=False),
)

applied = Table(
    "crm_applied",
    metadata,
    Column("change_id", String(255), primary_key=True),
    Column("receipt", Text, nullable=False),
    Column("undo", Text),
)
"""The idempotency key of every write, beside its receipt and, once taken back, the receipt of that."""

snapshots = Table(
    "crm_snapshots",
    metadata,
    Column("day", Date, primary_key=True),
    *(
        Column(name, _type(field.annotation), nullable=NoneType in get_args(field.annotation))
        for name, field in SnapshotRow.model_fields.items()
        if name not in ("day", "opportunity_id")
    ),
    Column("opportunity_id", String(255), primary_key=True),
)

cursors = Table(
    "crm_cursors",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("cursor", Text),
    Column("full", Boolean, nullable=False),
    Column("done_at", UtcTime()),
    Column("began_at", UtcTime()),
    Column("count", Integer, nullable=False),
    Column("holds", Names(), nullable=False),
)
"""how far each kind was read, in which pass, and which records it brings; `done_at` is empty while a pass is under way

The row with an empty kind is the sync as a whole: `full` where it drops what it did not meet, `cursor` why it stopped.
"""

seen = Table(
    "crm_seen",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("id", String(255), primary_key=True),
)
"""what a full pass over a filled mirror has met so far; the rest is gone at its end"""

merged = Table(
    "crm_merged",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("into", String(255), nullable=False),
    Column("at", UtcTime(), nullable=False),
)
"""records that the CRM merged into another, so that what names the old one finds the new one"""

access = Table(
    "crm_access",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("record_id", String(255), primary_key=True),
    Column("right", String(8), primary_key=True),
    Column("allowed", Boolean, nullable=False),
    Column("at", UtcTime(), nullable=False),
)
"""what the CRM last said of a person's right, `read` or `edit`, to a record"""

suppressed = Table(
    "crm_suppressed",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("at", UtcTime(), nullable=False),
)
"""keyed hashes of people who were erased, so that no sync or import brings them back"""

_INDICES: tuple[tuple[type[Record], tuple[str, ...]], ...] = (
    (Contact, ("account_id",)),
    (Opportunity, ("account_id",)),
    (Opportunity, ("is_closed",)),
    (OpportunityHistory, ("opportunity_id", "at")),
    (OpportunityContactRole, ("opportunity_id",)),
    (OpportunityContactRole, ("contact_id",)),
    (Activity, ("account_id", "at")),
    (Activity, ("at",)),
    (Task, ("account_id",)),
    (Task, ("status", "due")),
)
for _record, _keys in _INDICES:
    _of = TABLES[_record]
    Index(f"ix_{_of.name}_{'_'.join(_keys)}", *(_of.c[key] for key in _keys))
