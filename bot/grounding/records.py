"""Which record: a claim that gives one deal of its sources what only another of them has (pure)."""

import re
from collections.abc import Sequence

from bot.grounding import dates, figures
from bot.grounding.names import candidates
from bot.grounding.passage import Passage
from bot.grounding.text import bare, fold, words

HEAD = re.compile(r"(?P<head>[A-Z][^:.,;]{2,60} - [^:.,;]{2,60}): ")
"""how a record begins: the name of a deal holds that of its account"""


def of_another(claim: str, passages: Sequence[Passage]) -> str | None:
    """What the claim says of one record and only others hold, in words that follow "its sources say"."""
    heads = {at: words_of for at, passage in enumerate(passages) if (words_of := _head(passage))}
    named = [at for at in heads if _own(at, heads) & frozenset(words(claim))]
    if len(named) != 1 or re.search(r"\bthan\b", claim):
        return None
    others = [passages[at] for at in heads if at != named[0]]
    rest = [passage for at, passage in enumerate(passages) if at not in heads or at == named[0]]
    foreign = (said for said, one in _said(claim) if _holds(others, one) and not _holds(rest, one))
    return next((f"{said} of another record" for said in foreign), None)


def _head(passage: Passage) -> frozenset[str]:
    found = next(filter(None, map(HEAD.match, passage.sentences[:2])), None)
    return frozenset(words(found["head"])) if found else frozenset()


def _own(at: int, heads: dict[int, frozenset[str]]) -> frozenset[str]:
    return heads[at] - frozenset[str]().union(*(head for n, head in heads.items() if n != at))


Said = dates.When | figures.Figure | str


def _said(claim: str) -> list[tuple[str, Said]]:
    whens, rest = dates.extract(claim)
    found, plain = figures.extract(rest)
    named = [(word, bare(fold(word))) for word, first in candidates(plain) if not first]
    return [*((when.text, when) for when in whens), *((one.text, one) for one in found), *named]


def _holds(passages: Sequence[Passage], said: Said) -> bool:
    if isinstance(said, dates.When):
        return any(dates.supported(said, passage.dates) for passage in passages)
    if isinstance(said, figures.Figure):
        return any(figures.supported(said, passage.figures) for passage in passages)
    return any(said in passage.words for passage in passages)
