"""A short soak: what `make soak` does in a thousand rounds."""

import pytest
from soak.plan import World
from soak.run import soak

pytestmark = [pytest.mark.slow, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]

ROUNDS = 6


@pytest.mark.parametrize(("world", "seed"), [("embedded", 8), ("salesforce", 1)])
def test_no_yes_is_lost_nothing_is_doubled_and_everybody_hears(world: World, seed: int) -> None:
    report = soak(world, ROUNDS, seed, lambda line: None)
    assert report.wrong == []
    assert (report.rounds, report.counts["kills"] > 0) == (ROUNDS, True)
