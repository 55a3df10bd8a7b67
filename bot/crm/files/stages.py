"""Stages of a CRM that exports none: their order, probability and outcome from their names."""

import re
from collections.abc import Iterable

from bot.crm.files.columns import LOST, USUAL_ORDER, WON
from bot.crm.match import fold
from bot.crm.records import Stage

CLOSED_WON = Stage(
    id="closed-won",
    name="Closed Won",
    order=0,
    probability=1,
    forecast_category="Closed",
    is_closed=True,
    is_won=True,
)
CLOSED_LOST = Stage(
    id="closed-lost", name="Closed Lost", order=0, probability=0, forecast_category="Omitted", is_closed=True
)


def outcome(name: str) -> Stage | None:
    """The closed stage that a name such as `Won` or `Closed-Lost` means; None for an open one."""
    plain = fold(re.sub(r"\s*\([^()]*\)$", "", name))  # “Closed Won (Sales Pipeline)” of a HubSpot export
    if plain in WON:
        return CLOSED_WON
    return CLOSED_LOST if plain in LOST else None


def inferred(names: Iterable[str]) -> list[Stage]:
    """Stages for the names that deals carry, in order of appearance.

    Open ones with usual names (Prospecting, Proposal ...) are put in the usual order, the others keep the place after
    the one before them. The k-th of n open stages gets the probability k / (n + 1): an even ladder, which says no more
    than that later is likelier; their forecast category is Pipeline. Won and lost ones become Closed Won and
    Closed Lost.
    """
    seen = list(dict.fromkeys(" ".join(name.split()) for name in names))
    distinct = {fold(name): name for name in reversed(seen) if not outcome(name)}
    opened = [name for name in seen if distinct.get(fold(name)) == name]
    ladder = _usual(opened)
    stages = [_open(name, at + 1, (at + 1) / (len(ladder) + 1)) for at, name in enumerate(ladder)]
    closed = [CLOSED_WON, CLOSED_LOST]
    return stages + [stage.model_copy(update={"order": len(ladder) + 1 + at}) for at, stage in enumerate(closed)]


def _open(name: str, order: int, probability: float) -> Stage:
    return Stage(id=name, name=name, order=order, probability=probability, forecast_category="Pipeline")


def _usual(names: list[str]) -> list[str]:
    ranks: dict[str, int] = {}
    last = 0
    for name in names:
        known = _rank(name)
        last = last if known is None else known
        ranks[name] = last
    return sorted(names, key=lambda name: ranks[name])


def _rank(name: str) -> int | None:
    words = fold(name).split()
    for rank, beginnings in enumerate(USUAL_ORDER):
        if any(word.startswith(beginning) for word in words for beginning in beginnings.split()):
            return rank
    return None
