"""Judge from the evidence whether the knowledge base holds the answer (pure)."""

import math

from knowledge.ranking import Evidence

NEARNESS, LEAD, REPETITION, MISSING, OFFSET = 7.9, 3.75, -2.4, -1.5, -3.95
"""A logistic regression at the same weight for each set and, in a set, for what is and what is not answered: MTRAG-UN (285
answerable, 97 unanswerable turns, with and without their threads), 258 golden questions about a real handbook, 139 about the
sample playbook."""
ANSWERABLE = 0.5


def judge(evidence: Evidence) -> tuple[float, bool]:
    """Give how sure it is, 0..1, that the answer is there, and whether that is enough to answer."""
    z = OFFSET + NEARNESS * evidence.nearness + LEAD * evidence.lead
    z += REPETITION * evidence.repetition + MISSING * evidence.missing
    score = 1 / (1 + math.exp(-z))
    return score, score >= ANSWERABLE
