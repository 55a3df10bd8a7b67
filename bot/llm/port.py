"""The port to a language model, and what comes back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from bot.proposals import Usage
from prompts import Rendered

T = TypeVar("T", bound=BaseModel)
OnPartial = Callable[[dict[str, Any]], None]
"""gets the answer's fields as far as they have arrived; each call holds all of the one before"""


@dataclass(frozen=True)
class Completion(Generic[T]):
    """A model's answer that fits its schema, and what it took."""

    value: T
    usage: Usage
    model: str
    prompt_version: str
    ms: float
    sent: Sequence[tuple[str, str]] = ()
    """(role, text) of every message as it went out; empty: the rendered prompt as it was"""


class LanguageModel(Protocol):
    """Writes one structured answer to a rendered prompt."""

    @property
    def name(self) -> str:
        """What answers and logs show, such as `openai:gpt-5-mini`."""

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Answer in the shape of `schema`, within the time budget of the settings.

        Raises ModelTimeout, ModelRefused, ModelNonsense, or ModelError where the endpoint cannot be reached.
        """
