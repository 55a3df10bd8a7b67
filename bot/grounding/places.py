"""Whose figure it is: a claim that takes an amount, a percentage or a day from what its sources say of another name (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.grounding import dates, figures
from bot.grounding.align import Fit
from bot.grounding.names import ORDINARY, candidates
from bot.grounding.passage import LONGEST, Passage
from bot.grounding.text import LEANING, bare, content, fold

BESIDE = re.compile(r";\s|,?\s(?:but|while|whereas|and(?= [A-Z]))\s")
"""between clauses that stand beside each other"""
Value = figures.Figure | dates.When


class Told(NamedTuple):
    """A clause of a source, and the names that it is of."""

    text: str
    names: frozenset[str]


def elsewhere(claim: str, passages: Sequence[Passage], fit: Fit) -> str | None:
    """The value that stands only where nothing else of the claim does, while what tells the rest has another in its place."""
    if not _values(claim):
        return None
    plain = uncapitalised(passages)
    names, said = names_of(claim, plain), content(rest_of(claim))
    told = [_told(passage, plain) for passage in passages]
    core = _core(said, fit, [one for ones in told for one in ones])
    for value in _foreign(claim, core.text) if names & core.names else ():
        holding = [at for at, passage in enumerate(passages) if is_in(value, (*passage.dates, *passage.figures))]
        if holding and all(_is_of_others(value, told[at], names, said) for at in holding):
            return value.text
    return None


def _told(passage: Passage, plain: frozenset[str]) -> list[Told]:
    """Its clauses, of whatever has no speakers; one that names nothing, or leans back, is of all names that stand before it."""
    before, found = frozenset[str](), list[Told]()
    parts = () if passage.speakers else passage.sentences
    for text in (clause for part in parts for clause in BESIDE.split(part)):
        there = names_of(text, plain)
        before |= there
        found.append(Told(text, there if there and not LEANING.match(text) else before))
    return found


def _core(said: frozenset[str], fit: Fit, told: Sequence[Told]) -> Told:
    within = [one for one in told if one.text in fit.core]
    return max(within, key=lambda one: len(said & content(one.text)), default=Told("", frozenset()))


def _is_of_others(value: Value, told: Sequence[Told], names: frozenset[str], said: frozenset[str]) -> bool:
    """Whether a source gives the value only beside other names; where no clause holds it, whose it is is not known."""
    there = [one for one in told if is_in(value, _values(one.text))]
    return bool(there) and all(
        one.names and not one.names & names and not said & content(rest_of(one.text)) for one in there
    )


def _foreign(claim: str, core: str) -> list[Value]:
    """The claim's values that the sentence which tells it lacks, while it has others of their kind that the claim lacks."""
    mine, theirs = _values(claim), _values(core)
    shared = [value for value in mine if is_in(value, theirs)]
    rivals = [value for value in theirs if not any(is_in(one, [value]) for one in mine)]
    foreign = (value for value in mine if value not in shared and not any(is_like(value, one) for one in shared))
    return [value for value in foreign if any(is_like(value, rival) for rival in rivals)]


def _values(text: str) -> list[Value]:
    whens, rest = dates.extract(text)
    amounts = [figure for figure in figures.extract(rest)[0] if figure.currency or figure.percent]
    return [*(when for when in whens if when.day), *amounts]


def is_in(value: Value, told: Sequence[Value]) -> bool:
    if isinstance(value, dates.When):
        return dates.supported(value, [one for one in told if isinstance(one, dates.When)])
    return figures.supported(value, [one for one in told if isinstance(one, figures.Figure)])


def is_like(value: Value, other: Value) -> bool:
    if isinstance(value, dates.When):
        return isinstance(other, dates.When)
    return isinstance(other, figures.Figure) and value.is_like(other)


def names_of(text: str, plain: frozenset[str]) -> frozenset[str]:
    return _capitalised(text) - plain


@lru_cache(maxsize=8192)
def _capitalised(text: str) -> frozenset[str]:
    return frozenset(bare(fold(word)) for word, _ in candidates(rest_of(text))) - ORDINARY


@lru_cache(maxsize=8192)
def rest_of(text: str) -> str:
    """A text without its dates and figures, currencies with them."""
    return figures.extract(dates.extract(text)[1])[1]


def sentences_of(passages: Sequence[Passage], *, spoken: bool = True) -> Iterator[str]:
    """Their sentences, of those with speakers only where asked; a page without a stop is none."""
    told = (sentence for one in passages if spoken or not one.speakers for sentence in one.sentences)
    return (sentence for sentence in told if len(sentence) <= LONGEST)


def uncapitalised(passages: Sequence[Passage]) -> frozenset[str]:
    """The words that stand somewhere in the sources without a capital: these name nothing."""
    return frozenset[str]().union(*(passage.plain for passage in passages))
