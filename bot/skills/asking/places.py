"""Conditions on the account that a record hangs on."""

from collections.abc import Callable

from bot.crm.match import fold
from bot.crm.records import Account
from bot.skills.asking.arguments import Where
from bot.skills.asking.crm import Crm, known, same_country

Condition = tuple[str, Callable[[Account], bool]]


def account_rules(crm: Crm, args: Where) -> list[Condition]:
    """Conditions on an account: which one, where it is, what it is."""
    found: list[Condition] = []
    if args.account:
        one = crm.account_named(args.account)
        found.append((f"account {one.name}", lambda a: a.id == one.id))
    if args.account_type:
        found.append(_field(crm, "type", args.account_type))
    if args.country:
        found.append((f"accounts in {args.country}", lambda a: same_country(args.country, a.country)))
    if args.segment:
        found.append(_field(crm, "segment", args.segment))
    if args.region:
        found.append(_field(crm, "region", args.region))
    return [*found, _industry(crm, args.industry)] if args.industry else found


def _industry(crm: Crm, name: str) -> Condition:
    """An industry by its name or by words of it: "food" holds for food manufacturing and for food and beverage."""
    words = set(fold(name).split())
    if not any(words <= set(fold(a.industry or "").split()) for a in crm.accounts.values()):
        known(name, [a.industry for a in crm.accounts.values()], "industry")
    return f"industry {name}", lambda a: words <= set(fold(a.industry or "").split())


def _field(crm: Crm, field: str, value: str) -> Condition:
    told = "type of account" if field == "type" else field
    there = known(value, [getattr(a, field) for a in crm.accounts.values()], told)
    return f"{told} {there}", lambda a: getattr(a, field) == there
