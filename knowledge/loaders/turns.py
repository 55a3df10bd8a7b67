"""Speakers' turns as units: neighbouring pieces of one speaker joined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge.loaders.parsed import Unit

PIECES = 12
"""pieces joined at most, so that a monologue still has times along its way"""


@dataclass(frozen=True)
class Turn:
    """What somebody said, and when it began ("12:05"); both may be unknown."""

    who: str
    words: str
    time: str


def turn_units(turns: Sequence[Turn]) -> Iterator[Unit]:
    """Yield a unit a turn, "Name: words"."""
    number = 0
    for who, group in groupby(turns, key=lambda turn: turn.who):
        pieces = list(group)
        for start in range(0, len(pieces), PIECES):
            number += 1
            said = " ".join(piece.words for piece in pieces[start : start + PIECES])
            yield Unit(f"{who}: {said}" if who else said, number, number, time=pieces[start].time, counts="turn")
