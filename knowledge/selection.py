"""From ranked candidates to passages: copies collapse, neighbours join, no page takes every place (pure)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.documents import Chunk, Document, Passage
from knowledge.ranking import Candidate, Ranked

PER_DOCUMENT = 2
"""passages of one page, as long as other pages have something to say; on the golden questions 2 finds 1 % more than 3"""
JOINED_CHARS = 1400
"""short passages grow by their neighbours up to here; longer ones would hide the sentence that answers"""
REPEATED = 0.05
"""what each further passage of a page loses beside the first ones of others; on the golden questions 0.03-0.08 are alike"""
NEIGHBOURS = 3
"""times k: how deep in the ranking a neighbour may stand to be joined"""
ALIKE = 0.9
"""share of their three-word runs from which two texts with the same figures count as copies"""

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[\d.,]*")
_LINES = re.compile(
    r"^(?P<where>.*?)(?P<unit>lines?|pages?|slides?|rows?|paragraphs?|turns?) (?P<first>\d+)(?:-(?P<last>\d+))?$"
)


def select(
    ranked: Sequence[Ranked], today: date, k: int, words: frozenset[str], *, filled: bool = False
) -> list[Passage]:
    """Give the k best passages; `words` are the question's, for the reason that each one shows.

    A page gives `PER_DOCUMENT` at most; where `filled`, it gives more once no other page is left.
    """
    near = {(r.candidate.document.id, r.candidate.chunk.seq): r for r in ranked[: k * NEIGHBOURS]}
    chosen = _Chosen(near, today, words)
    left = [one for one in _spread(ranked) if len(chosen.passages) < k and not chosen.take(one, PER_DOCUMENT)]
    for one in left if filled else []:
        if len(chosen.passages) < k:
            chosen.take(one, k)
    return chosen.passages


def _spread(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Let each further passage of a page stand behind those of others that fit nearly as well."""
    before: Counter[str] = Counter()
    lowered = []
    for one in ranked:
        page = one.candidate.document.id
        lowered.append(Ranked(one.candidate, max(one.score - REPEATED * before[page], 0.0)))
        before[page] += 1
    return sorted(lowered, key=lambda one: -one.score)


class _Chosen:
    """The passages chosen so far, and what they hold."""

    def __init__(self, near: dict[tuple[str, int], Ranked], today: date, words: frozenset[str]) -> None:
        self._near, self._today, self._words = near, today, words
        self._taken: set[str] = set()
        self._said: list[tuple[set[str], set[str]]] = []
        self._pages: Counter[str] = Counter()
        self.passages: list[Passage] = []

    def take(self, one: Ranked, most: int) -> bool:
        """Take a passage in; False where its page has given the most already."""
        chunk, document = one.candidate.chunk, one.candidate.document
        if chunk.id in self._taken:
            return True
        if self._pages[document.id] >= most:
            return False
        said = _runs(chunk.text), set(_FIGURE.findall(chunk.text))
        copied = next((i for i, other in enumerate(self._said) if _alike(said, other)), None)
        if copied is not None:
            self.passages[copied] = _also(self.passages[copied], document)
            return True
        run = _run(one, self._near, self._taken)
        self._taken |= {part.candidate.chunk.id for part in run}
        self._pages[document.id] += 1
        self._said.append(said)
        self.passages.append(_passage(one, run, self._today, self._words))
        return True


def _alike(said: tuple[set[str], set[str]], other: tuple[set[str], set[str]]) -> bool:
    """Say whether two texts, given as their word runs and figures, say the same; other figures make another text."""
    (runs, figures), (theirs, their_figures) = said, other
    return figures == their_figures and len(runs & theirs) >= ALIKE * max(len(runs), len(theirs), 1)


def _also(passage: Passage, page: Document) -> Passage:
    known = {passage.document.id, *(other.id for other in passage.also)}
    return passage if page.id in known else replace(passage, also=(*passage.also, page))


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
    where = _between(chunks[0].location, chunks[-1].location, "; " if len(chunks) < 3 else " … ")
    return replace(chunks[0], text=text, location=where)


def _between(first: str, last: str, further: str) -> str:
    """Give "Pricing, lines 12-40" for "Pricing, lines 12-30" and "Pricing, lines 31-40"; else both places."""
    one, other = _LINES.match(first), _LINES.match(last)
    if first == last:
        return first
    if one and other and one["where"] == other["where"]:
        unit = one["unit"].rstrip("s") + "s"
        return f"{one['where']}{unit} {one['first']}-{other['last'] or other['first']}"
    return f"{first}{further}{last}"


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
