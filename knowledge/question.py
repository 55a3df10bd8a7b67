"""A question as it is searched: what was asked now, and as much of the thread as it leans on (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

LEANING, STANDING = 0.35, 0.15
"""what the question before counts: where this one leans on it, and where it stands for itself.

Set on MTRAG-UN, where 283 of 507 last turns lean by the rule below; pairs from (0.3, 0.1) to (0.4, 0.2) are alike there."""
FADE = 0.5
"""what each question further back counts of the one after it"""
ANSWER = 0.1
"""what the last answer counts: it names what the next question means; worth 0.011 nDCG@5 on MTRAG-UN, 0.05-0.2 are alike"""
ANSWER_CHARS = 1500
"""of an answer, as much as the embedder reads"""
BEFORE = 5
"""questions of the thread that are looked at"""
FEW_WORDS = 3
"""a question of so few words is about what was said before"""

_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those|he|she|his|her|there|one|ones|same|such|other|else|another|more"
    r"|also|too|instead|then)\b|^\W*(and|but|so|or|what about|how about|why|ok|okay|yes|no)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """What is asked, and what was asked before in the same thread, oldest first."""

    text: str
    before: tuple[str, ...] = ()
    answered: str = ""
    """what the assistant said last"""

    @classmethod
    def in_thread(cls, text: str, turns: Sequence[tuple[str, str]]) -> Self:
        """Give a question that follows (role, text) turns, oldest first."""
        said = [(role.casefold() in PERSON, words) for role, words in turns if words.strip()]
        answers = [words for by_person, words in said if not by_person]
        return cls(text, tuple(words for by_person, words in said if by_person), answers[-1] if answers else "")

    def leans(self, words: int) -> bool:
        """Say whether a question of so many content words needs the thread to be understood."""
        return words <= FEW_WORDS or bool(_POINTS_BACK.search(self.text))

    def weighted(self, words: int) -> list[tuple[str, float]]:
        """Give each text with what it counts, this question first, at 1."""
        first = LEANING if self.leans(words) else STANDING
        earlier = [(text, first * FADE**age) for age, text in enumerate(self.earlier)]
        answer = [(self.answered[:ANSWER_CHARS], ANSWER)] if self.answered else []
        return [(self.text, 1.0), *earlier, *answer]

    @property
    def earlier(self) -> list[str]:
        """Give the questions before that are looked at, the latest first."""
        return [text for text in reversed(self.before[-BEFORE:]) if text.strip()]


PERSON = frozenset({"user", "seller", "human", "customer", "person"})
