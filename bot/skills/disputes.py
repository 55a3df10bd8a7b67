"""Where a note says otherwise than the CRM: both are shown, and the CRM's word counts (pure)."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import pairwise

from bot.crm.records import Contact, Opportunity
from bot.dates import find_dates
from bot.money import find_money
from bot.pipeline.deal import Deal
from bot.proposals import Line
from bot.skills import account as facts
from bot.skills.extract import units
from bot.skills.ledger import Ledger, money
from bot.skills.view import AccountView
from knowledge.documents import Passage

CLOSING = re.compile(
    r"\b(?:clos(?:e|es|ing)|sign(?:s|ed|ing|ature)?)\b(?![- ]?(?:off|in|up)\b|-?on\b| on\b(?!\s+(?:the )?\d))",
    re.IGNORECASE,
)
"""words of closing; "sign off" and "sign-on" are other matters, "sign on 4 May" is not"""
RENEWING = re.compile(r"\brenew(?:al|s|ed|ing)?\b", re.IGNORECASE)
DENIED = re.compile(r"\b(?:not|instead of|rather than)\s+(?:by |on |the )?$", re.IGNORECASE)
WORTH = re.compile(
    r"\b(?:deal|contract|order|opportunity|amount)(?: (?:value|size|volume))?\s+(?:is|of|at|now|will be|comes to|grew to|went to)"
    r"(?: (?:now|at|about|worth))*\s*$",
    re.IGNORECASE,
)
"""words right in front of what a deal is worth"""
PAST = re.compile(
    r"\b(?:at first|was|were|used to|before|originally|list price|instead of|rather than|discount)\b", re.I
)
SIGNS = r"(?:,[^,.;]{2,40},)?\s+(?:is (?:the|our|their) (?:economic buyer|budget holder)|holds the budget|signs(?: it| off| the (?:contract|order))?)\b(?!\s+(?:not|only))"
SHOWN = 2

Found = tuple[str, int, str]
"""what the CRM has, the number of its record, and the note's sentence"""


def disputes(view: AccountView, ledger: Ledger, notes: Sequence[Passage]) -> list[Line]:
    """Sentences of notes that do not agree with the CRM, beside what the CRM has."""
    lines: dict[str, Line] = {}
    for passage in notes:
        for rule in RULES:
            for has, n, said in rule(view, ledger, passage):
                text = f"Sources disagree: the CRM has {has}; {dated(passage)}“{said}”"
                lines.setdefault(text, Line(text=text, cites=(n, ledger.passage(passage))))
    return list(lines.values())[:SHOWN]


def dated(passage: Passage) -> str:
    """Lead in a sentence of a note by its day and kind."""
    day = passage.document.date
    return f"{day}, {passage.document.kind}: " if day else f"{passage.document.kind.capitalize()}: "


def _close_date(view: AccountView, ledger: Ledger, passage: Passage) -> Iterator[Found]:
    agreed = {o.close_date for o in view.open if o.close_date}
    for deal in view.deals:
        o = deal.opportunity
        found = None if _superseded(deal, passage, "close_date") else other_close_date(o, passage, agreed)
        if found:
            yield f"{o.name} closing on {o.close_date}", facts.cite_deal(o, ledger), found
            return


def _renewal(view: AccountView, ledger: Ledger, passage: Passage) -> Iterator[Found]:
    day = view.account.renewal_date
    known = {day, *(o.close_date for o in view.open)} - {None}
    for sentence in units(passage.chunk.text) if day else []:
        if RENEWING.search(sentence) and _disagrees(sentence, passage, {one for one in known if one}):
            yield f"the renewal on {day}", facts.cite_account(view, ledger), sentence
            return


def _amount(view: AccountView, ledger: Ledger, passage: Passage) -> Iterator[Found]:
    """Only where one deal is open, so that it is plain which one a note means."""
    if len(view.open) != 1 or not view.deals or _superseded(view.deals[0], passage, "amount"):
        return
    o = view.deals[0].opportunity
    for sentence in units(passage.chunk.text) if o.amount else []:
        rival = o.competitor and o.competitor.casefold() in sentence.casefold()
        told = [m for m in find_money(sentence) if m.may_be(o.currency) and WORTH.search(sentence[: m.start])]
        other = [m for m in told if m.value and m.value >= 1000 and m.value != o.amount]
        if other and not rival and not PAST.search(sentence):
            yield f"{o.name} at {money(o.amount, o.currency)}", facts.cite_deal(o, ledger), sentence
            return


def _buyer(view: AccountView, ledger: Ledger, passage: Passage) -> Iterator[Found]:
    """Somebody else said to sign than the one whom the CRM has as economic buyer."""
    for deal in view.deals[:1]:
        buyers = [
            deal.contacts[r.contact_id]
            for r in deal.roles
            if r.role == "economic_buyer" and r.contact_id in deal.contacts
        ]
        for sentence in units(passage.chunk.text) if buyers else []:
            signs = _signing(view.contacts, sentence)
            if signs and all(signs.id != buyer.id for buyer in buyers):
                n = ledger.record("contact", buyers[0], buyers[0].name, buyers[0].updated_at)
                yield f"{buyers[0].name} as economic buyer of {deal.opportunity.name}", n, sentence
                return


def _signing(contacts: Sequence[Contact], sentence: str) -> Contact | None:
    found = [c for c in contacts if re.search(rf"\b{re.escape(c.name)}{SIGNS}", sentence, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None


RULES: tuple[Callable[[AccountView, Ledger, Passage], Iterator[Found]], ...] = (_close_date, _amount, _buyer, _renewal)


def _superseded(deal: Deal, passage: Passage, field: str) -> bool:
    """Whether the CRM's value was set after the note was written."""
    changes = [after.at for before, after in pairwise(deal.history) if getattr(before, field) != getattr(after, field)]
    written = passage.document.date
    return bool(changes and written and written < max(changes).date())


def other_close_date(opportunity: Opportunity, passage: Passage, agreed: Collection[date] = frozenset()) -> str | None:
    """A sentence of a note about closing or signing whose date is not the CRM's; None where they agree.

    `agreed` holds close dates of the account's other deals: a sentence that names one of them is about that deal.
    """
    if opportunity.close_date is None:
        return None
    known = {opportunity.close_date, *agreed}
    for sentence in units(passage.chunk.text):
        if CLOSING.search(sentence) and _disagrees(sentence, passage, known):
            return sentence
    return None


def _disagrees(sentence: str, passage: Passage, known: Collection[date]) -> bool:
    """Whether a sentence names a coming day and none that the CRM holds, but to deny it."""
    spans = find_dates(sentence, passage.document.date or passage.today)
    exact = [(start, day) for start, end, day in spans if re.search(r"\d", sentence[start:end])]
    said = {day for start, day in exact if not DENIED.search(sentence[:start])}
    return said.isdisjoint(known) and any(day >= passage.today for day in said)
