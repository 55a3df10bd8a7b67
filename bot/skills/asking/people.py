"""Accounts and people that fit, and when they were last touched."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.crm.match import find, fold
from bot.crm.records import Account, Activity, Contact
from bot.pipeline.deal import is_two_way
from bot.proposals import Figure
from bot.skills.asking.arguments import Contacts
from bot.skills.asking.crm import Crm
from bot.skills.asking.groups import count
from bot.skills.asking.places import account_rules
from bot.skills.asking.result import LISTED, Hit, Result, Rule, Rules, between, counted, inside
from bot.skills.asking.touches import before, blank, filled, silence, told_kinds, told_touch
from bot.skills.ledger import joined, plural

LONG_AGO = datetime.min


def find_contacts(crm: Crm, args: Contacts, ties: Sequence[Rule[Contact]] = ()) -> Result:
    """The people for whom every condition holds; those not touched for longest first."""
    owners = crm.owners(args.owner, args.team)
    rules: Rules[Contact] = Rules()
    # Whose a role is tells the deal; whose a contact is, the account.
    rules.add(
        owners.ids is not None and not (args.role or args.with_role), "", lambda c: _owner(crm, c) in (owners.ids or ())
    )
    for words, holds in account_rules(crm, args):
        rules.add(True, words, _at(crm, holds))
    titles = [set(fold(one).split()) for one in args.title.split(" or ") if one]
    rules.add(
        titles, f"title {args.title}", lambda c: any(title <= set(fold(c.title or "").split()) for title in titles)
    )
    rules.add(args.blocked, "not to be contacted or opted out", _blocked)
    rules.add(args.opted_out, f"opted out of {args.opted_out}", lambda c: bool(getattr(c, f"{args.opted_out}_opt_out")))
    told = {"email": "e-mail", "phone": "phone"}.get(args.not_by, "")
    rules.add(
        told, f"not to be contacted by {told}", lambda c: c.do_not_contact or bool(getattr(c, f"{args.not_by}_opt_out"))
    )
    rules.add(args.blocked is False, "may be contacted", lambda c: not _blocked(c))
    _fields(crm, args, rules)
    rolled = args.role or args.with_role
    held = _roles(crm, args, owners.ids if rolled else None) if rolled or args.without_role else {}
    told, deal = (args.role or "").replace("_", " "), "an open deal" if args.role_state == "open" else "any deal"
    rules.add(args.role, f"{told} in {deal}", lambda c: args.role in held.get(c.id, ()))
    rules.add(args.with_role, f"with a role in {deal}", lambda c: c.id in held)
    rules.add(args.without_role, f"without a role in {deal}", lambda c: c.id not in held)
    last = _last_touches(crm, args) if args.untouched_days or args.never else {}
    days = args.untouched_days or 0
    rules.add(days, _untouched(crm, args), lambda c: before(last.get(c.id), crm, days))
    rules.add(args.never, f"{_untouched(crm, args).partition(' in the last')[0]} on record", lambda c: c.id not in last)
    rules.found += ties
    fits = sorted(rules.keep(crm.contacts.values()), key=lambda c: (silence(last.get(c.id)), c.name, c.id))
    shown = fits[: args.top] if args.top else fits
    words = joined(
        [f"people {'in deals' if args.role or args.with_role else 'at accounts'} {owners.words}", rules.words or None]
    )
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
        rules.add(True, f"without {NAMES[part]}", blank(part))
    for part in args.having:
        rules.add(True, f"with {NAMES[part]}", filled(part))
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
    return f"no {told_kinds(args.kinds)}{who}{heard} in the last {plural(args.untouched_days or 0, 'day')}"


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


def _roles(crm: Crm, args: Contacts, owners: frozenset[str] | None) -> dict[str, set[str]]:
    """Roles by contact in open deals, or in any; with `owners`, in theirs."""
    found: dict[str, set[str]] = {}
    for deal in crm.deals(owners, open_only=args.role_state == "open"):
        for role in () if deal.is_closed and args.role_state == "open" else crm.roles(deal):
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


def _contact(crm: Crm, args: Contacts, c: Contact, last: dict[str, Activity]) -> Hit:
    account = crm.accounts.get(c.account_id or "")
    facts = [
        c.title,
        account.name if account else "no account",
        told_touch(last.get(c.id), crm, args.kinds) if args.untouched_days else None,
        "do not contact" if c.do_not_contact else "opted out of e-mail" if c.email_opt_out else None,
        "opted out of calls" if c.phone_opt_out and not c.do_not_contact else None,
    ]
    return Hit("contact", c, c.name, f"{c.name}: {joined(facts)}.", c.updated_at)
