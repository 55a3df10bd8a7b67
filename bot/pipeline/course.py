"""How far a deal is: any company's stages told by their names, else by their place among stages that are known (pure)."""

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

from bot.crm.records import Stage


class Step(IntEnum):
    """The steps that the signals of risk tell apart."""

    QUALIFYING = 1
    DISCOVERY = 2
    PROPOSAL = 3
    NEGOTIATION = 4


_NAMES: tuple[tuple[Step, str], ...] = (
    (Step.DISCOVERY, r"value ?prop"),
    (Step.NEGOTIATION, r"negotiat|contract|legal|procure|redlin|verbal|commit|closing|sign|verhandl"),
    (Step.PROPOSAL, r"propos|quot|offer|pricing|decision ?maker ?bought|angebot|devis"),
    (Step.DISCOVERY, r"needs? ?analy|perception|id\W*decision ?makers?|qualified ?to ?buy|present|demo|discover|solution|evaluat|technical|scop|pilot|proof"),
    (Step.QUALIFYING, r"prospect|qualif|engag|appointment|lead|new|open|interest|contact|sql|mql|intro|first"),
)  # fmt: skip
"""the first that is found counts: a "value proposition" is no proposal, and "qualified to buy" comes after qualifying"""
_FROM = ((0.7, Step.NEGOTIATION), (0.5, Step.PROPOSAL), (0.2, Step.DISCOVERY), (0.0, Step.QUALIFYING))
"""by the picklist's probability, where no name of the picklist is known"""


@lru_cache(maxsize=512)
def named(stage: str) -> Step | None:
    """The step that a stage's name tells; None for a name that is not known."""
    plain = re.sub(r"[\W_]+", " ", stage).strip().casefold()
    return next((step for step, words in _NAMES if re.search(rf"\b(?:{words})", plain)), None)


def step_of(stage: str, stages: Mapping[str, Stage]) -> Step | None:
    """How far a stage is: by name, by its neighbours in the picklist, by its probability; None where nothing tells."""
    known = named(stage)
    if known or stage not in stages:
        return known
    ranked = sorted((one for one in stages.values() if not one.is_closed), key=lambda one: one.order)
    at = next((k for k, one in enumerate(ranked) if one.name == stage), None)
    if at is None:
        return None
    before = next((step for one in reversed(ranked[:at]) if (step := named(one.name))), None)
    after = next((step for one in ranked[at + 1 :] if (step := named(one.name))), None)
    return _between(before, after) or next(step for least, step in _FROM if stages[stage].probability >= least)


def _between(before: Step | None, after: Step | None) -> Step | None:
    """What lies between two known steps: the next one where there is a gap, else the earlier one again."""
    if before and after:
        return Step(before + 1) if after - before > 1 else before
    return before if before == Step.NEGOTIATION else after if after == Step.QUALIFYING else None


def went_back(before: str, after: str, stages: Mapping[str, Stage]) -> bool:
    """Whether a move of stage was one back; a stage that is in no list and has no known name tells nothing."""
    if before in stages and after in stages:
        return not stages[before].is_closed and stages[after].order < stages[before].order
    first, second = named(before), named(after)
    return bool(first and second and second < first)
