"""What a write has at hand: Salesforce as the seller sees it, and the checks that need its rows and its describe."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.crm import checks
from bot.crm.records import Opportunity, Record
from bot.crm.salesforce import soql
from bot.crm.salesforce.client import Client, Row
from bot.crm.salesforce.failures import GONE, Refused
from bot.crm.salesforce.fields import FieldMap, Shape
from bot.crm.salesforce.reading import Reading
from bot.crm.salesforce.schema import Field
from bot.crm.salesforce.source import Source
from bot.crm.salesforce.tables import KEY_FIELD, TABLES
from bot.crm.writes import Approval, Receipt
from bot.errors import CrmDoubtful, CrmRejected, CrmUnavailable

_WORDS = {"Account": "account", "Contact": "contact", "Opportunity": "opportunity", "User": "user"}


class Desk:
    """One write in the name of one seller."""

    def __init__(
        self, client: Client, user_id: str, personal: bool, names: FieldMap, source: Source, now: Callable[[], datetime]
    ) -> None:
        self.client = client
        self.user_id = user_id
        self.personal = personal
        self.names = names
        self.source = source
        self.now = now

    @property
    def reading(self) -> Reading:
        """How rows become records."""
        return self.source.reading

    def shape(self, kind: str) -> Shape:
        """The kind's table as the seller sees it, with what a write must know of a row."""
        more = (KEY_FIELD, "CreatedById", "LastModifiedDate", "LastModifiedById", "CreatedDate")
        return self.names.shape(kind, self.client.schema, *more)

    def row(self, kind: str, record_id: str) -> Row | None:
        """One row, or None where there is none that the seller may see."""
        found: list[Row] = []
        with suppress_gone():
            found = self.rows(kind, lambda name, fields: soql.by_id(name, fields, record_id))
        return next((row for row in found if not row.get("IsDeleted")), None)

    def rows(self, kind: str, ask: Callable[[str, Sequence[str]], str], *, deleted: bool = False) -> list[Row]:
        """The rows of a statement, with when they were last changed and by whom; a field that is not there is left out."""
        while True:
            shape = self.shape(kind)
            fields = (*shape.selected, "LastModifiedDate", "CreatedDate", "CreatedById")
            try:
                return self.client.rows(ask(shape.table.name, fields), deleted=deleted)
            except Refused as error:
                if "INVALID_FIELD" not in error.codes or not self.client.schema.miss(shape.table.name, str(error)):
                    raise

    def needed(self, kind: str, record_id: str) -> Row:
        """One row; CrmRejected where there is none."""
        found = self.row(kind, record_id)
        if found is None:
            raise missing(TABLES[kind].name, record_id)
        return found

    def read(self, kind: str, row: Row, **more: Any) -> Record:
        """A row as ours."""
        found = self.reading.record(kind, self.shape(kind), row, **more)
        if found is None:
            raise CrmRejected(f"The {TABLES[kind].word} {row['Id']} in Salesforce is nothing that can be shown here.")
        return found

    def links(self, account: str | None, deal: str | None, owner: str | None, contacts: Sequence[str]) -> None:
        """Check that all linked records exist, as the seller sees them, and belong together."""
        if owner is not None:
            self._exist("User", [owner])
        if account is not None:
            self._exist("Account", [account])
        self._exist("Contact", contacts)
        if deal is None:
            return
        row = self.needed("opportunities", deal)
        if account not in (None, row.get("AccountId")) and row.get("AccountId"):
            raise CrmRejected(
                f"The deal {row['Name']} belongs to another account than {account}: choose one of the two."
            )

    def fits(self, kind: str, body: Mapping[str, Any], *, creating: bool) -> None:
        """Check a body against describe: rights, lengths, picklists and, for a new record, what is required."""
        described = self.shape(kind).described
        if not described.known:
            return
        for name, value in body.items():
            field = described.get(name)
            if field is None or not (field.createable if creating else field.updateable):
                label = field.label if field else name
                raise CrmRejected(f"You may not set {label} in Salesforce: ask its admin for the right to this field.")
            _value_fits(field, value)
        if creating:
            _all_there(described.fields.values(), body, described.name)

    def day(self, at: datetime, owner: str | None) -> str:
        """The day of a moment where its owner is."""
        row = self.client.one(soql.user_of(owner)) if owner else None
        with suppress(ValueError, OSError):
            return at.astimezone(ZoneInfo(str((row or {}).get("TimeZoneSidKey")))).date().isoformat()
        return at.date().isoformat()

    def receipt(
        self,
        approval: Approval,
        record: Any,
        row_id: str,
        opens: tuple[str, str],
        values: Mapping[str, Any],
        *,
        previous: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Receipt:
        """What is handed back."""
        return Receipt(
            change_id=approval.change_id,
            record=record,
            record_id=row_id,
            link=self.source.link(*opens),
            values=dict(values),
            previous=dict(previous or {}),
            applied_at=at or self.now(),
            applied_by=self.user_id,
        )

    def _exist(self, name: str, ids: Collection[str]) -> None:
        there: set[str] = set()
        with suppress_gone():
            for statement in soql.among(name, ("Id",), "Id", ids):
                there |= {row["Id"] for row in self.client.rows(statement)}
        for record_id in ids:
            if record_id not in there:
                raise missing(name, record_id)


class suppress_gone:
    """A record that is named by no proper id, or is gone, counts as not there."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, Refused) and bool(error.codes & GONE or "INVALID_QUERY_FILTER_OPERATOR" in error.codes)


class sent:
    """After a write was taken, a failure to read it back leaves it doubtful, never undone."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CrmUnavailable) and not isinstance(error, CrmDoubtful):
            raise CrmDoubtful(f"Salesforce took the change, but it could not be read back. {error}") from error


def missing(name: str, record_id: str) -> CrmRejected:
    """The sentence for a record that is not there, or that the seller may not see."""
    word = _WORDS.get(name, name.lower())
    return CrmRejected(f"The CRM has no {word} with the id {record_id}: look it up again.")


def deal_of(record: Record) -> Opportunity:
    """The record as a deal."""
    assert isinstance(record, Opportunity)  # noqa: S101  # nosec B101
    return record


def _value_fits(field: Field, value: Any) -> None:
    if not isinstance(value, str):
        return
    if field.type in ("string", "textarea", "email", "phone", "url") and field.length and len(value) > field.length:
        raise CrmRejected(f"The {field.label} has {len(value)} characters; shorten it to {field.length}.")
    if field.type == "picklist" and field.values and value not in field.values:
        checks.choice(field.label.lower(), value, field.values)


def _all_there(fields: Iterable[Field], body: Mapping[str, Any], name: str) -> None:
    absent = [field.label for field in fields if field.required and body.get(field.name) in (None, "")]
    if absent:
        raise CrmRejected(
            f"Salesforce requires {', '.join(absent)} for a new {name}: create it there, or ask its admin for a default."
        )
