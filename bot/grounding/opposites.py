"""Words of opposite meaning, from WordNet (opposites.txt; opposites.NOTICE says whose it is) and from our own table (pure)."""

from functools import cache
from pathlib import Path

from bot.grounding.sense import ANTONYMS
from bot.grounding.text import stem

FILE = Path(__file__).parent / "opposites.txt"
"""two sides a line; evals/grounding/opposites.py writes it"""

DEEDS = frozenset({"used", "standing"})
"""far more often deeds than second-hand or permanent"""


def are_opposite(one: str, other: str) -> bool:
    """Whether two words say the opposite of each other."""
    mine, theirs = stem(one), stem(other)
    if mine == theirs:
        return False
    by_us = any(theirs in far and theirs not in own for own, far in ANTONYMS.get(mine, ()))
    return by_us or theirs in _table().get(mine, ())


def like(root: str) -> frozenset[str]:
    """The stems of our own table that stand on its side."""
    return frozenset[str]().union(*(own for own, _ in ANTONYMS.get(root, ()))) - {root}


@cache
def _table() -> dict[str, frozenset[str]]:
    """For each stem those of its opposites; read once, at the first look."""
    found: dict[str, set[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        left, right = ({stem(word) for word in side.split() if word not in DEEDS} for side in line.split("|"))
        for own, far in ((left, right), (right, left)):
            for word in own:
                found.setdefault(word, set()).update(far)
    return {word: frozenset(far - {word}) for word, far in found.items()}
