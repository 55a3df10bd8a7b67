"""What clauses are read against: one account, one deal, one day; and what reading a clause gives (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from bot.crm.match import mentions
from bot.crm.records import Opportunity, Stage
from bot.crm.writes import UpdateOpportunity
from bot.skills.said.clauses import Clause
from bot.skills.view import AccountView

OBJ = (
    r"(?:(?:the|this|that|our)\s+(?:[\w&+'-]+\s+){0,4}?(?:deal|opp(?:ty|ortunity)?|one|renewal)\b|"
    r"(?:it|this|that|everything)\b(?:\s+(?:deal|opp(?:ty|ortunity)?|one))?|(?:deal|opp(?:ortunity)?|renewal)\b)"
)
"""the deal, as a sentence names it once its own name was put as "it" """
WHO = r"(?:i|we|they|she|he)"
_LEADS = re.compile(
    r"^(?:(?:and|also|then|so|now|please|ok(?:ay)?|but|btw|therefore|just|fyi|go ahead and|(?:can|could|would) you(?: please)?|"
    r"let'?s|let us|(?:i|we)(?:'d| would)?(?: do)? (?:need|have|want|had|like) to|(?:i|we) must|"
    r"(?:i|we)(?:'ve| have)? (?:agreed|decided)(?: with .{2,40}?)? (?:to|that we|we)|agreed(?: with .{2,40}?)? to|"
    r"(?:(?:update|change)(?: the| this)? (?:deal|opp\w*|it)|(?:quick |short )?update)(?=\s*:)|(?:\d|two|three|four|a few|some)\s+(?:things|updates|changes|points)(?=\s*:)|[-*\u2022]|(?:for|on|at|re) it\b|it(?=\s*[:,]))\s*[,:]?\s+|it\s*[:,]\s*)+",
    re.IGNORECASE,
)
"""words before the change itself"""
_TOUCH = re.compile(
    r"^(?:(?:(?:a|the|my|our|short|quick|good)\s+)*(?:call|meeting|chat|lunch|coffee|demo|visit|dinner)\s+(?:with|at)\s+[^:]{2,50}|"
    r"(?:i\s+|we\s+)?(?:just\s+)?(?:called|met|spoke (?:to|with)|talked (?:to|with)|visited|saw)\s+[^:]{2,50}|to self)\s*:\s*",
    re.IGNORECASE,
)
"""a touch with a change behind its colon"""


@dataclass(frozen=True)
class Intent:
    """A change of one field of a deal that a clause asks for, or why it cannot be made."""

    field: str
    value: str | Decimal | date | None
    clause: Clause
    sure: float = 1.0
    note: str = ""
    """what was guessed"""
    problem: str = ""
    """why nothing is proposed, and what to say instead"""
    fact: bool = False
    """whether the clause is also worth a line in the note of what happened"""
    evidence: str = ""
    """the words where they are more than the clause"""

    @property
    def words(self) -> str:
        """Exactly the words it came from."""
        return self.evidence or self.clause.text


@dataclass(frozen=True)
class Scene:
    """What a clause is read against."""

    view: AccountView
    deal: Opportunity
    """the deal that is meant; where none is found yet, any"""
    today: date
    stages: Sequence[Stage]
    aliases: Sequence[str] = ()
    """words that stand for a deal of the account, such as its product"""

    def tells(self, clause: Clause) -> bool:
        """Whether the clause also tells of a touch, before a colon."""
        found = _TOUCH.match(_spaced(clause.meant))
        return found is not None and not found[0].lower().startswith("to self")

    def bare(self, clause: Clause) -> str:
        """The clause without the words that lead to the change."""
        text = _TOUCH.sub("", _spaced(clause.meant))
        named = [m.text for m in mentions(text, [(self.view.account.id, self.view.account.name)])]
        for name in named:
            text = re.sub(rf"^(?:for |on |at )?{re.escape(name)}\s*[:,]\s*", "", text, flags=re.IGNORECASE)
        return _LEADS.sub("", text).strip()

    def plain(self, clause: Clause) -> str:
        """The same with "it" for the deal's and the account's names."""
        text = _TOUCH.sub("", _spaced(clause.meant)).rstrip("!. ")
        names = [o.name for o in self.view.opportunities]
        names += [m.text for m in mentions(text, [(self.view.account.id, self.view.account.name)])]
        for name in sorted(names, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)(?:['’]s\b)?", "it", text, flags=re.IGNORECASE)
        for alias in sorted(self.aliases, key=len, reverse=True):
            text = _named(alias).sub("it", text)
        text = _run(tuple(sorted(alias for alias in self.aliases if alias.isalpha()))).sub("it", text)
        return _LEADS.sub("", text).strip()


@lru_cache(maxsize=1024)
def _named(alias: str) -> re.Pattern[str]:
    """The alias as a name: written large, or small after a word that leads to it ("plan" is also a plain word)."""
    name, word = re.escape(alias[:1].upper() + alias[1:]), re.escape(alias)
    return re.compile(
        rf"(?:(?<![\w$€£.,])(?:(?i:the|our)\s+)?{name}|(?i:(?:\b(?:the|our)\s+|(?<=\bof )|(?<=\bfor )|(?<=\bon )){word}))"
        r"(?!\w)(?:'s\b)?(?i:\s+(?:deal|opp(?:ortunity)?|one)\b)?"
    )


@lru_cache(maxsize=256)
def _run(aliases: tuple[str, ...]) -> re.Pattern[str]:
    """Several such words side by side, however they are written: "leeds dock" is no plain word any more."""
    word = "|".join(map(re.escape, aliases)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:the\s+)?(?:it|{word})(?:\s+(?:{word}))+(?!\w)(?:\s+deal\b)?", re.IGNORECASE)


def _spaced(text: str) -> str:
    return re.sub(r"[’]", "'", re.sub(r"\s+", " ", text)).strip()


def written(intent: Intent, deal: Opportunity) -> UpdateOpportunity:
    """The intent as a write: old → new."""
    old = getattr(deal, intent.field)
    return UpdateOpportunity.model_validate(
        {"opportunity_id": deal.id, "field": intent.field, "old": old, "new": intent.value}
    )
