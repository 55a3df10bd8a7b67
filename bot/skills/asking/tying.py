"""Read what is to hang on the records that are asked for: "accounts | with an open deal | but no meeting planned" (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

_N = r"(?:\d{1,3}|one|two|three|four|five|six|ten|a single)"
_MANY = rf"(?:(?P<bound>more than|over|at least|fewer than|less than|at most|up to|only|exactly|just) )?(?P<n>{_N})(?P<plus>\+| or more)? (?=[a-z])"
_HAVE = r"(?:have|has|had|having|with|got|there (?:is|are|was|were)|do (?:we|i|they) have)"
_LACK = r"(?:without|with no|lack(?:s|ing)?|(?:have|has|had|there (?:is|are|was|were)|got)\s*(?:not (?:had |have |got )?|no |never had )|(?:do|does|did) not have|no(?= ))"
_CUT = re.compile(
    rf"(?:,?\s*\b(?:and|but|yet|while|where|that|which|who|whom|for which|with whom|whose|we|i)\b)*\s*\b(?:(?P<no>{_LACK})|(?P<has>{_HAVE}))\s*(?:an?y?|the|some)?\s*\b(?:{_MANY})?",
    re.IGNORECASE,
)
_AND_MANY = re.compile(rf",?\s*\b(?:and|but)\s+{_MANY}", re.IGNORECASE)
_VERB = re.compile(
    r"(?:\b(?:that|which|who|whom|where|to whom)\s+)?(?=\b(?:we|i)\s+(?:have\s+|had\s+|did\s+)?(?:ever\s+)?(?:lost|won|lose|win|met|called|phoned|e-?mailed|mailed|spoke|spoken|talked)\b)",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:(?:that|which|who|whom|where|to whom|with whom)\s+)?(?:we|i)\s+(?:have\s+|had\s+|did\s+)?(?P<no>never|not)(?:\s+yet)?\s+(?=(?:lost|won|lose|win|closed|sold)\b)",
    re.IGNORECASE,
)
_MANY_LOST = re.compile(rf"\b(?:lost|won|lose|win)\s+(?P<many>{_MANY})", re.IGNORECASE)
_AT = re.compile(
    r"\s*\b(?:at|of|for|from|with|to)\s+(?:(?:my|our|the|all|those)\s+)*(?=(?:former |existing )?(?:accounts|customers|prospects|clients|companies)\s+(?:that|which|who|whose|where|with|without|having|we|i)\b)",
    re.IGNORECASE,
)
"""where a clause is about the account, and not about what hangs on it"""
MOST_CUTS = 4
_ON = re.compile(
    rf"\s*\b(?:on|in|of|for|across)\s+(?:(?:any|all|the|an?|our|every)\s+)?(?:{_MANY})?(?=(?:[\w-]+(?:['’]s?)?\s+){{0,4}}?(?:deals?|opportunit(?:y|ies)|renewals?|expansions?)\b)",
    re.IGNORECASE,
)
"""people and roles on deals of a kind"""
_NOT = re.compile(
    r",?\s*\b(?:(?:and|but|yet|that|which|who|are|is|were|was|have|has|had|been|do|does|did)\s+)*(?:not|never)\s+(?:(?:been|an?|any|in|yet)\s+)*?(?=\w)|,?\s*\b(?:except|excluding|other than|apart from)(?: for)?\s+(?:those |the ones )?",
    re.IGNORECASE,
)
"""what turns a condition into its contrary"""
MOST = 8
"""words that a turned condition may have"""
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "a single": 1}


@dataclass(frozen=True)
class Clause:
    """Words for what hangs on a record, and how many of it."""

    words: str
    least: int = 1
    most: int | None = None


def clauses(question: str) -> Iterator[tuple[str, list[Clause]]]:
    """(what is asked for, what hangs on it), for each way to part the words, the fewest parts first."""
    question = _spelt_out(question)
    found = (
        m for pattern in (_CUT, _AND_MANY, _VERB, _NEVER, _ON) for m in pattern.finditer(question) if m.start() > 4
    )
    cuts: list[re.Match[str]] = []
    for m in sorted(found, key=lambda m: (m.start(), -m.end())):
        if not cuts or m.start() >= cuts[-1].end():
            cuts.append(m)
    cuts = cuts[:MOST_CUTS]
    for many in range(1, len(cuts) + 1):
        for chosen in combinations(range(len(cuts)), many):
            yield _parted(question, cuts, chosen)
            if chosen[-1] < len(cuts) - 1:
                yield _parted(question, cuts[: chosen[-1] + 1], chosen)


def at_accounts(question: str) -> tuple[str, str] | None:
    """(what is asked for, the words for its accounts) where these have a clause of their own; None where they have none."""
    m = _AT.search(question)
    return (question[: m.start()], question[m.end() :]) if m and m.start() > 3 else None


def turned(question: str) -> Iterator[tuple[str, str]]:
    """(the question without a condition, that condition), for each that is turned by a "not", the longest first."""
    for m in _NOT.finditer(question):
        words = list(re.finditer(r"\S+", question[m.end() :]))[:MOST]
        for last in reversed(words):
            end = m.end() + last.end()
            yield f"{question[: m.start()]} {question[end:]}".strip(), question[m.end() : end].rstrip(",;.?!")


def _spelt_out(question: str) -> str:
    """The question with "an open one" as what it stands for: the noun that was said before."""
    said = re.search(
        r"\b(deal|opportunity|renewal|expansion|task|meeting|call)s?\b(?=.*\b(?:one|ones|another)\b)",
        question,
        re.IGNORECASE,
    )
    if not said:
        return question
    head, tail = question[: said.end()], question[said.end() :]
    return head + re.sub(
        r"\b(an? (?:\w+ )?|open |lost |won |another )(?:ones?\b)", rf"\g<1>{said[1]}", tail, flags=re.IGNORECASE
    )


def _parted(question: str, cuts: list[re.Match[str]], chosen: tuple[int, ...]) -> tuple[str, list[Clause]]:
    """The words with the chosen cuts as clauses, each up to the next cut; what is behind the others stays with the first words."""
    starts, ends = [m.start() for m in cuts], [*(m.start() for m in cuts[1:]), len(question)]
    parts = [_clause(cuts[at], question[cuts[at].end() : ends[at]]) for at in chosen]
    kept = [question[starts[at] : ends[at]] for at in range(len(cuts)) if at not in chosen]
    outer = question[: starts[0]] + "".join(kept)
    return outer, [part for part in parts if re.search(r"\w", part.words)]


def _clause(cut: re.Match[str], words: str) -> Clause:
    given = cut.groupdict()
    if not given.get("n") and (many := _MANY_LOST.search(words)):
        given, words = (
            many.groupdict() | {"no": given.get("no")},
            f"{words[: many.start('many')]}{words[many.end('many') :]}",
        )
    if given.get("no"):
        return Clause(words, 0, 0)
    if not given.get("n"):
        return Clause(words)
    n, bound = _number(given["n"]), (given.get("bound") or "").lower()
    if bound in ("more than", "over"):
        return Clause(words, n + 1)
    if bound == "at least" or given.get("plus"):
        return Clause(words, n)
    if bound in ("fewer than", "less than"):
        return Clause(words, 0, n - 1)
    if bound in ("at most", "up to"):
        return Clause(words, 0, n)
    return Clause(words, n, n) if bound or n > 1 else Clause(words)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]
