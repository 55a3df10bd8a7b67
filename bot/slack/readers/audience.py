"""Who reads along in a channel, and whether all of them may see what an answer rests on."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import get_args

from bot.crm.port import CrmReader, RecordKind
from bot.crm.records import User
from bot.crm.rights import PeopleRights
from bot.crm.rights.quotas import quotas_of
from bot.errors import BotError
from bot.log import event, failure
from bot.people import teams_of
from bot.proposals import BASIS, Citation, Draft
from bot.slack.identity import Directory
from bot.slack.readers.crowd import LATE, Crowds, Unreadable
from bot.slack.readers.sources import QUOTA, Record, records_of, told_of
from bot.slack.sending.outbox import Place
from knowledge.documents import Document, Scope
from knowledge.errors import KnowledgeError
from knowledge.library import Library

ALONE = "Shown to you alone: not everybody here may see what you may see."
UNKNOWN = (
    "Shown to you alone: in a channel of more than 50, or with members whom the CRM does not know, only shared pages "
    "are posted."
)
SECONDS = 5.0
"""for asking Slack and the CRM about everybody; after that the asker alone sees the answer"""
AT_ONCE = 8
WORDED = frozenset({"ask"})
"""skills whose unknowns a model may have worded, from sources that are not cited"""
EMPTY = frozenset({"ask"})
"""skills whose answer without any source says only that there is none"""
HANGING = frozenset({"activity", "task"})
"""kinds that are seen with what they hang on"""
OWN = frozenset({"clarify", "decision", "day"})
"""a question back names candidates, a decision's outcome records and the CRM's words, and a day is one person's: for the asker alone"""


@dataclass(frozen=True)
class Verdict:
    """Whether an answer may be shown to everybody at a place; where not, the line that says why."""

    public: bool
    why: str = ""
    draft: Draft | None = None
    """the answer as it may be shown there; None: as it is"""


class Audience:
    """Checks an answer's sources against what all members of a channel may see."""

    def __init__(
        self,
        crowds: Crowds,
        directory: Directory,
        reader: CrmReader,
        rights: PeopleRights,
        open_library: Callable[[], Library],
    ) -> None:
        self._crowds, self._directory, self._reader, self._rights = crowds, directory, reader, rights
        self._open_library = open_library
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="slack-audience")

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def shared(self, channel: str) -> None:
        """Take Slack's word that people of other companies read along in a channel."""
        self._crowds.shared(channel)

    def has_outsiders(self, channel: str) -> bool:
        """Tell whether people from outside are known to read along in a channel."""
        try:
            return bool(self._crowds.of(channel).outside)
        except Unreadable:
            return False

    def sees(self, user: User, draft: Draft) -> bool:
        """Tell whether a person may see now all that an answer names, such as one that was kept; what is gone is not seen."""
        own = self._rights.reader_for(user)
        found = [self._page(citation) for citation in draft.citations if citation.page]
        pages = [page for page in found if page and page.searchable]
        if len(pages) < len(found):
            return False
        named = [*draft.records, *(citation.record for citation in draft.citations if citation.record)]
        pairs = [(kind, key) for kind, _, key in (one.partition(":") for one in named)]
        records: set[Record] = {(kind, key) for kind, key in pairs if kind in get_args(RecordKind)}  # type: ignore[misc]
        records |= {("account", key) for key in (draft.account_id, *(page.account for page in pages)) if key}
        hang: list[object] = [
            own.activity(key) if kind == "activity" else own.task(key) for kind, key in pairs if kind in HANGING
        ]
        hang += [own.account(draft.account_id)] if draft.account_id else []
        told = self._all_told([user], draft) and self._all_admitted([user], pages)
        return all(hang) and told and self._rights.all_read([user], records)

    def shares(self, user: User, draft: Draft) -> bool:
        """Tell whether an answer to somebody else may be this person's too: it names what it rests on, and they see all of it."""
        named = _has_source(draft) or draft.skill in EMPTY
        return named and self.sees(user, draft)

    def verdict(self, place: Place, draft: Draft, asker: User | None = None) -> Verdict:
        """Tell whether everybody at a place may see an answer; in doubt, the asker alone.

        `asker` is who asked, where that is another than the person at the place.
        """
        if place.direct:
            return Verdict(True)
        if place.response_url:
            return Verdict(False)  # a command is answered to the asker alone, which Slack itself says
        if draft.skill in OWN or not (_has_source(draft) or draft.skill in EMPTY):
            return Verdict(False, ALONE)  # what names no source cannot be checked
        future = self._pool.submit(self._judged, place, draft, asker)
        try:
            return future.result(SECONDS)
        except TimeoutError:
            # What was asked goes on and is remembered, so that the next answer need not wait.
            event("slack_audience_late")
            return Verdict(False, LATE)

    def _judged(self, place: Place, draft: Draft, asker: User | None) -> Verdict:
        try:
            return self._judge(place, draft, asker)
        except Unreadable as error:
            return Verdict(False, str(error))
        except (BotError, KnowledgeError) as error:
            event("slack_audience_unknown", error=type(error).__name__)
            return Verdict(False, LATE)
        except Exception as error:  # noqa: BLE001  # whatever happens, nobody sees more than they may
            failure("slack_audience_failed", error)
            return Verdict(False, LATE)

    def _judge(self, place: Place, draft: Draft, asker: User | None) -> Verdict:
        crowd = self._crowds.of(place.channel)
        if crowd.outside:
            public = self._is_for_customers(draft)
            return Verdict(public, "" if public else crowd.outside, _for_outside(draft) if public else None)
        if crowd.people is None:
            public = self._is_shared(draft)
            return Verdict(public, "" if public else UNKNOWN, _worded(draft) if public else None)
        public = self._all_see(crowd.people, asker or self._directory.user(place.user), draft)
        return Verdict(public, "" if public else ALONE, _worded(draft) if public else None)

    def _is_for_customers(self, draft: Draft) -> bool:
        """Whether it rests on pages alone that customers may be shown."""
        pages = self._pages(draft) or []
        scope = Scope.shared(audience="customer")
        return bool(pages) and not _of_crm(draft) and not draft.lead and all(map(scope.admits, pages))

    def _is_shared(self, draft: Draft) -> bool:
        """Whether it rests on pages alone that every colleague may read."""
        pages = self._pages(draft)
        return pages is not None and not _of_crm(draft) and all(map(Scope.shared().admits, pages))

    def _all_see(self, people: Sequence[User], asker: User, draft: Draft) -> bool:
        pages = self._pages(draft)
        if pages is None or not self._all_told(people, draft):
            return False
        records: set[Record] = {("account", page.account) for page in pages if page.account}
        if _of_crm(draft):
            named = records_of(draft, self._rights.reader_for(asker))
            if named is None:
                return False
            records |= named
        return self._all_admitted(people, pages) and self._rights.all_read(people, records)

    def _all_told(self, people: Sequence[User], draft: Draft) -> bool:
        """Whether each of them may see every quota that the answer tells, and all deals that its figures over many rest on."""
        quotas, bases = told_of(draft, QUOTA), [self._reader.user(key) for key in told_of(draft, BASIS)]
        seen = not quotas or all(quotas <= {one.id for one in quotas_of(user, self._reader)} for user in people)
        return seen and all(one and self._rights.sees_as_much(user, one) for user in people for one in bases)

    def _all_admitted(self, people: Sequence[User], pages: Collection[Document]) -> bool:
        users = self._reader.users()
        scopes = {teams_of(person, users) for person in people}
        about = frozenset(page.account for page in pages if page.account)
        return all(Scope(about, teams).admits(page) for teams in scopes for page in pages)

    def _page(self, citation: Citation) -> Document | None:
        return self._open_library().document(citation.page) if citation.page else None

    def _pages(self, draft: Draft) -> list[Document] | None:
        """The pages that are cited; None where a source is neither a page that answers may rest on nor a record."""
        library = self._open_library() if any(citation.page for citation in draft.citations) else None
        pages: list[Document] = []
        for citation in draft.citations:
            page = library.document(citation.page) if library and citation.page else None
            if page is None and not citation.record:
                return None
            if page is not None and not page.searchable:
                return None
            pages += [page] if page else []
        return pages


def _has_source(draft: Draft) -> bool:
    return bool(draft.citations) or _of_crm(draft)


def _of_crm(draft: Draft) -> bool:
    """Whether something of the CRM stands in it, or in the proposal that comes with it."""
    cited = any(citation.record for citation in draft.citations)
    return bool(cited or draft.records or draft.account_id or draft.writes or draft.charts or draft.numbers)


def _worded(draft: Draft) -> Draft:
    """The answer without the unknowns that a model worded: nobody checked which source those come from."""
    if draft.model == "offline" or draft.skill not in WORDED:
        return draft
    return draft.model_copy(update={"unknowns": ()})


def _for_outside(draft: Draft) -> Draft:
    """The answer without what is our own business: owners, paths, states, what is not known, what to do next."""
    bare = tuple(
        citation.model_copy(
            update={
                "owner": None,
                "status": "",
                "age_days": None,
                "source": citation.source if citation.source.startswith(("http://", "https://")) else "",
            }
        )
        for citation in draft.citations
    )
    lines = tuple(
        part.model_copy(update={"lines": tuple(line.model_copy(update={"actions": ()}) for line in part.lines)})
        for part in draft.sections
    )
    none = {"unknowns": (), "notice": "", "as_of": None, "actions": (), "files": ()}
    return draft.model_copy(update={"citations": bare, "sections": lines, **none})
