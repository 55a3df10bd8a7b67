"""Readings and records → proposed writes, old → new; what is so already is said, what is unclear is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot.crm.checks import words as field_words
from bot.crm.match import nearest
from bot.crm.records import Contact, Opportunity
from bot.crm.writes import CreateContact, SetContactRole
from bot.proposals import ProposedWrite
from bot.skills import Context
from bot.skills.ledger import joined, money
from bot.skills.named import people_in
from bot.skills.said import persons
from bot.skills.said.clauses import Words
from bot.skills.said.deals import Deals
from bot.skills.said.reading import agreed
from bot.skills.said.scene import Intent, written
from bot.skills.view import AccountView

_PREDICATES = frozenset(("is", "may", "names", "has", "does", "gives", "fits", "would"))


@dataclass
class Outcome:
    """What is proposed, and what is said about it."""

    writes: list[ProposedWrite] = field(default_factory=list)
    lines: list[tuple[str, Opportunity | None]] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def updates(intents: Sequence[tuple[Intent, Opportunity]]) -> Outcome:
    """Changes of deals: a value that is so already is said and not proposed."""
    out = Outcome()
    kept, out.unknowns = agreed(_one_wish(intents))
    for intent, deal in kept:
        if intent.problem and intent.fact and _is_set(intent, deal, kept):
            continue
        if intent.problem:
            out.unknowns.append(_unclear(intent))
            continue
        what, old = field_words(intent.field), getattr(deal, intent.field)
        if _same(old, intent.value):
            out.lines.append((f"The {what} of {deal.name} is {_shown(old, deal)} already (“{intent.words}”).", deal))
            continue
        out.writes.append(ProposedWrite(write=written(intent, deal), evidence=intent.words, confidence=intent.sure))
        out.lines.append((_told(intent, deal, old), deal))
        if deal.is_closed:
            out.warnings.append(
                f"{deal.name} is closed ({deal.stage}, {deal.close_date}); look twice before you say yes."
            )
    out.warnings = list(dict.fromkeys(out.warnings))
    return out


def _unclear(intent: Intent) -> str:
    """The problem behind the words, as their predicate or as a sentence of its own."""
    verb = intent.problem.split()[0] in _PREDICATES
    return f"“{intent.words}”{' ' if verb else ': '}{intent.problem}"


def _is_set(perhaps: Intent, deal: Opportunity, kept: Sequence[tuple[Intent, Opportunity]]) -> bool:
    """Whether other words say outright what these may mean."""
    return any(i.field == perhaps.field and d.id == deal.id and not i.problem for i, d in kept)


def _one_wish(intents: Sequence[tuple[Intent, Opportunity]]) -> list[tuple[Intent, Opportunity]]:
    """A next step that is set outright counts before what the customer wants; of several wishes the first."""
    steps = [(i, d) for i, d in intents if i.field == "next_step" and not i.problem]
    told = [pair for pair in steps if not pair[0].fact]
    keep = told or steps[:1]
    return [pair for pair in intents if pair[0].field != "next_step" or pair[0].problem or pair in keep]


def _same(old: object, new: object) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        return old.casefold() == new.casefold()
    return old == new


def _shown(value: object, deal: Opportunity) -> str:
    if value is None:
        return "nothing"
    return money(value, deal.currency) if isinstance(value, Decimal) else str(value)


def _told(intent: Intent, deal: Opportunity, old: object) -> str:
    change = f"{_shown(old, deal)} → {_shown(intent.value, deal)}"
    day = f" ({intent.value:%A})" if intent.field == "close_date" and intent.value else ""
    note = f" ({intent.note})" if intent.note else ""
    return f"{deal.name}: {field_words(intent.field)} {change}{day}, from “{intent.words}”{note}."


def roles(
    context: Context,
    view: AccountView,
    parts: Sequence[persons.Part],
    deals: Deals,
    before: Callable[[int], Sequence[Contact]],
    new: Sequence[persons.NewContact] = (),
) -> Outcome:
    """Who plays which part: contacts on record only, and never a part that they have already."""
    out = Outcome()
    for part in parts:
        people = persons.by_pronoun(part.who, before(part.clause.start)) or people_in(view, part.who).everybody()
        added = next((n.name for n in new if n.name and persons.is_about(part, n, known=bool(people))), "")
        if added or not people:
            out.unknowns.append(_nobody(view, part, added))
            continue
        deal = deals.of(part.clause.own)
        for contact in people:
            _add_role(context, out, part, contact, deal)
    return out


def _nobody(view: AccountView, part: persons.Part, added: str) -> str:
    if added:
        return f"“{part.clause.text}”: {added} is not on record yet; say it again once the contact is added."
    near = nearest(part.who, [(c.id, c.name) for c in view.contacts], limit=3)
    hint = f"; the nearest are {', '.join(near)}" if near else ""
    return f"“{part.clause.text}” names nobody on record at {view.account.name}{hint}. Who is it?"


def _add_role(context: Context, out: Outcome, part: persons.Part, contact: Contact, deal: Opportunity) -> None:
    present = context.reader.contact_roles(deal.id)
    own = [row.role for row in present if row.contact_id == contact.id]
    what = part.role.replace("_", " ")
    if part.role in own:
        out.lines.append((f"{contact.name} is {what} of {deal.name} already (“{part.clause.text}”).", deal))
        return
    old = own[0] if own else None
    write = SetContactRole(opportunity_id=deal.id, contact_id=contact.id, role=part.role, old=old)
    out.writes.append(ProposedWrite(write=write, evidence=part.clause.text))
    was = f" (now {old.replace('_', ' ')})" if old else ""
    out.lines.append((f"{deal.name}: {contact.name}{was} becomes {what}, from “{part.clause.text}”.", deal))


def contacts(view: AccountView, words: Words, new: Sequence[persons.NewContact]) -> Outcome:
    """People to add; nobody who is on record already."""
    out = Outcome()
    for person in new:
        said = words.text[person.start : person.end].strip(" ,.;")
        if person.problem.endswith("already"):
            out.lines.append((f"{person.problem} (“{said}”).", None))
        elif person.problem:
            out.unknowns.append(f"“{said}”: {person.problem}")
        else:
            _add_contact(out, view, person, said)
    return out


def _add_contact(out: Outcome, view: AccountView, person: persons.NewContact, said: str) -> None:
    write = CreateContact(account_id=view.account.id, name=person.name, title=person.title, email=person.email)
    out.writes.append(ProposedWrite(write=write, evidence=said, confidence=1.0 if person.told else 0.6))
    out.lines.append((f"New contact: {joined([person.name, person.title, person.email])}, from “{said}”.", None))
    missing = [what for what, value in (("title", person.title), ("e-mail address", person.email)) if not value]
    if missing:
        out.unknowns.append(f"The {' and '.join(missing)} of {person.name}.")
    if person.note:
        out.unknowns.append(f"Of {person.name}, {person.note}.")
