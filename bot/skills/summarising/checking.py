"""Asks and offers that are no claims: nobody took them on, or no rule is sure; a ranked list for a person to check (pure)."""

import re
from collections.abc import Collection, Sequence

from bot.skills.summarising.asking import asks
from bot.skills.summarising.asking_marks import VERBS
from bot.skills.summarising.questions import UNANSWERED
from bot.skills.summarising.transcript import Sentence

MOST = 5
SHORTEST, LONGEST = 4, 40
"""words: what rambles on is no request that a person can check at a glance"""
LEAST = 0.5
"""chance from which a sentence is worth a look; the questions of a talk ask as well, so that work must be named too"""
_TALK = frozenset(
    """answer be begin clarify describe discuss do don't expect explain feel forget get give go have hear help hit hold know learn leave
    let let's like listen look make note put read remember say see sit speak start stay stop suggest take talk tell think touch
    try turn understand use wait watch""".split()
)
_WORK = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|someone|somebody|anyone|one of you)|(?:i|we)(?:'ll| will| can|'m going to|'re going to| need to|"
    r" have to| should)|you(?:'ll| will)? (?:need to|have to|must|should)|please|some(?:one|body) (?:should|needs to|has to))\s+"
    rf"(?:\w+ly |also |then |just |please )?(?:{'|'.join(sorted(map(re.escape, VERBS - _TALK)))})\b",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|no|nope|sure)\b[,.! ]+(?!.*\b(?:i|we)(?:'ll| will)\b).*\w|(?:it|that|this|they|you|we|there)(?:'s|'re| is| are| can| can't| cannot| does| do| has| have)\b)",
    re.IGNORECASE,
)
"""how people answer a question, rather than take on what it asks for"""


def to_check(said: Sequence[Sentence], known: Collection[str], most: int = MOST) -> list[Sentence]:
    """Sentences that ask for work or offer it and stand in no list yet, the likeliest first."""
    open_ = [one for one in said if _names_work(one.text) and one.text not in known]
    told = [(one, asks(one.text)) for one in open_ if not _is_answered(one, said)]
    ranked = sorted((row for row in told if row[1] >= LEAST), key=lambda row: (-row[1], row[0].turn.k))
    first = {one.text.casefold(): one for one, _ in reversed(ranked)}
    return [one for one, _ in ranked if first[one.text.casefold()] is one][:most]


def _is_answered(one: Sentence, said: Sequence[Sentence]) -> bool:
    """Whether a question got an answer that puts nothing off: "Can you export it?" – "Yes, as a list." """
    if not one.text.rstrip().endswith("?"):
        return False
    answer = [other.text for other in said if other.turn.k == one.turn.k + 1 and other.turn.who != one.turn.who]
    return bool(answer) and _ANSWERS.match(answer[0]) is not None and not UNANSWERED.search(" ".join(answer))


def _names_work(text: str) -> bool:
    return SHORTEST <= len(text.split()) <= LONGEST and _WORK.search(text.replace("’", "'")) is not None
