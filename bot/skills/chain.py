"""Steps counted back from a day in working days, around days that are fixed (pure; public holidays are not known)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.errors import BotError

DAY = timedelta(days=1)
WEEKEND = 5


@dataclass(frozen=True)
class Step:
    """One step of a plan."""

    key: str
    name: str
    takes: int
    """working days from the step before"""
    internal: bool = False
    """whether its name is in words that are not for customers"""


@dataclass(frozen=True)
class Row:
    """A step with its day."""

    step: Step
    day: date
    fixed: bool = False
    usual: date | None = None
    """the earlier day that the usual time would ask for, where there is less time than that"""


@dataclass(frozen=True)
class Chain:
    """All steps with their days, and what does not fit."""

    rows: Sequence[Row]
    today: date
    needs: int
    """working days that the steps usually take in all"""
    has: int
    """working days from today to the last step"""
    tight: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """key of a fixed step → (working days there are before it, working days usually needed)"""

    @property
    def earliest(self) -> date:
        """The last step's day where everything takes its usual time from today on."""
        return later(self.today, self.needs)


def is_working(day: date) -> bool:
    """Whether a day is no Saturday and no Sunday."""
    return day.weekday() < WEEKEND


def later(day: date, count: int) -> date:
    """The working day so many working days after a day; of none, the day itself or the Monday after it."""
    while not is_working(day):
        day += DAY
        count = max(0, count - 1) if is_working(day) else count
    weeks, rest = divmod(count, WEEKEND)
    day += timedelta(days=7 * weeks)
    for _ in range(rest):
        day += DAY
        while not is_working(day):
            day += DAY
    return day


def earlier(day: date, count: int) -> date:
    """The working day so many working days before a day; a day at the weekend itself is no working day."""
    if not is_working(day) and count:
        day, count = day - timedelta(days=day.weekday() - WEEKEND + 1), count - 1
    weeks, rest = divmod(count, WEEKEND)
    day -= timedelta(days=7 * weeks)
    for _ in range(rest):
        day -= DAY
        while not is_working(day):
            day -= DAY
    return day


def between(first: date, last: date) -> int:
    """Working days after the first day up to the last one."""
    if last <= first:
        return 0
    weeks, rest = divmod((last - first).days, 7)
    return weeks * WEEKEND + sum(is_working(first + timedelta(days=7 * weeks + k)) for k in range(1, rest + 1))


def count_back(steps: Sequence[Step], end: date, today: date, fixed: Mapping[str, date] | None = None) -> Chain:
    """Give each step its day: back from the last one, and from each fixed one; too little time is shared out.

    Raises BotError where fixed days lie behind or do not follow each other.
    """
    days = {**(fixed or {}), steps[-1].key: end}
    _check(steps, days, today)
    rows: list[Row] = []
    tight: dict[str, tuple[int, int]] = {}
    start, since = 0, today
    for k, step in enumerate(steps):
        if step.key in days:
            part = steps[start : k + 1]
            rows += _stretch(part, since, days[step.key])
            has, needs = between(since, days[step.key]), sum(one.takes for one in part)
            if has < needs:
                tight[step.key] = (has, needs)
            start, since = k + 1, days[step.key]
    return Chain(rows, today, sum(step.takes for step in steps), between(today, end), tight)


def _stretch(steps: Sequence[Step], since: date, end: date) -> list[Row]:
    """The steps between two fixed days, the second being the last step's own."""
    usual = [end]
    for step in reversed(steps[1:]):
        usual.append(earlier(usual[-1], step.takes))
    usual.reverse()
    has, needs = between(since, end), sum(step.takes for step in steps)
    if has >= needs:
        return [Row(step, day, fixed=step is steps[-1]) for step, day in zip(steps, usual, strict=True)]
    rows, spent = [], 0
    for step, day in zip(steps[:-1], usual, strict=False):
        spent += step.takes
        squeezed = min(end, later(since, has * spent // needs))
        rows.append(Row(step, squeezed, usual=day if day < squeezed else None))
    return [*rows, Row(steps[-1], end, fixed=True)]


def _check(steps: Sequence[Step], days: Mapping[str, date], today: date) -> None:
    last: tuple[str, date] | None = None
    for step in steps:
        day = days.get(step.key)
        if day is None:
            continue
        if day <= today and (day < today or step is steps[-1]):
            when = "is today" if day == today else "lies behind"
            raise BotError(f"{step.name} on {day} {when}; name a day ahead.")
        if last and day < last[1]:
            raise BotError(f"{last[0]} on {last[1]} would come after {step.name} on {day}; move one of the two.")
        last = (step.name, day)
