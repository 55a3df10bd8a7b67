"""What the router does with words that say more than a skill knows; how many sentences it gets right: evals/routing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import skills
from bot.app import App
from bot.router import Routed, route
from bot.settings import Settings
from bot.small_words import asks_for_help
from bot.targets import Targets
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def targets(shared_home: Path) -> Iterator[Targets]:
    """Who and what is named, over the sample company."""
    with App(Settings(home=shared_home, model="offline"), lambda: TODAY) as app:
        yield Targets(app.reader)


def chosen(targets: Targets, text: str) -> str:
    """The skill that answers, or help."""
    if asks_for_help(text):
        return "help"
    return route(text, skills.cards(), targets.fits, without_names=targets.without_names).skill


def test_words_that_say_more_than_a_skill_knows_are_asked(targets: Targets) -> None:
    """The vocabulary decides, not the sentence: one word beyond it is a question of its own."""
    words = "how are things with Northwick?"
    assert route(words, skills.cards(), targets.fits, without_names=targets.without_names) == Routed(
        "brief", "Northwick"
    )
    assert chosen(targets, "how are the licences with Northwick?") == "ask"
    assert chosen(targets, "can we still win the Northwick deal?") == "deal"
    assert chosen(targets, "can we still discount the Northwick deal?") == "ask"
    assert chosen(targets, "total open pipeline") == "pipeline"
