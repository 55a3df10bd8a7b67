"""What a claim denies and its source does not, or the other way round (pure)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.grounding.sense import ANTONYMS, NEGATORS, OWING, denies, is_past, is_same_order
from bot.grounding.text import STOP, stem, words

NO = frozenset("no none nobody nothing neither nor kein keine keinen".split())
"""what stands at a thing or a person, and denies the deed"""
REACH = 30
"""words on each side of a negator that are looked at"""
CLAUSE = re.compile(r"[,;:()]|\b(?=unless\b)", re.IGNORECASE)


class Denied(NamedTuple):
    """A negator, and the stems of what it is likely to deny."""

    negator: str
    scope: tuple[str, ...]
    """up to three words of meaning after it"""
    wide: frozenset[str]
    """and those of its clause that it may deny as well: "wants no data" wants nothing"""


def negations(text: str) -> list[Denied]:
    """Return what a text denies; "unless" denies what it begins."""
    tokens, clauses = words(text), [words(part) for part in CLAUSE.split(text)]
    return [
        *(_denied(tokens, at) for at in range(len(tokens)) if denies(tokens, at)),
        *(_unless(clause) for clause in clauses if clause[:1] == ["unless"]),
    ]


def _denied(tokens: Sequence[str], at: int) -> Denied:
    word, after, before = (
        tokens[at],
        _meant(tokens[at + 1 : at + REACH])[:3],
        _meant(tokens[max(0, at - REACH) : at])[-2:],
    )
    # "Next step: none" denies what stands before.
    scope = after or (before if word == "none" else [])
    return Denied(word, tuple(scope), frozenset([*scope, *(before[-1:] if word in NO else ())]))


def _unless(clause: Sequence[str]) -> Denied:
    meant = _meant(clause[1:])
    return Denied("unless", tuple(meant[-1:]), frozenset(meant))


def _meant(tokens: Sequence[str]) -> list[str]:
    return [stem(token) for token in tokens if token not in STOP and token not in NEGATORS]


def flipped(claim: str, passage: str, shared: frozenset[str]) -> str | None:
    """Return the negator on one side of a matching pair of sentences that the other side lacks."""
    mine, theirs = negations(claim), negations(passage)
    if {"none"} <= {one.negator for one in mine} & {one.negator for one in theirs}:
        return None  # "none of the three is critical", "three, none of them critical"
    if is_same_order(claim, passage):
        return None
    denied = frozenset[str]().union(*(one.wide for one in theirs))
    told = {stem(word) for word in words(passage)}
    for one in mine:
        is_open = one.negator in OWING and one.scope and not _is_over(one.scope[0], passage)
        if is_open or (one.scope and _has_opposite(one.scope[0], told)):
            continue
        if not theirs or (one.scope and one.scope[0] in shared and not _is_denied(one, denied)):
            return one.negator
    return None if mine else next((one.negator for one in theirs if one.scope and one.scope[0] in shared), None)


def _is_denied(one: Denied, denied: frozenset[str]) -> bool:
    """Whether the other side denies the same; where "nobody" or "no data" begins, that may stand under any of its words."""
    return bool((one.wide if one.negator in NO or one.negator == "unless" else {one.scope[0]}) & denied)


def _is_over(root: str, text: str) -> bool:
    """Whether a text tells a deed as done; "she still has to approve" says no more than "she has to approve"."""
    return any(stem(word) == root and is_past(word) for word in words(text))


def _has_opposite(root: str, told: set[str]) -> bool:
    """Whether the other side says in one word what is under a "not" here: unhappy, declined."""
    return any(far & told for _, far in ANTONYMS.get(root, ())) or bool({f"un{root}", f"in{root}", f"dis{root}"} & told)
