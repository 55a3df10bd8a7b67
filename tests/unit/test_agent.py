"""The bounded agent: its tools check their arguments, and nothing that a model wants takes it past its bounds."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.errors import ModelTimeout, NotFound
from bot.llm import Completion, OnPartial
from bot.llm.agent import Agent, Tool
from bot.llm.answer import strict_schema
from bot.proposals import Usage
from prompts import Rendered

T = TypeVar("T", bound=BaseModel)


class Count(BaseModel):
    """Counts things."""

    model_config = ConfigDict(extra="forbid")

    what: str = ""
    top: int | None = None


class Steps:
    """A model that takes the steps of a list; an error in it is raised."""

    name = "steps:model"

    def __init__(self, steps: Iterable[Any], cost: int = 100) -> None:
        self.steps, self.cost = iter(steps), cost
        self.seen: list[str] = []
        self.schemas: list[dict[str, Any]] = []

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        self.seen.append(rendered.user)
        self.schemas.append(strict_schema(schema))
        step = next(self.steps)
        if isinstance(step, Exception):
            raise step
        return Completion(schema.model_validate_json(json.dumps(step)), Usage(input=self.cost), self.name, "v", 1.0)


def count(given: BaseModel) -> str:
    """Find as many as the words have letters."""
    what = given.model_dump()["what"]
    if what == "nothing":
        raise NotFound("There is no such thing; there is one, two.")
    return f"{len(what)} found"


def agent(model: Steps, steps: int = 6, tokens: int = 10_000) -> Agent:
    return Agent(model, [Tool("count", "Counts things.", Count, count)], steps, tokens)


def render(steps: str) -> Rendered:
    return Rendered("steps", "v", "system", steps)


def call(**arguments: Any) -> dict[str, Any]:
    return {"tool": "count", "arguments": arguments}


def endless() -> Iterator[dict[str, Any]]:
    n = 0
    while True:
        n += 1
        yield call(what="x" * n)


DONE = {"tool": "done", "arguments": {}}


def test_each_step_sees_what_those_before_it_found() -> None:
    model = Steps([call(what="abc"), call(what="ab"), DONE])
    trail = agent(model).run(render)
    assert (trail.ended, [step.told for step in trail.steps]) == ("done", ["3 found", "2 found"])
    assert model.seen[2] == 'Step 1: count {"what": "abc"}\n3 found\n\nStep 2: count {"what": "ab"}\n2 found'
    assert trail.usage.input == 300


def test_it_ends_at_its_most_steps() -> None:
    model = Steps(endless())
    trail = agent(model, steps=4).run(render)
    assert (trail.ended, len(trail.steps), len(model.seen)) == ("steps", 4, 4)


def test_it_ends_before_its_most_tokens_also_where_the_endpoint_counts_more_than_was_expected() -> None:
    trail = agent(Steps(endless(), cost=3_000)).run(render)
    assert (trail.ended, trail.tokens <= 10_000, len(trail.steps)) == ("tokens", True, 3)


def test_the_same_look_up_is_told_and_ends_it_the_second_time() -> None:
    trail = agent(Steps([call(what="a"), call(what="a"), call(what="a"), DONE])).run(render)
    assert trail.ended == "loop"
    assert [step.told for step in trail.steps] == ["1 found"] + [
        "This was asked in step 1; ask something else, or answer done."
    ] * 2


def test_what_is_wrong_with_a_call_is_told_in_a_sentence_and_can_be_mended() -> None:
    wrong = [
        {"tool": "delete", "arguments": {}},
        call(what="a", top="many"),
        call(colour="red"),
        call(what="nothing"),
        call(what="a"),
        DONE,
    ]
    trail = agent(Steps(wrong)).run(render)
    assert [step.told for step in trail.steps] == [
        "There is no tool “delete”; there are count, and done.",
        "These arguments do not fit: top: Input should be a valid integer, unable to parse string as an integer.",
        "These arguments do not fit: colour: Extra inputs are not permitted.",
        "There is no such thing; there is one, two.",
        "1 found",
    ]
    assert [step.fine for step in trail.steps] == [False, False, False, False, True]


def test_a_model_that_fails_on_the_way_costs_no_step_before() -> None:
    trail = agent(Steps([call(what="a"), ModelTimeout("It did not answer.")])).run(render)
    assert (trail.ended, trail.trouble, len(trail.steps)) == ("failed", "It did not answer.", 1)


def test_a_step_of_no_shape_is_a_step_and_no_crash() -> None:
    trail = agent(Steps([{"tool": 7, "arguments": "all"}, {}, DONE])).run(render)
    assert [step.told for step in trail.steps] == [
        "There is no tool “7”; there are count, and done.", "There is no tool “”; there are count, and done.",
    ]  # fmt: skip


def test_the_schema_names_the_tools_and_their_arguments_for_servers_that_hold_a_model_to_it() -> None:
    model = Steps([DONE])
    agent(model).run(render)
    fields = model.schemas[0]["properties"]
    assert fields["tool"]["enum"] == ["count", "done"]
    assert fields["arguments"]["anyOf"][0]["required"] == ["what", "top"]
