"""Questions that could not be answered, grouped by what they ask for (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bot.grounding.text import content
from knowledge.documents import Gap
from knowledge.embeddings import Vectors
from knowledge.registry import Inquiry

ALIKE = 0.48
"""likeness from which two questions ask for the same; on 45 pairs of the tests it tells 40 right"""
FRAME = 0.6
"""what is taken off the cosine where two questions share their frame and ask it of two things"""
OPEN = ("open", "asked")
TopicState = Literal["open", "asked", "drafted"]


@dataclass(frozen=True)
class Topic:
    """Questions alike in meaning; the id is that of the first."""

    id: int
    title: str
    """the question that is most like all the others"""
    gaps: tuple[Gap, ...]
    inquiry: Inquiry | None = None

    @property
    def account(self) -> str | None:
        """Give the account whose notes were asked about."""
        return self.gaps[0].account

    @property
    def state(self) -> TopicState:
        """Say how far it has come: a claim to ask without a message or a draft is none yet."""
        if self.inquiry and self.inquiry.draft:
            return "drafted"
        return "asked" if self.inquiry and self.inquiry.place else "open"

    @property
    def questions(self) -> tuple[str, ...]:
        """Give the different questions, in the order in which they came."""
        return tuple({" ".join(gap.question.casefold().split()): gap.question for gap in self.gaps}.values())

    @property
    def people(self) -> frozenset[str]:
        """Give the ids of those who asked."""
        return frozenset(gap.asker for gap in self.gaps if gap.asker)

    @property
    def nearest(self) -> tuple[str, ...]:
        """Give the ids of the pages that came nearest, those of most questions first."""
        found = [page for gap in self.gaps for page in gap.nearest]
        return tuple(sorted(dict.fromkeys(found), key=lambda page: (-found.count(page), found.index(page))))


def likeness(a: str, b: str, cosine: float) -> float:
    """Say how alike two questions are: "price of the API?" and "limit of the API?" share their frame alone."""
    mine, theirs = content(a), content(b)
    swapped = mine - theirs and theirs - mine
    return cosine - (FRAME * len(mine & theirs) / len(mine | theirs) if swapped else 0.0)


def assign(gaps: Sequence[Gap], vectors: Vectors) -> dict[int, int]:
    """Give the topic of each open gap that has none yet, by id; `vectors` has a row a gap."""
    found: dict[int, int] = {}
    topics = [gap.topic for gap in gaps]
    for i, gap in enumerate(gaps):
        if topics[i] is None:
            topics[i] = found[gap.id] = _nearest(i, gaps, topics, vectors) or gap.id
    return found


def _nearest(i: int, gaps: Sequence[Gap], topics: Sequence[int | None], vectors: Vectors) -> int | None:
    cosines = vectors @ vectors[i]
    others = [j for j in np.argsort(-cosines) if j != i and topics[j] is not None and cosines[j] >= ALIKE]
    fits = [j for j in others if gaps[j].account == gaps[i].account]
    scores = {j: likeness(gaps[i].question, gaps[j].question, float(cosines[j])) for j in fits}
    best = max(scores, key=lambda j: scores[j], default=None)
    return topics[best] if best is not None and scores[best] >= ALIKE else None


def grouped(gaps: Iterable[Gap], vectors: Mapping[int, Vectors], inquiries: Mapping[int, Inquiry]) -> list[Topic]:
    """Give the topics, those that most people asked for first; `vectors` by the gaps' ids."""
    by_topic: dict[int, list[Gap]] = {}
    for gap in gaps:
        by_topic.setdefault(gap.topic or gap.id, []).append(gap)
    found = [Topic(n, _central(same, vectors), tuple(same), inquiries.get(n)) for n, same in by_topic.items()]
    return sorted(found, key=lambda topic: (-len(topic.people), -len(topic.gaps), topic.id))


def _central(gaps: Sequence[Gap], vectors: Mapping[int, Vectors]) -> str:
    middle = np.sum([vectors[gap.id] for gap in gaps], axis=0)
    return max(gaps, key=lambda gap: (float(vectors[gap.id] @ middle), -gap.id)).question
