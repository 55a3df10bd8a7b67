"""Named deal-risk signals with their default thresholds (source: the reference table RISK); one row each.

Missing data is `unknown`, never "fine". Pure: the clock is an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.pipeline.deal import Deal, days_between, is_two_way, pushes, quarter_pushes, stage_entered

Severity = Literal["red", "amber", "unknown"]
EARLY = {"prospecting", "qualification", "discovery", "engaging"}
QUALIFYING = {"prospecting", "qualification", "engaging"}


@dataclass(frozen=True)
class Thresholds:
    """Days and counts from which a signal fires."""

    silence_amber: int = 14
    silence_red: int = 21
    stalled_thin: int = 30
    stalled_factor: float = 1.5
    pushes_amber: int = 2
    pushes_red: int = 3
    engaged_days: int = 30
    dead: int = 60


DEFAULTS = Thresholds()


@dataclass(frozen=True)
class Signal:
    """One named risk with its evidence."""

    name: str
    severity: Severity
    text: str


Rule = Callable[[Deal, datetime, Thresholds], Signal | None]


def silence(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """No two-way activity for 14 days (amber), 21 (red); dead weight after 60."""
    touches = [a.at for a in deal.activities if is_two_way(a) and a.at <= now]
    if not touches:
        return Signal("no two-way activity", "unknown", "no two-way activity is on record")
    days = days_between(max(touches), now)
    if days < limit.silence_amber:
        return None
    tail = "; propose closing it" if days >= limit.dead else ""
    red: Severity = "red" if days >= limit.silence_red else "amber"
    return Signal("no two-way activity", red, f"no two-way activity for {days} days{tail}")


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
    if day <= now.date() + timedelta(days=7) and stage.lower() in EARLY:
        return Signal("close date too near", "red", f"it is to close on {day} but is still in {stage}")
    return None


def pushed(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Close date moved later twice (amber) or three times (red)."""
    count, crossing = pushes(deal.history), quarter_pushes(deal.history)
    if count < limit.pushes_amber:
        return None
    red: Severity = "red" if count >= limit.pushes_red else "amber"
    across = f", {crossing} of them into a later quarter" if crossing else ""
    return Signal("close date pushed", red, f"the close date was pushed {count} times{across}")


def single_threaded(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Only one contact engaged within 30 days."""
    since = now - timedelta(days=limit.engaged_days)
    engaged = {c for a in deal.activities if is_two_way(a) and since <= a.at <= now for c in a.contact_ids}
    if len(engaged) != 1:
        return None  # nobody at all is the silence signal's business
    name = deal.contacts[next(iter(engaged))].name if next(iter(engaged)) in deal.contacts else "one contact"
    return Signal("single-threaded", "amber", f"only {name} was engaged in the last {limit.engaged_days} days")


def no_economic_buyer(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """No economic buyer identified at Proposal or later."""
    if deal.opportunity.stage.lower() in EARLY or any(r.role == "economic_buyer" for r in deal.roles):
        return None
    if not deal.roles:
        return Signal("no economic buyer", "unknown", "no contact roles are recorded, so the economic buyer is unknown")
    return Signal("no economic buyer", "amber", f"no economic buyer is identified in {deal.opportunity.stage}")


def next_step(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """No next step, or one in the past, after Qualification."""
    opportunity = deal.opportunity
    if opportunity.stage.lower() in QUALIFYING:
        return None
    if not opportunity.next_step:
        return Signal("no next step", "amber", "no next step is set")
    day: date | None = opportunity.next_step_date
    if day and day < now.date():
        return Signal("next step in the past", "amber", f'the next step "{opportunity.next_step}" was due on {day}')
    return None


def hygiene(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Close date or amount missing."""
    missing = [word for word, value in _hygiene_fields(deal).items() if value is None]
    if not missing:
        return None
    return Signal("hygiene", "amber", f"{' and '.join(missing)} missing in the CRM")


def _hygiene_fields(deal: Deal) -> dict[str, object]:
    return {"amount": deal.opportunity.amount, "close date": deal.opportunity.close_date}


RULES: tuple[Rule, ...] = (
    close_date, silence, stalled, pushed, no_economic_buyer, next_step, single_threaded, hygiene,
)  # fmt: skip


def signals(deal: Deal, now: datetime, limit: Thresholds = DEFAULTS) -> list[Signal]:
    """Every signal that fires for an open deal, red first, then amber, then unknown."""
    order = {"red": 0, "amber": 1, "unknown": 2}
    fired = [signal for rule in RULES if (signal := rule(deal, now, limit))]
    return sorted(fired, key=lambda signal: order[signal.severity])
