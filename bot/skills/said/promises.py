"""What the customer's side promised by a day: a task of theirs, which my day watches (pure)."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.crm.records import Account, Contact, Opportunity
from bot.crm.writes import CreateTask
from bot.dates import Phrase, read_dates
from bot.proposals import ProposedWrite
from bot.skills import Context
from bot.skills.said.clauses import Clause
from bot.skills.said.touch import without_dates

_PROMISED = re.compile(
    r"^(?:(?:and|but|also|so|then|that)\s+)*(?P<who>he|she|they|[^\W\d_][\w'-]*(?:\s+[^\W\d_][\w'-]*)?)"
    r"(?:['’]ll|\s+(?:will|is going to|are going to|promised(?:\s+(?:me|us))?(?:\s+to)?|agreed to|offered to|undertook to)|(?=\s+(?:gets|sends|delivers|gives|brings|returns|shares|provides)\b(?!.* (?:from (?:us|me)|every|each|usually|always|normally)\b)))\s+"
    r"(?:(?:also|then|now|just)\s+)*(?P<what>\S.*)$",
    re.IGNORECASE,
)
_NO_DEED = re.compile(
    r"(?:not|never|be|have|need|want|like|know|see|think|love|hate|probably|maybe|likely|hopefully|try)\b",
    re.IGNORECASE,
)
"""what a state, a doubt or a denial begins with"""
_ENDS = re.compile(
    r",|\s+(?:and|but)\s+(?:he|she|they|i|we|wants?|needs?|asks?|asked|expects?)\b.*$|\s+(?:if|unless|once)\b.*$"
)
_OURS = {"i", "we", "you", "it", "this", "that", "who", "what", "which"}


def promised(
    context: Context,
    account: Account,
    clause: Clause,
    people: Sequence[Contact],
    deal: Opportunity | None,
    tell: Callable[[str], None],
) -> ProposedWrite | None:
    """The task of whoever promised something by a day; None where the clause is no such promise, or, as is told, unclear."""
    match = _PROMISED.match(clause.meant)
    if match is None or match["who"].lower() in _OURS or _NO_DEED.match(match["what"]) or clause.asks:
        return None
    day = _day(match["what"], context.today)
    who = _who(match["who"], people)
    if day is None:
        return None
    if not who:
        tell(f"“{clause.text}” is a promise of theirs; say by name whose it is to have it watched.")
        return None
    what = _ENDS.sub("", without_dates(match["what"], [(day.start, day.end)])).strip(" ,.")
    return ProposedWrite(
        write=CreateTask(
            subject=f"{who.name if isinstance(who, Contact) else account.name}: {what}"[:255],
            due=day.first,
            owner_id=context.owner_id,
            account_id=account.id,
            opportunity_id=deal.id if deal else None,
            contact_id=who.id if isinstance(who, Contact) else None,
            side="theirs",
        ),
        evidence=clause.text,
        confidence=0.9,
    )


def _day(what: str, today: date) -> Phrase | None:
    """The one day that is still to come; two days, or a stretch of time, tell none."""
    days = [p for p in read_dates(what, today) if p.kind == "day" and p.first and p.first >= today]
    return days[0] if len(days) == 1 else None


def _who(word: str, people: Sequence[Contact]) -> Contact | str:
    """The person who is named, or the only one whom the words are about; “they” are the company where several are."""
    low = word.casefold()
    if low not in ("he", "she", "they"):
        named = [one for one in people if low in (one.name.casefold(), *one.name.casefold().split())]
        return named[0] if len(named) == 1 else ""
    if len(people) == 1:
        return people[0]
    return word if low == "they" else ""
