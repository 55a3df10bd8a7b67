"""When somebody was last in touch, and what is blank in a record."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from bot.crm.records import Activity, Record
from bot.pipeline.deal import days_between
from bot.skills.asking.crm import Crm
from bot.skills.ledger import joined, plural


def told_kinds(kinds: Iterable[str]) -> str:
    """Kinds of activities in words."""
    told = ["e-mail" if kind == "email" else kind for kind in kinds]
    return joined([joined(told[:-1]) or None, told[-1] if told else None], " or ")


TOUCHES = ("call", "meeting", "email")


def blank(field: str) -> Callable[[Record], bool]:
    return lambda row: getattr(row, field) in (None, "")


def filled(field: str) -> Callable[[Record], bool]:
    return lambda row: getattr(row, field) not in (None, "")


def last_touch(activities: Sequence[Activity], kinds: Iterable[str]) -> Activity | None:
    wanted = set(kinds)
    return next((a for a in activities if a.kind in wanted), None)


def before(touch: Activity | None, crm: Crm, days: int) -> bool:
    """Whether the touch is longer ago than so many calendar days; none at all is."""
    return touch is None or touch.at < crm.now - timedelta(days=days)


def stamp(touch: Activity | None) -> float:
    return touch.at.timestamp() if touch else 0.0


def silence(touch: Activity | None) -> tuple[bool, float]:
    """Who was known longest ago first; those never touched last."""
    return touch is None, stamp(touch)


def told_touch(touch: Activity | None, crm: Crm, kinds: Sequence[str] = TOUCHES) -> str:
    """The last touch in words."""
    if touch is None:
        return f"no {told_kinds(kinds)} on record"
    kind = "e-mail" if touch.kind == "email" else touch.kind
    day = touch.at.astimezone(crm.now.tzinfo).date()
    return f"last {kind} {day}, {plural(days_between(touch.at, crm.now), 'day')} ago"
