"""What Salesforce's values mean to us, however an org words them (pure)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from datetime import time as clock
from typing import Any

from bot.crm.records import ActivityKind
from bot.crm.salesforce import values
from bot.crm.salesforce.fields import Shape

Row = Mapping[str, Any]


class Fields:
    """A row by our names."""

    def __init__(self, shape: Shape, row: Row) -> None:
        self._names = shape.names
        self._row = row

    def get(self, ours: str) -> Any:
        """The value as Salesforce gives it."""
        name = self._names.get(ours)
        return None if name is None else self._row.get(name)

    def text(self, ours: str) -> str | None:
        """The value as text; an empty one is nothing."""
        return values.words(self.get(ours))


def activity_kind(row: Row) -> ActivityKind | None:
    """Whether a task is a call or an e-mail."""
    subtype = str(row.get("TaskSubtype") or "").lower()
    if subtype in ("email", "listemail"):
        return "email"
    if subtype == "call" or (row.get("CallType") and subtype in ("", "task")):
        return "call"
    return None


def happened(f: Fields, row: Row) -> datetime:
    """When a call was: its day, or the moment it was completed where that came before its due day."""
    day, done = values.day(f.get("due")), values.time(row.get("CompletedDateTime"))
    if day is None:
        return done or values.time(f.get("created_at")) or datetime.min.replace(tzinfo=UTC)
    start = datetime.combine(day, clock(), UTC)
    return min(start, done) if done else start


def account_type(given: str | None) -> str | None:
    """Customer, prospect, partner or former, however the org words it."""
    lowered = (given or "").lower()
    for word in ("partner", "former", "prospect", "customer"):
        if word in lowered:
            return word
    return lowered or None


def deal_type(given: str | None) -> str | None:
    """New, expansion or renewal, however the org words it."""
    lowered = (given or "").lower()
    if "renew" in lowered:
        return "renewal"
    if lowered.startswith(("existing", "expansion", "upsell", "upgrade", "add-on", "cross")):
        return "expansion"
    return "new" if lowered.startswith("new") else lowered or None
