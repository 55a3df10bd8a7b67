"""The contacts that a seller's words name: by name, title or role; one, a question, or "not on record" (pure)."""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.crm.match import Mention, mentions, nearest
from bot.crm.records import Contact
from bot.errors import Ambiguous
from bot.skills.account import role_word
from bot.skills.ledger import joined
from bot.skills.said.spelling import spelled
from bot.skills.view import AccountView

TITLES = {
    "ceo": "chief executive", "cfo": "chief financial", "cto": "chief technology", "cio": "chief information",
    "coo": "chief operating", "ciso": "security", "cmo": "chief marketing", "cro": "chief revenue",
}  # fmt: skip
ROLES = ("economic buyer", "champion", "decision maker", "technical buyer", "procurement", "blocker", "coach")
PLAIN = {"per", "may", "will", "mark", "bill", "grant", "pat", "rich", "sue", "chase", "rob", "art", "june", "hope"}
"""names that are also plain words: written small they count only after a word that takes a person"""
TAKES_PERSON = re.compile(
    r"\b(?:with|to|from|for|met|saw|called|call|phoned|ring|rang|pinged|ping|e-?mailed|e-?mail|visited|chase|remind)\s*$"
)

SUBJECT = re.compile(
    r"\s+(?:(?:just|also|now|really|still) )*(?:asked|asks|wants|wanted|said|says|thinks|thought|called|wrote|told|confirmed|promised|agreed|"
    r"likes|liked|prefers|replied|mentioned|is (?:on (?:leave|holiday|vacation|pto)|out|back|away|happy|worried))\b",
    re.IGNORECASE,
)
"""what only a person does: "per asked for the price" """
VERBS = {"may", "will", "mark", "grant", "chase", "hope", "sue", "rob", "bill", "rich"}
"""names that may go on after an "and" as something else"""
MENDED = re.compile(r"[^\W\d_][\w'-]*\s*[,;]?\s*(?:(?:no|sorry),?\s+)?\bi mean(?:t)?\s+", re.IGNORECASE)
"""a name taken back: "met per, i mean lars" """
STRANGER = re.compile(
    r"\b(?i:with|met|saw|called|call|phoned|rang|e-?mailed|visited|(?:spoke|talked|wrote) to|heard from|caught up with) "
    r"((?:[A-Z][a-z][\w'-]*)(?: [A-Z][a-z][\w'-]*)?)"
)
"""a person by a name of capitalised words, after words that take a person"""
DAYS = frozenset((*calendar.day_name, *calendar.month_name[1:], "The", "Their", "Our", "Today", "Tomorrow"))


@dataclass(frozen=True)
class Named:
    """Contacts by the folded words that name them, and what could not be matched."""

    contacts: Mapping[str, Sequence[Contact]]
    unknown: list[str]

    def of(self, text: str) -> list[Contact]:
        """The contacts that a part of the text names."""
        low = text.casefold()
        found = [c for word, named in self.contacts.items() if re.search(rf"\b{re.escape(word)}\b", low) for c in named]
        return list({contact.id: contact for contact in found}.values())

    def everybody(self) -> list[Contact]:
        """All contacts that were named."""
        return list({contact.id: contact for named in self.contacts.values() for contact in named}.values())


def people_in(view: AccountView, text: str) -> Named:
    """The contacts named anywhere in a text.

    Raises Ambiguous where several contacts fit one word.
    """
    text = MENDED.sub("", spelled(text))
    by_title = {word: _one_titled(view, text, word, found) for word, found in _titled(view, text).items()}
    named = {**_by_name(view, text), **{word: found for word, found in by_title.items() if found}}
    missing = [word for word, found in by_title.items() if not found]
    unknown = [_missing(view, _shown(word), "") for word in missing]
    return Named(named, unknown + [_missing(view, name, _near(view, name)) for name in _strangers(view, text)])


def _missing(view: AccountView, word: str, near: str) -> str:
    return f"No {word} is on record at {view.account.name}; logged without.{near}"


def _near(view: AccountView, name: str) -> str:
    """Who may be meant by a name that nobody has."""
    near = nearest(name, [(c.id, c.name) for c in view.contacts], limit=3)
    return f" The nearest names there are {', '.join(near)}." if near else ""


def named_in_full(view: AccountView, text: str) -> Iterator[tuple[str, Contact]]:
    """The whole names, as written, of contacts that stand in somebody else's text; nobody is asked about."""
    by_id = {contact.id: contact for contact in view.contacts}
    for mention in mentions(text, [(c.id, c.name) for c in view.contacts], people=True):
        if mention.whole and len(mention.ids) == 1:
            yield mention.text, by_id[mention.ids[0]]


def _strangers(view: AccountView, text: str) -> list[str]:
    """Names of people that are none of the account's contacts."""
    own = [view.account.name, *(contact.name for contact in view.contacts), *(o.name for o in view.open)]
    known = {word for name in own for word in re.findall(r"\w+", name.casefold())}
    names = [match[1] for match in STRANGER.finditer(text) if match[1].split()[0] not in DAYS]
    return [name for name in names if not known & set(re.findall(r"\w+", name.casefold()))]


def _shown(word: str) -> str:
    return word.upper() if word in TITLES else word


def _by_name(view: AccountView, text: str) -> dict[str, list[Contact]]:
    own = [mention.text for mention in mentions(text, [(view.account.id, view.account.name)])]
    for name in own:  # "Halvorsen" is the company before it is Mr Halvorsen
        text = re.sub(rf"\b(?:at|bei|chez)\s+{re.escape(name)}(?!\w)", " ", text)
        text = re.sub(rf"(?<!\w ){re.escape(name)}" if " " not in name else re.escape(name), " ", text)
    by_id = {contact.id: contact for contact in view.contacts}
    found = mentions(text, [(c.id, c.name) for c in view.contacts], people=True)
    sure = {m.ids[0] for m in found if len(m.ids) == 1} | _labelled(view.contacts, text)
    return {
        m.text.casefold(): [by_id[_only(m.ids, sure, by_id, m.text)]] for m in found if _is_meant(m.text, text, found)
    }


def _is_meant(word: str, text: str, found: Sequence[Mention]) -> bool:
    if word not in PLAIN:
        return True
    others = "|".join(re.escape(m.text) for m in found if m.text != word) or r"(?!)"
    joins = r"[+&]" if word in VERBS else r"(?:and|[+&,])"
    beside = re.compile(rf"\b(?:{others})\s*{joins}\s*$", re.IGNORECASE)
    return any(
        TAKES_PERSON.search(text[: m.start()].lower())
        or beside.search(text[: m.start()])
        or (SUBJECT.match(text, m.end()) and re.search(r"(?:^|[.;,:!?]|\band)\s*$", text[: m.start()]))
        for m in re.finditer(rf"\b{word}\b", text)
    )


def _only(ids: Sequence[str], sure: set[str], by_id: Mapping[str, Contact], word: str) -> str:
    fits = [key for key in ids if key in sure] or list(ids)
    if len(fits) > 1:
        names = [label(by_id[key]) for key in fits]
        raise Ambiguous(f"Several people are called “{word}”: which one do you mean?", candidates=names)
    return fits[0]


def label(contact: Contact) -> str:
    """Name and title: how a contact is offered as a choice."""
    return joined([contact.name, contact.title])


def _labelled(contacts: Sequence[Contact], text: str) -> set[str]:
    return {c.id for c in contacts if f"({label(c)})" in text}


def without_label(text: str, contacts: Sequence[Contact]) -> str:
    """The words without the choice that was put behind them."""
    for contact in contacts:
        text = text.removesuffix(f" ({label(contact)})")
    return text


def _titled(view: AccountView, text: str) -> dict[str, list[Contact]]:
    """Contacts by the titles and roles that the text takes a person by; an empty list where there is none."""
    low = text.casefold()
    roles = {word: [c for c in view.contacts if _has_role(view, c, word)] for word in ROLES}
    titles = {word: [c for c in view.contacts if _has_title(c, word)] for word in TITLES}
    known = {word: found for word, found in {**roles, **titles}.items() if _takes(word, low, bool(found))}
    return known | _by_whole_title(view, low)


def _by_whole_title(view: AccountView, low: str) -> dict[str, list[Contact]]:
    """Contacts by the whole title that the text takes a person by: "the IT lead"."""
    titles = {word for c in view.contacts if c.title and (word := c.title.casefold().split(",")[0]) and " " in word}
    said = [word for word in titles if re.search(rf"\b(?:the|their)\s+{re.escape(word)}\b", low)]
    return {word: [c for c in view.contacts if (c.title or "").casefold().split(",")[0] == word] for word in said}


def _one_titled(view: AccountView, text: str, word: str, found: list[Contact]) -> list[Contact]:
    """The one whom a title or role means: also named, chosen when asked, or the only one."""
    if len(found) < 2:
        return found
    named = {mention.ids[0] for mention in mentions(text, [(c.id, c.name) for c in found], people=True)}
    sure = [contact for contact in found if contact.id in named | _labelled(view.contacts, text)]
    if len(sure) != 1:
        shown = _shown(word)
        raise Ambiguous(f"Several people are {shown}: which one do you mean?", candidates=[label(c) for c in found])
    return sure


def _takes(word: str, low: str, known: bool) -> bool:
    lead = "" if known else r"(?:the|their|our)\s+(?:new\s+)?"
    return re.search(rf"\b{lead}{word}\b", low) is not None


def _has_role(view: AccountView, contact: Contact, word: str) -> bool:
    role = view.roles.get(contact.id)
    return role is not None and role_word(role.role) == word


def _has_title(contact: Contact, short: str) -> bool:
    title = (contact.title or "").casefold()
    return re.search(rf"\b{short}\b", title) is not None or TITLES[short] in title
