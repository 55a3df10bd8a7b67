"""What happens in each round, from the seed alone."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

World = Literal["embedded", "salesforce", "hubspot", "replicas", "postgres"]
WORLDS: tuple[World, ...] = ("embedded", "salesforce", "hubspot", "replicas", "postgres")
SEVERAL: tuple[World, ...] = ("replicas", "postgres")
"""worlds of two processes that share a Chroma server"""
MODEL = (
    "model timeout", "model 401", "model 400 context", "model 429", "model 500", "model truncated", "model nonsense",
    "model half-closed",
)  # fmt: skip
SLACK = (
    "slack 429", "slack 500", "slack timeout before", "slack timeout after", "slack disconnect", "slack redelivery",
    "slack old redelivery", "slack twice at once", "slack no member",
)  # fmt: skip
CRM: dict[World, tuple[str, ...]] = {
    "embedded": ("store locked",),
    "replicas": ("store locked", "chroma down"),
    "postgres": ("store dropped", "chroma down"),
    "salesforce": (
        "crm 401", "crm 429", "crm 500 before", "crm 500 after", "crm timeout", "crm dropped before", "crm dropped after",
        "crm lock row", "crm required", "crm ignored",
    ),
    "hubspot": (
        "crm 401", "crm 429", "crm 500 before", "crm timeout", "crm dropped after", "crm 503", "crm required", "crm ignored",
    ),
}  # fmt: skip
ASKED = (
    "brief", "playbook", "mention", "command", "log", "log", "log", "amount", "amount", "overtaken", "reworded",
    "reworded first",
)  # fmt: skip
DECIDED = ("approve", "approve", "approve", "word", "edit", "reject", "undo", "twice", "one", "none")
KILLS = 0.1
"""of the rounds end with kill -9"""


@dataclass(frozen=True)
class Ask:
    """One person's question, and what they decide on the card that comes with it."""

    kind: str
    account: int
    decision: str
    pause: float


@dataclass(frozen=True)
class Round:
    """What happens at about the same time."""

    asks: tuple[Ask, ...]
    faults: tuple[str, ...]
    kill: float | None
    """seconds after the beginning"""
    page: bool
    """whether a page is added to the folder that the app reads"""


def rounds(world: World, number: int, seed: int, accounts: int) -> Iterator[Round]:
    """Give the rounds of a world."""
    dice = random.Random(f"{world}:{seed}")
    kinds = (*MODEL, *SLACK, *CRM[world], *CRM[world])
    for _ in range(number):
        asks = tuple(
            Ask(dice.choice(ASKED), dice.randrange(accounts), dice.choice(DECIDED), dice.random() * 0.3)
            for _ in range(dice.randint(1, 3))
        )
        faults = tuple(dice.sample(kinds, dice.choice((0, 1, 1, 2))))
        kill = dice.random() * 2.5 if dice.random() < KILLS else None
        yield Round(asks, faults, kill, dice.random() < 0.1)
