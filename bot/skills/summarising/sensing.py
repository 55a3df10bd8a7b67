"""Which subjects a call may touch that no rule names: a guess by meaning and words, learnt by `evals/consent/train.py`.

Most of a call is excluded by its words alone, since a meaning takes milliseconds; the rest is looked at whole.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.learnt import Meaning, Regression
from bot.skills.summarising.quarantine import RULES, Touch, is_absence, touched
from bot.skills.summarising.transcript import Sentence

FOLDER = Path(__file__).parent
WHOLE, BY_WORDS = "subjects.npz", "subjects_words.npz"
"""files of weights: of meaning and words, and of words alone"""
ORDINARY = "ordinary"
MAY, LIKELY = 0.5, 0.8
"""the certainty from which on a sentence holds a call back, and from which on it is said without "may" """
IN_PART, CLAUSE = 0.65, 5
"""the same for a clause of a sentence, of so many words, as it was learnt from whole sentences"""
WORTH = 0.1
"""the certainty by words alone from which on a sentence's meaning is looked at"""
MOST = 300
"""sentences and clauses of a call whose meaning is looked at, the likeliest by their words: about two seconds"""
SHORTEST = 12
"""characters; what is shorter says too little"""
_CLAUSE = re.compile(r"[,;:–]|\b(?:because|since|when|but|weil|aber|denn|parce que|mais|porque|pero)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Sensed:
    """A subject that a sentence may touch, and how certain that is, 0 to 1."""

    subject: str
    certainty: float


def touches_of(said: Sequence[Sentence], names: Sequence[str], meaning: Meaning | None) -> list[Touch]:
    """The subjects that a call touches by the rules, and those that it is guessed to touch; without a meaning the rules' alone."""
    by_rule = {touch.subject: touch for touch in touched(said, names)}
    ruled = {id(one) for touch in by_rule.values() for one in touch.said}
    rest = [one for one in said if id(one) not in ruled]
    found = sensed([one.text for one in rest], meaning)
    guessed = [(one, guess) for one, guess in zip(rest, found, strict=True) if guess]
    merged = (_merged(subject, by_rule.get(subject), guessed) for subject in RULES)
    return [touch for touch in merged if touch.said]


def _merged(subject: str, ruled: Touch | None, guessed: Sequence[tuple[Sentence, Sensed]]) -> Touch:
    mine = [(one, guess) for one, guess in guessed if guess.subject == subject]
    sure = ruled is not None or any(guess.certainty >= LIKELY for _, guess in mine)
    said = sorted([*(ruled.said if ruled else ()), *(one for one, _ in mine)], key=lambda one: (one.turn.k, one.lines))
    return Touch(subject, tuple(said), sure=sure)


def sensed(texts: Sequence[str], meaning: Meaning | None, folder: Path = FOLDER) -> list[Sensed | None]:
    """For each sentence the subject that it may touch, or None."""
    if meaning is None:
        return [None] * len(texts)
    first, whole = Regression(folder / BY_WORDS), Regression(folder / WHOLE, meaning)
    parts = {text: _parts(text) for text in set(texts) if not is_absence(text)}
    worth = {part: 1 - first.shares(part)[ORDINARY] for found in parts.values() for part in found}
    near = sorted((part for part, share in worth.items() if share >= WORTH), key=lambda part: (-worth[part], part))
    guesses = {part: _guess(whole.shares(part)) for part in near[:MOST]}
    return [_surest(text, parts.get(text, []), guesses) for text in texts]


def _parts(text: str) -> list[str]:
    """A sentence and its longer clauses: beside much business one clause on a person is lost."""
    clauses = [clause.strip() for clause in _CLAUSE.split(text)]
    longer = [clause for clause in clauses if len(clause.split()) >= CLAUSE] if len(clauses) > 1 else []
    return [part for part in (text, *longer) if len(part) >= SHORTEST]


def _surest(text: str, parts: Sequence[str], guesses: Mapping[str, Sensed | None]) -> Sensed | None:
    found = [guess for part in parts if (guess := guesses.get(part)) and (part == text or guess.certainty >= IN_PART)]
    return max(found, key=lambda guess: guess.certainty, default=None)


def _guess(shares: dict[str, float]) -> Sensed | None:
    certainty = 1 - shares.pop(ORDINARY)
    return Sensed(max(shares, key=lambda subject: shares[subject]), certainty) if certainty >= MAY else None
