"""The one path that Slack and the terminal share: request → router → skill → propose → reply."""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot import skills
from bot.approvals import Approvals
from bot.crm.match import Mention, find, mentions, options
from bot.crm.port import CrmReader
from bot.crm.records import Account, User
from bot.errors import Ambiguous, BotError, UsageError
from bot.llm import LanguageModel
from bot.log import event
from bot.people import teams_of
from bot.pipeline.deal import Benchmarks
from bot.proposals import Decision, Draft, Line, Proposal, Section
from bot.router import Routed, route
from bot.store.threads import Thread, Threads
from bot.text import answer_text
from knowledge.library import Library

LONGEST = 20_000
"""characters of a question; longer text belongs into a file"""
DECIDE = re.compile(
    r"^(?P<verb>approve|yes|apply|reject|no|discard|edit|change|undo)\b(?: (?:it|all|both|that|this))?(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
VERBS = {"yes": "approve", "apply": "approve", "no": "reject", "discard": "reject", "change": "edit"}
NEEDS_ACCOUNT = {"brief", "log"}
POINTING = re.compile(r"(?:it|them|this|that|they)?(?: account| one)?", re.IGNORECASE)
"""words that name no account but point to the thread's"""
LEANING = re.compile(
    r"\b(?:they|their|them|it|its|he|she|his|her|this|that|these|there|the deal|the account)\b|^and\b", re.IGNORECASE
)
"""a question that leans on what was said before ("and their CFO?")"""


@dataclass(frozen=True)
class Request:
    """One thing a person said, wherever they said it."""

    text: str
    user: User
    now: datetime
    thread: str
    skill: str | None = None
    """a skill asked for by name (slash command, --skill); None: the router decides"""
    account: str | None = None
    """an account asked for by name (--account)"""
    file: Path | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])


@dataclass(frozen=True)
class Reply:
    """The answer, the proposal that came of it or was decided on, and how long it took."""

    request_id: str
    draft: Draft
    proposal: Proposal | None
    total_ms: float

    @property
    def text(self) -> str:
        """The answer in plain text."""
        return answer_text(self.draft)


@dataclass(frozen=True)
class Assistant:
    """Answers requests; every part is handed in by the composition root."""

    reader: CrmReader
    open_library: Callable[[], Library]
    model: LanguageModel | None
    approvals: Approvals
    threads: Threads
    benchmarks: Callable[[], Benchmarks]

    def answer(
        self,
        request: Request,
        progress: Callable[[str], None] = lambda text: None,
        on_line: Callable[[Line], None] = lambda line: None,
    ) -> Reply:
        """Answer one request; `progress` gets short status words, `on_line` checked lines as they are written.

        Raises BotError with the sentence that the person is to read.
        """
        started = time.perf_counter()
        request = _checked(request)
        thread = self.threads.get(request.thread) or Thread(id=request.thread, updated_at=request.now)
        draft, proposal, thread = self._respond(request, thread, progress, on_line)
        self._remember(request, thread, draft, proposal)
        total = (time.perf_counter() - started) * 1000
        _log(request, draft, proposal, total)
        return Reply(request.id, draft, proposal, total)

    def _respond(
        self,
        request: Request,
        thread: Thread,
        progress: Callable[[str], None],
        on_line: Callable[[Line], None],
    ) -> tuple[Draft, Proposal | None, Thread]:
        decision = _decision(request, thread)
        if decision:
            decided = self.approvals.decide(decision, request.user)
            return self.decided(decided), decided, thread
        text, routed, account = self._understand(request, thread)
        if isinstance(account, Ambiguous):
            return self._ask_back(account), None, _pending(thread, routed, text, account)
        context = self._context(request, thread, progress, on_line)
        named = account is not None and (account.id != thread.account_id or bool(self._mentioned(text)))
        draft = skills.load(routed.skill).run(context, skills.Ask(text, account.id if account else None, named))
        proposal = self._propose(request, draft)
        return draft, proposal, thread.model_copy(update={"pending": None})

    def _understand(self, request: Request, thread: Thread) -> tuple[str, Routed, Account | Ambiguous | None]:
        """(words, skill, account): the answer to our question where one is open, else the words themselves."""
        chosen = self._chosen(request, thread)
        if chosen:
            pending = thread.pending or {}
            return str(pending["text"]), Routed(str(pending["skill"]), ""), chosen
        routed = self._route(request)
        try:
            return request.text, routed, self._account(request, thread, routed)
        except Ambiguous as error:
            return request.text, routed, error

    def _route(self, request: Request) -> Routed:
        cards = skills.cards()
        if request.skill:
            if request.skill not in cards:
                raise UsageError(f"There is no skill {request.skill}; choose one of {', '.join(cards)}.")
            return Routed(request.skill, request.text)
        return route(request.text, cards, self._names_account, self.model)

    def _names_account(self, words: str) -> bool:
        return bool(options(_trimmed(words), self.reader.account_names()))

    def _account(self, request: Request, thread: Thread, routed: Routed) -> Account | None:
        """The account a request is about: named, or the thread's; Ambiguous where the seller must say."""
        if request.account:
            return self._found(request.account)
        if routed.skill == "brief" and not POINTING.fullmatch(routed.rest.strip()):
            return self._found(_trimmed(routed.rest))
        named = self._mentioned(request.text)
        if named:
            return self._one_of(named[0])
        last = self.reader.account(thread.account_id) if thread.account_id else None
        if routed.skill in NEEDS_ACCOUNT:
            if last is None:
                raise self._which_account(request)
            return last
        return last if last and LEANING.search(request.text) else None

    def _mentioned(self, text: str) -> list[Mention]:
        return mentions(text, self.reader.account_names())

    def _found(self, name: str) -> Account | None:
        return self.reader.account(find(name, self.reader.account_names(), what="account", detail=self._detail).id)

    def _one_of(self, mention: Mention) -> Account | None:
        accounts = [self.reader.account(key) for key in mention.ids]
        if len(accounts) == 1:
            return accounts[0]
        labels = [self._label(account) for account in accounts[:5] if account]
        raise Ambiguous(f"Which {mention.text} do you mean?", candidates=labels)

    def _which_account(self, request: Request) -> Ambiguous:
        own = [a for a in self.reader.accounts() if a.owner_id == request.user.id] or list(self.reader.accounts())
        if not own:
            return Ambiguous(
                "The CRM holds no accounts yet; load some with `seller crm import FOLDER` or `seller demo`."
            )
        names = [self._label(a) for a in own[:5]]
        return Ambiguous("Which account is this about?", candidates=names)

    def _detail(self, account_id: str) -> str:
        account = self.reader.account(account_id)
        if account is None:
            return ""
        owner = self.reader.user(account.owner_id) if account.owner_id else None
        return ", ".join(part for part in (account.country, owner.name if owner else None, account.id) if part)

    def _label(self, account: Account) -> str:
        return f"{account.name} ({self._detail(account.id)})"

    def _chosen(self, request: Request, thread: Thread) -> Account | None:
        """The account that answers our open question: by number, by name or by a word that tells them apart."""
        offered: list[str] = list((thread.pending or {}).get("candidates", ()))
        words = request.text.strip().strip(".").casefold()
        if not offered or len(words) > 80:
            return None
        if words.isdigit() and 1 <= int(words) <= len(offered):
            fits = [offered[int(words) - 1]]
        else:
            fits = [label for label in offered if all(word in label.casefold() for word in re.findall(r"\w+", words))]
        if len(fits) != 1:
            return None
        by_label = {self._label(a): a for a in self.reader.accounts()}
        return by_label.get(fits[0])

    def _ask_back(self, question: Ambiguous) -> Draft:
        lines = [Line(text=str(question))]
        lines += [Line(text=f"{i}. {label}") for i, label in enumerate(question.candidates, start=1)]
        return Draft(skill="clarify", sections=(Section(title="", lines=tuple(lines)),), as_of=self.reader.as_of())

    def _context(
        self, request: Request, thread: Thread, progress: Callable[[str], None], on_line: Callable[[Line], None]
    ) -> skills.Context:
        return skills.Context(
            reader=self.reader,
            open_library=self.open_library,
            model=self.model,
            asker=request.user,
            teams=teams_of(request.user, self.reader.users()),
            now=request.now,
            benchmarks=self.benchmarks,
            thread_account=thread.account_id,
            thread_turns=tuple((turn.role, turn.text) for turn in self.threads.turns(thread.id, 6)),
            progress=progress,
            on_line=on_line,
        )

    def _propose(self, request: Request, draft: Draft) -> Proposal | None:
        if not draft.writes:
            return None
        return self.approvals.propose(
            draft.writes,
            requester=request.user.id,
            account_id=draft.account_id,
            thread=request.thread,
            skill=draft.skill,
            prompt_version=draft.prompt_version,
        )

    def decided(self, proposal: Proposal) -> Draft:
        """What became of a decision, in one line a change."""
        lines = tuple(Line(text=_outcome(proposal, change.k)) for change in proposal.changes)
        return Draft(
            skill="decision",
            sections=(Section(title="", lines=lines),),
            account_id=proposal.account_id,
            as_of=self.reader.as_of(),
        )

    def _remember(self, request: Request, thread: Thread, draft: Draft, proposal: Proposal | None) -> None:
        update: Mapping[str, object] = {
            "skill": draft.skill,
            "account_id": draft.account_id or thread.account_id,
            "proposal_id": proposal.id if proposal else thread.proposal_id,
            "updated_at": request.now,
        }
        self.threads.save(thread.model_copy(update=dict(update)))
        self.threads.add_turn(thread.id, request.now, "seller", request.text)
        said = " ".join(line.text for section in draft.sections for line in section.lines)
        self.threads.add_turn(thread.id, request.now, "assistant", said[:2000])


def _checked(request: Request) -> Request:
    text = request.text.strip()
    if not text:
        raise BotError("There is no question; ask something like “brief me on Northwick Dairy”.")
    if len(text) > LONGEST:
        raise BotError(
            f"The question has {len(text):,} characters and {LONGEST:,} are read at once; shorten it, or add long text "
            "to the knowledge base with `seller ingest FILE` and ask about it."
        )
    return Request(**{**request.__dict__, "text": text})


def _decision(request: Request, thread: Thread) -> Decision | None:
    """A word on the thread's last proposal: "approve", "approve 1", "edit due=Friday", "reject", "undo"."""
    match = DECIDE.match(request.text)
    if not match or not thread.proposal_id or request.skill:
        return None
    rest = match["rest"].strip(" .!,")
    values = dict(re.findall(r"([\w.]+)\s*=\s*(.+?)(?=\s+[\w.]+\s*=|$)", rest))
    only = tuple(int(n) for n in re.findall(r"\d+", rest)) if not values else ()
    if rest and not values and not re.fullmatch(r"(?:(?:change|no|number)?s?\s*#?\d+(?:\s*(?:,|and|&)\s*)?)+", rest):
        return None
    verb = VERBS.get(match["verb"].lower(), match["verb"].lower())
    return Decision.model_validate({"verb": verb, "proposal_id": thread.proposal_id, "only": only, "values": values})


def _pending(thread: Thread, routed: Routed, text: str, question: Ambiguous) -> Thread:
    pending = {"text": text, "skill": routed.skill, "candidates": list(question.candidates)}
    return thread.model_copy(update={"pending": pending})


def _trimmed(words: str) -> str:
    """An account's name without the words people put around it."""
    return re.sub(
        r"^(?:the |my )?(?:account |company |customer )?|(?: account| please)$", "", words.strip(), flags=re.I
    )


def _outcome(proposal: Proposal, k: int) -> str:
    change = next(c for c in proposal.changes if c.k == k)
    link = f": {change.receipt.link}" if change.receipt else ""
    why = f": {change.error}" if change.error else ""
    return f"{proposal.id}.{k} {change.status}{link}{why}"


def _log(request: Request, draft: Draft, proposal: Proposal | None, total: float) -> None:
    event(
        "answered",
        request=request.id,
        user=request.user.id,
        skill=draft.skill,
        model=draft.model,
        prompt=draft.prompt_version,
        cited=len(draft.citations),
        dropped=len(draft.dropped),
        proposal=proposal.id if proposal else None,
        tokens=draft.usage.input + draft.usage.output,
        ms=round(total),
        model_ms=round(draft.model_ms),
    )
