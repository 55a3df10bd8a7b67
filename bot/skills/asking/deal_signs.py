"""Conditions on a deal's course: its history, its ages, its activities and its signals of risk."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from bot.crm.records import Opportunity, OpportunityHistory
from bot.pipeline.deal import days_between, is_two_way, pushes, stage_entered, usual_for
from bot.skills.asking.arguments import Deals
from bot.skills.asking.crm import Crm, known
from bot.skills.asking.result import Rules, between, inside
from bot.skills.asking.touches import told_kinds
from bot.skills.ledger import plural

STATES: dict[str, Callable[[Opportunity], bool]] = {
    "open": lambda o: not o.is_closed,
    "won": lambda o: o.is_closed and o.is_won,
    "lost": lambda o: o.is_closed and not o.is_won,
    "closed": lambda o: o.is_closed,
    "any": lambda o: True,
}


def created(crm: Crm, o: Opportunity) -> date | None:
    return o.created_at.astimezone(crm.now.tzinfo).date() if o.created_at else None


def signs(crm: Crm, args: Deals, rules: Rules[Opportunity]) -> None:
    """Conditions that need a deal's history and activities."""
    days, least = args.silent_days, args.pushed
    _ages(crm, args, rules)
    rules.add(args.moved_back, "moved back to an earlier stage", lambda o: _moved_back(crm, o))
    if days and args.silent_kinds:
        since, kinds = crm.now.date() - timedelta(days=days), args.silent_kinds
        rules.add(True, f"no {told_kinds(kinds)} since {since}", lambda o: not _touched(crm, o, kinds, since))
    elif days:
        rules.add(True, f"no two-way activity in the last {plural(days, 'day')}", lambda o: _silent(crm, o, days))
    if least:
        rules.add(True, f"close date pushed at least {plural(least, 'time')}", lambda o: pushed(crm, o) >= least)
    if (most := args.pushed_most) is not None:
        told = f"at most {plural(most, 'time')}" if most else "never"
        rules.add(
            True, f"close date pushed {told}" if most else "close date never pushed", lambda o: pushed(crm, o) <= most
        )
    _courses(crm, args, rules)
    for risk in args.risks:
        if risk == "any":
            told = "with a signal of risk"
            rules.add(True, told, lambda o: any(s.severity != "unknown" for s in crm.signals(o)))
        else:
            rules.add(True, f"signal: {risk}", _signal(crm, risk))


def _courses(crm: Crm, args: Deals, rules: Rules[Opportunity]) -> None:
    """Conditions on what a deal was before: its amount, and the stages that it was in."""
    sign = 1 if args.grown == "more" else -1
    rules.add(args.grown, f"amount {args.grown} than when created", lambda o: _growth(crm, o) * sign > 0)
    first, last, names = (
        args.been_from,
        args.been_to,
        {known(s, [one.name for one in crm.stages], "stage") for s in args.been_in},
    )
    told = f"entered {either(names)} {between(first, last)}" if first or last else f"in {either(names)} at some time"
    rules.add(names, told, lambda o: _been(crm, o, names, first, last))


def _rows(crm: Crm, o: Opportunity) -> list[OpportunityHistory]:
    return [row for row in crm.reader.history(o.id) if row.at <= crm.now]


def first_amount(crm: Crm, o: Opportunity) -> Decimal | None:
    """The amount with which it was created."""
    return next((row.amount for row in _rows(crm, o)), None)


def _growth(crm: Crm, o: Opportunity) -> Decimal:
    """What the amount gained since the deal was created; 0 where either is not on record."""
    first = first_amount(crm, o)
    return o.amount - first if o.amount is not None and first is not None else Decimal(0)


def _been(crm: Crm, o: Opportunity, names: set[str], first: date | None, last: date | None) -> bool:
    """Whether it was in a stage at some time, or entered one within days."""
    rows = _rows(crm, o)
    if not (first or last):
        return o.stage in names or any(row.stage in names for row in rows)
    before = [None, *(row.stage for row in rows)]
    entered = [row.at for row, was in zip(rows, before, strict=False) if row.stage in names and row.stage != was]
    return any(inside(at.astimezone(crm.now.tzinfo).date(), first, last) for at in entered)


def _touched(crm: Crm, o: Opportunity, kinds: tuple[str, ...], since: date) -> bool:
    """Whether one of these was on the deal itself from that day on."""
    zone = crm.now.tzinfo
    touches = (a for a in crm.touches(o.account_id or "") if a.opportunity_id == o.id and a.kind in kinds)
    return any(a.at.astimezone(zone).date() >= since for a in touches)


def either(names: Collection[str]) -> str:
    """Names in order, any of which will do."""
    return " or ".join(sorted(names))


def _signal(crm: Crm, risk: str) -> Callable[[Opportunity], bool]:
    return lambda o: any(s.name == risk and s.severity != "unknown" for s in crm.signals(o))


def _ages(crm: Crm, args: Deals, rules: Rules[Opportunity]) -> None:
    """Conditions on how long a deal takes; what is closed, or has no history, is in no stage for any time."""
    longest = args.stage_days or 0
    told = f"more than {plural(longest, 'day')} in the stage"
    rules.add(longest, told, lambda o: (days_in_stage(crm, o) or 0) > longest)
    first, last = args.entered_from, args.entered_to
    rules.add(
        first or last, f"entered its stage {between(first, last)}", lambda o: inside(_entered(crm, o), first, last)
    )
    if args.longer_than == "stage":
        rules.add(True, "longer in the stage than the median of won deals there", lambda o: _over_usual(crm, o))
    if args.longer_than == "cycle":
        middle = _median_cycle(crm)
        words = (
            f"older than the median sales cycle of {middle:g} days" if middle else "older than the median sales cycle"
        )
        rules.add(
            True,
            words,
            lambda o: middle is not None and (crm.context.today - (created(crm, o) or date.max)).days > middle,
        )


def _entered(crm: Crm, o: Opportunity) -> date | None:
    days = days_in_stage(crm, o)
    return None if days is None else crm.now.date() - timedelta(days=days)


def days_in_stage(crm: Crm, o: Opportunity) -> int | None:
    entered = None if o.is_closed else stage_entered(_rows(crm, o))
    return days_between(entered, crm.now) if entered else None


def _over_usual(crm: Crm, o: Opportunity) -> bool:
    account = crm.accounts.get(o.account_id or "")
    usual = usual_for(crm.context.benchmarks(), o.stage, account.segment if account else None)
    days = days_in_stage(crm, o)
    return bool(usual and days is not None and days > usual.median)


def _median_cycle(crm: Crm) -> float | None:
    """Days from creation to close, the median over the won deals that the asker sees."""
    days = [(o.close_date - born).days for o in crm.deals() if o.is_won and o.close_date and (born := created(crm, o))]
    return median(days) if days else None


def _silent(crm: Crm, o: Opportunity, days: int) -> bool:
    since = crm.now - timedelta(days=days)
    return not any(is_two_way(a) and a.at >= since for a in crm.deal(o).activities)


def _moved_back(crm: Crm, o: Opportunity) -> bool:
    """Whether the stage history holds a step to an earlier stage; a stage that is not in the list any more tells nothing."""
    order = {stage.name: stage.order for stage in crm.stages if not stage.is_closed}
    rows = sorted(_rows(crm, o), key=lambda row: row.at)
    steps = [order[row.stage] for row in rows if row.stage in order]
    return any(after < before for before, after in pairwise(steps))


MANY = 2_000
"""deals from which on it is not counted which of them have a history: each is a look of its own"""


def untold(crm: Crm, args: Deals, every: Sequence[Opportunity]) -> list[str]:
    """What the records cannot tell of the question."""
    if not (args.moved_back or args.grown or args.been_in or args.pushed_most is not None):
        return []
    told = "Told from the stage history" if args.moved_back or args.been_in else "Told from the deals' history"
    looked = [o for o in every if STATES[args.state](o)]
    if len(looked) > MANY:
        return [f"{told}."]
    bare = sum(len(crm.reader.history(o.id)) < 2 for o in looked)
    return [f"{told}; {plural(bare, 'deal')} of {len(looked)} have none to tell it from." if bare else f"{told}."]


def pushed(crm: Crm, o: Opportunity) -> int:
    return pushes(_rows(crm, o))
