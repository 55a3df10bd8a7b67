"""To whom: read from the seller's words; asked back where the records hold no one such person."""

import re

from bot.crm.match import fold, mentions
from bot.crm.records import Contact
from bot.errors import Ambiguous
from bot.skills.named import label, people_in, without_label
from bot.skills.outreach.material import TITLE
from bot.skills.outreach.wishes import without_topic
from bot.skills.view import AccountView

TO = re.compile(r"\b(?:to|for|invite)\s+(?P<who>.+)$", re.IGNORECASE | re.DOTALL)
STRANGER = re.compile(r"[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+)+")
"""a full name in capitals"""
SEVERAL = re.compile(r"\band\b|[,&+]|\bboth\b|\beach of\b", re.IGNORECASE)
EVERYBODY = re.compile(
    r"\b(?:every(?:body|one)|all(?: of)?(?: (?:the|my|their|our))? (?:contacts?|people|stakeholders?|them)|(?:whole|entire|full)|committee|buying (?:cent(?:er|re)|group))\b",
    re.IGNORECASE,
)
MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\w")
RELATED = r"boss|manager|assistant|secretary|colleagues?|team|successor|predecessor|superior|deputy|people|replacement"
MOST = 3
"""letters of one request"""


def addressees(view: AccountView, text: str) -> list[Contact]:
    """The contacts that are meant; Ambiguous with the account's contacts where the seller must say, none where it has none."""
    contacts = view.contacts
    if not contacts:
        return []
    chosen = [contact for contact in contacts if f"({label(contact)})" in text]
    if len(chosen) == 1:
        return chosen
    words = without_topic(without_label(text, contacts))
    mails = [contact for contact in contacts if (contact.email or "").casefold() in MAIL.findall(text.casefold())]
    who = TO.search(words)
    part = who["who"] if who else words
    found, unknown = (mails, "") if mails else _named(view, part)
    if who and not found and not unknown:
        # “Ingrid a thank-you for the demo”
        part = words
        found, unknown = _named(view, part)
    if len(found) == 1 and (other := _somebody_of(found[0], part)):
        found, unknown = [], f"“{other}” names nobody on record"
    if who and len(found) == 1 and (other := _namesake(view, found[0], part)):
        found, unknown = [], f"No {other} is on record"
    if len(found) == 1 or (found and SEVERAL.search(part) and len(found) <= MOST):
        return found
    if len(found) > 1:
        raise Ambiguous(f"To whom of these? Name one, or up to {MOST}.", candidates=[label(c) for c in found[:5]])
    if len(contacts) == 1 and not unknown:
        return [contacts[0]]
    all_of = f"One request makes {MOST} letters at most; to whom" if EVERYBODY.search(part) else "To whom"
    lead = f"{unknown}; to whom at" if unknown else f"{all_of} at"
    raise Ambiguous(f"{lead} {view.account.name}?", candidates=[label(c) for c in _nearest_first(view)[:8]])


def _somebody_of(contact: Contact, part: str) -> str:
    """Words for somebody who is known by this contact alone, such as “Per's boss”; empty where it is the contact."""
    names = "|".join(re.escape(name) for name in (contact.name, *contact.name.split()))
    found = re.search(rf"\b(?:{names})['’]s? (?:{RELATED})\b", part, re.IGNORECASE)
    return found[0] if found else ""


def _namesake(view: AccountView, contact: Contact, part: str) -> str:
    """A full name of the words that has this contact's last name and another first name; empty where there is none."""
    if fold(contact.name) in fold(part):
        return ""
    known = fold(f"{contact.name} {contact.title or ''} {view.account.name}").split()
    for last in contact.name.split()[1:]:
        for found in re.finditer(
            rf"(?<![\w'’])(?P<first>[^\W\d_a-zß-ÿ][\w-]*[^\W\d_A-ZÀ-Þ]) {re.escape(last)}\b", part
        ):
            first = fold(found["first"])
            near = any(name.startswith(first) or first.startswith(name) for name in known if len(name) > 1)
            if not near and not TITLE.fullmatch(found["first"]):
                return found[0]
    return ""


def _named(view: AccountView, part: str) -> tuple[list[Contact], str]:
    """The contacts that are named, and whom nobody has on record."""
    people = people_in(view, part)
    stranger = STRANGER.match(part.strip())
    missing = people.unknown[0].partition(" is on record")[0] if people.unknown else ""
    if stranger and not missing and not mentions(stranger[0], [(view.account.id, view.account.name)]):
        missing = f"No {stranger[0]}"
    return people.everybody(), f"{missing} is on record" if missing else ""


def _nearest_first(view: AccountView) -> list[Contact]:
    """Those with a role in an open deal before the others."""
    return sorted(view.contacts, key=lambda contact: contact.id not in view.roles)
