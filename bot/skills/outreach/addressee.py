"""To whom, and about what: read from the seller's words; asked back where the records hold no one such person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.crm.match import mentions
from bot.crm.records import Contact
from bot.errors import Ambiguous, BotError, NotFound
from bot.skills import Context
from bot.skills.named import label, people_in, without_label
from bot.skills.outreach.proof import PLAYBOOK
from bot.skills.view import AccountView
from knowledge.documents import Scope
from knowledge.errors import KnowledgeError

ABOUT = re.compile(r"\b(?:about|regarding|concerning|re)\b:?\s+(?P<topic>.+)$", re.IGNORECASE | re.DOTALL)
TO = re.compile(r"\b(?:to|for)\s+(?P<who>.+)$", re.IGNORECASE | re.DOTALL)
OTHER_CHANNEL = re.compile(
    r"\b(?:linked ?in|voice ?mail|cold call|call (?:script|opener)|sms|text message|whats ?app)\b", re.IGNORECASE
)
INTERNAL = re.compile(
    r"\b(?:floor|margin|walk-?away|lowest|discount\w*|rebate|per ?cent|internal\w*|champion|blocker|economic buyer|meddpicc|bant|"
    r"quota|forecast|commit|confidential|competitors?)\b",
    re.IGNORECASE,
)
PRESSING = re.compile(
    r"\b(?:last chance|today only|only today|act now|urgent\w*|final offer|limited (?:time|offer)|expires)\b", re.I
)
PRIVATE = re.compile(
    r"\b(?:illness|sick\w*|pregnan\w+|religio\w+|politic\w+|divorce\w*|redundanc\w+|lay-?offs?)\b", re.IGNORECASE
)
ODD = re.compile(r"[\n\r.;:!?\"“”<>\[\]{}|@#$€£%]|https?")
STRANGER = re.compile(r"[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+)+")
"""a full name in capitals"""
LONGEST = 8
"""words of a topic that is taken over"""


@dataclass(frozen=True)
class Topic:
    """What the letter is about, as it may be said, and what of the seller's words was left out."""

    words: str
    left_out: tuple[str, ...] = ()


def check_channel(text: str) -> None:
    """Raise BotError where another channel than e-mail is asked for."""
    match = OTHER_CHANNEL.search(text)
    if match:
        raise BotError(f"Only e-mails are drafted so far, not “{match[0]}”; ask for an e-mail instead.")


def addressee(view: AccountView, text: str) -> Contact:
    """The one contact that is meant; Ambiguous with the account's contacts where the seller must say."""
    contacts = view.contacts
    if not contacts:
        raise NotFound(f"{view.account.name} has no contacts in the CRM; record one before you write to them.")
    chosen = [contact for contact in contacts if f"({label(contact)})" in text]
    if len(chosen) == 1:
        return chosen[0]
    who = TO.search(text)
    part = ABOUT.sub("", who["who"] if who else text)
    found, unknown = _named(view, part)
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise Ambiguous("One letter goes to one person; to whom of these?", candidates=[label(c) for c in found[:5]])
    if len(contacts) == 1 and not unknown:
        return contacts[0]
    lead = f"{unknown}; to whom at" if unknown else "To whom at"
    raise Ambiguous(f"{lead} {view.account.name}?", candidates=[label(c) for c in _nearest_first(view)[:8]])


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


def topic_of(context: Context, view: AccountView, contact: Contact, text: str) -> Topic:
    """The seller's own words on what it is about, if a customer may read them; what a form says to mention stays out."""
    text, _, mention = text.partition("\nMention: ")
    topic = _topic(context, view, contact, text)
    asked = (f"What to mention (“{mention.strip()[:60]}”): add it in your own words where it fits.",) if mention else ()
    return Topic(topic.words, (*topic.left_out, *asked))


def _topic(context: Context, view: AccountView, contact: Contact, text: str) -> Topic:
    match = ABOUT.search(without_label(text, view.contacts))
    if not match:
        return Topic("")
    raw = " ".join(match["topic"].split()).strip(" .!?,")
    said = re.sub(r"\b(?:their|his|her)\b", "your", raw, flags=re.IGNORECASE)
    why = _unspeakable(context, view, contact, said)
    if why:
        return Topic("", (f"What you asked to write about (“{raw[:60]}”): {why}.",))
    if re.search(r"\brenew", said, re.IGNORECASE) and not _renews(view):
        return Topic("", (f"The renewal: none is on record at {view.account.name}.",))
    return Topic(said)


def _unspeakable(context: Context, view: AccountView, contact: Contact, said: str) -> str:
    """Why these words may not go to a customer as they are; empty where they may."""
    if len(said.split()) > LONGEST or ODD.search(said):
        return "it is more than a short phrase, so put it into the letter yourself"
    if INTERNAL.search(said):
        return "it is internal"
    if PRESSING.search(said):
        return "it presses them"
    if PRIVATE.search(said):
        return "it is about somebody's private life or job"
    if _rivals(view, said):
        return "it names a competitor"
    others = [(c.id, c.name) for c in view.contacts if c.id != contact.id]
    others += [(user.id, user.name) for user in context.reader.users()]
    names = [(key, name) for key, name in context.reader.account_names(said) if key != view.account.id]
    if mentions(said, others, people=True) or mentions(said, names):
        return "it names somebody else"
    return "" if _figures_stand(context, said) else "its figure stands on no page for customers"


def _rivals(view: AccountView, said: str) -> list[str]:
    every = [name.strip() for o in view.opportunities if o.competitor for name in re.split(r"[,;]", o.competitor)]
    return [name for name in every if name and re.search(rf"\b{re.escape(name)}\b", said, re.IGNORECASE)]


def _renews(view: AccountView) -> bool:
    return bool(view.account.renewal_date) or any((o.type or "").casefold() == "renewal" for o in view.open)


def _figures_stand(context: Context, said: str) -> bool:
    """Whether every figure of the words, with the word before it, stands on a page that customers may be shown."""
    figures: Sequence[str] = re.findall(r"(?:[^\W\d]+\s+)?\S*\d\S*", said)
    if not figures:
        return True
    scope = Scope.shared(teams=context.teams, audience="customer")
    try:
        found = context.library.search(said, scope=scope, kinds=PLAYBOOK, k=4, now=context.now)
    except KnowledgeError:
        return False
    texts = " ".join(f"{passage.document.title} {passage.chunk.text}" for passage in found).casefold()
    return all(figure.casefold() in texts for figure in figures)
