"""Names of a remote CRM's accounts: few are asked about, and the answer is that of all visible ones."""

import random
from collections.abc import Collection
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crm.match import find, mentions, options
from bot.crm.rights.names import MOST, PER_ROUND, ROUNDS, narrowed
from bot.errors import BotError

FIRST = "Alder Birch Copper Dahlia Ember Fjord Garnet Harbor Iris Juniper Kestrel Linden".split()
SECOND = "Dairy Marine Mill Foods Freight Tools Glass Paper Steel Optics".split()
THIRD = "East West Coast Valley Hill".split()
LAST = "GmbH AS Group Holdings Nordic".split()
NAMES = [(f"k{i}", " ".join(words)) for i, words in enumerate(product(FIRST, SECOND, THIRD, LAST))]
TYPED = (
    "Alder Dairy Hill GmbH", "alder dairy", "alder dairy coast as", "Aldre Dairy Group", "alder", "dairy", "Harbor Opt", "Kestrl Steel", "k17", "k599",
    "Quite another company", "Zebra", "brief me on Ember Glass Nordic and Fjord Mill", "what is new at Juniper Paper?",
    "who are they?", "", "Linden Freigth Holdings", "Nordic",
)  # fmt: skip


class Eyes:
    """Says which of the accounts are visible, and counts."""

    def __init__(self, visible: Collection[str]) -> None:
        self.visible, self.asked = visible, list[int]()

    def __call__(self, ids: Collection[str]) -> Collection[str]:
        self.asked.append(len(ids))
        return [key for key in ids if key in self.visible]


def told(typed: str, names: list[tuple[str, str]]) -> object:
    """All that a request makes of the names."""
    try:
        found: object = find(typed, names)
    except BotError as error:
        found = (str(error), error.candidates)
    return found, options(typed, names), mentions(typed, names)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(typed=st.sampled_from(TYPED), share=st.sampled_from((0.05, 0.5, 0.9, 1)), seed=st.integers(0, 1000))
def test_narrowed_names_say_what_all_visible_ones_say(typed: str, share: float, seed: int) -> None:
    chosen = random.Random(seed)
    eyes = Eyes({key for key, _ in NAMES if chosen.random() < share})
    visible = [name for name in NAMES if name[0] in eyes.visible]
    found = list(narrowed(typed, NAMES, (), eyes))
    assert set(found) <= set(visible)
    assert told(typed, found) == told(typed, visible)


def test_no_more_is_asked_than_fits_into_a_few_calls() -> None:
    eyes = Eyes(())
    assert narrowed("alder", NAMES * 40, (), eyes) == []
    assert max(eyes.asked) <= MOST
    assert sum(eyes.asked) <= ROUNDS * (MOST + PER_ROUND)


@pytest.mark.parametrize("typed", ["dairy", "Alder Dairy"])
def test_what_is_known_to_be_seen_goes_first(typed: str) -> None:
    many = [(f"m{i}", "Alder Dairy") for i in range(3 * MOST * ROUNDS)]
    eyes = Eyes({many[-1][0]})
    assert narrowed(typed, many, {many[-1][0]}, eyes) == [many[-1]]
