"""Run the suite: 187 sentences over 20 groups of sources, each judged as a person would who has only the source.

Sources and sentences were written by whoever wrote the check, before it saw any of them, with hard ones on purpose (roles that change hands
within a note, additions that name nothing, conditions, what somebody only may do). At first sight it kept 0.89 of what holds and caught
0.61 of what does not; rules were then written for the kinds of error that a general rule can name, so today's figures are not those of
unseen sentences: SummEdits (evals/summedits) is closer to that. What still fails stands under `notes`.

The last four groups (24 sentences: whose deed, whose figure) were written later, also before the rules on them: at first sight 11 of their
12 true sentences were kept and none of their 12 false ones was caught; since then 11 and 10.

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
    holds = [(one, said) for _, one, said in judged if one["verdict"] == "supported"]
    fails = [(one, said) for _, one, said in judged if one["verdict"] != "supported"]
    metrics: dict[str, float | None] = {
        "kept": fmean(said["supported"] for _, said in holds),
        "caught": fmean(not said["supported"] for _, said in fails),
        "exact": fmean(said["verdict"] == one["verdict"] for _, one, said in judged),
        "stands": fmean(said["stands"] for _, said in holds),
        "left_out": fmean(not said["stands"] for _, said in fails),
        "vague_left_out": fmean(empty),
    }
    kinds = sorted({one["kind"] for _, one, _ in judged})
    rights = {kind: [_is_right(one, said) for _, one, said in judged if one["kind"] == kind] for kind in kinds}
    metrics |= {f"right_{kind}": fmean(found) for kind, found in rights.items()}
    n = {
        "kept": len(holds),
        "caught": len(fails),
        "exact": len(judged),
        "stands": len(holds),
        "left_out": len(fails),
        "vague_left_out": len(empty),
        **{f"right_{k}": len(v) for k, v in rights.items()},
    }
    notes = {
        key: {one["verdict"]: f"{said['verdict']}: {one['text']} {said['why']}".strip()}
        for key, one, said in judged
        if not _is_right(one, said)
    }
    return Result(suite=suite.name, metrics=metrics, n=n, model="offline", notes=notes)


def _is_right(one: dict[str, str], said: dict[str, Any]) -> bool:
    return bool(said["supported"]) is (one["verdict"] == "supported")
