"""Who took part in what is told: those whom the clauses of the touch name, else anybody named (pure)."""

import re
from collections.abc import Sequence

from bot.crm.records import Contact
from bot.skills.named import Named, named_in_full, people_in
from bot.skills.said.clauses import Clause, Words
from bot.skills.said.kinds import kind_of
from bot.skills.view import AccountView

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
    return named_in_full(view, words.paste()[:500])


def _only_names(people: Named, own: str) -> bool:
    """Whether a clause only names more people of the touch before it: "met Renee, Marcus and Theo"."""
    said = set(re.findall(r"\w+", own.casefold())) - {"and", "n", "und", "et", "y"}
    return bool(said) and said <= {part for name in people.contacts for part in re.findall(r"\w+", name)}
