"""Hold each word of a claim against the word of its sources that is nearest in its context (pure; vectors are handed in)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from bot.grounding.align import rarity
from bot.grounding.passage import Passage
from bot.grounding.text import STOP, WORD, bare, content, fold, stem

WordVectors = Callable[[str, Sequence[tuple[int, int]]], Any]
"""a text and places in it → a vector of length 1 for each"""
BLOCK = 60
"""words of neighbouring sentences that are read together"""
BLOCKS = 4
"""of each claim's sources, those that share most with it"""
LONGEST = 200
"""words of a text that are read: the embedder reads no more"""
REMEMBERED = 512
BEFORE, AFTER = 8, 5
"""words around the nearest one"""


@dataclass(frozen=True)
class Read:
    """The words of a text with their vectors."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    capital: tuple[bool, ...]
    vectors: Any


class Near(NamedTuple):
    """A word of the claim beside its nearest word of meaning in the sources."""

    word: str
    stem: str
    content: bool
    name: bool
    likeness: float
    """to the nearest word of any kind"""
    other: str
    """the nearest word of meaning"""
    before: tuple[str, ...]
    after: tuple[str, ...]
    """what stands around that one"""


class Nearness:
    """Reads texts, and remembers the last ones."""

    def __init__(self, vectors: WordVectors) -> None:
        self._vectors = vectors
        self._read = lru_cache(maxsize=REMEMBERED)(self._reading)

    def of(self, claim: str, sources: Sequence[tuple[int, Passage]]) -> tuple[Near, ...]:
        """The claim's words, each beside what it is nearest to; nothing where there is nothing to compare."""
        mine = self._read(claim)
        texts = [self._read(block) for block in _blocks(claim, sources)]
        if not mine.words or not any(text.words for text in texts):
            return ()
        theirs = [(text, at) for text in texts for at in range(len(text.words))]
        # Not `@`: its threads wait for each other longer than such small products take.
        likeness = np.einsum("ik,jk->ij", mine.vectors, np.vstack([text.vectors for text in texts if text.words]))
        plain = np.array([text.words[at] in STOP for text, at in theirs])
        meant = likeness - 2.0 * plain
        return tuple(
            _near(mine, i, float(likeness[i].max()), *theirs[int(meant[i].argmax())]) for i in range(len(mine.words))
        )

    def _reading(self, text: str) -> Read:
        found = list(islice(WORD.finditer(text), LONGEST))
        words = tuple(bare(fold(match.group())) for match in found)
        capital = tuple(match.group()[0].isupper() and at > 0 for at, match in enumerate(found))
        return Read(words, tuple(map(stem, words)), capital, self._vectors(text, [match.span() for match in found]))


def _near(mine: Read, i: int, likeness: float, text: Read, at: int) -> Near:
    word = mine.words[i]
    meant = word not in STOP and (len(word) > 1 or word.isdigit())
    before, after = text.words[max(0, at - BEFORE) : at], text.words[at + 1 : at + 1 + AFTER]
    return Near(word, mine.stems[i], meant, mine.capital[i], likeness, text.words[at], before, after)


def _blocks(claim: str, sources: Sequence[tuple[int, Passage]]) -> list[str]:
    """The parts of the sources that share most with the claim, rare words counting more; in their order."""
    weights = {one: rarity(one, sources) for one in content(claim)}
    parts = [(passage, first, last) for _, passage in sources for first, last in _cut(passage)]
    held = [math.fsum(weights.get(one, 0.0) for one in _stems(*part)) for part in parts]
    best = sorted(sorted(range(len(parts)), key=lambda at: -held[at])[:BLOCKS])
    return [" ".join(parts[at][0].sentences[parts[at][1] : parts[at][2]]) for at in best]


def _stems(passage: Passage, first: int, last: int) -> frozenset[str]:
    return frozenset[str]().union(*passage.contents[first:last])


def _cut(passage: Passage) -> list[tuple[int, int]]:
    cuts, size = [0], 0
    for at, sentence in enumerate(passage.sentences):
        length = len(sentence.split())
        if size and size + length > BLOCK:
            cuts.append(at)
            size = 0
        size += length
    return list(zip(cuts, [*cuts[1:], len(passage.sentences)], strict=True))
