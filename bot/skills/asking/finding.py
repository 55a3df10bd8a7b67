"""Find the records that typed arguments ask for, and those on which others hang or do not: accounts without a meeting planned."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from bot.crm.records import Activity, Opportunity, Record, Task
from bot.skills.asking.accounts import find_accounts
from bot.skills.asking.arguments import Accounts, Activities, Arguments, Contacts, Deals, Promises
from bot.skills.asking.columns import with_columns
from bot.skills.asking.crm import Crm
from bot.skills.asking.deals import find_deals
from bot.skills.asking.done import find_activities, find_promises
from bot.skills.asking.people import find_contacts
from bot.skills.asking.result import Result, Rule


@dataclass(frozen=True)
class Tie:
    """Records of another kind that hang on what is asked for, or are not to."""

    asked: Arguments
    least: int = 1
    most: int | None = None
    """0: there is none"""
    ties: "tuple[Tie, ...]" = ()
    """what is to hang on these"""

    def fits(self, n: int) -> bool:
        """Whether so many are as many as asked for."""
        return self.least <= n and (self.most is None or n <= self.most)

    @property
    def told(self) -> str:
        """How many, in words."""
        if self.most is None:
            return "with" if self.least == 1 else f"with {self.least} or more of:"
        if self.most == 0:
            return "without"
        return f"with {self.least} to {self.most} of:" if self.least != self.most else f"with {self.most} of:"


_FINDERS: dict[type[Arguments], Callable[..., Result]] = {
    Deals: find_deals, Accounts: find_accounts, Contacts: find_contacts, Activities: find_activities, Promises: find_promises,
}  # fmt: skip
Key = Callable[[Any], Collection[str | None]]


def find(crm: Crm, asked: Arguments, ties: Sequence[Tie] = ()) -> Result:
    """The records that typed arguments ask for; NotFound for a name that the CRM does not hold."""
    found = _FINDERS[type(asked)](crm, asked, [_rule(crm, asked, tie) for tie in ties])
    return with_columns(crm, asked, found)


def _rule(crm: Crm, outer: Arguments, tie: Tie) -> Rule[Any]:
    asked = tie.asked
    if isinstance(asked, Deals) and isinstance(outer, Deals) and asked.state == "any":
        asked = asked.model_copy(update={"state": outer.state})  # no more is read than is looked at
    inner = find(crm, asked, tie.ties)
    if isinstance(asked, Accounts) and not isinstance(outer, Accounts):
        ids = {row.id for row in inner.rows}
        return Rule(f"of {inner.words}".replace(" that you may see", ""), lambda row: row.account_id in ids)
    if type(outer) is type(tie.asked):
        ids = {row.id for row in inner.rows}
        told = inner.words.partition(", ")[2] or inner.words
        return Rule(f"not ({told})" if tie.most == 0 else told, lambda row: tie.fits(int(row.id in ids)))
    words = f"{tie.told} {inner.words}".replace(" that you may see", "")
    if isinstance(outer, Deals) and isinstance(tie.asked, Contacts):
        ids = {row.id for row in inner.rows}
        return Rule(words, lambda o: tie.fits(sum(role.contact_id in ids for role in crm.roles(o))))
    often: Counter[str | None] = Counter(key for row in inner.rows for key in set(_keys(crm, outer, row)))
    return Rule(words, lambda row: tie.fits(often[row.id]))


def _keys(crm: Crm, outer: Arguments, row: Record) -> Collection[str | None]:
    """The ids of what a record hangs on, of the kind that is asked for."""
    if isinstance(outer, Accounts):
        return (getattr(row, "account_id", None),)
    if isinstance(outer, Deals):
        return (getattr(row, "opportunity_id", None),)
    if isinstance(row, Activity):
        return row.contact_ids
    if isinstance(row, Opportunity):
        wanted = outer.role if isinstance(outer, Contacts) else None
        return [role.contact_id for role in crm.roles(row) if wanted in (None, role.role)]
    return (row.contact_id,) if isinstance(row, Task) else ()


def ties_of(outer: type[Arguments]) -> tuple[type[Arguments], ...]:
    """The kinds of records that hang on a kind."""
    return {
        Accounts: (Deals, Contacts, Activities, Promises),
        Deals: (Activities, Promises, Contacts),
        Contacts: (Activities, Promises, Deals),
    }.get(outer, ())
