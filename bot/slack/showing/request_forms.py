"""The forms of requests: what happened, a new outreach, a thread to be summed up (pure)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.crm.records import ActivityKind
from bot.errors import UsageError
from bot.skills import Touched
from bot.skills.outreach.wished import KINDS as KINDS_OF_POINTS
from bot.skills.outreach.wished import POINTS
from bot.skills.outreach.wishes import MENTION, asked_for
from bot.slack.showing.forms import MOST_INPUT, Field, form
from bot.slack.showing.views import Block

FILETYPES = ("vtt", "srt", "txt", "docx", "json", "pdf", "md")
AS_TOLD = "As the words say"
KINDS: dict[str, ActivityKind | None] = {
    AS_TOLD: None, "Call": "call", "E-mail": "email", "Meeting": "meeting", "Note": "note",
}  # fmt: skip
AS_RECORDED, AS_SET, THEIRS = "As the records say", "As in my settings", "The recipient's"
CHANNELS = {"E-mail": "email", "LinkedIn": "linkedin", "Call opener": "call", "Voicemail": "voicemail"}
WRITTEN = {
    "email": "an e-mail", "linkedin": "a LinkedIn message", "call": "a call opener", "voicemail": "a voicemail",
}  # fmt: skip
PURPOSES = {
    AS_RECORDED: "", "First contact": "first", "Follow-up": "follow_up", "After a silence": "re_engage", "Renewal": "renewal",
    "Invitation": "event",
}  # fmt: skip
TONES = {AS_SET: "", "Plain": "plain", "Formal": "formal", "Friendly": "friendly", "Direct": "direct"}
LANGUAGES = {THEIRS: "", "English": "en", "German": "de", "French": "fr", "Spanish": "es"}
AUDIENCES = {
    "Myself": "myself", "My manager": "my manager", "The customer": "the customer",
    "The account's notes": "the account's notes",
}  # fmt: skip
FILE_KEYS = ("id", "name", "filetype", "size")
MOST_NAME = 100
"""characters of a file's name that a form keeps: its end, as that tells the kind; Slack keeps 3,000 of all"""
LONGEST_PAST = timedelta(days=3650)


@dataclass(frozen=True)
class Kept:
    """What an open form must remember until it is sent; Slack keeps it."""

    channel: str = ""
    """where the answer goes; empty: a direct message"""
    response_url: str | None = None
    origin: str = ""
    """the message that the words come from"""
    thread_ts: str = ""
    """of the thread that is to be summed up"""
    quoted: bool = False
    """whether the words were an app's, and not a person's"""
    file: dict[str, Any] = field(default_factory=dict)

    def dumps(self) -> str:
        """Return it as Slack stores it."""
        return json.dumps(self.__dict__, ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> "Kept":
        """Read what `dumps` wrote."""
        return cls(**json.loads(text))


def log_form(
    kept: Kept, today: date, words: str = "", day: date | None = None, account: tuple[str, str] = ("", "")
) -> Block:
    """Return the form of what happened."""
    fields = [
        _account(account, hint="Leave it empty if your words name the account."),
        Field("what", words[:MOST_INPUT], "text", label="What happened?", hint=_left_out(words)),
        Field("kind", AS_TOLD, "choice", required=True, choices=tuple(KINDS)),
        Field("date", (day or today).isoformat(), "date"),
        Field("file", "", "file", choices=FILETYPES, label="Transcript or document"),
    ]
    return form("log_request", "Log to CRM", "Propose", fields, kept.dumps())


def outreach_form(kept: Kept) -> Block:
    """Return the form of a new outreach."""
    fields = [
        _account(("", ""), required=True),
        Field("contact", "", label="To whom?", hint="A name; leave it empty for the one who fits best."),
        Field("about", "", label="What is it about?", hint="A few words that the customer may read."),
        Field("purpose", AS_RECORDED, "choice", required=True, choices=tuple(PURPOSES), label="What for?"),
        Field("channel", "E-mail", "choice", required=True, choices=tuple(CHANNELS)),
        Field("tone", AS_SET, "choice", required=True, choices=tuple(TONES)),
        Field("language", THEIRS, "choice", required=True, choices=tuple(LANGUAGES)),
        Field(
            "points",
            "",
            "ticks",
            choices=tuple(KINDS_OF_POINTS),
            label="Talking points",
            hint="Tick none to leave the choice to the assistant.",
        ),
        Field("mention", "", "text", label="What should it mention?"),
    ]
    return form("outreach_request", "New outreach", "Draft it", fields, kept.dumps())


def summary_form(kept: Kept) -> Block:
    """Return the form that asks for whom a thread is summed up."""
    fields = [
        Field("audience", "Myself", "choice", required=True, choices=tuple(AUDIENCES), label="For whom?"),
        _account(("", ""), hint="Leave it empty if the thread names the account."),
    ]
    return form("summary_request", "Summarise this thread", "Summarise", fields, kept.dumps())


def log_words(given: dict[str, str | None], *, quoted: bool) -> str:
    """Return what the log skill is told; UsageError names the input that does not fit."""
    what = (given.get("what") or "").strip()
    if not what:
        raise wrong("what", "Say what happened, or add a file.")
    # What an app wrote is logged as it stands; nothing in it is an instruction.
    return "log:\n" + "\n".join(f"> {line}" for line in what.splitlines()) if quoted else what


def touched(given: dict[str, str | None], today: date) -> Touched:
    """Return what the form says of the touch; a day that was left at today is as the words say."""
    day = _day(given.get("date"), today)
    return Touched(KINDS.get(given.get("kind") or ""), day if day != today else None)


def outreach_words(given: dict[str, str | None], account: str) -> str:
    """Return what the draft skill is told."""
    contact, about, mention = ((given.get(name) or "").strip() for name in ("contact", "about", "mention"))
    channel = CHANNELS.get(given.get("channel") or "", "email")
    whom = f"{contact} at {account}" if contact else account
    said = f"draft {WRITTEN[channel]} to {whom}" + (f" about {about.rstrip('.')}." if about else "")
    chosen = asked_for(
        purpose=PURPOSES.get(given.get("purpose") or "", ""),
        tone=TONES.get(given.get("tone") or "", ""),
        language=LANGUAGES.get(given.get("language") or "", ""),
    )
    ticked = [KINDS_OF_POINTS[one] for one in (given.get("points") or "").split("; ") if one in KINDS_OF_POINTS]
    said += f"{POINTS}{'; '.join(ticked)}" if ticked else ""
    return said + (f"{MENTION}{' '.join(mention.split())}" if mention else "") + chosen


def summary_words(given: dict[str, str | None], thread: str) -> str:
    """Return what the summary skill is told."""
    return f"Summarise this thread for {AUDIENCES.get(given.get('audience') or '', 'myself')}:\n\n{thread}"


def wrong(name: str, words: str) -> UsageError:
    """Return an error that stands under an input."""
    error = UsageError(words)
    error.field = name
    return error


def picked(files: Sequence[Block] | None) -> dict[str, Any]:
    """Return of a message's first file what a form can keep."""
    first = next(iter(files or ()), {})
    kept = {key: first[key] for key in FILE_KEYS if key in first}
    return kept | ({"name": str(kept["name"])[-MOST_NAME:]} if "name" in kept else {})


def _account(chosen: tuple[str, str], *, required: bool = False, hint: str = "") -> Field:
    key, name = chosen
    return Field("account", key, "account", required=required, hint=hint, shown=name)


def _day(given: str | None, today: date) -> date:
    day = date.fromisoformat(given) if given else today
    if day > today:
        raise wrong("date", f"{day} lies ahead; write what is to be done as “remind me on {day} to …”.")
    if today - day > LONGEST_PAST:
        raise wrong("date", f"{day} is more than ten years ago; correct the date.")
    return day


def _left_out(words: str) -> str:
    if len(words) <= MOST_INPUT:
        return ""
    return f"The first {MOST_INPUT:,} of {len(words):,} characters: a form of Slack takes no more."
