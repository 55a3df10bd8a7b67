"""What a claim adds to its sources in words that none of them holds: "a reference and a discount" (pure)."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from bot.grounding.nearness import Near

BEGINS = frozenset("and or plus because for with about".split())
"""what an addition is joined by; "to" begins as often what is only said in other words"""
PRONOUNS = frozenset("i we you he she it they this that".split())
JOINS = frozenset("and or plus".split())
ARTICLES = frozenset("a an the their its our your his her".split())
PARAPHRASE = 0.6
"""likeness from which on the thing may be one of the sources in another word"""
TURNS = frozenset("but so while that which who if when where as than".split())
LEADS = frozenset("by from into to in on at after before without through during over under until".split())
ENDS = BEGINS | TURNS | LEADS
BEING = frozenset("is are was were be been has have had will would can could may might must should does do did".split())
"""what begins another statement, which is no addition"""
NAMING = frozenset("a an the their our its his her your my no any some another more".split())
"""before a thing; a lone word without one is mostly a deed, which goes on: "and stands in Proposal" """

REASON = re.compile(
    r"\b(?:because|due to (?:the|an?|its|their|our|his|her)|owing to|as a result of|for [a-z -]{3,30} reasons?)\b",
    re.IGNORECASE,
)
REASONED = re.compile(
    r"\b(?:because|cause[sd]?|due|owing|thanks|result\w*|since|so|as|therefore|thus|hence|reason\w*|why|after|blam\w+)\b",
    re.IGNORECASE,
)


def unreasoned(claim: str, passage: str) -> bool:
    """Whether it gives a reason where the passage gives none."""
    return bool(REASON.search(claim)) and not REASONED.search(passage)


def strangest(near: Sequence[Near], stems: frozenset[str]) -> float:
    """How like the sources the part of a claim is that is least so, of those of which no word stands in them; 1 where all have one."""
    return min((max(one.likeness for one in part) for part in _joined(near) if not _is_known(part, stems)), default=1.0)


def copied(near: Sequence[Near], stems: frozenset[str], passage: frozenset[str]) -> bool:
    """Whether a claim takes over the words of one passage and joins a thing of its own to them: "and the monthly reports"."""
    for part in _things(near):
        head = part[-1]
        is_new = head.stem not in stems and head.likeness < PARAPHRASE
        if is_new and all(one.stem in passage for one in near if one.content and one not in part):
            return True
    return False


def _things(near: Sequence[Near]) -> Iterator[list[Near]]:
    """What is joined by "and" without a name, a pronoun or a verb, which begin another statement."""
    for at in (at for at, one in enumerate(near) if one.word in JOINS):
        tail = list(takewhile(lambda one: one.word not in ENDS, near[at + 1 :]))
        part = [one for one in tail if one.content]
        is_deed = len(tail) > 1 and tail[0].word not in ARTICLES and tail[1].word in ARTICLES  # "and mail the figures"
        if part and not is_deed and not any(one.name or one.word in BEING | PRONOUNS for one in tail):
            yield part


def _joined(near: Sequence[Near]) -> Iterator[list[Near]]:
    part: list[Near] | None = None
    names = False
    for one in near:
        names = one.word in NAMING or (names and one.word not in BEGINS)
        if one.word in ENDS and not (part and len(part) == 1 and not names and one.word in LEADS):
            yield from [part] if part else []
            part = [] if one.word in BEGINS else None
        elif one.word in BEING and not part:
            part = None
        elif part is not None and one.content:
            part.append(one)
    yield from [part] if part else []


def _is_known(part: Sequence[Near], stems: frozenset[str]) -> bool:
    return any(one.stem in stems or one.name or one.word[0].isdigit() for one in part)
