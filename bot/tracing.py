"""One line of the audit trail for each answer and each view: who got it, what was read, what was dropped and what was proposed."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from bot.crm.noted import Reads
from bot.crm.records import User
from bot.errors import StorageError
from bot.log import failure
from bot.proposals import Draft, Proposal
from bot.request import Request
from bot.store.audit import AuditLine
from bot.store.memory import Memory
from knowledge.library import Library

LONGEST_CLAIM = 300
"""characters of a dropped claim that are kept"""
MOST_CLAIMS = 20
PAGE = "page"


class Tracing:
    """Adds the lines; where one cannot be added the answer still comes, the log says so, and the next line counts it."""

    def __init__(self, memory: Memory | None) -> None:
        self._memory = memory
        self._missed = 0
        self._lock = threading.Lock()

    def answered(self, request: Request, draft: Draft, proposal: Proposal | None, reads: Reads) -> None:
        """Tell of an answer."""
        self._add(request, "answered", _of(request, draft, proposal) | {"read": reads.told()}, proposal)

    def unanswered(self, request: Request, error: BaseException, reads: Reads) -> None:
        """Tell of a question that got none; only the kind of error, as its sentence may name people."""
        detail = {**_asked(request), "error": type(error).__name__, "read": reads.told()}
        self._add(request, "unanswered", detail, None)

    def shown(self, place: str, user: User, at: datetime, reads: Reads) -> None:
        """Tell of what a person is shown unasked: App Home, a digest, the word before a meeting, prompts."""
        self._keep(AuditLine(at=at, actor=user.id, verb="shown", detail={"place": place, "read": reads.told()}), place)

    def _add(self, request: Request, verb: str, detail: dict[str, Any], proposal: Proposal | None) -> None:
        line = AuditLine(
            at=request.now, actor=request.user.id, verb=verb, proposal=proposal.id if proposal else None,
            revision=proposal.revision if proposal else None, detail=detail,
        )  # fmt: skip
        self._keep(line, request.id)

    def _keep(self, line: AuditLine, about: str) -> None:
        if self._memory is None:
            return
        missed = {"missed": self._missed} if self._missed else {}
        try:
            self._memory.line(line.model_copy(update={"detail": line.detail | missed}))
        except StorageError as error:
            failure("audit_line_missed", error, request=about)
            self._count(1)
        else:
            self._count(-missed.get("missed", 0))

    def _count(self, more: int) -> None:
        with self._lock:
            self._missed += more


def _asked(request: Request) -> dict[str, Any]:
    return {"request": request.id, "thread": request.thread, "place": request.place}


def _of(request: Request, draft: Draft, proposal: Proposal | None) -> dict[str, Any]:
    cited = {
        "records": sorted({one.record for one in draft.citations if one.record}),
        "pages": sorted({one.page for one in draft.citations if one.page}),
    }
    dropped = [{"claim": one.claim[:LONGEST_CLAIM], "why": one.why} for one in draft.dropped[:MOST_CLAIMS]]
    return {
        **_asked(request), "skill": draft.skill, "account": draft.account_id, "cited": cited, "prompt": draft.prompt_version,
        "model": draft.model, "tokens": draft.usage.input + draft.usage.output, "dropped": dropped,
        "dropped_n": len(draft.dropped), "proposals": [proposal.id] if proposal else [],
    }  # fmt: skip


class _Noted:
    """A knowledge base that notes the pages whose passages it gives."""

    def __init__(self, library: Library, reads: Reads) -> None:
        self._library, self._reads = library, reads

    def __getattr__(self, name: str) -> Any:
        given = getattr(self._library, name)
        note = _NOTES.get(name)
        return given if note is None else lambda *args, **named: self._note(note, given(*args, **named))

    def _note(self, note: Callable[[Any], Any], found: Any) -> Any:
        self._reads.add(PAGE, note(found))
        return found


_NOTES: Mapping[str, Callable[[Any], Any]] = {
    "search": lambda passages: [one.document.id for one in passages],
    "retrieve": lambda retrieval: [one.document.id for one in retrieval.passages],
    "chunks": lambda chunks: [one.document_id for one in chunks],
    "page": lambda page: [page.id],
    "document": lambda page: [page.id] if page else [],
}
"""what gives text of pages → whose"""


def noted_library(library: Library, reads: Reads) -> Library:
    """The knowledge base as it is, but that the pages that it gives are noted."""
    return cast(Library, _Noted(library, reads))
