"""What the figures of a pipeline rest on: deals with their histories in memory, and how each stood at a moment (pure).

A state holds only what was known at its moment (reference: METRICS): it comes of the history, never of the record as it stands
today; stage "closed", the loss reason and the amount at which a deal was won do not enter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from bot.crm.records import Opportunity, OpportunityHistory, Stage

Rows = Sequence[OpportunityHistory]
UNTOLD = "Open"
"""the stage of a deal that is known to have been open, and nothing else"""
REOPENED = {
    "is_closed": False,
    "is_won": False,
    "stage": UNTOLD,
    "close_date": None,
    "loss_reason": None,
    "forecast_category": None,
}
"""what is taken back of a deal that was still open"""


class State(NamedTuple):
    """An open deal as it was known at a moment; None: nobody could know."""

    stage: str | None
    amount: Decimal | None
    close_date: date | None
    category: str | None
    entered: datetime | None
    """when it came into its stage"""
    pushes: int
    """how often its close date had moved later"""


@dataclass(frozen=True)
class Book:
    """Deals in memory; histories are sorted by time, and stages are those of the picklist."""

    deals: Sequence[Opportunity]
    stages: Mapping[str, Stage]
    now: datetime
    """on the asker's clock: its date is the asker's day"""
    histories: Mapping[str, Rows] = field(default_factory=dict)
    """by deal"""
    segments: Mapping[str, str] = field(default_factory=dict)
    """by account"""
    prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """list price by product and currency: what a deal was worth before its close, where no history tells"""

    @property
    def today(self) -> date:
        """The asker's day."""
        return self.now.date()

    @cached_property
    def _closings(self) -> dict[str, datetime | None]:
        """When a deal was closed, by its history, as far as that was asked: many moments are asked of each."""
        return {}

    def as_then(self) -> "Book":
        """The book as it stood at its moment, where the records are of later: what came after is taken back."""
        return self.of([known for deal in self.deals if (known := self._then(deal))])

    def _then(self, deal: Opportunity) -> Opportunity | None:
        if deal.created_at and deal.created_at > self.now:
            return None
        if deal.is_closed and self.closed_by(deal, self.now):
            return deal
        rows = [row for row in self.histories.get(deal.id, ()) if row.at <= self.now]
        told = self._told(deal, rows) if rows and not self._ends(rows[-1]) else None
        if told is None:
            amount = self.before_close(deal)
            return deal.model_copy(update={"amount": amount, **REOPENED}) if deal.is_closed else deal
        then = {"stage": told.stage, "amount": told.amount, "close_date": told.close_date}
        return deal.model_copy(update={**REOPENED, **then, "forecast_category": told.category})

    def segment(self, deal: Opportunity) -> str | None:
        """The segment of the deal's account."""
        return self.segments.get(deal.account_id or "")

    def of(self, deals: Sequence[Opportunity]) -> "Book":
        """The same book with these deals alone."""
        return Book(deals, self.stages, self.now, self.histories, self.segments, self.prices)

    def category(self, deal: Opportunity) -> str:
        """The forecast category as people name it: the deal's own, else its stage's, else "not set"."""
        return category_of(deal.forecast_category, deal.stage, self.stages)

    def state(self, deal: Opportunity, moment: datetime) -> State | None:
        """How the deal stood; None where it was not there yet or closed already."""
        if (deal.created_at and deal.created_at > moment) or self.closed_by(deal, moment):
            return None
        return self.standing(deal, moment)

    def standing(self, deal: Opportunity, moment: datetime) -> State:
        """How a deal stood that was there and open at the moment, for who has looked that up."""
        rows = self.histories.get(deal.id, ())
        known = [row for row in rows if row.at <= moment]
        told = self._told(deal, known) if known and not self._ends(known[-1]) else None
        if deal.is_closed or moment < self.now:
            return told or State(None, self.before_close(deal), None, None, None, 0)
        # Today the record itself counts: a history may lag behind it, or there may be none.
        entered, pushes = (told.entered, told.pushes) if told and told.stage == deal.stage else (None, 0)
        return State(deal.stage, deal.amount, deal.close_date, self.category(deal), entered, pushes)

    def last_open(self, deal: Opportunity, moment: datetime) -> OpportunityHistory | None:
        """The last row of its history by a moment, where it leaves the deal open: all that a look at one field needs."""
        for row in reversed(self.histories.get(deal.id, ())):
            if row.at <= moment:
                return None if self._ends(row) else row
        return None

    def closed_by(self, deal: Opportunity, moment: datetime) -> bool:
        """Whether the deal was closed, as known at the moment."""
        if not deal.is_closed:
            return False
        if deal.id not in self._closings:
            rows = self.histories.get(deal.id, ())
            self._closings[deal.id] = self._closing(rows) if rows and self._ends(rows[-1]) else None
        if closing := self._closings[deal.id]:
            return closing <= moment
        return deal.close_date is None or deal.close_date <= moment.date()

    def before_close(self, deal: Opportunity) -> Decimal | None:
        """The amount that could be known before the close: the history's last, else the list price; an open deal's own."""
        for row in reversed(self.histories.get(deal.id, ())):
            if not self._ends(row) and row.amount is not None:
                return row.amount
        return self.listed(deal) if deal.is_closed else deal.amount

    def listed(self, deal: Opportunity) -> Decimal | None:
        """The list price of its product: what a history that tells no amount leaves."""
        return self.prices.get((squashed(deal.product or ""), deal.currency))

    def _told(self, deal: Opportunity, known: Rows) -> State:
        last, entered, pushes = known[-1], known[0].at, 0
        for before, row in pairwise(known):
            if row.stage != before.stage:
                entered = row.at
            if before.close_date and row.close_date and row.close_date > before.close_date:
                pushes += 1
        category = category_of(last.forecast_category, last.stage, self.stages)
        amount = last.amount if last.amount is not None else self.listed(deal)
        return State(last.stage, amount, last.close_date, category, entered, pushes)

    def _ends(self, row: OpportunityHistory) -> bool:
        stage = self.stages.get(row.stage)
        return stage is not None and stage.is_closed

    def _closing(self, rows: Rows) -> datetime:
        """When the deal entered the closed stages for good."""
        entered = rows[-1].at
        for row in reversed(rows):
            if not self._ends(row):
                break
            entered = row.at
        return entered


def category_of(said: str | None, stage: str, stages: Mapping[str, Stage]) -> str:
    """The forecast category as people name it: what was said, else the stage's; Salesforce's `Forecast` is Commit."""
    found = said or (stages[stage].forecast_category if stage in stages else "not set")
    return "Commit" if found == "Forecast" else found


def by_deal(rows: Sequence[OpportunityHistory]) -> dict[str, list[OpportunityHistory]]:
    """Histories by deal, each oldest first."""
    found: dict[str, list[OpportunityHistory]] = {}
    for row in rows:
        found.setdefault(row.opportunity_id, []).append(row)
    for one in found.values():
        one.sort(key=lambda row: row.at)
    return found


def end_of(day: date, zone: datetime) -> datetime:
    """The last moment of a calendar day on the clock of a moment, in UTC, so that hours of a clock change count."""
    begins = datetime.combine(day + timedelta(days=1), time(), zone.tzinfo)
    return begins.astimezone(UTC) - timedelta(microseconds=1)


def squashed(name: str) -> str:
    """A product's name as it is compared: one file writes “GTXPro” and another “GTX Pro”."""
    return "".join(name.split()).casefold()
