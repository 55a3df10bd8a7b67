"""Learning and scoring: real signal is found, none is made up, and what tells the outcome itself is left out."""

import numpy as np
import pytest

from bot.pipeline.encoding import columns, matrix
from bot.pipeline.learning import Example, backtest
from bot.pipeline.scoring import auc, bins, ece, score, skill, slope


def history(n: int, seed: int, strength: float) -> list[Example]:
    """Six periods of deals, won by what their channel and size say, as strongly as wanted."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(n):
        channel, size = str(rng.choice(["web", "fair", "call"])), float(rng.normal())
        odds = strength * (size + {"web": 1.0, "fair": 0.0, "call": -1.0}[channel]) - 0.4
        won = bool(rng.random() < 1 / (1 + np.exp(-odds)))
        found.append(
            Example(
                str(k),
                f"2026 Q{k * 6 // n}",
                {"channel": channel, "size": size, "noise": float(rng.normal())},
                won,
                0.4,
            )
        )
    return found


def test_real_signal_is_found_and_calibrated() -> None:
    told = backtest(history(6000, 1, 1.0))
    assert told.verdict.model
    assert told.newest is not None
    assert told.newest.scores.ece <= 0.05
    assert told.newest.scores.skill_low > 0.1
    assert told.model is not None
    assert [name for name, _ in told.model.reasons({"channel": "call", "size": -1.5, "noise": 0.0})][:2] == [
        "size",
        "channel",
    ]


def test_without_signal_the_base_rate_is_shown_and_the_chances_are_flat() -> None:
    told = backtest(history(6000, 2, 0.0))
    assert not told.verdict.model
    assert told.verdict.why.startswith(
        "no signal beyond the base rate was found in 2026 Q5, which was held out (n = 1,000): Brier skill"
    )
    assert told.newest is not None
    assert max(told.newest.chances) - min(told.newest.chances) < 0.1


def test_few_deals_are_not_learnt_from() -> None:
    told = backtest(history(50, 3, 1.0))
    assert (told.tests, told.model, told.verdict.model) == ((), None, False)
    assert told.verdict.why == "too few deals ended to test a model on (50)"
    assert backtest([]).n == 0


def test_what_tells_the_outcome_itself_is_left_out() -> None:
    rows = [
        Example(e.deal, e.period, {**e.row, "paid": 100.0 if e.won else 0.0}, e.won, e.base)
        for e in history(600, 4, 1.0)
    ]
    assert backtest(rows).left_out == ("paid",)
    words = [
        Example(e.deal, e.period, {**e.row, "reason": None if e.won else "price"}, e.won, e.base)
        for e in history(600, 4, 1.0)
    ]
    assert backtest(words).left_out == ("reason",)


def test_a_model_is_judged_by_time_alone() -> None:
    early, late = history(3000, 5, 1.0), history(3000, 6, 1.0)
    turned = [Example(e.deal, "2027 Q1", e.row, not e.won, e.base) for e in late[:600]]
    told = backtest([*early, *turned])
    assert not told.verdict.model
    assert told.newest is not None
    assert told.newest.scores.skill < 0


def test_measures_by_hand() -> None:
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.6, 0.6])
    told = score(y, p, np.full(4, 0.5), ["a", "b", "c", "d"])
    assert told.brier == pytest.approx((0.01 + 0.04 + 0.16 + 0.36) / 4)
    assert told.skill == pytest.approx(1 - told.brier / 0.25)
    assert told.auc == pytest.approx((1 + 1 + 1 + 0.5) / 4)
    assert told.ece == pytest.approx((0.1 + 0.2 + abs(0.6 - 0.5) * 2) / 4)
    assert told.skill_low <= told.skill <= told.skill_high


def test_bins_are_of_equal_mass_and_keep_equal_chances_together() -> None:
    p = np.linspace(0.01, 0.99, 1000)
    assert [one.n for one in bins(p, p)] == [100] * 10
    assert len(bins(np.array([1.0, 0.0]), np.array([0.5, 0.5]))) == 1


def test_a_flat_rate_has_no_slope_and_one_outcome_no_area() -> None:
    assert slope(np.array([1.0, 0.0]), np.array([0.5, 0.5])) is None
    assert auc(np.array([1.0, 1.0]), np.array([0.2, 0.7])) is None
    assert (skill(0.1, 0.0), ece(np.array([]), np.array([]))) == (0.0, 0.0)


def test_the_slope_of_right_chances_is_one() -> None:
    rng = np.random.default_rng(7)
    p = rng.uniform(0.05, 0.95, 20_000)
    found = slope((rng.random(20_000) < p).astype(float), p)
    assert found == pytest.approx(1.0, abs=0.05)


def test_missing_and_unknown_values_have_their_place() -> None:
    rows = [{"size": float(k), "kind": "a" if k % 2 else None} for k in range(40)]
    found = columns(rows)
    assert {(one.feature, one.kind) for one in found} == {
        ("size", "value"),
        ("size", "step"),
        ("kind", "level"),
        ("kind", "missing"),
    }
    one = matrix([{"size": None, "kind": "never seen"}], found)
    assert one.tolist() == [[0.0] * len(found)]
