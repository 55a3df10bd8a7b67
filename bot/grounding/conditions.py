"""What holds only if: a claim that tells outright what its sources tie to a condition (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.grounding.align import Fit
from bot.grounding.passage import LONGEST, Passage
from bot.grounding.places import rest_of, sentences_of
from bot.grounding.text import content, words

_WHO = r"(?:the|an?|we|you|they|he|she|it|our|their|its|his|her|your|this|that|both|all|[A-Z]\w+)\b"
CONDITION = re.compile(
    rf"\b(?:(?:but )?only (?:if|when|where|once|after)\b|[Ii]f\b|[Uu]nless\b|provided(?= that\b| {_WHO})|[Ss]ubject to\b"
    rf"|(?:as|so) long as\b|on condition that\b|[Aa]ssuming\b|[Oo]nce(?= {_WHO}))"
)
ASKED = re.compile(
    r"\b(?:ask\w*|know\w*|sees?|sure|clear|wonder\w*|check\w*|test\w*|decid\w*|tell\w*|find out|sa(?:y|ys|id)|even|as|what)\W*$",
    re.IGNORECASE,
)
"""before an "if" that is a "whether" """
WILL = frozenset("will would can could may might shall should i'll we'll you'll they'll he'll she'll it'll".split())
SUBJECT = WILL | frozenset(
    "is are be gets the a an we i you they he she it our your their his her this that all every".split()
)
"""one of these stands in a statement, and in few orders as "escalate to the deal desk" """
TIED = re.compile(
    rf"\b(?:if|once(?= (?-i:{_WHO}))|unless|until|till|provided|subject|depend\w*|condition\w*|after|when\w*|where|only|should|would|could|may|might|"
    r"possibl\w*|perhaps|likely|assuming|pending|long as|without|case|whether|wants?|wish\w*|ask\w*|propos\w*|plan(?:s|ned)?|hopes?)\b",
    re.IGNORECASE,
)
"""what leaves room for a condition in the claim itself"""
LEAST = 2
"""words of meaning that tell what is tied to a condition"""
SHARE = {True: 0.6, False: 0.75}
"""of these words, that a claim must tell: fewer where they tell what will be"""


class Tied(NamedTuple):
    """What holds, and if what."""

    told: str
    condition: str


def dropped(claim: str, passages: Sequence[Passage], fit: Fit) -> str | None:
    """The condition of the passage that the claim leaves out."""
    if TIED.search(claim):
        return None
    said = content(rest_of(claim))
    near = (part for part in fit.parts if len(part) <= LONGEST)
    tied = (one for part in near for one in _tied(part) if _tells(said, one))
    found = next((one for one in tied if not _is_told_outright(said & content(one.told), passages)), None)
    return found.condition if found else None


@lru_cache(maxsize=8192)
def _tied(sentence: str) -> tuple[Tied, ...]:
    return tuple(_each(sentence))


def _each(sentence: str) -> Iterator[Tied]:
    for clause in re.split(r"[;:] |, but (?!only)", sentence):
        at = CONDITION.search(clause)
        if at and not ASKED.search(clause[: at.start()]):
            before, after = clause[: at.start()].strip(" ,("), clause[at.end() :].strip(" .,)")
            head, _, rest = after.partition(", ")
            yield Tied(before, head) if len(before.split()) > LEAST else Tied(rest, head)


def _tells(said: frozenset[str], tied: Tied) -> bool:
    """Whether a claim tells what is tied, and nothing of the condition."""
    tokens, told = words(tied.told), content(rest_of(tied.told))
    shared = said & told
    if said & (content(rest_of(tied.condition)) - told) or not SUBJECT & set(tokens):
        return False
    return len(shared) >= max(1, min(LEAST, len(told)), len(said) / 2, SHARE[bool(WILL & set(tokens))] * len(told))


def _is_told_outright(shared: frozenset[str], passages: Sequence[Passage]) -> bool:
    return any(shared <= content(part) for part in sentences_of(passages) if not _tied(part))
