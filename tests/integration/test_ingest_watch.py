"""Folders that are followed, and rounds that read them again."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.commands.serve import read_again
from bot.commands.watching import follow
from bot.errors import BotError
from bot.schedule import Every
from bot.settings import Settings

DEADLINE = 20


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with App(Settings(home=tmp_path / "home", model="offline")) as app:
        app.ready()
        yield app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "one.md").write_text("# One\n\nThe first page.\n", encoding="utf-8")
    return folder


class Rounds:
    """What the followed folder did to the knowledge base."""

    def __init__(self, app: App, folder: Path) -> None:
        self._app, self._folder = app, folder
        self._changed = threading.Condition()

    def take_in(self) -> None:
        with self._changed:
            self._app.library.ingest([self._folder])
            self._changed.notify_all()

    def titles(self) -> list[str]:
        return sorted(page.title for page in self._app.library.documents())

    def until(self, titles: list[str]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.titles() == titles, DEADLINE), self.titles()


@contextmanager
def followed(app: App, folder: Path) -> Iterator[Rounds]:
    rounds, stop = Rounds(app, folder), threading.Event()
    rounds.take_in()
    ready = threading.Event()

    def run() -> None:
        ready.set()
        follow([folder], rounds.take_in, stop)

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(DEADLINE)
    try:
        yield rounds
    finally:
        stop.set()
        thread.join(DEADLINE)
        assert not thread.is_alive()


def test_what_is_added_changed_renamed_and_removed_is_taken_in(app: App, folder: Path) -> None:
    with followed(app, folder) as rounds:
        write_until(rounds, folder / "two.md", "# Two\n\nThe second page.\n", ["One", "Two"])
        saved = folder / ".two.md.part"
        saved.write_text("# Deux\n\nThe second page, saved as editors do.\n", encoding="utf-8")
        saved.replace(folder / "two.md")
        rounds.until(["Deux", "One"])
        (folder / "one.md").rename(folder / "three.md")
        (folder / "two.md").unlink()
        rounds.until(["One"])
        (page,) = app.library.documents()
        assert page.uri.endswith("three.md")


def write_until(rounds: Rounds, path: Path, text: str, titles: list[str]) -> None:
    """Write a file again until the follower, which takes a moment to be up, has seen it."""
    for _ in range(DEADLINE):
        path.write_text(text, encoding="utf-8")
        with rounds._changed:
            if rounds._changed.wait_for(lambda: rounds.titles() == titles, 1):
                return
    raise AssertionError(rounds.titles())


def test_a_folder_that_went_away_and_came_back_is_followed_again(app: App, folder: Path, tmp_path: Path) -> None:
    with followed(app, folder) as rounds:
        write_until(rounds, folder / "two.md", "# Two\n\nThe second page.\n", ["One", "Two"])
        shutil.move(folder, tmp_path / "away")
        shutil.copytree(tmp_path / "away", folder)
        write_until(rounds, folder / "three.md", "# Three\n\nThe third page.\n", ["One", "Three", "Two"])


def test_a_round_reads_every_remembered_folder_again_and_stops_when_told(app: App, folder: Path) -> None:
    app.library.ingest([folder])
    (folder / "two.md").write_text("# Two\n\nThe second page.\n", encoding="utf-8")
    stop = threading.Event()
    read_again(app, stop)
    assert [page.title for page in app.library.documents()] == ["One", "Two"]
    stop.set()
    (folder / "one.md").write_text("# Uno\n\nThe first page, changed.\n", encoding="utf-8")
    with pytest.raises(BotError):
        read_again(app, stop)
    read_again(app, threading.Event())
    assert [page.title for page in app.library.documents()] == ["Two", "Uno"]


def test_rounds_follow_each_other_and_outlive_a_failure() -> None:
    done, running, overlapped = threading.Semaphore(0), threading.Lock(), []

    def work(stop: threading.Event) -> None:
        if not running.acquire(blocking=False):
            overlapped.append(1)
        running.release()
        done.release()
        raise ZeroDivisionError

    with Every(0.001, work, "test_round"):
        assert all(done.acquire(timeout=DEADLINE) for _ in range(3))
    assert overlapped == []
