"""Accounts and people that fit, and when they were last touched."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.crm.match import find, fold
from bot.crm.records import Account, Activity, Contact, Record
from bot.pipeline.deal import days_between, is_two_way
from bot.proposals import Figure
from bot.skills.asking.arguments import Accounts, Contacts
from bot.skills.asking.crm import Crm, any_known
from bot.skills.asking.groups import count
from bot.skills.asking.places import account_rules
from bot.skills.asking.result import LISTED, Hit, Result, Rule, Rules, between, counted, inside, told_sums
from bot.skills.ledger import joined, money, plural

TOUCHES = ("call", "meeting", "email")
LONG_AGO = datetime.min


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
    busy = {o.account_id for o in crm.deals() if not o.is_closed} if args.no_open_deal else set()
    rules.add(args.no_open_deal, "without an open deal", lambda a: a.id not in busy)
    days = args.untouched_days
    told = f"no call, meeting or e-mail in the last {plural(days or 0, 'day')}"
    rules.add(days, told, lambda a: _before(_last_touch(crm.touches(a.id), TOUCHES), crm, days or 0))
    kinds = joined(["e-mail" if kind == "email" else kind for kind in args.never], " or ")
    rules.add(args.never, f"no {kinds} on record", lambda a: _last_touch(crm.touches(a.id), args.never) is None)
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
        rules.add(True, f"without {part.replace('_', ' ')}", _blank(part))


def _beyond(field: str, limit: float, sign: int) -> Callable[[Account], bool]:
    return lambda a: getattr(a, field) is not None and (float(getattr(a, field)) - limit) * sign > 0


def _blank(field: str) -> Callable[[Record], bool]:
    return lambda row: getattr(row, field) in (None, "")


def _filled(field: str) -> Callable[[Record], bool]:
    return lambda row: getattr(row, field) not in (None, "")


def _owned(crm: Crm, args: Accounts, rules: Rules[Account]) -> None:
    names = [p.name for p in crm.reader.products()] + [p for a in crm.accounts.values() for p in a.products]
    has = any_known(args.product, names, "product") if args.product else frozenset()
    lacks = any_known(args.without_product, names, "product") if args.without_product else frozenset()
    rules.add(has, f"owns {' or '.join(sorted(has))}", lambda a: bool(has & set(a.products)))
    rules.add(lacks, f"does not own {' or '.join(sorted(lacks))}", lambda a: not lacks & set(a.products))


def _account_order(crm: Crm, args: Accounts) -> Callable[[Account], tuple[object, ...]]:
    if args.sort == "longest untouched" or args.untouched_days:
        return lambda a: (_stamp(_last_touch(crm.touches(a.id), TOUCHES)), a.name)
    if args.sort == "renewal date" or args.renewal_from or args.renewal_to:
        return lambda a: (a.renewal_date or date.max, a.name)
    if args.sort == "most employees":
        return lambda a: (-(a.employees or 0), a.id)
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
        if a.employees and (args.employees_over or args.employees_under or args.sort == "most employees")
        else None,
        f"annual revenue {money(a.annual_revenue, a.currency)}" if a.annual_revenue and _by_revenue(args) else None,
        f"owns {joined(a.products)}" if a.products and (args.product or args.without_product) else None,
        told_touch(_last_touch(crm.touches(a.id), TOUCHES), crm) if args.untouched_days else None,
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
        told_touch(_last_touch(crm.touches(a.id), TOUCHES), crm),
    ]


def _by_revenue(args: Accounts) -> bool:
    return args.sort in ("largest", "smallest") or args.revenue_over is not None or args.revenue_under is not None


def find_contacts(crm: Crm, args: Contacts, ties: Sequence[Rule[Contact]] = ()) -> Result:
    """The people for whom every condition holds; those not touched for longest first."""
    owners = crm.owners(args.owner, args.team)
    rules: Rules[Contact] = Rules()
    # Whose a role is tells the deal; whose a contact is, the account.
    rules.add(owners.ids is not None and not args.role, "", lambda c: _owner(crm, c) in (owners.ids or ()))
    for words, holds in account_rules(crm, args):
        rules.add(True, words, _at(crm, holds))
    titles = [set(fold(one).split()) for one in args.title.split(" or ") if one]
    rules.add(
        titles, f"title {args.title}", lambda c: any(title <= set(fold(c.title or "").split()) for title in titles)
    )
    rules.add(args.blocked, "not to be contacted or opted out", _blocked)
    rules.add(args.opted_out, f"opted out of {args.opted_out}", lambda c: bool(getattr(c, f"{args.opted_out}_opt_out")))
    rules.add(args.blocked is False, "may be contacted", lambda c: not _blocked(c))
    _fields(crm, args, rules)
    held = _roles(crm, owners.ids if args.role else None) if args.role or args.without_role else {}
    told = (args.role or "").replace("_", " ")
    rules.add(args.role, f"{told} in an open deal", lambda c: args.role in held.get(c.id, ()))
    rules.add(args.without_role, "without a role in an open deal", lambda c: c.id not in held)
    last = _last_touches(crm, args) if args.untouched_days or args.never else {}
    days = args.untouched_days or 0
    rules.add(days, _untouched(crm, args), lambda c: _before(last.get(c.id), crm, days))
    rules.add(args.never, f"{_untouched(crm, args).partition(' in the last')[0]} on record", lambda c: c.id not in last)
    rules.found += ties
    fits = sorted(rules.keep(crm.contacts.values()), key=lambda c: (_silence(last.get(c.id)), c.name, c.id))
    shown = fits[: args.top] if args.top else fits
    words = joined([f"people {'in deals' if args.role else 'at accounts'} {owners.words}", rules.words or None])
    return Result(
        noun="person",
        words=words,
        hits=[_contact(crm, args, c, last) for c in shown[:LISTED]],
        summary=counted(len(shown), "contact", words),
        counted=[f"contact:{c.id}" for c in shown],
        rows=shown,
        table=count(crm, args.group, shown, "Contacts", least=args.least) if args.group else None,
        figures=[Figure(name="contacts", value=len(shown), n=len(shown), filter=words)],
        topic="customer gone silent" if days else "",
    )


def _fields(crm: Crm, args: Contacts, rules: Rules[Contact]) -> None:
    """Conditions on the contact's own fields."""
    for part in args.missing:
        rules.add(True, f"without {NAMES[part]}", _blank(part))
    for part in args.having:
        rules.add(True, f"with {NAMES[part]}", _filled(part))
    one = person(crm, args.name) if args.name else None
    rules.add(one, f"name {one.name if one else ''}", lambda c: one is not None and c.id == one.id)
    born, until, zone = args.created_from, args.created_to, crm.now.tzinfo
    rules.add(
        born or until,
        f"created {between(born, until)}",
        lambda c: c.created_at is not None and inside(c.created_at.astimezone(zone).date(), born, until),
    )


NAMES = {"email": "an e-mail address", "phone": "a phone number", "title": "a title"}


def person(crm: Crm, name: str) -> Contact:
    """The one contact of that name; NotFound or Ambiguous else."""
    found = find(name, list(crm.reader.contact_names()), what="person", detail=lambda key: _where(crm, key))
    return crm.contacts[found.id]


def _where(crm: Crm, contact_id: str) -> str:
    account = crm.accounts.get(crm.contacts[contact_id].account_id or "")
    return account.name if account else ""


def _untouched(crm: Crm, args: Contacts) -> str:
    who = f" by {crm.context.asker.name}" if args.by_me else ""
    heard = " in which they took part" if args.heard else ""
    kinds = joined(["e-mail" if kind == "email" else kind for kind in args.kinds], " or ")
    return f"no {kinds}{who}{heard} in the last {plural(args.untouched_days or 0, 'day')}"


def _owner(crm: Crm, contact: Contact) -> str | None:
    account = crm.accounts.get(contact.account_id or "")
    return account.owner_id if account else None


def _at(crm: Crm, holds: Callable[[Account], bool]) -> Callable[[Contact], bool]:
    def test(contact: Contact) -> bool:
        account = crm.accounts.get(contact.account_id or "")
        return account is not None and holds(account)

    return test


def _blocked(contact: Contact) -> bool:
    return contact.do_not_contact or contact.email_opt_out or contact.phone_opt_out


def _roles(crm: Crm, owners: frozenset[str] | None) -> dict[str, set[str]]:
    """Roles in open deals by contact; with `owners`, in theirs."""
    found: dict[str, set[str]] = {}
    for deal in crm.deals(owners):
        for role in () if deal.is_closed else crm.roles(deal):
            found.setdefault(role.contact_id, set()).add(role.role)
    return found


def _last_touches(crm: Crm, args: Contacts) -> dict[str, Activity]:
    """The newest touch of each contact."""
    owners = frozenset({crm.context.asker.id}) if args.by_me else None
    found: dict[str, Activity] = {}
    for activity in crm.reader.activities(owners=owners):
        if activity.at <= crm.now and activity.kind in args.kinds and (not args.heard or is_two_way(activity)):
            for contact_id in activity.contact_ids:
                found.setdefault(contact_id, activity)
    return found


def _last_touch(activities: Sequence[Activity], kinds: Iterable[str]) -> Activity | None:
    wanted = set(kinds)
    return next((a for a in activities if a.kind in wanted), None)


def _before(touch: Activity | None, crm: Crm, days: int) -> bool:
    """Whether the touch is longer ago than so many calendar days; none at all is."""
    return touch is None or touch.at < crm.now - timedelta(days=days)


def _stamp(touch: Activity | None) -> float:
    return touch.at.timestamp() if touch else 0.0


def _silence(touch: Activity | None) -> tuple[bool, float]:
    """Who was known longest ago first; those never touched last."""
    return touch is None, _stamp(touch)


def told_touch(touch: Activity | None, crm: Crm) -> str:
    """The last touch in words."""
    if touch is None:
        return "no call, meeting or e-mail on record"
    kind = "e-mail" if touch.kind == "email" else touch.kind
    day = touch.at.astimezone(crm.now.tzinfo).date()
    return f"last {kind} {day}, {plural(days_between(touch.at, crm.now), 'day')} ago"


def _contact(crm: Crm, args: Contacts, c: Contact, last: dict[str, Activity]) -> Hit:
    account = crm.accounts.get(c.account_id or "")
    facts = [
        c.title,
        account.name if account else "no account",
        told_touch(last.get(c.id), crm) if args.untouched_days else None,
        "do not contact" if c.do_not_contact else "opted out of e-mail" if c.email_opt_out else None,
        "opted out of calls" if c.phone_opt_out and not c.do_not_contact else None,
    ]
    return Hit("contact", c, c.name, f"{c.name}: {joined(facts)}.", c.updated_at)
