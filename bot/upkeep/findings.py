"""What a look at a home says of one part of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["well", "optional", "broken"]
"""well; not as it could be, and that is fine; or wrong"""
SHOWN = 3
"""examples that a sentence names"""


@dataclass(frozen=True)
class Finding:
    """The state of one part, in a sentence that says what to do where it is not well."""

    part: str
    state: State
    says: str


def several(ids: Iterable[object], one: str, many: str) -> str:
    """Count things and name the first ones: “1 change (a1)” or “5 changes (a1, a2, a3, …)”."""
    found: Sequence[str] = sorted(str(each) for each in ids)
    named = ", ".join([*found[:SHOWN], *(["…"] if len(found) > SHOWN else [])])
    return f"{len(found):,} {one if len(found) == 1 else many} ({named})"


def broken(part: str, ids: Iterable[object], one: str, many: str, says: str) -> list[Finding]:
    """A finding of what is wrong with things; none where there are none."""
    found = list(ids)
    return [Finding(part, "broken", f"{several(found, one, many)} {says}")] if found else []


def mind(part: str, ids: Iterable[object], one: str, many: str, says: str) -> list[Finding]:
    """A finding of what a person should know of; none where there are none."""
    found = list(ids)
    return [Finding(part, "optional", f"{several(found, one, many)} {says}")] if found else []
