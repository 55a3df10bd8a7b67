"""What a person asks, wherever they ask it, and what they get."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot import skills
from bot.crm.records import User
from bot.errors import BotError
from bot.proposals import Draft, Proposal
from bot.text import answer_text
from knowledge.repeats import shortened
from knowledge.whole import whole

LONGEST = 20_000
"""characters of a question; longer text belongs into a file"""
LONGEST_PASTE = 40_000
"""characters of a transcript that is pasted, which is as much as Slack sends"""


@dataclass(frozen=True)
class Request:
    """One thing a person said, wherever they said it."""

    text: str
    user: User
    now: datetime
    thread: str
    skill: str | None = None
    """a skill asked for by name (slash command, --skill); None: the router decides"""
    account: str | None = None
    """an account asked for by name or id (--account)"""
    origin: str = ""
    """where the words come from, such as a link to a message; stands beside the evidence of what is proposed"""
    touched: skills.Touched = skills.NOT_SAID
    file: Path | None = None
    """a file that belongs to the words"""
    link: str = ""
    """where people open that file; empty: its name says enough"""
    place: str = "terminal"
    """where it is said: terminal, direct (message), channel or digest"""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])


@dataclass(frozen=True)
class Reply:
    """The answer, the proposal that came of it or was decided on, and how long it took."""

    request_id: str
    draft: Draft
    proposal: Proposal | None
    total_ms: float

    @property
    def text(self) -> str:
        """The answer in plain text."""
        return answer_text(self.draft)


def checked(request: Request) -> Request:
    """Return the request without blanks around it; BotError where it is empty or too long."""
    text = whole(request.text.strip())
    if not text:
        raise BotError("There is no question; ask something like “brief me on Northwick Dairy”.")
    most = LONGEST_PASTE if request.skill == "summary" else LONGEST
    if len(text) > most:
        raise BotError(
            f"The question has {len(text):,} characters and {most:,} are read at once; shorten it, or add long text "
            "to the knowledge base with `seller ingest FILE` and ask about it."
        )
    return replace(request, text=shortened(text))
