"""What is counted: a claim that gives a count to another thing, or to all where it is of some (pure)."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from bot.grounding import dates, figures
from bot.grounding.passage import Passage
from bot.grounding.places import is_in, rest_of, sentences_of
from bot.grounding.text import STOP, content, fold, stem

OF = r"\bof (?:the |our |your |their |its |his |her |these |those )?"
ALL = re.compile(
    r"\b(?:all|any|every|each)(?: of)?(?: (?:the|our|your|their|its|his|her|these|those|\d+))*(?P<things>(?: [a-z-]+){1,2})",
    re.IGNORECASE,
)
ONLY_SOME = re.compile(
    r"(?<![\w-])(?P<thing>[a-z-]+) (?:(?:of|with|for|from) )?(?:at least|at most|(?:more|less|fewer) than|up to|over|under|above|below) [\w$€£]+",
    re.IGNORECASE,
)
MOST = re.compile(
    r"\b(?:(?<!the )most|the majority|(?P<few>(?<!a )few|a minority))(?: of)?(?: (?:the|our|your|their|its|his|her|these|those))?(?P<things>(?: [a-z-]+){1,2})",
    re.IGNORECASE,
)
_N = rf"[1-9]\d{{0,5}}|{'|'.join(word for word in figures.IN_WORDS if word != 'zero')}"
PART = re.compile(rf"\b(?P<some>{_N}) (?:out )?{OF}(?P<all>{_N}) (?P<thing>[a-z-]+)", re.IGNORECASE)
BOUND = re.compile(r"\b(?:at least|at most|than|up to|over|under|above|below)\b", re.IGNORECASE)
CLAUSES = re.compile(r"[;,] (?:of which |but |and )?|\. ")
NUMBERED = re.compile(r"\b(?P<thing>[A-Za-z]{3,}) (?P<number>\d{1,3})\b(?![.,]?\d|[\w%-]| ?(?:percent|per cent))")
"""clause 7, lot 2, phase 1"""
RATE = frozenset("per each every".split())
REACH = 3
"""words behind a count that may say what is counted"""


class Count(NamedTuple):
    """A plain count and the stems behind it that say of what."""

    figure: figures.Figure
    of: frozenset[str]
    first: frozenset[str]
    """the first of these, where there is one"""


def of_the_whole(claim: str, passages: Sequence[Passage]) -> str | None:
    """A count of all, said of what a source tells of some of them: "two of the three pilots ended"."""
    parts = list(sentences_of(passages))
    for count in _counts(claim):
        for sentence in () if _is_behind_of(claim, count) else parts:
            some = _share(sentence, count)
            if some and not is_in(some, [one.figure for one in _counts(claim)]):
                deed = content(rest_of(claim)) - count.first - content(count.figure.text)
                if deed & content(sentence):
                    return f"{some.text} of {count.figure.text}"
    return None


def of_all(claim: str, passages: Sequence[Passage]) -> str | None:
    """All, of what a sentence counts and then tells of fewer: "14 wards; six use it"."""
    found = ALL.search(claim)
    things = content(found["things"]) if found else frozenset[str]()
    deed, named = content(rest_of(claim)) - things, [one.figure for one in _counts(claim)]
    for sentence in sentences_of(passages) if things else ():
        clauses = CLAUSES.split(sentence)
        whole = next((one for one in _counts(clauses[0]) if one.of & things), None)
        for some in (one for clause in clauses[1:] if whole and deed & content(clause) for one in _counts(clause)):
            is_fewer = whole and some.figure.values < whole.figure.values and not is_in(some.figure, named)
            if whole and is_fewer:
                return f"{some.figure.text} of {whole.figure.text}"
    return None


def of_most(claim: str, passages: Sequence[Passage]) -> str | None:
    """Most, of what a source counts as half or fewer, or few of what it counts as more: "3 of 10 sites"."""
    found = MOST.search(claim)
    things = content(found["things"]) if found else frozenset[str]()
    told = [part for sentence in sentences_of(passages) if things for part in PART.finditer(sentence)]
    counted = [(_amount(one["some"]) / _amount(one["all"]), one) for one in told if content(one["thing"]) & things]
    if not found or not counted:
        return None
    wrong = [one.group() for share, one in counted if (share > 0.5) is bool(found["few"])]
    return wrong[0] if len(wrong) == len(counted) else None


def _amount(text: str) -> float:
    return float(text) if text.isdecimal() else figures.IN_WORDS[text.lower()]


def of_any(claim: str, passages: Sequence[Passage]) -> str | None:
    """Every one, of what a sentence tells only of those over or under a bound: "contracts of at least three years"."""
    found = None if BOUND.search(claim) else ALL.search(claim)
    things = content(found["things"]) if found else frozenset[str]()
    said = content(rest_of(ALL.sub(r"\g<things>", claim)))
    for sentence in sentences_of(passages) if things else ():
        for some in () if ALL.search(sentence) else ONLY_SOME.finditer(sentence):
            deed = said - content(some["thing"])
            if content(some["thing"]) & things and len(deed & content(sentence)) > len(deed) / 2:
                return f"it only of {some.group()}"
    return None


def of_other_number(claim: str, passages: Sequence[Passage]) -> str | None:
    """What the sources tell of clause 7, said of clause 12, of which they tell something else."""
    said = content(rest_of(claim))
    for mine in NUMBERED.finditer(claim):
        deed = said - content(mine["thing"])
        parts = [(part, _numbers(part, mine["thing"])) for part in sentences_of(passages)]
        same = [part for part, numbers in parts if mine["number"] in numbers]
        others = [part for part, numbers in parts if numbers and mine["number"] not in numbers]
        is_foreign = same and not any(deed & content(part) for part in same)
        if is_foreign and any(len(deed & content(part)) > len(deed) / 2 for part in others):
            return f"it of another {mine['thing']}"
    return None


def _numbers(text: str, thing: str) -> frozenset[str]:
    return frozenset(one["number"] for one in NUMBERED.finditer(text) if fold(one["thing"]) == fold(thing))


def _is_behind_of(claim: str, count: Count) -> bool:
    return bool(re.search(OF + re.escape(count.figure.text), claim, re.IGNORECASE))


def _share(sentence: str, count: Count) -> figures.Figure | None:
    """The count of some, where the sentence tells them of as many as the claim counts."""
    counts = _counts(sentence)
    whole = next((one for one in counts if one.figure.says(count.figure) and one.of & count.of), None)
    if not whole:
        return None
    at = re.search(rf"(?P<before>[\w'-]+ )?{OF}{re.escape(whole.figure.text)}\b", sentence, re.IGNORECASE)
    if not at:
        return None
    near = (at["before"] or "").strip() or sentence[at.end() :]
    return next((one.figure for one in counts if one is not whole and one.figure.text in near), None)


def of_other_things(claim: str, passages: Sequence[Passage]) -> str | None:
    """A count of one thing that the sources give of another, while they count the first otherwise."""
    mine = [one for one in _counts(claim) if not _is_behind_of(claim, one)]
    told = [count for part in sentences_of(passages) for count in _counts(part)] if mine else []
    for count in mine:
        same = [one for one in told if one.figure.says(count.figure)]
        rivals = [one for one in told if one.of & count.of and not is_in(one.figure, [it.figure for it in mine])]
        if count.of and same and rivals and all(one.of and not one.of & count.of for one in same):
            return f"{count.figure.text} of something else"
    return None


@lru_cache(maxsize=8192)
def _counts(text: str) -> tuple[Count, ...]:
    rest = dates.extract(text)[1]
    found = [one for one in figures.extract(rest)[0] if not (one.currency or one.percent or one.unit or one.ordinal)]
    counted = [_counted(rest, one.text) for one in found]
    return tuple(Count(one, frozenset(of), frozenset(of[:1])) for one, of in zip(found, counted, strict=True))


def _counted(text: str, figure: str) -> list[str]:
    at = re.search(rf"(?<![\w.,]){re.escape(figure)}((?:[ -][\w'-]+){{0,{REACH}}})", text)
    words = re.split(r"[ -]", at[1].strip(" -")) if at else []
    return [stem(fold(word)) for word in takewhile(lambda word: word.islower() and word not in STOP | RATE, words)]
