"""A judge's word on a claim: it counts only where the words that it quotes stand in the source (pure)."""

import re

from bot.grounding.align import Fit
from bot.grounding.claims import Judge, Opinion
from bot.grounding.text import content, words
from bot.grounding.troubles import Trouble

LONGEST = 6000
"""characters of a source that a judge is given: those around the passage that fits"""
LEAST = 2
"""words of meaning in a quote; fewer stand anywhere"""
EDGES = " \"'\u201c\u201d\u2018\u2019\u2026."


def heard(judge: Judge, claim: str, source: str, fit: Fit) -> Opinion | None:
    """What the judge says; nothing where its quote is not in the source."""
    told = _around(source, fit)
    opinion = judge(claim, told)
    if opinion is None or not _stands(opinion.quote, told):
        return None
    return opinion


def against(opinion: Opinion | None) -> Trouble | None:
    """What a judge finds wrong; it may only take away."""
    if opinion is None or opinion.label == "supported":
        return None
    quote = " ".join(opinion.quote.strip(EDGES).split())
    if opinion.label == "contradicted":
        return Trouble(f'the judge finds that the source says otherwise: "{quote}"', opinion.label)
    return Trouble(f'the judge finds it in none of its sources; the nearest is "{quote}"', opinion.label)


def _stands(quote: str, source: str) -> bool:
    wanted = " ".join(words(quote.strip(EDGES)))
    return len(content(wanted)) >= LEAST and f" {wanted} " in f" {' '.join(words(source))} "


def _around(source: str, fit: Fit) -> str:
    if len(source) <= LONGEST:
        return source
    # By its first words: what stands between the sentences of a window differs from the source.
    first = re.search(re.escape(fit.window[:60]), source)
    start = max(0, (first.start() if first else 0) - LONGEST // 2)
    return source[start : start + LONGEST]
