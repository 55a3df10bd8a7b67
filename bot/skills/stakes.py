"""What waits for a person and what it puts at stake: promises and deals in the order in which they cost money (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import TypeVar

from bot.crm.records import Account, Opportunity, Task, User
from bot.pipeline.signal import Signal

FIRST = 3
"""things that come before all others"""
REMEDY = {
    "close date passed": "confirm the close date",
    "close date too near": "check the close date",
    "no two-way activity": "get in touch",
    "stalled in stage": "agree what moves it on",
    "close date pushed": "ask what has to happen before they sign",
    "no economic buyer": "find out who signs",
    "no next step": "agree a next step",
    "next step in the past": "agree a new next step",
    "next step only ours": "agree a step with the customer",
    "single-threaded": "bring in a second contact",
    "ghosted": "try another way or another person",
    "silent champion": "call the champion",
    "champion left": "find a new champion",
    "red flag said": "answer what they said",
    "price not discussed": "talk about the price",
    "competitor without a plan": "agree a plan against the competitor",
    "amount down": "find out why the amount fell",
    "stage moved back": "find out what was missed",
    "paper process unknown": "map the way to signature",
    "forecast mismatch": "correct the forecast category",
    "dead weight": "close it or revive it",
    "hygiene": "fill in what is missing",
}
"""what to do about each signal"""


@dataclass(frozen=True)
class Due:
    """A promise of ours or theirs with the day it is due."""

    task: Task
    account: Account | None
    day: date
    deal: Opportunity | None = None
    """the open deal that it is about, else the account's greatest"""
    stake: Decimal = Decimal(0)
    """amount × the stage's probability of that deal"""

    @property
    def currency(self) -> str:
        """The currency of the stake."""
        return self.deal.currency if self.deal else ""


@dataclass(frozen=True)
class Needy:
    """A deal that needs somebody: why, what to do, and what it puts at stake."""

    deal: Opportunity
    account: Account | None
    owner: User | None
    signals: tuple[Signal, ...]
    probability: float | None
    """the stage's; None where the picklist does not have it"""
    stake: Decimal
    """amount × probability × severity"""

    @property
    def currency(self) -> str:
        """The currency of the stake."""
        return self.deal.currency

    @property
    def why(self) -> str:
        """The reasons, the most severe first."""
        return "; ".join(signal.text for signal in self.signals[:2])

    @property
    def remedy(self) -> str:
        """What to do about the most severe one."""
        return REMEDY[self.signals[0].name]


Stake = TypeVar("Stake", bound=Due | Needy)


def by_stake(found: Sequence[Stake]) -> list[Stake]:
    """Order by what is at stake, amounts of two currencies in turns, as they are never compared; what has none comes last, by day."""
    groups: dict[str, list[Stake]] = {}
    for one in found:
        groups.setdefault(one.currency if one.stake else "", []).append(one)
    none = sorted(groups.pop("", []), key=_day)
    ranked = [sorted(group, key=lambda one: (-one.stake, _day(one))) for group in groups.values()]
    ranked.sort(key=len, reverse=True)
    return [one for turn in zip_longest(*ranked) for one in turn if one is not None] + none


def _day(one: Due | Needy) -> date:
    return one.day if isinstance(one, Due) else date.max


def first_of(dues: Sequence[Due], deals: Sequence[Needy], today: date) -> tuple[Due | Needy, ...]:
    """Pick what costs most if it is left, over promises and deals alike, one thing a deal; nothing where there is no choice."""
    pressing: list[Due | Needy] = [one for one in dues if one.stake and one.day <= today]
    found: dict[str, Due | Needy] = {}
    for one in by_stake([*pressing, *deals]):
        found.setdefault(one.deal.id if one.deal else "", one)
    return tuple(found.values())[:FIRST] if len(found) > 1 else ()
