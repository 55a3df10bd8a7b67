"""Judge claims: exact things first, then what stands in their words' place, then a judge; how likely each is to hold (pure)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.grounding import additions, comparisons, judging, scoring, turned
from bot.grounding.align import Fit, best_fit
from bot.grounding.claims import Claim, Facts, Judge, Source, Use, Verdict
from bot.grounding.nearness import Near, Nearness
from bot.grounding.passage import Passage, of_facts, of_text
from bot.grounding.text import LEANING, fold, sentences
from bot.grounding.troubles import Evidence, Trouble, trouble
from bot.proposals import Dropped, Line

MARKS = re.compile(r"\s*\[\d+(?:\s*[,;]\s*\d+)*\]")
FORGED = re.compile(r"^(?=\s*\[\d+\])", re.MULTILINE)


class Look(NamedTuple):
    """What code alone found of a claim."""

    found: Trouble | None
    fit: Fit
    signs: scoring.Signs
    is_near: bool
    """whether its words were read in their context"""


def as_prompt(sources: Iterable[Source]) -> str:
    """Write the sources out for a prompt, each under its number and title; a text cannot pose as another source."""
    return "\n\n".join(f"[{s.n}] {' '.join(s.title.split())}\n{FORGED.sub('| ', s.text.strip())}" for s in sources)


def check(
    claim: Claim,
    sources: Mapping[int, Source],
    facts: Facts,
    judge: Judge | None = None,
    nearness: Nearness | None = None,
) -> Verdict:
    """Judge one claim against the sources it cites and the computed facts; `nearness` reads its words in their context."""
    return _check(claim, sources, of_facts(facts), judge, nearness)[0]


def ground(
    claims: Iterable[Claim], sources: Mapping[int, Source], facts: Facts, nearness: Nearness, use: Use
) -> tuple[tuple[Line, ...], tuple[Dropped, ...]]:
    """Part the claims of what is written for a use into lines that hold and claims that are dropped, both in their order."""
    kept: dict[str, Line] = {}
    dropped: list[Dropped] = []
    told = of_facts(facts)
    for claim in claims:
        text = MARKS.sub("", claim.text).strip()
        if fold(text) in kept:
            dropped.append(Dropped(claim=text, why="it repeats another sentence"))
            continue
        held, gone = _parted(claim, text, lambda part: _untold(*_check(part, sources, told, None, nearness), use))
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


def _untold(verdict: Verdict, signs: scoring.Signs, use: Use) -> str:
    """Why a claim may not stand in an answer: what the check found, or that its words are like none of its sources'."""
    unlike = "no passage of its sources tells it" if signs.alike < scoring.ALIKE[use] else ""
    return verdict.why or unlike or scoring.added(signs, use)


def check_text(
    text: str,
    sources: Sequence[str | Mapping[str, str]],
    facts: Facts,
    judge: Judge | None = None,
    nearness: Nearness | None = None,
    use: Use = "summary",
) -> dict[str, Any]:
    """Judge each sentence of a text against all sources; the shape is that of one line of `seller check`.

    A text is supported if all its sentences are; its score is that of its weakest sentence. `use`: what the text is.
    """
    numbered = {n: _source(n, given) for n, given in enumerate(sources, start=1)}
    told, cites = of_facts(facts), list(numbered)
    parts = sentences(text)
    verdicts = [
        scoring.enough(*_check(Claim(text=part, cites=cites), numbered, told, judge, nearness), use) for part in parts
    ]
    judged = [_shown(part, verdict) for part, verdict in zip(parts, verdicts, strict=True)]
    supported = bool(verdicts) and all(v.supported for v in verdicts)
    return {"supported": supported, "score": min((v.score for v in verdicts), default=0.0), "sentences": judged}


def _shown(text: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "text": text,
        "supported": verdict.supported,
        "verdict": verdict.label,
        "score": verdict.score,
        "source": verdict.source,
        "passage": verdict.passage,
        "why": verdict.why,
    }


def _source(n: int, given: str | Mapping[str, str]) -> Source:
    if isinstance(given, str):
        return Source(n, "", given)
    return Source(n, given.get("title", ""), given.get("text", ""))


def _check(
    claim: Claim, sources: Mapping[int, Source], facts: Passage, judge: Judge | None, nearness: Nearness | None = None
) -> tuple[Verdict, scoring.Signs]:
    text = MARKS.sub("", claim.text).strip()
    missing = [n for n in claim.cites if n not in sources]
    if not claim.cites:
        return Verdict("not_found", 0.0, None, "it names no source" if sources else "there is no source"), scoring.NONE
    if missing:
        return Verdict("not_found", 0.0, None, f"there is no source {missing[0]}"), scoring.NONE
    texts = {n: f"{sources[n].title}\n{sources[n].text}" for n in dict.fromkeys(claim.cites)}
    evidence = Evidence(tuple((n, of_text(told)) for n, told in texts.items()), facts)
    look = looked(text, evidence, nearness)
    fit, found = look.fit, look.found
    opinion = judging.heard(judge, text, sources[fit.source].text, fit) if judge and fit.source and not found else None
    found = found or judging.against(opinion)
    score = scoring.chance(look.signs, near=look.is_near, opinion=opinion)
    passage = dict(evidence.sources)[fit.source].verbatim(texts[fit.source], *fit.at) if fit.source else ""
    label, why = (found.label, found.why) if found else ("supported", "")
    return Verdict(label, score, fit.source, why, passage), look.signs


def looked(text: str, evidence: Evidence, nearness: Nearness | None) -> Look:
    """Look at a claim without any judge."""
    fit = best_fit(text, evidence.sources)
    is_copy = fold(text) in map(fold, fit.parts)
    found = None if is_copy else trouble(text, evidence, fit)
    near = nearness.of(text, evidence.sources) if nearness and not found else ()
    found = found if found or is_copy else _turned(text, evidence.passages, near, fit)
    stems = frozenset[str]().union(*(passage.stems for passage in evidence.passages))
    given = scoring.signs(found, fit, near, stems)
    given = given._replace(strangest=0.0) if additions.unreasoned(text, fit.window) else given
    given = given._replace(strangest=-1.0) if additions.copied(near, stems, fit.stems) else given
    return Look(found, fit, given, bool(near))


def _turned(text: str, passages: Sequence[Passage], near: Sequence[Near], fit: Fit) -> Trouble | None:
    """What only the words in their context tell."""
    negator = turned.denied(near, fit.window)
    if negator:
        return Trouble(f'the source says it without "{negator}"', "contradicted")
    word = None if comparisons.told_from_other_side(text, passages) else turned.opposed(near, fit)
    return Trouble(f'the source says the opposite of "{word}"', "contradicted") if word else None
