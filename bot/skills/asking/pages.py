"""Passages of the playbook as an answer: a section a page, best page first, with its badge."""

from collections.abc import Sequence

from bot.proposals import Line, Section
from bot.skills import Context
from bot.skills.extract import badge, best
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
    question: str, passages: Sequence[Passage], ledger: Ledger, *, most: int, first: int, further: int
) -> list[Section]:
    """The best sentences of the best passages: what two passages of one page say stands under its title once."""
    least = BESIDE * max((passage.score for passage in passages), default=0.0)
    by_page: dict[str, list[Line]] = {}
    titles: dict[str, str] = {}
    for rank, passage in enumerate([p for p in passages if p.score >= least][:most]):
        n, page = ledger.passage(passage), passage.document
        titles[page.id] = f"{page.title} ({badge(passage)})"
        lines = by_page.setdefault(page.id, [])
        said = {line.text.casefold() for line in lines}
        picks = best(question, passage, further if rank else first)
        lines += [Line(text=pick.text, cites=(n,)) for pick in picks if pick.text.casefold() not in said]
    return [Section(title=titles[key], lines=tuple(lines)) for key, lines in by_page.items()]


def near(context: Context, question: str, account_id: str | None, k: int) -> list[Passage]:
    """The passages that are near enough to a question to be shown, those in force first."""
    found = context.library.retrieve(Question(question), scope=context.scope(account_id), k=k, now=context.now)
    return [passage for passage in current(found.passages) if passage.cosine >= NEAR]


def answer(context: Context, question: str) -> bool:
    """Whether the shared pages answer a question for certain."""
    return context.library.retrieve(Question(question), scope=context.scope(None), k=2, now=context.now).answerable
