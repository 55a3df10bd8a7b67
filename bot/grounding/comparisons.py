"""Which of two is more: a claim that turns a comparison of its sources round, or tells it from the other side (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.grounding.opposites import are_opposite
from bot.grounding.passage import Passage
from bot.grounding.places import sentences_of
from bot.grounding.text import content, stem

THAN = re.compile(
    r"\b(?P<word>more|less|fewer|better|worse|(?!rather|other|either|over|under|after)[a-z]{2,}er)\b[^;:,]{0,40}? than (?P<right>[^;:,]+)",
    re.IGNORECASE,
)
US = re.compile(r"\b(?:we|us|our|ours)\b", re.IGNORECASE)


class Compared(NamedTuple):
    """What is more than what, and by which word."""

    left: frozenset[str]
    word: str
    right: frozenset[str]


def turned(claim: str, passages: Sequence[Passage]) -> str | None:
    """The word by which a claim says that A is more than B, where its sources say that B is more than A."""
    mine = _compared(claim)
    told = [one for part in sentences_of(passages) for one in _compared(part)] if mine else []
    for one in mine:
        near = [other for other in told if stem(other.word) == stem(one.word)]
        if any(_is_crossed(one, other) for other in near) and not any(_is_straight(one, other) for other in near):
            return one.word
    return None


def told_from_other_side(claim: str, passages: Sequence[Passage]) -> bool:
    """Whether it says "A is more than B" of "B is less than A"."""
    mine = _compared(claim)
    told = [one for part in sentences_of(passages) for one in _compared(part)] if mine else []
    return any(are_opposite(one.word, other.word) and _is_crossed(one, other) for one in mine for other in told)


def _is_crossed(one: Compared, other: Compared) -> bool:
    return bool(one.left & other.right and one.right & other.left) and not _is_straight(one, other)


def _is_straight(one: Compared, other: Compared) -> bool:
    return bool(one.left & other.left and one.right & other.right)


@lru_cache(maxsize=8192)
def _compared(text: str) -> tuple[Compared, ...]:
    return tuple(_each(text)) if " than " in text else ()


def _each(text: str) -> Iterator[Compared]:
    for found in THAN.finditer(text):
        before = re.split(r"[;:]", text[: found.start()])[-1]
        left, right = (content(US.sub("ourside", side)) for side in (before, found["right"]))
        yield Compared(left - right, found["word"].lower(), right - left)
