"""A regression over what was known of deals, learnt and tested by time; it is used only where it beat the base rate (pure).

Each period is predicted by what ended before it. The last period before it chooses how strongly the regression is held back and how
far its odds are drawn to the mean, so that a history without signal gives one flat rate. scikit-learn loads with the first fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from bot.pipeline.encoding import Column, Row, columns, matrix
from bot.pipeline.scoring import Array, Scores, auc, expit, log_loss, logit, score

STRENGTHS = (0.001, 0.01, 0.1)
"""inverse strengths of regularisation that are tried"""
SLOPES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""how much of the regression's odds is kept: 0 is one flat rate"""
FEWEST = 60
"""examples, and a quarter as many of each outcome, below which nothing is learnt; half as many make a test"""
HELD = 10.0
"""scale of the base rate's odds among the columns, which keeps regularisation from taking them away"""
LEAK = 0.995
"""how well one feature alone may tell the outcome before it is taken for part of it"""
MOST_TESTS = 6
"""periods that are tested"""
MOST_ECE = 0.05
"""source: METRICS, “Probability of winning”"""
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """One deal at one cut: what was known, the base rate's probability, and the outcome."""

    deal: str
    period: str
    """sorts by time"""
    row: Row
    won: bool
    base: float


class Model(BaseModel):
    """What was learnt, as plain numbers; applied without the library that learnt it."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]
    weights: tuple[float, ...]
    means: tuple[float, ...]
    """of the columns: what a deal's reasons are held against"""
    of_base: float
    """weight of the base rate's odds"""
    intercept: float
    shift: float = 0.0
    slope: float = 1.0
    n: int = 0

    def chances(self, rows: Sequence[Row], base: Array) -> Array:
        """Probabilities of deals whose base rates are given."""
        return self.of(matrix(rows, self.columns), logit(base))

    def of(self, x: Array, base: Array) -> Array:
        """Probabilities of rows of the matrix with the log odds of their base rates."""
        return expit(self.shift + self.slope * self.odds(x, base))

    def odds(self, x: Array, base: Array) -> Array:
        """The regression's log odds before they are drawn to the mean."""
        found: Array = self.intercept + x @ np.array(self.weights) + self.of_base * base
        return found

    def reasons(self, row: Row, most: int = 3) -> list[tuple[str, float]]:
        """(feature, what it adds to the log odds against the average deal), the strongest first."""
        moved = self.slope * np.array(self.weights) * (matrix([row], self.columns)[0] - np.array(self.means))
        sums: dict[str, float] = {}
        for column, part in zip(self.columns, moved, strict=True):
            sums[column.feature] = sums.get(column.feature, 0.0) + float(part)
        ranked = sorted(sums.items(), key=lambda item: (-abs(item[1]), item[0]))
        return [item for item in ranked[:most] if abs(item[1]) >= 0.05]


@dataclass(frozen=True)
class Verdict:
    """Whether the model is shown, and why."""

    model: bool
    why: str


@dataclass(frozen=True)
class Test:
    """One period, predicted by what ended before it."""

    period: str
    scores: Scores
    chances: tuple[float, ...]
    """in the order of the period's examples"""


@dataclass(frozen=True)
class Backtest:
    """The tests by period, the newest one, and what comes of them."""

    n: int
    won: int
    tests: tuple[Test, ...]
    verdict: Verdict
    model: Model | None
    """learnt from everything; None where too little ended"""
    left_out: tuple[str, ...] = ()
    """features that tell the outcome itself"""

    @property
    def newest(self) -> Test | None:
        """The newest period, held out."""
        return self.tests[-1] if self.tests else None


class Sheet:
    """Examples as arrays."""

    def __init__(self, examples: Sequence[Example]) -> None:
        rows = [one.row for one in examples]
        self.columns = columns(rows)
        self.x = matrix(rows, self.columns)
        self.y: Array = np.array([float(one.won) for one in examples])
        self.base = logit(np.array([one.base for one in examples]))
        self.deals = np.array([one.deal for one in examples], dtype=object)
        self.period: NDArray[Any] = np.array([one.period for one in examples])

    def enough(self, some: Mask) -> bool:
        """Whether there is enough of these to learn from."""
        n, won = int(some.sum()), int(self.y[some].sum())
        return n >= FEWEST and min(won, n - won) >= FEWEST // 4

    def chances(self, model: Model, some: Mask) -> Array:
        """The model's probabilities of these."""
        return model.of(self.x[some], self.base[some])


def backtest(examples: Sequence[Example], most: int = MOST_TESTS) -> Backtest:
    """Predict each of the newest periods by those before it, judge the newest, and learn from all."""
    leaks = leaking(examples)
    sheet = Sheet([_without(example, leaks) for example in examples])
    names, every = sorted({one.period for one in examples}), np.ones(len(examples), bool)
    tests = tuple(test for name in names[1:][-most:] if (test := _test(sheet, name)) is not None)
    model = learn(sheet, every) if sheet.enough(every) else None
    return Backtest(len(examples), int(sheet.y.sum()), tests, judged(tests, len(examples)), model, leaks)


def judged(tests: Sequence[Test], n: int) -> Verdict:
    """Show the model where its skill is surely above 0 and its ECE at most 0.05 on the newest period held out."""
    if not tests:
        return Verdict(False, f"too few deals ended to test a model on ({n})")
    newest = tests[-1]
    s, told = newest.scores, f"in {newest.period}, which was held out (n = {newest.scores.n:,})"
    span = f"{s.skill:+.3f} (95 % interval {s.skill_low:+.3f} to {s.skill_high:+.3f})"
    if s.skill_low <= 0:
        why = f"no signal beyond the base rate was found {told}: Brier skill {span}"
        return Verdict(False, why)
    if s.ece > MOST_ECE:
        noise = (
            f" (at this n even a right model would be off by about {s.ece_chance:.3f})"
            if s.ece_chance > MOST_ECE / 2
            else ""
        )
        why = f"the model is off by {s.ece:.3f} on average {told}, and {MOST_ECE} is the most{noise}"
        return Verdict(False, why)
    return Verdict(True, f"the model beats the base rate {told}: Brier skill {span}, ECE {s.ece:.3f}")


def learn(sheet: Sheet, some: Mask) -> Model:
    """Learn from some examples; the newest period among them says how far to trust it."""
    newest = some & (sheet.period == max(sheet.period[some]))
    before = some & ~newest
    if not sheet.enough(before) or newest.sum() < FEWEST // 2:
        return _fit(sheet, some, STRENGTHS[0])
    tried = [(strength, _calibrated(sheet, _fit(sheet, before, strength), newest)) for strength in STRENGTHS]
    strength, best = min(tried, key=lambda pair: log_loss(sheet.y[newest], sheet.chances(pair[1], newest)))
    final = _fit(sheet, some, strength)
    return final.model_copy(update={"slope": best.slope, "shift": _shift(sheet, final, best.slope, newest)})


def leaking(examples: Sequence[Example]) -> tuple[str, ...]:
    """Features that tell the outcome itself, such as an amount that exists only after the close."""
    y = np.array([float(one.won) for one in examples])
    if min(y.sum(), len(y) - y.sum()) < FEWEST // 4:
        return ()
    names = sorted({name for one in examples for name in one.row})
    return tuple(name for name in names if _leaks(y, [one.row.get(name) for one in examples]))


def _leaks(y: Array, values: Sequence[float | str | None]) -> bool:
    """Whether one feature alone parts won from lost all but perfectly."""
    if any(isinstance(value, float) for value in values):
        told = auc(y, np.array([value if isinstance(value, float) else -1e18 for value in values])) or 0.5
        return max(told, 1 - told) >= LEAK
    ends: dict[object, list[int]] = {}
    for value, won in zip(values, y, strict=True):
        ends.setdefault(value, [0, 0])[int(won)] += 1
    return len(ends) <= len(y) / 20 and sum(min(pair) for pair in ends.values()) <= (1 - LEAK) * len(y)


def _test(sheet: Sheet, name: str) -> Test | None:
    before, now = sheet.period < name, sheet.period == name
    if not sheet.enough(before) or now.sum() < FEWEST // 2:
        return None
    p = sheet.chances(learn(sheet, before), now)
    base = _hardest(sheet, before, now)
    scores = score(sheet.y[now], p, base, list(sheet.deals[now]))
    return Test(name, scores, tuple(map(float, p)))


def _hardest(sheet: Sheet, before: Mask, now: Mask) -> Array:
    """The base rate in its best form, so that skill comes of telling deals apart and not of following the level.

    The rate of stage and segment, the same at the level of the newest period before, or that period's one flat rate.
    """
    newest = before & (sheet.period == max(sheet.period[before]))
    moved = _level(sheet.base[newest], sheet.y[newest])
    flat = np.full(int(now.sum()), float(np.clip(sheet.y[newest].mean(), 0.001, 0.999)))
    forms = (expit(sheet.base[now]), expit(sheet.base[now] + moved), flat)
    return min(forms, key=lambda form: float(((sheet.y[now] - form) ** 2).mean()))


def _fit(sheet: Sheet, some: Mask, strength: float) -> Model:
    from sklearn.linear_model import LogisticRegression

    x, y = sheet.x[some], sheet.y[some]
    fit = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=100)
    fit.fit(np.column_stack([x, HELD * sheet.base[some]]), y)
    weights = fit.coef_[0]
    return Model(
        columns=sheet.columns, weights=tuple(map(float, weights[:-1])), means=tuple(map(float, x.mean(axis=0))),
        of_base=HELD * float(weights[-1]), intercept=float(fit.intercept_[0]), n=len(y),
    )  # fmt: skip


def _calibrated(sheet: Sheet, model: Model, newest: Mask) -> Model:
    """The model whose odds are drawn to the mean as far as the newest period asks for."""
    tried = [
        model.model_copy(update={"slope": slope, "shift": _shift(sheet, model, slope, newest)}) for slope in SLOPES
    ]
    return min(tried, key=lambda one: (log_loss(sheet.y[newest], sheet.chances(one, newest)), one.slope))


def _shift(sheet: Sheet, model: Model, slope: float, some: Mask) -> float:
    return _level(slope * model.odds(sheet.x[some], sheet.base[some]), sheet.y[some])


def _level(odds: Array, y: Array) -> float:
    """What must be added to log odds for the mean probability to be the share that was won."""
    won, low, high = y.mean(), -15.0, 15.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle + odds).mean() < won else (low, middle)
    return (low + high) / 2


def _without(example: Example, leaks: Sequence[str]) -> Example:
    if not leaks:
        return example
    row = {name: value for name, value in example.row.items() if name not in leaks}
    return Example(example.deal, example.period, row, example.won, example.base)
