"""How pages stand to each other in an answer: one took another's place, or two cannot both hold."""

from collections.abc import Mapping, Sequence

from bot.curating import Contradiction, disagreements
from bot.proposals import Draft
from bot.skills.ledger import joined
from knowledge.documents import Passage

TOLD = 2
"""disagreements that an answer names"""


def current(passages: Sequence[Passage]) -> list[Passage]:
    """Leave out the pages whose successor is here too; without it, an old page is better than none."""
    titles = {passage.document.title for passage in passages}
    return [passage for passage in passages if passage.document.superseded_by not in titles]


def with_disagreement(draft: Draft, passages: Sequence[Passage]) -> Draft:
    """Say where two of the cited passages cannot both hold."""
    cited = {(citation.page, citation.location) for citation in draft.citations}
    used = [p for p in passages if (p.document.id, p.chunk.location) in cited]
    status = {passage.document.id: passage.status for passage in used}
    found = disagreements((p.document, p.chunk) for p in used)
    told = [_told(one, status) for one in found[:TOLD]]
    return draft.model_copy(update={"lead": joined([*told, draft.lead], " ")}) if told else draft


def _told(one: Contradiction, status: Mapping[str, str]) -> str:
    a, b = one.a.page, one.b.page
    return f"“{a.title}” ({status[a.id]}) and “{b.title}” ({status[b.id]}) disagree: {one.differs}."
