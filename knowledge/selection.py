"""From hits to passages: rights once more, copies collapsed, no page in every place; and whether they answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from knowledge.documents import Chunk, Document, Passage, Scope

PER_DOCUMENT = 3
ANSWERABLE = 0.47
"""cosine of the best passage from which a question counts as answerable.

On MTRAG-UN (285 answerable, 97 unanswerable last turns, MiniLM) AUROC is 0.82, balanced accuracy 0.75 here and 0.77 at
its best (0.51); on 45 short questions to a sales handbook AUROC is 0.97, balanced accuracy 0.94 here, 0.90 at 0.50.
"""


def select(
    hits: Sequence[tuple[str, float]],
    found: Mapping[str, tuple[Chunk, Document]],
    scope: Scope,
    today: date,
    k: int,
) -> list[Passage]:
    """Give the k best of the hits (best first) whose chunk is live and whose page the scope admits."""
    passages: list[Passage] = []
    seen: set[str] = set()
    taken: Counter[str] = Counter()
    for chunk_id, score in hits:
        if chunk_id not in found:
            continue
        chunk, document = found[chunk_id]
        words = " ".join(chunk.text.split())
        # The partition has filtered already; a page whose rights changed a moment ago is caught here.
        if words in seen or taken[document.id] == PER_DOCUMENT or not scope.admits(document):
            continue
        seen.add(words)
        taken[document.id] += 1
        passages.append(Passage(chunk, document, min(max(score, 0.0), 1.0), _why(document), today))
        if len(passages) == k:
            break
    return passages


def answerable(passages: Sequence[Passage]) -> tuple[bool, float]:
    """Say whether the best passage is near enough to answer from, with its score."""
    best = max((passage.score for passage in passages), default=0.0)
    return best >= ANSWERABLE, best


def _why(document: Document) -> str:
    if document.account is not None:
        return f"close in meaning, {document.kind} of this account"
    whose = "page of your team" if document.teams else "shared page"
    return f"close in meaning, {whose}"
