"""Who did it to whom: a claim that turns the parts of its source round (pure)."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from bot.grounding.text import STOP, WORD, fold, stem

DONE = frozenset(
    "sent sends gave gives told tells bought buys sold sells paid pays wrote writes beat beats won lost brought brings "
    "owes owns taught chose chooses".split()
)
"""deeds that do not end in -ed, or stand in the present"""
MUTUAL = frozenset(
    stem(word)
    for word in "agreed chatted merged partnered talked negotiated discussed aligned based named titled".split()
)
"""deeds that both sides do, and words that are none"""


class Deed(NamedTuple):
    """A deed between two names, each as the folded words of it."""

    doer: frozenset[str]
    done: str
    to: frozenset[str]
    word: str
    """the deed as it is written"""


def swapped(claim: str, told_in: Iterable[str]) -> str | None:
    """Return the deed that the claim tells with its two sides exchanged, where no sentence tells it as the claim does."""
    claimed = list(_deeds(claim))
    told = [deed for part in told_in for deed in _deeds(part)] if claimed else []
    for mine in claimed:
        same = [deed for deed in told if deed.done == mine.done]
        straight = any(deed.doer & mine.doer and deed.to & mine.to for deed in same)
        crossed = any(deed.doer & mine.to and deed.to & mine.doer for deed in same)
        if crossed and not straight:
            return mine.word
    return None


def _deeds(sentence: str) -> Iterator[Deed]:
    tokens = [match.group() for match in WORD.finditer(sentence)]
    for at, token in enumerate(tokens):
        if not _is_deed(token):
            continue
        before, after = _name(tokens[:at][::-1]), _name(tokens[at + 1 :])
        if before and after:
            passive = "by" in takewhile(lambda word: not _is_name(word), tokens[at + 1 :])
            doer, to = (after, before) if passive else (before, after)
            yield Deed(doer, stem(fold(token)), to, token)


def _is_deed(token: str) -> bool:
    deed = token in DONE or (len(token) > 4 and token.endswith("ed"))
    return deed and token.islower() and stem(token) not in MUTUAL


def _name(tokens: list[str]) -> frozenset[str]:
    """The first name of the tokens: capitalised words that follow each other."""
    found: list[str] = []
    for token in tokens:
        if _is_name(token):
            found.append(_plain(token))
        elif found:
            break
    return frozenset(found)


def _is_name(token: str) -> bool:
    return token[0].isupper() and _plain(token) not in STOP


def _plain(token: str) -> str:
    return fold(re.sub(r"['\u2019]s$", "", token))
