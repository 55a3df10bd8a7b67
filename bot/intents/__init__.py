"""What a sentence is for, by its meaning and its words, where no rule knows it; the weights are learnt from our own sentences.

`evals/routing/train.py` makes `weights.npz`, and evals/routing tells how often it is right.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parent / "weights.npz"
SURE = 0.45
"""the certainty from which on a skill is taken rather than the pages asked: the cheapest where a wrong skill costs twice the pages"""
ACCOUNT, PERSON = "Acme", "Kim"
"""what stands for names, which say nothing about what a sentence is for"""
LONGEST = 400
"""characters of a sentence that are looked at"""


@dataclass(frozen=True)
class Guess:
    """The skill that a sentence is for, and how certain that is, 0 to 1."""

    skill: str
    certainty: float


class Intents:
    """Guesses what a sentence is for; `embed` gives its meaning as a vector."""

    def __init__(self, embed: Callable[[str], Sequence[float]]) -> None:
        self._embed = embed

    def guess(self, text: str) -> Guess:
        """Guess from one sentence whose names were replaced by `ACCOUNT` and `PERSON`."""
        held, words = self._weights, self._words(text[:LONGEST])
        scores = held["intercept"] + held["meaning"] @ np.asarray(self._embed(text[:LONGEST]), dtype=np.float32)
        for at, weight in words:
            scores = scores + held["words"][:, at] * weight
        shares = np.exp(scores - scores.max())
        best = int(shares.argmax())
        return Guess(self._names[best], float(shares[best] / shares.sum()))

    def _words(self, text: str) -> list[tuple[int, float]]:
        """The known words and word pairs with their weights: logarithmic counts by rarity, of length one together."""
        counts = Counter(gram for gram in grams(text) if gram in self._places)
        weights = [
            (self._places[gram], (1 + math.log(n)) * float(self._rarity[self._places[gram]]))
            for gram, n in counts.items()
        ]
        length = math.sqrt(sum(weight**2 for _, weight in weights)) or 1.0
        return [(at, weight / length) for at, weight in weights]

    @cached_property
    def _weights(self) -> dict[str, Any]:
        with np.load(FILE, allow_pickle=False) as held:
            return {name: held[name].astype(np.float32) for name in ("intercept", "meaning", "words", "rarity")} | {
                name: json.loads(str(held[name])) for name in ("names", "grams")
            }

    @property
    def _rarity(self) -> Any:
        return self._weights["rarity"]

    @property
    def _names(self) -> list[str]:
        return list(self._weights["names"])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {gram: at for at, gram in enumerate(self._weights["grams"])}


def grams(text: str) -> Iterator[str]:
    """Give the words of a text, each pair of neighbours, the first word, a question mark, and the parts of words.

    The parts, of three and four letters, know a word with a slip or in another form, and languages that the vectors know badly.
    """
    words = re.findall(r"\w+", text.lower())
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))
    yield from (f"^{word}" for word in words[:1])
    if "?" in text:
        yield "?"
    for word in (f"_{word}_" for word in words):
        yield from (f"#{word[at : at + n]}" for n in (3, 4) for at in range(len(word) - n + 1))
