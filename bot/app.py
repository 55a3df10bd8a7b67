"""The composition root: settings → adapters → assistant; the only place that chooses."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError
from sqlalchemy import Engine

from bot import calendars
from bot.approvals import Approvals, Job, Runner
from bot.assistant import Assistant
from bot.crm.adapters import connect
from bot.crm.local import LocalReader, LocalWriter
from bot.crm.match import Match, find
from bot.crm.mirror import Mirror, MirrorReader, MirrorWriter, Progress, Report, refuse_mirror
from bot.crm.port import CrmReader, CrmWriter, Refreshed, Remote
from bot.crm.records import User
from bot.crm.rights import PeopleRights, none_seen, with_roles
from bot.crm.suppression import Suppression, names_held, read_key
from bot.curating import Desk, Loop
from bot.dates import parse_date
from bot.demo import demo_seller
from bot.errors import NotFound, StorageError
from bot.intents import Intents
from bot.learnt import Meaning
from bot.llm import LanguageModel, from_settings
from bot.llm.budget import Budget
from bot.llm.door import Bound, Door, Who
from bot.llm.outside import discretion
from bot.log import failure
from bot.people import LOCAL_ADMIN, asker
from bot.pipeline.chances import FOR_ALL, Chances, Learnt, chances
from bot.pipeline.currency import Rates
from bot.pipeline.deal import Benchmarks, benchmarks
from bot.pipeline.limits import limits
from bot.pipeline.period import Period
from bot.settings import Settings
from bot.skills import Policy
from bot.skills.booking import book_of
from bot.skills.outreach.refusals import Watch
from bot.store.audit import ITSELF, AuditLine, sealed_by
from bot.store.database import open_engine, prepare
from bot.store.deliveries import Deliveries
from bot.store.leader import Leadership
from bot.store.memory import Memory
from bot.store.model_calls import new_id
from bot.store.preferences import Preferences
from bot.store.threads import Threads
from bot.upkeep.swapping import cut_off
from knowledge.curation import Curation
from knowledge.documents import Document
from knowledge.embeddings import Embedder, embedder
from knowledge.errors import KnowledgeLocked
from knowledge.library import Library
from knowledge.moving import follow
from knowledge.pages import day_of
from knowledge.reranking import reranker

Clock = Callable[[], datetime]
LEARNT = "backtest.json"
"""what the last backtest came to, in the home"""
MOST_REMEMBERED = 64
"""sets of deals of which figures are remembered"""
T = TypeVar("T")


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class App:
    """Parts of one home, each made when it is first needed, closed together."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.settings = settings
        self.policy = policy(settings)
        self.clock = clock
        self._open = ExitStack()
        self._usual: Remembered[Benchmarks] = Remembered()
        self._chances: Remembered[Chances] = Remembered()

    def __enter__(self) -> "App":
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def ready(self) -> None:
        """Make the data folder; StorageError where it cannot be written."""
        _writable(self.settings.home)
        if cut_off(self.settings.home):
            raise StorageError(
                f"A restore of the home {self.settings.home} was cut off in its last step; run `seller restore` with the "
                "same file again, which ends it."
            )

    @cached_property
    def engine(self) -> Engine:
        """The store's database, brought to the newest version."""
        engine = open_engine(self.settings.database)
        self._open.callback(engine.dispose)
        prepare(engine)
        sealed_by(engine, self.settings.audit_keys)
        return engine

    @cached_property
    def reader(self) -> LocalReader:
        """The embedded CRM, or the mirror of a remote one; BotError where another one's mirror lies here."""
        if self.remote is None:
            refuse_mirror(self.engine)
            return LocalReader(self.engine, people=self._people, aliases=self.settings.stage_aliases)
        source = self.remote.source
        aliases = self.settings.stage_aliases
        return MirrorReader(self.engine, source.name, source.link, people=self._people, aliases=aliases)

    def _people(self, users: Sequence[User]) -> Sequence[User]:
        return with_roles(users, self.settings.roles)

    @cached_property
    def rights(self) -> PeopleRights:
        """Who may read and write what in the CRM."""
        remote = self.remote.access if self.remote else None
        sees = self.settings.crm_sees
        if remote is not None and "crm_sees" not in self.settings.model_fields_set:
            sees = "team"  # A CRM with rights of its own that does not tell them shows no more than that, unless it is said.
        return PeopleRights(self.engine, self.reader, sees, self.clock, remote)

    @cached_property
    def remote(self) -> Remote | None:
        """The connected CRM; None for the embedded one."""
        return None if self.settings.crm == "local" else connect(self.settings, self.clock)

    @cached_property
    def mirror(self) -> Mirror | None:
        """What is kept of the connected CRM; None for the embedded one."""
        if self.remote is None:
            return None
        lock = Leadership(self.engine, self.settings.home, "sync")
        hidden = self.suppression
        return Mirror(self.engine, self.remote.source, self.clock, lock=lock, scrub=self.watch, renew=hidden.forget)

    def sync(self, *, full: bool = False, progress: Progress = lambda kind, done, total: None) -> Report | None:
        """Bring the mirror in step, and the notes of accounts that the CRM merged; None for the embedded CRM."""
        if self.mirror is None:
            return None
        report = self.mirror.sync(full=full, progress=progress)
        self.watch.keep(self.clock())
        self._tell_sync(report, full)
        moved = self.mirror.merged_accounts()
        try:
            follow(self.engine, moved, lambda: self.library)
        except KnowledgeLocked as busy:
            report.notes.append(f"Notes of accounts that were merged follow with the next sync. {busy}")
        return report

    def _tell_sync(self, report: Report, full: bool) -> None:
        """Keep in the audit trail that the CRM's records moved; a round without news leaves no line."""
        counts = {kind: one.records + one.gone + one.merged for kind, one in report.kinds.items()}
        moved = {kind: n for kind, n in counts.items() if n}
        if moved or report.failed:
            told = {"source": report.source, "full": full, "records": moved, "failed": len(report.failed)}
            self.tell("synced", told)

    @cached_property
    def writer(self) -> CrmWriter:
        """Writes to the system of record, and into the mirror of it."""
        if self.remote is None or self.mirror is None:
            refuse_mirror(self.engine)
            return LocalWriter(self.engine, clock=self.clock)
        return MirrorWriter(self.remote.writer, self.mirror)

    @cached_property
    def suppression(self) -> Suppression:
        """Who was erased and stays out."""
        home, key = self.settings.home, self.settings.erasure_key
        return Suppression(self.engine, lambda: read_key(home, key), lambda: names_held(self.engine))

    @cached_property
    def embedder(self) -> Embedder:
        """What turns texts into vectors for the knowledge base; the model loads with the first text."""
        key = self.settings.openai_api_key
        url = self.settings.openai_base_url
        return embedder(self.settings.embedder, url=url, key=key.get_secret_value() if key else None)

    @cached_property
    def meaning(self) -> Meaning:
        """A text as a vector; always by the embedder that ships, whose vectors the weights of guesses were learnt from."""
        own = self.embedder if self.settings.embedder == "minilm" else embedder("minilm")
        return lambda text: own.embed_query(text).tolist()

    @cached_property
    def intents(self) -> Intents:
        """What a sentence is for."""
        return Intents(self.meaning)

    @cached_property
    def memory(self) -> Memory:
        """What skills keep of their own work."""
        return Memory(self.engine, self.suppression)

    @cached_property
    def watch(self) -> Watch:
        """What records pass on their way in: without erased people, and with opt-outs noted."""
        return Watch(self.suppression.scrub, self.memory.optouts, lambda key: self.reader.contact(key))

    @cached_property
    def library(self) -> Library:
        """The knowledge base; an embedded one is held by one process at a time."""
        place = self.settings.chroma_url or self.settings.chroma_folder
        again, words = reranker(self.settings.rerank), self.settings.words_folder
        redact = self.suppression.redact
        opened = Library.open(
            self.engine, place, self.embedder, words=words, reranker=again, redact=redact, refuse=self._too_old
        )
        return self._open.enter_context(opened)

    def _too_old(self, page: Document, mtime_ns: int) -> str:
        """Why a page is not kept (any more), or nothing."""
        days, day = self.settings.keep_transcripts_days, day_of(page, mtime_ns)
        if page.kind != "transcript" or not days or day is None or day >= (self.clock() - timedelta(days=days)).date():
            return ""
        return f"it is a transcript of {day}, and transcripts are kept for {days:,} days (SELLER_KEEP_TRANSCRIPTS_DAYS)"

    @cached_property
    def curation(self) -> Curation:
        """What people do to the pages of the knowledge base."""
        return Curation(self.library)

    @cached_property
    def model(self) -> LanguageModel | None:
        """The language model, or None for the offline writer."""
        return from_settings(self.settings)

    @cached_property
    def door(self) -> Door:
        """What every call of the model goes through."""
        chosen = self.settings
        budget = Budget(
            chosen.budget_tokens, chosen.budget_cost, chosen.budget_person_tokens, chosen.budget_person_cost
        )
        return Door(self.engine, budget, chosen.prices, chosen.redact == "on", self._admins)

    def _admins(self) -> list[str]:
        return [user.name for user in self.reader.users() if user.active and user.role == "admin"]

    def model_of(self, command: str) -> Bound | None:
        """The language model for what a command itself asks; None for the offline writer."""
        who = Who(LOCAL_ADMIN, f"{command}:{new_id()}", f"command:{command}", self.clock())
        return self.door.bind(self.model, who, command)

    @cached_property
    def approvals(self) -> Approvals:
        """The write gate; its worker starts with the first decision."""
        gate = Approvals(
            self.engine,
            self.reader,
            self.writer,
            self.clock,
            parse_date=parse_date,
            may_write=self.rights.may_write,
        )
        gate.runner = OnDemand(self)
        return gate

    def work(self) -> Runner:
        """Become this home's worker, or its client, until the app is closed; picks up what a killed process left."""
        # DBOS takes most of a second to import, so only a process that applies changes pays for it.
        worker: Runner = self._open.enter_context(
            importlib.import_module("bot.jobs").start(self.settings, self.approvals)
        )
        return worker

    @cached_property
    def threads(self) -> Threads:
        """Conversations."""
        return Threads(self.engine)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Slack events that were seen."""
        return Deliveries(self.engine)

    @cached_property
    def assistant(self) -> Assistant:
        """The one path of a request."""
        return Assistant(
            reader=self.reader,
            open_library=lambda: self.library,
            model=self.model,
            approvals=self.approvals,
            threads=self.threads,
            benchmarks=self.benchmarks,
            refresh=self.refresh,
            rights=self.rights,
            door=self.door,
            discretion=discretion(self.settings),
            preference=Preferences(self.engine).get,
            policy=self.policy,
            chances=self.chances,
            memory=self.memory,
            calendar=self.calendar,
            intents=self.intents,
            meaning=self.meaning,
        )

    def calendar(self, user: User) -> calendars.Reading:
        """What reads a person's own calendar."""
        feeds = {email.casefold(): address.get_secret_value() for email, address in self.settings.calendars.items()}
        return calendars.reading(feeds, user.email or "", user.time_zone)

    def refresh(self, account_id: str) -> Refreshed:
        """Read one account of a connected CRM anew, within the time budget of the settings."""
        if self.mirror is None:
            return Refreshed("off", None)
        refreshed = self.mirror.refresh(account_id, self.settings.refresh_seconds)
        self.watch.keep(self.clock())
        return refreshed

    def benchmarks(self, user: User | None = None) -> Benchmarks:
        """What is usual for won deals, of those that a person may know of; worked out anew when the CRM's data has moved."""
        of = self.rights.basis(user) if user else None

        def told() -> Benchmarks:
            return benchmarks([*self.reader.stage_durations(of), *self.reader.deal_sizes(of)])

        return self._usual.get(self.reader.as_of(), of, told)

    @cached_property
    def policy(self) -> Policy:
        """What the company set for everybody."""
        return policy(self.settings)

    @property
    def learnt(self) -> Learnt | None:
        """What the last backtest came to; None where there was none, or one of another version."""
        path = self.settings.home / LEARNT
        try:
            return Learnt.model_validate_json(path.read_bytes()) if path.is_file() else None
        except (OSError, ValidationError) as error:
            failure("backtest_not_read", error, file=LEARNT)
            return None

    def keep_learnt(self, learnt: Learnt) -> None:
        """Keep what a backtest came to; StorageError where the home cannot be written."""
        path = self.settings.home / LEARNT
        try:
            fresh = path.with_suffix(".new")
            fresh.write_text(learnt.model_dump_json(), encoding="utf-8")
            fresh.replace(path)
        except OSError as error:
            raise StorageError(
                f"{path} cannot be written ({error.strerror}); free some space or give yourself the rights."
            ) from error

    def chances(self, user: User, span: Period, now: datetime) -> Chances:
        """What tells any open deal's chance in a period, from what a person may know of; counted anew when data or day have moved."""
        of = self.rights.basis(user)

        def told() -> Chances:
            deals = [deal for deal in self.reader.opportunities() if of is None or deal.id in of]
            names = {user.id: user.name for user in self.reader.users()}
            # A model is learnt from everything; where the CRM is asked for each record nobody is known to see that.
            whole = of is None or self.rights.asks
            book = book_of(self.reader, deals, now, self.policy)
            found = chances(book, span, self.learnt if whole else None, names)
            return found if whole or self.learnt is None else replace(found, untold=FOR_ALL)

        return self._chances.get((self.reader.as_of(), now.date()), (of, span), told)

    def desk(self, user: User) -> Desk:
        """The knowledge base as one person may curate it."""
        users = self.reader.users()
        return Desk(
            self.library, self.curation, user, users, self.clock(), reads=self.rights.reads,
            tell=lambda verb, page: self.tell(verb, {"page": page}, user.id),
        )  # fmt: skip

    def tell(self, verb: str, detail: Mapping[str, object], by: str = ITSELF) -> None:
        """Add a line to the audit trail of what was done to the home itself."""
        self.memory.line(AuditLine(at=self.clock(), actor=by, verb=verb, detail=dict(detail)))

    @property
    def keeper(self) -> str:
        """Who runs a command for which nobody is named."""
        return self.settings.user or demo_seller(self.settings.home) or LOCAL_ADMIN.id

    def loop(self, user: User) -> Loop:
        """Unanswered questions as one person may see and answer them."""
        return Loop(self.desk(user))

    def user(self, named: str | None) -> User:
        """Who asks: the one named, else the settings', else the demo's seller, else a local admin."""
        return asker(self.reader, named, self.settings.user or demo_seller(self.settings.home))

    def account_key(self, name: str) -> str:
        """The account's id for a note to keep, so no name a few letters away; without any accounts the name itself."""
        meant = self.account(name)
        if meant.why == "typo":
            raise NotFound(f"There is no account called “{name}”; if {meant.name} is meant, write that.")
        return meant.id

    def account(self, name: str, seen: CrmReader | None = None) -> Match:
        """The account that is meant among those a person sees, maybe a few letters away.

        Where the CRM holds none at all, the name itself. Without a person it is about files that come in, and all count.
        """
        reader = seen or self.reader
        names = reader.account_names(name)
        if not names and not self.reader.account_names():
            return Match(name, name, "exact")
        return find(name, names, what="account", none=none_seen(reader))

    def unnamed(self, named: str | None) -> bool:
        """Whether nobody is named, by the settings either: then it is whoever keeps this home, who has its files anyway."""
        return named is None and not (self.settings.user or demo_seller(self.settings.home))

    def viewer(self, named: str | None) -> CrmReader:
        """The CRM as the one who is named sees it; whoever keeps the home sees all."""
        return self.reader if self.unnamed(named) else self.rights.reader_for(self.user(named))


def policy(settings: Settings) -> Policy:
    """What the company set for everybody."""
    return Policy(
        company=settings.company,
        postal_address=settings.postal_address,
        framework=settings.framework,
        consent=settings.recording_consent,
        steps=settings.ask_steps,
        tokens=settings.ask_tokens,
        rates=Rates(settings.currency, settings.rates_date, settings.rates),
        stage_aliases=settings.stage_aliases,
        limits=limits(settings.risk),
        addresses=settings.addresses,
    )


class Remembered(Generic[T]):
    """What was worked out of the present data, by what it was worked out from."""

    def __init__(self) -> None:
        self._data: object = None
        self._known: dict[object, T] = {}

    def get(self, data: object, key: object, make: Callable[[], T]) -> T:
        """The value of a key, worked out where these data have none yet; what other data gave is forgotten."""
        if self._data != data or len(self._known) > MOST_REMEMBERED:
            self._data, self._known = data, {}
        known = self._known
        if key not in known:
            known[key] = make()
        return known[key]


class OnDemand:
    """A runner that starts the worker with the first approved change."""

    def __init__(self, app: App) -> None:
        self._app = app

    def start(self, jobs: Sequence[Job]) -> None:
        """Start the worker, which takes over as the gate's runner, and hand it the jobs."""
        self._app.work().start(jobs)


def _writable(home: Path) -> None:
    try:
        # A home of ours holds customers' data and conversations, so other users of the machine stay out.
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StorageError(
            f"The data folder {home} cannot be written ({error.strerror}); "
            "give yourself the rights to it or set SELLER_HOME to another folder."
        ) from error
