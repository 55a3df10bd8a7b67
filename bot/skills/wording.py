"""Ask the model to word what code has found, keep what grounding lets stand, and say so where it cannot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

import prompts
from bot.errors import ModelError
from bot.grounding import Claim, Facts, Nearness, Source, Use, as_prompt, ground
from bot.grounding.text import words
from bot.llm import Completion, OnPartial
from bot.llm.outside import Discretion
from bot.log import event
from bot.proposals import Dropped, Line, Usage
from bot.screening import carries, orders
from bot.skills import Context
from bot.skills.extract import stems
from knowledge.embeddings import spans_of_words

T = TypeVar("T", bound=BaseModel)
OFFLINE = "Written without a language model."
CARRIES = "it carries a link, a mention or hidden signs, which are left to the source"
COMMANDS = "it reads like an instruction to an assistant"
REPEATS = "it repeats what the assistant was told to do"
REPEATED = 8
"""words in a row that no sentence about a deal shares with the instructions by chance"""


@dataclass(frozen=True)
class Wording(Generic[T]):
    """The model's answer with its checked lines by field; `value` is None where the offline writer serves."""

    value: T | None = None
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()
    notice: str = OFFLINE
    model: str = "offline"
    prompt_version: str | None = None
    usage: Usage = field(default_factory=Usage)
    ms: float = 0.0


@dataclass(frozen=True)
class Basis:
    """What sentences are held against, and what they are written for."""

    sources: Mapping[int, Source]
    facts: Facts
    use: Use
    told: str
    """the instructions that the model was given, word by word"""


class Numbered(Protocol):
    """What is worded: numbered sources, and what code vouches for in any sentence."""

    def sources(self) -> dict[int, Source]:
        """Sources by their number."""
        ...

    def shown(self, discretion: Discretion) -> tuple[dict[int, Source], int]:
        """Those that the model may be shown, and how many it may not."""
        ...

    def facts(self) -> dict[str, float | str]:
        """Figures and names."""
        ...


def word(
    context: Context,
    prompt: str,
    schema: type[T],
    ledger: Numbered,
    earned: Callable[[T], bool] = lambda value: False,
    use: Use = "brief",
    **inputs: str,
) -> Wording[T]:
    """Word the ledger's sources through the model; a model that fails costs wording and not the answer.

    `earned` may add to the ledger what the answer itself brings, before its sentences are checked, and tells whether it did.
    `use`: what is written, which sets how close to its sources a sentence keeps.
    """
    if context.model is None:
        return Wording()
    sources, hidden = ledger.shown(context.discretion)
    if hidden and not sources:
        return Wording(notice=f"{OFFLINE} {not_shown(hidden)}")
    rendered = prompts.load(prompt).render(sources=as_prompt(sources.values()), **inputs)
    basis = Basis(sources, ledger.facts(), use, " ".join(words(rendered.system)))
    context.progress(f"asking {context.model.name}")
    try:
        completion = context.model.write(rendered, schema, _shows(context, basis))
    except ModelError as error:
        event("model_failed", prompt=prompt, error=type(error).__name__)
        return Wording(notice=f"{OFFLINE} {error}", prompt_version=rendered.version)
    has_earned = earned(completion.value)
    sources, hidden = ledger.shown(context.discretion)
    basis = replace(basis, sources=sources, facts=ledger.facts())
    return _worded(completion, basis, has_earned, not_shown(hidden))


def _worded(completion: Completion[T], basis: Basis, has_earned: bool, beside: str) -> Wording[T]:
    """What grounding lets stand of an answer; one that earned something need not say anything in sentences."""
    kept: dict[str, tuple[Line, ...]] = {}
    dropped: list[Dropped] = []
    for name, claims in _claims(completion.value).items():
        kept[name], gone = _held(claims, basis)
        dropped += gone
    notice = "" if has_earned and not kept else _notice(kept, dropped)
    return Wording(
        value=completion.value,
        lines=kept,
        dropped=tuple(dropped),
        notice=" ".join(filter(None, (notice, beside))),
        model=completion.model,
        prompt_version=completion.prompt_version,
        usage=completion.usage,
        ms=completion.ms,
    )


def not_shown(hidden: int) -> str:
    """Say how many sources stayed inside."""
    if not hidden:
        return ""
    return f"{hidden} {'source was' if hidden == 1 else 'sources were'} not shown to the model, as your company set."


def withheld(context: Context) -> str:
    """Why the model is not asked, where what it would be told beside the sources comes from a CRM that stays inside; else nothing."""
    if context.model is None or not context.discretion.hides("crm"):
        return ""
    return f"{OFFLINE} What it would need may not be shown to the model, as your company set."


def _shows(context: Context, basis: Basis) -> OnPartial:
    """Show each sentence as soon as it is whole and has passed the check; a half one is never shown."""
    shown: set[str] = set()

    def partial(answer: dict[str, Any]) -> None:
        for items in answer.values():
            whole = items[:-1] if isinstance(items, list) else []
            for item in whole:
                if isinstance(item, dict) and isinstance(item.get("text"), str) and item["text"] not in shown:
                    shown.add(item["text"])
                    _show(context, item, basis)

    return partial


def _show(context: Context, item: dict[str, Any], basis: Basis) -> None:
    try:
        claim = Claim.model_validate(item)
    except ValidationError:
        return  # the whole answer is validated at the end, and says so there
    for line in _held([claim], basis)[0]:
        context.on_line(line)


@cache
def _nearness() -> Nearness:
    """One for the process: what a stream has shown is not read anew at its end."""
    return Nearness(spans_of_words())


def _held(claims: Sequence[Claim], basis: Basis) -> tuple[tuple[Line, ...], list[Dropped]]:
    """What the sources let stand of claims, but for what nobody asked for: links, calls, and orders to a machine.

    Such a sentence may well stand in a source, word for word: somebody put it there for this.
    """
    refused = [(claim, _unfit(claim.text) or _repeats(claim.text, basis.told)) for claim in claims]
    fit = [claim for claim, why in refused if not why]
    lines, gone = ground(fit, basis.sources, basis.facts, _nearness(), basis.use)
    return lines, [*(Dropped(claim=claim.text, why=why) for claim, why in refused if why), *gone]


def _repeats(text: str, told: str) -> str:
    """Whether words of the instructions stand in it, which a text in a source may ask for."""
    said = words(text)
    runs = (" ".join(said[at : at + REPEATED]) for at in range(len(said) - REPEATED + 1))
    return REPEATS if any(run in told for run in runs) else ""


def _unfit(text: str) -> str:
    if carries(text):
        return CARRIES
    return COMMANDS if orders(text) else ""


MOST_UNKNOWN = 160
"""characters of a part of a question"""


def asked_parts(unknown: Sequence[str], question: str) -> tuple[str, ...]:
    """What a model calls unknown, where it is in the question's own words: nothing else holds these sentences to anything."""
    wanted = stems(question)
    return tuple(
        part for part in unknown if len(part) <= MOST_UNKNOWN and _asks(stems(part), wanted) and not _unfit(part)
    )


def _asks(part: set[str], wanted: set[str]) -> bool:
    return bool(part) and len(part & wanted) * 2 >= len(part)


def _claims(value: BaseModel) -> dict[str, list[Claim]]:
    fields = {name: getattr(value, name) for name in type(value).model_fields}
    return {name: items for name, items in fields.items() if isinstance(items, list) and _all_claims(items)}


def _all_claims(items: list[object]) -> bool:
    return bool(items) and all(isinstance(item, Claim) for item in items)


def _notice(kept: Mapping[str, tuple[Line, ...]], dropped: list[Dropped]) -> str:
    if not kept:
        return "The language model found nothing to say."
    if not any(kept.values()):
        return f"{OFFLINE} Nothing the model wrote was supported by the sources."
    if not dropped:
        return ""
    what, it = ("1 sentence", "it") if len(dropped) == 1 else (f"{len(dropped)} sentences", "them")
    unfit = sum(gone.why in (CARRIES, COMMANDS, REPEATS) for gone in dropped)
    reasons = [f"no source supports {it}"] if unfit < len(dropped) else []
    reasons += [f"a link, a mention or an order stood in {it}"] if unfit else []
    return f"{what} of the model left out: {', or '.join(reasons)}."
