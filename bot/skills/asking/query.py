"""Read a question over records by rules: what is asked for, what the playbook is to say to it, which words are left."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from bot.skills.asking.arguments import Accounts, Activities, Arguments, Contacts, Deals, Promises
from bot.skills.asking.columns import take_columns
from bot.skills.asking.crm import Crm
from bot.skills.asking.finding import Tie, ties_of
from bot.skills.asking.framing import HOW_TO, POLITE, framed
from bot.skills.asking.kinds import HOW_MUCH, kind_of, noun_of
from bot.skills.asking.parts import Got
from bot.skills.asking.read_activities import read_activities
from bot.skills.asking.read_deals import read_deals
from bot.skills.asking.read_measure import take_count, take_measure
from bot.skills.asking.read_people import read_accounts, read_contacts
from bot.skills.asking.read_promises import read_promises
from bot.skills.asking.tying import Clause, at_accounts, clauses, turned
from bot.skills.asking.words import NOUNS as NOUNS_OF
from bot.skills.asking.words import Text

_SAYS = (
    r"(?:playbook|handbook|guidelines?|guides?|battlecards?|polic(?:y|ies)|knowledge base|wiki|pages|rules?|process|best practices?|"
    r"recommend(?:s|ed|ation)?|advi[sc]es?|next play|the play)"
)
_TODO = r"(?:what|how)(?:(?:\s+|['’])(?:can|could|do|does|should|would|must|might|shall|am|are|is|s))?(?:\s+(?:i|we|one|you))?(?:\s+(?:best|then|now|usually))?\s+(?:to\s+)?(?:do|say|tell|beat|win|handle|approach|save|help|reply|answer|deal|fix|get|avoid|respond|revive|proceed|position|act|go|close|ask|offer|treat|react|sell|keep|prevent|address|counter|rescue|unblock|move|advance|speed)\b"
"""words that ask what is to be done, which the pages know"""
_TELL = r"(?:(?:please\s+)?(?:tell|show|remind|give|advise)\s+(?:me|us)\s+|explain\s+)?"
SECOND = re.compile(
    rf"(?:\s*[,;.?!–-]+\s*|\s+)(?:(?:and|then|also|plus)\s+)+(?P<pages>{_TELL}(?:{_TODO}.*|(?:what|how|which|where|is there|do we|tell me|show me)\b.*\b{_SAYS}\b.*|should (?:i|we)\b.*))$|"
    rf"\s*[;.?!–]\s*(?P<more>{_TELL}(?:{_TODO}.*|(?:what|how|which)\b.*\b{_SAYS}\b.*|should (?:i|we)\b.*))$",
    re.IGNORECASE,
)
FIRST = re.compile(
    rf"^(?P<pages>{_TODO}.{{0,20}}?|what (?:does|do|should|can) .{{0,40}}\b(?:{_SAYS}|say|do)\b.{{0,20}}?)\s+(?:about|with|for|on|regarding)\s+(?P<records>(?:my|our|all|the|open|every|deals?|renewals?)\b.*)$",
    re.IGNORECASE,
)
PLAIN = frozenset({"owner", "team", "state", "close_from", "close_to", "sort"})
"""what the figures of a pipeline are narrowed by"""
Named = Mapping[str, str]
"""ids of accounts by the words that name them"""


NOBODY: Named = MappingProxyType({})


@dataclass(frozen=True)
class Reading:
    """What a question was understood to ask."""

    asked: Arguments | None = None
    measure: str = ""
    """`win rate`, `mean`, `median`, `count`, or empty: the records"""
    pages: str = ""
    """what the playbook is asked besides; empty: nothing"""
    unread: tuple[str, ...] = ()
    """words that were not understood"""
    narrowed: int = 0
    """conditions that were understood"""

    strong: bool = False
    """whether it is a question over records even where not all of it was understood"""
    ties: tuple[Tie, ...] = ()
    """what is to hang on the records"""

    @property
    def narrow(self) -> bool:
        """Whether deals are asked for by more than the figures of a pipeline tell: whose they are, and when."""
        given = self.asked.model_fields_set - PLAIN if isinstance(self.asked, Deals) else ()
        return bool(given or self.ties or self.measure not in ("", "count"))

    @property
    def whole(self) -> bool:
        """Whether everything was understood."""
        return self.asked is not None and not self.unread


def read(question: str, crm: Crm, accounts: Named = NOBODY, kind: type[Arguments] | None = None) -> Reading | None:
    """Read a question over records; None where it is none. `accounts` are the ids of those that it names, `kind` what it
    asks for where it does not say so."""
    records, pages = split(question)
    text = Text(POLITE.sub("", records))
    records = text.left
    kind = kind_of(records, crm) or kind
    strong = framed(records)
    if HOW_TO.match(records) or (kind is None and not strong):
        return None
    if kind is None:
        return Reading(None, "", pages, tuple(text.unread()) or (records,), 0, strong)
    got, measure, left = _read_one(records, kind, crm, accounts)
    if (
        HOW_MUCH.match(records)
        and not strong
        and not noun_of(records)
        and not got.keys() & {"stages", "forecast", "currency", "close_from"}
    ):
        return None  # "how much is Plan?" asks for a price
    asked = _checked(kind, got)
    if left or asked is None:
        tied = _tied(records, kind, crm, accounts)
        if tied:
            return Reading(tied[0], tied[1], pages, (), len(got) + 1, strong, tied[2])
    return Reading(asked, measure, pages, left or (() if asked else (records,)), len(got), strong)


def _checked(kind: type[Arguments], got: Got) -> Arguments | None:
    try:
        return kind.model_validate(got)
    except ValidationError:
        return None


def _read_one(words: str, kind: type[Arguments], crm: Crm, accounts: Named) -> tuple[Got, str, tuple[str, ...]]:
    """What words ask of one kind of record, the measure, and the words that were not read."""
    text, got = Text(words), Got()
    for name, key in accounts.items():
        if text.take(
            rf"(?:\|\s*(?:,|and|or)\s+)?(?:\b(?:at|with|for|of|from|in|to|and|or) )?(?:the )?(?<!\w){re.escape(name)}(?:['’]s?)?(?!\w)"
        ):
            got["account"] = " or ".join(filter(None, (got.get("account"), key)))
    measure = take_measure(text) if kind is Deals else take_count(text)
    if show := take_columns(text, kind):
        got["show"] = show
    READERS[kind](text, crm, got)
    _settle(kind, got, measure)
    return got, measure, tuple(text.unread(NOUNS_OF[kind.__name__]))


def _settle(kind: type[Arguments], got: Got, measure: str) -> None:
    """The state that a measure is taken over, where none is named."""
    if kind is not Deals:
        return
    if measure == "cycle":
        got["state"] = "won"
    if measure in ("mean", "median"):
        got.setdefault("state", "won")
    if measure == "win rate" and got.get("state", "open") in ("open", "won"):
        got["state"] = "closed"
    if got.get("group") and measure in ("win rate", "mean", "cycle"):
        got["rank"] = measure


def _tied(
    records: str, kind: type[Arguments], crm: Crm, accounts: Named
) -> tuple[Arguments, str, tuple[Tie, ...]] | None:
    """Read records by what hangs on them; None where a part of it cannot be read."""
    if at := _at_accounts(records, kind, crm, accounts):
        return at
    for outer, condition in turned(records):
        got, measure, left = _read_one(outer, kind, crm, accounts)
        tie = None if left else _turned(condition, kind, crm, accounts)
        ended = (
            OTHERWISE.get(getattr(tie.asked, "state", ""), "")
            if tie and tie.asked.model_fields_set == {"state"}
            else None
        )
        if ended is not None and kind is Deals:
            # "did we not win" is how a deal ended, and no further condition on those that are open.
            got, tie = got | {"state": ended}, None if "state" in got or not ended else Tie(Deals(state="any"), 0)
        if tie and (asked := _checked(kind, got)):
            return asked, measure, (tie,) if ended is None else ()
    for outer, parts in clauses(records):
        got, measure, left = _read_one(outer, kind, crm, accounts)
        asked = _checked(kind, got)
        ties = [] if left or asked is None else [_tie(kind, part, crm) for part in parts]
        if asked and ties and all(ties):
            if isinstance(asked, Contacts) and any(isinstance(tie.asked, Deals) for tie in ties if tie):
                asked = asked.model_copy(update={"role_state": "any"})  # the deals themselves say in which state
            return asked, measure, tuple(tie for tie in ties if tie)
    return None


def _at_accounts(
    records: str, kind: type[Arguments], crm: Crm, accounts: Named
) -> tuple[Arguments, str, tuple[Tie, ...]] | None:
    """Records of accounts that have a clause of their own: "contacts at customers | without an open deal"."""
    parted = None if kind is Accounts else at_accounts(records)
    if parted is None:
        return None
    got, measure, left = _read_one(parted[0], kind, crm, accounts)
    inner, _, unread = _read_one(parted[1], Accounts, crm, {})
    tied = _tied(parted[1], Accounts, crm, {}) if unread else None
    asked, where = _checked(kind, got), tied[0] if tied else None if unread else _checked(Accounts, inner)
    if left or asked is None or where is None:
        return None
    return asked, measure, (Tie(where, ties=tied[2] if tied else ()),)


OTHERWISE = {"won": "lost", "open": "closed", "closed": "open"}
"""how a deal stands that does not stand so"""
BROAD: Mapping[type[Arguments], Got] = {
    Deals: {"state": "any"},
    Promises: {"state": "any"},
    Activities: {"whole": True},
}
"""what a condition alone is looked for in: all records, whatever their state"""
ENDS = re.compile(r"_(?:from|to)$")


def _turned(words: str, kind: type[Arguments], crm: Crm, accounts: Named) -> Tie | None:
    """A condition that is not to hold; None where words are no condition, or more than one."""
    got, measure, left = _read_one(words, kind, crm, accounts)
    if (
        left
        or measure
        or len({ENDS.sub("", name) for name in got}) != 1
        or got.keys() & {"show", "group", "sort", "top"}
    ):
        return None
    asked = _checked(kind, {**BROAD.get(kind, {}), **got})
    return Tie(asked, 0, 0) if asked else None


A_ROLE = re.compile(
    r"\W*(?:an? |any |the )?(?:champion|blocker|sponsor|coach|decision[- ]maker|(?:economic |technical )?buyer)\b",
    re.IGNORECASE,
)
"""one person by what they are to a deal"""


TOUCHED_THEM = re.compile(r"\b(?:met|called|phoned|e-?mailed|mailed|spoke|spoken|talked)\b", re.IGNORECASE)


def _tie(outer: type[Arguments], part: Clause, crm: Crm) -> Tie | None:
    """What a clause says of the records that hang on another."""
    kind = kind_of(part.words, crm) or (
        Contacts if A_ROLE.match(part.words) else Activities if TOUCHED_THEM.search(part.words) else None
    )
    if kind not in ties_of(outer) or re.search(r"\w\W+but\b", part.words):
        return None  # what is behind a "but" is a condition of its own, which may turn the other way
    got, measure, left = _read_one(part.words, kind, crm, {})
    if part.most == 0:
        got.pop("whole", None)  # what is still to come in November is no meeting in November yet
    asked = _checked(kind, got)
    return Tie(asked, part.least, part.most) if asked and not left and not measure and not got.get("group") else None


def split(question: str) -> tuple[str, str]:
    """The part over records, and the part for the playbook."""
    words = " ".join(question.split())
    if m := FIRST.match(words):
        return m["records"], f"{m['pages']} about"
    if (m := SECOND.search(words)) and m.start() > 8:
        return words[: m.start()], (m["pages"] or m["more"]).strip()
    return words, ""


READERS: dict[type[Any], Callable[[Text, Crm, Got], None]] = {
    Deals: read_deals, Accounts: read_accounts, Contacts: read_contacts, Activities: read_activities, Promises: read_promises,
}  # fmt: skip
