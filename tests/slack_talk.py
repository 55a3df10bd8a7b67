"""What tests of talking share: a model that types, and what to wait for in the loopback Slack."""

import threading
from collections.abc import Mapping
from typing import Any

from slack_blocks import Plain
from slack_office import Office

from bot.llm import Completion, OnPartial
from bot.llm.deadline import Attempt, within
from bot.proposals import Usage
from prompts import Rendered
from tests.fake_model import FakeModel, T, parts

BRIEF = "brief me on Northwick Dairy"
LOG = "log that I spoke to their CFO at Northwick Dairy, follow up Tuesday"
LINES = ("Northwick Dairy is a prospect.", "Jane Holt is the CFO.", "Northwick plant 2 is worth USD 48,000.")
WORDED = {
    "bottom_line": [{"text": text, "cites": [n]} for text, n in zip(LINES, (1, 3, 2), strict=True)],
    "what_happened": [],
    "risks": [],
    "play": [],
}


class Typist(FakeModel):
    """A model that writes its lines and then thinks until a test lets it go on; waited for as a real one is."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(answers)
        self.may_end, self.left, self.asked = threading.Event(), threading.Event(), threading.Semaphore(0)

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Write the answer that this prompt is to have."""
        self.sent.append(rendered)
        self.asked.release()
        answer = self.answers[rendered.name]
        assert isinstance(answer, Mapping)

        def work(attempt: Attempt) -> T:
            for partial in parts(answer):
                attempt.emit(partial)
            while not self.may_end.wait(0.01):
                if attempt.cancelled:
                    self.left.set()
                    break
            return schema.model_validate(answer)

        return Completion(within(30, work, on_partial), Usage(), self.name, rendered.version, 1.0)


def ts_of(delivery: Plain) -> str:
    """The timestamp of a message."""
    return str(delivery["event"]["ts"])


def settled(office: Office, delivery: Plain, status: str = "active") -> Plain:
    """Wait until the session of a message's thread has left `processing`."""
    event = delivery["event"]
    key = event["channel"], event.get("thread_ts") or event["ts"]

    def look() -> Plain | None:
        session = office.slack.sessions.get(key)
        return session if session and session["status"] == status else None

    return office.slack.wait(look, f"a session that is {status}")


def posted(office: Office, before: int = 0) -> list[tuple[str | None, str | None, str]]:
    """(who sees it, thread, first line) of all messages."""
    return [(m.user, m.thread_ts, m.words.split("\n")[0]) for m in office.slack.shown[before:]]


def card_id(office: Office) -> str:
    """The first signs of the one proposal's id."""
    return office.app.approvals.list()[0].id[:3]
