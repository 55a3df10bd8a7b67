"""A model that tells everything it is given, and looks for everything that it can ask for."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.errors import ModelNonsense
from bot.llm import Completion, OnPartial
from bot.proposals import Usage
from prompts import Rendered

HEAD = re.compile(r"\[(\d+)\] ")
T = TypeVar("T", bound=BaseModel)
Step = tuple[str, Mapping[str, Any]]


class Teller:
    """Gives back each line of its sources as a sentence of its own; as an agent it takes the given steps."""

    name = "teller:model"

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self.steps, self.sent, self._at = steps, list[Rendered](), 0

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Take the next step, or say all that stands in the prompt."""
        self.sent.append(rendered)
        answer = self._step() if schema.__name__ == "Next" else _all_of(rendered, schema)
        try:
            value = schema.model_validate_json(json.dumps(answer))
        except ValueError as error:
            raise ModelNonsense("The language model answered in no shape that was asked for.") from error
        return Completion(value, Usage(input=1, output=1), self.name, rendered.version, 0.0)

    def _step(self) -> dict[str, Any]:
        """Take each step once, then be done."""
        if self._at >= len(self.steps):
            return {"tool": "done", "arguments": {}}
        tool, arguments = self.steps[self._at]
        self._at += 1
        return {"tool": tool, "arguments": dict(arguments)}


def _all_of(rendered: Rendered, schema: type[BaseModel]) -> dict[str, Any]:
    """Every line of the prompt in every field that takes text."""
    lines = [" ".join(line.split()) for line in rendered.user.splitlines() if line.strip()]
    fields = schema.model_json_schema().get("properties", {})
    cited = _cited(lines)
    return {name: _filled(told, lines, cited) for name, told in fields.items()}


def _cited(lines: Sequence[str]) -> list[dict[str, Any]]:
    """The lines beneath the head of a source, as sentences that cite it."""
    found, n = list[dict[str, Any]](), 0
    for line in lines:
        head = HEAD.match(line)
        if head:
            n = int(head[1])
        elif n:
            found.append({"text": line, "cites": [n]})
    return found


def _filled(told: Mapping[str, Any], lines: Sequence[str], cited: Sequence[Mapping[str, Any]]) -> Any:
    most = int(told.get("maxItems", 8))
    if told.get("type") == "array":
        return list(cited[:most]) if "$ref" in told.get("items", {}) else list(lines[-most:])
    return {"string": " ".join(lines)[:1500], "number": 1, "integer": 1, "boolean": True}.get(str(told.get("type")))
