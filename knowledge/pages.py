"""Front matter and the caller's overrides → a Document."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any, get_args

from knowledge.documents import DEFAULT_INTERVAL_DAYS, Audience, Document, Kind, Status
from knowledge.errors import NotReadable
from knowledge.loaders.parsed import Parsed

MODEL = ("never", "any")
"""which models may be shown a page: never one outside of the company, or any"""
ResolveAccount = Callable[[str], str]
"""name or id as written → the account's id; raises, with a sentence, for an account that does not exist"""


FILE_TIMES = 10**17
"""nanoseconds from which on a number is a file's time, and not the check sum that a packed file has instead"""


@dataclass(frozen=True)
class Overrides:
    """What the caller says of the files, instead of their front matter; None leaves it to them."""

    kind: Kind | None = None
    account: str | None = None
    """the account's id, already resolved"""
    teams: frozenset[str] | None = None
    audience: Audience | None = None
    owner: str | None = None

    def given(self) -> dict[str, Any]:
        """Give only what was said, fit for JSON."""
        said = {key: value for key, value in asdict(self).items() if value is not None}
        return said | ({"teams": sorted(self.teams)} if self.teams is not None else {})


def document_id(uri: str) -> str:
    """Give the id of a page, which stays when its content changes."""
    return hashlib.sha256(uri.encode()).hexdigest()[:16]


def to_document(uri: str, parsed: Parsed, said: Mapping[str, Any], resolve_account: ResolveAccount) -> Document:
    """Build the Document; NotReadable names the line of a field that is wrong."""
    read = _Front(parsed)
    account = said.get("account") or read.account(resolve_account)
    return Document(
        id=document_id(uri),
        uri=uri,
        title=read.text("title") or parsed.title or PurePath(uri).stem,
        kind=said.get("kind") or read.choice("kind", get_args(Kind)) or _usual_kind(parsed, account),
        account=account,
        teams=frozenset(said["teams"]) if "teams" in said else read.teams(),
        audience=said.get("audience") or read.choice("audience", get_args(Audience)) or "internal",
        owner=said.get("owner") or read.text("owner"),
        author=read.text("author"),
        date=read.day("date"),
        verified=read.day("verified"),
        verifier=read.text("verifier"),
        interval_days=read.days("interval_days", "interval"),
        status=read.choice("status", get_args(Status)),
        supersedes=read.text("supersedes"),
        product=read.text("product"),
        region=read.text("region"),
        questions=read.texts("questions"),
        origin=read.text("origin"),
        inside=read.choice("model", MODEL) == "never",
    )


def day_of(document: Document, mtime_ns: int) -> dt.date | None:
    """Give the day that a page is of: its own date, else that of its file; None where neither is known."""
    if document.date or mtime_ns < FILE_TIMES:
        return document.date
    return dt.datetime.fromtimestamp(mtime_ns / 1e9, dt.UTC).date()


def _usual_kind(parsed: Parsed, account: str | None) -> Kind:
    return parsed.kind or ("note" if account else "playbook")


class _Front:
    """Typed reading of front matter; every complaint carries the field's line."""

    def __init__(self, parsed: Parsed) -> None:
        self._front, self._lines = parsed.front, parsed.lines

    def text(self, key: str) -> str | None:
        return ", ".join(self._parts(key)) or None

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self._parts(key))

    def _parts(self, key: str) -> list[str]:
        """Give a value, or the values of a list, as texts; NotReadable where values hold further values."""
        value = self._front.get(key)
        parts = [part for part in (value if isinstance(value, list) else [value]) if part is not None]
        if any(isinstance(part, list | Mapping) for part in parts):
            raise self._wrong(key, f"{key} is neither a text nor a plain list of texts")
        return [text for part in parts if (text := str(part).strip())]

    def choice(self, key: str, allowed: tuple[str, ...]) -> Any:
        value = (self.text(key) or "").lower()
        if value and value not in allowed:
            raise self._wrong(key, f'{key} "{value}" is not one of {", ".join(allowed)}')
        return value or None

    def day(self, key: str) -> dt.date | None:
        value = self._front.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            written = str(value).strip()
            if written[10:11] not in ("", "T", "t", " "):
                raise ValueError(written)
            return dt.date.fromisoformat(written[:10])
        except ValueError as error:
            raise self._wrong(key, f'{key} "{value}" is not a date such as 2026-01-31') from error

    def days(self, *keys: str) -> int:
        for key in keys:
            value = self._front.get(key)
            if value is None:
                continue
            if not str(value).isdigit() or not 0 < int(value) < 36500:
                raise self._wrong(key, f'{key} "{value}" is not a number of days')
            return int(value)
        return DEFAULT_INTERVAL_DAYS

    def teams(self) -> frozenset[str]:
        key = "teams" if "teams" in self._front else "team"
        parts = self._parts(key)
        # A comma parts the teams of one text; in a list it belongs to a team's name.
        names = (
            parts if isinstance(self._front.get(key), list) else [name for part in parts for name in part.split(",")]
        )
        return frozenset(name.strip() for name in names if name.strip())

    def account(self, resolve: ResolveAccount) -> str | None:
        written = self.text("account")
        if written is None:
            return None
        try:
            return resolve(written)
        # The caller's own error carries the sentence to show; one page must not stop the others.
        except Exception as error:
            raise self._wrong("account", str(error)) from error

    def _wrong(self, key: str, why: str) -> NotReadable:
        return NotReadable(why, self._lines.get(key))
