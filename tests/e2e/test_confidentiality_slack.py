"""The probes of `evals/confidentiality/` that need Slack: channels, guests, threads of others, buttons, lost rights, the log."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from slack_blocks import Call, Shown
from slack_members import Member
from slack_office import NOW, Office
from slack_secrets import SECRETS, beyond, plant, told

from bot.crm.local import upsert_all
from bot.crm.records import Account, Opportunity, User
from bot.log import LOGGER, CanonicalFormatter
from bot.proposals import Action, Citation, Draft, Line, Section
from bot.settings import Settings
from bot.slack.readers.audience import Audience
from bot.slack.sending.outbox import Outbox, Place, web_client
from bot.slack.showing import views
from bot.slack.talk.saying import NOT_YOURS
from bot.store.answers import Answer, Answers

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
ASKED = (
    ("brief me on Zirkonia", "773,311"), ("how is the Zirkonia deal?", "773,311"), ("show my pipeline", "773,311"), ("my day", "vermilion"),
    ("who is the CFO at Zirkonia?", "quillon"), ("what is the next step at Zirkonia?", "vermilion"), ("which deals are open?", "obsidian"),
    ("log that I spoke to the CFO at Zirkonia, follow up Tuesday", "zirkonia"), ("what is the clause on late delivery of Zirkonia called?", "marzipan"),
    ("what is the ceiling of rebates for trade fairs called?", "heliotrope"), ("prepare me for a meeting with Zirkonia", "quillon"),
    ("write an account plan for Zirkonia, go-live 1 June", "zirkonia"), ("what changed since last month?", "obsidian"), ("Zirkonia", "773,311"),
    ("what is due at Zirkonia?", "vermilion"), ("open deals by account", "zirkonia"), ("when do I meet Zirkonia?", "tangerine"),
    ("draft a note to the CFO of Zirkonia", "quillon"), ("what is the total of my open deals?", "773,311"), ("which accounts do I own?", "zirkonia"),
)  # fmt: skip
"""what Mia asks, and what she must be told of it when she is alone with the assistant"""
GOING_ON = (
    "and their CFO?", "more", "what did you say before?", "approve", "undo", "1", "shorter please", "deals behind “commit forecast”", "brief me on it",
    "how much is it worth?", "what did you send?", "reject", "edit due=Friday", "summarise this thread", "log that I called them", "yes", "the first one",
)  # fmt: skip
"""what Omar writes under what Mia asked"""
PLACES: dict[str, tuple[tuple[str, str | None, dict[str, object]], dict[str, object]]] = {
    "a colleague without the right": (("UOMAR", "omar@example.test", {}), {}),
    "a guest": (("UGUEST", "guest@else.test", {"is_ultra_restricted": True}), {}),
    "somebody the CRM does not know": (("UNEW", "new@example.test", {}), {}),
    "a channel shared with another company": (("UFAR", "far@else.test", {"team_id": "T2"}), {"is_ext_shared": True, "is_shared": True}),
    "a channel that another company is invited to": (("UOMAR", "omar@example.test", {}), {"is_pending_ext_shared": True, "is_shared": True}),
}  # fmt: skip
MOVED = ("zirkonia werke", "quillon", "obsidian", "773", "marzipan")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The office's settings, with own accounts alone."""
    return settings.model_copy(update={"crm_sees": "own"})


@pytest.fixture
def planted(office: Office, tmp_path: Path) -> Office:
    return plant(office, tmp_path)


@pytest.fixture(autouse=True)
def log() -> Iterator[list[str]]:
    """What the app logs; nothing of a customer stands in it, whatever was asked."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(CanonicalFormatter("json").format(record))  # type: ignore[method-assign]
    LOGGER.addHandler(handler)
    level, LOGGER.level = LOGGER.level, logging.INFO
    yield lines
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(level)
    assert [line for line in lines for word in SECRETS if word in line.lower()] == []


def answer(office: Office, before: int, words: str) -> Shown:
    """Wait for what Mia is shown."""
    return office.slack.wait(
        lambda: next((m for m in office.slack.shown[before:] if m.user == "UMIA" or m.channel == "DUMIA"), None), words
    )


@pytest.mark.parametrize("place", PLACES)
def test_what_mia_asks_where_others_read_along_reaches_her_alone(planted: Office, place: str) -> None:
    (other, email, profile), channel = PLACES[place]
    planted.member(other, email, **profile)
    planted.slack.channel("C7", "UMIA", other, **channel)
    for words, _ in ASKED[list(PLACES).index(place) % 2 :: 2]:
        before = len(planted.slack.shown)
        planted.mia.mention(words, "C7")
        answer(planted, before, words)
    planted.stop()
    assert told(beyond(planted.slack.calls, "UMIA")) == []


def test_mia_is_told_all_of_it_alone(planted: Office) -> None:
    missing = []
    for words, wanted in ASKED:
        before = len(planted.slack.calls)
        planted.mia.say(words)
        found = lambda before=before, wanted=wanted: told(planted.slack.calls[before:], (wanted,))  # noqa: E731
        try:
            planted.slack.wait(found, words, 20)
        except AssertionError:
            missing.append(words)
    assert missing == []


def others(office: Office, start: int) -> list[Call]:
    """What anybody but Mia was shown since then."""
    return [call for call in beyond(office.slack.calls[start:], "UMIA") if call.method != "auth.test"]


def test_nobody_goes_on_with_what_was_said_to_mia(planted: Office) -> None:
    planted.slack.channel("C7", "UMIA", "UOMAR")
    planted.member("UOMAR", "omar@example.test")
    asked = [planted.mia.mention(words, "C7")["event"]["ts"] for words, _ in ASKED[:4]]
    planted.slack.wait(lambda: len([m for m in planted.slack.shown if m.user == "UMIA"]) >= 4, "Mia's answers", 60)
    changes, start = planted.app.approvals.list(), len(planted.slack.calls)
    for at, words in enumerate(GOING_ON):
        way = (planted.omar.chat, planted.omar.mention)[at % 2]
        way(words, "C7", asked[at % len(asked)])
    planted.stop()
    assert told(others(planted, start)) == []
    assert told([call for call in planted.slack.calls[start:] if call.params.get("user") == "UOMAR"]) == []
    planted.start()
    assert [one for one in planted.app.approvals.list() if one.requester == "U-MIA"] == changes


def test_no_button_under_what_mia_was_told_opens_it_to_omar(planted: Office) -> None:
    planted.slack.channel("C7", "UMIA", "UOMAR")
    before = len(planted.slack.shown)
    for words, _ in ASKED[:8]:
        planted.mia.say(words)
    planted.slack.wait(lambda: len([s for s in planted.slack.shown[before:] if s.channel == "DUMIA"]) >= 8, "all", 90)
    planted.slack.wait(lambda: all(s["status"] != "processing" for s in planted.slack.sessions.values()), "the end", 60)
    mine, start = [m for m in planted.slack.shown[before:] if m.channel == "DUMIA"], len(planted.slack.calls)
    clicked = sum(click_all(planted.omar, message) for message in mine)
    planted.stop()
    # Pictures of Mia's own answers may still be on their way; where one is shared says a further call.
    own = ("files.getUploadURLExternal", "upload")
    given = [call for call in planted.slack.calls[start:] if call.method not in own and not is_mias(call)]
    assert (clicked >= 40, told(given)) == (True, [])
    planted.start()
    assert {change.status for one in planted.app.approvals.list() for change in one.changes} == {"pending"}


def is_mias(call: Call) -> bool:
    """Whether it went into Mia's direct messages."""
    return "DUMIA" in (call.params.get("channel"), call.params.get("channel_id"))


def clickable_of(message: Shown) -> Iterator[tuple[dict[str, object], str]]:
    """Each button, and each entry of each menu, with what it stands for."""
    for action in message.buttons:
        button = message.button(action)
        values = [button["value"]] if "value" in button else [one["value"] for one in button.get("options", ())]
        yield from ((button, value) for value in values)


def click_all(omar: Member, message: Shown) -> int:
    """Click each button of a message as if it stood in the channel, and in one's own direct messages."""
    ways = [(button, value, at) for button, value in clickable_of(message) for at in ("C7", omar.dm)]
    for button, value, at in ways:
        omar.send_click(replace(message, channel=at, user=None), button, value)
    return len(ways)


def lose(office: Office, how: str) -> None:
    """Let Mia lose the right to the account."""
    engine = office.app.engine
    deal, account = office.app.reader.opportunity("ZO"), office.app.reader.account("Z1")
    assert deal
    assert account
    if how == "the account moved":
        moved: list[Account | Opportunity] = [account.model_copy(update={"owner_id": "U-OMAR"})]
        upsert_all(engine, [*moved, deal.model_copy(update={"owner_id": "U-OMAR"})], as_of=NOW)
    elif how == "she left the CRM":
        upsert_all(engine, [User(id="U-MIA", name="Mia Reyes", email="mia@example.test", active=False)], as_of=NOW)
    else:
        upsert_all(engine, [User(id="U-NEW", name="Mia New", email="mia@example.test"), User(id="U-MIA", name="Mia Reyes", email="old@example.test")], as_of=NOW)  # fmt: skip


@pytest.mark.parametrize("how", ["the account moved", "she left the CRM", "her address is somebody else's"])
def test_who_lost_the_right_is_told_no_more(planted: Office, how: str) -> None:
    mia, asked = planted.mia, ASKED[:6:2]
    first = [mia.say(words)["event"]["ts"] for words, _ in asked]
    planted.slack.wait(lambda: len([m for m in planted.slack.shown if m.channel == "DUMIA"]) >= len(asked), "all", 60)
    planted.slack.wait(lambda: all(s["status"] != "processing" for s in planted.slack.sessions.values()), "the end", 60)
    shown = [m for m in planted.slack.shown if m.channel == "DUMIA"]
    lose(planted, how)
    start = len(planted.slack.calls)
    for at, words in enumerate(GOING_ON[:10]):
        mia.say(words, first[at % len(first)])
    for words, _ in asked:
        mia.say(words)
    for message in shown:
        for button, value in clickable_of(message):
            mia.send_click(message, button, value)
    mia.opens("home")
    planted.stop()
    said = [call for call in planted.slack.calls[start:] if call.method != "chat.update"]
    assert told([call for call in said if "sessions" not in call.method], MOVED) == []


def test_a_form_of_an_answer_that_names_no_source_is_its_askers_alone(planted: Office) -> None:
    planted.slack.channel("C7", "UMIA", "UOMAR")
    action = Action(label="Rewrite", ask="use this:", fill="The obsidian plan of Zirkonia Werke")
    draft = Draft(skill="summary", sections=(Section(title="A call", lines=(Line(text="Short."),)),), actions=(action,))
    kept = Answer(id="ab12", at=NOW, user_id="U-MIA", channel="C7", question="?", draft=draft)
    Answers(planted.app.engine).save(kept)
    Outbox(web_client(planted.settings)).say(
        Place("C7", "UMIA", False, "t", public=True), views.answer(draft, "ab12")[0]
    )
    shown, start = planted.slack.shown[-1], len(planted.slack.calls)
    [(button, value)] = clickable_of(shown)
    planted.omar.send_click(shown, button, value)
    planted.slack.wait(lambda: NOT_YOURS in json.dumps([c.params for c in planted.slack.calls[start:]]), "a no")
    assert told(planted.slack.calls[start:]) == []
    planted.mia.send_click(shown, button, value)
    planted.slack.wait(lambda: told(planted.slack.calls[start:]), "her form")


def test_a_page_that_is_gone_is_seen_no_more(planted: Office) -> None:
    [page] = [one for one in planted.app.library.documents() if one.title == "Margin"]
    cited = Citation(n=1, title="Margin", source="", page=page.id)
    draft = Draft(
        skill="ask", sections=(Section(title="", lines=(Line(text="Cobalt.", cites=(1,)),)),), citations=(cited,)
    )
    room = planted.app.user("U-OMAR")
    audience = Audience(None, None, planted.app.reader, planted.app.rights, lambda: planted.app.library)  # type: ignore[arg-type]
    assert audience.sees(room, draft)
    planted.app.curation.retire(page.id, by="Lena Castro")
    assert not audience.sees(room, draft)
    audience.close()
