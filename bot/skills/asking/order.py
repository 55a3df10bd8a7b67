"""The first so many of a list and by what, and stretches of days as arguments (pure)."""

import re

from bot.skills.asking.parts import Got
from bot.skills.asking.spans import Span, number
from bot.skills.asking.words import Text


def take_top(text: Text, got: Got, sorts: dict[str, str]) -> None:
    """The first so many, and by what."""
    count = r"(?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)"
    words = "|".join(sorts)
    if m := text.take(rf"\b(?:{words}) {count}\b"):
        got |= {
            "top": number(m["n"]),
            "sort": next(sort for pattern, sort in sorts.items() if re.match(pattern, m[0], re.IGNORECASE)),
        }
    elif m := text.take(rf"\btop {count}\b") or text.take(rf"\b{count} (?={words})"):
        got["top"] = number(m["n"])
    elif text.take(r"\btop\b"):
        got.setdefault("sort", next(iter(sorts.values())))
    for pattern, sort in sorts.items():
        if m := text.take(
            rf"\b(?:{pattern})\b(?: (?:ones? )?first\b)?(?P<one> (?:open |active |live |lost |won |closed )?(?:deal|opportunity|renewal|account|customer)\b)?"
        ):
            got["sort"] = sort
            if m["one"]:
                got.setdefault("top", 1)
                text.left = f"{m['one']} {text.left}"
            break
    if "top" in got:
        got.setdefault("sort", next(iter(sorts.values())))


def days(span: Span, first: str, last: str) -> Got:
    """The ends that a stretch has, by the names of their arguments."""
    return {name: day for name, day in ((first, span.first), (last, span.last)) if day}
