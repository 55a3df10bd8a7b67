"""Of whom or what a figure is: a claim that gives a count, an amount or a day to another name or thing than its sources (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from bot.grounding import dates, figures
from bot.grounding.passage import Passage
from bot.grounding.places import Value, is_in, is_like, names_of, rest_of, uncapitalised
from bot.grounding.text import STOP, WORD, content, fold, stem

CUT = re.compile(r"[,;]\s|\s(?:and|but|while|whereas)\s")
PRONOUN = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|both|each|all|others?)\b", re.IGNORECASE)
WE = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
OF = r"\bof (?:the |our |your |their |its |his |her |these |those )?"
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
RATE = frozenset("per each every".split())
AHEAD = 35
"""signs behind an amount in which its period stands"""
CLOSE = 25
"""signs from an amount to the end of a name that it may be of"""
REACH = 3
"""words behind a count that may say what is counted"""


class Part(NamedTuple):
    """A stretch of a sentence with figures of its own, and the names that these are of."""

    text: str
    values: tuple[Value, ...]
    owners: frozenset[str]
    beside: tuple[tuple[frozenset[str], tuple[Value, ...]], ...]
    """the names of the other stretches of its sentence, with their values"""


class Count(NamedTuple):
    """A plain count and the stems behind it that say of what."""

    figure: figures.Figure
    of: frozenset[str]


def misplaced(claim: str, passages: Sequence[Passage]) -> str | None:
    """What its sources say of another, in words that follow "its sources say"."""
    looks: tuple[Callable[[str, Sequence[Passage]], str | None], ...] = (
        given_up,
        of_another,
        of_the_whole,
        of_other_matters,
        of_other_things,
        in_another_period,
    )
    return next((found for look in looks if (found := look(claim, passages))), None)


def of_another(claim: str, passages: Sequence[Passage]) -> str | None:
    """A value that a sentence gives to one of several names, where the claim gives it to another of them."""
    plain = uncapitalised(passages)
    mine = [part for part in _parts(claim, plain) if part.values and _close(part, plain) & part.owners]
    told = [part for passage in passages for part in _told(passage, plain)] if mine else []
    for part in mine:
        for value in _alone(part.values):
            there = [one for one in told if is_in(value, one.values)]
            foreign = all(one.owners and not one.owners & part.owners and not PRONOUN.search(one.text) for one in there)
            if foreign and any(_has_other(part.owners, value, one) for one in there):
                return f"{value.text} of something else"
    return None


def _close(part: Part, plain: frozenset[str]) -> frozenset[str]:
    """The names before its first figure, and shortly behind it."""
    return _owners(part.text[: part.text.find(part.values[0].text) + CLOSE], plain)


def _alone(values: Sequence[Value]) -> list[Value]:
    """Those that stand alone of their sort; of several it is not known which is whose."""
    sorts = [isinstance(value, dates.When) for value in values]
    return [value for value, sort in zip(values, sorts, strict=True) if sorts.count(sort) == 1]


def _has_other(names: frozenset[str], value: Value, part: Part) -> bool:
    """Whether the sentence speaks of these names too, and gives them another day, where the value is one."""
    beside = [values for owners, values in part.beside if owners & names]
    if isinstance(value, dates.When):
        return any(isinstance(one, dates.When) for values in beside for one in values)
    return bool(beside)


def _told(passage: Passage, plain: frozenset[str]) -> Iterator[Part]:
    for sentence in () if passage.speakers else passage.sentences:
        yield from _parts(sentence, plain)


def _parts(sentence: str, plain: frozenset[str]) -> Iterator[Part]:
    """Its stretches; one whose figure stands before its names goes on with what was named before."""
    texts, before = _stretches(sentence), frozenset[str]()
    head, colon, _ = sentence.partition(": ")
    above = _owners(head, plain) if colon else frozenset[str]()
    named = [(_owners(text, plain), _values(text)) for text in texts]
    for at, (text, (names, values)) in enumerate(zip(texts, named, strict=True)):
        leads = bool(values and _owners(text[: text.find(values[0].text)], plain))
        owners = names | above | (frozenset() if leads else before)
        before |= names
        yield Part(text, values, owners, tuple((its - owners, held) for n, (its, held) in enumerate(named) if n != at))


def _stretches(sentence: str) -> list[str]:
    """Cut between figures only: what has none goes with the next, or stands alone at the end where a name does something."""
    found, held = list[str](), ""
    for text in CUT.split(sentence):
        held = f"{held} {text}".strip()
        if _values(text):
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


def _values(text: str) -> tuple[Value, ...]:
    whens, rest = dates.extract(text)
    return (*whens, *(figure for figure in figures.extract(rest)[0] if not figure.ordinal and figure.unit != "clock"))


def given_up(claim: str, passages: Sequence[Passage]) -> str | None:
    """A value that the sources only have as what another took the place of."""
    mine = () if INSTEAD.search(claim) else _values(claim)
    for value in mine:
        told = [
            (part, one)
            for passage in passages
            for part in passage.sentences
            for one in _values(part)
            if is_in(value, [one])
        ]
        if told and all(INSTEAD.search(part[: part.find(one.text)][-LATELY:]) for part, one in told):
            return f"another figure instead of {value.text}"
    return None


def of_other_matters(claim: str, passages: Sequence[Passage]) -> str | None:
    """A value of which the sources tell nothing that the claim does, while they give another to what it tells."""
    plain = uncapitalised(passages)
    said = content(rest_of(claim))
    told = [part for passage in passages for part in _told(passage, plain)] if len(said) >= LEAST else []
    for value in _alone(_values(claim)) if told else ():
        there = [one for one in told if is_in(value, one.values)]
        if (
            there
            and not any(said & content(one.text) for one in there)
            and any(_is_rival(one, value, said) for one in told)
        ):
            return f"{value.text} of something else"
    return None


def _is_rival(part: Part, value: Value, said: frozenset[str]) -> bool:
    held = said & content(rest_of(part.text))
    return len(held) >= max(LEAST, len(said) / 2) and any(is_like(value, other) for other in part.values)


def of_the_whole(claim: str, passages: Sequence[Passage]) -> str | None:
    """A count of all, said of what a source tells of some of them: "two of the three pilots ended"."""
    parts = [part for passage in passages for part in passage.sentences]
    for count in _counts(claim):
        for sentence in () if _is_behind_of(claim, count) else parts:
            some = _share(sentence, count)
            if some and not is_in(some, [one.figure for one in _counts(claim)]):
                behind = content(sentence) - count.of
                if behind & (content(rest_of(claim)) - count.of):
                    return f"{some.text} of {count.figure.text}"
    return None


def _is_behind_of(claim: str, count: Count) -> bool:
    return bool(re.search(OF + re.escape(count.figure.text), claim, re.IGNORECASE))


def _share(sentence: str, count: Count) -> figures.Figure | None:
    """The count of some, where the sentence tells them of as many as the claim counts."""
    counts = _counts(sentence)
    whole = next((one for one in counts if one.figure.says(count.figure) and one.of & count.of), None)
    if not whole:
        return None
    at = re.search(rf"(?P<before>[\w'-]+ )?{OF}{re.escape(whole.figure.text)}\b", sentence, re.IGNORECASE)
    if not at:
        return None
    near = (at["before"] or "").strip() or sentence[at.end() :]
    return next((one.figure for one in counts if one is not whole and one.figure.text in near), None)


def of_other_things(claim: str, passages: Sequence[Passage]) -> str | None:
    """A count of one thing that the sources give of another, while they count the first otherwise."""
    mine = [one for one in _counts(claim) if not _is_behind_of(claim, one)]
    told = [count for passage in passages for part in passage.sentences for count in _counts(part)] if mine else []
    for count in mine:
        same = [one for one in told if one.figure.says(count.figure)]
        rivals = [one for one in told if one.of & count.of and not is_in(one.figure, [it.figure for it in mine])]
        if count.of and same and rivals and all(one.of and not one.of & count.of for one in same):
            return f"{count.figure.text} of something else"
    return None


def _counts(text: str) -> list[Count]:
    rest = dates.extract(text)[1]
    found = [one for one in figures.extract(rest)[0] if not (one.currency or one.percent or one.unit or one.ordinal)]
    return [Count(one, _counted(rest, one.text)) for one in found]


def _counted(text: str, figure: str) -> frozenset[str]:
    at = re.search(rf"(?<![\w.,]){re.escape(figure)}((?:[ -][\w'-]+){{0,{REACH}}})", text)
    words = re.split(r"[ -]", at[1].strip(" -")) if at else []
    return frozenset(
        stem(fold(word)) for word in takewhile(lambda word: word.islower() and word not in STOP | RATE, words)
    )


def in_another_period(claim: str, passages: Sequence[Passage]) -> str | None:
    """An amount a month that the sources give a year."""
    for figure in _amounts(claim):
        mine = _periods(claim, figure.text)
        told = [
            _periods(part, one.text)
            for passage in passages
            for part in passage.sentences
            for one in _amounts(part)
            if mine and one.says(figure)
        ]
        if mine and told and all(told) and not any(mine & periods for periods in told):
            return f"{figure.text} of another time"
    return None


def _amounts(text: str) -> list[figures.Figure]:
    return [one for one in figures.extract(dates.extract(text)[1])[0] if one.currency or not (one.unit or one.percent)]


def _periods(text: str, figure: str) -> frozenset[str]:
    behind = text[text.find(figure) + len(figure) :][:AHEAD]
    return frozenset(fold(next(filter(None, match.groups())))[:4] for match in PERIOD.finditer(behind))
