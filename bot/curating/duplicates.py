"""Passages that stand in two pages, word for word or nearly so (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.curating.contradictions import pair_key
from bot.grounding.text import words
from knowledge.documents import Chunk, Document

SHINGLE = 3
"""words in a row that two passages share, or do not"""
SHORTEST = 10
"""words of a passage that is worth to be told of"""
ALIKE = 0.45
"""share of the shorter passage's shingles that stand in the other; passages on one subject share a tenth at most"""
_LINK = re.compile(r"\]\([^)]*\)|https?://\S+")
"""where a link leads to: a shared address is no shared text"""
COMMON = 40
"""passages that a shingle may stand in before it is a phrase of the house"""


@dataclass(frozen=True)
class Duplicate:
    """Two passages of two pages, and how much of the shorter stands in the other, 0..1."""

    a: Document
    b: Document
    in_a: Chunk
    in_b: Chunk
    share: float

    @property
    def pair(self) -> str:
        """Give the key under which a person puts it aside: it changes when either passage does."""
        return pair_key(self.in_a.text, self.in_b.text)


@dataclass(frozen=True)
class Overlap:
    """Two pages with the passages that they share, and the share of the shorter page's passages."""

    a: Document
    b: Document
    passages: tuple[Duplicate, ...]
    share: float


def find(pages: Iterable[tuple[Document, Sequence[Chunk]]]) -> list[Overlap]:
    """Give the pages that share passages, those that share most first."""
    held = [(page, chunk, _shingles(chunk.text)) for page, chunks in pages for chunk in chunks]
    counts: dict[str, int] = {}
    for page, _, _ in held:
        counts[page.id] = counts.get(page.id, 0) + 1
    by_pages: dict[tuple[str, str], list[Duplicate]] = {}
    for one in _pairs(held):
        by_pages.setdefault((one.a.id, one.b.id), []).append(one)
    found = [_overlap(same, min(counts[a], counts[b])) for (a, b), same in by_pages.items()]
    return sorted(found, key=lambda o: (-o.share, -len(o.passages), o.a.title, o.b.title, o.a.id))


def _overlap(same: Sequence[Duplicate], chunks: int) -> Overlap:
    distinct = min(len({one.in_a.id for one in same}), len({one.in_b.id for one in same}))
    return Overlap(same[0].a, same[0].b, tuple(sorted(same, key=lambda one: -one.share)), distinct / chunks)


def _shingles(text: str) -> frozenset[int]:
    said = words(_LINK.sub(" ", text))
    return (
        frozenset(hash(" ".join(said[i : i + SHINGLE])) for i in range(len(said) - SHINGLE + 1))
        if len(said) >= SHORTEST
        else frozenset()
    )


def _pairs(held: Sequence[tuple[Document, Chunk, frozenset[int]]]) -> Iterator[Duplicate]:
    for i, j in sorted(_sharing([shingles for _, _, shingles in held])):
        (a, in_a, mine), (b, in_b, theirs) = held[i], held[j]
        share = len(mine & theirs) / min(len(mine), len(theirs))
        if a.id != b.id and share >= ALIKE:
            yield Duplicate(a, b, in_a, in_b, share)


def _sharing(held: Sequence[frozenset[int]]) -> set[tuple[int, int]]:
    """Give the positions of each two that share a shingle which is no common phrase."""
    where: dict[int, list[int]] = {}
    for i, shingles in enumerate(held):
        for shingle in shingles:
            where.setdefault(shingle, []).append(i)
    return {pair for ids in where.values() if 1 < len(ids) <= COMMON for pair in combinations(ids, 2)}
