"""From when on the signals of risk fire: the reference's defaults, and what a company sets by segment and stage (pure)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from bot.errors import UsageError


@dataclass(frozen=True)
class Thresholds:
    """Days, counts, shares and amounts from which a signal fires; amounts are in the deal's own currency."""

    silence_amber: int = 14
    silence_red: int = 21
    ghosted_messages: int = 2
    ghosted_days: int = 7
    ghosted_factor: float = 1.5
    """× the days in which the account usually answers, where three answers tell"""
    champion_days: int = 5
    """business days"""
    stalled_thin: int = 30
    stalled_factor: float = 1.5
    close_near: int = 7
    pushes_amber: int = 2
    pushes_red: int = 3
    engaged_days: int = 30
    single_amount: float = 0
    """single-threaded is red above it; 0: above the segment's median"""
    buyer_amount: float = 50_000
    """no economic buyer is red above it"""
    changed_days: int = 30
    """how long a fall of the amount, or a step back, is told"""
    drop_percent: float = 20
    flag_days: int = 90
    """how long what the customer said counts"""
    paper_days: int = 30
    paper_amount: float = 50_000
    commit_probability: float = 0.5
    commit_reds: int = 2
    concentration: float = 25
    """percent of Commit"""
    dead: int = 60


DEFAULTS = Thresholds()
NAMES = tuple(one.name for one in fields(Thresholds))
_WHOLE = frozenset(one.name for one in fields(Thresholds) if one.type is int)
_ORDER = (("silence_amber", "silence_red"), ("pushes_amber", "pushes_red"))
"""what turns red must not come before what turns amber"""
Special = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Limits:
    """Thresholds for all deals, and those of a segment or stage; the closest one counts."""

    every: Thresholds = DEFAULTS
    special: Special = field(default_factory=dict)
    """by (segment, stage), both in small letters; empty: any"""

    def of(self, segment: str | None, stage: str) -> Thresholds:
        """What counts for a deal: everybody's, then the segment's, the stage's, and that of both."""
        seg, at = (segment or "").casefold(), stage.casefold()
        keys = dict.fromkeys([(seg, ""), ("", at), (seg, at)])
        told = {name: value for key in keys if key != ("", "") for name, value in self.special.get(key, {}).items()}
        return replace(self.every, **told) if told else self.every


NO_LIMITS = Limits()
"""the defaults for every deal"""


def limits(given: Mapping[str, float]) -> Limits:
    """Read the setting, such as `silence_amber` or `Enterprise/Negotiation.silence_amber`; UsageError names what is wrong."""
    every: dict[str, Any] = {}
    special: dict[tuple[str, str], dict[str, Any]] = {}
    for key, value in given.items():
        where, _, name = key.rpartition(".")
        segment, _, stage = where.partition("/")
        place = (segment.strip().casefold(), stage.strip().casefold())
        kept = every if place == ("", "") else special.setdefault(place, {})
        kept[_known(key, where, name.strip())] = _value(key, name.strip(), value)
    found = Limits(replace(DEFAULTS, **every), special)
    for place in [("", ""), *special]:
        _check(found.of(*place))
    return found


def _known(key: str, where: str, name: str) -> str:
    """The threshold's name; UsageError with the nearest right key."""
    if name in NAMES:
        return name
    near = get_close_matches(name.casefold(), NAMES, 1, 0.5)
    prefix = f"{where}." if where else ""
    hint = f"did you mean {prefix}{near[0]}?" if near else f"there are {', '.join(NAMES)}."
    raise UsageError(f"The setting SELLER_RISK knows no {key}; {hint}")


def _value(key: str, name: str, value: float) -> float:
    if name in _WHOLE and value != int(value):
        raise UsageError(f"The setting SELLER_RISK wants a whole number for {key}, not {value:g}; correct it.")
    return int(value) if name in _WHOLE else value


def _check(told: Thresholds) -> None:
    values = asdict(told)
    for amber, red in _ORDER:
        if values[red] < values[amber]:
            raise UsageError(
                f"The setting SELLER_RISK makes {red} {values[red]}, which is below {amber} {values[amber]}; raise {red} or lower {amber}."
            )
