"""Two views of one extraction: what a seller needs of a call, and what customer success needs (pure)."""

import re
from collections.abc import Mapping
from typing import Literal

from bot.skills.summarising.reading import CallRead, Noted
from bot.skills.summarising.transcript import Sentence

Lens = Literal["sales", "success"]
LENSES = ("sales", "success")
MOST = 6
SUCCESS = re.compile(
    r"\bcustomer[- ]success\b|\b(?:success|cs|csm) (?:view|lens|team|manager)\b|\bfor (?:the |our )?(?:cs|csm)\b",
    re.IGNORECASE,
)
VIEW = "customer-success view"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_USERS = r"(?:we|they|people|everybody|everyone|nobody|users?|teams?|planners?|drivers?|colleagues|staff|managers?|\d+ (?:of )?(?:\w+ )?\w+|most of \w+|half of \w+|our \w+)"
ASKS = {
    "adoption": _any(
        rf"\b{_USERS}\b[^.?!]{{0,60}}\b(?:us(?:e|es|ed|ing) (?:it|this|the|your|fernhollow|\w+ (?:daily|weekly|every))|log(?:s|ged|ging)? in|logins?|adopt\w*|onboard\w*|trained|training|active(?:ly)?|rolled (?:it )?out|live)\b",
        r"\b(?:seats?|licen[cs]es?|accounts?) (?:are |is |stay )?(?:unused|in use|empty|idle|active)\b|\b(?:unused|idle) (?:seats?|licen[cs]es?)\b|\badoption\b|\busage\b|\bgo(?:ne)? live\b|\bwent live\b",
    ),
    "value": _any(
        r"\b(?:sav(?:e|es|ed|ing)|reduc(?:ed|es)|cut|dropp?ed|fell|went down|gained|improved|increased|won back|down|up)\b[^.?!]{0,60}\b(?:\d[\d.,]*|half|a third|a quarter|twice|double\w*)\b",
        r"\b\d[\d.,]* ?(?:%|per ?cent|hours?|days?|minutes?)\b[^.?!]{0,40}\b(?:less|fewer|faster|more|saved|better|sooner)\b|\b(?:paid|pays) (?:for itself|back|off)\b|\b(?:twice|three times) as (?:fast|many|much)\b",
        r"\b(?:much|a lot|far) (?:faster|easier|quicker|better) (?:than|now|since)\b",
    ),
    "support": _any(
        r"\b(?:tickets?|bugs?|support (?:case|request|team|issue)s?|outages?|error messages?|workarounds?)\b",
        r"\b(?:crash(?:es|ed|ing)?|broken|breaks|(?:does|is|are|do)(?:n't| not) work(?:ing)?|times? out|timed out|stopped working|too slow|keeps? failing|fails?)\b",
        r"\b(?:still |been )?waiting (?:for|on) (?:a |the |your )?(?:fix|answer|reply|support|patch|update)\b",
    ),
    "renewal": _any(
        r"\brenew\w*\b|\bcontract (?:ends|runs out|expires|is up)\b|\bnotice period\b|\bextend (?:the |our )?(?:contract|subscription|agreement)\b",
        r"\b(?:cancel\w*|downgrad\w+|churn|leave you|switch (?:to|away)|looking (?:at|for) (?:an )?alternatives?|fewer (?:seats|licen[cs]es)|not (?:going to )?(?:renew|extend))\b",
    ),
}  # fmt: skip
"""what customer success asks of a call; only what the customer states"""
RISK = _any(
    r"\b(?:cancel\w*|downgrad\w+|leave you|switch (?:to|away)|alternatives?|fewer (?:seats|licen[cs]es)|not (?:going to |sure (?:we|if we|that we) )?(?:renew|extend)|"
    r"(?:budget|headcount) (?:is |was |has been )?(?:cut|frozen|under pressure)|cheaper|unhappy|disappointed|frustrated|hard to justify|nobody uses)\b"
)


def lens_of(words: str) -> Lens:
    """The view that the words ask for."""
    return "success" if SUCCESS.search(words) else "sales"


def success(call: CallRead) -> Mapping[str, list[Noted]]:
    """What the customer states of use, value, troubles and renewal, from the sentences that were read already."""
    planted = {sentence for one in call.to_machines for sentence in one.said}
    said = [one for one in call.transcript.said if one not in planted and _counts(call, one)]
    found = {name: _noted(call, said, pattern) for name, pattern in ASKS.items()}
    risks = _noted(call, said, RISK)
    return {**found, "renewal_risk": risks, "health": list(call.sentiment)}


def _counts(call: CallRead, one: Sentence) -> bool:
    side = call.people[one.turn.who].side if one.turn.who in call.people else "unknown"
    return side != "ours" and not one.text.rstrip().endswith("?") and len(one.text.split()) >= 4


def _noted(call: CallRead, said: list[Sentence], pattern: re.Pattern[str]) -> list[Noted]:
    hits = [one for one in said if pattern.search(one.text.replace("’", "'"))]
    return [Noted((one,), _who(call, one)) for one in hits[:MOST]]


def _who(call: CallRead, one: Sentence) -> str:
    return call.people[one.turn.who].name if one.turn.who in call.people else "somebody"
