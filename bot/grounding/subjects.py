"""What a claim begins with: one that gives it a figure or a last day that its sources give to what stands beside it (pure)."""

import re
from collections.abc import Sequence

from bot.grounding import dates, figures
from bot.grounding.owners import PRONOUN, WE, alone, stretches, values_of
from bot.grounding.passage import Passage
from bot.grounding.places import Value, is_in, is_like, rest_of, sentences_of
from bot.grounding.text import content, words

DUE = re.compile(r"\b(?:until|till|by|before) (?P<day>[^,;.]{3,24})", re.IGNORECASE)
GOES_ON = frozenset(
    "grew rose fell went came made won lost paid kept is was are were be has had will would can costs then now later to from by up "
    "down with at in on for of about only plus not".split()
)


def other(claim: str, passages: Sequence[Passage]) -> str | None:
    """What its sources say of another, in words that follow "its sources say"."""
    return _beside(claim, passages) or _due_otherwise(claim, passages)


def _beside(claim: str, passages: Sequence[Passage]) -> str | None:
    """A figure of what stands beside the claim's subject, which has another there: "quality 35 percent and reach 25" """
    told = content(rest_of(claim))
    for value in () if WE.search(claim) else alone(values_of(claim)):
        before = content(rest_of(claim[: claim.find(value.text)]))
        there = [
            one for one in sentences_of(passages) if isinstance(value, figures.Figure) and is_in(value, values_of(one))
        ]
        if there and all(_stands_beside(stretches(one), value, before or told, told) for one in there):
            return f"{value.text} of something else"
    return None


def _stands_beside(parts: Sequence[str], value: Value, subject: frozenset[str], told: frozenset[str]) -> bool:
    held = [one for one in parts if is_in(value, values_of(one))]
    rivals = (one for one in parts if one not in held and any(is_like(value, other) for other in values_of(one)))
    heads = [_lead(one) for one in held]
    is_own = all(heads) and not any(head & told for head in heads)
    return is_own and any(subject & content(rest_of(one)) for one in rivals)


def _lead(stretch: str) -> frozenset[str]:
    """The thing of its own that it begins with; nothing where that is a deed of what stands before."""
    values = values_of(stretch)
    head = stretch[: stretch.find(values[0].text)] if values and not PRONOUN.search(stretch) else ""
    first = words(head)[:1]
    return frozenset() if not first or first[0] in GOES_ON or first[0].endswith("ed") else _first(head)


def _due_otherwise(claim: str, passages: Sequence[Passage]) -> str | None:
    """A last day of something else, where its sources give one for what the claim begins with."""
    said, first = content(rest_of(claim)), _first(claim)
    for day in _days_due(claim):
        there = [part for part in sentences_of(passages) if is_in(day, dates.extract(part)[0])]
        near = (part for part in sentences_of(passages) if first & content(part))
        if there and not any(said & content(rest_of(part)) for part in there) and any(map(_days_due, near)):
            return f"{day.text} of something else"
    return None


def _days_due(text: str) -> list[dates.When]:
    return [day for found in DUE.finditer(text) for day in dates.extract(found["day"])[0][:1]]


def _first(text: str) -> frozenset[str]:
    """The stem of its first word of meaning."""
    return next((found for word in words(rest_of(text)) if (found := content(word))), frozenset())
