"""What is wrong with a claim, exact things first: figures, dates, names, then the sense, then who did it to whom (pure)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from bot.grounding import (
    comparisons,
    conditions,
    dates,
    deeds,
    doers,
    figures,
    holders,
    labels,
    negation,
    owners,
    places,
    records,
    roles,
    sense,
    subjects,
)
from bot.grounding.align import Fit
from bot.grounding.claims import Label
from bot.grounding.names import as_initials, candidates, is_ordinary, literals, mixed_name, unknown_name
from bot.grounding.passage import Passage, first_names, last_names
from bot.grounding.text import content, fold, words

RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|tonight|(?:next|upcoming) (?:week|month|quarter|year|weekend))\b", re.IGNORECASE
)
DESCRIBED = re.compile(
    r"([A-Z]\w+), (?:an?|the|our|their|its) ([a-z][\w -]{2,40}?)(?=,| (?:from|of|at|in|who)\b|[.;]|$)"
)
INFERENCE = re.compile(r"\b(?:suggest|indicate|impl(?:y|ie))s? that\b|\bpresumably\b", re.IGNORECASE)
TOTAL = re.compile(r"\b(?:in all|in total|total|altogether|together|combined|overall)\b", re.IGNORECASE)
ALIGNED = 0.5
"""share of a claim's weight that one passage must hold before a "not" on one side only is held against it"""
RELATED = 0.2
"""the same, before words of opposite direction are; both set on SummEdits, see evals.bench.grounding"""


class Trouble(NamedTuple):
    """Why a claim does not hold, and whether its sources say otherwise or say nothing of it."""

    why: str
    label: Label


@dataclass(frozen=True)
class Evidence:
    """The sources a claim may rest on, together with the computed facts."""

    sources: tuple[tuple[int, Passage], ...]
    facts: Passage

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All of them."""
        return (*(passage for _, passage in self.sources), self.facts)


def trouble(text: str, evidence: Evidence, fit: Fit) -> Trouble | None:
    """The first thing wrong with a claim, or nothing."""
    looks: tuple[Callable[[str, Evidence, Fit], Trouble | None], ...] = (_dates, _figures, _literals, _names, _sense)
    return next((found for look in looks if (found := look(text, evidence, fit))), None)


def _absent(text: str, named: str, rival: bool) -> Trouble:
    """Something that no source holds: gainsaid where what the passage tells else has another of its kind in its place."""
    return Trouble(f"{named} is in none of its sources", "contradicted" if rival else "not_found")


def _is_of_it(text: str, fit: Fit) -> bool:
    """Whether the passage tells at least half of what a claim says apart from figures, dates and names."""
    bare = figures.extract(dates.extract(text)[1])[1]
    plain = content(" ".join(word for word in bare.split() if word[:1].islower()))
    return bool(plain) and len(plain & fit.stems) >= len(plain) / 2


def _dates(text: str, evidence: Evidence, fit: Fit) -> Trouble | None:
    whens = dates.extract(text)[0]
    known = [when for passage in evidence.passages for when in passage.dates]
    numbers = _known_figures(evidence)
    for when in whens:
        bare = figures.plain(when.text, when.year) if when.is_bare_year and when.year else None
        other = when.quarter and fit.score >= RELATED and dates.other_quarter(when, known, dates.extract(fit.window)[0])
        if other:
            return Trouble(f"its sources give another quarter than {when.text}", "contradicted")
        if not dates.supported(when, known) and not (bare and figures.supported(bare, numbers)):
            return _absent(text, f"the date {when.text}", _is_of_it(text, fit) and bool(dates.extract(fit.window)[0]))
    told = (part for passage in evidence.passages for part in passage.sentences)
    label = labels.mislabelled(text, told) if whens else None
    if label:
        return Trouble(f"its sources give another {label}", "contradicted")
    for relative in RELATIVE.findall(text):
        if not any(fold(relative) in passage.folded for passage in evidence.passages):
            return _absent(text, f'"{relative}"', _is_of_it(text, fit) and bool(RELATIVE.search(fit.window)))
    return None


def _figures(text: str, evidence: Evidence, fit: Fit) -> Trouble | None:
    rest = dates.extract(text)[1]
    for literal in literals(rest):
        rest = rest.replace(literal, " ")
    numbers = _known_figures(evidence)
    for figure in figures.extract(rest)[0]:
        if not (figures.supported(figure, numbers) or _counts_names(figure, text) or _adds_up(figure, text, evidence)):
            there = figures.extract(dates.extract(fit.window)[1])[0]
            rival = any(figure.is_like(other) for other in there) and _is_of_it(text, fit)
            return _absent(text, f"the {'amount' if figure.currency else 'figure'} {figure.text}", rival)
        is_bound = not figures.BOUNDS & set(words(text)) & frozenset().union(*(p.words for p in evidence.passages))
        if is_bound and figures.bounded_otherwise(figure, numbers):
            return Trouble(f"the source bounds {figure.text} from the other side", "contradicted")
    return None


def _known_figures(evidence: Evidence) -> list[figures.Figure]:
    known = [when for passage in evidence.passages for when in passage.dates]
    numbers = [figure for passage in evidence.passages for figure in passage.figures]
    # "2000" may be a year or an amount; only what it is compared with tells.
    numbers += [figures.plain(when.text, when.year) for when in known if when.is_bare_year and when.year]
    return numbers + [figures.plain(str(n), n) for passage in evidence.passages if (n := len(passage.speakers)) > 1]


def _adds_up(figure: figures.Figure, text: str, evidence: Evidence) -> bool:
    """Whether it is the sum of what one sentence of a source gives, or what lies between two figures that the claim names itself."""
    named = [one for one in figures.extract(dates.extract(text)[1])[0] if one is not figure and one.is_like(figure)]
    is_gap = re.search(
        rf"{re.escape(figure.text)}\W+(?:\w+ )?(?:fewer|less|more|lower|higher|below|above|short)\b", text
    )
    between = [abs(a.values[0] - b.values[0]) for a in named for b in named] if is_gap else []
    lists = (
        [_alike(figure, part) for passage in evidence.passages for part in passage.sentences]
        if TOTAL.search(text)
        else []
    )
    return any(value in figure.values for value in (*between, *(sum(one) for one in lists if len(one) > 1)))


def _alike(figure: figures.Figure, part: str) -> list[float]:
    return [one.values[0] for one in figures.extract(dates.extract(part)[1])[0] if one.is_like(figure)]


def _counts_names(figure: figures.Figure, text: str) -> bool:
    """Whether a small count is that of the names that the claim goes on with: "Two friends, Ana and Tom"."""
    if figure.currency or figure.percent or figure.unit:
        return False
    after = text[text.find(figure.text) + len(figure.text) :]
    listed = re.match(r" [\w -]{3,30}[,:(] ?((?:[A-Z]\w+(?: [A-Z]\w+)?(?:, and |, | and )?)+)", after)
    names = re.split(r", and |, | and ", listed[1].strip(" ,")) if listed else []
    return float(len(names)) in figure.values


def _literals(text: str, evidence: Evidence, fit: Fit) -> Trouble | None:
    for literal in literals(dates.extract(text)[1]):
        if not any(fold(literal) in passage.folded for passage in evidence.passages):
            return _absent(text, literal, _is_of_it(text, fit) and bool(literals(dates.extract(fit.window)[1])))
    return None


def _names(text: str, evidence: Evidence, fit: Fit) -> Trouble | None:
    known = frozenset[str]().union(*(passage.words for passage in evidence.passages))
    stems = frozenset[str]().union(*(passage.stems for passage in evidence.passages))
    folded = "\n".join(passage.folded for passage in evidence.passages)
    bare = as_initials(figures.extract(dates.extract(text)[1])[1], known)
    name = unknown_name(bare, known, stems, folded)
    if name:
        others = {fold(word) for word, first in candidates(fit.window) if not first} - {fold(text)}
        rival = _is_of_it(text, fit) and any(other not in fold(text) for other in others)
        return _absent(text, f"the name {name}", rival)
    for who, described in DESCRIBED.findall(text):
        if not is_ordinary(who, frozenset()) and not content(described) & stems:
            return _absent(text, f'the description "{described}"', False)
    pairs = frozenset[tuple[str, str]]().union(*(passage.pairs for passage in evidence.passages))
    mixed = mixed_name(text, pairs, first_names(pairs), last_names(pairs))
    return Trouble(f"the name {mixed} is in none of its sources", "contradicted") if mixed else None


def _sense(text: str, evidence: Evidence, fit: Fit) -> Trouble | None:
    stems = content(text)
    if not fit.shared and stems and not _told_by_facts(stems, evidence.facts):
        return Trouble("its words are in none of its sources", "not_found")
    if _infers(text, evidence):
        return Trouble("it draws a conclusion that none of its sources draws", "not_found")
    known = frozenset[str]().union(*(passage.words for passage in evidence.passages))
    word = sense.displaced(text, fit.window, known)
    if word:
        return Trouble(f'the source has another word in the place of "{word}"', "contradicted")
    word = sense.overstated(text, fit.window, known)
    if word:
        return Trouble(f'the source does not say "{word}"', "contradicted")
    word = comparisons.turned(text, evidence.passages)
    if word:
        return Trouble(f'the source says "{word}" the other way round', "contradicted")
    word = (sense.opposite(text, fit.window) or sense.opposite(text, fit.core)) if fit.score >= RELATED else None
    if word and not comparisons.told_from_other_side(text, evidence.passages):
        return Trouble(f'the source says the opposite of "{word}"', "contradicted")
    negator = negation.flipped(text, fit.window, fit.shared) if fit.score >= ALIGNED else None
    if negator:
        return Trouble(f'the source and the sentence differ by "{negator}"', "contradicted")
    hedge = sense.hedged(text, fit.window, fit.shared) if fit.score >= ALIGNED else None
    if hedge:
        return Trouble(f'the source says it with "{hedge}", the sentence as a fact', "contradicted")
    tied = conditions.dropped(text, evidence.passages, fit)
    if tied:
        return Trouble(f'its sources say it only on a condition: "{tied}"', "contradicted")
    return _course(text, evidence, fit, known) or _whose(text, evidence, fit)


def _course(text: str, evidence: Evidence, fit: Fit, known: frozenset[str]) -> Trouble | None:
    """How far it has come."""
    word = deeds.undecided(text, known)
    if word:
        return Trouble(f'none of its sources says "{word}"', "not_found")
    parts = tuple(part for passage in evidence.passages for part in passage.sentences)
    word = deeds.pending(text, parts) or deeds.listed(text, fit.core)
    if word:
        return Trouble(f'its sources do not say "{word}" as done', "contradicted")
    word = deeds.completed(text, parts)
    if word:
        return Trouble(f'none of its sources says "{word}" as done', "not_found")
    word = deeds.foreseen(text, parts)
    if word:
        return Trouble(f'its sources have "{word}" only ahead', "contradicted")
    word = deeds.unconditional(text, (passage.folded for passage in evidence.passages))
    if word:
        return Trouble(f'none of its sources says "{word}"', "contradicted")
    word = deeds.reversed_towards(text, parts)
    return Trouble(f'its sources say the opposite of "{word}"', "contradicted") if word else None


def _whose(text: str, evidence: Evidence, fit: Fit) -> Trouble | None:
    """Whose deed and whose figure it is."""
    passages = evidence.passages
    other = holders.other_holder(text, passages) or doers.other_doer(text, passages) or doers.other_side(text, passages)
    if other:
        return Trouble(f"the source says it of {other}", "contradicted")
    gone = holders.left(text, passages)
    if gone:
        return Trouble(f"its sources say that {gone} was it", "contradicted")
    place = places.elsewhere(text, passages, fit)
    told = f"{place} of something else" if place else owners.misplaced(text, passages)
    told = told or subjects.other(text, passages) or records.of_another(text, passages)
    if told:
        return Trouble(f"its sources say {told}", "contradicted")
    deed = roles.swapped(text, (part for passage in passages for part in passage.sentences))
    deed = deed or doers.exchanged(text, passages)
    return Trouble(f'the source says "{deed}" the other way round', "contradicted") if deed else None


def _infers(text: str, evidence: Evidence) -> bool:
    """Whether a thing "suggests that"; a person of a call who suggests it has said it."""
    inferred = INFERENCE.search(text)
    if not inferred or fold(inferred.group().split()[0])[:5] in "".join(p.folded for p in evidence.passages):
        return False
    before = fold(text[: inferred.start()]).split()[-1:]
    return not any(before and before[0] in speaker.split() for p in evidence.passages for speaker in p.speakers)


def _told_by_facts(stems: frozenset[str], facts: Passage) -> bool:
    return bool(stems & facts.stems or facts.figures or facts.dates)
