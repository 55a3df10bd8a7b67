"""How likely a claim is to hold, from what was found: a small regression whose weights evals/grounding/train.py learns (pure)."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from bot.grounding import additions
from bot.grounding.align import Fit
from bot.grounding.claims import Opinion, Use, Verdict
from bot.grounding.nearness import Near
from bot.grounding.troubles import Trouble

FILE = Path(__file__).parent / "weights.json"
"""{near, alone: {intercept, and weights of signs}, judge: {label: what is added}}, with words in their context and without"""
THRESHOLDS: dict[Use, float] = {"brief": 0.55, "draft": 0.55, "summary": 0.0}
"""the least score with which a sentence holds. Briefs and drafts keep to the words of notes and records: on our own sentences 0.55
caught four more additions and cost none that holds. Summaries of talks say things in words of their own: any threshold cost more
on SummEdits' meetings than it caught. Without words in their context every sentence in which nothing is wrong is above"""
ALIKE: dict[Use, float] = {"brief": 0.6, "draft": 0.6, "summary": 0.55}
"""how like the sources' words those of a model's sentence are, before it may stand in an answer: a vague one that nobody said is
like nothing. `evals.bench.grounding` measures what this costs and catches"""
STRANGE: dict[Use, float] = {"brief": 0.45, "draft": 0.45, "summary": 0.0}
"""what is joined to a sentence must be as like the sources as this. A summary tells talks in words of its own: there it cost more
on SummEdits than it caught"""
KNOWN = 0.75
"""likeness of a word that stands in the sources itself"""


class Signs(NamedTuple):
    """What the chance rests on."""

    trouble: float
    """1 where something is wrong"""
    held: float
    """share of the claim's weight that its passage holds"""
    farthest: float
    """likeness of the foreign word that is least like any of the sources"""
    alike: float
    """mean likeness of its words of meaning to those nearest in the sources"""
    strangest: float = 1.0
    """likeness of the part of it that is least like the sources, of those of which no word stands there"""


NONE = Signs(1.0, 0.0, 0.0, 0.0)
"""of a claim that was compared with nothing"""


def signs(found: Trouble | None, fit: Fit, near: Sequence[Near], stems: frozenset[str]) -> Signs:
    """Read them, `stems` being those of the sources; without words in their context the farthest is not known."""
    foreign = [one for one in near if one.content and not one.name and not one.word.isdigit() and one.stem not in stems]
    farthest = min((one.likeness for one in foreign), default=KNOWN)
    return Signs(float(found is not None), fit.score, farthest, _alike(near), additions.strangest(near, stems))


def _alike(near: Sequence[Near]) -> float:
    return fmean([one.likeness for one in near if one.content] or [0.0])


def chance(given: Signs, *, near: bool, opinion: Opinion | None = None) -> float:
    """The chance that the claim holds, where it is not known to be any likelier true than those that were learnt from."""
    weights = _weights()
    known = weights["near" if near else "alone"]
    logit = known["intercept"] + sum(known.get(name, 0.0) * value for name, value in given._asdict().items())
    logit += weights["judge"][opinion.label] if opinion else 0.0
    return round(1 / (1 + math.exp(-logit)), 4)


def enough(verdict: Verdict, given: Signs, use: Use) -> Verdict:
    """The verdict, or that too little of the claim stands in its sources for what the text is."""
    if not verdict.supported:
        return verdict
    why = (
        "one of its words is far from anything in its sources" if verdict.score < THRESHOLDS[use] else added(given, use)
    )
    return replace(verdict, label="not_found", why=why) if why else verdict


def added(given: Signs, use: Use) -> str:
    """Why not, where something is joined to the claim that is like nothing in its sources."""
    return "it adds what none of its sources tells" if given.strangest < STRANGE[use] else ""


@cache
def _weights() -> dict[str, dict[str, float]]:
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: read[name] for name in ("near", "alone", "judge")}
