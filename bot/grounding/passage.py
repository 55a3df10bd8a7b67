"""What a source says, taken apart once: sentences, names, figures and dates (pure)."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from bot.grounding import dates, figures
from bot.grounding.claims import Facts, FactValue
from bot.grounding.names import candidates, name_pairs
from bot.grounding.text import STOP, WORD, content, fold, sentences, words

LONGEST = 1000
"""signs of a passage that are shown: a page may be one sentence"""
TURN = re.compile(r"(?:^|(?<=[.!?\u2026)] ))([A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2}): ", re.MULTILINE)
"""whose turn begins, also where turns stand in one line"""


@dataclass(frozen=True)
class Passage:
    """One source, or the computed facts, ready to be compared with."""

    folded: str
    sentences: tuple[str, ...]
    contents: tuple[frozenset[str], ...]
    """stems of meaning of each sentence"""
    stems: frozenset[str]
    words: frozenset[str]
    counts: Counter[str]
    """in how many sentences each stem stands"""
    figures: tuple[figures.Figure, ...]
    dates: tuple[dates.When, ...]
    pairs: frozenset[tuple[str, str]]
    speakers: frozenset[str]
    """folded names before a colon, of two turns or more that have one"""
    named: frozenset[str]
    """folded words that are capitalised where no sentence starts, and speakers' names"""
    plain: frozenset[str]
    """words that stand somewhere without a capital"""

    def verbatim(self, text: str, first: int, behind: int) -> str:
        """Some of its sentences as they stand in its text, with what stands between them."""
        start = end = 0
        for at, sentence in enumerate(self.sentences[:behind]):
            found = text.find(sentence, end)
            if found < 0:
                return " ".join(self.sentences[first:behind])
            start, end = (found if at <= first else start), found + len(sentence)
        return text[start : min(end, start + LONGEST)]


@lru_cache(maxsize=1024)
def of_text(text: str) -> Passage:
    """Take a text apart; kept, since many claims are held against the same source."""
    parts = tuple(sentences(text))
    contents = tuple(content(part) for part in parts)
    whens, rest = dates.extract(text)
    numbers, _ = figures.extract(rest)
    return Passage(
        folded=" ".join(fold(text).split()),
        sentences=parts,
        contents=contents,
        stems=frozenset().union(*contents),
        words=frozenset(words(text)),
        counts=Counter(stem for stems in contents for stem in stems),
        figures=tuple(numbers),
        dates=tuple(whens),
        pairs=frozenset(name_pairs(text)),
        speakers=_speakers(text),
        named=frozenset(fold(word) for part in parts for word, first in candidates(part) if not first)
        | frozenset(word for speaker in _speakers(text) for word in speaker.split()),
        plain=frozenset(word for part in parts for word in WORD.findall(part) if word[0].islower()),
    )


def _speakers(text: str) -> frozenset[str]:
    turns = TURN.findall(text)
    return frozenset(fold(name) for name in turns) if len(turns) > len(set(turns)) else frozenset()


def of_facts(facts: Facts) -> Passage:
    """Take the computed facts apart."""
    pairs = [(name, value) for name, held in facts.items() for value in _each(held)]
    values = [value for _, value in pairs]
    told = of_text("\n".join(value for value in values if isinstance(value, str)))
    whens = [dates.of(value) for value in values if isinstance(value, date | datetime)]
    numbers = [figures.computed(name, float(v)) for name, v in pairs if isinstance(v, int | float | Decimal)]
    return Passage(
        **{**told.__dict__, "figures": (*told.figures, *numbers), "dates": (*told.dates, *whens)},
    )


def _each(held: object) -> Iterable[FactValue]:
    if isinstance(held, list | tuple | set | frozenset):
        return held
    return [held] if isinstance(held, str | int | float | Decimal | date) else []


def first_names(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the words that stand first in a pair of capitalised words."""
    return frozenset(first for first, _ in pairs) - STOP


def last_names(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the words that stand second in a pair of capitalised words."""
    return frozenset(last for _, last in pairs) - STOP
