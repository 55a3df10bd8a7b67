"""How far a deed has come: a claim that tells as done, or as decided, what its sources only have ahead (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile

from bot.grounding.sense import ANTONYMS, is_past, under_not
from bot.grounding.text import STOP, content, stem, words

DECISIONS = """
sign countersign | signature
approve | approval
buy bought purchase procure | order
choose chose | chosen select pick award decide
pay paid | payment
"""
"""what a sale turns on: in a source no words but these and those behind the bar stand for it"""
SENDING = "send sent email emailed mailed forwarded shared submitted delivered posted gave handed went"
NOUNS = frozenset("payment payments approval purchases chosen".split())
AHEAD = frozenset("will would can could may might must should shall to cannot won't can't 'll".split())
WHEN = frozenset("until till unless if once when before".split())
"""what is told behind it need not have come to be"""
NOT_YET = frozenset("not never yet".split())
HAVE = frozenset("has have had already".split())
WAS = frozenset({"was", "were"})
MEANT = frozenset("planned scheduled due expected foreseen pending outstanding".split())
"""behind a deed: it is still to come"""
OVER = frozenset({"was", "were", "has", "have"})
BE = frozenset({"is", "are"})
NEXT = frozenset({("next", "step"), ("next", "steps"), ("to", "do"), ("action", "items"), ("open", "points")})
"""how a line begins that lists what is still to come"""
SAYING = frozenset(
    map(stem, "say tell ask offer propose suggest explain recommend mention promise advise request note stress".split())
)
"""what is done by saying that one will or would"""
REGARDLESS = re.compile(r"\b(?:even (?:if|when|though)|regardless of|no matter)\b", re.IGNORECASE)


def undecided(claim: str, known: frozenset[str]) -> str | None:
    """The decision of a claim that none of its sources knows."""
    told = {stem(word) for word in known}
    return next(
        (word for word in words(claim) if (row := _ROWS.get(stem(word))) and word not in NOUNS and not row & told), None
    )


_ROWS = {
    stem(word): frozenset(map(stem, row.split()))
    for row in DECISIONS.strip().splitlines()
    for word in row.partition("|")[0].split()
}


_STEPS = {root: _ROWS[root] for root in map(stem, "sign countersign approve pay paid".split())}
_STEPS |= dict.fromkeys(map(stem, ("send", "sent")), frozenset(map(stem, SENDING.split())))
_STANDS = frozenset(stem(word) for row in DECISIONS.splitlines() for word in row.partition("|")[2].split()) | {
    stem("won")
}


def pending(claim: str, told_in: Iterable[str]) -> str | None:
    """The deed that a claim tells as done, where all that its sources tell of it is still to come."""
    done = [(word, root) for word, root in _done(words(claim)) if root not in SAYING]
    told = list(map(_tokens, told_in)) if done else []
    for word, root in done:
        states = {state for tokens in told for state in _states(tokens, root)}
        if states == {True}:
            return word
    return None


def completed(claim: str, told_in: Iterable[str]) -> str | None:
    """The step of a sale that a claim tells as done, which no source tells as done: "the CFO signs" is no signature."""
    done = [(word, row) for word, root in _done(words(claim)) if (row := _STEPS.get(root))]
    told = {word for tokens in map(_tokens, told_in) for word in tokens} if done else set()
    over = {stem(word) for word in told if is_past(word) or stem(word) in _STANDS}
    return next((word for word, row in done if not row & over), None)


def foreseen(claim: str, told_in: Iterable[str]) -> str | None:
    """The thing that a claim tells as over, which its sources only have as planned: "the migration is planned for May"."""
    tokens = words(claim)
    over = {tokens[at - 1] for at, word in enumerate(tokens) if at and word in OVER and tokens[at - 1] not in STOP}
    behind = [told[at + 1 : at + 4] for told in map(_tokens, told_in) for at, word in enumerate(told) if word in over]
    planned = [bool(MEANT & set(after)) for after in behind if (OVER | BE) & set(after)]
    return " ".join(sorted(over)) if planned and all(planned) and not MEANT & set(tokens) else None


def listed(claim: str, core: str) -> str | None:
    """The deed that a claim tells as done, of what its passage lists as a next step."""
    tokens = _tokens(core)
    is_next = tuple(tokens[:2]) in NEXT
    done = ((word, root) for word, root in _done(words(claim)) if is_next and root not in map(stem, tokens))
    return next((word for word, root in done if content(claim) - {root} <= content(core)), None)


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(words(text))


def _done(tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, word in enumerate(takewhile(lambda one: one not in WHEN, tokens)):
        before = tokens[max(0, at - 2) : at]
        if (HAVE | WAS) & set(before) and not (AHEAD | NOT_YET) & set(tokens[max(0, at - 3) : at]) and is_past(word):
            yield word, stem(word)


def _states(tokens: Sequence[str], root: str) -> Iterator[bool]:
    """Of each time that the deed is told: whether it is to come."""
    for at, word in enumerate(tokens):
        if stem(word) == root:
            is_meant = bool(MEANT & set(tokens[at + 1 : at + 4])) or tuple(tokens[:2]) in NEXT
            yield is_meant or (not is_past(word) and bool(AHEAD & set(tokens[max(0, at - 3) : at])))


def unconditional(claim: str, folded: Iterable[str]) -> str | None:
    """The "even if" of a claim that no source knows."""
    found = REGARDLESS.search(claim)
    return found.group() if found and not any(REGARDLESS.search(text) for text in folded) else None


def reversed_towards(claim: str, told_in: Iterable[str]) -> str | None:
    """The word of a claim to whose object its sources do the opposite: they accept the cap and reject the renewal."""
    mine = _towards(claim)
    told = [pair for part in told_in for pair in _towards(part)] if mine else []
    for word, thing in mine:
        verbs = {stem(verb) for verb, other in told if other == thing}
        if verbs and all(any(verb in far for _, far in ANTONYMS[stem(word)]) for verb in verbs):
            return word
    return None


@lru_cache(maxsize=8192)
def _towards(text: str) -> tuple[tuple[str, str], ...]:
    """Each word that has an opposite, with the next word of meaning; "not difficult" is the same as easy."""
    tokens = _tokens(text)
    under = under_not(tokens)
    turning = (at for at, word in enumerate(tokens) if (root := stem(word)) in ANTONYMS and root not in under)
    pairs = ((tokens[at], _next(tokens, at)) for at in turning if tokens[at] not in STOP)
    return tuple((word, stem(thing)) for word, thing in pairs if thing)


def _next(tokens: Sequence[str], at: int) -> str | None:
    return next((one for one in tokens[at + 1 : at + 4] if one not in STOP), None)
