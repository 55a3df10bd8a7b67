"""What a figure must be, and how a found one differs from it."""

from dataclasses import dataclass, replace

from bot.proposals import Figure

CENT = 0.005
Key = tuple[str, str]
"""name and currency"""


@dataclass(frozen=True)
class Wanted:
    """What a figure must be: its value, how many records are behind it, and which, where they are listed."""

    value: float
    n: int
    deals: frozenset[str] = frozenset()
    whole: bool = False
    """told in whole units of the currency"""
    must: bool = True
    """whether an answer has to hold it"""
    upto: float | None = None
    """where draws decide: the value is the least it may be, and this the most"""
    otherwise: tuple[float, ...] = ()
    """what it may be beside the value"""

    def optional(self) -> "Wanted":
        """The same, which an answer may leave out."""
        return replace(self, must=False)


def joined(*parts: Wanted) -> Wanted:
    """A sum of parts, told in whole units."""
    deals = frozenset[str]().union(*(part.deals for part in parts))
    return Wanted(sum(part.value for part in parts), sum(part.n for part in parts), deals, whole=True)


def differs(found: Figure | None, want: Wanted | None) -> str:
    """Say how a figure differs from what it must be; nothing where it is the same."""
    if want is None:
        return "has no reference"
    if found is None:
        return f"is missing, should be {want.value:.2f} of {want.n}" if want.must else ""
    if not _same(found, want):
        return f"is {found.value}, should be {want.value:.4f}"
    if found.n != want.n:
        return f"has n {found.n}, should be {want.n}"
    if found.deals and frozenset(found.deals) != want.deals:
        return f"lists otherwise {sorted(frozenset(found.deals) ^ want.deals)[:5]}"
    return ""


def _same(found: Figure, want: Wanted) -> bool:
    # A share or a number of days is exact, money to the cent, a forecast to the whole unit.
    near = (0.5 if want.whole else CENT if found.unit not in ("", "days") else 0.0) + 1e-6
    if want.upto is not None:
        return want.value - near <= found.value <= want.upto + near
    return any(abs(found.value - value) <= near for value in (want.value, *want.otherwise))
