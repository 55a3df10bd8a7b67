"""Stand-ins for a model that finds all that a reader marks, and for one that finds anything: what code lets through of each."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.llm import Completion, OnPartial
from bot.proposals import Usage
from bot.skills.summarising.nominated import MARKS
from evals.extraction.calls import Call, Written
from prompts import Rendered

T = TypeVar("T", bound=BaseModel)
Nominate = Callable[[Call, Written], Iterator[dict[str, Any]]]
KINDS = {mark: kind for kind, mark in MARKS.items()} | {
    "O+": "objection", "O-": "objection", "m:identify_pain": "pain", "m:paper_process": "paper_process",
}  # fmt: skip
"""kinds that a model may name, by a reader's marks"""


@dataclass
class Reader:
    """Answers as a model would that nominates so for one call; words nothing."""

    nominate: Nominate
    call: Call
    file: Written
    name: str = "stand-in"

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Give the claims of this call, whatever was asked."""
        answer = {"bottom_line": [], "missed": list(self.nominate(self.call, self.file))}
        return Completion(schema.model_validate(answer), Usage(), self.name, rendered.version, 0.0)


def everything(call: Call, file: Written) -> Iterator[dict[str, Any]]:
    """What a reader marks, each with the longest sentence of its first turn, of a question with the one that asks."""
    for truth in call.truths:
        said = _sentences(call, min(truth.turns))
        if said and truth.kind in KINDS:
            asks = [one for one in said if one.endswith("?")] if truth.kind == "Q" else []
            yield _claim(file, KINDS[truth.kind], min(truth.turns), (asks or [max(said, key=len)])[0])


def anything(call: Call, file: Written) -> Iterator[dict[str, Any]]:
    """Every second sentence, as a kind by chance that is always the same."""
    chance = random.Random(call.id)
    for at in range(len(call.turns)):
        for one in _sentences(call, at):
            if chance.random() < 0.5:
                yield _claim(file, chance.choice(list(MARKS)), at, one)


def _sentences(call: Call, at: int) -> Sequence[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", call.turns[at][1]) if len(one.split()) >= 3]


def _claim(file: Written, kind: str, at: int, quote: str) -> dict[str, Any]:
    line = next((line for line, turn in file.turn_of.items() if turn == at), 0)
    return {"kind": kind, "line": line, "quote": quote}
