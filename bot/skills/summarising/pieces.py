"""What a model finds in a call that the rules missed: kept only where code finds its words in the line it names.

A call that fits is read together with the wording of the bottom line; a longer one in pieces, each with a call of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

import prompts
from bot.dates import read_dates
from bot.errors import ModelError
from bot.log import event
from bot.proposals import Dropped, Usage
from bot.skills import Context
from bot.skills.summarising.decisions import SUGGESTED
from bot.skills.summarising.firm import is_firm
from bot.skills.summarising.quarantine import is_absence
from bot.skills.summarising.reading import CallRead, Noted
from bot.skills.summarising.steps import Step
from bot.skills.summarising.transcript import Sentence

TOKENS = 12_000
"""of the transcript in one call of the model"""
SIGNS = 4
"""characters that a token has on average"""
MOST = 30
"""claims that are taken from one piece"""
Kind = Literal["decision", "next_step", "open_question", "objection", "pain"]
LISTS: dict[Kind, str] = {
    "decision": "decisions", "open_question": "open_questions", "objection": "objections", "pain": "pains", "next_step": "steps",
}  # fmt: skip
_WILL = re.compile(
    r"\b(?:will|'ll|shall|going to|let me|i(?: can)? (?:send|bring|share|get)|werde|werden|schicke|sende|vais|allons|enverr\w+|voy a|vamos a|enviar\w*)\b",
    re.IGNORECASE,
)


class Missed(BaseModel):
    """Something that was said."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: Kind
    """What it is: something decided, promised by its speaker, asked and not answered, objected, or a trouble of the customer."""
    line: int
    """The number before the line in which it stands."""
    quote: str
    """The sentence, copied letter for letter from that line."""


class Piece(BaseModel):
    """What one piece of a call holds."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    missed: list[Missed] = Field(default_factory=list)
    """Decisions, promises, open questions, objections and troubles in this part; empty where there are none."""


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


def readable(call: CallRead) -> list[Sentence]:
    """What of a call a model may read: no words to machines, and nobody's illness."""
    planted = {sentence for one in call.to_machines for sentence in one.said}
    return [one for one in call.transcript.said if one not in planted and not is_absence(one.text)]


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


def read_pieces(context: Context, texts: Sequence[str], title: str) -> Found:
    """Ask the model about each piece; one that fails costs itself alone."""
    found = Found(count=len(texts))
    for n, text in enumerate(texts, start=1):
        context.progress(f"reading part {n} of {len(texts)}")
        rendered = prompts.load("call_piece").render(call=title, part=f"{n} of {len(texts)}", lines=text)
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


def merged(call: CallRead, claims: Sequence[Missed]) -> tuple[CallRead, list[Dropped]]:
    """The call with what the model found beyond the rules; nothing twice, and nothing that code does not find said."""
    known = {one for found in _known(call) for one in found.said}
    taken = {_key(step) for step in call.steps}
    new: dict[str, list[Noted | Step]] = {}
    dropped: list[Dropped] = []
    for claim in claims:
        sentence = _said(call, claim)
        why = "these words do not stand in that line" if sentence is None else _unfit(call, claim.kind, sentence)
        if sentence is None or why:
            dropped.append(Dropped(claim=claim.quote[:200], why=why))
        elif sentence not in known:
            known.add(sentence)
            made = _made(call, claim.kind, sentence)
            if not isinstance(made, Step) or _key(made) not in taken:
                taken |= {_key(made)} if isinstance(made, Step) else set()
                new.setdefault(LISTS[claim.kind], []).append(made)
    lists = {name: _in_order([*getattr(call, name), *more]) for name, more in new.items()}
    return replace(call, **lists), dropped  # type: ignore[arg-type]


def _in_order(found: Sequence[Noted | Step]) -> list[Noted | Step]:
    return sorted(found, key=lambda one: (one.said[0].turn.k, one.said[0].lines))


def _known(call: CallRead) -> Iterator[Noted | Step]:
    for name in (*LISTS.values(), "suggestions", "competitors", "to_machines"):
        yield from getattr(call, name)


def _key(step: Step) -> tuple[str, str, str]:
    return step.owner.name, " ".join(step.what.casefold().split()), str(step.due or step.when.casefold())


def _said(call: CallRead, claim: Missed) -> Sentence | None:
    """The sentence that is quoted, in the line that is named."""
    wanted = " ".join(claim.quote.split()).strip("“”\"'").casefold()
    near = [one for one in readable(call) if claim.line in one.lines]
    return next(
        (one for one in near if len(wanted.split()) >= 3 and wanted in " ".join(one.text.split()).casefold()), None
    )


def _unfit(call: CallRead, kind: Kind, one: Sentence) -> str:
    """Why a sentence cannot be what the model takes it for; empty where it can."""
    text = one.text.replace("’", "'")
    asked, person = text.rstrip().endswith("?"), call.people.get(one.turn.who)
    if kind == "open_question":
        return "" if asked else "it is no question"
    if asked:
        return "it is a question"
    if kind in ("objection", "pain"):
        return "it is not said by the customer" if person is None or person.side == "ours" else ""
    if not is_firm(text) or SUGGESTED.search(text):
        return "it is not firm"
    if kind == "next_step":
        return "it promises nothing" if person is None or not _WILL.search(text) else ""
    return ""


def _made(call: CallRead, kind: Kind, one: Sentence) -> Noted | Step:
    person = call.people.get(one.turn.who)
    if kind == "next_step" and person:
        days = [p for p in read_dates(one.text, call.day) if p.kind == "day" and p.first] if call.day else []
        due = days[0].first if len(days) == 1 and days[0].first and call.day and days[0].first >= call.day else None
        return Step(person, one.text.rstrip("."), (one,), due, one.text[days[0].start : days[0].end] if due else "")
    settled = False if kind == "objection" else None
    return Noted((one,), person.name if person else "somebody", settled=settled)
