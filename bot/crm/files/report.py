"""What an import found, took by default, and could not read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.crm.records import Record


@dataclass(frozen=True)
class Failed:
    """A row, or with line 0 a whole file, that was left out."""

    file: str
    line: int
    why: str


@dataclass(frozen=True)
class Report:
    """Counts by kind, defaults in words, and everything left out."""

    counts: dict[str, int]
    defaults: tuple[str, ...]
    failed: tuple[Failed, ...]
    unmapped: dict[str, tuple[str, ...]]
    """columns that no field takes, by file"""
    unrecognised: tuple[str, ...]
    """files that are no CRM table"""


@dataclass(frozen=True)
class Imported:
    """The records of a folder, by kind, and the report on them."""

    report: Report
    by_kind: dict[type[Record], tuple[Record, ...]] = field(default_factory=dict)

    @property
    def records(self) -> list[Record]:
        """All records in one list, as `replace_all` takes them."""
        return [record for records in self.by_kind.values() for record in records]


def counts(kinds: dict[type[Record], str], by_kind: dict[type[Record], tuple[Record, ...]]) -> dict[str, int]:
    """How many records of each kind, under the kind's file name."""
    return {name: len(by_kind.get(kind, ())) for kind, name in kinds.items()}


def sentences(noted: Iterable[tuple[tuple[str, str], int]]) -> tuple[str, ...]:
    """The defaults in words, `{n}` with thousands commas, the most frequent first; from ((for one, for many), n)."""
    ranked = sorted(noted, key=lambda item: -item[1])
    return tuple((one if count == 1 else many).replace("{n}", f"{count:,}") for (one, many), count in ranked)
