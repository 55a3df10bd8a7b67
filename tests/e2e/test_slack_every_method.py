"""Each method of the Web API that the app calls fails once, and still each person gets one answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_blocks import Plain, Shown
from slack_office import NOW, Office
from slack_server import SlackServer
from slack_talk import BRIEF, LOG, WORDED, Typist, ts_of

from bot.proposals import Chart, Line, Series
from bot.settings import Settings
from bot.slack.sending.outbox import Outbox, Place, web_client
from bot.slack.sending.pictures import Pictures
from bot.slack.sending.sessions import SmallTalk
from bot.slack.sending.streams import Stream
from bot.slack.showing.blocks import Message
from bot.slack.talk.shortcuts import LOG as LOG_MESSAGE
from bot.slack.talk.shortcuts import SUMMARY
from tests.unit.test_slack_manifest import called

CALL = b"WEBVTT\n\n00:02.000 --> 00:05.000\n<v Mia Reyes>Hello.\n\n00:06.000 --> 00:08.000\n<v Jane Holt>We start with plant 2.\n"
PAGE = "---\nowner: omar@example.test\n---\n# Events\n\nThe yearly summit of our customers is in May in Lisbon.\n"
GAP = "do we pay for the travel of customers to the summit?"
FAULTS: dict[str, Callable[[SlackServer, str], None]] = {
    "429": lambda slack, method: slack.fail(method, 429, Retry_After="0"),
    "500": lambda slack, method: slack.fail(method, 500),
    "timeout": lambda slack, method: slack.hang(method),
}


@dataclass(frozen=True)
class Scene:
    """Something that calls methods, and what comes of it exactly once."""

    methods: str
    play: Callable[[Office], object]
    outcome: Callable[[Office], list[Any]]
    before: Callable[[Office], object] = lambda office: None
    written: bool = False
    """whether a model writes the answer"""


def saying(words: str, count: int = 1) -> Callable[[Office], list[Shown]]:
    """The messages with these words, one for each question."""
    return lambda office: [m for m in office.slack.shown if words in m.words][count - 1 :]


def briefed(office: Office) -> list[Shown]:
    """All briefs, once the card is there as well."""
    shown = office.slack.shown
    cards = [m for m in shown if "approve:1" in m.buttons]
    return [m for m in shown if "Bottom line" in m.words] + cards[1:] if cards else []


def crowd(office: Office, size: int) -> None:
    """Colleagues of Mia in a channel."""
    people = [office.slack.person(f"UC{n}", f"c{n}@example.test") for n in range(size)]
    office.slack.channel("C7", office.mia.id, *people)


def ready_form(office: Office) -> Plain:
    """Wait for a form with its inputs."""
    modals = office.slack.modals
    return office.slack.wait(lambda: modals[-1] if modals and "callback_id" in modals[-1] else None, "a form")


def logged(office: Office) -> None:
    """Have a card."""
    office.mia.say(LOG)
    office.mia.sees_card()


def late_form(office: Office) -> None:
    """Open a form while Slack does not tell who asks."""
    office.now = NOW + timedelta(minutes=11)
    with office.slack.holding("users.info"):
        office.mia.click(office.mia.sees_card(), "edit:1")
        office.slack.wait(lambda: office.slack.modals, "the empty form")


def grown(office: Office) -> None:
    """Show an answer sentence by sentence, then whole."""
    client, place = web_client(office.settings), Place("DUMIA", "UMIA", True, "DUMIA", thread_ts="1770000000.1")
    stream = Stream(SmallTalk(client), client, place)
    for words in ("One.", "Two."):
        stream.add(Line(text=words))
    whole = Message("One. Two. Three.", [])
    if not stream.replace([whole]):
        Outbox(client).say(place, whole)


def sum_up(office: Office) -> None:
    """Ask for a thread to be summed up."""
    office.slack.threads["1770000000.1"] = [{"ts": "1770000000.1", "user": "UMIA", "text": "Jane wants a pilot"}]
    office.mia.shortcut(SUMMARY, "Jane wants a pilot", thread_ts="1770000000.1", ts="1770000000.1")
    office.mia.submit(ready_form(office), {"account": "A1"})


def log_message(office: Office) -> None:
    """Log a message to the CRM."""
    office.mia.shortcut(LOG_MESSAGE, "Spoke to Jane Holt at Northwick Dairy.", ts="1770000000.1")
    office.mia.submit(ready_form(office), {"account": "A1"})


def stopped(office: Office) -> None:
    """Ask, and stop it while it is written."""
    model = office.model
    assert isinstance(model, Typist)
    model.may_end.clear()
    asked = office.mia.say(BRIEF)
    office.slack.wait(lambda: office.slack.made("chat.startStream"), "a stream")
    office.mia.say("stop", thread_ts=ts_of(asked))


def gap(office: Office) -> None:
    """Ask what no page answers."""
    office.mia.say(GAP)
    office.mia.sees("No page answers this for certain")


def owner_asked(office: Office) -> None:
    """Let the owner of the nearest page be asked."""
    office.lena.command("/kb", "gaps")
    office.lena.click(office.lena.sees("Omar Haddad answers for it"), "kb:ask")


def chart(office: Office) -> None:
    """Show a picture."""
    client = web_client(office.settings)
    series = Series(name="Amount", values=(48000.0,))
    shown = Chart(
        kind="bar", title="Pipeline by stage", alt="Most is in Discovery.", labels=("Discovery",), series=(series,)
    )
    Pictures(Outbox(client)).show(Place("DUMIA", "UMIA", True, "DUMIA"), [shown])


def homes(office: Office) -> list[Plain]:
    """The tab, as it was last published."""
    return [call.params for call in office.slack.made("views.publish")][-1:]


def thanked(office: Office) -> None:
    """Write a direct message, from which the app knows where these are."""
    office.mia.say("thanks!")
    office.mia.sees("Any time.")


def lost_in_silence(office: Office) -> None:
    """Answer where the channel takes nothing, and the direct message comes through without a word of Slack's."""
    office.slack.decline("chat.postEphemeral", "not_in_channel")
    office.slack.hang("chat.postMessage", "after")
    office.mia.mention("thanks!")


SCENES = {
    "direct": Scene(
        "auth.test users.info agents.sessions.setStatus agents.sessions.rename assistant.threads.setStatus "
        "chat.startStream chat.stopStream chat.update chat.postMessage",
        lambda office: office.mia.say(BRIEF),
        briefed,
        written=True,
    ),
    "growing": Scene("chat.appendStream", grown, saying("Three.")),
    "stopped": Scene("chat.delete", stopped, saying("Stopped."), written=True),
    "channel": Scene(
        "conversations.info conversations.members users.info",
        lambda office: office.mia.mention(BRIEF, "C7"),
        briefed,
        lambda office: crowd(office, 2),
    ),
    "large channel": Scene(
        "users.list", lambda office: office.mia.mention(BRIEF, "C7"), briefed, lambda office: crowd(office, 60)
    ),
    "alone": Scene("chat.postEphemeral", lambda office: office.mia.mention(BRIEF), briefed),
    "command": Scene("response", lambda office: office.mia.command("/brief", "Northwick Dairy"), briefed),
    "silence": Scene("conversations.history", lost_in_silence, saying("Any time.", 2), thanked),
    "thread": Scene("conversations.replies", sum_up, saying("No decision and no promise")),
    "message": Scene("chat.getPermalink", log_message, lambda o: [m for m in o.slack.shown if "approve:1" in m.buttons]),
    "form": Scene(
        "views.open",
        lambda office: office.mia.click(office.mia.sees_card(), "edit:1"),
        lambda office: [m for m in office.slack.modals if m.get("callback_id") == "edit"],
        logged,
    ),
    "late form": Scene(
        "views.update", late_form, lambda o: [m for m in o.slack.modals if m.get("callback_id") == "edit"], logged
    ),
    "home": Scene("views.publish", lambda office: office.mia.opens("home"), homes),
    "prompts": Scene(
        "assistant.threads.setSuggestedPrompts",
        lambda office: (office.mia.opens("messages"), office.mia.say("thanks!")),
        saying("Any time."),
    ),
    "file": Scene(
        "files.info", lambda o: o.mia.share(o.slack.drop("northwick.vtt", CALL)), saying("What shall I do with it?")
    ),
    "picture": Scene(
        "files.getUploadURLExternal upload files.completeUploadExternal",
        chart,
        lambda office: [*office.slack.pictures, *saying("Pipeline by stage")(office)],
    ),
    "gap": Scene(
        "users.lookupByEmail", owner_asked, saying("asked this, and the knowledge base does not answer it"), gap
    ),
}  # fmt: skip
CASES = [(name, method) for name, scene in SCENES.items() for method in scene.methods.split()]


@pytest.fixture
def office(
    settings: Settings,
    slack: SlackServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Office]:
    """The app over HTTP, with little patience for Slack and no pauses."""
    monkeypatch.setattr("bot.slack.sending.client.PAUSE", 0.0)
    monkeypatch.setattr("bot.slack.sending.sessions.PATIENCE", 0.5)
    monkeypatch.setattr("bot.slack.sending.streams.PACE", 0.0)
    monkeypatch.setattr("bot.slack.proposals.opening.PATIENCE", 0.3)
    scene = SCENES.get(request.node.callspec.params.get("name", ""))
    model = Typist({"brief": WORDED}) if scene and scene.written else None
    (tmp_path / "events.md").write_text(PAGE, encoding="utf-8")
    opened = Office(settings.model_copy(update={"slack_timeout": 0.5}), slack, "http", model)
    opened.app.library.ingest([tmp_path / "events.md"])
    opened.omar  # noqa: B018  # known to this Slack from here on
    if model:
        model.may_end.set()
    yield opened
    if model:
        model.may_end.set()
    opened.stop()


def test_no_method_is_forgotten() -> None:
    inside = {"files.upload_v2": {"files.getUploadURLExternal", "files.completeUploadExternal"}}
    named = {name.replace("_", ".", name.count("_")) for name in called() if name != "files_upload_v2"}
    assert named <= {method for _, method in CASES}
    assert inside["files.upload_v2"] <= {method for _, method in CASES}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("name", "method"), CASES, ids=[f"{name}-{method}" for name, method in CASES])
def test_a_method_that_fails_once_costs_no_answer_and_doubles_none(
    office: Office, name: str, method: str, fault: str
) -> None:
    scene = SCENES[name]
    scene.before(office)
    FAULTS[fault](office.slack, method)
    scene.play(office)
    office.slack.wait(lambda: scene.outcome(office), f"the outcome of {name}")
    office.slack.wait(lambda: office.slack.made(method), f"a call of {method}")
    office.stop()
    assert len(scene.outcome(office)) == 1


@pytest.mark.parametrize("fault", ["429", "500"])
def test_a_connection_that_is_refused_once_is_asked_for_again(
    settings: Settings, slack: SlackServer, fault: str
) -> None:
    FAULTS[fault](slack, "apps.connections.open")
    opened = Office(settings, slack, "socket")
    opened.mia.say("thanks!")
    opened.mia.sees("Any time.")
    opened.stop()


@pytest.mark.parametrize(
    "answer", [(429, {"Retry-After": "0"}, b""), (500, {}, b""), (200, {"Content-Length": "9"}, b"x")]
)
def test_a_download_that_fails_once_is_made_again(office: Office, answer: tuple[int, dict[str, str], bytes]) -> None:
    plain = office.slack.drop("northwick.vtt", CALL)
    office.slack.files[plain["id"]].answers.append(answer)
    office.mia.share(plain)
    office.mia.sees("What shall I do with it?")
    office.stop()
    assert len(saying("What shall I do with it?")(office)) == 1
