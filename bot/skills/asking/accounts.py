"""Accounts that fit."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from bot.crm.records import Account
from bot.proposals import Figure
from bot.skills.asking.arguments import Accounts
from bot.skills.asking.crm import Crm, any_known
from bot.skills.asking.groups import count
from bot.skills.asking.places import account_rules
from bot.skills.asking.result import LISTED, Hit, Result, Rule, Rules, between, counted, inside, told_sums
from bot.skills.asking.touches import TOUCHES, before, blank, last_touch, stamp, told_kinds, told_touch
from bot.skills.ledger import joined, money, plural


def find_accounts(crm: Crm, args: Accounts, ties: Sequence[Rule[Account]] = ()) -> Result:
    """The accounts for which every condition holds."""
    owners = crm.owners(args.owner, args.team)
    rules: Rules[Account] = Rules()
    rules.add(owners.ids is not None, "", lambda a: a.owner_id in (owners.ids or ()))
    for words, holds in account_rules(crm, args):
        rules.add(True, words, holds)
    _owned(crm, args, rules)
    first, last = args.renewal_from, args.renewal_to
    rules.add(first or last, f"renewal {between(first, last)}", lambda a: inside(a.renewal_date, first, last))
    _facts(crm, args, rules)
    busy = {o.account_id for o in crm.deals(open_only=True)} if args.no_open_deal else set()
    rules.add(args.no_open_deal, "without an open deal", lambda a: a.id not in busy)
    days = args.untouched_days
    told = f"no {told_kinds(args.kinds)} in the last {plural(days or 0, 'day')}"
    rules.add(days, told, lambda a: before(last_touch(crm.touches(a.id), args.kinds), crm, days or 0))
    rules.add(
        args.never,
        f"no {told_kinds(args.never)} on record",
        lambda a: last_touch(crm.touches(a.id), args.never) is None,
    )
    rules.found += ties
    fits = sorted(rules.keep(crm.accounts.values()), key=_account_order(crm, args))
    shown = fits[: args.top] if args.top else fits
    words = joined([f"accounts {owners.words}", rules.words or None])
    return Result(
        noun="account",
        words=words,
        hits=[_account(crm, args, a) for a in shown[:LISTED]],
        summary=counted(len(shown), "account", words),
        counted=[f"account:{a.id}" for a in shown],
        rows=shown,
        table=count(crm, args.group, shown, "Accounts", least=args.least) if args.group else None,
        figures=[Figure(name="accounts", value=len(shown), n=len(shown), filter=words)],
        topic=joined(["renewal" if first or last else None, "customer gone silent" if days else None], " "),
    )


def _facts(crm: Crm, args: Accounts, rules: Rules[Account]) -> None:
    """Conditions on the account's own fields; one that is blank fits no limit."""
    first, last = args.since_from, args.since_to
    rules.add(first or last, f"customer since {between(first, last)}", lambda a: inside(a.customer_since, first, last))
    born, until = args.created_from, args.created_to
    zone = crm.now.tzinfo
    rules.add(
        born or until,
        f"created {between(born, until)}",
        lambda a: a.created_at is not None and inside(a.created_at.astimezone(zone).date(), born, until),
    )
    for limit, words, field, sign in (
        (args.employees_over, "more than {} employees", "employees", 1),
        (args.employees_under, "fewer than {} employees", "employees", -1),
        (args.revenue_over, "annual revenue more than {}", "annual_revenue", 1),
        (args.revenue_under, "annual revenue less than {}", "annual_revenue", -1),
    ):
        if limit is not None:
            rules.add(True, words.format(f"{limit:,.0f}"), _beyond(field, limit, sign))
    for part in args.missing:
        rules.add(True, f"without {part.replace('_', ' ')}", blank("owner_id" if part == "owner" else part))


def _beyond(field: str, limit: float, sign: int) -> Callable[[Account], bool]:
    return lambda a: getattr(a, field) is not None and (float(getattr(a, field)) - limit) * sign > 0


def _owned(crm: Crm, args: Accounts, rules: Rules[Account]) -> None:
    names = [p.name for p in crm.reader.products()] + [p for a in crm.accounts.values() for p in a.products]
    has = any_known(args.product, names, "product") if args.product else frozenset()
    lacks = any_known(args.without_product, names, "product") if args.without_product else frozenset()
    rules.add(has, f"owns {' or '.join(sorted(has))}", lambda a: bool(has & set(a.products)))
    rules.add(lacks, f"does not own {' or '.join(sorted(lacks))}", lambda a: not lacks & set(a.products))


def _account_order(crm: Crm, args: Accounts) -> Callable[[Account], tuple[object, ...]]:
    if args.sort == "longest untouched" or args.untouched_days:
        return lambda a: (stamp(last_touch(crm.touches(a.id), args.kinds)), a.name)
    if args.sort == "renewal date" or args.renewal_from or args.renewal_to:
        return lambda a: (a.renewal_date or date.max, a.name)
    if args.sort in ("most employees", "fewest employees"):
        way = -1 if args.sort == "most employees" else 1
        return lambda a: (a.employees is None, way * (a.employees or 0), a.id)
    if args.sort in ("largest", "smallest"):
        sign = -1 if args.sort == "largest" else 1
        return lambda a: (a.annual_revenue is None, sign * (a.annual_revenue or Decimal(0)), a.name)
    return lambda a: (a.name,)


def _account(crm: Crm, args: Accounts, a: Account) -> Hit:
    facts: list[str | None] = [
        a.type,
        a.segment,
        a.country,
        crm.owner_name(a.owner_id),
        f"renewal {a.renewal_date}" if a.renewal_date and (args.renewal_from or args.renewal_to) else None,
        f"customer since {a.customer_since}" if a.customer_since and (args.since_from or args.since_to) else None,
        f"{a.employees:,} employees"
        if a.employees and (args.employees_over or args.employees_under or args.sort.endswith("employees"))
        else None,
        f"annual revenue {money(a.annual_revenue, a.currency)}" if a.annual_revenue and _by_revenue(args) else None,
        f"owns {joined(a.products)}" if a.products and (args.product or args.without_product) else None,
        told_touch(last_touch(crm.touches(a.id), args.kinds), crm, args.kinds) if args.untouched_days else None,
    ]
    if " or " in args.account:
        facts += _standing(crm, a)
    return Hit("account", a, a.name, f"{a.name}: {joined(facts)}.", a.updated_at)


def _standing(crm: Crm, a: Account) -> list[str]:
    """What two accounts are compared by."""
    deals = [o for o in crm.deals() if o.account_id == a.id]
    live = [o for o in deals if not o.is_closed]
    won = sum(o.is_won for o in deals)
    return [
        a.industry or "no industry",
        f"{plural(len(live), 'open deal')}{f' ({told_sums(live)})' if live else ''}",
        f"{won} won, {len(deals) - len(live) - won} lost",
        told_touch(last_touch(crm.touches(a.id), TOUCHES), crm),
    ]


def _by_revenue(args: Accounts) -> bool:
    return args.sort in ("largest", "smallest") or args.revenue_over is not None or args.revenue_under is not None
