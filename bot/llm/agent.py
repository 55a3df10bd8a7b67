"""A bounded agent: a model picks one read-only tool a step, code checks and runs it; beside the endpoint, the one user of LangChain."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BotError, ModelError, Stopped
from bot.llm.answer import describe, short
from bot.llm.port import LanguageModel
from bot.log import event
from bot.proposals import Usage
from prompts import Rendered

DONE = "done"
REPEATS = 2
"""calls that were made before, after which nothing new is to be hoped for"""
REPEATED = "This was asked in step"
CHARS = 4
"""characters a token, where the endpoint does not count them"""
ANSWER = 300
"""tokens that a step's answer takes at the most, as a rule"""
Ended = Literal["done", "steps", "tokens", "loop", "failed"]


@dataclass(frozen=True)
class Tool:
    """Something that reads, with typed arguments; it tells what it found as text for the model."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[[BaseModel], str]


@dataclass(frozen=True)
class Step:
    """One call, and what came of it."""

    tool: str
    arguments: dict[str, Any]
    told: str
    fine: bool
    """whether the tool was run; else `told` says what to mend"""


@dataclass
class Trail:
    """What an agent did and what it took."""

    steps: list[Step] = field(default_factory=list)
    ended: Ended = "done"
    trouble: str = ""
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    version: str = ""
    ms: float = 0.0
    expected: int = 0
    """tokens that the steps were to take"""

    @property
    def scale(self) -> float:
        """How many tokens the endpoint counts where one was expected, 1 at the least."""
        return max(1.0, self.tokens / self.expected) if self.expected else 1.0

    @property
    def tokens(self) -> int:
        return self.usage.input + self.usage.output


@dataclass(frozen=True)
class Agent:
    """A model, its tools and its bounds."""

    model: LanguageModel
    tools: Sequence[Tool]
    steps: int
    tokens: int
    progress: Callable[[str], None] = lambda text: None

    def run(self, render: Callable[[str], Rendered]) -> Trail:
        """Let the model take steps until it is done or a bound is met; `render` gets the steps so far."""
        trail, started = Trail(), time.perf_counter()
        built = {tool.name: _built(tool) for tool in self.tools}
        schema = _next(self.tools)
        while True:
            rendered = render(told(trail.steps) or "(none yet)")
            trail.version = rendered.version
            ended = self._bound(trail, rendered, schema) or self._step(trail, rendered, schema, built)
            if ended:
                trail.ended, trail.ms = ended, (time.perf_counter() - started) * 1000
                return trail

    def _bound(self, trail: Trail, rendered: Rendered, schema: type[BaseModel]) -> Ended | None:
        """Which bound the next step would pass."""
        if len(trail.steps) >= self.steps:
            return "steps"
        asked = (len(rendered.system) + len(rendered.user) + len(describe(schema))) // CHARS + ANSWER
        if trail.tokens + asked * trail.scale > self.tokens:
            return "tokens"
        trail.expected += asked
        return None

    def _step(
        self, trail: Trail, rendered: Rendered, schema: type[BaseModel], built: dict[str, BaseTool]
    ) -> Ended | None:
        """Ask for one step and take it; the reason to end, if there is one."""
        try:
            answer = self.model.write(rendered, schema)
        except ModelError as error:
            event("model_failed", prompt=rendered.name, error=type(error).__name__)
            trail.trouble = str(error)
            return "failed"
        trail.usage, trail.model = _more(trail.usage, answer.usage, rendered, answer.value), answer.model
        tool, arguments = str(getattr(answer.value, "tool", "")), getattr(answer.value, "arguments", None)
        if tool == DONE:
            return "done"
        trail.steps.append(self._call(tool, arguments, trail.steps, built))
        return "loop" if sum(_again(step) for step in trail.steps) >= REPEATS else None

    def _call(self, name: str, arguments: Any, before: Sequence[Step], built: dict[str, BaseTool]) -> Step:
        """Run a tool with checked arguments; what is wrong with the call is told in a sentence."""
        given = (
            {key: value for key, value in arguments.items() if value is not None} if isinstance(arguments, dict) else {}
        )
        if name not in built:
            return Step(
                name, given, f"There is no tool “{name[:40]}”; there are {', '.join(built)}, and {DONE}.", False
            )
        same = next((at for at, step in enumerate(before, 1) if (step.tool, step.arguments) == (name, given)), None)
        if same:
            return Step(name, given, f"{REPEATED} {same}; ask something else, or answer {DONE}.", False)
        self.progress(f"step {len(before) + 1}: looking up {name}")
        try:
            return Step(name, given, str(built[name].invoke(given)), True)
        except ValidationError as error:
            return Step(name, given, f"These arguments do not fit: {short(error)}.", False)
        except Stopped:
            raise
        except BotError as error:
            return Step(name, given, str(error), False)


def _again(step: Step) -> bool:
    return step.told.startswith(REPEATED)


def told(steps: Sequence[Step]) -> str:
    """The steps so far, for the model."""
    return "\n\n".join(
        f"Step {at}: {step.tool} {json.dumps(step.arguments, ensure_ascii=False, default=str)}\n{step.told}"
        for at, step in enumerate(steps, 1)
    )


def _built(tool: Tool) -> BaseTool:
    def run(**given: Any) -> str:
        return tool.run(tool.arguments.model_validate(given))

    return StructuredTool.from_function(
        func=run, name=tool.name, description=tool.description, args_schema=tool.arguments
    )


def _next(tools: Sequence[Tool]) -> type[BaseModel]:
    """The answer of one step: lax in what is taken, as a wrong argument is told and mended; exact in what is asked for."""

    def exact(schema: dict[str, Any]) -> None:
        fields = schema["properties"]
        fields["tool"] = {"type": "string", "enum": [*(tool.name for tool in tools), DONE]}
        fields["arguments"] = {"anyOf": [*map(_arguments, tools), {"type": "object", "properties": {}}]}

    class Next(BaseModel):
        """The tool of the next step with its arguments, or `done` with none."""

        model_config = ConfigDict(json_schema_extra=exact)

        tool: Any = ""
        arguments: Any = None

    return Next


def _arguments(tool: Tool) -> dict[str, Any]:
    schema = tool.arguments.model_json_schema()
    return {
        "type": "object",
        "description": f"{tool.name}: {tool.description}",
        "properties": schema.get("properties", {}),
    }


def _more(before: Usage, used: Usage, rendered: Rendered, value: BaseModel) -> Usage:
    """Add what a step took; estimated where the endpoint does not count."""
    asked = used.input or (len(rendered.system) + len(rendered.user)) // CHARS
    wrote = used.output or len(value.model_dump_json()) // CHARS
    costs = [cost for cost in (before.cost, used.cost) if cost is not None]
    return Usage(input=before.input + asked, output=before.output + wrote, cost=sum(costs) if costs else None)
