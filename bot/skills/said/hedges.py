"""Why a clause is no instruction: denied, conditional, heard, only possible, or asked (pure)."""

import re
from collections.abc import Sequence

from bot.skills.said.clauses import GONE, Clause

IF = r"(?:if|unless|provided|assuming|in case|as soon as|once|subject to|whether|as long as|only when|depend\w*)"
_IF_FIRST = re.compile(rf"^(?:and |but |only |even )*{IF}\b", re.IGNORECASE)
_REASONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("is quoted", re.compile(GONE)),
    (
        "says that it is not so",
        re.compile(
            r"\b(?:not|never|cannot|no longer|nobody|without|nor|neither|refus\w+|declin\w+|rather than|instead of)\b|n't\b|"
            r"^(?:no|hardly)\b",
            re.IGNORECASE,
        ),
    ),
    ("is conditional", re.compile(rf"\b{IF}\b", re.IGNORECASE)),
    (
        "is what somebody says or wishes",
        re.compile(
            r"\b(?:said|says?|saying|told|tells?|telling|thinks?|thought|believes?|heard|claims?|claimed|apparently|rumou?r\w*|"
            r"reckons?|guess\w*|feels?|suggest\w*|propos(?:ed|es|ing)|asks?|asked|asking|wants?|wanted|wish\w*|would like|'d like|"
            r"hop(?:e|es|ed|ing)|expects?|expected to|(?:they|she|he|we|i) plan|planning|promis\w+|mention\w*|insist\w*|"
            r"according to|wonder\w*|aims?|supposed|push(?:es|ed|ing)? (?:us|me|for)|prefers?|pretend\w*|joked?|joking)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "is only possible",
        re.compile(
            r"\b(?:might|could|would|should(?! be)|maybe|perhaps|probabl[ey]|possibl[ey]|likely|presumably|try|trying|consider\w*|"
            r"thinking|tentativ\w*|potential\w*|eventually|unsure|(?:it|they|she|he|we|i|date|deal|this|that|one) may|almost|"
            r"nearly|what about|risk of|in danger)\b",
            re.IGNORECASE,
        ),
    ),
)
_QUESTION = re.compile(
    r"^(?:did|do|does|what|when|is|are|was|were|should|shall|has|have|how|who|why|which|will|where|am)\b", re.IGNORECASE
)
_TO_BE = re.compile(r"\b(?:should|must|needs? to) (?:be|say|read)\b", re.IGNORECASE)
"""what a field is to hold is no wish of somebody's: "the stage should say Proposal" """
_REQUEST = re.compile(r"^(?:and |so |then )*(?:please|(?:can|could|would|will) you)\b", re.IGNORECASE)


def reasons(clauses: Sequence[Clause]) -> dict[int, str]:
    """Why each clause, by its place, is no instruction; clauses that are one are left out.

    "and" carries a reason on, and a clause that begins with "if" rules its sentence and the words just before it.
    """
    found: dict[int, str] = {}
    conditional = -1
    for at, clause in enumerate(clauses):
        why = why_not(clause.meant, asks=clause.asks and not _REQUEST.match(clause.raw))
        if _IF_FIRST.match(clause.own):
            conditional = clause.sentence
            if at and clauses[at - 1].sentence == clause.sentence:
                found.setdefault(clauses[at - 1].start, "is conditional")
        elif not why and conditional == clause.sentence:
            why = "is conditional"
        if not why and at and clause.after in ("and", "then", "so"):
            why = found.get(clauses[at - 1].start, "")
        if why:
            found[clause.start] = why
    return found


def why_not(words: str, *, asks: bool = False) -> str:
    """The reason why these words are no instruction; empty where they are one."""
    text = re.sub(r"’", "'", words).strip()
    if _QUESTION.match(text) or (asks and not _REQUEST.match(text)):
        return "is a question"
    text = _TO_BE.sub("is", _REQUEST.sub("", text).strip())
    text = re.sub(r"^(?:and |so |also )*(?:i|we)(?:'d| would)? (?:want|like) to\b", "", text, flags=re.IGNORECASE)
    return next((reason for reason, pattern in _REASONS if pattern.search(text)), "")
