"""What of the playbook stands in a brief, on the sample company."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.settings import Settings
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def company(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One home for all tests here; no test writes to its CRM."""
    home = tmp_path_factory.mktemp("play") / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    with App(Settings(home=home, model="offline"), lambda: TODAY) as app:
        yield app


def play(app: App, account: str) -> list[str]:
    request = Request(f"brief me on {account}", app.user("u-maya"), TODAY, f"t:{account}")
    sections = app.assistant.answer(request).draft.sections
    return [line.text for section in sections if section.title == "The play" for line in section.lines]


def test_the_rivals_page_says_where_we_win_and_no_page_is_quoted_that_has_nothing_to_say(company: App) -> None:
    # Only one person is engaged at Castellane, and no page of the sample speaks of that.
    assert play(company, "Castellane Ceramics")[:3] == [
        "Battlecard: spreadsheets and doing nothing (verified, checked 58 days ago): where we win: "
        'a second or third warehouse: "How do you see stock in the other place?"',
        "Sales stages and exit criteria (verified, checked 26 days ago): "
        "3 Discovery: 30 %; confirmed pain and metrics in writing, and introduced us to the economic buyer",
        "Ask: “How many trucks arrive on a normal day, and on your worst day?” "
        "(Discovery questions for warehouse and yard managers; verified, checked 63 days ago)",
    ]


def test_without_a_rival_no_battlecard_is_quoted(company: App) -> None:
    assert not [text for text in play(company, "Harrowgate Foods") if "attlecard" in text]
