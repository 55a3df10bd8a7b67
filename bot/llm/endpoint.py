"""The only module that talks to a model: LangChain chat models, with retries inside the time that is left."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import openai
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.utils.json import parse_partial_json
from langchain_openai import ChatOpenAI

from bot.errors import BotError, ModelRefused
from bot.llm.answer import visible
from bot.llm.deadline import Attempt
from bot.llm.failures import Kind, classify, retry_after
from bot.proposals import Usage
from bot.settings import Settings

PAUSES = (0.2, 0.8)
"""seconds before the second and the third try"""
MOST_TOKENS = 100_000_000
"""that are believed of one call; a server that counts more, or less than none, would spend or refill the whole day"""
NO_KEY = "not-needed"
"""servers on one's own machine ask for no key, the client library does"""


@dataclass(frozen=True)
class Reply:
    """The raw text of an answer."""

    text: str
    usage: Usage
    model: str
    finish: str
    refusal: str = ""


class Endpoint:
    """One chat model of one provider."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        provider, colon, name = settings.model_name.partition(":")
        self._openai = provider == "openai" or not colon
        self.provider = "openai" if self._openai else provider
        self._name = name if colon and self._openai else settings.model_name
        self._named = bool(settings.model) or settings.openai_base_url is None
        self._chat: BaseChatModel | None = None
        self._extras = self._openai
        # The host alone: an answer says where, and nothing in an answer is a link.
        host = urlsplit(settings.openai_base_url or "").netloc or "api.openai.com"
        self.where = host if self._openai else provider

    @property
    def name(self) -> str:
        """Name of the model, with its provider."""
        if self._openai and not self._named and self._chat is None:
            return "openai"
        return f"openai:{self._name}" if self._openai else self._name

    def send(self, messages: Sequence[tuple[str, str]], schema: dict[str, Any], attempt: Attempt, live: bool) -> Reply:
        """Ask once, again after failures that pass; with `live`, emit partial answers.

        Raises ModelRefused, ModelTimeout or ModelError.
        """
        extras, pauses = self._extras, iter(PAUSES)
        while True:
            try:
                reply = self._ask(messages, self._extra_arguments(schema, live) if extras else {}, attempt, live)
            except BotError:
                raise
            except Exception as error:
                # SDKs of all providers raise their own trees; every one of them becomes one of our sentences.
                kind, failure = classify(error, self.where, self._name)
                if not _try_again(kind, extras, error, pauses, attempt):
                    raise failure from error
                extras = extras and kind != "plain"
            else:
                # A server that knows no response_format or stream_options is not asked with them again.
                self._extras = extras
                return reply

    def _ask(self, messages: Sequence[tuple[str, str]], extras: dict[str, Any], attempt: Attempt, live: bool) -> Reply:
        chat = self._model(attempt)
        if live:
            streamed = self._stream(chat.stream(list(messages), **extras), attempt)
            if streamed is not None:
                return streamed
        # A server that does not stream answers a streaming request with a body that holds no events.
        asked = {name: value for name, value in extras.items() if name != "stream_usage"}
        return self._reply(chat.invoke(list(messages), **asked))

    def _extra_arguments(self, schema: dict[str, Any], live: bool) -> dict[str, Any]:
        json_schema = {"name": "answer", "strict": True, "schema": schema}
        # In extra_body: as an argument of its own it makes LangChain parse and fail where we can still repair.
        body = {"response_format": {"type": "json_schema", "json_schema": json_schema}}
        return {"extra_body": body, "stream_usage": True} if live else {"extra_body": body}

    def _stream(self, chunks: Iterator[AIMessageChunk], attempt: Attempt) -> Reply | None:
        whole: AIMessageChunk | None = None
        last: dict[str, Any] = {}
        for chunk in _events(chunks):
            if attempt.cancelled:
                break
            whole = chunk if whole is None else whole + chunk
            partial = partial_object(whole.text) if chunk.content else None
            if partial and partial != last:
                attempt.emit(partial)
                last = partial
        return self._reply(whole) if whole is not None and (whole.text or whole.additional_kwargs) else None

    def _reply(self, message: BaseMessage) -> Reply:
        meta, counted = message.response_metadata, message.usage_metadata if isinstance(message, AIMessage) else None
        usage = (
            Usage(input=_count(counted["input_tokens"]), output=_count(counted["output_tokens"]))
            if counted
            else Usage()
        )
        finish = str(meta.get("finish_reason") or meta.get("stop_reason") or "")
        refusal = str(message.additional_kwargs.get("refusal") or "")
        return Reply(message.text, usage, str(meta.get("model_name") or self._name), finish, refusal)

    def _model(self, attempt: Attempt) -> BaseChatModel:
        if self._chat is None:
            self._chat = self._connect(attempt)
        return self._chat

    def _connect(self, attempt: Attempt) -> BaseChatModel:
        if not self._openai:
            return _provider(self._name, self._settings.model_timeout)
        if not self._named:
            self._name = self._first_model(attempt)
        return ChatOpenAI(
            model=self._name,
            api_key=self._key(),
            base_url=self._settings.openai_base_url,
            max_retries=0,
            timeout=self._settings.model_timeout,
        )

    def _key(self) -> Callable[[], str]:
        secret = self._settings.openai_api_key
        if secret is None and self._settings.openai_base_url is None:
            raise ModelRefused("There is no key for the language model; set OPENAI_API_KEY, or SELLER_MODEL=offline.")
        value = secret.get_secret_value() if secret else NO_KEY
        return lambda: value

    def _first_model(self, attempt: Attempt) -> str:
        """Ask the endpoint what it serves: a name of OpenAI's means nothing to somebody else's server."""
        client = openai.OpenAI(
            api_key=self._key()(),
            base_url=self._settings.openai_base_url,
            max_retries=0,
            timeout=attempt.remaining or None,
        )
        with client:
            served = [model.id for model in client.models.list()]
        if not served:
            raise ModelRefused(f"The endpoint at {self.where} lists no model; set SELLER_MODEL=openai:NAME.")
        return served[0]


def _count(tokens: int) -> int:
    """Tokens as a server counts them; what cannot be a count of one call is 0, as if it had not counted."""
    return tokens if 0 <= tokens <= MOST_TOKENS else 0


def _events(chunks: Iterator[AIMessageChunk]) -> Iterator[AIMessageChunk]:
    """Pass the chunks on; LangChain's complaint about an answer without any is no failure here."""
    seen = False
    try:
        for chunk in chunks:
            seen = True
            yield chunk
    except ValueError as error:
        if seen or "No generation chunks" not in str(error):
            raise


def _try_again(kind: Kind, extras: bool, error: Exception, pauses: Iterator[float], attempt: Attempt) -> bool:
    if kind == "plain":
        return extras
    pause = next(pauses, None)
    return kind == "again" and pause is not None and attempt.wait(max(pause, retry_after(error) or 0.0))


def _provider(name: str, timeout: float) -> BaseChatModel:
    try:
        model: BaseChatModel = init_chat_model(name, max_retries=0, timeout=timeout)
    except ImportError as error:
        package = getattr(error, "name", None) or "its LangChain package"
        raise ModelRefused(f"The model {name} needs a package that is missing ({package}); install it.") from error
    except (ValueError, TypeError) as error:
        raise ModelRefused(f"SELLER_MODEL={name} cannot be used; write it as provider:model.") from error
    return model


def partial_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that has arrived so far; its last string or number may still grow."""
    shown = visible(text)
    start = shown.find("{")
    if start < 0:
        return None
    try:
        value = parse_partial_json(shown[start:].removesuffix("```"))
    except ValueError:
        # Not JSON yet: the next chunk may complete it, and nothing unparsable is shown.
        return None
    return value if isinstance(value, dict) else None
