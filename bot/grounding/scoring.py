"""How likely a claim is to hold, from what was found: a small regression whose weights evals/grounding/train.py learns (pure)."""

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.grounding.align import Fit
from bot.grounding.claims import Opinion
from bot.grounding.nearness import Near
from bot.grounding.troubles import Trouble

FILE = Path(__file__).parent / "weights.json"
"""{near, alone: {intercept, and a weight for each sign}, judge: {label: what is added}}"""
KNOWN = 0.75
"""likeness of a word that stands in the sources itself"""


class Signs(NamedTuple):
    """What the chance rests on."""

    trouble: float
    """1 where something is wrong"""
    held: float
    """share of the claim's weight that its passage holds"""
    foreign: float
    """share of its words of meaning that stand in no source"""
    farthest: float
    """likeness of the foreign word that is least like any of the sources"""


def signs(found: Trouble | None, fit: Fit, near: Sequence[Near], stems: frozenset[str], mine: frozenset[str]) -> Signs:
    """Read them; without words in their context the farthest foreign word is not known."""
    foreign = [one for one in near if one.content and not one.name and not one.word.isdigit() and one.stem not in stems]
    share = len(mine - stems) / len(mine) if mine else 0.0
    return Signs(float(found is not None), fit.score, share, min((one.likeness for one in foreign), default=KNOWN))


def chance(given: Signs, *, near: bool, opinion: Opinion | None = None) -> float:
    """The chance that the claim holds, where it is not known to be any likelier true than those that were learnt from."""
    weights = _weights()
    known = weights["near" if near else "alone"]
    logit = known["intercept"] + sum(known.get(name, 0.0) * value for name, value in given._asdict().items())
    logit += weights["judge"][opinion.label] if opinion else 0.0
    return round(1 / (1 + math.exp(-logit)), 4)


@cache
def _weights() -> dict[str, dict[str, float]]:
    read: dict[str, dict[str, float]] = json.loads(FILE.read_text(encoding="utf-8"))
    return read
