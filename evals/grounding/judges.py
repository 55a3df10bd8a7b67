"""Measure the model of the settings as a judge on a small sample: python -m evals.grounding.judges [SUMMARIES [DOMAIN…]] (needs SELLER_TEST_DATA).

Each domain gives as many right as wrong summaries, drawn once. Prints a JSON line a domain: balanced accuracy of code alone, of
code with the judge as the product asks it, of the judge alone, and what a sentence costs.
"""

import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from bot import settings
from bot.commands.check import judge_of
from bot.errors import UsageError
from bot.grounding import Nearness, Opinion, check_text
from bot.llm import Completion, LanguageModel, OnPartial, from_settings
from evals.grounding.recipe import DOMAINS, FOLDER, balanced
from knowledge.embeddings import spans_of_words
from prompts import Rendered

T = TypeVar("T", bound=BaseModel)
SEED = 8
Row = dict[str, Any]


@dataclass
class Watched:
    """A judge that counts what it is asked, and keeps what it says."""

    model: LanguageModel
    seconds: float = 0.0
    tokens: int = 0
    said: list[Opinion | None] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Ask the model, and count the tokens of both sides."""
        completion = self.model.write(rendered, schema, on_partial)
        self.tokens += completion.usage.input + completion.usage.output
        return completion

    def __call__(self, claim: str, source: str) -> Opinion | None:
        started = time.perf_counter()
        self.said.append(judge_of(self)(claim, source))
        self.seconds += time.perf_counter() - started
        return self.said[-1]


def main(each: int, domains: Sequence[str]) -> None:
    """Print a line a domain."""
    model = from_settings(settings.load())
    if model is None:
        raise UsageError("There is no model to measure: set SELLER_MODEL.")
    nearness = Nearness(spans_of_words())
    for domain in domains:
        rows = json.loads((FOLDER / f"summedits_{domain}.json").read_text(encoding="utf-8"))
        sys.stdout.write(json.dumps(_measured(domain, _drawn(rows, each), model, nearness)) + "\n")
        sys.stdout.flush()


def _drawn(rows: Sequence[Row], each: int) -> list[Row]:
    draw = random.Random(SEED)
    right, wrong = ([row for row in rows if (row["label"] in (1, "1")) is label] for label in (True, False))
    return draw.sample(right, each // 2) + draw.sample(wrong, each // 2)


def _measured(domain: str, rows: Sequence[Row], model: LanguageModel, nearness: Nearness) -> Row:
    watched, labels = Watched(model), [row["label"] in (1, "1") for row in rows]
    code, both, alone, unfounded = [], [], [], 0
    for row in rows:
        checked = check_text(row["summary"], [row["doc"]], {}, None, nearness)
        code.append(bool(checked["supported"]))
        said = [watched(sentence["text"], row["doc"]) for sentence in checked["sentences"]]
        # The judge as the product asks it: of sentences in which code finds nothing, and believed by its quote alone.
        given = iter([one for one, sentence in zip(said, checked["sentences"], strict=True) if sentence["supported"]])
        asked = check_text(row["summary"], [row["doc"]], {}, lambda *_, given=given: next(given), nearness)
        both.append(bool(asked["supported"]))
        alone.append(all(one is None or one.label == "supported" for one in said))
        unfounded += sum(a["supported"] and a["supported"] == b["supported"] and one is not None and one.label != "supported"
                         for a, b, one in zip(checked["sentences"], asked["sentences"], said, strict=True))  # fmt: skip
    sentences = max(1, len(watched.said))
    return {
        "domain": domain, "summaries": len(rows), "sentences": len(watched.said),
        "code": round(balanced(labels, code), 3), "code_and_judge": round(balanced(labels, both), 3),
        "judge_alone": round(balanced(labels, alone), 3), "quotes_not_found": unfounded,
        "no_answer": sum(one is None for one in watched.said), "tokens_a_sentence": round(watched.tokens / sentences),
        "seconds_a_sentence": round(watched.seconds / sentences, 2),
    }  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2:] or DOMAINS)
