"""A logistic regression over the meaning and the words of a text; the weights that `evals/learning.py` writes are multiplied here."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

LONGEST = 400
"""characters of a text that are looked at"""
Meaning = Callable[[str], Sequence[float]]
"""a text as the vector of the embedder that ships, whose vectors the weights were learnt from"""


@dataclass(frozen=True)
class Weights:
    """What was learnt, as arrays: one row a name, one column a part of the meaning or a gram."""

    names: Sequence[str]
    intercept: Any
    meaning: Any
    words: Any
    rarity: Any
    places: Mapping[str, int]
    """gram → its column"""


class Regression:
    """Tells how likely each name is for a text; without `meaning` by its words alone, where so it was learnt."""

    def __init__(self, file: Path, meaning: Meaning | None = None) -> None:
        self._file, self._meaning = file, meaning

    def shares(self, text: str, after: str = "") -> dict[str, float]:
        """How likely each name is, said after something of that name; together they are 1."""
        names, scores = self._scores(text, after)
        shares = np.exp(scores - scores.max())
        return dict(zip(names, (shares / shares.sum()).tolist(), strict=True))

    def chances(self, text: str) -> dict[str, float]:
        """How likely each name is by itself, where each was learnt alone and several may hold."""
        names, scores = self._scores(text)
        return dict(zip(names, (1 / (1 + np.exp(-scores))).tolist(), strict=True))

    def _scores(self, text: str, after: str = "") -> tuple[Sequence[str], Any]:
        held, text = _held(self._file), text[:LONGEST]
        scores = held.intercept
        if self._meaning is not None:
            scores = scores + held.meaning @ np.asarray(self._meaning(text), dtype=np.float32)
        found = _words(text, after, held)
        if found:
            at, weights = zip(*found, strict=True)
            scores = scores + held.words[:, at] @ np.asarray(weights, dtype=np.float32)
        return held.names, scores


def _words(text: str, after: str, held: Weights) -> list[tuple[int, float]]:
    """The known words and word pairs with their weights: logarithmic counts by rarity, of length one together."""
    counts = Counter(held.places[gram] for gram in grams(text, after) if gram in held.places)
    weights = [(at, (1 + math.log(n)) * float(held.rarity[at])) for at, n in counts.items()]
    length = math.sqrt(sum(weight**2 for _, weight in weights)) or 1.0
    return [(at, weight / length) for at, weight in weights]


@cache
def _held(file: Path) -> Weights:
    with np.load(file, allow_pickle=False) as held:
        arrays = {name: held[name].astype(np.float32) for name in ("intercept", "meaning", "words", "rarity")}
        names, known = (json.loads(str(held[name])) for name in ("names", "grams"))
    return Weights(names, **arrays, places={gram: at for at, gram in enumerate(known)})


def grams(text: str, after: str = "") -> Iterator[str]:
    """Give the words of a text, each pair of neighbours, the first word, a question mark, and the parts of words.

    The parts, of three and four letters, know a word with a slip or in another form, and languages that the vectors know badly. What a text was said after is a gram by itself and with each word.
    """
    words = re.findall(r"\w+", text.lower())
    if after:
        yield from (f"<{after}>", *(f"<{after}> {word}" for word in dict.fromkeys(words)))
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))
    yield from (f"^{word}" for word in words[:1])
    if "?" in text:
        yield "?"
    for word in (f"_{word}_" for word in words):
        yield from (f"#{word[at : at + n]}" for n in (3, 4) for at in range(len(word) - n + 1))
