"""Who is what and who does what: a claim that gives a role or a deed of its source to somebody else (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from bot.grounding.names import EXPANSIONS
from bot.grounding.passage import Passage
from bot.grounding.text import STOP, WORD, bare, content, fold, stem, words

NAME = r"(?:Dr\. )?[A-Z][\w'-]+(?: (?:(?:de|da|di|van|von|der|den) ){0,3}[A-Z][\w'-]+){0,6}"
TITLE = (
    r"(?:C[A-Z]O|CISO|VP|[Vv]ice president|[Pp]resident|[Hh]ead|[Dd]irector|[Ll]awyer|[Cc]ounsel|[Dd]eputy|[Oo]wner|"
    r"[Cc]hief \w+(?: \w+)? officer)\b(?: of (?!Dr)(?:the )?[a-z]\w+(?: [a-z]\w+)?)?"
)
ARTICLE = r"(?:(?:an?|the|our|their|its|your|his|her) )?"
HELD = (
    re.compile(rf"(?P<name>{NAME}), {ARTICLE}(?P<title>{TITLE})"),
    re.compile(rf"(?P<title>{TITLE})(?:, |: | )(?P<name>{NAME})"),
    re.compile(rf"(?P<name>{NAME}) (?:is|was|becomes|became) (?:now |still )?{ARTICLE}(?P<title>{TITLE})"),
)
CLAUSE = re.compile(r"[;,:.!?]\s|\s(?:but|while|whereas|and(?= [A-Z]))\s")
PASSIVE = re.compile(r"\b(?:\w+ed|sent|given|made|told|won|lost|bought|sold|written|led) by\b")
LIGHT = STOP | frozenset("also still never always soon later today tomorrow yesterday not".split())
ASIDE = frozenset("in at of from to with for on by about near via".split())
"""before a name that does nothing itself: "the congress in Warsaw and expects\""""
REACH = 4
"""words between a name and its deed"""


class Done(NamedTuple):
    """A deed with who does it, and the rest of its clause."""

    doer: frozenset[str]
    deed: str
    rest: frozenset[str]
    clause: frozenset[str]
    """folded words"""
    name: str
    """the doer as written"""


def other_holder(claim: str, passages: Sequence[Passage]) -> str | None:
    """Who holds the role in the sources that the claim gives to another name."""
    told = [pair for passage in passages for pair in _held("\n".join(passage.sentences))]
    for name, title, _ in _held(claim):
        same = [(who, shown) for who, what, shown in told if what <= title or title <= what]
        if same and not any(who & name for who, _ in same):
            return same[0][1]
    return None


@lru_cache(maxsize=4096)
def _held(text: str) -> tuple[tuple[frozenset[str], frozenset[str], str], ...]:
    found = [match for pattern in HELD for match in pattern.finditer(text)]
    return tuple((frozenset(words(m["name"])) - {"dr"}, _title(m["title"]), m["name"]) for m in found)


def _title(text: str) -> frozenset[str]:
    return content(" ".join(EXPANSIONS.get(word, word) for word in words(text)))


def other_doer(claim: str, passages: Sequence[Passage]) -> str | None:
    """Who does in the sources what the claim says of another name."""
    named = frozenset[str]().union(*(passage.named for passage in passages))
    mine = _deeds((claim,), frozenset())
    told = [done for passage in passages for done in _deeds(passage.sentences, passage.speakers)] if mine else []
    for done in mine:
        same = [other for other in told if other.doer & named and other.deed == done.deed and other.rest & done.rest]
        if same and not any(other.doer & done.doer or done.doer & other.clause for other in same):
            return same[0].name
    return None


@lru_cache(maxsize=4096)
def _deeds(parts: tuple[str, ...], speakers: frozenset[str]) -> tuple[Done, ...]:
    return tuple(_each(parts, speakers))


def _each(parts: tuple[str, ...], speakers: frozenset[str]) -> Iterator[Done]:
    speaker = ""
    for part in parts:
        before, colon, after = part.partition(": ")
        if colon and fold(before) in speakers:
            speaker, part = fold(before), after
        for clause in CLAUSE.split(part):
            yield from _done(clause, speaker)


def _done(clause: str, speaker: str) -> Iterator[Done]:
    """The first deed of each name of a clause; "I" is who speaks."""
    tokens = [match.group() for match in WORD.finditer(clause)]
    folded = [bare(fold(token)).removesuffix("'ll").removesuffix("'ve") for token in tokens]
    for at, token in enumerate(tokens):
        follows = at + 1 < len(tokens) and _is_name(tokens[at + 1])
        if not (_is_name(token) or (folded[at] == "i" and speaker)) or follows:
            continue
        deed = next((n for n in range(at + 1, min(at + 2 + REACH, len(tokens))) if folded[n] not in LIGHT), None)
        start = at - len(_run(tokens[: at + 1]).split())
        is_place = start >= 0 and folded[start] in ASIDE
        if deed is None or is_place or _is_name(tokens[deed]) or PASSIVE.search(clause):
            continue
        name = speaker.title() if folded[at] == "i" else _run(tokens[: at + 1])
        doer = frozenset(words(name)) - {"and"}
        rest = frozenset(stem(word) for word in folded[deed + 1 :] if word not in STOP)
        yield Done(doer, stem(folded[deed]), rest, frozenset(folded) | doer, name)


def _run(tokens: Sequence[str]) -> str:
    """The names that stand at the end, those joined by "and" as well."""
    reversed_run = takewhile(lambda token: _is_name(token) or token in ("and", "de", "van", "von"), reversed(tokens))
    return " ".join(reversed(list(reversed_run)))


def _is_name(token: str) -> bool:
    return token[0].isupper() and len(token) > 1 and bare(fold(token)) not in STOP
