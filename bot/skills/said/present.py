"""Who took part in what is told: those whom the clauses of the touch name, else anybody named (pure)."""

import re
from collections.abc import Sequence

from bot.crm.records import Contact
from bot.skills.named import Named, named_in_full, people_in
from bot.skills.said.clauses import Clause, Words
from bot.skills.said.kinds import kind_of
from bot.skills.view import AccountView

_OPENING = 500
"""characters of a pasted text in which those who took part are looked for"""
_HEAD = re.compile(
    r"\W*(?:from|to|cc|with|attendees|participants|present|von|an|mit|teilnehmer|de|à|avec|participants?|con|para|asistentes)\s*:",
    re.IGNORECASE,
)
"""a line that lists people, as in the head of a mail or of minutes"""
_GREETED = r"(?:(?:hi|hello|hey|dear|hallo|liebe[rs]?|guten tag|bonjour|cher|chère|hola|estimad[oa])\s+)"
_NOTE = re.compile(r"\s*note:[^\n]+", re.IGNORECASE)
"""one line behind “note:”, which the seller wrote rather than pasted"""


def present(view: AccountView, words: Words, people: Named, clauses: Sequence[Clause]) -> Sequence[Contact]:
    """The people of the clauses, else whom a pasted text names in full."""
    touching: list[int] = []
    for at, clause in enumerate(clauses):
        if kind_of(clause.own) or (at - 1 in touching and _only_names(people, clause.own)):
            touching.append(at)
    found = people.of("; ".join(clauses[at].own for at in touching))
    if found := found or people.of("; ".join(clause.own for clause in clauses)):
        return found
    if _NOTE.fullmatch(words.text):
        return people_in(view, words.paste()).everybody()
    return _taking_part(view, words.paste()[:_OPENING])


def _taking_part(view: AccountView, text: str) -> Sequence[Contact]:
    """Whom somebody else's text shows as taking part; to be spoken of in it is not enough."""
    lines = [line for line in text.splitlines() if line.strip()]
    named = [(line, *one, line is lines[0]) for line in lines for one in named_in_full(view, line)]
    return list({who.id: who for line, name, who, first in named if _takes_part(who, name, line, first=first)}.values())


def _takes_part(contact: Contact, written: str, line: str, *, first: bool) -> bool:
    """Whether a line is a head that lists them, their turn, greeting or name below a letter, or opens with the touch."""
    name, title = re.escape(written), re.escape(contact.title or contact.name)
    with_them = rf"\b(?:with|mit|avec|con) {name}"
    if _HEAD.match(line) or (first and (kind_of(line) or re.search(with_them, line, re.IGNORECASE))):
        return True
    own = rf"[^\w<]*{_GREETED}?{name}(?:[\s,(|–-]+{title}\)?)?\s*(?::|[,.!]?\s*$)"
    return re.match(own, line, re.IGNORECASE) is not None


def _only_names(people: Named, own: str) -> bool:
    """Whether a clause only names more people of the touch before it: "met Renee, Marcus and Theo"."""
    said = set(re.findall(r"\w+", own.casefold())) - {"and", "n", "und", "et", "y"}
    return bool(said) and said <= {part for name in people.contacts for part in re.findall(r"\w+", name)}
