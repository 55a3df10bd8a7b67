"""Find the part of the sources that fits a claim best, and how much of the claim it holds (pure)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.grounding.passage import Passage
from bot.grounding.text import content

SPAN = 2
"""sentences taken together: a claim often joins two"""


@dataclass(frozen=True)
class Fit:
    """The best window, its source, and the share of the claim's weight that stands in it."""

    score: float
    source: int | None
    window: str
    shared: frozenset[str]
    stems: frozenset[str]
    """of the window"""
    at: tuple[int, int] = (0, 0)
    """its first sentence, and the one behind its last"""
    parts: tuple[str, ...] = ()
    """its sentences"""

    @property
    def core(self) -> str:
        """The sentence of the window that holds most of the claim."""
        return max(self.parts, key=lambda part: len(content(part) & self.shared), default="")


NOWHERE = Fit(0.0, None, "", frozenset(), frozenset())
"""the fit of a claim that nothing was compared with"""


def best_fit(claim: str, sources: tuple[tuple[int, Passage], ...]) -> Fit:
    """Return the window of sentences that holds most of the claim, rare words counting more."""
    wanted = content(claim)
    weights = {stem: rarity(stem, sources) for stem in wanted}
    total = math.fsum(weights.values()) or 1.0
    best: tuple[float, int | None, int, int] = (-1.0, None, 0, 0)
    for n, passage in sources:
        for at in range(len(passage.sentences)):
            hits = [wanted & stems for stems in passage.contents[at : at + SPAN]]
            for span in range(1, len(hits) + 1):
                # Summed exactly: by the order of a set, which each process draws anew, one of two equals would win by chance.
                held = math.fsum(weights[stem] for stem in frozenset().union(*hits[:span])) / total - 0.02 * (span - 1)
                if held > best[0]:
                    best = (held, n, at, span)
    return _fit(wanted, best, dict(sources))


def _fit(wanted: frozenset[str], best: tuple[float, int | None, int, int], sources: dict[int, Passage]) -> Fit:
    score, n, at, span = best
    if n is None:
        return NOWHERE
    stems = frozenset[str]().union(*sources[n].contents[at : at + span])
    parts = sources[n].sentences[at : at + span]
    window = " ".join(parts)
    return Fit(max(0.0, score), n if wanted & stems else None, window, wanted & stems, stems, (at, at + span), parts)


def rarity(stem: str, sources: Sequence[tuple[int, Passage]]) -> float:
    """How much a word tells: rare ones more."""
    count = sum(passage.counts[stem] for _, passage in sources)
    size = sum(len(passage.sentences) for _, passage in sources) or 1
    return math.log(1 + size / (0.5 + count))
