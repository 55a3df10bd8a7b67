"""What kind of records a question asks for."""

import re

from bot.skills.asking.arguments import Accounts, Activities, Arguments, Contacts, Deals, Promises
from bot.skills.asking.crm import Crm
from bot.skills.asking.framing import DEALISH
from bot.skills.asking.read_risks import TOUCHED
from bot.skills.asking.values import own_type

NOUNS: tuple[tuple[str, type[Arguments]], ...] = (
    (r"tasks?|to-?dos?|promises?|promised?|commitments?|action items?", Promises),
    (
        r"deals?|opportunit(?:y|ies)|opps?|renewals?|wins|losses|expansions?|upsells?|cross-?sells?|win rate|(?:new|open|won|lost) business|sales cycles?|open pipeline",
        Deals,
    ),
    (r"accounts?|customers?|prospects?|compan(?:y|ies)|clients?|logos?", Accounts),
    (
        r"contacts?(?! (?:with(?! (?:an?|no|the|their|both|any)\b)|for|in(?! an?y? role))\b)|people|persons?|champions|blockers|sponsors|(?:economic |technical )?buyers|managers|directors|heads of|vice presidents|planners|engineers|c[efiot]os|vps|executives|decision makers|whom?|anybody|anyone|somebody",
        Contacts,
    ),
    (r"calls?|meetings?|(?:e-?)?mails?|activit(?:y|ies)", Activities),
)


HOW_MUCH = re.compile(
    r"^\W*(?:how (?:much|many (?:euros?|pounds?|francs?|dollars?))\b.*\b(?:in|at)\b|what (?:do|have) (?:we|i) (?:have|got) in\b)",
    re.IGNORECASE,
)


def kind_of(records: str, crm: Crm) -> type[Arguments] | None:
    """What is asked for: the noun that stands first, but for promises, wins and losses, and people not spoken to."""
    low = records.lower()
    if re.match(r"\W*compare\b", low) and not noun_of(low) and not DEALISH.search(low):
        return Accounts
    if (m := FRONT.match(low)) and (kind := noun_of(low[m.end() :])):
        return kind
    if m := MOST_OF.search(low):
        return Accounts if OF_SIZE.search(m["what"]) else noun_of(low[m.start("what") :]) or Deals
    if re.search(
        r"\bhow (?:long|many (?:minutes|hours)|much time) (?:did|have|has)\b.*\b(?:talk|spen[dt]|phone|calls?|meetings?)",
        low,
    ):
        return Activities
    if re.search(rf"\bwhen\b.*\b(?:last|latest|first|next)\b.*\b{TOUCHED}\b", low):
        return Activities
    if re.search(
        r"\b(?:win|lose|won|lost|winning|losing|beat)\b|\b(?:we|i) (?:sign|close|closed)\b", low
    ) and not re.search(r"\b(?:accounts?|customers?|contacts?|people|champions|buyers|makers)\b", low):
        return Deals
    if re.search(
        r"\bpromis|\bcommit(?:ment|ted to)|^\W*what\b.*\bowes?\b|\bwaiting (?:for|on)\b|^\W*what am i (?:late|behind)\b",
        low,
    ):
        return Promises
    if re.search(
        r"\b(?:everything|anything|all) against\b|^\W*who (?:owns|has|holds|carries) the (?:most|largest|biggest)\b",
        low,
    ):
        return Deals
    if re.search(rf"\bwhom?\b.*\b(?:not|n['’]t)\b.*\b{TOUCHED}\b", low):
        return Contacts
    return (
        noun_of(low)
        or (Deals if DEALISH.search(low) else None)
        or (Deals if HOW_MUCH.match(low) or own_type(low, crm) else None)
    )


MOST_OF = re.compile(
    r"^\W*(?:which|what|who)\b.*\b(?:have|has|had|owns?|holds?|carr(?:y|ies)|did|do|with|got|brings?)\b.*?\b(?:the )?(?:most|highest|largest|fewest|(?<!at )least|lowest|biggest)\b(?P<what>.*)$",
    re.IGNORECASE,
)
"""who or what has the most of something: that is what is counted"""


FRONT = re.compile(
    r"^\W*(?:what|which) (?:is|are|were) the [\w -]{3,40}? (?:of|for) (?=(?:my|our|all|the|every|open)\b)",
    re.IGNORECASE,
)
"""what is to be shown of records, before the records: "what are the renewal dates of my customers" """
OF_SIZE = re.compile(r"^\s*(?:annual |yearly )?(?:revenues?|turnover|employees|staff|headcount)\b", re.IGNORECASE)
"""what an account is large by"""


def noun_of(records: str) -> type[Arguments] | None:
    found = [
        (m.start(), kind) for words, kind in NOUNS if (m := re.search(rf"\b(?:{words})\b", records, re.IGNORECASE))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None
