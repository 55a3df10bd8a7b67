"""Forecasts: the mean stays what the chances say, the spread is that of one shared shock, and nothing is random from run to run."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.forecast import LEAST_SHOCK, USUAL_SHOCK, shock_of, spread


def test_nothing_open_leaves_what_is_closed() -> None:
    told = spread(100.0, [], [], 0.35)
    assert (told.mean, told.p10, told.p50, told.p90) == (100.0, 100.0, 100.0, 100.0)


def test_one_deal_is_won_or_not() -> None:
    told = spread(0.0, [50.0], [0.3], 0.35)
    assert (told.mean, told.p10, told.p50, told.p90) == (15.0, 0.0, 0.0, 50.0)


@pytest.mark.parametrize("n", [20, 400, 2000])
def test_many_deals_lie_around_their_mean(n: int) -> None:
    rng = np.random.default_rng(1)
    amounts, chances = rng.lognormal(10, 1, n), rng.beta(2, 4, n)
    told = spread(0.0, list(amounts), list(chances), 0.35)
    assert told.mean == pytest.approx(float(amounts @ chances))
    assert told.p10 < told.p50 < told.p90
    assert told.p50 == pytest.approx(told.mean, rel=0.08)
    assert spread(0.0, list(amounts), list(chances), 0.35) == told


def test_a_shared_shock_widens_what_many_small_deals_would_even_out() -> None:
    calm, wild = (spread(0.0, [1.0] * 5000, [0.5] * 5000, shock) for shock in (0.1, 1.0))
    assert (wild.p90 - wild.p10) > 5 * (calm.p90 - calm.p10)


@given(st.lists(st.tuples(st.floats(-1e6, 1e7), st.floats(0, 1)), max_size=12), st.floats(0.1, 1.5))
def test_the_spread_stays_within_what_can_be_won(deals: list[tuple[float, float]], shock: float) -> None:
    amounts, chances = [a for a, _ in deals], [p for _, p in deals]
    told = spread(10.0, amounts, chances, shock)
    low, high = 10 + sum(a for a in amounts if a < 0), 10 + sum(a for a in amounts if a > 0)
    assert low - 1e-3 <= told.p10 <= told.p50 <= told.p90 <= high + 1e-3


def test_the_shock_comes_of_past_surprises() -> None:
    assert shock_of([(10.0, 12.0, 5.0)]) == USUAL_SHOCK
    assert shock_of([(10.0, 10.0, 5.0)] * 4) == LEAST_SHOCK
    assert shock_of([(10.0, 15.0, 5.0)] * 4) == pytest.approx(np.sqrt((25 - 5) / 25))
