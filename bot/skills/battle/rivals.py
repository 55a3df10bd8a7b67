"""Which competitor is meant: named in the words, or on the account's open deals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.crm.match import fold, nearest
from bot.crm.records import Opportunity
from bot.grounding.text import STOP
from bot.skills import Context
from knowledge.documents import Document, Passage
from knowledge.question import Question

NAMED = (
    r"\b(?:mention(?:ed|s|ing)?|brought up|named?|looking at|talking to|consider(?:ing|s)?|evaluat(?:ing|es?)|comparing us (?:with|to|against)|"
    r"us(?:e|es|ing)|have|has|chose|prefer|like|shortlisted|invited|pitching|quote from|offer from)\s+(?P<a>.+)$",
    r"\b(?:against|versus|vs\.?|up against|beat|than|from|over|compared (?:to|with))\s+(?P<b>.+)$",
    r"\bbattle ?cards?\s*(?:for|on|about|against|:)?\s*(?P<c>.+)$",
    r"^(?P<d>.+?)\s+(?:says?|claims?|tells?|told|argues?|promises?|offers?|quotes?|is|are)\b",
    r"^(?P<e>.+?)\s+battle ?card\b",
)
_TAIL = re.compile(
    r"\s*(?:[?.!,;–-]|\b(?:what|how|who|why|and|in|at|on|for|as|again|now|today|here|there|too|instead|please|says?|claims?|tells?|told)\b).*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:the|a|an|our|their|this|that|people from|someone from|also|now|our competitor|competitor)\s+", re.IGNORECASE
)
PRONOUNS = frozenset(
    "they them it he she we us you i customer the prospect buyer someone anyone somebody who what".split()
)
FIRST = 2
"""words of a name by one of which it may be called; what stands behind them may be anybody's sentence"""
CARD = re.compile(r"battle|compet|\bvs\b|versus|rival|kill ?sheet", re.IGNORECASE)


@dataclass(frozen=True)
class Rival:
    """A competitor, and the passage by which its page was found; None: there is no page on it."""

    name: str
    page: Document | None = None
    known: bool = True
    """whether a deal or a page names it"""


def names(deals: Sequence[Opportunity]) -> list[str]:
    """The competitors that deals name, the most frequent first."""
    seen = [o.competitor for o in deals if o.competitor]
    return sorted(set(seen), key=lambda name: (-seen.count(name), name))


def said_name(text: str) -> str:
    """The words that stand where a competitor's name stands; empty where there are none."""
    for pattern in NAMED:
        if match := re.search(pattern, " ".join(text.split()).rstrip("?.! "), re.IGNORECASE):
            words = next(part for part in match.groups() if part)
            name = _LEAD.sub("", _TAIL.sub("", words).strip(" \"“”'‘’:"))
            if name and fold(name) not in PRONOUNS and len(name.split()) <= 5:
                return name
    return ""


def in_words(text: str, known: Sequence[str]) -> str:
    """A known competitor that the words name, in full or by a word that is its own."""
    low = f" {fold(text)} "
    for name in sorted(known, key=len, reverse=True):
        if f" {fold(name)} " in low:
            return name
    for name in known:
        others = {word for one in known if one != name for word in fold(one).split()}
        own = [one for one in fold(name).split()[:FIRST] if one not in others and one not in STOP and len(one) > 3]
        if own and f" {own[0]} " in low:
            return name
    singular = {fold(name).removesuffix("s"): name for name in known if fold(name).endswith("s")}
    return next((name for word, name in singular.items() if f" {word} " in low), "")


def pages_on(context: Context, name: str) -> list[Document]:
    """The pages whose titles name the competitor, those that are made for it and those in force first."""
    found = context.library.retrieve(Question(f"battlecard {name}"), scope=context.scope(None), k=12, now=context.now)
    pages = {p.document.id: p for p in found.passages if p.document.account is None and _names(p.document, name)}
    ranked = sorted(pages.values(), key=_standing)
    return [passage.document for passage in ranked]


def _names(page: Document, name: str) -> bool:
    title = f" {fold(page.title)} "
    words = fold(name).split()
    return f" {' '.join(words)} " in title or (
        len(words[0]) > 3 and f" {words[0]} " in title and bool(CARD.search(page.title))
    )


def _standing(passage: Passage) -> tuple[bool, int, float]:
    order = {"verified": 0, "due": 1, "unverified": 2, "expired": 3}
    is_card = bool(CARD.search(f"{passage.document.title} {passage.document.uri}"))
    return not is_card, order.get(passage.status, 4), -passage.score


def near(name: str, known: Sequence[str]) -> list[str]:
    """The known names that look most like it."""
    return list(nearest(name, [(one, one) for one in known], 5)) if name else list(known[:5])
