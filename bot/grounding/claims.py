"""The values the grounding check works on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

FactValue = str | int | float | Decimal | date
Facts = Mapping[str, FactValue | Sequence[FactValue]]
"""what code computed, by name; any claim may state these without a citation of its own"""
Judge = Callable[[str, str], bool | None]
"""(claim, source text) → supported, not supported, or None for no opinion"""


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
    """Whether a claim holds, how well its best source fits (0 to 1), which one, and in plain words why not."""

    supported: bool
    score: float
    source: int | None
    why: str
