"""How far a kind was read: a stamp and an id, and what the last minutes brought, so that late commits are not lost (pure)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.crm.salesforce import soql, values
from bot.errors import CrmRejected

OVERLAP = timedelta(minutes=2)
"""a row may be committed after one with a later stamp: so far back is looked again"""
KEPT = 200


@dataclass(frozen=True)
class Cursor:
    """Everything up to this stamp and id was read; `seen` are the rows of the last minutes."""

    at: datetime | None = None
    last: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    """id → stamp, oldest first"""

    def start(self) -> tuple[datetime, str] | None:
        """From where a pass goes on: a bit earlier than it came, as far as what was seen there is still known."""
        if self.at is None:
            return None
        if len(self.seen) < KEPT:
            return self.at - OVERLAP, ""
        record, stamp = next(iter(self.seen.items()))
        at = values.time(stamp)
        return (at, record) if at else (self.at, self.last)

    def knows(self, record: str, stamp: str) -> bool:
        """Whether this very state of the row was read before."""
        return self.seen.get(record) == stamp

    def after(self, rows: Iterable[tuple[str, str]]) -> "Cursor":
        """The cursor after these rows of (id, stamp), which came in their order."""
        at, last, seen = self.at, self.last, dict(self.seen)
        for record, stamp in rows:
            when = values.time(stamp)
            if when is None:
                continue
            if at is None or (when, record) > (at, last):
                at, last = when, record
            seen.pop(record, None)
            seen[record] = stamp
        return Cursor(at, last, _recent(at, seen))

    def text(self) -> str:
        """As the mirror keeps it."""
        kept = {"at": soql.stamp(self.at) if self.at else None, "id": self.last, "seen": self.seen}
        return json.dumps(kept, separators=(",", ":"))


def read(text: str | None) -> Cursor:
    """The cursor as it was kept; CrmRejected for one of another making."""
    if not text:
        return Cursor()
    try:
        kept = json.loads(text)
        return Cursor(values.time(kept["at"]), str(kept["id"]), {str(k): str(v) for k, v in kept["seen"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CrmRejected("The mark of how far Salesforce was read is damaged: run `seller sync --full`.") from error


def _recent(at: datetime | None, seen: dict[str, str]) -> dict[str, str]:
    if at is None:
        return {}
    stamped = [(values.time(stamp) or at, record, stamp) for record, stamp in seen.items()]
    recent = sorted(row for row in stamped if row[0] >= at - OVERLAP)[-KEPT:]
    return {record: stamp for _, record, stamp in recent}
