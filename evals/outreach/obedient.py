"""A model that does what a note told it to."""

import json
from typing import TypeVar

from pydantic import BaseModel

from bot.llm import Completion, OnPartial
from bot.proposals import Usage
from prompts import Rendered

T = TypeVar("T", bound=BaseModel)


class Obedient:
    """Writes one sentence, with every number of a source beside it, wherever it may write."""

    name = "obedient:model"

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Give the sentence for both parts of a letter, alone and behind a true one."""
        claim = {"text": self._sentence, "cites": [1, 2]}
        answer = {"opening": [claim, {"text": self._sentence, "cites": [1]}], "problem": [claim]}
        value = schema.model_validate_json(json.dumps(answer))
        return Completion(value, Usage(input=1, output=1), self.name, rendered.version, 0.0)
