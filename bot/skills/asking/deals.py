"""Deals that fit: each condition in words and as a test, sums by code, and counts by group."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from statistics import fmean, median

from bot.crm.records import Account, Opportunity
from bot.skills.asking.arguments import Deals, Part
from bot.skills.asking.crm import Crm, chosen, known
from bot.skills.asking.deal_lines import FIELDS, hit
from bot.skills.asking.deal_signs import STATES, created, either, signs, untold
from bot.skills.asking.groups import groups
from bot.skills.asking.places import account_rules
from bot.skills.asking.result import LISTED, Result, Rule, Rules, between, deal_figures, inside, told_sums
from bot.skills.ledger import joined, money, plural


def find_deals(crm: Crm, args: Deals, ties: Sequence[Rule[Opportunity]] = ()) -> Result:
    """The deals for which every condition holds; NotFound for a name that the CRM does not hold."""
    owners = crm.owners(args.owner, args.team)
    every = crm.deals(owners.ids, open_only=args.state == "open", closing=(args.close_from, args.close_to))
    rules: Rules[Opportunity] = Rules()
    _plain(crm, args, rules)
    _where(crm, args, rules)
    _parts(crm, args, rules)
    signs(crm, args, rules)
    rules.found += ties
    state = "" if args.state == "any" else f"{args.state} "
    words = joined([f"{state}deals {owners.words}", rules.words])
    fits = sorted(rules.keep(o for o in every if STATES[args.state](o)), key=_order(_sort(args)))
    shown = fits[: args.top] if args.top else fits
    if args.top:
        words = f"{words}; the first {args.top} by {_sorting(_sort(args))}"
    return Result(
        noun="deal",
        words=words,
        hits=[hit(crm, args, o) for o in shown[:LISTED]],
        rows=shown,
        summary=_summary(shown, words, len(fits)),
        counted=[f"opportunity:{o.id}" for o in shown],
        figures=deal_figures(shown, words),
        table=groups(crm, args, shown) if args.group else None,
        notes=untold(crm, args, every),
        topic=_topic(args),
    )


def _summary(deals: Sequence[Opportunity], words: str, every: int) -> str:
    if not deals:
        return f"No deal fits: {words}."
    of = f" of {every}" if every > len(deals) else ""
    return f"{plural(len(deals), 'deal')}{of}, {told_sums(deals)} in all: {words}."


def _plain(crm: Crm, args: Deals, rules: Rules[Opportunity]) -> None:
    """Conditions on the deal's own fields."""
    _values(crm, args, rules, "type")
    stages = {known(name, [s.name for s in crm.stages], "stage") for name in args.stages}
    rules.add(stages, f"in {either(stages)}", lambda o: o.stage in stages)
    by_stage = {stage.name: stage.forecast_category for stage in crm.stages}
    names = crm.words["forecast_category"] | set(by_stage.values())
    forecast = {known(name, names, "forecast category") for name in args.forecast}
    rules.add(
        forecast, f"forecast {either(forecast)}", lambda o: (o.forecast_category or by_stage.get(o.stage)) in forecast
    )
    first, last = args.close_from, args.close_to
    word = "closed" if args.state in ("won", "lost", "closed") else "close date"
    rules.add(first or last, f"{word} {between(first, last)}", lambda o: inside(o.close_date, first, last))
    born, until = args.created_from, args.created_to
    rules.add(born or until, f"created {between(born, until)}", lambda o: inside(created(crm, o), born, until))
    _amounts(args, rules)
    _beside(crm, args, rules)
    _values(crm, args, rules, "competitor", "product", "loss_reason", "lead_source")
    due, by = args.step_from, args.step_to
    rules.add(due or by, f"next step due {between(due, by)}", lambda o: inside(o.next_step_date, due, by))


def _values(crm: Crm, args: Deals, rules: Rules[Opportunity], *fields: str) -> None:
    """Conditions on fields that hold one of the CRM's own values."""
    products = crm.words["product"] | {p.name for p in crm.reader.products()} if args.product else set()
    for field, told, there in (
        ("type", "type", crm.words["type"]), ("competitor", "competitor", crm.words["competitor"]), ("product", "product", products),
        ("loss_reason", "loss reason", crm.words["loss_reason"]), ("lead_source", "lead source", crm.words["lead_source"]),
    ):  # fmt: skip
        if (value := getattr(args, field)) and field in fields:
            words, holds = chosen(value, there, "type of deal" if field == "type" else told)
            rules.add(True, f"{told} {words}", _held(field, holds))


def _held(field: str, holds: Callable[[str | None], bool]) -> Callable[[Opportunity], bool]:
    return lambda o: holds(getattr(o, field))


def _amounts(args: Deals, rules: Rules[Opportunity]) -> None:
    unit = args.currency.upper()
    rules.add(unit, f"in {unit}", lambda o: o.currency == unit)
    limits: tuple[tuple[float | None, str, Callable[[Decimal, Decimal], bool]], ...] = (
        (args.more_than, "more than", lambda a, b: a > b),
        (args.at_least, "at least", lambda a, b: a >= b),
        (args.less_than, "less than", lambda a, b: a < b),
        (args.at_most, "at most", lambda a, b: a <= b),
    )
    for limit, words, test in limits:
        if limit is not None:
            _amount(rules, Decimal(str(limit)), words, test, unit)


def _amount(
    rules: Rules[Opportunity], limit: Decimal, words: str, test: Callable[[Decimal, Decimal], bool], unit: str
) -> None:
    told = money(limit, unit).strip()
    rules.add(True, f"amount {words} {told}", lambda o: o.amount is not None and test(o.amount, limit))


def _beside(crm: Crm, args: Deals, rules: Rules[Opportunity]) -> None:
    """The amount against the mean or median of all deals in a state that the asker sees, each currency apart."""
    if not args.beside:
        return
    sign, name = (1 if args.beside.startswith("more") else -1), args.beside.split()[-1]
    middle = fmean if name == "mean" else median
    by_currency: dict[str, list[float]] = defaultdict(list)
    for o in crm.deals(open_only=args.beside_state == "open"):
        if o.amount is not None and STATES[args.beside_state](o):
            by_currency[o.currency].append(float(o.amount))
    usual = {currency: middle(amounts) for currency, amounts in by_currency.items()}
    state = "" if args.beside_state == "any" else f"{args.beside_state} "
    told = joined((money(Decimal(str(round(value, 2))), one) for one, value in sorted(usual.items())), " and ")
    rules.add(
        True,
        f"amount {args.beside} of all {state}deals ({told or 'no amount on record'})",
        lambda o: o.amount is not None and o.currency in usual and (float(o.amount) - usual[o.currency]) * sign > 0,
    )


def _where(crm: Crm, args: Deals, rules: Rules[Opportunity]) -> None:
    """Conditions on the deal's account."""
    for words, holds in account_rules(crm, args):
        rules.add(True, words, _on_account(crm, holds))


def _on_account(crm: Crm, holds: Callable[[Account], bool]) -> Callable[[Opportunity], bool]:
    def test(o: Opportunity) -> bool:
        account = crm.accounts.get(o.account_id or "")
        return account is not None and holds(account)

    return test


def _parts(crm: Crm, args: Deals, rules: Rules[Opportunity]) -> None:
    """Conditions on what a deal has or lacks; the contact roles are read last, as each deal's are a question of its own."""
    for part in sorted(args.missing, key=lambda p: p not in FIELDS):
        rules.add(True, f"without {_a(part)}", _lacks(crm, part))
    if args.missing_any:
        lacks_one = [_lacks(crm, part) for part in args.missing_any]
        told = joined([f"without {_a(part)}" for part in args.missing_any], " or ")
        rules.add(True, told, lambda o: any(test(o) for test in lacks_one))
    for part in sorted(args.having, key=lambda p: p not in FIELDS):
        lacks = _lacks(crm, part)
        rules.add(True, f"with {_a(part)}", _not(lacks))


def _not(test: Callable[[Opportunity], bool]) -> Callable[[Opportunity], bool]:
    return lambda o: not test(o)


def _lacks(crm: Crm, part: Part) -> Callable[[Opportunity], bool]:
    if part in FIELDS:
        return lambda o: getattr(o, part) in (None, "")
    if part == "contact_role":
        return lambda o: not crm.roles(o)
    if part == "activity":
        return lambda o: not crm.deal(o).activities
    return lambda o: all(role.role != part for role in crm.roles(o))


def _sort(args: Deals) -> str:
    """By close date, the next one first; of closed deals the latest first."""
    return "closed last" if args.sort == "close date" and args.state in ("won", "lost", "closed") else args.sort


def _order(sort: str) -> Callable[[Opportunity], tuple[object, ...]]:
    late = date.max
    orders: dict[str, Callable[[Opportunity], tuple[object, ...]]] = {
        "close date": lambda o: (o.close_date or late, o.id),
        "closed last": lambda o: (-(o.close_date or date.min).toordinal(), o.id),
        "largest": lambda o: (o.amount is None, -(o.amount or 0), o.id),
        "smallest": lambda o: (o.amount is None, o.amount or 0, o.id),
        "oldest": lambda o: (o.created_at is None, o.created_at.timestamp() if o.created_at else 0, o.id),
        "newest": lambda o: (o.created_at is None, -o.created_at.timestamp() if o.created_at else 0, o.id),
    }
    return orders[sort]


def _sorting(sort: str) -> str:
    return {
        "closed last": "close date, the latest first",
        "largest": "amount, the largest first",
        "smallest": "amount, the smallest first",
    }.get(sort, f"creation, the {sort} first" if sort in ("oldest", "newest") else "close date")


def _a(part: str) -> str:
    if part == "contact_role":
        return "any contact role"
    word = part.replace("_", " ")
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


def _topic(args: Deals) -> str:
    """What the filter is about, for a search in the playbook."""
    lacks = [f"no {part.replace('_', ' ')}" for part in (*args.missing, *args.missing_any)]
    signs = [risk for risk in args.risks if risk != "any"]
    silent = "no contact, customer gone silent" if args.silent_days else None
    pushed = "close date pushed" if args.pushed else None
    rival = f"competitor {args.competitor}" if args.competitor else None
    reason = f"lost because of {args.loss_reason}" if args.loss_reason else None
    return joined(
        [
            None if args.type.startswith("not ") else args.type or None,
            *args.stages,
            *lacks,
            *signs,
            silent,
            pushed,
            rival,
            reason,
            args.product or None,
        ],
        " ",
    )
