"""The knowledge base as one person may see and curate it; the terminal and Slack share it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.crm import match
from bot.crm.records import User
from bot.curating import contradictions, duplicates
from bot.curating.claims import claims
from bot.curating.topics import OPEN
from bot.errors import BotError, NotAllowed
from bot.llm.redaction import redacted
from bot.people import as_in_crm, is_one_of, may_curate, may_see, teams_of
from knowledge.curation import WRITTEN, Curation, NewPage, find
from knowledge.documents import Document, Gap, Scope, Status
from knowledge.golden import GoldenRank
from knowledge.library import Library
from knowledge.registry import Finding

OVERDUE: tuple[Status, ...] = ("due", "expired")


@dataclass(frozen=True)
class PageUse:
    """A page with how often it was cited, judged, and near to a question that stayed open."""

    page: Document
    status: Status
    cited: int
    up: int
    down: int
    failed: tuple[str, ...]
    """open questions that this page came nearest to"""


@dataclass(frozen=True)
class Standing:
    """How the knowledge base stands."""

    statuses: dict[str, int]
    overdue: dict[str, int]
    """pages that are due or expired, by owner"""
    gaps: int
    pages: tuple[PageUse, ...]
    """most cited first"""


@dataclass(frozen=True)
class Desk:
    """What one person may see and do; NotAllowed names who may do the rest."""

    library: Library
    curation: Curation
    user: User
    users: Sequence[User]
    now: datetime
    reads: Callable[[User, str], bool] = lambda user, account: True
    """whether a person may see an account in the CRM, and so what its notes say"""
    tell: Callable[[str, str], None] = lambda verb, page: None
    """tells the audit trail what was done to which page"""

    def pages(self, account: str | None = None) -> list[Document]:
        """Give the pages that this person may look at: the shared ones, or one account's notes."""
        return [page for page in self.library.documents() if page.account == account and self.sees(page, account)]

    def sees(self, page: Document, account: str | None = None) -> bool:
        """Say whether this person may look at a page: a shared one, or a note about the account that they ask for."""
        if page.account is None:
            return may_see(self.user, page, self.users)
        if not self.reads(self.user, page.account):
            return False
        scope = Scope.account(account or "", teams=teams_of(self.user, self.users))
        return scope.admits(page) and (page.searchable or may_curate(self.user, page))

    def find(self, written: str) -> Document:
        """Give the page that is meant: a shared one, or a note that this person looks after; NoSuchPage names others."""
        held = self.library.documents()
        return find(written, [page for page in held if self.sees(page) or self._keeps(page)])

    def _keeps(self, page: Document) -> bool:
        """Say whether this person looks after a note that was written here, as the answer to a question about an account."""
        mine = page.uri.startswith(WRITTEN) and may_curate(self.user, page)
        return mine and self.sees(page, page.account)

    def add(self, page: NewPage) -> Document:
        """Store a draft; who publishes it is another question."""
        owner, teams, old = self._user(page.owner), as_in_crm(page.teams, self.users), self._old(page.supersedes)
        said = replace(page, author=self.user.name, owner=owner, teams=teams, supersedes=old)
        return self._told("page_written", self.curation.add_page(said))

    def edit(self, written: str, text: str, *, force: bool = False) -> Document:
        """Give a page that was written here a new text."""
        page = self._mine(written, drafted=True)
        return self._told("page_edited", self.curation.revise(page.id, now=self.now, text=text, force=force))

    def check(self, written: str, changed: bytes | None = None) -> list[GoldenRank]:
        """Ask a page's golden questions of it, or of a changed text."""
        return self.curation.check(self.find(written).id, now=self.now, text=changed)

    def publish(self, written: str, *, force: bool = False) -> Document:
        """Bring a page into the answers, verified today unless only its author has seen it."""
        page = self._mine(written)
        verified = not self._only_by_author(page)
        done = self.curation.publish(page.id, by=self.user.name, now=self.now, verified=verified, force=force)
        return self._told("page_published", done)

    def verify(self, written: str) -> Document:
        """Keep that the page is true today."""
        page = self._mine(written)
        if page.searchable and self._only_by_author(page):
            raise NotAllowed(f"You wrote “{page.title}” yourself, so {others_of(page)} verifies it; ask them to.")
        return self._told("page_verified", self.curation.verify(page.id, by=self.user.name, now=self.now))

    def retire(self, written: str) -> Document:
        """Take the page out of all answers."""
        return self._told("page_retired", self.curation.retire(self._mine(written).id, by=self.user.name))

    def discard(self, written: str) -> None:
        """Forget a draft that was written here."""
        page = self._mine(written, drafted=True)
        self.curation.discard(page.id)
        self.tell("page_discarded", page.id)

    def _told(self, verb: str, page: Document) -> Document:
        self.tell(verb, page.id)
        return page

    def due(self, days: int = 0) -> list[Document]:
        """Give the pages that are due or expired, or lapse within some days, soonest first."""
        today = self.now.date()
        last = today + timedelta(days=days)
        found = [
            p for p in self.pages() if p.status_on(today) in OVERDUE or (p.due_on() or last + timedelta(1)) <= last
        ]
        return sorted((p for p in found if p.searchable), key=lambda p: (p.due_on() or today, p.title))

    def duplicates(self) -> list[duplicates.Overlap]:
        """Give the pages that share passages, without what was put aside."""
        aside = self.library.uses.dismissed("duplicate")
        found = duplicates.find((page, self.library.chunks(page.id)) for page in self._compared())
        left = [(one, tuple(p for p in one.passages if p.pair not in aside)) for one in found]
        return [duplicates.Overlap(one.a, one.b, passages, one.share) for one, passages in left if passages]

    def contradictions(self) -> list[contradictions.Contradiction]:
        """Give the sentences that cannot both hold, without what was put aside."""
        aside = self.library.uses.dismissed("contradiction")
        said = [one for page in self._compared() for one in claims(page, self.library.chunks(page.id))]
        return [one for one in contradictions.find(said) if one.pair not in aside]

    def dismiss(self, pair: str) -> Finding:
        """Put a finding aside, by its pair's id or the start of it; says what it was."""
        known: list[tuple[Finding, str]] = [("contradiction", one.pair) for one in self.contradictions()]
        known += [("duplicate", one.pair) for overlap in self.duplicates() for one in overlap.passages]
        found = [(kind, key) for kind, key in known if key.startswith(pair.strip())] if len(pair.strip()) > 3 else []
        if len({key for _, key in found}) != 1:
            raise BotError(
                f'There is no one finding "{pair}"; take the id from `seller kb contradictions` or `duplicates`.'
            )
        self._enablement("put findings aside")
        for kind, key in found:
            self.library.uses.dismiss(kind, key, self.user.name, self.now)
        return found[0][0]

    def standing(self, topics: int) -> Standing:
        """Count the pages by status, what is overdue, and how each page is used, beside so many open topics."""
        today, gaps, counts = self.now.date(), self.library.gaps(), self.library.uses.counts()
        pages = self.pages()
        overdue = Counter(page.owner or "nobody" for page in pages if page.status_on(today) in OVERDUE)
        used = [self._used(page, today, counts.get(page.id, {}), gaps) for page in pages]
        statuses = Counter(str(one.status) for one in used)
        by_use = sorted(used, key=lambda one: (-one.cited, -len(one.failed), one.page.title))
        return Standing(dict(statuses), dict(overdue.most_common()), topics, tuple(by_use))

    def use(self, page: Document) -> PageUse:
        """Give how one page is used."""
        counts = self.library.uses.counts().get(page.id, {})
        return self._used(page, self.now.date(), counts, self.library.gaps())

    def _used(self, page: Document, today: date, counts: Mapping[str, int], gaps: Sequence[Gap]) -> PageUse:
        # A question is read by who asked it and by those who may answer it; one about an account's notes has people of its own.
        mine = self.user.role in ("enablement", "admin") or may_curate(self.user, page)
        missed = (gap for gap in gaps if gap.nearest[:1] == (page.id,) and gap.account is None and gap.status in OPEN)
        read = (gap.question for gap in missed if mine or gap.asker == self.user.id)
        failed = tuple(dict.fromkeys(map(redacted, read)))
        cited, up, down = (counts.get(kind, 0) for kind in ("cited", "up", "down"))
        return PageUse(page, page.status_on(today), cited, up, down, failed)

    def _compared(self) -> list[Document]:
        """Give the pages that answers may rest on today, which is where a contradiction does harm."""
        return [page for page in self.pages() if page.searchable and not page.superseded_by]

    def _user(self, name: str | None) -> str | None:
        """Give the name of the user that is meant; NotFound or Ambiguous names the nearest."""
        if not name or not self.users or any(is_one_of(user, (name,)) for user in self.users):
            return name
        return match.find(name, [(user.name, user.name) for user in self.users], what="user").name

    def _old(self, written: str | None) -> str | None:
        """Give the page whose place is taken, by a name that is its alone; who may not retire it may not replace it."""
        if not written:
            return None
        page = self._mine(written)
        return page.title if sum(one.title == page.title for one in self.library.documents()) == 1 else page.uri

    def _mine(self, written: str, *, drafted: bool = False) -> Document:
        """Give a page that this person may curate, or, if `drafted`, a draft that this person wrote."""
        page = self.find(written)
        own = drafted and not page.searchable and is_one_of(self.user, (page.author,))
        if not own and not may_curate(self.user, page):
            owners = ", ".join(dict.fromkeys(name for name in (page.owner, page.verifier) if name)) or "nobody yet"
            raise NotAllowed(
                f"“{page.title}” is looked after by {owners} and the enablement team; ask them, or an admin, to do it."
            )
        return page

    def _only_by_author(self, page: Document) -> bool:
        """Say whether nobody but this person, who wrote it here, has answered for the page's present text."""
        wrote = page.uri.startswith(WRITTEN) and is_one_of(self.user, (page.author,))
        unseen = page.reviewed is None or page.lapsed
        return wrote and unseen and self.user.role not in ("enablement", "admin")

    def _enablement(self, what: str) -> None:
        if self.user.role not in ("enablement", "admin"):
            raise NotAllowed(f"Only the enablement team and admins may {what}; ask one of them.")


def others_of(page: Document) -> str:
    """Name who may verify a page besides its author."""
    names = dict.fromkeys(name for name in (page.owner, page.verifier) if name and name != page.author)
    return " or ".join((*names, "the enablement team"))
