"""A language model that gives the answer a test hands it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.errors import ModelError
from bot.llm import Completion, OnPartial
from bot.proposals import Usage
from prompts import Rendered

T = TypeVar("T", bound=BaseModel)


class FakeModel:
    """Answers each prompt, by its name, with a given value, or fails with a given error; remembers what it was sent."""

    name = "fake:model"

    def __init__(self, answers: Mapping[str, Mapping[str, Any] | ModelError]) -> None:
        self.answers = answers
        self.sent: list[Rendered] = []

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Give the answer, in parts where somebody listens."""
        self.sent.append(rendered)
        answer = self.answers[rendered.name]
        if isinstance(answer, ModelError):
            raise answer
        if on_partial:
            for partial in parts(answer):
                on_partial(partial)
        value = schema.model_validate_json(json.dumps(answer))
        return Completion(value, Usage(input=100, output=20), self.name, rendered.version, 12.0)


def parts(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer as it arrives: item by item, the newest one still without its citations."""
    done: dict[str, Any] = {}
    for name, items in answer.items():
        rows: Sequence[Any] = items if isinstance(items, list) else []
        for i, row in enumerate(rows):
            half = {"text": row["text"][:9]} if isinstance(row, dict) else row
            yield {**done, name: [*rows[:i], half]}
        done[name] = items
        yield dict(done)
