"""What waits for one person: their day, proposals without a decision, pages and questions of the knowledge base."""

from datetime import datetime
from functools import partial

from bot.crm.noted import Reads, noted
from bot.crm.port import CrmReader
from bot.crm.records import User
from bot.people import may_curate, sees_proposal
from bot.proposals import Proposal
from bot.screening import screened_view
from bot.skills.agenda import Agenda, Day
from bot.slack.room import Kit
from bot.slack.showing.home_views import Queue, Shown, Waiting
from bot.store.preferences import Preference
from bot.text import STATES, TITLES, target_name
from bot.tracing import PAGE
from knowledge.errors import KnowledgeError


def day_of(kit: Kit, user: User, now: datetime, reads: Reads) -> Day:
    """Read a person's day, as they may see the CRM; what was read is noted."""
    calendar = kit.assistant.calendar(user)
    return Agenda(
        noted(kit.rights.reader_for(user), reads),
        user,
        now,
        partial(kit.assistant.benchmarks, user),
        calendar,
        kit.assistant.policy.limits,
    ).day()


def shown(kit: Kit, user: User, wanted: Preference, now: datetime, reads: Reads, note: str = "") -> Shown:
    """Read all that App Home and the digest show to a person, its words screened as those of an answer are."""
    waiting = [one for one in kit.approvals.list(user.id) if sees_proposal(user, one, kit.rights)]
    queue, reader = _queue(kit, user), noted(kit.rights.reader_for(user), reads)
    reads.add("proposal", [one.id for one in waiting])
    reads.add(PAGE, [page.id for page in (*queue.due, *queue.drafts)])
    return screened_view(
        Shown(
            day=day_of(kit, user, now, reads),
            wanted=wanted,
            to=reader.link,
            waiting=[_waiting(one, reader) for one in waiting],
            queue=queue,
            note=note,
        )
    )


def _waiting(proposal: Proposal, reader: CrmReader) -> Waiting:
    writes = [change.write for change in proposal.changes]
    text = "; ".join(dict.fromkeys(f"{TITLES[write.kind]} on {target_name(write, reader)}" for write in writes))
    return Waiting(proposal.id, text, STATES[proposal.status])


def _queue(kit: Kit, user: User) -> Queue:
    """Read what waits for somebody who looks after pages; why not, where the knowledge base is out of reach."""
    try:
        loop = kit.open_loop(user)
        today = loop.desk.now.date()
        due = [page for page in loop.desk.due() if may_curate(user, page)]
        drafts = [p for p in loop.desk.pages() if p.status_on(today) == "draft" and may_curate(user, p)]
        topics = [topic for topic in loop.topics() if _asked(user, loop.owner_of(topic))]
    except KnowledgeError as error:
        return Queue(trouble=str(error))
    return Queue(due, drafts, topics)


def _asked(user: User, owner: User | None) -> bool:
    """Whether a question is this person's to answer; the enablement team sees to all of them."""
    return user.role == "enablement" or (owner is not None and owner.id == user.id)
