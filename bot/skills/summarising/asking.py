"""How likely a sentence is to ask for something or to commit to it: marks and word pairs, weighed (no model, no library)."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Literal

from bot.skills.summarising.asking_marks import PATTERNS, marks

WEIGHTS = Path(__file__).with_name("asking.json")
"""written by evals/commitments/train.py; its `note` says from what"""
Kind = Literal["asks", "offers"]
_TOKEN = re.compile(r"https?://\S+|\$LINK|www\.\S+|\S+@\S+|[A-Za-z]+(?:'[a-z]+)?|\d[\d.,:/-]*|[?!.:;,]|\S")
_OFFER = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall| can| promise to|(?:'m| am|'re| are) (?:going to|happy to))\b", re.IGNORECASE
)
_LINK = re.compile(r"https?:|www\.|\$LINK")


@dataclass(frozen=True)
class Weights:
    """What each mark and each pair of words speaks for."""

    bias: float
    threshold: float
    """from here on it asks or commits: where F1 was best on the part it was trained on"""
    marks: Mapping[str, float]
    both: Mapping[str, float]
    """of two marks that stand together"""
    pairs: Mapping[str, float]


def asks(text: str) -> float:
    """The chance that a sentence asks for something or commits to it, as a reader of e-mails would mark it."""
    return chance(plain(text), weights())


def kind(text: str) -> Kind:
    """Whether a sentence that asks or commits asks others, or offers to do it."""
    text = plain(text)
    asked = PATTERNS["?"].search(text) or PATTERNS["please"].search(text)
    return "offers" if _OFFER.search(text) and not asked else "asks"


def likely(texts: Iterable[str], least: float | None = None) -> list[tuple[int, float]]:
    """(place in the list, chance) of each sentence that asks or commits, the likeliest first."""
    floor = weights().threshold if least is None else least
    found = [(i, asks(text)) for i, text in enumerate(texts)]
    return sorted((one for one in found if one[1] >= floor), key=lambda one: (-one[1], one[0]))


def chance(text: str, by: Weights) -> float:
    """The chance by given weights."""
    marked = marks(text)
    score = by.bias + sum(by.marks.get(mark, 0.0) for mark in marked)
    score += _spread(by.pairs, pairs(text)) + _spread(by.both, both(marked))
    return 1 / (1 + math.exp(-score))


def both(marked: Iterable[str]) -> set[str]:
    """Which marks stand together: "please" in a question is another thing than "please" alone."""
    return {f"{a} & {b}" for a, b in combinations(sorted(marked), 2)}


def pairs(text: str) -> set[str]:
    """Its words and pairs of neighbours; numbers, links, addresses and names are one word each."""
    words = ["^", *_words(text), "$"]
    return {*words, *(f"{a} {b}" for a, b in pairwise(words))}


def plain(text: str) -> str:
    """Write a sentence with straight apostrophes, on one line."""
    return " ".join(text.replace("’", "'").split())


def _spread(by: Mapping[str, float], found: Iterable[str]) -> float:
    """What was found speaks for, however much of it there is: long sentences bear more."""
    known = [by[one] for one in found if one in by]
    return sum(known) / math.sqrt(len(known)) if known else 0.0


def _words(text: str) -> list[str]:
    before, words = ".", []
    for token in _TOKEN.findall(text):
        words.append(_word(token, before))
        before = token
    return words


def _word(token: str, before: str) -> str:
    if _LINK.match(token):
        return "LINK"
    if "@" in token:
        return "ADDRESS"
    if token[0].isdigit():
        return "NUMBER"
    named = token[0].isupper() and not token.isupper() and len(token) > 2 and before not in (".", "?", "!", ":")
    return "NAME" if named else token.lower()


@cache
def weights() -> Weights:
    """The weights that come with the project."""
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Weights(data["bias"], data["threshold"], data["marks"], data["both"], data["pairs"])
