"""The knowledge base: registry, vectors and words in step."""

from collections.abc import Iterator

from bot.upkeep.findings import Finding, several
from knowledge.comparing import Difference
from knowledge.library import Library

PART = "knowledge base"
REBUILD = "run `seller ingest --rebuild`, which makes the index anew from the stored texts."


def look(library: Library) -> Iterator[Finding]:
    """Where the stores of the knowledge base disagree; KnowledgeLocked where another process holds them."""
    staged, dead = library.unfinished()
    if staged or dead:
        says = (
            f"{staged:,} pages are half taken in and {dead:,} passages wait to be dropped, as an ingest was cut off or "
            "is under way; `seller ingest` of any file goes on there."
        )
        yield Finding(PART, "optional", says)
    for found in library.compare():
        yield from _told(found)


def _told(found: Difference) -> Iterator[Finding]:
    if found.damaged:
        yield Finding(PART, "broken", f"The index of {found.store} is damaged ({found.damaged}); {REBUILD}")
    for ids, says in (
        (found.missing, f"are not in the index of {found.store}, so no question finds them"),
        (found.strange, f"are in the index of {found.store} without a page"),
        (found.behind, f"stand in the index of {found.store} for other readers than their page"),
    ):
        if ids:
            yield Finding(PART, "broken", f"{several(ids, 'passage', 'passages')} {says}; {REBUILD}")
