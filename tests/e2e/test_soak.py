"""A short soak: what `make soak` does in a thousand rounds."""

import pytest
from postgres import needed, reachable
from soak.plan import World
from soak.run import soak

pytestmark = pytest.mark.slow

ROUNDS = 6


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize(("world", "seed"), [("embedded", 227), ("salesforce", 140)])
def test_no_yes_is_lost_nothing_is_doubled_and_everybody_hears(world: World, seed: int) -> None:
    _lived_through(world, seed)


@needed
@reachable
def test_nor_where_postgresql_drops_the_connections_of_two_processes() -> None:
    _lived_through("postgres", 53)


def _lived_through(world: World, seed: int) -> None:
    report = soak(world, ROUNDS, seed, lambda line: None)
    assert report.wrong == []
    assert (report.rounds, report.counts["kills"] > 0) == (ROUNDS, True)
