"""Changes of the CRM that a call gives evidence for: the deal's fields, roles, new people; in doubt nothing (pure)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.crm.checks import LENGTHS
from bot.crm.match import fold
from bot.crm.port import CrmReader
from bot.crm.records import Contact, ContactRole, Opportunity
from bot.crm.writes import CreateContact, SetContactRole, UpdateOpportunity
from bot.dates import long_date, read_dates
from bot.money import find_money
from bot.proposals import ProposedWrite
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.firm import is_firm
from bot.skills.summarising.reading import CallRead
from bot.skills.summarising.steps import Step
from bot.skills.summarising.transcript import Sentence
from bot.skills.view import AccountView

CLEAR, LIKELY = 0.9, 0.7
"""said in so many words · what follows from it"""
_SIGNS = re.compile(
    r"\b(?:we(?:'ll| will| can| are going to)|i(?:'ll| will)|the (?:contract|order|agreement) (?:will be|is)|(?:our )?signature (?:will be|is|comes))\b[^.?!]{0,30}?"
    r"\b(?:sign(?:ed)?|place the order|send (?:you )?the order|signature|ordered)\b",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(?:agreed?|settled?|settle|sign(?:ed)?|order(?:ed)?|take it|buy it|deal is|go(?:ing)? (?:ahead )?with it)\b[^.?!]{0,40}?\b(?:on|for|at)\b",
    re.IGNORECASE,
)
_WON = re.compile(
    r"\b(?:we|i)(?:'ve| have) (?:just |now |already )*signed (?:it|the (?:contract|order|agreement))\b|\byou have (?:the|our) (?:signed )?(?:order|contract)\b",
    re.I,
)
_LOST = re.compile(
    r"\bwe(?:'ve| have)? (?:decided|chosen|chose|gone|went)\b[^.?!]{0,30}?\b(?:against (?:you|it|buying)|not to (?:buy|go ahead|go on|continue|move forward)|with (?P<rival>[A-Z][\w&.-]+)(?= (?:instead|because|as|on price)))",
)
_OWN_ROLES: tuple[tuple[ContactRole, re.Pattern[str]], ...] = (
    ("economic_buyer", re.compile(r"\b(?:i (?:sign (?:it |this |the contract )?off|sign the (?:contract|order)|hold the budget|own the budget|approve the (?:budget|spend))|it(?:'s| is) my budget|the budget is mine|i have the final (?:say|word))\b", re.I)),
    ("decision_maker", re.compile(r"\b(?:i decide|the decision is mine|i make the decision|i take the decision)\b", re.I)),
    ("champion", re.compile(r"\bi(?:'ll| will|'m going to) (?:push (?:for )?(?:this|it)|fight for (?:this|it|you)|make the case|sell (?:this|it) internally)\b", re.I)),
)  # fmt: skip
_OTHERS = re.compile(
    r"\b(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?) (?:signs? (?:it |this |the contract )?off|holds the budget|has the final (?:say|word)|approves the (?:budget|spend))\b"
)
_TITLE = re.compile(
    r"\bI(?:'m| am) (?:the |our |a |an )?(?P<title>(?:(?:[A-Z]|[a-z])[\w&-]+ ){0,3}?(?:CEO|CFO|CIO|COO|CTO|CISO|VP(?: of [\w ]+)?|[Dd]irector(?: of [\w ]+)?|[Mm]anager|[Hh]ead of [\w ]+|[Ee]ngineer|[Cc]ontroller|[Bb]uyer|[Pp]lanner|[Aa]nalyst|[Ll]ead))\b"
)
LONGEST_NAME = 5
"""words"""
PARTICLES = frozenset(
    "af al ap av bin da das de del dela della den der di do dos du e el la le los of ten ter van vom von y zu zum zur".split()
)
"""of names, which are written small"""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")


def changes(
    reader: CrmReader, view: AccountView, call: CallRead, deal: Opportunity | None, today: date
) -> Iterator[ProposedWrite]:
    """What the call changes, each with its line; of a deal only where one deal is meant."""
    if deal:
        yield from _next_step(view, call, deal, today)
        yield from _close_date(call, deal, today)
        yield from _amount(call, deal)
        yield from _outcome(reader, call, deal)
        yield from _competitor(reader, call, deal)
        yield from _roles(view, call, deal)
    yield from _people(view, call)


def _update(
    deal: Opportunity, field: str, new: object, call: CallRead, said: Sequence[Sentence], sure: float
) -> Iterator[ProposedWrite]:
    old = getattr(deal, field)
    if new is None or (str(old).casefold() == str(new).casefold()) or old == new:
        return
    write = UpdateOpportunity.model_validate({"opportunity_id": deal.id, "field": field, "old": old, "new": new})
    yield ProposedWrite(write=write, evidence=_evidence(call, said), confidence=sure)


def _evidence(call: CallRead, said: Sequence[Sentence]) -> str:
    lines = tuple(dict.fromkeys(line for one in said for line in one.lines))
    who = call.people[said[0].turn.who].name if said[0].turn.who in call.people else "somebody"
    return f"{who}: “{' … '.join(one.text for one in said)}” ({call.transcript.place(lines)})"


def _next_step(view: AccountView, call: CallRead, deal: Opportunity, today: date) -> Iterator[ProposedWrite]:
    """The nearest dated promise of either side."""
    dated = sorted((s for s in call.steps if s.due and s.due >= today and s.owner.side != "unknown"), key=_due)
    if dated:
        step = dated[0]
        whom = view.account.name if step.owner.side == "ours" else "us"
        what = re.sub(r"\byou\b", whom, step.what, count=1, flags=re.IGNORECASE)
        words = f"{step.owner.name}: {what} by {long_date(_due(step))}"
        yield from _update(deal, "next_step", words[: LENGTHS["next_step"]], call, step.said, CLEAR)


def _due(step: Step) -> date:
    return step.due or date.max


def _close_date(call: CallRead, deal: Opportunity, today: date) -> Iterator[ProposedWrite]:
    """The day on which the customer says that they sign; the last word counts."""
    found = [
        (one, day)
        for one in _theirs(call)
        if _SIGNS.search(one.text) and is_firm(_plain(one)) and (day := _day(one, call, today))
    ]
    if found:
        one, day = found[-1]
        yield from _update(deal, "close_date", day, call, (one,), CLEAR)


def _day(one: Sentence, call: CallRead, today: date) -> date | None:
    phrases = [p for p in read_dates(_plain(one), call.day) if p.kind == "day" and p.first] if call.day else []
    return phrases[0].first if len(phrases) == 1 and phrases[0].first and phrases[0].first >= today else None


def _amount(call: CallRead, deal: Opportunity) -> Iterator[ProposedWrite]:
    """A sum that the customer settles on, in the deal's own currency."""
    for one in reversed(_theirs(call)):
        settled = _SETTLED.search(one.text) if is_firm(_plain(one)) else None
        sums = [m for m in find_money(one.text) if m.sign and m.value and settled and m.start >= settled.start()]
        if (
            len(sums) == 1
            and sums[0].may_be(deal.currency)
            and not re.search(r"\b(?:per|a|each) (?:user|seat|month|day|hour|site)\b", one.text)
        ):
            yield from _update(deal, "amount", sums[0].value, call, (one,), CLEAR)
            return


def _outcome(reader: CrmReader, call: CallRead, deal: Opportunity) -> Iterator[ProposedWrite]:
    """Won or lost, where the customer says so and the picklist has one such stage."""
    for one in _theirs(call):
        won, lost = _WON.search(_plain(one)), _LOST.search(_plain(one))
        if won or lost:
            stages = [stage.name for stage in reader.stages() if stage.is_closed and stage.is_won == bool(won)]
            yield from _update(deal, "stage", stages[0] if len(stages) == 1 else None, call, (one,), LIKELY)
            if lost:
                yield from _update(deal, "loss_reason", _reason(reader, one.text), call, (one,), LIKELY)
            return


def _reason(reader: CrmReader, text: str) -> str | None:
    """The one reason that the CRM already knows and the sentence names."""
    known = {deal.loss_reason for deal in reader.opportunities() if deal.loss_reason}
    named = [reason for reason in known if re.search(rf"\b{re.escape(reason)}\b", text, re.IGNORECASE)]
    return named[0] if len(named) == 1 else None


def _competitor(reader: CrmReader, call: CallRead, deal: Opportunity) -> Iterator[ProposedWrite]:
    """The one competitor that was named, as the CRM spells it, where the deal has none yet."""
    if deal.competitor or len(call.competitors) != 1:
        return
    named = call.competitors[0]
    known = {one.competitor for one in reader.opportunities() if one.competitor}
    spelled = next((name for name in sorted(known) if fold(name) == fold(named.name)), named.name)
    yield from _update(deal, "competitor", spelled, call, named.said[:1], LIKELY)


def _roles(view: AccountView, call: CallRead, deal: Opportunity) -> Iterator[ProposedWrite]:
    """What a contact says they are to the deal, or somebody there says of them."""
    found: dict[str, tuple[ContactRole, Sentence]] = {}
    for one in _theirs(call):
        person = call.people.get(one.turn.who)
        if not is_firm(_plain(one)):
            continue
        for role, pattern in _OWN_ROLES:
            if person and person.contact and pattern.search(_plain(one)):
                found.setdefault(person.contact.id, (role, one))
        other = _OTHERS.search(one.text)
        contact = _contact(view, other["name"]) if other else None
        if contact:
            found.setdefault(contact.id, ("economic_buyer", one))
    for key, (role, one) in found.items():
        held = next(
            (r.role for d in view.deals if d.opportunity.id == deal.id for r in d.roles if r.contact_id == key), None
        )
        if held != role:
            write = SetContactRole(opportunity_id=deal.id, contact_id=key, role=role, old=held)
            yield ProposedWrite(write=write, evidence=_evidence(call, (one,)), confidence=LIKELY)


def _contact(view: AccountView, name: str) -> Contact | None:
    low = fold(name)
    fits = [c for c in view.contacts if fold(c.name) == low or (" " not in low and fold(c.name).split()[0] == low)]
    return fits[0] if len(fits) == 1 else None


def _is_name(label: str) -> bool:
    """Whether a speaker's label is a person's name rather than a first name, a room or a sentence."""
    parts = label.split()
    plain = [part for part in parts if part[0].islower() and part not in PARTICLES]
    return 1 < len(parts) <= LONGEST_NAME and not plain and not any(sign.isdigit() for sign in label)


def _people(view: AccountView, call: CallRead) -> Iterator[ProposedWrite]:
    """Those of the customer who speak and are no contact yet, with what they say of themselves."""
    for person in call.people.values():
        if person.side != "theirs" or person.contact or person.user or not _is_name(person.name):
            continue
        said = [one for one in call.transcript.said if one.turn.who == person.label]
        title, mail = _introduced(person, said)
        write = CreateContact(account_id=view.account.id, name=person.name[:121], title=title, email=mail)
        yield ProposedWrite(write=write, evidence=_evidence(call, said[:1]), confidence=LIKELY)


def _introduced(person: Person, said: Sequence[Sentence]) -> tuple[str | None, str | None]:
    titles = (match["title"].strip() for one in said if (match := _TITLE.search(_plain(one))))
    mails = (match[0] for one in said if (match := _MAIL.search(one.text)))
    return (person.role or next(titles, None) or None), next(mails, None)


def _theirs(call: CallRead) -> list[Sentence]:
    """What the customer states."""
    planted = {sentence for one in call.to_machines for sentence in one.said}
    own = [
        one
        for one in call.transcript.said
        if one.turn.who in call.people and call.people[one.turn.who].side == "theirs"
    ]
    return [one for one in own if one not in planted and not one.text.rstrip().endswith("?")]


def _plain(one: Sentence) -> str:
    return one.text.replace("’", "'")
