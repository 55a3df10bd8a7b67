"""Of whom or what a figure is: a claim that gives a count, an amount or a day to another name or thing than its sources (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.grounding import counts, dates, figures
from bot.grounding.passage import Passage
from bot.grounding.places import Value, is_in, is_like, names_of, rest_of, sentences_of, uncapitalised
from bot.grounding.text import WORD, content, fold

CUT = re.compile(r"[,;]\s|\s(?:and|but|while|whereas)\s")
PRONOUN = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|both|each|all|others?)\b", re.IGNORECASE)
WE = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
PERIOD = re.compile(
    r"(?:\b(?:an?|per|each|every)\s|/\s?)(second|minute|hour|day|week|month|quarter|year)\b|\b(hour|dai|week|month|quarter|year|annual)ly\b"
    r"|\b(once|one-off|one-time)\b",
    re.IGNORECASE,
)
INSTEAD = re.compile(r"\b(?:instead of|rather than|no longer|down from|up from)\b", re.IGNORECASE)
LATELY = 18
"""signs before a value in which that stands"""
LEAST = 2
"""words of meaning that tell a matter"""
AHEAD = 35
"""signs behind an amount in which its period stands"""
CLOSE = 25
"""signs from an amount to the end of a name that it may be of"""


class Part(NamedTuple):
    """A stretch of a sentence with figures of its own, and the names that these are of."""

    text: str
    values: tuple[Value, ...]
    owners: frozenset[str]
    beside: tuple[tuple[frozenset[str], tuple[Value, ...]], ...]
    """the names of the other stretches of its sentence, with their values"""


def misplaced(claim: str, passages: Sequence[Passage]) -> str | None:
    """What its sources say of another, in words that follow "its sources say"."""
    looks: tuple[Callable[[str, Sequence[Passage]], str | None], ...] = (
        given_up,
        of_another,
        counts.of_the_whole,
        counts.of_all,
        counts.of_any,
        counts.of_most,
        counts.of_other_number,
        of_other_matters,
        counts.of_other_things,
        in_another_period,
    )
    return next((found for look in looks if (found := look(claim, passages))), None)


def of_another(claim: str, passages: Sequence[Passage]) -> str | None:
    """A value that a sentence gives to one of several names, where the claim gives it to another of them."""
    plain = uncapitalised(passages)
    mine = [one for one in _parts(claim, plain) if one.values and _close(one, plain) & one.owners]
    for owners, value in ((part.owners, value) for part in mine for value in alone(part.values)):
        there = _holding(value, passages, plain)
        foreign = all(_is_of_others(one, owners) for one in there)
        if foreign and any(_has_other(owners, value, one) for one in there):
            return f"{value.text} of something else"
    return None


def _is_of_others(part: Part, names: frozenset[str]) -> bool:
    return bool(part.owners) and not part.owners & names and not PRONOUN.search(part.text)


def _holding(value: Value, passages: Sequence[Passage], plain: frozenset[str]) -> list[Part]:
    """The stretches of the sources in which the value stands."""
    within = (sentence for sentence in sentences_of(passages, spoken=False) if is_in(value, values_of(sentence)))
    return [part for sentence in within for part in _parts(sentence, plain) if is_in(value, part.values)]


def _close(part: Part, plain: frozenset[str]) -> frozenset[str]:
    """The names before its first figure, and shortly behind it."""
    return _owners(part.text[: part.text.find(part.values[0].text) + CLOSE], plain)


def alone(values: Sequence[Value]) -> list[Value]:
    """Those that stand alone of their sort; of several it is not known which is whose."""
    sorts = [isinstance(value, dates.When) for value in values]
    return [value for value, sort in zip(values, sorts, strict=True) if sorts.count(sort) == 1]


def _has_other(names: frozenset[str], value: Value, part: Part) -> bool:
    """Whether the sentence speaks of these names too, and gives them another day, where the value is one."""
    beside = [values for owners, values in part.beside if owners & names]
    if isinstance(value, dates.When):
        return any(isinstance(one, dates.When) for values in beside for one in values)
    return bool(beside)


def _parts(sentence: str, plain: frozenset[str]) -> Iterator[Part]:
    """Its stretches; one whose figure stands before its names goes on with what was named before."""
    texts, before = stretches(sentence), frozenset[str]()
    head, colon, _ = sentence.partition(": ")
    above = _owners(head, plain) if colon else frozenset[str]()
    named = [(_owners(text, plain), values_of(text)) for text in texts]
    for at, (text, (names, values)) in enumerate(zip(texts, named, strict=True)):
        leads = bool(values and _owners(text[: text.find(values[0].text)], plain))
        owners = names | above | (frozenset() if leads else before)
        before |= names
        yield Part(text, values, owners, tuple((its - owners, held) for n, (its, held) in enumerate(named) if n != at))


@lru_cache(maxsize=8192)
def stretches(sentence: str) -> list[str]:
    """Cut between figures only: what has none goes with the next, or stands alone at the end where a name does something."""
    found, held = list[str](), ""
    for text in CUT.split(sentence):
        held = f"{held} {text}".strip()
        if values_of(text):
            found.append(held)
            held = ""
    if held and not _is_clause(held) and found:
        return [*found[:-1], f"{found[-1]} {held}"]
    return [*found, held] if held else found


def _is_clause(text: str) -> bool:
    words = WORD.findall(text)
    return (
        len(words) > 2
        and (words[0][0].isupper() or fold(words[0]) == "we")
        and bool(content(" ".join(w for w in words[1:] if w.islower())))
    )


def _owners(text: str, plain: frozenset[str]) -> frozenset[str]:
    return names_of(text, plain) | (frozenset({"we"}) if WE.search(text) else frozenset())


@lru_cache(maxsize=8192)
def values_of(text: str) -> tuple[Value, ...]:
    whens, rest = dates.extract(text)
    return (*whens, *(figure for figure in figures.extract(rest)[0] if not figure.ordinal and figure.unit != "clock"))


def given_up(claim: str, passages: Sequence[Passage]) -> str | None:
    """A value that the sources only have as what another took the place of; of "down from 4 to 3" only the first."""
    mine = () if INSTEAD.search(claim) else values_of(claim)
    for value in mine:
        told = [(part, one) for part in sentences_of(passages) for one in values_of(part) if is_in(value, [one])]
        is_before = re.search(rf"\bfrom {re.escape(value.text)}", claim)
        if told and not is_before and all(_is_instead(part[: part.find(one.text)][-LATELY:]) for part, one in told):
            return f"another figure instead of {value.text}"
    return None


def _is_instead(before: str) -> bool:
    found = INSTEAD.search(before)
    return found is not None and not re.search(r"\d", before[found.end() :])


def of_other_matters(claim: str, passages: Sequence[Passage]) -> str | None:
    """A value of which the sources tell nothing that the claim does, while they give another to what it tells."""
    plain, said = uncapitalised(passages), content(rest_of(claim))
    for value in alone(values_of(claim)) if len(said) >= LEAST else ():
        there = _holding(value, passages, plain)
        if there and not any(said & content(one.text) for one in there):
            near = (
                sentence for sentence in sentences_of(passages, spoken=False) if len(said & content(sentence)) >= LEAST
            )
            if any(_is_rival(one, value, said) for sentence in near for one in _parts(sentence, plain)):
                return f"{value.text} of something else"
    return None


def _is_rival(part: Part, value: Value, said: frozenset[str]) -> bool:
    held = said & content(rest_of(part.text))
    return len(held) >= max(LEAST, len(said) / 2) and any(is_like(value, other) for other in part.values)


def in_another_period(claim: str, passages: Sequence[Passage]) -> str | None:
    """An amount a month that the sources give a year."""
    for figure in _amounts(claim):
        mine = _periods(claim, figure.text)
        told = [
            _periods(part, one.text)
            for part in sentences_of(passages)
            for one in _amounts(part)
            if mine and one.says(figure)
        ]
        if mine and told and all(told) and not any(mine & periods for periods in told):
            return f"{figure.text} of another time"
    return None


@lru_cache(maxsize=8192)
def _amounts(text: str) -> list[figures.Figure]:
    return [one for one in figures.extract(dates.extract(text)[1])[0] if one.currency or not (one.unit or one.percent)]


def _periods(text: str, figure: str) -> frozenset[str]:
    behind = text[text.find(figure) + len(figure) :][:AHEAD]
    found = (fold(next(filter(None, match.groups()))) for match in PERIOD.finditer(behind))
    return frozenset({"annual": "year", "dai": "day"}.get(period, period) for period in found)
