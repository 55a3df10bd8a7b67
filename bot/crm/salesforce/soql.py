"""Every SOQL statement that is sent; values are quoted here and nowhere else."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

LONGEST = 20_000
"""characters of one statement, as Salesforce allows"""
LONGEST_SENT = 12_000
"""bytes of one statement inside a URL, of which Salesforce takes 16,384 with its headers"""
RIGHTS_AT_ONCE = 200
"""records that UserRecordAccess tells of in one query"""

_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def text(value: str) -> str:
    """A quoted string, whatever it holds."""
    inner = "".join(_ESCAPES.get(letter, letter) for letter in value if letter in _ESCAPES or letter >= " ")
    return f"'{inner}'"


def stamp(at: datetime) -> str:
    """A time literal, to the millisecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def select(name: str, fields: Sequence[str], where: str = "", order: str = "", limit: int = 0) -> str:
    """One statement."""
    # Names come from code, values are quoted.
    parts = ["SELECT", ", ".join(dict.fromkeys(fields)), "FROM", name]
    parts += [f"WHERE {where}"] if where else []
    parts += [f"ORDER BY {order}"] if order else []
    parts += [f"LIMIT {limit}"] if limit else []
    return " ".join(parts)


def changed(name: str, fields: Sequence[str], clock: str, since: tuple[datetime, str] | None) -> str:
    """Rows in the order of their stamps; from this stamp on and, where it names an id, after that one."""
    where = ""
    if since is not None:
        at, after = stamp(since[0]), since[1]
        where = f"{clock} > {at} OR ({clock} = {at} AND Id > {text(after)})" if after else f"{clock} >= {at}"
    return select(name, fields, where, f"{clock}, Id")


def by_id(name: str, fields: Sequence[str], record_id: str) -> str:
    """One record."""
    return equal(name, fields, "Id", record_id)


def equal(name: str, fields: Sequence[str], field: str, value: str, limit: int = 0) -> str:
    """The records whose field holds this text."""
    return select(name, fields, f"{field} = {text(value)}", limit=limit)


def both(name: str, fields: Sequence[str], *conditions: tuple[str, str]) -> str:
    """The records for which every field holds its text."""
    return select(name, fields, " AND ".join(f"{field} = {text(value)}" for field, value in conditions))


def newest(name: str, fields: Sequence[str], field: str, value: str, clock: str, limit: int) -> str:
    """The records whose field holds this text, the last changed first."""
    return select(name, fields, f"{field} = {text(value)}", f"{clock} DESC", limit)


def among(name: str, fields: Sequence[str], field: str, values: Collection[str], extra: str = "") -> Iterator[str]:
    """The records whose field holds one of these texts, in as many statements as their length demands."""
    left = list(dict.fromkeys(values))
    while left:
        count = len(left)
        while (made := _among(name, fields, field, left[:count], extra)) is not None and _too_long(made) and count > 1:
            count = max(1, count // 2)
        yield made
        left = left[count:]


def lines_of_tasks(values: Collection[str]) -> Iterator[str]:
    """Further people of tasks."""
    yield from among("TaskRelation", ("TaskId", "RelationId"), "TaskId", values, "IsWhat = false")


def lines_of_events(values: Collection[str]) -> Iterator[str]:
    """Further people of events."""
    yield from among("EventRelation", ("EventId", "RelationId"), "EventId", values, "IsWhat = false")


def links_of_notes(values: Collection[str]) -> Iterator[str]:
    """What notes hang on."""
    yield from among("ContentDocumentLink", ("ContentDocumentId", "LinkedEntityId"), "ContentDocumentId", values)


def notes_of(values: Collection[str]) -> Iterator[str]:
    """Documents that hang on these records."""
    yield from among("ContentDocumentLink", ("ContentDocumentId", "LinkedEntityId"), "LinkedEntityId", values)


def list_prices(values: Collection[str]) -> Iterator[str]:
    """Prices of products in the standard price book."""
    fields = ("Product2Id", "UnitPrice")
    yield from among("PricebookEntry", fields, "Product2Id", values, "Pricebook2.IsStandard = true")


def evidence(name: str, fields: Sequence[str], conditions: Sequence[tuple[str, str]], since: datetime) -> str:
    """Records created since then that look like the one meant; three are enough to see that it is not alone."""
    where = [f"{field} = {text(value)}" for field, value in conditions]
    return select(name, fields, " AND ".join([*where, f"CreatedDate >= {stamp(since)}"]), "CreatedDate", 3)


def rights(user_id: str, ids: Sequence[str]) -> str:
    """What a person may do with up to 200 records."""
    listed = ", ".join(text(value) for value in ids)
    where = f"UserId = {text(user_id)} AND RecordId IN ({listed})"
    return select("UserRecordAccess", ("RecordId", "HasReadAccess", "HasEditAccess"), where)


def user_of(value: str) -> str:
    """A user by Id, user name or e-mail."""
    fields = ("Id", "Name", "Username", "Email", "IsActive", "TimeZoneSidKey")
    if "@" not in value:
        return by_id("User", fields, value)
    return select("User", fields, f"Username = {text(value)} OR Email = {text(value)}", "Username", 2)


def company(fields: Sequence[str]) -> str:
    """The company's own row."""
    return select("Organization", fields, limit=1)


def corporate_currency() -> str:
    """The currency in which a company with several counts."""
    return select("CurrencyType", ("IsoCode",), "IsCorporate = true", limit=1)


def _among(name: str, fields: Sequence[str], field: str, values: Sequence[str], extra: str) -> str:
    listed = ", ".join(text(value) for value in values)
    return select(name, fields, f"{field} IN ({listed})" + (f" AND {extra}" if extra else ""))


def _too_long(soql: str) -> bool:
    return len(soql) > LONGEST or len(quote(soql, safe="")) > LONGEST_SENT
