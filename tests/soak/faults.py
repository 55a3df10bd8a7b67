"""What fails around the app: one call, one connection or one server at a time."""

from collections import Counter
from contextlib import suppress

from slack_server import SlackServer
from websockets.exceptions import ConnectionClosed

from evals.bench.chroma_server import ChromaServer
from soak.crm import Crm
from soak.model import Model
from soak.people import People
from soak.slack import Line, give

METHODS = (
    "chat.postMessage", "users.info", "chat.update", "conversations.members", "conversations.replies",
    "agents.sessions.setStatus",
)  # fmt: skip
ALONE = ("response", "chat.postEphemeral")
"""show something to one person alone, where nobody can look whether it came through: once more is better than never"""


class Faults:
    """Sets them, and takes back those that would stay."""

    def __init__(self, slack: SlackServer, line: Line, people: People, counts: Counter[str]) -> None:
        self._slack, self._line, self._people, self._counts = slack, line, people, counts
        self.chroma: ChromaServer | None = None

    def set(self, fault: str, model: Model, crm: Crm) -> None:
        """Let something fail, now or at the next call that fits."""
        self._counts[f"fault {fault}"] += 1
        if fault.startswith("model"):
            model.faults.append(fault)
        elif fault.startswith(("crm", "store")):
            crm.fail(fault)
        elif fault == "chroma down":
            assert self.chroma is not None
            self.chroma.stop()
        else:
            self._slack_fails(fault)

    def _slack_fails(self, fault: str) -> None:
        slack, methods = self._slack, METHODS if fault == "slack timeout after" else METHODS + ALONE
        method = methods[sum(self._counts.values()) % len(methods)]
        match fault:
            case "slack 429":
                slack.fail(method, 429, Retry_After="1")
            case "slack 500":
                slack.fail(method, 500)
            case "slack timeout before":
                slack.hang(method)
            case "slack timeout after":
                slack.hang(method, "after")
            case "slack twice at once":
                self._line.doubled += 1
            case "slack no member":
                self._people.leaving += 1
            case _:
                self._deliveries_fail(fault)

    def _deliveries_fail(self, fault: str) -> None:
        delivered = [person.delivery for person in self._people.all if person.delivery]
        if fault == "slack disconnect":
            if self._slack.connected():
                with suppress(ConnectionClosed):
                    self._slack.drop_connection()
        elif delivered:
            again = delivered[-1] if fault == "slack redelivery" else delivered[len(delivered) // 2]
            give(lambda: self._line.send("events_api", again, 1))

    def mend(self) -> None:
        """What was down for a round comes back."""
        if self.chroma is not None and self.chroma.process is None:
            self.chroma.start()
