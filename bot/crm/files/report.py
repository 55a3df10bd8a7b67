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
    column: str = ""
    """header of the cell to blame; empty where it is the row or the file"""
    value: str = ""
    """what stands in that cell"""
    fix: str = ""
    """what to do"""


class BadCell(ValueError):
    """A cell that cannot be read."""

    def __init__(self, why: str, column: str, value: str, fix: str = "") -> None:
        super().__init__(why)
        self.column, self.value, self.fix = column, value, fix


def failed(file: str, line: int, error: Exception) -> Failed:
    """What went wrong in a row, with the cell to blame where it is known."""
    if isinstance(error, BadCell):
        return Failed(file, line, str(error), error.column, error.value, error.fix or CORRECT)
    return Failed(file, line, str(error), fix=CORRECT)


CORRECT = "correct the row and import again"


@dataclass(frozen=True)
class Mapped:
    """A column and the field that takes it."""

    column: str
    field: str
    guessed: bool
    """whether the field was told by a usual header of other CRMs, not by its own name or by --map"""


@dataclass(frozen=True)
class Differences:
    """What an import does to the records of one kind."""

    added: int
    changed: int
    removed: int
    unchanged: int


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
    mapping: dict[str, tuple[Mapped, ...]] = field(default_factory=dict)
    """column → field, by file"""
    changes: dict[str, Differences] = field(default_factory=dict)
    """against what the CRM held before, by kind"""
    suppressed: int = 0
    """records left out because the person was erased"""
    written: bool = False
    """False after a dry run"""


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
