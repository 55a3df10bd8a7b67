"""Which colleague of the seller a task is for: exactly one user, or a question (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.crm.match import fold
from bot.crm.records import Contact, User
from bot.skills.said.clauses import Clause

Person = TypeVar("Person", User, Contact)

_NAME = r"(?P<who>[^\W\d_][\w'-]*(?:\s+(?-i:[A-Z])[\w'-]+)?)"
_LEAD = r"^(?:(?:and|then|also|please|now)\s+)*"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_LEAD}(?:remind|tell|get|have)\s+{_NAME}\s+(?:to|that|about)\s+(?P<what>\S.*)$",
        rf"{_LEAD}(?:(?:new|add|create)\s+)?(?:a\s+)?(?:task|to-?do)\s+for\s+(?P<who>[^:,]{{2,40}}?)\s*(?:[:,]|\bto\b)\s*(?P<what>\S.*)$",
        rf"{_LEAD}{_NAME}\s+(?:should|must|will|shall|needs\s+to|has\s+to|is\s+to|to)\s+(?P<what>\S.*)$",
    )
)


@dataclass(frozen=True)
class Errand:
    """What a colleague is to do, or why it cannot be told who."""

    owner: User | None
    what: str
    problem: str = ""


def errand(clause: Clause, users: Sequence[User], contacts: Sequence[Contact]) -> Errand | None:
    """The errand of a colleague that the clause tells; None where it names none of ours."""
    match = next((found for form in _FORMS if (found := form.match(clause.meant))), None)
    ours = _called(match["who"], users) if match else []
    if match is None or not ours:
        return None
    theirs = _called(match["who"], contacts)
    if len(ours) == 1 and not theirs:
        return Errand(ours[0], match["what"])
    names = " or ".join([*(f"{user.name} of ours" for user in ours), *(c.name for c in theirs)])
    return Errand(None, match["what"], f"may mean {names}; say the whole name of who is to do it.")


def _called(who: str, people: Sequence[Person]) -> list[Person]:
    """Whom a first or whole name means."""
    name = fold(who)
    whole = [person for person in people if fold(person.name) == name]
    return whole or [person for person in people if fold(person.name).split()[:1] == [name]]
