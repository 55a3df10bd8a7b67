"""A small SOQL evaluator: SELECT, WHERE with AND, OR, NOT, parentheses, comparisons, IN and LIKE, ORDER BY, LIMIT."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Resolve = Callable[[Row, str], Any]
"""the value of a field path in a row; KeyError for a column that is not there"""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:\\.|[^'\\])*')
    |(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))|(?P<day>\d{4}-\d\d-\d\d)
    |(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w.]*)|(?P<sign><=|>=|!=|<>|[=<>(),]))""",
    re.VERBOSE,
)
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class SoqlError(Exception):
    """A statement that Salesforce would not take; args are the code and the words."""


@dataclass(frozen=True)
class Query:
    """One statement."""

    fields: tuple[str, ...]
    name: str
    where: Callable[[Row, Resolve], bool] | None
    order: tuple[tuple[str, bool], ...]
    limit: int | None
    named: frozenset[str]
    """every field that is used anywhere"""


def parse(text: str) -> Query:
    """Read a statement; SoqlError where it is none."""
    if len(text) > 20_000:
        raise SoqlError("QUERY_TOO_COMPLICATED", "SOQL statements cannot be longer than 20000 characters.")
    return _Parser(_tokens(text)).query()


def run(query: Query, rows: Sequence[Row], resolve: Resolve) -> list[Row]:
    """The rows that fit, in their order."""
    found = [row for row in rows if query.where is None or query.where(row, resolve)]
    for field, down in reversed(query.order):
        # Salesforce puts nulls first when ascending.
        found.sort(key=lambda row, field=field: _key(resolve(row, field)), reverse=down)  # type: ignore[misc]
    return found[: query.limit]


def selected(query: Query, row: Row, resolve: Resolve) -> dict[str, Any]:
    """The selected fields of one row."""
    made: dict[str, Any] = {
        "attributes": {"type": query.name, "url": f"/services/data/v62.0/sobjects/{query.name}/{row['Id']}"}
    }
    for field in query.fields:
        made[field] = resolve(row, field)
    return made


def _key(value: Any) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, _comparable(value))


def _comparable(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    if isinstance(value, str) and value.endswith("+0000") and value[10:11] == "T":
        return value[:-5]
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{text[at : at + 12]}'")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._named: set[str] = set()

    def query(self) -> Query:
        self._take("SELECT")
        fields = [self._word()]
        while self._next(","):
            fields.append(self._word())
        self._take("FROM")
        name = self._word()
        where = self._either() if self._next("WHERE") else None
        order = self._order() if self._next("ORDER") else ()
        limit = int(self._any()[1]) if self._next("LIMIT") else None
        if self._at < len(self._tokens):
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{self._tokens[self._at][1]}'")
        if len(set(map(str.lower, fields))) < len(fields):
            raise SoqlError("MALFORMED_QUERY", f"duplicate field selected: {fields}")
        self._named.discard(name)
        return Query(tuple(fields), name, where, order, limit, frozenset(self._named))

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._take("BY")
        keys = []
        while True:
            field = self._word()
            down = self._next("DESC")
            if not down:
                self._next("ASC")
            keys.append((field, down))
            if not self._next(","):
                return tuple(keys)

    def _either(self) -> Callable[[Row, Resolve], bool]:
        parts, joins = [self._condition()], set()
        while (join := self._peek().upper()) in ("AND", "OR"):
            joins.add(join)
            self._at += 1
            parts.append(self._condition())
        if len(joins) > 1:
            raise SoqlError("MALFORMED_QUERY", "unexpected token: mix AND and OR with parentheses only")
        every = all if joins != {"OR"} else any
        return lambda row, resolve: every(part(row, resolve) for part in parts)

    def _condition(self) -> Callable[[Row, Resolve], bool]:
        if self._next("NOT"):
            inner = self._condition()
            return lambda row, resolve: not inner(row, resolve)
        if self._next("("):
            inner = self._either()
            self._take(")")
            return inner
        field, sign = self._word(), self._any()[1].upper()
        if sign == "NOT":
            self._take("IN")
            values = self._list()
            return lambda row, resolve: not _among(resolve(row, field), values)
        if sign == "IN":
            values = self._list()
            return lambda row, resolve: _among(resolve(row, field), values)
        value = self._value()
        return lambda row, resolve: _compare(resolve(row, field), sign, value)

    def _list(self) -> list[Any]:
        self._take("(")
        values = [self._value()]
        while self._next(","):
            values.append(self._value())
        self._take(")")
        return values

    def _value(self) -> Any:
        kind, text = self._any()
        if kind == "text":
            return re.sub(r"\\(.)", lambda match: _UNESCAPED.get(match[1], match[1]), text[1:-1], flags=re.DOTALL)
        if kind == "time":
            return datetime.fromisoformat(text)
        if kind == "day":
            return date.fromisoformat(text)
        if kind == "number":
            return Decimal(text)
        if text.lower() in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text.lower()]
        raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{text}'")

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _any(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise SoqlError("MALFORMED_QUERY", "unexpected token: '<EOF>'")
        self._at += 1
        return self._tokens[self._at - 1]

    def _next(self, word: str) -> bool:
        kind = self._tokens[self._at][0] if self._at < len(self._tokens) else ""
        if kind != "text" and self._peek().upper() == word:
            self._at += 1
            return True
        return False

    def _take(self, word: str) -> None:
        if not self._next(word):
            raise SoqlError("MALFORMED_QUERY", f"expecting {word}, found '{self._peek()}'")

    def _word(self) -> str:
        kind, text = self._any()
        if kind != "word":
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{text}'")
        self._named.add(text)
        return text


def _among(value: Any, values: Sequence[Any]) -> bool:
    return any(_compare(value, "=", each) for each in values)


def _compare(value: Any, sign: str, other: Any) -> bool:
    if sign == "LIKE":
        pattern = re.escape(str(other)).replace("%", ".*").replace("_", ".")
        return value is not None and re.fullmatch(pattern, str(value), re.IGNORECASE | re.DOTALL) is not None
    if sign in ("=", "!=", "<>"):
        return (_same(value, other)) == (sign == "=")
    if value is None or other is None:
        return False
    left, right = _typed(value, other)
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign])


def _same(value: Any, other: Any) -> bool:
    if value is None or other is None:
        return value is None and other is None
    left, right = _typed(value, other)
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    return bool(left == right)


def _typed(value: Any, other: Any) -> tuple[Any, Any]:
    if isinstance(other, datetime):
        if str(value).endswith("+0000"):
            return str(value)[:-2], other.astimezone(UTC).isoformat(timespec="milliseconds")[:-3]
        return datetime.fromisoformat(str(value)).astimezone(UTC), other.astimezone(UTC)
    if isinstance(other, date):
        return date.fromisoformat(str(value)[:10]), other
    if isinstance(other, Decimal) and not isinstance(value, bool):
        return Decimal(str(value)), other
    return value, other
