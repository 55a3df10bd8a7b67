"""The one path that Slack and the terminal share: request → router → skill → propose → reply."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property, partial
from typing import ParamSpec, TypeVar

from bot import sent, skills, small_words
from bot.approvals import Approvals
from bot.calendars import Reading
from bot.conversation import asking, chosen, decision, offering, outcome, with_file
from bot.crm.noted import Reads, noted
from bot.crm.port import CrmReader, Refreshed
from bot.crm.records import Account, User
from bot.crm.rights import PeopleRights
from bot.errors import Ambiguous, BotError, NotFound, UsageError
from bot.follow_ups import OF_ONE, listed_account, named_again, names_alone, without_reason
from bot.guessing import OWN, Guessing
from bot.intents import Intents
from bot.learnt import Meaning
from bot.llm import LanguageModel, leaving
from bot.llm.door import Bound, Door, Who
from bot.llm.outside import OPEN, Discretion
from bot.log import event
from bot.people import check_sees, sees_proposal, teams_of
from bot.pipeline.chances import Chances
from bot.pipeline.deal import Benchmarks
from bot.pipeline.period import Period
from bot.proposals import BASIS, Action, Decision, Draft, Line, Proposal, ProposedWrite, Section
from bot.remembering import Memories
from bot.request import LONGEST, Reply, Request, checked
from bot.router import HELP, READ_OTHERWISE, Routed, route
from bot.screening import screen_error, screened, screened_line
from bot.skills.asking import pages
from bot.skills.asking.framing import framed
from bot.skills.outreach.changes import forgets
from bot.store.memory import Memory
from bot.store.preferences import Preference
from bot.store.threads import Thread, Threads, Turn
from bot.targets import Targets
from bot.tracing import Tracing, noted_library
from knowledge.library import Library

__all__ = ["LONGEST", "Assistant", "Reply", "Request"]

USUAL = "usual"
"""kept where an answer looked up medians, rates or chances"""
P = ParamSpec("P")
R = TypeVar("R")
SUMMARISE = re.compile(
    r"^\W*(?:(?:please|pls|can you|could you)\s+)*(?:summari[sz]e|summary|recap|sum up|write up)\b", re.IGNORECASE
)
"""words that ask for a summary of the file that comes with them"""


@dataclass(frozen=True)
class Assistant:
    """Answers requests; every part is handed in by the composition root."""

    reader: CrmReader
    open_library: Callable[[], Library]
    model: LanguageModel | None
    approvals: Approvals
    threads: Threads
    benchmarks: Callable[[User], Benchmarks]
    """what is usual, of the deals that a person may know of"""
    rights: PeopleRights
    chances: Callable[[User, Period, datetime], Chances] | None = None
    """what tells any open deal's chance in a period, at a moment, of the deals that a person may know of"""
    refresh: Callable[[str], Refreshed] = lambda account_id: Refreshed("off", None)
    """reads the one account anew before an answer that rests on it"""
    preference: Callable[[str], Preference] = lambda user_id: Preference(user_id=user_id)
    """what a person set for themselves"""
    policy: skills.Policy = field(default_factory=skills.Policy)
    memory: Memory | None = None
    calendar: Callable[[User], Reading] = lambda user: lambda first, last: ()
    """what reads a person's own calendar"""
    intents: Intents | None = None
    """what guesses what a sentence is for that no rule knows"""
    meaning: Meaning | None = None
    """what further guesses by meaning rest on"""
    discretion: Discretion = OPEN
    """which sources the model is not shown"""
    door: Door | None = None
    """what every call of the model goes through"""

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
        request = checked(request)
        thread = self.threads.get(request.thread) or Thread(id=request.thread, updated_at=request.now)
        # Thanks and a hello change nothing in what is talked of; on what was sent to a model no later answer may lean.
        if aside := self._small(request, thread) or self._sent(request):
            if aside.skill == sent.SKILL:
                self.tracing.answered(request, aside, None, Reads())
            return _replied(request, aside, None, started)
        # From here on the CRM is what the asker may see of it, and what they are given of it is noted.
        reads, said = Reads(), self.memories.said(request, thread.id)
        own = replace(
            self,
            reader=noted(self.rights.reader_for(request.user), reads),
            open_library=lambda: noted_library(self.open_library(), reads),
            model=self._model_for(request),
        )
        try:
            draft, proposal, thread = own._respond(
                request, thread, progress, lambda line: on_line(screened_line(line, said))
            )
        except BaseException as error:
            # Ctrl-C as well: what was read until then has been read, and may have been sent.
            self.tracing.unanswered(request, error, reads)
            if isinstance(error, BotError):
                screen_error(error, said)
            raise
        draft = screened(_counted(draft, own.model), self.memories.said(request, thread.id, draft.skill))
        self.tracing.answered(request, draft, proposal, reads)
        self.memories.keep(request, thread, draft, proposal)
        return _replied(request, draft, proposal, started)

    def _model_for(self, request: Request) -> LanguageModel | None:
        """The model as this person may ask it, for this request: no skill gets another."""
        who = Who(request.user, request.id, request.thread, request.now)
        return self.door.bind(self.model, who) if self.door else self.model

    def _sent(self, request: Request) -> Draft | None:
        """What was sent to the model for the asker's own last answer here; None where they ask something else."""
        return sent.answer(request, self.door.calls, self.threads, self._seen_account) if self.door else None

    def _seen_account(self, name: str, user: User) -> Account | None:
        return replace(self, reader=self.rights.reader_for(user)).targets.named(name)

    def _small(self, request: Request, thread: Thread) -> Draft | None:
        """The answer to words that ask for nothing; None for all others."""
        if request.skill or request.file:
            return None
        small = small_words.answer(request.text, skills.cards(), self.reader.as_of())
        if small is None or thread.proposal_id is None or not small_words.may_mean_yes(request.text):
            return small
        waits = self.approvals.get(thread.proposal_id).status == "pending"
        return small_words.still_waits(small, thread.proposal_id) if waits else small

    def _respond(
        self,
        request: Request,
        thread: Thread,
        progress: Callable[[str], None],
        on_line: Callable[[Line], None],
    ) -> tuple[Draft, Proposal | None, Thread]:
        request = with_file(request, thread)
        replied = self._reply_to_question(request, thread)
        context = self._context(request, thread, progress, on_line)
        goes_on = None if replied else self._going_on(request, thread, context)
        decided_on = None if goes_on else decision(request, thread, self.approvals.get)
        if decided_on:
            decided = self._decide(request.user, decided_on)
            return self.decided(decided), decided, thread
        if thread.account_id and self.reader.account(thread.account_id) is None:
            # What was said of an account that the asker may not see any more is not gone on with.
            self.threads.forget_turns(thread.id)
            thread = Thread(id=thread.id, updated_at=thread.updated_at)
            context = self._context(request, thread, progress, on_line)
        text, routed, account_id = goes_on or replied or (request.text, self._route(request, thread, context), None)
        if routed.skill == HELP:
            return small_words.shown(skills.cards(), self.reader.as_of()), None, thread
        try:
            account = self._account(request, thread, text, routed, account_id)
            account_id = account.id if account else None
            draft = self._drafted(context, request, thread, text, routed, account_id)
        except Ambiguous as question:
            return (
                self._ask_back(question, account_id),
                None,
                asking(thread, routed, text, account_id, question, request.file),
            )
        except NotFound as missing:
            # The sentence lists the nearest names; a number or a name in reply picks one of them.
            self.threads.save(asking(thread, routed, text, account_id, missing, request.file))
            raise
        # A stop that comes later than this is too late: what is proposed is also shown.
        leaving.present().last_call()
        self._take_back(request, thread, routed, draft)
        return draft, self._propose(request, draft), offering(thread, routed, text, account_id, draft, request.file)

    def _decide(self, user: User, said: Decision) -> Proposal:
        """Carry out a decision, if the person may see what it is about; a no is anybody's whose it is."""
        if said.verb != "reject":
            meant = self.approvals.get(said.proposal_id)
            with self.approvals.watched(meant, said.verb, user):
                check_sees(user, meant, self.rights)
        leaving.present().last_call()
        return self.approvals.decide(said, user)

    def _drafted(
        self,
        context: skills.Context,
        request: Request,
        thread: Thread,
        text: str,
        routed: Routed,
        account_id: str | None,
    ) -> Draft:
        """What the skill makes of the words and the account that they are about."""
        said = bool(self.targets.mentioned(text)) or self.targets.names_person(text)
        named = account_id is not None and (account_id != thread.account_id or said)
        # An account is read anew before what is said of it alone.
        fresh = self.refresh(account_id) if account_id and routed.skill in OF_ONE else None
        if isinstance(self.model, Bound):
            self.model.about(routed.skill, account_id)
        asked = skills.Ask(text, account_id, named, request.file, request.link, goes_on=routed.goes_on)
        return self._based(context, _as_read(skills.load(routed.skill).run(context, asked), fresh))

    def _take_back(self, request: Request, thread: Thread, routed: Routed, draft: Draft) -> None:
        """Reject what an answer proposed that this one takes the place of, unless something of it was decided on."""
        if not (routed.goes_on and skills.load(routed.skill).CARD.replaces and draft.writes and thread.proposal_id):
            return
        old = self.approvals.get(thread.proposal_id)
        if old.skill == draft.skill and all(change.status == "pending" for change in old.changes):
            self.approvals.decide(Decision(verb="reject", proposal_id=old.id, revision=old.revision), request.user)

    @cached_property
    def tracing(self) -> Tracing:
        """Tells the audit trail of answers."""
        return Tracing(self.memory)

    @cached_property
    def memories(self) -> Memories:
        """What conversations keep."""
        return Memories(
            self.threads, self.discretion, (self.policy.company, self.policy.postal_address, *self.policy.addresses)
        )

    @cached_property
    def targets(self) -> Targets:
        """Finds the account a request is about."""
        return Targets(self.reader)

    def _reply_to_question(self, request: Request, thread: Thread) -> tuple[str, Routed, str | None] | None:
        """The request that our question was about, with what the seller chose; None where this is no answer to it."""
        pending = thread.pending or {}
        label = chosen(request.text, pending)
        if label is None:
            return None
        routed = Routed(str(pending["skill"]), str(pending["rest"]), goes_on=bool(pending.get("goes_on")))
        account = self.targets.labelled(label) or self.targets.exactly(label)
        if account:
            return str(pending["text"]), routed, account.id
        return f"{pending['text']} ({label})", routed, pending.get("account_id")

    def _going_on(
        self, request: Request, thread: Thread, context: skills.Context
    ) -> tuple[str, Routed, str | None] | None:
        """What words ask of something that a skill made in this conversation; None for other words."""
        if request.file:
            return None
        going_on = self._asked_on(request.text, request, thread, context)
        wish = "" if going_on or request.skill or not thread.skill else without_reason(request.text)
        guessing = self._guessing(request, thread, context) if wish else None
        # What stands behind a wish may as well be told of the customer; sentences like the whole of it say which.
        if guessing and (guessed := guessing.guess(request.text)) and guessed.skill == thread.skill:
            return self._asked_on(wish, request, thread, context)
        return going_on

    def _asked_on(
        self, words: str, request: Request, thread: Thread, context: skills.Context
    ) -> tuple[str, Routed, str | None] | None:
        for name, card in skills.cards().items():
            said = skills.Said(words, last=thread.skill == name, command=request.skill is not None)
            if request.skill in (None, name) and (ask := card.goes_on(context, said)):
                return ask.text, Routed(name, ask.text, goes_on=True), ask.account_id
        return None

    def _route(self, request: Request, thread: Thread, context: skills.Context) -> Routed:
        routed = self._routed(request, thread, context)
        if request.file and not request.skill and SUMMARISE.match(request.text):
            routed = Routed("summary", request.text)
        if request.file and routed.skill not in skills.READING:
            raise BotError(
                f"{request.file.name} was not read: say “summarise this call”, or ask a question that it answers."
            )
        return routed

    def _routed(self, request: Request, thread: Thread, context: skills.Context) -> Routed:
        cards = skills.cards()
        if request.skill:
            if request.skill not in cards:
                raise UsageError(f"There is no skill {request.skill}; choose one of {', '.join(cards)}.")
            return Routed(request.skill, request.text)
        if forgets(request.text):
            return Routed("draft", request.text)
        if same := named_again(request.text, self.targets, _answered(thread)):
            return same
        guessing = self._guessing(request, thread, context)
        return route(
            request.text, cards, self.targets.fits, None if self.memories.is_pasted(request) else self.model, lambda: self._told(request, thread, context),
            self.targets.without_names, guessing.guess if guessing else lambda words: None,
            OWN if thread.skill else READ_OTHERWISE,
        )  # fmt: skip

    def _guessing(self, request: Request, thread: Thread, context: skills.Context) -> Guessing | None:
        if self.intents is None:
            return None
        reading = [(name, card.knows) for name, card in skills.cards().items() if card.knows]
        return Guessing(
            self.intents,
            self.targets,
            lambda words: next((name for name, knows in reading if knows(context, words)), None),
            framed,
            lambda words: pages.answer(context, words),
            about=thread.account_id or request.account,
            after=_answered(thread),
            with_file=request.file is not None,
        )

    def _told(self, request: Request, thread: Thread, context: skills.Context) -> str | None:
        """The skill that knows words without a trigger as told of the account that is talked of."""
        if request.account:
            account_id = next(iter(self.targets.ids(request.account)), None)
        else:
            account_id = next((m.ids[0] for m in self.targets.mentioned(request.text)), thread.account_id)
        if account_id is None:
            return None
        tells = ((name, card.tells) for name, card in skills.cards().items() if card.tells)
        return next((name for name, known in tells if known(context, account_id, request.text)), None)

    def _account(
        self, request: Request, thread: Thread, text: str, routed: Routed, picked: str | None
    ) -> Account | None:
        if picked:
            account = self.reader.account(picked)
            if account is None:
                raise NotFound("The account that this was about is not in the CRM any more; name another one.")
            return account
        if request.account:
            return self.targets.named(request.account)
        if forgets(text):
            return None
        named = () if request.skill else names_alone(text, self.targets)
        if len({one.ids for one in named}) > 1:
            raise self.targets.several(named)
        own = skills.load(routed.skill).CARD.own(text)
        if listed := listed_account(text, routed, thread, self._turns(thread, 12), self.targets):
            # “How is the second deal?” names no account called “second”.
            return self.targets.pick(text, replace(routed, rest=""), request.user, listed, own)
        return self.targets.pick(text, routed, request.user, thread.account_id, own)

    def _ask_back(self, question: Ambiguous, account_id: str | None) -> Draft:
        lines = [Line(text=str(question))]
        lines += [Line(text=f"{i}. {label}") for i, label in enumerate(question.candidates, start=1)]
        section, offered = Section(title="", lines=tuple(lines)), question.candidates
        choices = tuple(Action(label=label, ask=label) for label in offered)
        return Draft(
            skill="clarify", sections=(section,), actions=choices, account_id=account_id, as_of=self.reader.as_of()
        )

    def _context(
        self,
        request: Request,
        thread: Thread,
        progress: Callable[[str], None],
        on_line: Callable[[Line], None],
    ) -> skills.Context:
        wanted, user = self.preference(request.user.id), request.user
        kept: dict[str, object] = {}
        return skills.Context(
            reader=self.reader,
            open_library=self.open_library,
            model=self.model,
            asker=request.user,
            teams=teams_of(request.user, self.reader.users()),
            now=request.now,
            benchmarks=cache(partial(_looking, kept, partial(self.benchmarks, user))),
            chances=partial(_looking, kept, partial(self.chances, user)) if self.chances else None,
            kept=kept,
            thread_account=thread.account_id,
            thread_turns=tuple((turn.role, turn.text) for turn in self._turns(thread)),
            touched=request.touched,
            progress=progress,
            on_line=on_line,
            tone=wanted.tone,
            language=wanted.language,
            policy=self.policy,
            thread=thread.id,
            waiting=lambda: self._waiting(request.user),
            memory=self.memory,
            calendar=self.calendar(request.user),
            meaning=self.meaning,
            discretion=self.discretion,
        )

    def _based(self, context: skills.Context, draft: Draft) -> Draft:
        """The answer, with whose deals its figures over many rest on, where not everybody sees the same ones."""
        if USUAL not in context.kept or self.rights.open_to_all:
            return draft
        return draft.model_copy(update={"records": (*draft.records, f"{BASIS}:{context.asker.id}")})

    def _waiting(self, user: User) -> list[Proposal]:
        every = [one for one in self.approvals.list() if one.status == "pending"]
        return [one for one in every if sees_proposal(user, one, self.rights)]

    def _turns(self, thread: Thread, last: int = 6) -> list[Turn]:
        """The last turns, but for those about accounts that the asker may not see, or not any more."""
        turns = self.threads.turns(thread.id, last)
        seen = {key for key in {turn.account_id for turn in turns} if key is None or self.reader.account(key)}
        return [turn for turn in turns if turn.account_id in seen]

    def _propose(self, request: Request, draft: Draft) -> Proposal | None:
        if not draft.writes:
            return None
        return self.approvals.propose(
            [_from(request.origin, one) for one in draft.writes],
            requester=request.user.id,
            account_id=draft.account_id,
            thread=request.thread,
            skill=draft.skill,
            prompt_version=draft.prompt_version,
        )

    def decided(self, proposal: Proposal) -> Draft:
        """What became of a decision, in one line a change."""
        lines = tuple(Line(text=outcome(proposal, change.k)) for change in proposal.changes)
        return Draft(
            skill="decision",
            sections=(Section(title="", lines=lines),),
            account_id=proposal.account_id,
            as_of=self.reader.as_of(),
        )


def _looking(kept: dict[str, object], look: Callable[P, R], *asked: P.args, **named: P.kwargs) -> R:
    """Look up what is usual, and keep that an answer rests on it."""
    kept[USUAL] = True
    return look(*asked, **named)


def _answered(thread: Thread) -> str:
    """The skill on whose answer words may lean; of a question that we asked back, the one that it is for."""
    asked = str((thread.pending or {}).get("skill", ""))
    return next((skill for skill in (thread.skill, asked) if skill in skills.SKILLS), "")


def _counted(draft: Draft, model: LanguageModel | None) -> Draft:
    """Say what the answer took of the model in all, and once a day that a limit is near."""
    if not isinstance(model, Bound) or model.usage is None:
        return draft
    notice = " ".join(filter(None, (draft.notice, model.warning())))
    return draft.model_copy(update={"usage": model.usage, "notice": notice})


def _as_read(draft: Draft, fresh: Refreshed | None) -> Draft:
    """Say when the account was read, and why it could not be read anew."""
    if fresh is None or fresh.as_of is None:
        return draft
    notice = " ".join(filter(None, (draft.notice, fresh.notice)))
    return draft.model_copy(update={"as_of": fresh.as_of, "notice": notice})


def _from(origin: str, one: ProposedWrite) -> ProposedWrite:
    # What customers said must not look like an origin, which a card makes a link of.
    said = one.evidence.replace("(Slack message ", "(“Slack message” ")
    return one.model_copy(update={"evidence": f"{said} ({origin})" if origin else said})


def _replied(request: Request, draft: Draft, proposal: Proposal | None, started: float) -> Reply:
    """The reply, with its line in the log."""
    total = (time.perf_counter() - started) * 1000
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
    return Reply(request.id, draft, proposal, total)
