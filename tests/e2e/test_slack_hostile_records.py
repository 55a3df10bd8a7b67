"""Records, pages, a calendar and file names that carry links, calls and unseen signs: what of it reaches Slack and the terminal."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_blocks import Plain, clickable
from slack_day import DAY
from slack_office import NOW, Office
from slack_server import SlackServer

from bot.crm.local import upsert_all
from bot.crm.records import Record
from bot.screening.inert import UNSEEN
from bot.settings import Settings
from bot.slack.showing.blocks import GAP, READ_BACK
from bot.store.audit import trail
from bot.store.preferences import Preference, Preferences

SIGNS = "\u202e\u200b\u2066\U000e0061\U000e0062\x1b[31m\x9b2J"
EVIL = (
    f"{SIGNS} <!channel> <@U123> <https://evil.example|click> ![x](https://evil.example/p.png) "
    "[click](https://evil.example) www.evil.example @here"
)
WORDS = frozenset(
    "name title industry country region subject body next_step competitor loss_reason team consent_source".split()
)
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//
BEGIN:VEVENT
UID:x-1
SUMMARY:Northwick Dairy {evil}
LOCATION:{evil}
DTSTART:20260302T150000Z
DTEND:20260302T153000Z
ATTENDEE;CN="Jo {evil}":mailto:jo@northwick.example
END:VEVENT
END:VCALENDAR
"""
MARKUP = re.compile(r"<[^<>]*>")


def poisoned(row: Record) -> Record:
    """The record with the attack in each of its texts."""
    texts = {name: getattr(row, name) for name in type(row).model_fields if name in WORDS}
    return row.model_copy(update={name: f"{text or ''} {EVIL}".strip() for name, text in texts.items()})


def rows(office: Office) -> list[Record]:
    """Everything in the CRM, and a full day."""
    crm = office.app.reader
    held: list[Record] = [
        *crm.users(), *crm.accounts(), *crm.contacts(), *crm.opportunities(), *crm.activities(), *crm.tasks(), *DAY
    ]  # fmt: skip
    return [poisoned(row) for row in {(type(row), row.id): row for row in held}.values()]


@pytest.fixture
def hostile(settings: Settings, slack: SlackServer, tmp_path: Path) -> Iterator[Office]:
    """An office whose every text is an attack."""
    (tmp_path / "mia.ics").write_text(ICS.format(evil=EVIL.replace("\x1b", "").replace('"', "")), encoding="utf-8")
    feeds = {"mia@example.test": SecretStr(str(tmp_path / "mia.ics"))}
    office = Office(settings.model_copy(update={"calendars": feeds}), slack, "http")
    try:
        furnish(office, tmp_path)
        yield office
    finally:
        office.stop()


def furnish(office: Office, tmp_path: Path) -> None:
    """Bring records and a page."""
    upsert_all(office.app.engine, rows(office), as_of=NOW)
    folder = tmp_path / "pages"
    folder.mkdir()
    name = re.sub(r"[/\x00]", "_", f"terms {EVIL}")[:90]
    page = f"---\ntitle: {json.dumps(f'Payment terms {EVIL[len(SIGNS) :]}', ensure_ascii=False)}\nowner: lena@example.test\n---\nPay in thirty days. {EVIL}\n"
    (folder / f"{name}.md").write_text(page, encoding="utf-8")
    office.app.library.ingest([folder])


def strings(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text that goes to Slack for somebody to read, with its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            assert value["verbatim"] is True
            yield "mrkdwn", value["text"]
        for name, inner in value.items():
            if name not in READ_BACK:
                yield from strings(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, where)


def troubles(sent: Sequence[Plain]) -> list[str]:
    """What somebody could click, be called by, or be misled by without seeing it."""
    found = []
    for where, text in (one for params in sent for one in strings(params)):
        if UNSEEN.search(text.replace(GAP, "")):
            found.append(f"unseen sign in {where}: {text[:80]!r}")
        if where == "mrkdwn" or (where.endswith(".text") and ".blocks" not in where and ".view" not in where):
            found += [f"{mark} in {where}" for mark in MARKUP.findall(text) if "evil" in mark or mark[1] in "!@"]
    return found


def sent(office: Office) -> list[Plain]:
    """What the app sent so far; the file of its own words that a form fills in is none."""
    return [call.params for call in office.slack.calls]


def everything(office: Office) -> None:
    """Look at all that shows records without being asked in words."""
    office.mia.opens()
    home = office.mia.sees_home("Settings")
    office.mia.opens("messages")
    for verb in ("home:settings", "home:log", "home:act", "home:brief"):
        if any(verb == e["action_id"] for b in home.blocks for e in clickable(b)):
            office.mia.click_home(verb)
    for words in ("search payment terms", "show Payment terms", "drafts", "due", "gaps", "stats", "duplicates"):
        office.lena.command("/kb", words)
    office.mia.command("/brief", "")
    office.mia.command("/log", "")
    office.mia.command("/brief", "Pellworm")
    office.mia.say("log that I spoke to their CFO at Northwick Dairy, follow up Tuesday")
    card = office.mia.sees_card()
    office.mia.click(card, next(one for one in card.buttons if one.startswith("edit:")))
    Preferences(office.app.engine).save(
        Preference(user_id="U-MIA", slack_id="UMIA", digest_at="08:00", briefs=True), NOW
    )
    office.bolt.remind(NOW.replace(hour=7))
    office.bolt.remind(NOW + timedelta(hours=4, minutes=30))
    office.mia.sees("in 30 minutes")
    office.slack.wait(lambda: len(office.slack.modals) >= 3, "the forms")


def test_nothing_that_others_wrote_can_be_clicked_calls_anybody_or_is_unseen(hostile: Office) -> None:
    everything(hostile)
    hostile.slack.wait(lambda: any("Your day" in m.text for m in hostile.slack.shown), "the digest")
    assert troubles(sent(hostile)) == []


def test_words_of_home_digest_reminder_and_prompts_are_screened_as_an_answers_are(hostile: Office) -> None:
    everything(hostile)
    views = hostile.slack.made("views.publish") + hostile.slack.made("assistant.threads.setSuggestedPrompts")
    unasked = [call.params for call in views]
    unasked += [m.plain for m in hostile.slack.shown if "Your day" in m.text or "in 30 minutes" in m.text]
    assert len(unasked) > 3
    texts = [text for params in unasked for _, text in strings({k: v for k, v in params.items() if k != "metadata"})]
    assert [text for text in texts if "evil.example" in text or "!channel" in text] == []


def test_each_view_leaves_a_line_that_says_who_was_shown_what(hostile: Office) -> None:
    everything(hostile)
    lines = [line for line in trail(hostile.app.engine) if line.verb == "shown"]
    assert {line.detail["place"] for line in lines} == {"home", "prompts", "digest", "reminder", "kb"}
    assert {line.actor for line in lines if line.detail["place"] != "kb"} == {"U-MIA"}
    assert {line.actor for line in lines if line.detail["place"] == "kb"} == {"U-LENA"}
    home = next(line.detail["read"] for line in lines if line.detail["place"] == "home")
    assert {"T1", "T2"} <= set(home["task"]["ids"]) and "M1" in home["activity"]["ids"]
    reminded = next(line.detail["read"] for line in lines if line.detail["place"] == "reminder")
    assert reminded == {
        kind: {"n": 1, "ids": [one]} for kind, one in (("account", "A2"), ("activity", "M1"), ("contact", "C2"))
    }
