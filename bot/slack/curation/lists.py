"""What `/kb` shows to one person: passages, a page, a draft, the questions without an answer, and what was read for it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.crm.noted import Reads
from bot.curating import Loop
from bot.errors import BotError
from bot.people import is_one_of, may_curate, teams_of
from bot.slack.showing import curation_views as views
from bot.slack.showing.views import Message, sections
from bot.tracing import PAGE
from knowledge.documents import Document, Passage, Scope

T = TypeVar("T")
FOUND = 5
"""passages that `/kb search` shows"""


def told(loop: Loop, verb: str, rest: str, reads: Reads) -> Message:
    """Give what a verb of `/kb` shows, and note the pages that are in it."""
    known: dict[str, Callable[[], Message]] = {
        "search": lambda: views.searched(_noted(reads, search(loop, rest), lambda one: (one.document,))),
        "gaps": lambda: gaps(loop),
        "show": lambda: page(loop, rest, reads),
        "drafts": lambda: views.drafts(_pages(reads, _drafts(loop))),
        "due": lambda: views.due(_pages(reads, _due(loop)), loop.desk.now.date()),
        "stats": lambda: views.stats(loop.standing()),
        "contradictions": lambda: _contradictions(loop, reads),
        "duplicates": lambda: views.duplicates(_noted(reads, loop.desk.duplicates(), lambda one: (one.a, one.b))),
    }
    return known.get(verb, lambda: Message("What /kb can do", sections([views.HELP])))()


def _noted(reads: Reads, found: list[T], pages: Callable[[T], Iterable[Document]]) -> list[T]:
    reads.add(PAGE, (page.id for one in found for page in pages(one)))
    return found


def _pages(reads: Reads, found: list[Document]) -> list[Document]:
    return _noted(reads, found, lambda page: (page,))


def _drafts(loop: Loop) -> list[Document]:
    return [page for page in loop.desk.pages() if page.status_on(loop.desk.now.date()) == "draft"]


def _due(loop: Loop) -> list[Document]:
    return [page for page in loop.desk.due() if may_curate(loop.desk.user, page)]


def _contradictions(loop: Loop, reads: Reads) -> Message:
    found = _noted(reads, loop.desk.contradictions(), lambda one: (one.a.page, one.b.page))
    return views.contradictions(found, loop.desk.now.date())


def search(loop: Loop, words: str) -> list[Passage]:
    """Find passages that this person may read."""
    if not words:
        raise BotError("Say what to look for, such as `/kb search discount limits`.")
    scope = Scope.shared(teams=teams_of(loop.desk.user, loop.desk.users))
    return loop.desk.library.search(words, scope=scope, now=loop.desk.now, k=FOUND)


def page(loop: Loop, written: str, reads: Reads) -> Message:
    """Show the page that is meant."""
    if not written:
        raise BotError("Say which page, such as `/kb show Discount rules`.")
    [meant] = _pages(reads, [loop.desk.find(written)])
    if meant.status_on(loop.desk.now.date()) == "draft":
        return draft(loop, meant)
    text, mine = loop.desk.curation.text(meant.id), may_curate(loop.desk.user, meant)
    return views.shown(loop.desk.use(meant), text, may_curate=mine)


def draft(loop: Loop, page: Document) -> Message:
    """Show a draft with what this person may do to it."""
    user, text = loop.desk.user, loop.desk.curation.text(page.id)
    return views.draft(page, text, may_publish=may_curate(user, page), own=is_one_of(user, (page.author,)))


def gaps(loop: Loop) -> Message:
    """Show the open questions with who answers for each."""
    topics = loop.topics()
    owners = [loop.owner_of(topic) for topic in topics]
    return views.gaps(topics, [owner.name if owner else None for owner in owners])
