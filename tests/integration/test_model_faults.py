"""Whatever a language model does wrong, each skill still gives its offline answer, says so, and asks no more often than it must."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from bot.app import App
from bot.assistant import Request
from bot.errors import ModelError, ModelNonsense, ModelRefused, ModelTimeout
from bot.llm import Completion, OnPartial
from bot.proposals import Draft, Usage
from bot.skills.wording import OFFLINE
from evals.bench.skills import WORDS
from prompts import Rendered
from tests.conftest import TODAY

T = TypeVar("T", bound=BaseModel)
FAULTS = {
    "too late": ModelTimeout("The language model did not answer within 20 s; ask again in a while."),
    "busy": ModelError("The language model is busy (429: too many requests); try again in a minute."),
    "refused": ModelRefused("The language model declined to answer this; put the question in other words."),
    "nonsense": ModelNonsense("The language model's answer does not fit (no JSON object in the answer); ask again."),
}
SILENT = ("plan", "log", "pipeline", "day")
"""skills that need no model; all others ask it once"""
WORDED = [name for name in WORDS if name not in SILENT]
BABBLE = "The moon is a large round cheese that Zorblax Quimby bought for EUR 999,999 on 31 February."


class Faulty:
    """A model that fails in one way, or babbles in the right shape; it counts how often it was asked."""

    name = "faulty:model"

    def __init__(self, fault: ModelError | None) -> None:
        self.fault, self.asked = fault, list[str]()

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Fail, or say in every list what no source says."""
        self.asked.append(rendered.name)
        if self.fault:
            raise self.fault
        claim = {"text": BABBLE, "cites": [1, 2]}
        lists = {name: [claim] for name, shape in _fields(schema) if "Claim" in str(shape.get("items"))}
        missed = [{"kind": "decision", "line": 2, "quote": BABBLE}] if "missed" in schema.model_fields else []
        value = schema.model_validate({**lists, **({"missed": missed} if missed else {})})
        if on_partial:
            on_partial(value.model_dump())
        return Completion(value, Usage(input=1, output=1), self.name, rendered.version, 1.0)


def _fields(schema: type[BaseModel]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from schema.model_json_schema()["properties"].items()


@pytest.fixture(scope="module")
def plain(shared: App) -> Callable[[str], Draft]:
    """What each skill answers without a model, asked once."""
    return cache(lambda skill: asked(shared, skill, None))


def asked(app: App, skill: str, model: Faulty | None, shown: list[str] | None = None) -> Draft:
    helper = replace(app.assistant, model=model) if model else app.assistant
    kind = "offline" if model is None else type(model.fault).__name__
    request = Request(WORDS[skill], app.user("u-maya"), TODAY, f"fault:{skill}:{kind}")
    on_line = (lambda line: shown.append(line.text)) if shown is not None else (lambda line: None)
    return helper.answer(request, on_line=on_line).draft


def told(draft: Draft) -> list[tuple[str, str]]:
    return [(part.title, line.text) for part in draft.sections for line in part.lines]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("skill", WORDED)
def test_a_model_that_fails_costs_the_wording_alone(
    shared: App, plain: Callable[[str], Draft], skill: str, fault: str
) -> None:
    model = Faulty(FAULTS[fault])
    draft = asked(shared, skill, model)
    assert told(draft) == told(plain(skill))
    assert (draft.model, draft.lead, len(model.asked)) == ("offline", plain(skill).lead, 1)
    assert f"{OFFLINE} {FAULTS[fault]}" in draft.notice


@pytest.mark.parametrize("skill", WORDED)
def test_babble_in_the_right_shape_is_neither_shown_nor_kept(
    shared: App, plain: Callable[[str], Draft], skill: str
) -> None:
    model, shown = Faulty(None), list[str]()
    draft = asked(shared, skill, model, shown)
    assert told(draft) == told(plain(skill))
    assert (shown, len(model.asked)) == ([], 1)
    assert "Zorblax" not in str([draft.lead, draft.notice, draft.unknowns, draft.data])
    assert BABBLE in [gone.claim for gone in draft.dropped]
    assert f"{OFFLINE} Nothing the model wrote was supported by the sources." in draft.notice


@pytest.mark.parametrize("skill", SILENT)
def test_what_code_does_alone_asks_no_model(shared: App, plain: Callable[[str], Draft], skill: str) -> None:
    model = Faulty(FAULTS["refused"])
    draft = asked(shared, skill, model)
    assert (told(draft), draft.notice, model.asked) == (told(plain(skill)), plain(skill).notice, [])
