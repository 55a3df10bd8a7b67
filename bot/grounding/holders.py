"""Who is what: a claim that gives a role of its source to somebody else, or to who has left it (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.grounding.names import EXPANSIONS
from bot.grounding.passage import Passage
from bot.grounding.text import STOP, content, words

_WORD = r"[A-Z][\w'-]{1,40}+"
"""bounded, as all within a word is: a page may be one word without end"""
NAME = rf"(?:Dr\. )?{_WORD}(?: (?:(?:de|da|di|van|von|der|den) ){{0,3}}{_WORD}){{0,6}}"
_OF = r"(?: of (?!Dr)(?:the )?[a-z]\w+(?: (?!(?:and|or|but|who|at|in|for|from|with|to|is|was|as|on)\b)[a-z]\w+)?)?"
_KIND = r"(?:(?!(?:an?|the|our|their|its|your|his|her|and|or|is|was|as|to|new|current|present|former|acting|interim)\b)[a-z][\w-]{1,40} )"
TITLE = (
    rf"(?:(?:C[A-Z]O|CISO|VP|[Vv]ice president|[Pp]resident|[Hh]ead|[Ll]awyer|[Dd]eputy|[Oo]wner|"
    rf"champion|sponsor|blocker|coach|gatekeeper|signatory|economic buyer|decision[- ]maker|"
    rf"[Cc]hief \w+(?: \w+)? officer|{_KIND}{{0,2}}(?:[Dd]irector|[Cc]ounsel)|{_KIND}{{1,2}}manager)\b{_OF})"
)
ARTICLE = r"(?:(?:an?|the|our|their|its|your|his|her) )?(?:(?:new|current|present|former|acting|interim) )?"
ALSO = re.compile(rf"(?:, | and ){ARTICLE}(?P<title>{TITLE})(?!,? {NAME})")
"""a second title behind the first"""
HELD = (
    re.compile(rf"(?P<name>{NAME})(?:, | \(){ARTICLE}(?P<title>{TITLE})"),
    re.compile(rf"(?P<title>{TITLE})(?:, |: | )(?P<name>{NAME})"),
    re.compile(rf"(?P<name>{NAME}) (?:is|was|becomes|became) (?:now |still )?{ARTICLE}(?P<title>{TITLE})"),
)
_OWN = r"(?:the|our|their|its|your|his|her) (?P<title>(?:(?!new |last |first )[a-z][a-z-]+)(?: [a-z-]+)?)"
NAMED = (
    re.compile(rf"\b(?i:{_OWN}), (?P<name>{NAME})(?=[,.;)])"),
    re.compile(rf"(?P<name>{NAME}) is (?:now |still )?{_OWN}(?= (?:of|at|in|for)\b|[.,;]|$)"),
)
"""any other word for what somebody is, where it is said of one alone: "their accountant" """
GONE = re.compile(
    r"\b(?:(?:has|have|had) left|left(?= (?:in|on|at|the company|last)\b|[.,;])|former(?:ly)?|ex|resigned|retired|stepped down"
    r"|no longer (?:with|at|there|works?))\b",
    re.IGNORECASE,
)
"""what says that a role is one of the past"""
IS = re.compile(rf"{NAME} is ")
Held = tuple[frozenset[str], frozenset[str], str]
"""the words of who holds it, the stems of what is held, and the first as written"""


def other_holder(claim: str, passages: Sequence[Passage]) -> str | None:
    """Who holds the role in the sources that the claim gives to another name."""
    told = [pair for part in _parts(passages) if not GONE.search(part) for pair in _held(part)]
    for name, title, _ in _held(claim):
        same = [(who, shown) for who, what, shown in told if _is_same(what, title)]
        if same and not any(who & name for who, _ in same) and not _may_share(name, title, passages):
            return same[0][1]
    return None


def left(claim: str, passages: Sequence[Passage]) -> str | None:
    """Who is something in the claim that every source tells only of the past."""
    for name, title, shown in _held(claim) if IS.search(claim) and not GONE.search(claim) else ():
        told = [
            part
            for part in _parts(passages)
            if any(who & name and _is_same(what, title) for who, what, _ in _held(part))
        ]
        if told and all(GONE.search(part) for part in told):
            return shown
    return None


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles are the same, or one says more of it; any sort of director is not "the director"."""
    return one == other or (min(len(one), len(other)) > 1 and (one <= other or other <= one))


def _may_share(name: frozenset[str], title: frozenset[str], passages: Sequence[Passage]) -> bool:
    """Whether it is no role of one person alone, and the sources tell something like it of the name."""
    near = (content(part) for part in _parts(passages) if name & frozenset(words(part)))
    return "manag" in title and any(title & told for told in near)


def _parts(passages: Sequence[Passage]) -> Iterator[str]:
    return (part for passage in passages for part in passage.sentences)


@lru_cache(maxsize=4096)
def _held(text: str) -> tuple[Held, ...]:
    after, before, is_one = ([*pattern.finditer(text)] for pattern in HELD)
    given = [match.span("title") for match in (*after, *is_one)]
    # "Ann is CFO, Bo Day is …": the title is Ann's, though Bo's name follows.
    before = [match for match in before if not any(start <= match.start("title") < end for start, end in given)]
    found = [*after, *before, *is_one, *(match for pattern in NAMED for match in pattern.finditer(text))]
    more = [(match["name"], also["title"]) for match in (*after, *is_one) if (also := ALSO.match(text, match.end()))]
    pairs = [(match["name"], match["title"]) for match in found] + more
    held = ((frozenset(words(name)) - {"dr"}, _title(title), name) for name, title in pairs)
    return tuple((who, what, shown) for who, what, shown in held if who - STOP and what)


def _title(text: str) -> frozenset[str]:
    return content(" ".join(EXPANSIONS.get(word, word) for word in words(text)))
