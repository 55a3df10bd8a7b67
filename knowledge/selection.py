"""From ranked candidates to passages: copies collapse, neighbours join, no page takes every place (pure)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.documents import Chunk, Document, Passage
from knowledge.ranking import Candidate, Ranked

PER_DOCUMENT = 3
JOINED_CHARS = 1400
"""short passages grow by their neighbours up to here; longer ones would hide the sentence that answers"""
NEIGHBOURS = 3
"""times k: how deep in the ranking a neighbour may stand to be joined"""
ALIKE = 0.9
"""share of their three-word runs from which two texts with the same figures count as copies"""

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[\d.,]*")
_LINES = re.compile(
    r"^(?P<where>.*?)(?P<unit>lines?|pages?|slides?|rows?|paragraphs?|turns?) (?P<first>\d+)(?:-(?P<last>\d+))?$"
)


def select(ranked: Sequence[Ranked], today: date, k: int, words: frozenset[str]) -> list[Passage]:
    """Give the k best passages; `words` are the question's, for the reason that each one shows."""
    near = {(r.candidate.document.id, r.candidate.chunk.seq): r for r in ranked[: k * NEIGHBOURS]}
    taken: set[str] = set()
    seen: list[tuple[set[str], set[str]]] = []
    pages: Counter[str] = Counter()
    passages: list[Passage] = []
    for one in ranked:
        chunk, page = one.candidate.chunk, one.candidate.document.id
        if chunk.id in taken or pages[page] == PER_DOCUMENT or _is_copy(chunk.text, seen):
            continue
        run = _run(one, near, taken)
        taken |= {part.candidate.chunk.id for part in run}
        pages[page] += 1
        passages.append(_passage(one, run, today, words))
        if len(passages) == k:
            break
    return passages


def _is_copy(text: str, seen: list[tuple[set[str], set[str]]]) -> bool:
    """Say whether the text repeats an earlier one; if not, remember it. Other figures make another text."""
    runs, figures = _runs(text), set(_FIGURE.findall(text))
    for other, theirs in seen:
        if figures == theirs and len(runs & other) >= ALIKE * max(len(runs), len(other), 1):
            return True
    seen.append((runs, figures))
    return False


def _runs(text: str) -> set[str]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return {" ".join(words[i : i + 3]) for i in range(max(len(words) - 2, 1))}


def _run(one: Ranked, near: dict[tuple[str, int], Ranked], taken: set[str]) -> list[Ranked]:
    """Grow a passage by the neighbours that fit as well, the better one first."""
    run, chars = [one], len(one.candidate.chunk.text)
    while True:
        page, first, last = one.candidate.document.id, run[0].candidate.chunk.seq, run[-1].candidate.chunk.seq
        sides = [near.get((page, first - 1)), near.get((page, last + 1))]
        fits = [side for side in sides if side and side.candidate.chunk.id not in taken]
        fits = [side for side in fits if chars + len(side.candidate.chunk.text) <= JOINED_CHARS]
        if not fits:
            return run
        best = max(fits, key=lambda side: side.score)
        chars += len(best.candidate.chunk.text)
        run = [best, *run] if best.candidate.chunk.seq < first else [*run, best]


def _passage(one: Ranked, run: Sequence[Ranked], today: date, words: frozenset[str]) -> Passage:
    chunk = joined([part.candidate.chunk for part in run])
    found = one.candidate
    return Passage(chunk, found.document, one.score, _why(found, chunk, words), today, min(max(found.cosine, 0.0), 1.0))


def joined(chunks: Sequence[Chunk]) -> Chunk:
    """Give neighbouring chunks of a page as one, in the first one's name."""
    text = "\n".join(chunk.text for chunk in chunks)
    return replace(chunks[0], text=text, location=_between(chunks[0].location, chunks[-1].location))


def _between(first: str, last: str) -> str:
    """Give "Pricing, lines 12-40" for "Pricing, lines 12-30" and "Pricing, lines 31-40"; else both places."""
    one, other = _LINES.match(first), _LINES.match(last)
    if first == last:
        return first
    if one and other and one["where"] == other["where"]:
        unit = one["unit"].rstrip("s") + "s"
        return f"{one['where']}{unit} {one['first']}-{other['last'] or other['first']}"
    return f"{first}; {last}"


def _why(found: Candidate, chunk: Chunk, words: frozenset[str]) -> str:
    text = chunk.text.casefold()
    shared = sorted(word for word in words if re.search(rf"\b{re.escape(word)}", text))[:4]
    said = f"says {', '.join(shared)}" if shared and found.bm25 else ""
    near = "close in meaning" if found.cosine >= 0.3 or not said else ""
    return ", ".join([*filter(None, (near, said)), _whose(found.document)])


def _whose(document: Document) -> str:
    if document.account is not None:
        return f"{document.kind} of this account"
    return "page of your team" if document.teams else "shared page"
