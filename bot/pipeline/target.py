"""The quota of some people in a period: only where it covers the period whole, and each of them (pure)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from bot.crm.records import Quota, User
from bot.pipeline.period import Period

Key = tuple[str | None, str | None]
Convert = Callable[[Decimal, str], Decimal | None]
COMPANY: Key = (None, None)
NAMED = 3
"""people named whose quota is missing"""


@dataclass(frozen=True)
class Target:
    """What is to be sold; without an amount it says why."""

    amount: Decimal | None = None
    n: int = 0
    """quotas that it adds up"""
    why: str = ""
    ids: tuple[str, ...] = field(default=(), compare=False)
    """of the quotas that it adds up"""


class Targets:
    """The quotas that the asker may see, in one currency."""

    def __init__(self, quotas: Iterable[Quota], period: Period, currency: str, convert: Convert) -> None:
        self._currency, self._convert = currency, convert
        self._period = period
        self._of: dict[Key, list[Quota]] = {}
        for quota in quotas:
            self._of.setdefault((quota.user_id, quota.team), []).append(quota)

    def company(self, people: Sequence[User], needed: Collection[str]) -> Target:
        """That of the company, else of its teams, each its own or that of its people."""
        found = self._one(COMPANY)
        if found.amount is not None:
            return found
        teams = sorted({user.team for user in people if user.team})
        parts = [self._team(team, [user for user in people if user.team == team], needed) for team in teams]
        return self._told(_sum([*parts, self._people([user for user in people if not user.team], needed)]))

    def team(self, team: str, people: Sequence[User], needed: Collection[str]) -> Target:
        """That of the team, else of its people."""
        return self._told(self._team(team, people, needed))

    def people(self, people: Iterable[User], needed: Collection[str]) -> Target:
        """The sum of theirs; a manager's own is that of their people, and counts where these have none."""
        return self._told(self._people(people, needed))

    def _told(self, found: Target) -> Target:
        """The target, or that there is none."""
        none = f"there is no quota that you may see from {self._period.first} to {self._period.last}"
        return found if found.n or found.why else Target(why=none)

    def _team(self, team: str, people: Sequence[User], needed: Collection[str]) -> Target:
        found = self._one((None, team))
        return found if found.amount is not None else self._people(people, needed)

    def _people(self, people: Iterable[User], needed: Collection[str]) -> Target:
        every = list(people)
        sellers = [user for user in every if user.role != "manager"]
        found = {user.id: self._one((user.id, None)) for user in sellers}
        managers = [one for user in every if user.role == "manager" if (one := self._one((user.id, None))).n]
        if managers and not any(one.n for one in found.values()):
            return _sum(managers)
        lacking = [user.name for user in sellers if user.active and user.id in needed and not found[user.id].n]
        if lacking:
            more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
            whom = ", ".join(lacking[:NAMED]) + more
            return Target(
                why=f"there is no quota that you may see for {whom} from {self._period.first} to {self._period.last}"
            )
        return _sum(found.values())

    def _one(self, key: Key) -> Target:
        """The quotas of one that cover the period day by day; the one of the whole period before those of its parts."""
        after, found = self._period.first, list[Quota]()
        while after <= self._period.last:
            fits = [one for one in self._of.get(key, ()) if one.first == after and one.last <= self._period.last]
            if not fits:
                return Target()
            found.append(max(fits, key=lambda one: (one.last, one.id)))
            after = found[-1].last + timedelta(days=1)
        amounts = [
            one.amount if one.currency == self._currency else self._convert(one.amount, one.currency) for one in found
        ]
        if None in amounts:
            return Target(
                None, len(found), f"a quota is in another currency than {self._currency}, and there is no rate"
            )
        ids = tuple(one.id for one in found)
        return Target(sum((amount for amount in amounts if amount is not None), Decimal(0)), len(found), ids=ids)


def _sum(parts: Iterable[Target]) -> Target:
    """All of them; nothing where there is none, and why where one cannot be told."""
    every = [part for part in parts if part.n or part.why]
    why = next((part.why for part in every if part.why), "")
    if why or not every:
        return Target(why=why)
    ids = tuple(key for part in every for key in part.ids)
    amounts = (part.amount for part in every if part.amount is not None)
    return Target(sum(amounts, Decimal(0)), sum(p.n for p in every), ids=ids)
