"""What a sentence is for, by its meaning and its words, where no rule knows it; the weights are learnt from our own sentences.

`evals/routing/train.py` makes `weights.npz`, and evals/routing tells how often it is right.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.learnt import Meaning, Regression

FILE = Path(__file__).parent / "weights.npz"
SURE = 0.45
"""the certainty from which on a skill is taken for a question, which the pages may answer as well"""
LIKELY = 0.35
"""the same for what is no question, to which the pages are hardly ever an answer"""
ACCOUNT, PERSON = "Acme", "Kim"
"""what stands for names, which say nothing about what a sentence is for"""
SAME = "same"
"""what stands for the skill that answered before, in what was learnt of second turns ("and for Acme?")"""


@dataclass(frozen=True)
class Guess:
    """The skill that a sentence is for, and how certain that is, 0 to 1."""

    skill: str
    certainty: float


class Intents:
    """Guesses what a sentence is for; `meaning` gives its meaning as a vector."""

    def __init__(self, meaning: Meaning) -> None:
        self._regression = Regression(FILE, meaning)

    def guess(self, text: str, after: str = "") -> Guess:
        """Guess from one sentence whose names were replaced by `ACCOUNT` and `PERSON`, said after that skill's answer."""
        shares = self._regression.shares(text, after)
        same = shares.pop(SAME, 0.0)
        if after:
            shares[after] = shares.get(after, 0.0) + same
        else:
            shares = {skill: share / (1 - same) for skill, share in shares.items()}
        best = max(shares, key=lambda skill: shares[skill])
        return Guess(best, shares[best])
