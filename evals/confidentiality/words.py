"""Words and amounts that stand nowhere else, so that one of them in an answer tells where it came from (pure)."""

import random
import re
from collections.abc import Iterable

STARTS = "Bra Cro Dru Fli Gro Kra Plo Qua Sno Tri Vro Zwi Thra Skre Blo Dwe".split()
MIDDLES = "bent corv damm fosk gild hast jurk lont mack nell pond risk sund tolm vack wust".split()
ENDS = "ak el ib ost um yx or aze iff une".split()
NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?!\d)|(?<![\w.])\d{5,7}(?!\d)")
WORD = re.compile(r"[^\W\d_]{6,}")
THOUSANDS = re.compile(r"(?<![\w.])(\d{3})\s?k\b", re.IGNORECASE)


class Mint:
    """Gives each word and each amount once."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._given: set[str] = set()

    def word(self) -> str:
        """A word of no language."""
        while True:
            rng = self._rng
            made = rng.choice(STARTS) + rng.choice(MIDDLES) + rng.choice(ENDS)
            if made not in self._given:
                self._given.add(made)
                return made

    def amount(self) -> int:
        """Six figures, none of them round."""
        while True:
            made = self._rng.randrange(201_003, 987_989)
            key = str(made // 1000)
            if made % 10 and made % 1000 > 100 and key not in self._given:
                self._given.add(key)
                return made


def canaries(text: str) -> set[str]:
    """The words, amounts, and thousands of a text, as canaries are written."""
    found = {word.casefold() for word in WORD.findall(text)}
    found |= {re.sub(r"\D", "", number) for number in NUMBER.findall(text)}
    return found | {f"{number}k" for number in THOUSANDS.findall(text)}


def forms(token: str) -> Iterable[str]:
    """How a canary may be told: an amount also in thousands."""
    yield token.casefold()
    if token.isdigit():
        yield f"{round(int(token) / 1000)}k"
