"""App Home and its forms (pure)."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.curating import Topic
from bot.errors import BotError
from bot.skills.agenda import Day
from bot.skills.day import NOTHING, lapse, notice
from bot.skills.ledger import joined, plural
from bot.slack.showing import day_views
from bot.slack.showing.day_views import Link, beside, buttons, fitting, header, titled
from bot.slack.showing.forms import Field, form_input
from bot.slack.showing.views import Block, Message, cut, escape, plain_text, sections, small
from bot.store.preferences import Preference
from knowledge.documents import Document

MOST_BLOCKS = 100
MOST = 5
"""entries of a list"""
NO_WISH = "no wish"
TONES = {NO_WISH: "", "friendly": "friendly", "formal": "formal", "direct": "direct"}
LANGUAGES = {
    NO_WISH: "", "English": "en", "German": "de", "French": "fr", "Spanish": "es", "Italian": "it", "Dutch": "nl",
    "Portuguese": "pt", "Swedish": "sv", "Norwegian": "no", "Danish": "da", "Polish": "pl",
}  # fmt: skip
SWITCH = {"yes": True, "no": False}
HINT = "Time of the morning digest on your clock, such as 08:00. Empty: no digest."
WEEKLY = "Time of the pipeline on Mondays, such as 08:00. For a channel say “/pipeline weekly here” there."
DAILY = "If you lead people: time on weekdays, such as 08:30. For a channel say “/pipeline daily here” there."
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?h? ?(?:(?P<half>[ap])\.?m?\.?)?(?: ?(?:uhr|o'clock))?"
)


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits for its requester's yes, or for the CRM."""

    id: str
    text: str
    state: str


@dataclass(frozen=True)
class Queue:
    """What waits in the knowledge base for a person who looks after pages."""

    due: Sequence[Document] = ()
    drafts: Sequence[Document] = ()
    topics: Sequence[Topic] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Shown:
    """All that App Home shows to one person."""

    day: Day
    wanted: Preference
    to: Link
    waiting: Sequence[Waiting] = ()
    queue: Queue = field(default_factory=Queue)
    note: str = ""
    """what came of a click"""


def home(shown: Shown, channel: str) -> Block:
    """Return the whole tab; it remembers the channel of the person's direct messages."""
    day = shown.day
    blocks = [header(f"{day.now:%A}, {day.today}"), *small(shown.note)]
    blocks += _all(shown) or sections([escape(NOTHING)])
    end = [*_settings(shown.wanted, day), *_foot(day)]
    return _view([*blocks[: MOST_BLOCKS - len(end)], *end], channel)


def digest(shown: Shown) -> Message:
    """Return the morning's message, with the same in words for notifications."""
    day = shown.day
    counts = [
        _count(len(day.meetings), "meeting"), _count(len(day.due), "task", " due"),
        _count(len(day.deals), "deal", " in need of you"), _count(len(shown.waiting), "proposal", " without your yes"),
        _count(len(shown.queue.due), "page", " to verify"), _count(len(shown.queue.topics), "open question"),
    ]  # fmt: skip
    summed = joined(counts)
    text = f"Your day, {day.now:%A}: {f'{summed}.' if summed else NOTHING}"
    beneath = f"{notice(day)} {_as_of(day)} Change or stop this in the Home tab under Settings."
    body = fitting(_all(shown) or sections([escape(NOTHING)]), "The rest is in the Home tab.")
    return Message(text, [header(f"Your day, {day.now:%A}, {day.today}"), *body, *small(beneath)])


def _all(shown: Shown) -> list[Block]:
    """Return what waits, without what does not."""
    blocks = day_views.blocks(shown.day, shown.to)
    return [*blocks, *_waiting(shown.waiting), *_queue(shown.queue, shown.day.today)]


def refusal(sentence: str, channel: str) -> Block:
    """Return the tab of somebody who gets nothing, or for whom it could not be drawn: why, and the next step."""
    return _view([*sections([escape(sentence)]), buttons("refresh", ("refresh", "-", "Try again"))], channel)


def settings_form(wanted: Preference, channel: str) -> Block:
    """Return the form of a person's settings."""
    tone = next((name for name, code in TONES.items() if code == wanted.tone), NO_WISH)
    language = next((name for name, code in LANGUAGES.items() if code == wanted.language), NO_WISH)
    fields = [
        form_input(Field("digest_at", wanted.digest_at or "")) | {"hint": plain_text(HINT)},
        form_input(Field("weekly_pipeline", wanted.weekly_at or "", hint=WEEKLY)),
        form_input(Field("daily_needs", wanted.daily_at or "", label="What your people need", hint=DAILY)),
        form_input(Field("brief_before_meetings", "yes" if wanted.briefs else "no", "choice", True, tuple(SWITCH))),
        form_input(Field("tone_of_drafts", tone, "choice", True, tuple(TONES))),
        form_input(Field("language_of_drafts", language, "choice", True, tuple(LANGUAGES))),
    ]
    return _modal("home_settings", "Settings", "Save", fields, {"channel": channel})


def log_form(name: str, account_id: str, channel: str) -> Block:
    """Return the form in which a person says what happened."""
    said = form_input(Field("what_happened", "", "text", required=True))
    said |= {"hint": plain_text(cut(f"On {name}. You see each change before anything is written to the CRM.", 150))}
    return _modal("home_log", "Log", "Go on", [said], {"channel": channel, "account": account_id, "name": name})


def read_time(text: str) -> str | None:
    """Read a time of day as people write it; None for none, BotError for what is no time."""
    words = text.strip().lower()
    if not words:
        return None
    found = _TIME.fullmatch(words)
    hour = int(found["hour"]) if found else 24
    half = found["half"] if found else None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if 0 < hour < 13 else 24
    minute = int((found["minute"] if found else None) or 0)
    if hour > 23 or minute > 59:
        raise BotError(f"“{text.strip()}” is no time of day; write it like 08:00, or leave it empty for no digest.")
    return f"{hour:02}:{minute:02}"


def _view(blocks: list[Block], channel: str) -> Block:
    return {"type": "home", "callback_id": "home", "private_metadata": channel, "blocks": blocks}


def _modal(callback: str, title: str, submit: str, blocks: list[Block], meta: dict[str, str]) -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(meta | {"response_url": None}),
        "title": plain_text(title),
        "submit": plain_text(submit),
        "close": plain_text("Cancel"),
        "blocks": blocks,
    }


def _waiting(waiting: Sequence[Waiting]) -> list[Block]:
    inner: list[Block] = []
    for one in waiting[:MOST]:
        text = sections([f"*{escape(one.text)}*\n{escape(one.id)} · {escape(one.state)}"])
        inner += beside(text, "proposal", one.id, "Show", one.text)
    more = small(f"{len(waiting) - MOST} older ones: `seller proposals list`.") if len(waiting) > MOST else []
    return titled("Waiting for you", [*inner, *more])


def _queue(queue: Queue, today: date) -> list[Block]:
    inner: list[Block] = []
    for page in queue.due[:MOST]:
        inner += _page(page, f"{page.status_on(today)} · {lapse(page, today)}")
    for page in queue.drafts[:MOST]:
        inner += _page(page, f"draft by {page.author}" if page.author else "draft")
    for topic in queue.topics[:MOST]:
        people = f"{len(topic.people)} {'person' if len(topic.people) == 1 else 'people'}"
        text = sections([f"*{escape(topic.title)}*\nasked by {people}"])
        inner += beside(text, "topic", f"g{topic.id}", "Show", topic.title)
    lists = {"due": queue.due, "drafts": queue.drafts, "gaps": queue.topics}
    rest = [f"`/kb {verb}` ({len(found)})" for verb, found in lists.items() if len(found) > MOST]
    inner += small(f"More: {', '.join(rest)}.") if rest else []
    inner += small(queue.trouble)
    return titled("Knowledge base", inner)


def _page(page: Document, state: str) -> list[Block]:
    text = sections([f"*{escape(page.title)}*\n{escape(state)}"])
    return beside(text, "page", page.id, "Show", page.title)


def _settings(wanted: Preference, day: Day) -> list[Block]:
    language = next((name for name, code in LANGUAGES.items() if code == wanted.language), wanted.language)
    lines = [
        f"• Morning digest: {f'{wanted.digest_at} on weekdays' if wanted.digest_at else 'off'}",
        f"• Pipeline on Mondays: {_comes(wanted.weekly_at, wanted.weekly_to)}",
        f"• What your people need: {_comes(wanted.daily_at, wanted.daily_to, ' on weekdays')}",
        f"• Brief an hour before a meeting: {'on' if wanted.briefs else 'off'}",
        f"• Tone of drafts: {wanted.tone or NO_WISH}",
        f"• Language of drafts: {language}",
        f"• Times in {day.user.time_zone}",
    ]
    return [*sections(["*Settings*", *lines]), buttons("settings", ("settings", "-", "Settings"))]


def _comes(at: str | None, channel: str | None, days: str = "") -> str:
    return f"{at}{days}{f', in <#{channel}>' if channel else ''}" if at else "off"


def _foot(day: Day) -> list[Block]:
    drawn = small(f"{_as_of(day)} Drawn at {day.now:%H:%M}.")
    return [*drawn, buttons("refresh", ("refresh", "-", "Refresh"))]


def _as_of(day: Day) -> str:
    return f"CRM as of {day.as_of.astimezone(day.now.tzinfo):%Y-%m-%d %H:%M}." if day.as_of else "The CRM is empty."


def _count(count: int, noun: str, rest: str = "") -> str | None:
    return f"{plural(count, noun)}{rest}" if count else None
