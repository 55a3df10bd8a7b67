"""A question as it is searched: what was asked now, and as much of the thread as it leans on (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LEANING, STANDING = 0.5, 0.2
"""what the question before counts: where this one leans on it, and where it stands for itself.

Set on MTRAG-UN, where 283 of 507 last turns lean by the rule below; any pair from (0.5, 0.2) to (0.6, 0.4) is alike there."""
FADE = 0.6
"""what each question further back counts of the one after it"""
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

    def leans(self, words: int) -> bool:
        """Say whether a question of so many content words needs the thread to be understood."""
        return words <= FEW_WORDS or bool(_POINTS_BACK.search(self.text))

    def weighted(self, words: int) -> list[tuple[str, float]]:
        """Give each text with what it counts, this question first, at 1."""
        first = LEANING if self.leans(words) else STANDING
        return [(self.text, 1.0)] + [(text, first * FADE**age) for age, text in enumerate(self.earlier)]

    @property
    def earlier(self) -> list[str]:
        """Give the questions before that are looked at, the latest first."""
        return [text for text in reversed(self.before[-BEFORE:]) if text.strip()]


def asked(turns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Give what the person said among (role, text) turns; what the assistant answered is left out."""
    return tuple(text for role, text in turns if role.casefold() in PERSON and text.strip())


PERSON = frozenset({"user", "seller", "human", "customer", "person"})
