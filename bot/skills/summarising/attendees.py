"""Who speaks in a call: ours, theirs, or not known; matched to users and contacts by code alone (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.crm.match import fold, options
from bot.crm.records import Account, Contact, User
from bot.skills.summarising.transcript import Transcript

CallSide = Literal["ours", "theirs", "unknown"]
OURS = frozenset(
    ("me", "i", "rep", "seller", "sales", "sales rep", "ae", "account executive", "agent", "account manager")
)
THEIRS = frozenset(("customer", "prospect", "client", "buyer", "lead"))
_LABEL = re.compile(r"^(?P<name>[^(,\[/|]+?)\s*(?:[(\[](?P<about>[^)\]]*)[)\]]?|(?:[,/|]| [-–])\s*(?P<rest>.+))?\s*$")
_TITLE = re.compile(
    r"\b(?:c[a-z]o|chief|head|vp|vice|president|director|manager|lead|engineer|owner|founder|buyer|analyst|officer|"
    r"executive|consultant|architect|planner|procurement|assistant|coordinator|specialist|controller|sales)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Person:
    """Somebody who speaks."""

    label: str
    """as the transcript writes it"""
    name: str
    company: str = ""
    role: str = ""
    side: CallSide = "unknown"
    contact: Contact | None = None
    user: User | None = None
    lines: tuple[int, ...] = ()
    quote: str = ""
    doubt: str = ""
    """why it cannot be told who this is"""

    @property
    def shown(self) -> str:
        """Name, role and company, where they are known."""
        about = ", ".join(part for part in (self.role, self.company) if part)
        return f"{self.name} ({about})" if about else self.name


def attendees(
    transcript: Transcript, account: Account | None, contacts: Sequence[Contact], users: Sequence[User], asker: User
) -> dict[str, Person]:
    """Each label of the transcript with the person behind it, in the order in which they first speak."""
    labels = dict.fromkeys(turn.who for turn in transcript.turns if turn.who)
    found = {label: _person(label, account, contacts, users, asker) for label in labels}
    ours = {fold(p.company) for p in found.values() if p.side == "ours" and p.company}
    for label, person in found.items():
        first = next((s for s in transcript.said if s.turn.who == label), None)
        if person.side == "unknown" and person.company and fold(person.company) in ours:
            person = replace(person, side="ours", doubt="")
        found[label] = replace(person, lines=first.lines, quote=label) if first else person
    return found


def _person(
    label: str, account: Account | None, contacts: Sequence[Contact], users: Sequence[User], asker: User
) -> Person:
    read = _LABEL.match(label)
    name = read["name"].strip() if read else label
    company, role = _about((read["about"] or read["rest"] or "") if read else "", account)
    bare = Person(label, name, company, role)
    turned = f"{read['rest']} {name}" if read and read["rest"] else ""
    if turned and _called(turned, [*contacts]) + _called(turned, [*users]):
        # "Solheim, Ingrid"
        bare = Person(label, turned)
    if fold(name) in OURS:
        return replace(bare, side="ours", user=asker if fold(name) in ("me", "i") else None)
    if fold(name) in THEIRS:
        return replace(bare, side="theirs", company=company or (account.name if account else ""))
    return _known(bare, account, contacts, users)


def _known(bare: Person, account: Account | None, contacts: Sequence[Contact], users: Sequence[User]) -> Person:
    of_theirs = account is not None and bare.company == account.name
    theirs, ours = _called(bare.name, contacts), [] if of_theirs else _called(bare.name, users)
    if len(theirs) + len(ours) > 1:
        names = ", ".join(one.name for one in (*ours, *theirs))
        return replace(bare, doubt=f"“{bare.label}” may be {names}; it is not told which.")
    if theirs and isinstance(theirs[0], Contact):
        company = bare.company or (account.name if account else "")
        role = theirs[0].title or bare.role
        return replace(bare, name=theirs[0].name, side="theirs", contact=theirs[0], company=company, role=role)
    if ours and isinstance(ours[0], User):
        return replace(bare, name=ours[0].name, side="ours", user=ours[0])
    if of_theirs:
        return replace(bare, side="theirs", doubt=f"“{bare.name}” is no contact of {bare.company} in the CRM.")
    return replace(bare, doubt=f"Who “{bare.label}” is: no user and no contact of that name.")


def _called(name: str, people: Sequence[Contact] | Sequence[User]) -> list[Contact | User]:
    """Whom a whole name or an address means, else whom a first name or initials alone mean."""
    wanted = fold(name)
    if "@" in name:
        return [one for one in people if (one.email or "").casefold() == name.casefold()]
    whole = [one for one in people if fold(one.name) == wanted or fold(" ".join(reversed(one.name.split()))) == wanted]
    return whole or [one for one in people if _is_short_for(name, wanted, one.name)]


def _is_short_for(written: str, wanted: str, name: str) -> bool:
    """Whether it is the first name, the first name with an initial, or the initials."""
    first, *others = fold(name).split()
    if re.fullmatch(r"[A-Z]\.? ?[A-Z]\.?(?: ?[A-Z]\.?)?", written):
        return "".join(re.findall(r"[A-Z]", written)).casefold() == "".join(part[0] for part in (first, *others))
    given, _, initial = wanted.rstrip(".").partition(" ")
    return given == first and (not initial or (len(initial) == 1 and bool(others) and others[-1].startswith(initial)))


def _about(text: str, account: Account | None) -> tuple[str, str]:
    """(company, role) of what stands beside a name."""
    company = role = ""
    for part in (part.strip() for part in re.split(r"[,;/|]| at ", text)):
        if account and part and options(part, [(account.id, account.name)]):
            company = account.name
        elif _TITLE.search(part):
            role = role or part
        else:
            company = company or part
    return company, role
