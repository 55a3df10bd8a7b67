"""Summaries of one length: ours, the lead, and TextRank over the same sentences in the same form."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rouge_score import rouge_scorer
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.skills.summarising.salient import by_topic, in_short, overview
from bot.skills.summarising.spoken import fluent
from bot.skills.summarising.transcript import Transcript

WORDS = 100
"""of every summary; people wrote 105 on average"""
SHORTEST = 5
DAMPING, ROUNDS = 0.85, 50
MEASURES = {"rouge1": "rouge1", "rouge2": "rouge2", "rougeL": "rougel", "rougeLsum": "rougelsum"}
_SCORER = rouge_scorer.RougeScorer(list(MEASURES), use_stemmer=True)


def ours(transcript: Transcript) -> str:
    """What the offline form shows of a talk in which it finds no decision: in short, and by topic."""
    seen = overview(transcript.said)
    short = [text for text, _ in in_short(seen)]
    return _cut([*short[:1], *(text for text, _ in by_topic(seen)), *short[1:]])


def lead(transcript: Transcript) -> str:
    """Its first sentences, read as ours are: without fillers, with who speaks."""
    return _cut(_rows(transcript))


def textrank(transcript: Transcript) -> str:
    """The sentences that are most like the others (Mihalcea and Tarau 2004), in their order, read as ours are."""
    rows = _rows(transcript)
    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(rows)
    alike = (vectors @ vectors.T).toarray()
    np.fill_diagonal(alike, 0.0)
    chosen, words = [], 0
    for i in np.argsort(-_ranked(alike), kind="stable"):
        if words < WORDS:
            chosen.append(int(i))
            words += len(rows[i].split())
    return _cut([rows[i] for i in sorted(chosen)])


def raw_lead(transcript: Transcript) -> str:
    """Its first words as they stand in the file."""
    return _cut(one.text for one in transcript.said)


WAYS: Mapping[str, Callable[[Transcript], str]] = {
    "ours": ours,
    "lead": lead,
    "textrank": textrank,
    "rawlead": raw_lead,
}


def scores(summary: str, reference: str) -> dict[str, float]:
    """F1 of ROUGE-1, -2, -L and -Lsum, stemmed."""
    found = _SCORER.score(reference, summary)
    return {name: float(found[key].fmeasure) for key, name in MEASURES.items()}


def _rows(transcript: Transcript) -> list[str]:
    read = ((one.turn.who, fluent(one.text)) for one in transcript.said)
    return [f"{who}: {text}" for who, text in read if len(text.split()) >= SHORTEST]


def _cut(lines: Iterable[str]) -> str:
    kept: list[str] = []
    left = WORDS
    for line in lines:
        kept.append(" ".join(line.split()[:left]))
        left -= len(kept[-1].split())
        if left <= 0:
            break
    return "\n".join(kept)


def _ranked(alike: NDArray[np.float64]) -> NDArray[np.float64]:
    n = len(alike)
    sums = alike.sum(axis=1, keepdims=True)
    moves = np.divide(alike, sums, out=np.full_like(alike, 1 / n), where=sums > 0)
    rank = np.full(n, 1 / n)
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / n + DAMPING * (moves.T @ rank)
    return rank


def mean(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each measure."""
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
