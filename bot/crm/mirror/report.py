"""What a sync did, as the command prints it."""

from dataclasses import dataclass, field
from datetime import date, datetime

SHOWN = 200
"""bad records that are named; further ones are counted"""


@dataclass
class Counts:
    """What one kind brought in this sync."""

    records: int = 0
    gone: int = 0
    merged: int = 0
    bad: int = 0


@dataclass(frozen=True)
class Failed:
    """A record that does not fit, or a whole kind that the CRM refused (`id` is None)."""

    kind: str
    id: str | None
    why: str


@dataclass(frozen=True)
class Kept:
    """A snapshot that was taken."""

    day: date
    deals: int


@dataclass
class Report:
    """What a sync did: counts by kind, what was left out and why, and as of when the mirror holds."""

    source: str
    kinds: dict[str, Counts] = field(default_factory=dict)
    snapshot: Kept | None = None
    seconds: float = 0.0
    as_of: datetime | None = None
    notes: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)

    def add(self, kind: str, stored: Counts, bad: list[tuple[str, str]]) -> None:
        """Count a page; name its bad records, but not without end."""
        counts = self.kinds.setdefault(kind, Counts())
        counts.records += stored.records
        counts.gone += stored.gone
        counts.merged += stored.merged
        counts.bad += len(bad)
        room = SHOWN - sum(failed.id is not None for failed in self.failed)
        self.failed += [Failed(kind, key, why) for key, why in bad[: max(room, 0)]]

    @property
    def refused(self) -> set[str]:
        """Kinds that the CRM refused as a whole."""
        return {failed.kind for failed in self.failed if failed.id is None}
