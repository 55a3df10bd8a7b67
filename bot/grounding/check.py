"""Judge claims: exact things first (figures, dates, names), then the sense, then the wording (pure)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.grounding import dates, figures, labels, roles, sense
from bot.grounding.align import NOWHERE, Fit, best_fit
from bot.grounding.claims import Claim, Facts, Judge, Source, Verdict
from bot.grounding.names import literals, mixed_name, unknown_name
from bot.grounding.passage import Passage, first_names, last_names, of_facts, of_text
from bot.grounding.text import content, fold, sentences
from bot.proposals import Dropped, Line

MARKS = re.compile(r"\s*\[\d+(?:\s*[,;]\s*\d+)*\]")
FORGED = re.compile(r"^(?=\s*\[\d+\])", re.MULTILINE)
RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|tonight|(?:next|upcoming) (?:week|month|quarter|year|weekend))\b", re.IGNORECASE
)
DESCRIBED = re.compile(r"[A-Z]\w+, (?:an?|the|our|their|its) ([a-z][\w -]{2,40}?)(?=,| (?:from|of|at|in|who)\b|[.;]|$)")
LEANING = re.compile(r"(?:he|she|it|they|this|that|these|those|his|her|hers|its|their|both|then)\b", re.IGNORECASE)
INFERENCE = re.compile(r"\b(?:suggest|indicate|impl(?:y|ie))s? that\b|\bpresumably\b", re.IGNORECASE)
ALIGNED = 0.5
"""share of a claim's weight that one passage must hold before a "not" on one side only is held against it"""
CLOSE = 0.4
"""the same, before a sentence may stand in an answer: a vague one that shares a few words with everything is not told
by any source. On a small model's brief it parted ten true sentences (0.54 and more, one 0.24) from ten empty ones"""
TOLD = 0.3
"""share of a claim's plain words, names apart, that the passage must hold; set on the same sentences"""
RELATED = 0.2
"""the same, before words of opposite direction are; both set on SummEdits, see evals.bench.grounding"""


@dataclass(frozen=True)
class Evidence:
    """The sources a claim may rest on, together with the computed facts."""

    sources: tuple[tuple[int, Passage], ...]
    facts: Passage

    @property
    def passages(self) -> tuple[Passage, ...]:
        return (*(passage for _, passage in self.sources), self.facts)


def as_prompt(sources: Iterable[Source]) -> str:
    """Write the sources out for a prompt, each under its number and title; a text cannot pose as another source."""
    return "\n\n".join(f"[{s.n}] {' '.join(s.title.split())}\n{FORGED.sub('| ', s.text.strip())}" for s in sources)


def check(claim: Claim, sources: Mapping[int, Source], facts: Facts, judge: Judge | None = None) -> Verdict:
    """Judge one claim against the sources it cites and the computed facts."""
    return _check(claim, sources, of_facts(facts), judge)[0]


def ground(
    claims: Iterable[Claim], sources: Mapping[int, Source], facts: Facts, judge: Judge | None = None
) -> tuple[tuple[Line, ...], tuple[Dropped, ...]]:
    """Part the claims into lines that hold and claims that are dropped, both in their order."""
    kept: dict[str, Line] = {}
    dropped: list[Dropped] = []
    told = of_facts(facts)
    for claim in claims:
        text = MARKS.sub("", claim.text).strip()
        if fold(text) in kept:
            dropped.append(Dropped(claim=text, why="it repeats another sentence"))
            continue
        held, gone = _parted(claim, text, lambda part: _untold(part.text, *_check(part, sources, told, judge)))
        dropped += gone
        if held:
            kept.setdefault(fold(held), Line(text=held, cites=tuple(sorted(set(claim.cites)))))
    return tuple(kept.values()), tuple({gone.claim: gone for gone in dropped}.values())


def _parted(claim: Claim, text: str, untold: Callable[[Claim], str]) -> tuple[str, list[Dropped]]:
    """What holds of a claim, each sentence judged alone: a true one lends nothing to the next.

    A sentence that begins with "they" or "this" goes with the one before it.
    """
    parts, held, gone = sentences(text), list[str](), list[Dropped]()
    lost = False
    for part in parts if len(parts) > 1 else [text]:
        why = untold(claim.model_copy(update={"text": part}))
        why = why or ("it leans on a sentence that was left out" if lost and LEANING.match(part) else "")
        lost = bool(why)
        if why:
            gone.append(Dropped(claim=part, why=why))
        else:
            held.append(part)
    return " ".join(held) if gone else text, gone


def _untold(text: str, verdict: Verdict, fit: Fit) -> str:
    """Why a claim may not stand in an answer: what the check found, or that no passage tells enough of it.

    Names are not enough: "Ingrid agreed to the price" shares only Ingrid with "Ingrid asked for the report".
    """
    plain = content(" ".join(word for word in text.split() if word[:1].islower()))
    told = len(plain & fit.stems) / len(plain) if len(plain) > 1 else 1.0
    return verdict.why or ("no passage of its sources tells it" if fit.score < CLOSE or told < TOLD else "")


def check_text(
    text: str, sources: Sequence[str | Mapping[str, str]], facts: Facts, judge: Judge | None = None
) -> dict[str, Any]:
    """Judge each sentence of a text against all sources; the shape is that of one line of `seller check`.

    A text is supported if all its sentences are; its score is that of its weakest sentence.
    """
    numbered = {n: _source(n, given) for n, given in enumerate(sources, start=1)}
    told, cites = of_facts(facts), list(numbered)
    parts = sentences(text)
    verdicts = [_check(Claim(text=part, cites=cites), numbered, told, judge)[0] for part in parts]
    judged = [
        {"text": part, "supported": v.supported, "score": v.score, "source": v.source, "why": v.why}
        for part, v in zip(parts, verdicts, strict=True)
    ]
    supported = bool(verdicts) and all(v.supported for v in verdicts)
    return {"supported": supported, "score": min((v.score for v in verdicts), default=0.0), "sentences": judged}


def _source(n: int, given: str | Mapping[str, str]) -> Source:
    if isinstance(given, str):
        return Source(n, "", given)
    return Source(n, given.get("title", ""), given.get("text", ""))


def _check(claim: Claim, sources: Mapping[int, Source], facts: Passage, judge: Judge | None) -> tuple[Verdict, Fit]:
    text = MARKS.sub("", claim.text).strip()
    missing = [n for n in claim.cites if n not in sources]
    if not claim.cites:
        return Verdict(False, 0.0, None, "it names no source"), NOWHERE
    if missing:
        return Verdict(False, 0.0, None, f"there is no source {missing[0]}"), NOWHERE
    cited = tuple((n, of_text(f"{sources[n].title}\n{sources[n].text}")) for n in dict.fromkeys(claim.cites))
    evidence = Evidence(cited, facts)
    fit = best_fit(text, evidence.sources)
    why = trouble(text, evidence, fit)
    if judge and not why:
        why = _ask(judge, text, sources, fit)
    return Verdict(not why, _score(fit, why), fit.source, why), fit


def _ask(judge: Judge, text: str, sources: Mapping[int, Source], fit: Fit) -> str:
    if fit.source is None:
        return ""
    return "the judge finds it in none of its sources" if judge(text, sources[fit.source].text) is False else ""


def _score(fit: Fit, why: str) -> float:
    """Rank every claim that holds above every claim that does not, and either by how much its passage holds."""
    return round(fit.score / 2 + (0.0 if why else 0.5), 4)


def trouble(text: str, evidence: Evidence, fit: Fit) -> str:
    """Return why a claim does not hold, in plain words, or nothing."""
    return (
        _figures(text, evidence) or _literals(text, evidence) or _names(text, evidence) or _sense(text, evidence, fit)
    )


def _figures(text: str, evidence: Evidence) -> str:
    whens, rest = dates.extract(text)
    for literal in literals(rest):
        rest = rest.replace(literal, " ")
    known = [when for passage in evidence.passages for when in passage.dates]
    numbers = [figure for passage in evidence.passages for figure in passage.figures]
    # "2000" may be a year or an amount; only what it is compared with tells.
    numbers += [figures.plain(when.text, when.year) for when in known if when.is_bare_year and when.year]
    for when in whens:
        bare = figures.plain(when.text, when.year) if when.is_bare_year and when.year else None
        if not dates.supported(when, known) and not (bare and figures.supported(bare, numbers)):
            return f"the date {when.text} is in none of its sources"
    label = (
        labels.mislabelled(text, (part for passage in evidence.passages for part in passage.sentences))
        if whens
        else None
    )
    if label:
        return f"its sources give another {label}"
    for relative in RELATIVE.findall(text):
        if not any(fold(relative) in passage.folded for passage in evidence.passages):
            return f'"{relative}" is in none of its sources'
    for figure in figures.extract(rest)[0]:
        if not figures.supported(figure, numbers):
            return f"the {'amount' if figure.currency else 'figure'} {figure.text} is in none of its sources"
    return ""


def _literals(text: str, evidence: Evidence) -> str:
    for literal in literals(dates.extract(text)[1]):
        if not any(fold(literal) in passage.folded for passage in evidence.passages):
            return f"{literal} is in none of its sources"
    return ""


def _names(text: str, evidence: Evidence) -> str:
    known = frozenset[str]().union(*(passage.words for passage in evidence.passages))
    stems = frozenset[str]().union(*(passage.stems for passage in evidence.passages))
    folded = "\n".join(passage.folded for passage in evidence.passages)
    name = unknown_name(figures.extract(dates.extract(text)[1])[1], known, stems, folded)
    if name:
        return f"the name {name} is in none of its sources"
    for described in DESCRIBED.findall(text):
        if not content(described) & stems:
            return f'the description "{described}" is in none of its sources'
    pairs = frozenset[tuple[str, str]]().union(*(passage.pairs for passage in evidence.passages))
    mixed = mixed_name(text, pairs, first_names(pairs), last_names(pairs))
    return f"the name {mixed} is in none of its sources" if mixed else ""


def _sense(text: str, evidence: Evidence, fit: Fit) -> str:
    stems = content(text)
    if not fit.shared and stems and not _told_by_facts(stems, evidence.facts):
        return "its words are in none of its sources"
    inferred = INFERENCE.search(text)
    if inferred and fold(inferred.group().split()[0])[:5] not in "".join(p.folded for p in evidence.passages):
        return "it draws a conclusion that none of its sources draws"
    word = sense.opposite(text, fit.window) if fit.score >= RELATED else None
    if word:
        return f'the source says the opposite of "{word}"'
    negator = sense.flipped(text, fit.window, fit.shared) if fit.score >= ALIGNED else None
    if negator:
        return f'the source and the sentence differ by "{negator}"'
    hedge = sense.hedged(text, fit.window, fit.shared) if fit.score >= ALIGNED else None
    if hedge:
        return f'the source says it with "{hedge}", the sentence as a fact'
    deed = roles.swapped(text, (part for passage in evidence.passages for part in passage.sentences))
    return f'the source says "{deed}" the other way round' if deed else ""


def _told_by_facts(stems: frozenset[str], facts: Passage) -> bool:
    return bool(stems & facts.stems or facts.figures or facts.dates)
