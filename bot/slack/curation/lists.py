"""What `/kb` shows to one person: passages, a page, a draft, the questions without an answer."""

from bot.curating import Loop
from bot.errors import BotError
from bot.people import is_one_of, may_curate, teams_of
from bot.slack.showing import curation_views as views
from bot.slack.showing.views import Message
from knowledge.documents import Document, Passage, Scope

FOUND = 5
"""passages that `/kb search` shows"""


def search(loop: Loop, words: str) -> list[Passage]:
    """Find passages that this person may read."""
    if not words:
        raise BotError("Say what to look for, such as `/kb search discount limits`.")
    scope = Scope.shared(teams=teams_of(loop.desk.user, loop.desk.users))
    return loop.desk.library.search(words, scope=scope, now=loop.desk.now, k=FOUND)


def page(loop: Loop, written: str) -> Message:
    """Show the page that is meant."""
    if not written:
        raise BotError("Say which page, such as `/kb show Discount rules`.")
    meant = loop.desk.find(written)
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
