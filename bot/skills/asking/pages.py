"""Passages of the playbook as an answer: a section a page, best page first, with its badge."""

from collections.abc import Sequence

from bot.proposals import Line, Section
from bot.skills import Context
from bot.skills.extract import Pick, badge, best
from bot.skills.ledger import Ledger
from bot.skills.standing import current
from knowledge.documents import Passage
from knowledge.question import Question

NEAR = 0.33
"""cosine below which no passage is near enough to be shown as an answer; on the golden questions it keeps 86 % of the
answerable ones and refuses everything that is plainly outside"""
BESIDE = 0.75
"""share of the best passage's score below which a further one is beside the point; on the golden questions 0.8 loses answers"""


def sections(
    question: str, passages: Sequence[Passage], ledger: Ledger, *, pages: int, first: int, further: int
) -> list[Section]:
    """The best sentences of the best pages: what two passages of one page say stands under its title once."""
    least = BESIDE * max((passage.score for passage in passages), default=0.0)
    by_page: dict[str, list[Passage]] = {}
    for passage in passages:
        if passage.score >= least:
            by_page.setdefault(passage.document.id, []).append(passage)
    found = []
    for rank, parts in enumerate(list(by_page.values())[:pages]):
        lines = _lines(question, parts, ledger, further if rank else first)
        if lines:
            found.append(Section(title=f"{parts[0].document.title} ({badge(parts[0])})", lines=lines))
    return found


def _lines(question: str, parts: Sequence[Passage], ledger: Ledger, count: int) -> tuple[Line, ...]:
    """Sentences of one page: most of the best passage, fewer of a second one, none twice."""
    picks: list[tuple[int, Pick]] = []
    for at, passage in enumerate(parts[:2]):
        n = ledger.passage(passage)
        picks += [(n, pick) for pick in best(question, passage, count if not at else max(2, count // 2))]
    seen: set[str] = set()
    lines = []
    for n, pick in picks:
        if pick.text.casefold() not in seen:
            seen.add(pick.text.casefold())
            lines.append(Line(text=pick.text, cites=(n,)))
    return tuple(lines)


def near(context: Context, question: str, account_id: str | None, k: int) -> list[Passage]:
    """The passages that are near enough to a question to be shown, those in force first."""
    found = context.library.retrieve(Question(question), scope=context.scope(account_id), k=k, now=context.now)
    return [passage for passage in current(found.passages) if passage.cosine >= NEAR]
