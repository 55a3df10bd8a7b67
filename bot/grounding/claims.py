"""The values the grounding check works on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

FactValue = str | int | float | Decimal | date
Facts = Mapping[str, FactValue | Sequence[FactValue]]
"""what code computed, by name; any claim may state these without a citation of its own"""
Label = Literal["supported", "contradicted", "not_found"]

Use = Literal["brief", "draft", "summary"]
"""what a text is: how far its words may be from those of its sources"""


class Opinion(NamedTuple):
    """What a judge says of a claim, and the words of the source that it says it by."""

    label: Label
    quote: str


Judge = Callable[[str, str], Opinion | None]
"""(claim, source text) → what it says; None: no opinion"""


@dataclass(frozen=True)
class Source:
    """A numbered passage or record that a claim may cite."""

    n: int
    title: str
    text: str


class Claim(BaseModel):
    """One sentence and the numbers of the sources it rests on."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    text: str
    """One plain sentence, without source numbers in it."""
    cites: list[int] = Field(default_factory=list)
    """The numbers of the sources in which this sentence stands."""


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds, how likely that is (0 to 1), by which source and passage, and in plain words why not."""

    label: Label
    score: float
    source: int | None
    why: str
    passage: str = ""
    """as it stands in the source"""

    @property
    def supported(self) -> bool:
        """Whether it holds."""
        return self.label == "supported"
