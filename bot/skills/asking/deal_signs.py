"""Conditions on a deal's course: its history, its ages, its activities and its signals of risk."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from bot.crm.records import Opportunity
from bot.pipeline.deal import days_between, is_two_way, pushes, stage_entered, usual_for
from bot.skills.asking.arguments import Deals
from bot.skills.asking.crm import Crm
from bot.skills.asking.result import Rules, between, inside
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
    if days:
        rules.add(True, f"no two-way activity in the last {plural(days, 'day')}", lambda o: _silent(crm, o, days))
    if least:
        rules.add(True, f"close date pushed at least {plural(least, 'time')}", lambda o: pushed(crm, o) >= least)
    for risk in args.risks:
        if risk == "any":
            told = "with a signal of risk"
            rules.add(True, told, lambda o: any(s.severity != "unknown" for s in crm.signals(o)))
        else:
            rules.add(True, f"signal: {risk}", _signal(crm, risk))


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
    entered = None if o.is_closed else stage_entered([row for row in crm.reader.history(o.id) if row.at <= crm.now])
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
    rows = sorted((row for row in crm.reader.history(o.id) if row.at <= crm.now), key=lambda row: row.at)
    steps = [order[row.stage] for row in rows if row.stage in order]
    return any(after < before for before, after in pairwise(steps))


def untold(crm: Crm, args: Deals, every: Sequence[Opportunity]) -> list[str]:
    """What the records cannot tell of the question."""
    if not args.moved_back:
        return []
    looked = [o for o in every if STATES[args.state](o)]
    bare = sum(len(crm.reader.history(o.id)) < 2 for o in looked)
    told = f"Told from the stage history; {plural(bare, 'deal')} of {len(looked)} have none to tell it from."
    return [told] if bare else ["Told from the stage history."]


def pushed(crm: Crm, o: Opportunity) -> int:
    return pushes([row for row in crm.reader.history(o.id) if row.at <= crm.now])
