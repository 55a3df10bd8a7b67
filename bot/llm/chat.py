"""A chat model behind the port: one budget of wall time for asking, retrying and one repair."""

import importlib
import threading
import time
from typing import Any

from pydantic import BaseModel

from bot.errors import ModelError, ModelNonsense, ModelRefused
from bot.llm.answer import T, fit, messages, strict_schema
from bot.llm.deadline import Attempt, Breaker, within
from bot.llm.port import Completion, OnPartial
from bot.proposals import Usage
from bot.settings import Settings
from prompts import Rendered

LENGTH = frozenset({"length", "max_tokens"})
FILTERED = frozenset({"content_filter", "refusal", "SAFETY"})


class ChatModel:
    """The model that the settings name, reached through LangChain at the first question."""

    def __init__(self, settings: Settings, breaker: Breaker | None = None) -> None:
        self._settings = settings
        self._breaker = breaker or Breaker()
        self._lock = threading.Lock()
        self._endpoint: Any = None

    @property
    def name(self) -> str:
        """What answers and logs show; a model that the endpoint is to name is known after the first answer."""
        if self._endpoint:
            return str(self._endpoint.name)
        unnamed = not self._settings.model and self._settings.openai_base_url
        return "openai" if unnamed else self._settings.model_name

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Answer in the shape of `schema`, within the time budget of the settings.

        Raises ModelTimeout, ModelRefused, ModelNonsense, or ModelError where the endpoint cannot be reached.
        """
        self._breaker.check()
        conversation = _Conversation(self._connected(), rendered, schema, live=on_partial is not None)
        started = time.perf_counter()
        try:
            value, model = within(self._settings.model_timeout, conversation.run, on_partial)
        except ModelError as error:
            self._failed(error, conversation)
            raise
        self._breaker.reset()
        ms = (time.perf_counter() - started) * 1000
        return Completion(value, conversation.usage, model, rendered.version, ms, tuple(conversation.messages))

    def _failed(self, error: ModelError, conversation: "_Conversation") -> None:
        """Note what was sent and taken up to here; let an endpoint rest that did not answer."""
        usage = conversation.usage
        error.sent, error.spent = tuple(conversation.messages), (usage.input, usage.output)
        if isinstance(error, ModelRefused | ModelNonsense):
            self._breaker.reset()
        else:
            self._breaker.trip(error)

    def _connected(self) -> Any:
        with self._lock:
            if self._endpoint is None:
                # LangChain takes more than a second to import: paid here, by the first question, and by nothing else.
                self._endpoint = importlib.import_module("bot.llm.endpoint").Endpoint(self._settings)
            return self._endpoint


class _Conversation:
    """One question, its answer, and one chance to put the answer right."""

    def __init__(self, endpoint: Any, rendered: Rendered, schema: type[BaseModel], *, live: bool) -> None:
        self.endpoint, self.schema, self.live = endpoint, schema, live
        self.messages, self.usage = messages(rendered, schema), Usage()

    def run(self, attempt: Attempt) -> tuple[Any, str]:
        value, model, trouble, text = self._turn(attempt, self.live)
        if value is None and attempt.remaining > 0:
            self.messages += [("assistant", text or "(empty)"), ("user", _repair(trouble))]
            value, model, trouble, text = self._turn(attempt, False)
        if value is None:
            raise ModelNonsense(
                f"The language model's answer does not fit ({trouble}); ask again or try another model."
            )
        return value, model

    def _turn(self, attempt: Attempt, live: bool) -> tuple[Any, str, str, str]:
        reply = self.endpoint.send(self.messages, strict_schema(self.schema), attempt, live)
        before, more = self.usage, reply.usage
        self.usage = Usage(input=before.input + more.input, output=before.output + more.output)
        if reply.refusal or reply.finish in FILTERED:
            raise ModelRefused("The language model declined to answer this; put the question in other words.")
        if reply.finish in LENGTH:
            raise ModelNonsense("The language model's answer was cut off; ask for less, or raise the model's limit.")
        value, trouble = fit(self.schema, reply.text)
        return value, f"{self.endpoint.provider}:{reply.model}", trouble, reply.text


def _repair(trouble: str) -> str:
    return f"That does not fit the schema: {trouble}. Answer again with the one JSON object alone."
