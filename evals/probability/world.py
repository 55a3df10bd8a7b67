"""A CRM drawn with known probabilities: every week an open deal ends with a chance that its stage sets, and is then won with one that its traits set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import exp, log
from random import Random

from bot.crm.records import Opportunity, OpportunityHistory, Stage
from bot.pipeline.book import Book, by_deal
from bot.pipeline.cuts import Snap

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
BEGAN = date(2024, 1, 1)
STAGES = {
    name: Stage(
        id=name, name=name, order=at, probability=p, forecast_category=category, is_closed=name.startswith("Closed"),
        is_won=name == "Closed Won",
    )
    for at, (name, p, category) in enumerate(
        (("Qualified", 0.2, "Pipeline"), ("Proposal", 0.5, "Best Case"), ("Closed Won", 1, "Closed"), ("Closed Lost", 0, "Omitted"))
    )
}  # fmt: skip
ENDS = {"Qualified": 0.04, "Proposal": 0.12}
"""chance of a week to end the deal"""
MOVES = 0.10
"""chance of a week to bring it from Qualified to Proposal"""
SOURCES = {"Referral": 1.2, "Website": 0.0, "Cold call": -1.2}
PRODUCTS = {"Plan": 0.6, "Dock": -0.6}


@dataclass(frozen=True)
class World:
    """The book, and what its deals' chance to be won really is once they end."""

    book: Book
    odds: Mapping[str, float]

    def truth(self, snap: Snap) -> float:
        """The true chance that a deal which stands so is won by the end of its period."""
        weeks = snap.cut.left / 7
        return self.odds[snap.deal] * _ends_within(snap.state.stage or "Qualified", weeks)


def draw(deals: int, seed: int, *, signal: float) -> World:
    """Draw so many deals; without a signal each is won with the same chance."""
    rng, odds = Random(seed), dict[str, float]()
    made, rows = list[Opportunity](), list[OpportunityHistory]()
    for number in range(deals):
        key = f"d{number:05d}"
        source, product = rng.choice(list(SOURCES)), rng.choice(list(PRODUCTS))
        odds[key] = 1 / (1 + exp(-(signal * (SOURCES[source] + PRODUCTS[product]) - 0.5)))
        deal, history = _life(rng, key, source, product, odds[key])
        made.append(deal)
        rows += history
    return World(Book(made, STAGES, NOW, by_deal(rows)), odds)


def _life(
    rng: Random, key: str, source: str, product: str, odds: float
) -> tuple[Opportunity, list[OpportunityHistory]]:
    day = BEGAN + timedelta(days=rng.randrange((NOW.date() - BEGAN).days))
    created, amount = _at(day), Decimal(rng.randrange(5, 100) * 1000)
    stage, rows = "Qualified", [_row(key, 0, created, "Qualified", amount)]
    while day < NOW.date() - timedelta(days=7) and stage in ENDS:
        day += timedelta(days=7)
        if rng.random() < ENDS[stage]:
            stage = "Closed Won" if rng.random() < odds else "Closed Lost"
        elif stage == "Qualified" and rng.random() < MOVES:
            stage = "Proposal"
        else:
            continue
        rows.append(_row(key, len(rows), _at(day), stage, amount))
    closed = stage not in ENDS
    return Opportunity(
        id=key, name=key, stage=stage, amount=amount, created_at=created, close_date=day if closed else None, is_closed=closed,
        is_won=stage == "Closed Won", lead_source=source, product=product, owner_id=f"u{rng.randrange(8)}",
    ), rows  # fmt: skip


def _ends_within(stage: str, weeks: float) -> float:
    """Chance that a deal in a stage ends within so many weeks."""
    if stage == "Proposal":
        return 1 - exp(weeks * log(1 - ENDS["Proposal"]))
    ended, qualified, proposal = 0.0, 1.0, 0.0
    for _ in range(round(weeks)):
        ended += qualified * ENDS["Qualified"] + proposal * ENDS["Proposal"]
        proposal = proposal * (1 - ENDS["Proposal"]) + qualified * (1 - ENDS["Qualified"]) * MOVES
        qualified *= (1 - ENDS["Qualified"]) * (1 - MOVES)
    return ended


def _row(key: str, k: int, at: datetime, stage: str, amount: Decimal) -> OpportunityHistory:
    return OpportunityHistory(id=f"{key}-{k}", opportunity_id=key, at=at, stage=stage, amount=amount)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
