"""What goes into the draft of a question over records."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from bot.grounding import Claim
from bot.proposals import Draft, Section, Usage
from bot.skills import Ask, Context
from bot.skills.asking.result import Result
from bot.skills.ledger import Ledger
from bot.skills.standing import with_disagreement
from bot.skills.wording import OFFLINE, Wording
from knowledge.documents import Passage


class FoundWording(BaseModel):
    """An answer from what was looked up."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    sentences: list[Claim] = Field(max_length=8)
    """One to six sentences, the answer itself first; empty where the sources do not answer."""
    unknown: list[str] = Field(default_factory=list, max_length=5)
    """Parts of the question that the sources do not answer."""


@dataclass
class Answer:
    """What goes into the draft."""

    ledger: Ledger
    sections: list[Section] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    unknowns: tuple[str, ...] = ()
    notice: str = OFFLINE
    lead: str = ""
    wording: Wording[FoundWording] = field(default_factory=lambda: Wording[FoundWording]())
    usage: Usage = field(default_factory=Usage)
    ms: float = 0.0


def drafted(context: Context, ask: Ask, answer: Answer) -> Draft:
    ledger, wording = answer.ledger, answer.wording
    settled, citations = ledger.settle(answer.sections)
    usage = Usage(
        input=answer.usage.input + wording.usage.input,
        output=answer.usage.output + wording.usage.output,
        cost=wording.usage.cost if wording.usage.cost is not None else answer.usage.cost,
    )
    draft = Draft(
        skill="ask",
        sections=settled,
        citations=citations,
        unknowns=answer.unknowns,
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        figures=tuple(figure for result in answer.results for figure in result.figures),
        records=tuple(dict.fromkeys(key for result in answer.results for key in result.counted)),
        data={"found": [_plain(result) for result in answer.results]},
        lead=answer.lead,
        notice=answer.notice,
        account_id=ask.account_id if ask.named else None,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=usage,
        model_ms=answer.ms + wording.ms,
        as_of=context.reader.as_of(),
    )
    return with_disagreement(context.rested_on(draft, ask.text), answer.passages)


def _plain(result: Result) -> dict[str, object]:
    """A result as plain values, for machines."""
    return {
        "what": result.noun,
        "filter": result.words,
        "n": result.n,
        "records": list(result.counted),
        "figures": [figure.model_dump() for figure in result.figures],
        **({"shown": {key: dict(cells) for key, cells in result.shown.items()}} if result.shown else {}),
    }
