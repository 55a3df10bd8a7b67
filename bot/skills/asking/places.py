"""Conditions on the account that a record hangs on."""

from collections.abc import Callable

from bot.crm.match import fold
from bot.crm.records import Account
from bot.skills.asking.arguments import Where
from bot.skills.asking.crm import Crm, chosen, known, same_country

Condition = tuple[str, Callable[[Account], bool]]


def account_rules(crm: Crm, args: Where) -> list[Condition]:
    """Conditions on an account: which one, where it is, what it is."""
    found: list[Condition] = []
    if args.account:
        ones = [crm.account_named(name) for name in args.account.split(" or ")]
        keys = {one.id for one in ones}
        found.append((f"account {' or '.join(one.name for one in ones)}", lambda a: a.id in keys))
    if args.account_type:
        found.append(_field(crm, "type", args.account_type))
    if args.country:
        place = f"not in {args.country[4:]}" if args.country.startswith("not ") else f"in {args.country}"
        found.append((f"accounts {place}", _in_country(args.country)))
    if args.segment:
        found.append(_field(crm, "segment", args.segment))
    if args.region:
        found.append(_field(crm, "region", args.region))
    return [*found, _industry(crm, args.industry)] if args.industry else found


def _in_country(value: str) -> Callable[[Account], bool]:
    negated, names = value.startswith("not "), value.removeprefix("not ").split(" or ")
    return lambda a: bool(a.country) and any(same_country(name, a.country) for name in names) != negated


def _industry(crm: Crm, name: str) -> Condition:
    """An industry by its name or by words of it: "food" holds for food manufacturing and for food and beverage."""
    present = {a.industry for a in crm.accounts.values() if a.industry}
    fits = {one for part in name.removeprefix("not ").split(" or ") for one in _industries(part, present)}
    negated = name.startswith("not ")
    told = f"industry {'not ' if negated else ''}{' or '.join(sorted(fits))}"
    return told, lambda a: bool(a.industry) and (a.industry in fits) != negated


def _industries(name: str, present: set[str]) -> list[str]:
    words = set(fold(name).split())
    fits = [one for one in present if words <= set(fold(one).split())]
    return fits or [known(name, present, "industry")]


def _field(crm: Crm, field: str, value: str) -> Condition:
    told = "type of account" if field == "type" else field
    words, holds = chosen(value, [getattr(a, field) for a in crm.accounts.values()], told)
    return f"{told} {words}", lambda a: holds(getattr(a, field))
