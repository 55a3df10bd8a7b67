"""How a pipeline moved between two moments: begin + new + pulled in + increased − decreased − slipped − lost − won = end (pure).

What counts at a moment: the amount of deals that are open, not Omitted, and whose close date lies in the period; without a
period, of all that are open and not Omitted. A missing amount counts as zero and is counted. Currencies are kept apart.
Every deal walks from what it counted at the begin to what it counts at the end (`steps`):

new         it was not there at the begin, or was closed (reopened): + its amount now
pulled in   it was open outside the period at the begin: + the amount that it had there
increased   its amount went up; also one that comes back from Omitted, and what a changed currency brings
decreased   its amount went down; also one that became Omitted, and what a changed currency takes away
slipped     it is open outside the period now: − the amount at the begin, whether its date moved later, earlier or went missing
lost        it was lost in between, or deleted in the CRM: − what it was worth last
won         it was won in between: − the amount at which it was won

What closes in the period came into the pipeline first: a deal created and won in between is new and won, one that was to close
in another period is pulled in and won, each with what its amount changed by. A deal that counted and was closed on a day outside
of the period is won or lost all the same, as it left by that. An Omitted deal that is lost moves nothing; won, it comes back first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from bot.errors import BotError
from bot.pipeline.period import Period

Name = Literal["new", "pulled in", "increased", "decreased", "slipped", "lost", "won"]
ADDED: tuple[Name, ...] = ("new", "pulled in", "increased")
TAKEN: tuple[Name, ...] = ("decreased", "slipped", "lost", "won")
TERMS = (*ADDED, *TAKEN)
REOPENED, DELETED = "reopened", "deleted in the CRM"
OMITTED, BACK = "moved to Omitted", "back from Omitted"
EARLIER, UNDATED = "moved ahead of the period", "close date removed"
ZERO = Decimal(0)


class Standing(NamedTuple):
    """A deal at one of the two moments."""

    id: str
    name: str
    currency: str
    amount: Decimal | None
    stage: str | None
    close_date: date | None
    category: str | None
    outcome: Literal["open", "won", "lost"] = "open"
    owner_id: str | None = None
    account_id: str | None = None
    known: bool = True
    """False: nothing told how it stood, and it is taken as it was known later"""


@dataclass(frozen=True)
class Side:
    """All deals of a scope at a moment, closed ones too."""

    moment: datetime
    deals: Mapping[str, Standing]
    source: Literal["snapshot", "history", "now"] = "now"
    day: date | None = None
    """of the snapshot"""


class Step(NamedTuple):
    """One step of a deal; the amount is without the term's sign."""

    term: Name
    currency: str
    amount: Decimal
    blank: bool = False
    """whether there is no amount"""
    why: str = ""


@dataclass
class Term:
    """A part of the waterfall."""

    amount: Decimal = ZERO
    ids: list[str] = field(default_factory=list)
    blank: int = 0
    """how many have no amount"""

    @property
    def n(self) -> int:
        """How many deals are in it."""
        return len(self.ids)

    def add(self, key: str, amount: Decimal, blank: bool) -> None:
        """Take a deal in."""
        self.amount += amount
        self.ids.append(key)
        self.blank += blank


@dataclass(frozen=True)
class Waterfall:
    """The movement in one currency."""

    currency: str
    begin: Term = field(default_factory=Term)
    terms: Mapping[Name, Term] = field(default_factory=lambda: {name: Term() for name in TERMS})
    end: Term = field(default_factory=Term)

    @property
    def moved(self) -> bool:
        """Whether anything did."""
        return any(term.ids for term in self.terms.values())

    def parts(self) -> list[tuple[str, Term, int]]:
        """(name, term, its sign) from begin to end."""
        signed: list[tuple[str, Term, int]] = [(name, self.terms[name], 1 if name in ADDED else -1) for name in TERMS]
        return [("begin", self.begin, 1), *signed, ("end", self.end, 1)]

    def check(self) -> None:
        """Raise BotError where the parts do not add up to the cent: a wrong waterfall is never shown."""
        told = sum((term.amount * sign for _, term, sign in self.parts()[:-1]), ZERO)
        if told != self.end.amount:
            raise BotError(
                f"The movement in {self.currency} is {told - self.end.amount} off and is not shown, as its parts must add up; "
                "please report this with both days."
            )


@dataclass(frozen=True)
class Movement:
    """How the deals of a scope moved between two moments."""

    begin: Side
    end: Side
    period: Period | None
    waterfalls: Mapping[str, Waterfall]
    """by currency, that of most deals first"""
    steps: Mapping[str, tuple[Step, ...]]
    """by deal that moved"""


def movement(begin: Side, end: Side, period: Period | None = None) -> Movement:
    """Walk every deal from one moment to the other, and hold the sum against both ends."""
    found: dict[str, Waterfall] = {}
    walked: dict[str, tuple[Step, ...]] = {}
    _level(found, begin, period, "begin")
    _level(found, end, period, "end")
    for key in {**begin.deals, **end.deals}:
        before, after = begin.deals.get(key), end.deals.get(key)
        if before == after:
            continue
        if taken := steps(before, after, period):
            walked[key] = taken
        for step in taken:
            _fall(found, step.currency).terms[step.term].add(key, step.amount, step.blank)
    for one in found.values():
        one.check()
    ranked = sorted(found.values(), key=lambda one: (-one.begin.n - one.end.n, one.currency))
    return Movement(begin, end, period, {one.currency: one for one in ranked}, walked)


def steps(before: Standing | None, after: Standing | None, period: Period | None) -> tuple[Step, ...]:
    """How one deal walks from what it counted to what it counts; empty where it moved nothing."""
    if before is None or before.outcome != "open":
        return _came(before, after, period)
    inside = counts(before, period)
    if after is None:
        return (_step("lost", before, worth(before), DELETED),) if inside else ()
    if after.outcome == "open" and not counts(after, period):
        return _left(before, after, period) if inside else ()
    if after.outcome != "open" and not inside and not _closes_here(before, after, period):
        return ()
    entry = () if inside else _entry(before, after)
    return (*entry, *_changed(before, after, fresh=not inside), *_closed(before, after))


def counts(one: Standing, period: Period | None) -> bool:
    """Whether a deal counts at its moment."""
    live = one.outcome == "open" and one.category != "Omitted"
    return live and (period is None or period.holds(one.close_date))


def worth(one: Standing) -> Decimal:
    """The amount; a missing one is zero."""
    return ZERO if one.amount is None else one.amount


def _level(found: dict[str, Waterfall], side: Side, period: Period | None, which: Literal["begin", "end"]) -> None:
    for key, one in side.deals.items():
        if counts(one, period):
            term: Term = getattr(_fall(found, one.currency), which)
            term.add(key, worth(one), one.amount is None)


def _fall(found: dict[str, Waterfall], currency: str) -> Waterfall:
    if currency not in found:
        found[currency] = Waterfall(currency)
    return found[currency]


def _step(term: Name, one: Standing, amount: Decimal, why: str = "") -> Step:
    return Step(term, one.currency, amount, one.amount is None, why)


def _came(before: Standing | None, after: Standing | None, period: Period | None) -> tuple[Step, ...]:
    """A deal that was not open at the begin."""
    if after is None:
        return ()
    if after.outcome == "open":
        return (_step("new", after, worth(after), REOPENED if before else ""),) if counts(after, period) else ()
    if before or not (period is None or period.holds(after.close_date)):
        return ()
    return _step("new", after, worth(after)), _step(after.outcome, after, worth(after))


def _left(before: Standing, after: Standing, period: Period | None) -> tuple[Step, ...]:
    """A deal that counted and is open, but counts no more."""
    if after.category == "Omitted":
        return (_step("decreased", before, worth(before), OMITTED),)
    if after.close_date is None:
        return (_step("slipped", before, worth(before), UNDATED),)
    ahead = period is not None and after.close_date < period.first
    return (_step("slipped", before, worth(before), EARLIER if ahead else ""),)


def _closes_here(before: Standing, after: Standing, period: Period | None) -> bool:
    """Whether what did not count at the begin and was closed comes into the pipeline first."""
    here = period is None or period.holds(after.close_date)
    return here and not (before.category == "Omitted" and after.outcome == "lost")


def _entry(before: Standing, after: Standing) -> tuple[Step, ...]:
    """How a deal comes to count that was open and did not: with what it was worth then."""
    level = before if before.currency == after.currency else after
    if before.category == "Omitted":
        return (_step("increased", after, _closing(before, after), BACK),)
    return (_step("pulled in", level, worth(level)),)


def _changed(before: Standing, after: Standing, *, fresh: bool) -> tuple[Step, ...]:
    """What the amount changed by; `fresh`: the deal counts since its entry alone."""
    if fresh and (before.category == "Omitted" or before.currency != after.currency):
        return ()
    now = _closing(before, after)
    if before.currency != after.currency:
        gone = _step("decreased", before, worth(before), f"currency changed to {after.currency}")
        return gone, _step("increased", after, now, f"currency changed from {before.currency}")
    change = now - worth(before)
    if not change:
        return ()
    return (_step("increased", after, change) if change > 0 else _step("decreased", after, -change),)


def _closed(before: Standing, after: Standing) -> tuple[Step, ...]:
    if after.outcome == "open":
        return ()
    return (_step(after.outcome, after, _closing(before, after)),)


def _closing(before: Standing, after: Standing) -> Decimal:
    """What a deal is worth at the end; one that was lost keeps what it was worth last, where its close says no amount."""
    lost = after.outcome == "lost" and after.amount is None and before.currency == after.currency
    return worth(before) if lost else worth(after)
