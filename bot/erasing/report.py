"""What was erased where, what proves it, and what is beyond reach."""

from dataclasses import dataclass, field


@dataclass
class Store:
    """One place that held traces."""

    store: str
    removed: int = 0
    """rows that were the person's own"""
    redacted: int = 0
    """rows, passages, files or lines in which the person was named"""


@dataclass(frozen=True)
class Proof:
    """A search of every byte of every file of the home."""

    files_searched: int
    bytes: int
    remaining: int
    """places that still hold a trace"""
    files: tuple[str, ...] = ()
    """files that hold them"""
    seconds: float = 0.0


@dataclass
class Report:
    """The whole of an erasure; it names nobody."""

    person: str
    """keyed hash of the contact's id"""
    dry_run: bool
    stores: list[Store] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    """files outside the home that name the person: their owner's to edit"""
    notes: list[str] = field(default_factory=list)
    """what was left on purpose"""
    elsewhere: list[str] = field(default_factory=list)
    """what cannot be reached from here"""
    proof: Proof | None = None
    seconds: float = 0.0

    def count(self, store: str, *, removed: int = 0, redacted: int = 0) -> None:
        """Add to a place's counts."""
        if removed or redacted:
            found = next((one for one in self.stores if one.store == store), None)
            if found is None:
                found = Store(store)
                self.stores.append(found)
            found.removed += removed
            found.redacted += redacted

    @property
    def traces(self) -> int:
        """All that was removed or redacted."""
        return sum(one.removed + one.redacted for one in self.stores)
