"""How people ask: sentences on the sample company, and the skill that each is for, through the router as a whole.

`tuned_on.tsv` was looked at while the words of the cards were chosen; `fresh.tsv` was written before and never tuned on, so
that its share says how new wordings fare. Neither may get worse; no question for the pages may go elsewhere.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import skills
from bot.app import App
from bot.router import Routed, route
from bot.settings import Settings
from bot.slack.showing.help import asks_for_help
from bot.targets import Targets
from tests.conftest import TODAY

FOLDER = Path(__file__).parents[1] / "phrasings"
LEAST = {"tuned_on.tsv": 0.87, "fresh.tsv": 0.72}


@pytest.fixture(scope="module")
def targets(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Targets]:
    """Who and what is named, over the sample company."""
    home = tmp_path_factory.mktemp("phrasings") / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    with App(Settings(home=home, model="offline"), lambda: TODAY) as app:
        yield Targets(app.reader)


def chosen(targets: Targets, text: str) -> str:
    """The skill that answers, or help."""
    if asks_for_help(text):
        return "help"
    return route(text, skills.cards(), targets.fits, without_names=targets.without_names).skill


def read(name: str) -> list[tuple[str, str]]:
    """(skill, sentence) of a file."""
    rows = (line.split("\t") for line in (FOLDER / name).read_text("utf-8").splitlines())
    return [(skill, text) for skill, text in rows]


@pytest.mark.parametrize("name", LEAST)
def test_people_are_understood_as_often_as_before(targets: Targets, name: str) -> None:
    rows = read(name)
    missed = [(want, got, text) for want, text in rows if (got := chosen(targets, text)) != want]
    assert 1 - len(missed) / len(rows) >= LEAST[name], (Counter(want for want, *_ in missed), missed)


def test_a_question_for_the_pages_goes_to_them(targets: Targets) -> None:
    rows = [text for want, text in read("fresh.tsv") if want == "ask"]
    assert [text for text in rows if chosen(targets, text) != "ask"] == []


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
