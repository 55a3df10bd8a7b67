"""The qualification grid of a deal: for each letter of the framework its newest evidence, whose it is and how old (pure)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.pipeline.deal import Deal
from bot.pipeline.framework import BY_ROLE, FRAMEWORKS
from bot.pipeline.risk_people import touches
from bot.pipeline.risk_words import rival
from bot.pipeline.said import Sentence, quoted, sentences, states


@dataclass(frozen=True)
class Cell:
    """One letter: what shows it; empty evidence: missing."""

    name: str
    evidence: str = ""
    who: str = ""
    day: date | None = None
    record: str = ""
    """kind and id of the record, or `page:` and its id"""
    question: str = ""
    """what to ask where it is missing"""

    def age(self, today: date) -> int | None:
        """Days since it was said or seen."""
        return (today - self.day).days if self.day else None


def grid(deal: Deal, framework: str, now: datetime) -> list[Cell]:
    """A cell for each letter, in the framework's order."""
    told = [one for one in sentences(deal, now) if _counts(one)]
    return [_cell(deal, name, shows, question, told, now) for name, shows, question in FRAMEWORKS[framework]]


_OUR_OWN = re.compile(
    r"\b(?:offer(?:ed)?|discount|list price|proposal|% off|days in|lost .{1,40} (?:to|here|on)|pushed|promis\w+)\b|% off",
    re.IGNORECASE,
)
"""what a note of ours tells of our own doing, which is no evidence of theirs"""


_HAGGLE = re.compile(
    r"\bnet \d|\b(?:discount|cheaper|below|price[ds]?|offer|quoted|contract|terms|payment|off)\b|\bwithin \w+ days\b",
    re.IGNORECASE,
)
"""what a figure is about that measures no gain of theirs"""
_MEASURES = frozenset({"metrics", "impact"})


def _counts(one: Sentence) -> bool:
    """Whether a sentence may be evidence: a statement, and none of our own letters."""
    ours = one.activity.kind == "email" and one.activity.direction != "inbound"
    if one.activity.kind != "email" and one.text == one.activity.subject:
        return False  # a title that we gave it
    if not one.theirs and _OUR_OWN.search(one.text):
        return False
    return not ours and not one.text.rstrip(" ”\"'").endswith("?") and len(one.text.split()) > 2


def _cell(deal: Deal, name: str, shows: str, question: str, told: list[Sentence], now: datetime) -> Cell:
    if name in BY_ROLE:
        return _person(deal, name, now) or Cell(name, question=question)
    if name == "competition" and (who := rival(deal)):
        named = re.compile(rf"\b{re.escape(who.split()[0])}\b", re.IGNORECASE)
        said = _newest(told, named, now)
        if said is None:
            return Cell(name, f"{who}, as the CRM says", "", None, f"opportunity:{deal.opportunity.id}")
    else:
        fitting = [one for one in told if name not in _MEASURES or not _HAGGLE.search(one.text)]
        said = _newest(fitting, re.compile(shows, re.IGNORECASE), now)
    if said is None:
        return Cell(name, question=question)
    one, day = said
    where = one.activity.id if one.activity in deal.pages else f"activity:{one.activity.id}"
    return Cell(name, quoted(one), one.who or ("the customer" if one.theirs else "our note"), day, where)


def _newest(told: list[Sentence], shows: re.Pattern[str], now: datetime) -> tuple[Sentence, date] | None:
    """What shows it best: the customer's words before our note's, a statement that says most, and then the newest."""
    best = max((one for one in told if shows.search(one.text)), key=lambda one: _weight(one, shows), default=None)
    return (best, best.activity.at.astimezone(now.tzinfo).date()) if best else None


def _weight(one: Sentence, shows: re.Pattern[str]) -> tuple[bool, bool, int]:
    """Whose words they are, whether they state it, and how much they say of it; a figure or a name tells more than a word alone."""
    said = {match[0].casefold() for match in shows.finditer(one.text)}
    exact = bool(re.search(r"\d", one.text)) + bool(re.search(r"(?<=[a-z,] )[A-Z][a-z]+", one.text))
    return one.theirs, states(one.text, shows), len(said) + exact


def _person(deal: Deal, name: str, now: datetime) -> Cell | None:
    """Who holds the role, and when they last took part."""
    wanted = BY_ROLE[name]
    held = [r for role in wanted for r in deal.roles if r.role == role and r.contact_id in deal.contacts]
    if not held:
        return None
    contact = deal.contacts[held[0].contact_id]
    seen = [a.at for a in touches(deal, now) if contact.id in a.contact_ids]
    day = max(seen).astimezone(now.tzinfo).date() if seen else None
    told = contact.title or "no title on record"
    return Cell(name, told if seen else f"{told}; took no part yet", contact.name, day, f"contact:{contact.id}")
