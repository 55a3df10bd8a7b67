"""What registry, vectors and words hold of each other, without mending anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.registry import INDEXED, Partition, Registry

if TYPE_CHECKING:
    from knowledge.index import Index


@dataclass(frozen=True)
class Difference:
    """Chunks about which two stores disagree."""

    store: str
    """`vectors` of a partition, or `words`"""
    missing: frozenset[str] = frozenset()
    """live, and not there"""
    strange: frozenset[str] = frozenset()
    """there, and not live"""
    behind: frozenset[str] = frozenset()
    """there under another door or kind than the registry's: found by others than those who may read it"""
    damaged: str = ""

    def __bool__(self) -> bool:
        return bool(self.missing or self.strange or self.behind or self.damaged)


def compare(registry: Registry, index: "Index", folder: Path | None) -> list[Difference]:
    """Compare live chunks with the vectors, by id and by who may read them, and with the words, by id."""
    found = [_partition(registry, index, partition) for partition in INDEXED]
    found += [] if folder is None else [_words(registry, folder)]
    return [one for one in found if one]


def _partition(registry: Registry, index: "Index", partition: Partition) -> Difference:
    live = registry.live(partition)
    held = index.marks(partition)
    wanted = {row.chunk.id: (row.door, row.kind) for row in registry.rows(live)}
    # What is staged or dead may or may not be there yet.
    under_way = registry.under_way(partition)
    wrong = {one for one, mark in wanted.items() if one in held and held[one] != mark}
    return Difference(
        f"vectors ({partition})",
        frozenset(wanted.keys() - held.keys()),
        frozenset(held.keys() - wanted.keys() - under_way),
        frozenset(wrong),
    )


def _words(registry: Registry, folder: Path) -> Difference:
    """Compare all live chunks with the word index, where that claims to be in step; behind, it catches up by itself."""
    from knowledge.lexical import held

    try:
        found = held(folder)
    except (ValueError, OSError) as error:
        return Difference("words", damaged=str(error).splitlines()[0])
    if found is None or found[0] != registry.version():
        return Difference("words")
    live = {chunk for partition in INDEXED for chunk in registry.live(partition)}
    under_way = {chunk for partition in INDEXED for chunk in registry.under_way(partition)}
    return Difference("words", frozenset(live - found[1]), frozenset(found[1] - live - under_way))
