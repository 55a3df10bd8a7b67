"""The words of the knowledge room: Document → Chunk → Passage, and the Scope that every search must name."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["playbook", "note", "transcript"]
Audience = Literal["internal", "customer"]
Status = Literal["draft", "verified", "due", "expired", "archived", "unverified"]
GapStatus = Literal["open", "asked", "answered", "dismissed"]
Mode = Literal["hybrid", "dense", "lexical"]

Hits = list[tuple[str, float]]
"""chunk id and cosine, best first"""

DEFAULT_INTERVAL_DAYS = 90
ZONES = dt.timedelta(days=1)
"""by so much a day may lie ahead where it is written in another time zone; a verification further ahead was not made yet"""
DUE_DAYS = 14
"""A page is `due` in the last fortnight before its verification lapses, so that its owner can act in time."""


@dataclass(frozen=True)
class Scope:
    """Whose notes may be read, with the rights of which teams, for which audience."""

    accounts: frozenset[str]
    teams: frozenset[str]
    audience: Audience = "internal"
    alone: bool = False
    """whether the accounts' notes are wanted without the pages that are of no account"""

    @classmethod
    def shared(cls, *, teams: Iterable[str] = (), audience: Audience = "internal") -> "Scope":
        """Give the scope without any account's notes."""
        return cls(frozenset(), frozenset(teams), audience)

    @classmethod
    def account(cls, account_id: str, *, teams: Iterable[str] = (), audience: Audience = "internal") -> "Scope":
        """Give the scope of one account's notes and the shared pages."""
        return cls(frozenset({account_id}), frozenset(teams), audience)

    @classmethod
    def notes(cls, account_id: str, *, teams: Iterable[str] = ()) -> "Scope":
        """Give the scope of one account's notes alone."""
        return cls(frozenset({account_id}), frozenset(teams), alone=True)

    def admits(self, document: "Document") -> bool:
        """Say whether this document may be read: its account, its teams and its audience all agree."""
        if self.audience == "customer" and not document.quotable:
            return False
        if document.account is None and self.alone:
            return False
        if document.account is not None and document.account not in self.accounts:
            return False
        return not document.teams or bool(document.teams & self.teams)


@dataclass(frozen=True)
class Document:
    """A page, note or transcript, with who answers for it and until when it holds."""

    id: str
    uri: str
    title: str
    kind: Kind = "playbook"
    account: str | None = None
    teams: frozenset[str] = frozenset()
    audience: Audience = "internal"
    owner: str | None = None
    author: str | None = None
    date: dt.date | None = None
    verified: dt.date | None = None
    verifier: str | None = None
    interval_days: int = DEFAULT_INTERVAL_DAYS
    status: Status | None = None
    """as the page itself says; `status_on` gives the one that counts"""
    supersedes: str | None = None
    product: str | None = None
    region: str | None = None
    questions: tuple[str, ...] = ()
    """golden questions: what this page must be found by"""
    origin: str | None = None
    """where a page that is no file comes from"""
    inside: bool = False
    """whether a model outside of the company may not be shown it"""
    decided: Status | None = None
    """what a person decided here (draft, verified, unverified, archived), which outranks what the page says"""
    reviewed: dt.date | None = None
    """when a person verified the present content here"""
    reviewer: str | None = None
    lapsed: bool = False
    """whether the content was changed after a person had verified it"""
    superseded_by: str | None = None
    """title of the page that takes this one's place"""

    @property
    def quotable(self) -> bool:
        """Say whether customers may be shown this page; a draft never is."""
        return self.audience == "customer" and self.searchable

    @property
    def searchable(self) -> bool:
        """Say whether answers may rest on it: not on a draft, which nobody has approved, nor on an archived page."""
        return (self.decided or self.status) not in ("draft", "archived")

    def status_on(self, today: dt.date) -> Status:
        """Give the page's status on a day, from what was decided, its own word, its verification and its interval."""
        said = self.decided or self.status
        if said in ("draft", "archived"):
            return said
        if self.superseded_by or (said in ("expired", "unverified") and not self.reviewed):
            return "expired" if self.superseded_by or said == "expired" else "unverified"
        since = self.verified_since
        if since is None:
            return "unverified" if said is None and not self.lapsed else "due"
        if since > today + ZONES:
            return "unverified"
        left = (since + dt.timedelta(days=self.interval_days) - today).days
        if left < 0:
            return "expired"
        return "due" if left < DUE_DAYS or self.lapsed or (said == "due" and not self.reviewed) else "verified"

    def due_on(self) -> dt.date | None:
        """Give the day on which the verification lapses; None where there is none."""
        since = self.verified_since
        return None if since is None else since + dt.timedelta(days=self.interval_days)

    def age_on(self, today: dt.date) -> int | None:
        """Give the days since the page was verified, else since its date; None where it has neither."""
        since = max(filter(None, (self.verified, self.reviewed)), default=self.date)
        return None if since is None else (today - since).days

    @property
    def verified_since(self) -> dt.date | None:
        """Give the later of the page's own verification and a person's review here."""
        # A page that calls itself verified without saying when is taken at its own date.
        own = self.verified or (self.date if self.status in ("verified", "due") else None)
        return max(filter(None, (own, self.reviewed)), default=None)


@dataclass(frozen=True)
class Chunk:
    """A citable piece of a document; `location` reads "Pricing > Discounts, lines 12-30"."""

    id: str
    document_id: str
    seq: int
    location: str
    text: str


@dataclass(frozen=True)
class Passage:
    """A chunk that was found, or neighbours joined: its document, how it ranks (0..1) and why it is here."""

    chunk: Chunk
    document: Document
    score: float
    """by meaning, words, likeness to the best and standing; comparable within one search only"""
    why: str
    today: dt.date
    cosine: float = 0.0
    """nearness in meaning to the question and what it leans on; comparable between searches"""
    also: tuple[Document, ...] = ()
    """other pages that were found saying the same, word for word or nearly so"""

    @property
    def status(self) -> Status:
        """Give the document's status on the day of the search."""
        return self.document.status_on(self.today)

    @property
    def age_days(self) -> int | None:
        """Give the days since the document was verified or dated."""
        return self.document.age_on(self.today)


@dataclass(frozen=True)
class Retrieval:
    """What a search found, and whether that is enough to answer from."""

    passages: tuple[Passage, ...] = ()
    """best first"""
    score: float = 0.0
    """how sure it is that the answer is among the passages, 0..1"""
    answerable: bool = False


@dataclass(frozen=True)
class Skipped:
    """A file that was left out on purpose."""

    file: str
    why: str


@dataclass(frozen=True)
class Failed:
    """A file that could not be read; `line` is 1-based where it is known."""

    file: str
    why: str
    line: int | None = None


@dataclass(frozen=True)
class Warned:
    """A page that was taken in, but hardly as its author meant."""

    file: str
    why: str


@dataclass
class IngestReport:
    """What an ingest did; the fields of `seller ingest --json`."""

    files: int = 0
    """files that are in the knowledge base after this run, unchanged ones included"""
    chunks: int = 0
    """chunks of those files"""
    embedded: int = 0
    """chunks embedded in this run"""
    unchanged: int = 0
    removed: int = 0
    """pages forgotten because their file vanished from an ingested folder or is now skipped"""
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    """pages of this run for a team that there is not"""
    seconds: float = 0.0


@dataclass(frozen=True)
class Gap:
    """A question that the knowledge base could not answer."""

    id: int
    question: str
    asker: str | None
    at: str
    account: str | None
    nearest: tuple[str, ...] = ()
    """ids of the documents that came nearest"""
    status: GapStatus = "open"
    topic: int | None = None
    """the group of gaps alike in meaning"""
    answer: str | None = None
    """id of the page that answers it"""
    told_at: str | None = None


@dataclass(frozen=True)
class Stats:
    """What the knowledge base holds."""

    documents: int
    chunks: int
    accounts: int
    gaps: int
    embedder: str
