"""Run the suite: 544 sentences over 57 groups of sources, each judged as a person would who has only the source.

Sources and sentences were written by whoever wrote the check, each time before the rules for them:

- 163 over 16 groups before there was any check: at first sight it kept 0.89 of what holds and caught 0.61 of what does not.
- 24 over the next four (whose deed, whose figure): 11 of 12 true ones kept, none of 12 false ones caught; since then 11 and 10.
- 169 over those whose names begin with `blind-` (figures of another, additions in familiar words, tense, records beside each other),
  before their rules were read: 0.802 kept and 0.250 caught at first sight, 0.938 and 0.875 since.
- 42 over blind-rollout, -offer, -call, -records and -churn, written after these and not mended for, were unseen until the next rules
  were written with what they said in view: 16 of 18 kept and 11 of 24 caught before, 16 and 13 since.
- 119 over eleven more (blind-infusion to blind-signing: conditions, comparisons, roles, lists of shares, what is only planned), again
  before the rules for them: 48 of 60 kept and 24 of 59 caught at first sight, 60 and 51 since.
- 27 over those that begin with `after-`, written after all rules and not mended for: these are the `unseen` figures, and no other
  figure of this suite counts them. The check before the last rules kept 9 of 11 and caught 5 of 16, after them 9 and 10.

So only the `unseen` figures, and SummEdits (evals/summedits), are those of sentences that nobody had in view. What fails stands under `notes`.

Before a model's sentence may stand in an answer it must also be like what its sources say: `stands`, `left_out`, and for sentences that
say nothing about anybody in particular, held against each of the sources, `vague_left_out`.
"""

import json
from collections.abc import Iterator
from statistics import fmean
from typing import Any

from bot.grounding import Claim, Nearness, Source, check_text, ground
from bot.terminal import bars
from evals.suite import Result, Suite
from knowledge.embeddings import spans_of_words

UNSEEN = "after-"
"""how the names of the groups begin that were written after all rules"""
Judged = tuple[str, dict[str, str], dict[str, Any]]
"""id, the sentence with the reader's verdict, what the check says, and whether it may stand in an answer"""


def run(suite: Suite, *, quiet: bool) -> Result:
    """Judge every sentence."""
    nearness = Nearness(spans_of_words())
    lines = (suite.folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    vague = (suite.folder / "vague.txt").read_text(encoding="utf-8").splitlines()
    judged, empty = list[Judged](), list[bool]()
    with bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        for at, line in enumerate(lines, start=1):
            group = json.loads(line)
            judged += _judged(group, nearness)
            empty += [not _stands(text, group, nearness) for text in vague]
            moved(at, len(lines), "")
    return _result(suite, judged, empty)


def _judged(group: dict[str, Any], nearness: Nearness) -> Iterator[Judged]:
    for at, sentence in enumerate(group["sentences"], start=1):
        said = check_text(sentence["text"], group["sources"], group.get("facts", {}), None, nearness, group["use"])
        stands = _stands(sentence["text"], group, nearness)
        yield f"{group['name']}-{at}", sentence, {**said["sentences"][0], "stands": stands}


def _stands(text: str, group: dict[str, Any], nearness: Nearness) -> bool:
    """Whether a model's sentence would stand in an answer that rests on these sources."""
    given = [one if isinstance(one, dict) else {"text": one} for one in group["sources"]]
    sources = {n: Source(n, one.get("title", ""), one["text"]) for n, one in enumerate(given, start=1)}
    claim = Claim(text=text, cites=list(sources))
    return bool(ground([claim], sources, group.get("facts", {}), nearness, group["use"])[0])


def _result(suite: Suite, judged: list[Judged], empty: list[bool]) -> Result:
    known = [one for one in judged if not one[0].startswith(UNSEEN)]
    unseen = [one for one in judged if one[0].startswith(UNSEEN)]
    figures = _figures(known) | {"vague_left_out": (fmean(empty), len(empty))}
    figures |= {f"unseen_{name}": found for name, found in _figures(unseen).items()}
    kinds = sorted({one["kind"] for _, one, _ in known})
    rights = {kind: [_is_right(one, said) for _, one, said in known if one["kind"] == kind] for kind in kinds}
    figures |= {f"right_{kind}": (fmean(found), len(found)) for kind, found in rights.items()}
    notes = {
        key: {one["verdict"]: f"{said['verdict']}: {one['text']} {said['why']}".strip()}
        for key, one, said in judged
        if not _is_right(one, said)
    }
    metrics: dict[str, float | None] = {name: value for name, (value, _) in figures.items()}
    counts = {name: count for name, (_, count) in figures.items()}
    return Result(suite=suite.name, metrics=metrics, n=counts, model="offline", notes=notes)


def _figures(judged: list[Judged]) -> dict[str, tuple[float, int]]:
    """Each figure, and of how many it is."""
    holds = [said for _, one, said in judged if one["verdict"] == "supported"]
    fails = [said for _, one, said in judged if one["verdict"] != "supported"]
    return {
        "kept": (fmean(said["supported"] for said in holds), len(holds)),
        "caught": (fmean(not said["supported"] for said in fails), len(fails)),
        "exact": (fmean(said["verdict"] == one["verdict"] for _, one, said in judged), len(judged)),
        "stands": (fmean(said["stands"] for said in holds), len(holds)),
        "left_out": (fmean(not said["stands"] for said in fails), len(fails)),
    }


def _is_right(one: dict[str, str], said: dict[str, Any]) -> bool:
    return bool(said["supported"]) is (one["verdict"] == "supported")
