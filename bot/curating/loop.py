"""The way of a question that could not be answered: grouped, its owner asked once, the reply published, the askers told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.crm.records import User
from bot.curating.desk import Desk, Standing
from bot.curating.topics import OPEN, Topic, assign, grouped
from bot.errors import BotError, NotAllowed
from bot.llm.redaction import redacted
from bot.people import is_one_of, may_curate, teams_of
from knowledge.curation import NewPage
from knowledge.documents import Document, Gap

ENOUGH = 2
"""people who ask for the same before its owner is asked without anybody's doing"""
UNSENT = timedelta(minutes=10)
"""after so long, a question to an owner that was not sent is sent by whoever comes next"""
TITLE = 120


@dataclass(frozen=True)
class Answered:
    """What a person who asked is to be told: the page that answers, and their own questions."""

    asker: User
    page: Document
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Loop:
    """Unanswered questions as one person may see and answer them."""

    desk: Desk

    def topics(self) -> list[Topic]:
        """Give the open topics that this person may see, those that most people asked for first."""
        return [topic for topic in self._all() if self._sees(topic)]

    def standing(self) -> Standing:
        """Count what the desk counts, and the topics that `topics` gives."""
        return self.desk.standing(len(self.topics()))

    def topic(self, written: str) -> Topic:
        """Give one open topic by its id, such as g12; BotError where there is none."""
        wanted = written.strip().lower().removeprefix("g")
        for topic in self.topics():
            if str(topic.id) == wanted:
                return topic
        raise BotError(f'There is no open question "{written}"; take the id from the list of `kb gaps`.')

    def of(self, gap_id: int) -> Topic | None:
        """Give the open topic of one question, whoever may see it; None where it is closed."""
        return next((topic for topic in self._all() if gap_id in {gap.id for gap in topic.gaps}), None)

    def owner_of(self, topic: Topic) -> User | None:
        """Give who answers for a topic, the first of `owners`; None where there is nobody."""
        return next(iter(self.owners(topic)), None)

    def owners(self, topic: Topic) -> list[User]:
        """Give who may be asked: the owners of the nearest shared pages, then the enablement team."""
        firsts = self._firsts(topic)
        pages = [page for page in map(self.desk.library.document, topic.nearest) if page and page.account is None]
        owners = [user for page in pages for user in self.desk.users if is_one_of(user, (page.owner,))]
        owners += [user for user in self.desk.users if user.role == "enablement"]
        return list({user.id: user for user in owners if self._may_know(user, firsts)}.values())

    def nearest(self, topic: Topic) -> list[Document]:
        """Give the pages that came nearest, those that this person may look at."""
        pages = map(self.desk.library.document, topic.nearest)
        return [page for page in pages if page and self.desk.sees(page, topic.account)]

    def waiting(self) -> list[Topic]:
        """Give the topics whose owner is to be asked now: enough people want it, and nobody was asked."""
        return [t for t in self._all() if _wanted(t) and self._unasked(t)] if self._may_wait() else []

    def _may_wait(self) -> bool:
        """Say whether a look is worth the embedding: a question that is in no topic yet, or a topic that nobody asks about."""
        gaps = [gap for gap in self.desk.library.gaps() if gap.status in OPEN and gap.account is None]
        asked = {inquiry.topic for inquiry in self.desk.library.gap_log.inquiries() if inquiry.place or inquiry.draft}
        askers: dict[int, set[str | None]] = {}
        for gap in gaps:
            if gap.topic and gap.topic not in asked:
                askers.setdefault(gap.topic, set()).add(gap.asker)
        return any(not gap.topic for gap in gaps) or any(len(who - {None}) >= ENOUGH for who in askers.values())

    def inquire(self, topic: Topic, owner: User) -> bool:
        """Claim to ask somebody about a topic; False where that was done, or the question is one account's own."""
        if topic.account is not None or not self._unasked(topic):
            return False
        log, now = self.desk.library.gap_log, self.desk.now
        before = topic.inquiry
        claimed = log.inquire_again(before, owner.id, now) if before else log.inquire(topic.id, owner.id, now)
        if claimed:
            log.mark(topic.id, "asked")
        return claimed

    def at(self, place: str) -> Topic | None:
        """Give the open topic that a message asks about; None where the message is another."""
        log = self.desk.library.gap_log
        ids = {inquiry.topic for inquiry in log.inquiries() if inquiry.place == place}
        return next((topic for topic in self._all() if topic.id in ids), None) if ids else None

    def answer(self, topic: Topic, text: str, origin: str | None) -> Document:
        """Make a reply a draft page with its source; a further reply is added to the draft."""
        if not text.strip():
            raise BotError("The answer is empty; write it in words, which become the page.")
        draft = topic.inquiry.draft if topic.inquiry else None
        held = self.desk.library.document(draft) if draft else None
        if held and not held.searchable:
            before = self.desk.curation.text(held.id)
            return self.desk.curation.revise(held.id, now=self.desk.now, text=f"{before}\n\n{text}")
        page = self.desk.add(self._page(topic, text, origin))
        self.desk.library.gap_log.inquire(topic.id, self.desk.user.id, self.desk.now)
        self.desk.library.gap_log.came_of(topic.id, "drafted", page.id)
        return page

    def _page(self, topic: Topic, text: str, origin: str | None) -> NewPage:
        user = self.desk.user
        title = topic.title.strip().rstrip("?").strip()[:TITLE]
        source = origin or f"Answer of {user.name}, {self.desk.now:%Y-%m-%d}"
        teams = next((page.teams for page in self._firsts(topic) if page.teams), frozenset())
        return NewPage(
            title[:1].upper() + title[1:], text, author=user.name, owner=user.name, questions=topic.questions,
            origin=source, teams=teams, account=topic.account, kind="note" if topic.account else "playbook",
        )  # fmt: skip

    def publish(self, page_id: str, *, force: bool = False) -> Document:
        """Publish a page; where it answers a topic, its questions are answered by it."""
        page = self.desk.publish(page_id, force=force)
        log = self.desk.library.gap_log
        for inquiry in log.inquiries():
            if inquiry.draft == page.id and inquiry.status != "published":
                log.came_of(inquiry.topic, "published")
                log.mark(inquiry.topic, "answered", page.id)
        return page

    def discard(self, written: str) -> None:
        """Forget a draft; where it answered a topic, that waits for an answer again."""
        page = self.desk.find(written)
        self.desk.discard(page.id)
        log = self.desk.library.gap_log
        for inquiry in log.inquiries():
            if inquiry.draft == page.id and inquiry.status == "drafted":
                log.came_of(inquiry.topic, "asked")

    def dismiss(self, topic: Topic) -> None:
        """Close a topic that needs no page."""
        if self.desk.user.role not in ("enablement", "admin") and self.desk.user != self.owner_of(topic):
            raise NotAllowed("Only the enablement team, admins and the owner who is asked may close a question.")
        self.desk.library.gap_log.mark(topic.id, "dismissed")
        self.desk.library.gap_log.came_of(topic.id, "declined")

    def untold(self) -> Iterator[Answered]:
        """Give whom to tell that their question has an answer now, if they may see the page."""
        users = {user.id: user for user in self.desk.users}
        waiting: dict[tuple[str, str], list[Gap]] = {}
        for gap in self.desk.library.gaps():
            if gap.status == "answered" and gap.told_at is None and gap.asker in users and gap.answer:
                waiting.setdefault((gap.asker, gap.answer), []).append(gap)
        for (asker, page_id), gaps in waiting.items():
            page, theirs = self.desk.library.document(page_id), replace(self.desk, user=users[asker])
            if page and page.searchable and theirs.sees(page, gaps[0].account):
                yield Answered(users[asker], page, tuple(gaps))

    def _all(self) -> list[Topic]:
        library = self.desk.library
        gaps = [replace(gap, question=redacted(gap.question)) for gap in library.gaps() if gap.status in OPEN]
        if not gaps:
            return []
        vectors = library.vectors([gap.question for gap in gaps])
        new = assign(gaps, vectors)
        library.gap_log.group(new)
        inquiries = {inquiry.topic: inquiry for inquiry in library.gap_log.inquiries()}
        placed = [gap if gap.topic else _in_topic(gap, new[gap.id]) for gap in gaps]
        return grouped(placed, {gap.id: vectors[i] for i, gap in enumerate(gaps)}, inquiries)

    def _sees(self, topic: Topic) -> bool:
        user = self.desk.user
        if topic.account and not self.desk.reads(user, topic.account):
            return False
        if user.role in ("enablement", "admin") or user.id in topic.people:
            return True
        # A question may hold a customer's secret: of others only those read it who may be asked to answer it.
        return topic.account is None and user.id in {one.id for one in self.owners(topic)}

    def _firsts(self, topic: Topic) -> list[Document]:
        """Give the pages that came first for each of the questions."""
        nearest = dict.fromkeys(page for gap in topic.gaps for page in gap.nearest[:1])
        return [page for page in map(self.desk.library.document, nearest) if page]

    def _may_know(self, user: User, firsts: Sequence[Document]) -> bool:
        """Say whether a person may know what was asked: near a page of one team alone, it speaks of what that team knows."""
        teams = teams_of(user, self.desk.users)
        return all(may_curate(user, page) or not page.teams or page.teams & teams for page in firsts)

    def _unasked(self, topic: Topic) -> bool:
        """Say whether nobody was asked, or the message that should have asked was never sent."""
        if topic.inquiry is None:
            return True
        asked_at = datetime.fromisoformat(topic.inquiry.asked_at)
        return topic.inquiry.place is None and topic.inquiry.draft is None and self.desk.now - asked_at > UNSENT


def _in_topic(gap: Gap, topic: int) -> Gap:
    return Gap(**(gap.__dict__ | {"topic": topic}))


def _wanted(topic: Topic) -> bool:
    return len(topic.people) >= ENOUGH and topic.account is None
