"""A share with its interval."""

import pytest

from bot.pipeline.rates import rate


def test_the_interval_is_wilsons() -> None:
    found = rate(23, 73)
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.3151, 0.22, 0.4286)
    assert found.told == "32% (23 of 73; 95 % interval 22% to 43%)"


@pytest.mark.parametrize(("hits", "n", "low", "high"), [(0, 0, 0.0, 1.0), (0, 3, 0.0, 0.5615), (3, 3, 0.4385, 1.0)])
def test_few_deals_leave_much_open(hits: int, n: int, low: float, high: float) -> None:
    found = rate(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
