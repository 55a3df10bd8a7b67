"""A call as numbered lines for a model: one that fits is read together with the wording, a longer one in pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

import prompts
from bot.errors import ModelError
from bot.log import event
from bot.proposals import Usage
from bot.skills import Context
from bot.skills.summarising.nominated import Missed, readable
from bot.skills.summarising.reading import CallRead

TOKENS = 12_000
"""of the transcript in one call of the model"""
SIGNS = 4
"""characters that a token has on average"""
MOST = 30
"""claims that are taken from one piece"""


class Piece(BaseModel):
    """What one piece of a call holds."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    missed: list[Missed] = Field(default_factory=list)
    """What this part holds; empty where there is nothing."""


@dataclass
class Found:
    """What the pieces brought, and what they cost."""

    claims: list[Missed] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0
    usage: Usage = field(default_factory=Usage)
    ms: float = 0.0

    @property
    def notice(self) -> str:
        """Which parts the model could not read."""
        if not self.failed:
            return ""
        numbers = [str(n) for n, _ in self.failed]
        listed = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
        part = "Part" if len(numbers) == 1 else "Parts"
        return f"{part} {listed} of {self.count} could not be read by the model ({self.failed[0][1].rstrip('.')}); the rules read the whole call."


def told(call: CallRead) -> str:
    """What call it is, and who is on which side."""
    sides = {"ours": "seller", "theirs": "customer", "unknown": "side not known"}
    people = "; ".join(f"{one.name} ({sides[one.side]})" for one in call.people.values())
    return f"{call.transcript.title or call.transcript.name}. Speakers: {people}."


def pieces(call: CallRead) -> list[str]:
    """The call as numbered lines, cut between turns where it is too long for one call of a model."""
    cut: list[list[str]] = [[]]
    size, turn = 0, -1
    for one in readable(call):
        who = call.people[one.turn.who].name if one.turn.who in call.people else one.turn.who or "somebody"
        line = f"{one.lines[0]} {who}: {one.text}"
        if size + len(line) > TOKENS * SIGNS and one.turn.k != turn and cut[-1]:
            cut.append([])
            size = 0
        cut[-1].append(line)
        size, turn = size + len(line) + 1, one.turn.k
    return ["\n".join(lines) for lines in cut if lines]


def read_pieces(context: Context, texts: Sequence[str], call: CallRead) -> Found:
    """Ask the model about each piece; one that fails costs itself alone."""
    found = Found(count=len(texts))
    for n, text in enumerate(texts, start=1):
        context.progress(f"reading part {n} of {len(texts)}")
        rendered = prompts.load("call_piece").render(call=told(call), part=f"{n} of {len(texts)}", lines=text)
        try:
            completion = context.model.write(rendered, Piece) if context.model else None
        except ModelError as error:
            event("model_failed", prompt="call_piece", error=type(error).__name__, part=n)
            found.failed.append((n, str(error)))
            continue
        if completion:
            found.claims += completion.value.missed[:MOST]
            found.usage, found.ms = added(found.usage, completion.usage), found.ms + completion.ms
    return found


def added(one: Usage, other: Usage) -> Usage:
    """The sum of two; the cost is known where both are."""
    cost = one.cost + other.cost if one.cost is not None and other.cost is not None else one.cost or other.cost
    return Usage(input=one.input + other.input, output=one.output + other.output, cost=cost)
