"""What Slack shows of a dropped file: the one question what to do with it, its forms, and what became of it (pure)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.dates import long_date
from bot.slack.showing.forms import Field, form_input
from bot.slack.showing.views import Block, Message, cut, escape, plain_text, sections, small

LOG, NOTE, DRAFT, ASK, ABOUT, NO = "log", "note", "draft", "ask", "about", "no"
LONGEST_LABEL = 70
FORM = "file_about"
TITLES = {LOG: "Summarise the call", NOTE: "Keep as a note", ASK: "Answer from the file", ABOUT: "What it is about"}


@dataclass(frozen=True)
class Dropped:
    """A file as its question tells of it; a button carries all of it."""

    file: str
    """Slack's id; of a pasted text the key under which it is kept"""
    name: str
    told: str
    """what it is, such as "a transcript with 42 turns" """
    call: bool
    """whether it is a transcript, rather than a document"""
    account: str = ""
    account_name: str = ""
    why: str = ""
    """how the account was found, or that several fit"""
    day: str = ""
    words: str = ""
    """what the person said with it"""
    thread_ts: str = ""
    message_ts: str = ""
    pasted: bool = False

    @property
    def titled(self) -> str:
        """Its name as a sentence begins."""
        return self.name[:1].upper() + self.name[1:] if self.pasted else self.name

    @property
    def plain(self) -> dict[str, Any]:
        """What is known of it."""
        return {name: value for name, value in asdict(self).items() if value}

    def dumps(self) -> str:
        """Return what a button carries; Slack takes 2,000 characters."""
        return json.dumps(self.plain, ensure_ascii=False)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Dropped":
        """Read what `plain` gave."""
        return cls(**{"call": False, **plain})

    @classmethod
    def loads(cls, text: str) -> "Dropped":
        """Read what `dumps` wrote."""
        return cls.of(json.loads(text))


def question(dropped: Dropped, why: str = "") -> Message:
    """Return the question what to do with a file, with what is known of it."""
    lines = [why] if why else []
    lines += [f"*{escape(dropped.name)}*: {escape(dropped.told)}.", *_known(dropped), "What shall I do with it?"]
    text = f"{dropped.name}: {dropped.told}. What shall I do with it?"
    return Message(cut(text, 300), [*sections(lines), _buttons(dropped)])


def _known(dropped: Dropped) -> list[str]:
    account = f"*{escape(dropped.account_name)}*, {escape(dropped.why)}" if dropped.account else escape(dropped.why)
    lines = [f"Account: {account}." if account else "Account: not told by it."]
    if dropped.call:
        day = long_date(date.fromisoformat(dropped.day)) if dropped.day else "not told by it"
        lines.append(f"Day of the call: {day}.")
    return lines


def _buttons(dropped: Dropped) -> Block:
    whose = dropped.account_name or "an account"
    labels = {LOG: "Summarise and log the call"} if dropped.call else {DRAFT: "Save to knowledge base as draft"}
    labels[NOTE] = f"Keep as a note of {whose}"
    labels |= {} if dropped.call else {ASK: "Answer from it now"}
    labels |= {ABOUT: "Another account or day" if dropped.call else "Another account", NO: "Not now"}
    first = next(iter(labels))
    value = dropped.dumps()
    elements = [
        {"type": "button", "action_id": f"file:{verb}", "value": value, "text": plain_text(_short(label))}
        | ({"style": "primary"} if verb == first else {})
        for verb, label in labels.items()
    ]
    return {"type": "actions", "block_id": "file", "elements": elements}


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def form(verb: str, dropped: Dropped, metadata: str) -> Block:
    """Return the form that asks for what is missing."""
    if verb == ASK:
        fields = [Field("question", "", required=True)]
    else:
        fields = [Field("account", dropped.account_name, required=True)]
        fields += [Field("day_of_the_call", dropped.day, kind="date", required=True)] if dropped.call else []
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": metadata,
        "title": plain_text(TITLES[verb]),
        "submit": plain_text("Go on"),
        "close": plain_text("Cancel"),
        "blocks": [form_input(field) for field in fields],
    }


def done(text: str, beneath: Sequence[str] = ()) -> Message:
    """Return what became of a file, in the place of the question."""
    return Message(cut(text, 300), [*sections([escape(text)]), *(b for line in beneath for b in small(line))])
