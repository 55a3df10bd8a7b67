"""One file per thing people ask for; a skill reads and drafts, and never writes."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from bot.calendars import Event
from bot.crm.port import CrmReader
from bot.crm.records import ActivityKind, User
from bot.learnt import Meaning
from bot.llm import LanguageModel
from bot.llm.outside import OPEN, Discretion
from bot.pipeline.chances import Chances
from bot.pipeline.currency import Rates
from bot.pipeline.deal import Benchmarks
from bot.pipeline.limits import NO_LIMITS, Limits
from bot.pipeline.period import Period
from bot.proposals import Draft, Line, Proposal
from bot.store.memory import Memory
from knowledge.documents import Scope
from knowledge.library import Library

SKILLS = (
    "brief", "prep", "plan", "summary", "draft", "log", "deal", "pipeline", "changes", "day", "needs", "battlecard", "ask",
)  # fmt: skip
"""modules of this package, in the order in which the router tries their triggers"""
READING = frozenset({"summary", "ask"})
"""skills that read a file which came with the words"""


@dataclass(frozen=True)
class Card:
    """What a skill is for, as data: the router, help texts and Slack commands read it."""

    name: str
    description: str
    examples: tuple[str, ...]
    command: str = ""
    """its slash command in Slack, such as `/brief`; empty: it has none"""
    usage: str = ""
    """what may follow the command, as Slack hints at it"""
    bare: Literal["help", "account", "form", "run"] = "help"
    """what the command does without words: show help, take the account last talked of, open its form, or answer its first example"""
    triggers: tuple[str, ...] = ()
    """regular expressions on the lower-cased text; the named group `rest` is the argument"""
    account_only: tuple[str, ...] = ()
    """triggers that count only where the text names an account"""
    about: frozenset[str] = frozenset()
    """words one of which a request must hold that no trigger knows; empty: an account's name is enough"""
    around: frozenset[str] = frozenset()
    """further words that such a request may hold, and no others"""
    of_account: bool = False
    """whether such a request names an account"""
    own: Callable[[str], str] = lambda text: text
    """the asker's own words, without what they pasted or quoted"""
    tells: "Callable[[Context, str, str], bool] | None" = None
    """whether words that no trigger knows are for this skill, said (context, account id, words) where an account is talked of"""
    knows: "Callable[[Context, str], bool] | None" = None
    """whether the skill reads every word of a question by rules, so that nothing need be guessed"""
    goes_on: "Callable[[Context, Said], Ask | None]" = lambda context, said: None
    """what words ask of something that it made in this conversation, such as another day of a plan; None: nothing"""
    replaces: bool = False
    """whether what such an answer proposes takes the place of what was proposed before"""
    again: bool = False
    """whether “and Pellworm?” after its answer asks for the same of another account"""


@dataclass(frozen=True)
class Said:
    """Words in a conversation, as a skill that may be meant by them hears them."""

    text: str
    last: bool
    """whether this skill answered last"""
    command: bool = False
    """whether they came with its command"""

    @property
    def follow(self) -> bool:
        """Whether they come right after its answer."""
        return self.last and not self.command


@dataclass(frozen=True)
class Touched:
    """What a form says of a touch; None: as the words tell."""

    kind: ActivityKind | None = None
    day: date | None = None


NOT_SAID = Touched()


@dataclass(frozen=True)
class Policy:
    """What the company set for everybody."""

    company: str = ""
    """its name as letters end with it"""
    postal_address: str = ""
    framework: str = "meddpicc"
    """of call summaries: meddpicc, bant or spiced"""
    consent: Literal["ask", "given"] = "ask"
    """`given`: everybody who is recorded is asked before, so that a transcript needs no word on it"""
    steps: int = 6
    """of the model for one open question"""
    tokens: int = 30_000
    """in and out, for one open question"""
    rates: Rates = field(default_factory=Rates)
    """the currency of figures, and what others are worth in it"""
    stage_aliases: Mapping[str, str] = field(default_factory=dict)
    """a stage's old name, as histories have it → today's"""
    limits: Limits = NO_LIMITS
    """from when on signals of risk fire"""
    addresses: tuple[str, ...] = ()
    """of the services that it uses, which a sentence on a trouble may name"""


@dataclass(frozen=True)
class Context:
    """What a skill may use: read-only ports, the asker and the clock."""

    reader: CrmReader
    open_library: Callable[[], Library]
    model: LanguageModel | None
    asker: User
    teams: frozenset[str]
    now: datetime
    benchmarks: Callable[[], Benchmarks]
    thread_account: str | None = None
    thread_turns: tuple[tuple[str, str], ...] = ()
    """(role, text) of the conversation so far, oldest first"""
    touched: Touched = NOT_SAID
    progress: Callable[[str], None] = field(default=lambda text: None)
    on_line: Callable[[Line], None] = field(default=lambda line: None)
    """takes each checked line of the model's answer as it is written"""
    tone: str = ""
    """how the asker wants drafts to sound, such as "friendly"; empty: no wish"""
    language: str = ""
    """code of the language that the asker wants drafts in, such as "de"; empty: no wish"""
    policy: Policy = Policy()
    thread: str = ""
    """id of the conversation"""
    waiting: Callable[[], Sequence[Proposal]] = lambda: ()
    """proposals without a decision that the asker may look at, of others too"""
    memory: Memory | None = None
    """what skills keep of their own work: letters, samples of style, looks at accounts, words on calls; None: nothing is kept"""
    calendar: Callable[[date, date], Sequence[Event]] = field(default=lambda first, last: ())
    """the asker's own calendar from a first to a last day on their clock; CalendarError where it cannot be read"""
    meaning: Meaning | None = None
    """what guesses by meaning rest on; None: rules alone decide"""
    chances: Callable[[Period, datetime], Chances] | None = None
    """what tells any open deal's chance in a period, of the deals that the asker may know of; None: of those they see"""
    discretion: Discretion = OPEN
    """which sources the model is not shown"""
    kept: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """what was looked up for this one request and is needed again in it"""

    @property
    def library(self) -> Library:
        """The knowledge base, opened when it is first needed."""
        return self.open_library()

    @property
    def owner_id(self) -> str | None:
        """The asker as owner of new records; None for a local admin, whom no CRM knows."""
        return self.asker.id if self.reader.user(self.asker.id) else None

    @property
    def today(self) -> date:
        """The asker's calendar day."""
        return self.now.astimezone(ZoneInfo(self.asker.time_zone)).date()

    def scope(self, account_id: str | None) -> Scope:
        """The asker's scope: the one account's notes, or the shared pages alone."""
        return Scope.account(account_id, teams=self.teams) if account_id else Scope.shared(teams=self.teams)

    def rested_on(self, draft: Draft, question: str) -> Draft:
        """Keep which pages an answer rests on, for those who look after them."""
        pages = [citation.page for citation in draft.citations if citation.page]
        if pages:
            self.library.uses.add(pages, "cited", self.asker.id, question, self.now)
        return draft


@dataclass(frozen=True)
class Ask:
    """A question that was routed: its words, and the account that code picked for it."""

    text: str
    account_id: str | None = None
    named: bool = False
    """whether the words name the account, rather than lean on the thread's"""
    file: Path | None = None
    """a file that came with the words"""
    link: str = ""
    """where people open that file; empty: its name says enough"""
    goes_on: bool = False
    """whether the words ask for something of what this skill did here before"""


class Skill(Protocol):
    """A module of this package."""

    CARD: Card

    def run(self, context: Context, ask: Ask) -> Draft: ...


def load(name: str) -> Skill:
    """Import one skill's module."""
    module: Skill = importlib.import_module(f"bot.skills.{name}")
    return module


def cards() -> Mapping[str, Card]:
    """The cards of all skills, in routing order."""
    return {name: load(name).CARD for name in SKILLS}
