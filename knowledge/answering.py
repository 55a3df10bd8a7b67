"""Judge from the evidence whether the knowledge base holds the answer (pure)."""

import math

from knowledge.ranking import Evidence

NEARNESS, LEAD, REPETITION, MISSING, OFFSET = 6.5, 3.0, -1.6, -1.35, -3.4
"""A logistic regression on MTRAG-UN (285 answerable, 97 unanswerable turns, with and without their threads) and, at the
same weight, on the 117 golden questions about the sample playbook."""
ANSWERABLE = 0.5


def judge(evidence: Evidence) -> tuple[float, bool]:
    """Give how sure it is, 0..1, that the answer is there, and whether that is enough to answer."""
    z = OFFSET + NEARNESS * evidence.nearness + LEAD * evidence.lead
    z += REPETITION * evidence.repetition + MISSING * evidence.missing
    score = 1 / (1 + math.exp(-z))
    return score, score >= ANSWERABLE
