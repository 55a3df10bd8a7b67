"""The one way to a model: within the budget, without private data, and kept so that it can be shown what was sent."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from bot.crm.records import User
from bot.errors import ModelError, ModelNonsense, ModelRefused, ModelTimeout, OverBudget, StorageError
from bot.llm.answer import T, messages
from bot.llm.budget import Budget
from bot.llm.port import Completion, LanguageModel, OnPartial
from bot.llm.prices import Price, cost_of, price_of
from bot.llm.redaction import NOTE, Redactor
from bot.log import event, failure
from bot.proposals import Usage
from bot.store.budgets import Budgets, Said
from bot.store.model_calls import Message, ModelCall, ModelCalls, Outcome, new_id
from prompts import Rendered

CHARS = 4
"""characters a token, where the endpoint does not count them"""
ANSWER = 300
"""tokens of an answer that are reserved before it is there"""
OUTCOMES: tuple[tuple[type[Exception], Outcome], ...] = (
    (ModelTimeout, "timeout"),
    (ModelRefused, "refused"),
    (ModelNonsense, "nonsense"),
    (ModelError, "failed"),
)


@dataclass(frozen=True)
class Who:
    """For whom a model is asked, and in which request."""

    user: User
    request: str
    thread: str
    now: datetime


@dataclass
class Door:
    """Gives people a model that counts, redacts and keeps."""

    engine: Engine
    budget: Budget = field(default_factory=Budget)
    prices: dict[str, Price] = field(default_factory=dict)
    redacts: bool = True
    admins: Callable[[], Sequence[str]] = lambda: ()
    """names of those who may be asked for more"""

    @cached_property
    def told(self) -> Budgets:
        """What the audit trail is told of limits."""
        return Budgets(self.engine)

    @property
    def calls(self) -> ModelCalls:
        """What was asked so far."""
        return ModelCalls(self.engine)

    def bind(self, model: LanguageModel | None, who: Who, skill: str = "route") -> "Bound | None":
        """The model as one person may ask it in one request; None where there is none."""
        return None if model is None else Bound(self, model, who, skill)


class Bound:
    """A model as one person may ask it in one request."""

    def __init__(self, door: Door, model: LanguageModel, who: Who, skill: str) -> None:
        self._door, self._model, self._who = door, model, who
        self._skill, self._account = skill, ""
        self._redactor = Redactor()
        self._made: list[ModelCall] = []

    @property
    def name(self) -> str:
        """What answers and logs show."""
        return self._model.name

    def about(self, skill: str, account_id: str | None) -> None:
        """Note which skill asks from here on, and about which account."""
        self._skill, self._account = skill, account_id or ""

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Ask within the budget, without private data; what was sent is kept.

        Raises what the model raises, and OverBudget where a limit of the day is reached.
        """
        sent = self._redacted(rendered)
        call = self._reserved(sent, messages(sent, schema))
        started, seen = time.perf_counter(), _Seen(self._redactor, on_partial)
        try:
            completion = self._model.write(sent, schema, seen.partial if on_partial else None)
        except BaseException as error:
            self._failed(call, error, seen.size, (time.perf_counter() - started) * 1000)
            raise
        return self._done(call, completion)

    def _redacted(self, rendered: Rendered) -> Rendered:
        if not self._door.redacts:
            return rendered
        system, user = self._redactor.redact(rendered.system), self._redactor.redact(rendered.user)
        noted = f"{system}\n\n{NOTE}" if self._redactor.used else system
        return replace(rendered, system=noted, user=user)

    def _reserved(self, sent: Rendered, written: Sequence[tuple[str, str]]) -> ModelCall:
        """Take an estimate of what a call takes from the budget before it is made: two at once do not both slip past."""
        asked, who = _tokens(written), self._who
        price = price_of(self._door.prices, self._model.name)
        call = ModelCall(
            id=new_id(), at=who.now, user_id=who.user.id, request=who.request, thread=who.thread, skill=self._skill,
            account_id=self._account or None, prompt=sent.name, prompt_version=sent.version, model=self._model.name,
            input_tokens=asked, output_tokens=ANSWER, cost=cost_of(price, asked, ANSWER), sent=_kept(written),
        )  # fmt: skip
        # Looked up before the transaction: whoever holds the lock must not wait for a second connection.
        zone, admins = ZoneInfo(who.user.time_zone), self._door.admins() if self._door.budget else ()
        check = self._door.budget.check(call.model, call.cost is not None, zone, who.now, admins)
        try:
            self._door.calls.reserve(call, check)
        except OverBudget as error:
            if error.limit:
                self._tell("reached", *error.limit)
            raise
        return call

    def _tell(self, said: Said, limit: str, used: float, most: float) -> None:
        """Keep it in the audit trail; where that fails the answer still comes, and the log says so."""
        try:
            self._door.told.tell(self._who.now, self._who.user.id, said, limit, used, most)
        except StorageError as error:
            failure("audit_line_missed", error, request=self._who.request)

    def _done(self, call: ModelCall, completion: Completion[T]) -> Completion[T]:
        used, written = completion.usage, completion.value.model_dump(mode="json")
        tokens_in = used.input or call.input_tokens
        tokens_out = used.output or len(completion.value.model_dump_json()) // CHARS
        model = completion.model if completion.model and not completion.model.endswith(":") else call.model
        ended = call.model_copy(
            update={
                "model": model, "input_tokens": tokens_in, "output_tokens": tokens_out,
                "estimated": not (used.input and used.output), "cost": self._cost(model, tokens_in, tokens_out),
                "ms": completion.ms, "outcome": "fine", "received": written,
                "sent": _kept(completion.sent) if completion.sent else call.sent,
            }
        )  # fmt: skip
        self._settle(ended)
        usage = Usage(input=tokens_in, output=tokens_out, cost=ended.cost)
        return replace(completion, value=self._redactor.value(completion.value), usage=usage)

    def _cost(self, model: str, tokens_in: int, tokens_out: int) -> float | None:
        return cost_of(price_of(self._door.prices, model, self._model.name), tokens_in, tokens_out)

    def _failed(self, call: ModelCall, error: BaseException, seen: int, ms: float) -> None:
        """Count what is known of a call that brought no answer; one that was not made at all is forgotten."""
        if isinstance(error, ModelError) and not error.asked:
            self._door.calls.drop(call.id)
            return
        tokens, counted = _taken(call, error, seen)
        ended = call.model_copy(
            update={
                "input_tokens": tokens[0], "output_tokens": tokens[1], "estimated": not counted,
                "cost": self._cost(call.model, *tokens), "ms": ms, "why": (str(error) or type(error).__name__) if isinstance(error, Exception) else None,
                "outcome": next((name for kind, name in OUTCOMES if isinstance(error, kind)), "stopped"),
                "sent": _kept(error.sent) if isinstance(error, ModelError) and error.sent else call.sent,
            }
        )  # fmt: skip
        self._settle(ended)

    def _settle(self, ended: ModelCall) -> None:
        self._door.calls.settle(ended)
        self._made.append(ended)

    @property
    def usage(self) -> Usage | None:
        """What this request took of the model, with all that failed; None where it was not asked."""
        if not self._made:
            return None
        costs = [call.cost for call in self._made]
        known = [cost for cost in costs if cost is not None]
        tokens_in, tokens_out = (
            sum(getattr(one, name) for one in self._made) for name in ("input_tokens", "output_tokens")
        )
        return Usage(input=tokens_in, output=tokens_out, cost=sum(known) if len(known) == len(costs) else None)

    def warning(self) -> str:
        """What the person is told of the budget under this answer; each thing once a day, else nothing."""
        budget = self._door.budget
        if not self._made or not budget:
            return ""
        kinds = self._door.calls.warn(self._made[-1].id, budget.near)
        if not kinds:
            return ""
        calls, who = self._door.calls, self._who
        mine, every = calls.spent(who.now, who.user.id), calls.spent(who.now)
        event("budget_warning", user=who.user.id, of=",".join(kinds), tokens=every.tokens, cost=round(every.cost, 4))
        for limit in (budget.limit(kind, mine, every) for kind in kinds):
            self._tell("near", limit.kind, limit.used, limit.most)
        return " ".join(budget.warning(kind, mine, every) for kind in kinds)


class _Seen:
    """Passes partial answers on with what was taken out, and measures them."""

    def __init__(self, redactor: Redactor, on_partial: OnPartial | None) -> None:
        self._redactor, self._on_partial = redactor, on_partial
        self.size = 0

    def partial(self, answer: dict[str, Any]) -> None:
        self.size = len(str(answer))
        if self._on_partial:
            self._on_partial(self._redactor.growing(answer))


def _tokens(written: Sequence[tuple[str, str]]) -> int:
    return sum(len(text) for _, text in written) // CHARS


def _kept(written: Sequence[tuple[str, str]]) -> list[Message]:
    return [Message(role=role, text=text) for role, text in written]


def _taken(call: ModelCall, error: BaseException, seen: int) -> tuple[tuple[int, int], bool]:
    """(tokens in and out of a call that failed, whether the endpoint counted them)."""
    spent = error.spent if isinstance(error, ModelError) else (0, 0)
    if isinstance(error, ModelTimeout) or not isinstance(error, ModelError):
        # It was sent, and the endpoint may have worked on it to the end.
        return (max(spent[0], call.input_tokens), max(spent[1], seen // CHARS)), False
    if isinstance(error, ModelNonsense) and not any(spent):
        return (call.input_tokens, seen // CHARS), False
    return spent, True
