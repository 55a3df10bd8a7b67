"""What is read of the CRM for one answer, noted by the ids of the records that came back."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from bot.crm.port import CrmReader

KINDS = {
    "accounts": "account", "account": "account", "contacts": "contact", "contact": "contact", "contacts_with": "contact",
    "opportunities": "opportunity", "opportunity": "opportunity", "history": "history", "histories": "history",
    "contact_roles": "role", "activities": "activity", "activity": "activity", "tasks": "task", "task": "task",
    "quotas": "quota", "snapshot": "snapshot",
}  # fmt: skip
"""what reads records → their kind; names alone, people of our own, stages and products are no records of customers"""
OF_DEAL = frozenset({"history", "snapshot"})
"""kinds that are noted by the deal they tell of"""
MOST = 100
"""ids of one kind that a line names; more are told by their number and a digest of all of them"""


class Reads:
    """The records and pages that were read, by kind."""

    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = {}

    def add(self, kind: str, ids: Iterable[str]) -> None:
        """Note that these came back."""
        self._ids.setdefault(kind, set()).update(ids)

    def told(self) -> Mapping[str, Any]:
        """Kind → how many and which, or of many a digest: SHA-256 over the sorted ids, one a line."""
        return {kind: _told(sorted(ids)) for kind, ids in sorted(self._ids.items()) if ids}


def _told(ids: list[str]) -> dict[str, Any]:
    if len(ids) <= MOST:
        return {"n": len(ids), "ids": ids}
    return {"n": len(ids), "digest": hashlib.sha256("\n".join(ids).encode()).hexdigest()}


class Noted:
    """A reader that notes what it gives."""

    def __init__(self, reader: CrmReader, reads: Reads) -> None:
        self.reader, self._reads = reader, reads

    def __getattr__(self, name: str) -> Any:
        read, kind = getattr(self.reader, name), KINDS.get(name)
        if kind is None:
            return read

        def noted(*args: Any, **named: Any) -> Any:
            found = read(*args, **named)
            rows = found if isinstance(found, list | tuple) else [found] if found is not None else []
            self._reads.add(kind, [row.opportunity_id if kind in OF_DEAL else row.id for row in rows])
            return found

        return noted


def noted(reader: CrmReader, reads: Reads) -> CrmReader:
    """The reader as it is, but that what it gives is noted."""
    return cast(CrmReader, Noted(reader, reads))
