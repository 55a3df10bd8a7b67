"""Pages that replace or contradict each other, in what a seller reads."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.people import LOCAL_ADMIN
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Ask, Context, ask
from knowledge.curation import NewPage

NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)
QUESTION = "how much may I expense for a coworking desk?"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with App(Settings(home=tmp_path / "home", model="offline"), lambda: NOW) as app:
        app.ready()
        write(app, "Coworking 2026", 200)
        app.desk(LOCAL_ADMIN).publish("Coworking 2026")
        yield app


def write(app: App, title: str, euros: int, supersedes: str | None = None) -> None:
    text = f"Employees may expense a coworking desk up to {euros} EUR a month."
    app.desk(LOCAL_ADMIN).add(NewPage(title, text, supersedes=supersedes))


def answer(app: App) -> Draft:
    context = Context(app.reader, lambda: app.library, None, LOCAL_ADMIN, frozenset(), NOW, app.benchmarks)
    return ask.run(context, Ask(QUESTION))


def told(app: App) -> list[tuple[str, str]]:
    return [(part.title, line.text) for part in answer(app).sections for line in part.lines]


def old_and_new(euros: int, title: str) -> list[tuple[str, str]]:
    said = f"Employees may expense a coworking desk up to {euros} EUR a month."
    return [(f"{title} (verified, checked 0 days ago)", said)]


def test_a_page_that_was_replaced_leaves_the_answers_until_the_new_one_does(app: App) -> None:
    write(app, "Coworking 2027", 350, supersedes="Coworking 2026")
    assert told(app) == old_and_new(200, "Coworking 2026")
    app.desk(LOCAL_ADMIN).publish("Coworking 2027")
    assert told(app) == old_and_new(350, "Coworking 2027")
    app.desk(LOCAL_ADMIN).retire("Coworking 2027")
    assert told(app) == old_and_new(200, "Coworking 2026")


def test_two_pages_that_cannot_both_hold_are_told_with_their_standing(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    text = "# Desks\n\nEmployees may expense a coworking desk up to 300 EUR a month.\n"
    (folder / "desks.md").write_text(text, encoding="utf-8")
    app.library.ingest([folder])
    notice = answer(app).lead
    sides = ["“Coworking 2026” (verified) and “Desks” (unverified) disagree: 200 EUR / 300 EUR.",
             "“Desks” (unverified) and “Coworking 2026” (verified) disagree: 300 EUR / 200 EUR."]  # fmt: skip
    assert [side for side in sides if side in notice] != []
