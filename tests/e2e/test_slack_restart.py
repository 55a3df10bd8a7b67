"""The app ends while it works: each question is answered once or apologised for once."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from slack_blocks import Plain, Shown
from slack_members import Member, SocketMode
from slack_office import NOW, Office
from slack_server import APP_TOKEN, BOT_TOKEN, SlackServer

from bot.settings import Settings
from bot.slack.arrivals.journal import task
from bot.slack.words import message_place

BRIEF = "brief me on Northwick Dairy"
SORRY = "I was restarted while I worked on “brief me on Northwick Dairy”. Please ask again."
CALL = b"WEBVTT\n\n00:02.000 --> 00:05.000\n<v Mia Reyes>Hello.\n\n00:06.000 --> 00:08.000\n<v Jane Holt>We start.\n"
PEOPLE = 100
PATIENCE = 90.0
http_only = pytest.mark.parametrize("office", ["http"], indirect=True)


class Child:
    """`seller serve` in a process of its own."""

    def __init__(self, settings: Settings, slack: SlackServer) -> None:
        self._slack = slack
        self._environment = {
            **os.environ, "SELLER_HOME": str(settings.home), "SELLER_MODEL": "offline", "SELLER_REINGEST_MINUTES": "0",
            "SELLER_SLACK_API_URL": slack.api_url, "SELLER_SLACK_BOT_TOKEN": BOT_TOKEN,
            "SELLER_SLACK_APP_TOKEN": APP_TOKEN,
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is connected."""
        words = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
        self._process = subprocess.Popen(words, env=self._environment, stderr=subprocess.DEVNULL)
        self._slack.wait(self._slack.connected, "a connection", PATIENCE)

    def end(self, how: int) -> int:
        """End it and wait until it is gone; gives its status."""
        assert self._process is not None
        self._process.send_signal(how)
        status = self._process.wait(PATIENCE)
        self._slack.wait(lambda: not self._slack.connected(), "the end of the connection", PATIENCE)
        return status


@pytest.fixture
def child(settings: Settings, slack: SlackServer) -> Iterator[Child]:
    """The app, to be started."""
    made = Child(settings, slack)
    yield made
    if made._process is not None and made._process.poll() is None:
        made._process.kill()
        made._process.wait()


def outcomes(slack: SlackServer) -> Counter[str]:
    """How often each direct message channel got an answer or an apology."""
    final = [m for m in slack.shown if "Bottom line" in m.words or m.text == SORRY]
    return Counter(message.channel for message in final)


def answers(slack: SlackServer) -> list[str]:
    """The channels that got an answer."""
    return [message.channel for message in slack.shown if "Bottom line" in message.words]


def test_a_kill_among_a_hundred_answers_loses_none_and_doubles_none(child: Child, slack: SlackServer) -> None:
    people = [Member(slack, SocketMode(slack), slack.person(f"U{n}", "mia@example.test")) for n in range(PEOPLE)]
    child.start()
    # Held back until all have asked: a quick machine would have answered everybody before.
    with slack.holding("chat.postMessage"):
        asked = [person.say(BRIEF) for person in people]
    slack.wait(lambda: len(answers(slack)) >= 10, "ten answers", PATIENCE)
    assert child.end(signal.SIGKILL) == -signal.SIGKILL
    answered = len(answers(slack))
    child.start()
    slack.wait(lambda: len(outcomes(slack)) == PEOPLE, "an outcome for everybody", PATIENCE)
    people[-1].repeat(asked[-1])
    assert slack.stays(lambda: max(outcomes(slack).values()) > 1)
    assert 10 <= answered < PEOPLE
    assert len(answers(slack)) == answered
    assert child.end(signal.SIGTERM) == 0


def test_a_kill_among_messages_mentions_commands_and_files_doubles_none(
    child: Child, slack: SlackServer, settings: Settings
) -> None:
    people = [Member(slack, SocketMode(slack), slack.person(f"U{n}", "mia@example.test")) for n in range(60)]
    child.start()
    for n, person in enumerate(people):
        ask_somehow(slack, person, n % 4)
    slack.wait(lambda: len(seen(slack)) >= 15, "some outcomes", PATIENCE)
    child.end(signal.SIGKILL)
    with closing(sqlite3.connect(settings.home / "seller.db")) as database:
        hidden = database.execute("SELECT json_extract(task, '$.place.user') FROM deliveries WHERE state = 'alone'")
        untold = {user for (user,) in hidden}
    child.start()
    slack.wait(
        lambda: {person.id for person in people} <= {*seen(slack), *untold}, "an outcome for the others", PATIENCE
    )
    assert slack.stays(lambda: max(seen(slack).values()) > 1)
    assert child.end(signal.SIGTERM) == 0
    assert max(seen(slack).values()) == 1


def ask_somehow(slack: SlackServer, person: Member, way: int) -> None:
    """Write directly, mention in a channel where all may see the answer, type a command, or drop a file."""
    if way == 0:
        person.say(BRIEF)
    elif way == 1:
        person.mention(BRIEF, slack.channel(f"C{person.id}", person.id))
    elif way == 2:
        person.command("/brief", "Northwick Dairy", f"C{person.id}")
    else:
        person.share(slack.drop("northwick.vtt", CALL))


def seen(slack: SlackServer) -> Counter[str]:
    """How often each person got an answer, the question about a file, or an apology."""
    ends = ("Bottom line", "What shall I do with it?", "I was restarted")
    return Counter(m.user or m.channel[1:] for m in slack.shown if any(end in m.words for end in ends))


@http_only
def test_what_is_not_done_in_time_at_the_end_is_apologised_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.arrivals.work.FAREWELL", 0.1)
    with office.slack.holding("users.info"):
        office.mia.say(BRIEF)
        office.slack.wait(lambda: office.slack.made("users.info"))
        office.stop()
    office.start()
    office.member("UOMAR", "omar@example.test").say(BRIEF)
    office.slack.wait(lambda: [m for m in office.slack.shown if m.channel == "DUOMAR"], "an answer to another")
    assert [m.text for m in office.slack.shown if m.channel == "DUMIA"] == [SORRY]


@http_only
@pytest.mark.parametrize("thread", [None, "1770000000.000001"])
def test_an_answer_that_came_out_just_before_the_end_is_not_apologised_for(office: Office, thread: str | None) -> None:
    delivery = office.mia.say(BRIEF, thread_ts=thread)
    office.mia.sees_card()
    office.stop()
    left_open(office, f"event:{delivery['event_id']}", delivery["event"], "posting")
    left_open(office, "event:EvNever", {**delivery["event"], "text": "never answered"}, "posting")
    left_open(office, "event:EvAlone", {**delivery["event"], "text": "seen by one alone"}, "alone")
    office.start()
    sorry = office.mia.sees("I was restarted while I worked on")
    assert sorry.text == "I was restarted while I worked on “never answered”. Please ask again."
    assert office.slack.stays(lambda: sum("I was restarted" in m.text for m in office.slack.shown) > 1)


def left_open(office: Office, key: str, said: Plain, state: str) -> None:
    """Write what a process leaves that is killed while it shows an answer."""
    kept = json.dumps(task(message_place(said), said["text"]))
    with sqlite3.connect(office.settings.home / "seller.db") as database:
        database.execute("DELETE FROM deliveries WHERE key = ?", (key,))
        database.execute(
            "INSERT INTO deliveries (key, seen_at, state, owner, alive_at, task) VALUES (?, ?, ?, 'dead', ?, ?)",
            (key, f"{NOW:%Y-%m-%d %H:%M:%S.%f}", state, f"{NOW:%Y-%m-%d %H:%M:%S.%f}", kept),
        )
    database.close()


def stopped_on(office: Office, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], object]) -> Shown:
    """Ask, and stop before there is an answer; gives the apology."""
    monkeypatch.setattr("bot.slack.arrivals.work.FAREWELL", 0.1)
    with office.slack.holding("users.info"):
        ask()
        office.slack.wait(lambda: office.slack.made("users.info"))
        office.stop()
    office.start()
    return office.slack.wait(lambda: office.slack.shown, "the apology")[0]


@http_only
def test_the_button_asks_again_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sorry = stopped_on(office, monkeypatch, lambda: office.mia.say(BRIEF))
    button = sorry.button("again")
    for _ in range(2):
        office.mia.send_click(sorry, button)
    brief = office.mia.sees("Bottom line")
    office.mia.sees_card()
    assert (brief.channel, brief.user, len(answers(office.slack))) == ("DUMIA", None, 1)
    assert (sorry.buttons, sorry.text) == (
        [],
        "I was restarted while I worked on this, and you asked again: brief me on Northwick Dairy",
    )


@http_only
def test_the_button_gives_a_command_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sorry = stopped_on(office, monkeypatch, lambda: office.mia.command("/brief", "Northwick Dairy"))
    assert sorry.text == "I was restarted while I worked on “/brief Northwick Dairy”. Please ask again."
    office.mia.click(sorry, "again")
    brief = office.mia.sees("Bottom line")
    assert (brief.channel, brief.user) == ("C1", "UMIA")
