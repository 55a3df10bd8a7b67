"""Keep, downgrade or qualify out: a table of rules over the signals that fired; and health, additive and apart from any chance (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.pipeline.course import Step, step_of
from bot.pipeline.deal import Deal, pushes
from bot.pipeline.limits import Thresholds
from bot.pipeline.risk import category
from bot.pipeline.risk_words import refusal
from bot.pipeline.said import quoted
from bot.pipeline.signal import Signal

Word = Literal["keep", "downgrade", "qualify out"]
LOWER = {"Commit": "Best Case", "Best Case": "Pipeline"}
AGAINST: Mapping[str, frozenset[str]] = {
    "Commit": frozenset(
        {"forecast mismatch", "close date passed", "close date too near", "no economic buyer", "red flag said", "champion left",
         "no two-way activity", "dead weight"}
    ),
    "Best Case": frozenset(
        {"close date passed", "close date too near", "no economic buyer", "red flag said", "champion left", "no two-way activity", "dead weight"}
    ),
}  # fmt: skip
"""red signals that a category does not bear"""
POINTS = {"red": -10, "amber": -5}
"""health points of a signal; what is unknown has none and is listed"""


@dataclass(frozen=True)
class Verdict:
    """What to do with the deal in the forecast, and why."""

    word: Word
    reasons: tuple[str, ...]
    to: str = ""
    """the category that it is to be downgraded to"""


def verdict(deal: Deal, fired: Sequence[Signal], now: datetime, limit: Thresholds) -> Verdict:
    """Judge by the first rules that hold: what ends it, what its category does not bear, else what speaks for keeping it."""
    by_name = {signal.name: signal for signal in fired if signal.severity != "unknown"}
    if out := tuple(_ends(deal, by_name, now, limit)):
        return Verdict("qualify out", out)
    held = category(deal) or ""
    if held in LOWER and (above := tuple(_above(deal, held, by_name))):
        return Verdict("downgrade", above, LOWER[held])
    return Verdict("keep", (_kept(by_name),))


def _ends(deal: Deal, by_name: Mapping[str, Signal], now: datetime, limit: Thresholds) -> Iterable[str]:
    if said := refusal(deal, now, limit):
        yield f"{said.who or 'the customer'} said no on {said.activity.at.astimezone(now.tzinfo).date()}: {quoted(said)}"
    if "dead weight" in by_name:
        yield by_name["dead weight"].text
    stalled, o = by_name.get("stalled in stage"), deal.opportunity
    if stalled and stalled.severity == "red" and not o.next_step and o.close_date is None:
        yield f"{stalled.text}, and neither a next step nor a close date is set"
    times = pushes(deal.history)
    if times < limit.pushes_red:
        return
    for name in ("no two-way activity", "ghosted", "red flag said"):
        if name in by_name:
            yield f"the close date was pushed {times} times, and {by_name[name].text}"
            return


def _above(deal: Deal, held: str, by_name: Mapping[str, Signal]) -> Iterable[str]:
    """Why the evidence does not hold the category."""
    step = step_of(deal.opportunity.stage, deal.stages)
    if held == "Commit" and step and step < Step.PROPOSAL:
        yield f"Commit in {deal.opportunity.stage}, before any proposal"
    told = list(dict.fromkeys(s.text for name, s in by_name.items() if s.severity == "red" and name in AGAINST[held]))
    mismatch = by_name.get("forecast mismatch")
    yield from (text for text in told if not mismatch or text == mismatch.text or held != "Commit")
    if held == "Best Case" and not told and {"ghosted", "stalled in stage"} <= set(by_name):
        yield f"{by_name['ghosted'].text}, and {by_name['stalled in stage'].text}"


def _kept(by_name: Mapping[str, Signal]) -> str:
    red = [signal.text for signal in by_name.values() if signal.severity == "red"]
    if red:
        return f"nothing ends it; mend first: {red[0]}"
    if by_name:
        return f"no red signal, {len(by_name)} amber; mend first: {next(iter(by_name.values())).text}"
    return "no signal that the data can show fires"


@dataclass(frozen=True)
class Health:
    """Points of named signals; 0 is best."""

    parts: tuple[tuple[str, int], ...]
    unknown: tuple[str, ...]

    @property
    def points(self) -> int:
        """The sum of the parts."""
        return sum(points for _, points in self.parts)


def health(fired: Iterable[Signal]) -> Health:
    """Add up the points of what fired; what is unknown counts for nothing and is named."""
    told = list(fired)
    parts = tuple((signal.name, POINTS[signal.severity]) for signal in told if signal.severity in POINTS)
    return Health(parts, tuple(dict.fromkeys(signal.name for signal in told if signal.severity == "unknown")))


def averages(every: Sequence[Sequence[Signal]]) -> dict[str, float]:
    """What each signal takes off on the average of these deals."""
    sums: dict[str, int] = {}
    for fired in every:
        for name, points in health(fired).parts:
            sums[name] = sums.get(name, 0) + points
    return {name: total / len(every) for name, total in sums.items()}
