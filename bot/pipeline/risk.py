"""Named deal-risk signals (source: the reference table RISK), each a rule with its thresholds in `bot.pipeline.limits`.

Missing data is `unknown`, never "fine". Pure: the clock is an argument, and its time zone is the reader's calendar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from bot.crm.records import Opportunity, OpportunityHistory
from bot.pipeline import risk_people, risk_words
from bot.pipeline.course import Step, step_of, went_back
from bot.pipeline.deal import Deal, days_between, pushes, quarter_pushes, stage_entered
from bot.pipeline.limits import DEFAULTS, Thresholds
from bot.pipeline.signal import ORDER, Rule, Severity, Signal

NO_HISTORY = "how the close date, the amount and the stage moved is unknown: there is no history"


def stalled(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Longer in its stage than 1.5 × the median of won deals (amber) or their P90 (red)."""
    entered = stage_entered(deal.history)
    if entered is None:
        return Signal("stalled in stage", "unknown", "days in stage are unknown: there is no stage history")
    days, usual = days_between(entered, now), deal.usual
    if usual is None:
        over = days > limit.stalled_thin
        return Signal("stalled in stage", "amber", f"{days} days in {deal.opportunity.stage}") if over else None
    if days <= min(limit.stalled_factor * usual.median, usual.p90):
        return None
    red: Severity = "red" if days > usual.p90 else "amber"
    text = f"{days} days in {deal.opportunity.stage} against a median of {usual.median:g} in {usual.n} won deals"
    return Signal("stalled in stage", red, text)


def close_date(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Close date passed, or within a week while the stage is early."""
    day, stage = deal.opportunity.close_date, deal.opportunity.stage
    if day is None:
        return None
    if day < now.date():
        late = (now.date() - day).days
        ago = "yesterday" if late == 1 else f"{late} days ago"
        return Signal("close date passed", "red", f"the close date {day} passed {ago}")
    if day > now.date() + timedelta(days=limit.close_near):
        return None
    step = step_of(stage, deal.stages)
    if step is None:
        text = f"it is to close on {day}, and whether {stage} is an early stage is unknown"
        return Signal("close date too near", "unknown", text)
    if step < Step.PROPOSAL:
        return Signal("close date too near", "red", f"it is to close on {day} but is still in {stage}")
    return None


def pushed(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Close date moved later twice (amber) or three times (red); moves into a later quarter are told apart."""
    if not deal.history:
        return Signal("close date pushed", "unknown", NO_HISTORY)
    count, crossing = pushes(deal.history), quarter_pushes(deal.history)
    if count < limit.pushes_amber:
        return None
    red: Severity = "red" if count >= limit.pushes_red else "amber"
    across = f", {crossing} of them into a later quarter" if crossing else ""
    return Signal("close date pushed", red, f"the close date was pushed {count} times{across}")


def amount_down(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """The amount fell by over 20 % within 30 days."""
    if not deal.history:
        return Signal("amount down", "unknown", NO_HISTORY)
    rows = _recent(deal.history, now, limit)
    known = [(row.at, row.amount) for row in rows if row.amount is not None]
    if not known or deal.opportunity.amount is None:
        return None
    known.append((known[-1][0], deal.opportunity.amount))  # the record counts where the history lags behind it
    start, high = max(known, key=lambda row: row[1])
    low = deal.opportunity.amount
    if high <= 0 or (high - low) * 100 <= high * Decimal(str(limit.drop_percent)):
        return None
    fell = next((at for (_, a), (at, b) in pairwise(known) if at >= start and b < a), known[-1][0])
    share = round((high - low) / high * 100)
    on = fell.astimezone(now.tzinfo).date()
    return Signal("amount down", "amber", f"the amount fell by {share} % from {high:,.0f} to {low:,.0f} on {on}")


def moved_back(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """The stage moved back within 30 days."""
    if not deal.history:
        return Signal("stage moved back", "unknown", NO_HISTORY)
    for before, row in reversed(list(pairwise(_recent(deal.history, now, limit)))):
        if went_back(before.stage, row.stage, deal.stages):
            on = row.at.astimezone(now.tzinfo).date()
            return Signal(
                "stage moved back", "amber", f"the stage moved back from {before.stage} to {row.stage} on {on}"
            )
    return None


def _recent(history: Sequence[OpportunityHistory], now: datetime, limit: Thresholds) -> list[OpportunityHistory]:
    """How it stood when the days began that count, and what changed since."""
    first = (now - timedelta(days=limit.changed_days)).date()
    rows = sorted((row for row in history if row.at <= now), key=lambda row: row.at)
    since = next((k for k, row in enumerate(rows) if row.at.astimezone(now.tzinfo).date() >= first), len(rows))
    return rows[max(0, since - 1) :]


def hygiene(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Close date, amount, next step or primary contact missing."""
    o = deal.opportunity
    step = o.next_step or None if step_of(o.stage, deal.stages) == Step.QUALIFYING else "told by a signal of its own"
    known = bool(deal.roles) or any(a.contact_ids for a in deal.activities) or None
    held = {"amount": o.amount, "close date": o.close_date, "next step": step, "contact": known}
    missing = [word for word, value in held.items() if value is None]
    if not missing:
        return None
    first = f"{', '.join(missing[:-1])} and " if missing[1:] else ""
    return Signal("hygiene", "amber", f"{first}{missing[-1]} missing in the CRM")


RULES: tuple[Rule, ...] = (
    close_date, risk_words.red_flag, risk_words.champion_left, risk_people.silence, risk_people.ghosted, stalled, pushed,
    risk_people.no_economic_buyer, risk_people.next_step, risk_people.single_threaded, risk_people.silent_champion,
    amount_down, moved_back, risk_words.price, risk_words.competitor, risk_words.paper_process, risk_people.dead_weight,
    hygiene,
)  # fmt: skip
"""those first that tell most, for signals of one severity"""
NAMES = (
    "close date passed", "close date too near", "red flag said", "champion left", "no two-way activity", "ghosted",
    "stalled in stage", "close date pushed", "no economic buyer", "no next step", "next step in the past",
    "next step only ours", "single-threaded", "silent champion", "amount down", "stage moved back", "price not discussed",
    "competitor without a plan", "paper process unknown", "dead weight", "hygiene", "forecast mismatch",
)  # fmt: skip
"""every signal of a deal"""


def signals(deal: Deal, now: datetime, limit: Thresholds = DEFAULTS, probability: float | None = None) -> list[Signal]:
    """Every signal that fires for an open deal, red first, then amber, then unknown; `probability` is the model's."""
    fired = [signal for rule in RULES if (signal := rule(deal, now, limit))]
    if mismatch := forecast_mismatch(deal, fired, limit, probability):
        fired.insert(0, mismatch)
    return sorted(fired, key=lambda signal: ORDER[signal.severity])


def forecast_mismatch(
    deal: Deal, fired: Sequence[Signal], limit: Thresholds, probability: float | None
) -> Signal | None:
    """The rep says Commit, and the model gives it under 0.5 or two red signals speak against it."""
    if category(deal) != "Commit":
        return None
    # One sentence that two signals rest on is one thing that speaks against it.
    red = list({signal.text: signal.name for signal in fired if signal.severity == "red"}.values())
    if probability is not None and probability < limit.commit_probability:
        return Signal("forecast mismatch", "red", f"the forecast says Commit, and the model gives it {probability:.0%}")
    if len(red) >= limit.commit_reds:
        return Signal("forecast mismatch", "red", f"the forecast says Commit against {' and '.join(red)}")
    return None


def category(deal: Deal) -> str | None:
    """The forecast category as people name it: the deal's own, else its stage's."""
    stage = deal.stages.get(deal.opportunity.stage)
    said = deal.opportunity.forecast_category or (stage.forecast_category if stage else None)
    return "Commit" if said == "Forecast" else said


@dataclass(frozen=True)
class Share:
    """A deal, owner or segment that holds much of Commit, in one currency."""

    kind: str
    """deal, owner or segment"""
    key: str
    amount: Decimal
    total: Decimal
    currency: str
    n: int
    """deals in Commit"""


def concentration(
    commit: Sequence[Opportunity], segments: Mapping[str, str | None], limit: Thresholds = DEFAULTS
) -> list[Share]:
    """What holds over 25 % of Commit, each currency apart; `segments` by account. A single deal is no concentration."""
    found = []
    for currency in sorted({o.currency for o in commit}):
        rows = [o for o in commit if o.currency == currency and o.amount is not None and o.amount > 0]
        total = sum((o.amount or Decimal(0) for o in rows), Decimal(0))
        if len(rows) < 2:
            continue
        kinds: dict[str, dict[str, str | None]] = {
            "deal": {o.id: o.id for o in rows},
            "owner": {o.id: o.owner_id for o in rows},
            "segment": {o.id: segments.get(o.account_id or "") for o in rows},
        }
        for kind, key_of in kinds.items():
            sums = _sums(rows, key_of)
            found += [
                Share(kind, key, amount, total, currency, len(rows))
                for key, amount in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
                if amount * 100 > total * Decimal(str(limit.concentration))
            ]
    return found


def _sums(rows: Sequence[Opportunity], key_of: Mapping[str, str | None]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for o in rows:
        if key := key_of[o.id]:
            sums[key] = sums.get(key, Decimal(0)) + (o.amount or Decimal(0))
    return sums
