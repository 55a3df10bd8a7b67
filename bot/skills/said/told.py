"""Whether words report or order something, as a note does, rather than name what is looked for (pure)."""

import re
from datetime import date

from bot.dates import read_dates
from bot.money import find_money
from bot.skills.said.clauses import Clause
from bot.skills.said.kinds import REPORTED, kind_of
from bot.skills.said.touch import ASKED_OF_US, ERRAND, OWED, REMINDER, RESCHEDULING
from bot.skills.view import AccountView

_STATES = (
    r"(?:(?:just|also|now|still|finally|only|already|really) )*(?:said|says|told|confirmed|wants?|wanted|needs?|needed|asked|asks|thinks?|thought|expects?|"
    r"agreed|accepted|approved|rejected|refused|declined|offered|promised|mentioned|prefers?|texted|would|replied|answered|wrote|writes|sent|gets|sends|delivers|brings|returns|shares|provides|signed|won'?t|will|can'?t|cannot|"
    r"don'?t|doesn'?t|didn'?t|haven'?t|hasn'?t|is (?:on|out|back|away|leaving|no longer|not)|isn'?t|aren'?t|has|have|left|joined|moved|dropped|paid|chose)\b"
)
_HAPPENED = re.compile(
    r"^(?:(?:and|also|so|the|a|another|our|quick|good|great|short|long|nice|first|intro)\s+)*"
    r"(?:(?:left|got|had|sent|did|gave)\s+(?:an?\s+)?(?:[\w-]+\s+)?(?:voicemail|message|e-?mail|mail|call|demo|meeting|lunch|chat)\b|"
    r"(?:call|meeting|chat|lunch|coffee|dinner|breakfast|demo|visit|workshop|voicemail|e-?mail|mail|catch[- ]?up|sync|phone|zoom)\s+(?:with|for|from|to|at)\s+\w)",
    re.IGNORECASE,
)


def is_told(clause: Clause, view: AccountView, today: date) -> bool:
    """Whether the clause reports or orders something, as a note does, rather than names what is looked for."""
    said = clause.meant.replace("\u2019", "'")
    if clause.asks:
        return False
    orders = (
        RESCHEDULING.match(said) or ERRAND.match(said) or REMINDER.match(said) or _TO_DO.match(said) or OWED.match(said)
    )
    if orders or _HAPPENED.match(said) or ASKED_OF_US.match(said):
        return True
    names = {word for c in view.contacts for word in (c.name, c.name.split()[0])}
    if REPORTED.search(said) and not _ASKING.search(said) and any(_names(name, said) for name in names):
        return True
    rivals = {o.competitor for o in view.opportunities if o.competitor}
    known = "|".join(re.escape(name) for name in sorted(names | rivals, key=len, reverse=True)) or r"(?!)"
    if re.match(rf"^(?:and |but |also )*(?:{known}) {_STATES}", said, re.IGNORECASE):
        return True
    telling = re.match(
        rf"^(?:and |but |also )*(?:they|she|he|(?:(?:the|their) )?[\w-]+) {_STATES}", said, re.IGNORECASE
    )
    figures = bool(read_dates(said, today)) or any(m.sign or (m.value or 0) >= 1000 for m in find_money(said))
    return telling is not None and (figures or kind_of(said) is not None)


def _names(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) is not None


_ASKING = re.compile(
    r"^(?:who|whom|when|where|what|which|why|how|did|has|have|was|show|list|find|wer|wen|wann|wo|was|wie|warum|hat|haben|habe ich|qui|quand|où|comment|est-ce|a-t-on|"
    r"quién|cuándo|dónde|qué|cómo)\b|\b(?:last|latest|next|letzt\w*|nächst\w*|derni[eè]re?|prochaine?|últim[oa]|próxim[oa])\b",
    re.IGNORECASE,
)
"""words that look a touch up"""
_TO_DO = re.compile(
    r"^(?:and |then |also |please |now )*(?:task (?:for|to)\b|(?:(?:i|we) )?(?:need to|have to|must)\b|(?:i|we)(?:'ll| will)\b)",
    re.IGNORECASE,
)
