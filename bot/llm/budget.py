"""Limits of tokens and money a day, for each person and for all (pure)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import OverBudget
from bot.log import event
from bot.store.model_calls import Spent, midnight

WARN_AT = 0.8
UNPRICED = "The language model is not asked: there is a limit of money and {model} has no price; an admin can add it to SELLER_PRICES."


@dataclass(frozen=True)
class Limit:
    """One limit."""

    kind: str
    """person or all, tokens or cost, such as `person_tokens`; the setting is called the same"""
    most: float
    used: float
    under_way: float = 0.0

    @property
    def share(self) -> float:
        return self.used / self.most if self.most else 1.0

    @property
    def money(self) -> bool:
        return self.kind.endswith("cost")

    def told(self, amount: float) -> str:
        if not self.money:
            return f"{amount:,.0f} tokens"
        return f"USD {amount:,.2f}" if amount >= 1 else f"USD {amount:.4g}"


@dataclass(frozen=True)
class Budget:
    """What may be spent in a day, which is UTC's for everybody; None: no limit."""

    tokens: int | None = None
    cost: float | None = None
    person_tokens: int | None = None
    person_cost: float | None = None

    def __bool__(self) -> bool:
        return any(one is not None for one in (self.tokens, self.cost, self.person_tokens, self.person_cost))

    def limits(self, mine: Spent, every: Spent) -> Iterator[Limit]:
        """Each limit with what is spent of it, the person's own first."""
        rows = (
            ("person_tokens", self.person_tokens, mine.tokens, mine.under_way),
            ("person_cost", self.person_cost, mine.cost, 0),
            ("tokens", self.tokens, every.tokens, every.under_way),
            ("cost", self.cost, every.cost, 0),
        )
        return (Limit(kind, most, used, under_way) for kind, most, used, under_way in rows if most is not None)

    def check(
        self, model: str, priced: bool, zone: ZoneInfo, now: datetime, admins: Sequence[str]
    ) -> Callable[[Spent, Spent], None]:
        """What refuses a call once a limit is reached, told what the person and all have spent: OverBudget."""

        def refuse(mine: Spent, every: Spent) -> None:
            if not priced and (self.cost is not None or self.person_cost is not None):
                raise OverBudget(UNPRICED.format(model=model))
            for limit in self.limits(mine, every):
                if limit.used >= limit.most:
                    event("budget_reached", limit=limit.kind, used=limit.used, most=limit.most)
                    reached = OverBudget(_reached(limit, zone, now, admins))
                    reached.limit = (limit.kind, limit.used, limit.most)
                    raise reached

        return refuse

    def near(self, mine: Spent, every: Spent) -> list[str]:
        """The limits of which so much is spent that a person is warned."""
        return [limit.kind for limit in self.limits(mine, every) if limit.share >= WARN_AT]

    def limit(self, kind: str, mine: Spent, every: Spent) -> Limit:
        """One of the limits."""
        return next(one for one in self.limits(mine, every) if one.kind == kind)

    def warning(self, kind: str, mine: Spent, every: Spent) -> str:
        """The sentence under an answer."""
        limit = self.limit(kind, mine, every)
        whose = "your" if kind.startswith("person") else "the whole company's"
        after = "after that answers come without a language model until midnight UTC"
        return (
            f"{int(limit.share * 100)} % of {whose} {limit.told(limit.most)} a day for the language model "
            f"{'is' if limit.money else 'are'} used; {after}."
        )


def _reached(limit: Limit, zone: ZoneInfo, now: datetime, admins: Sequence[str]) -> str:
    """One sentence: what is reached, when it starts anew, whom to ask."""
    whose = "Your" if limit.kind.startswith("person") else "The company's"
    again = midnight(now) + timedelta(days=1)
    there = again.astimezone(zone)
    own = "" if there.utcoffset() == timedelta(0) else f" ({there:%H:%M} for you)"
    ask = f"ask {' or '.join(admins[:3])}" if admins else "ask whoever runs this assistant"
    if not limit.most:
        return f"{whose} limit of {limit.told(0)} a day means that the language model is never asked; if you need it, {ask}."
    said = "is reached" if limit.used - limit.under_way >= limit.most else "is taken by answers under way"
    return (
        f"{whose} limit of {limit.told(limit.most)} a day for the language model {said} "
        f"({limit.told(limit.used)} counted); it starts anew at midnight UTC{own}, and if you need more before, {ask}."
    )
