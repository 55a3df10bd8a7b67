"""Cards whose changes were still under way when drawn: drawn anew as these move, sent anew where they ask again."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from slack_sdk.errors import SlackClientError

from bot.log import event, failure
from bot.proposals import Change, Proposal
from bot.slack.outbox import Card, Outbox
from bot.slack.views import Message, notice

MOVED = "This proposal asks you again: see the newer card among your direct messages."


class News:
    """The gate's notifier; it knows the cards that this process has drawn."""

    def __init__(
        self,
        outbox: Outbox,
        get: Callable[[str], Proposal],
        draw: Callable[[str, Proposal], Message],
        lock: Callable[[str], threading.Lock],
    ) -> None:
        self._outbox, self._get, self._draw, self._lock = outbox, get, draw, lock
        self._waiting: dict[str, tuple[Card, Proposal, str]] = {}
        # Of its own, since a click that holds the card's lock waits for the worker, and the worker must not wait for it.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="slack-news")

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def drawn(self, card: Card, proposal: Proposal, slack_id: str) -> None:
        """Remember a card that shows something under way, and whose it is; forget one that is settled."""
        if any(_under_way(change) for change in proposal.changes):
            self._waiting[proposal.id] = (card, proposal, slack_id)
        else:
            self._waiting.pop(proposal.id, None)

    def changed(self, proposal: Proposal) -> None:
        """Draw the card anew, where it shows an older state."""
        self._pool.submit(self._tell, proposal.id)

    def _tell(self, proposal_id: str) -> None:
        try:
            with self._lock(proposal_id):
                found, proposal = self._waiting.get(proposal_id), self._get(proposal_id)
                if found and found[1] != proposal:
                    card, before, slack_id = found
                    show = self._ask if _asks_again(before, proposal) else self._show
                    self.drawn(show(card, slack_id, self._draw(slack_id, proposal)), proposal, slack_id)
        except Exception as error:  # noqa: BLE001  # nobody waits for this thread; the log is where it can be seen
            failure("nobody_told", error, proposal=proposal_id)

    def _ask(self, card: Card, slack_id: str, message: Message) -> Card:
        """Send the card anew, since nobody is told of one that is redrawn; the old one points to it."""
        sent = self._send(slack_id, message)
        try:
            self._outbox.redraw(card, notice(MOVED))
        except (SlackClientError, OSError) as error:
            event("slack_card_gone", error=type(error).__name__)
        return sent

    def _show(self, card: Card, slack_id: str, message: Message) -> Card:
        try:
            self._outbox.redraw(card, message)
        except (SlackClientError, OSError) as error:
            # The address for a card that one person sees ends after half an hour; a message of its own does not.
            event("slack_card_gone", error=type(error).__name__)
            return self._send(slack_id, message)
        return card

    def _send(self, slack_id: str, message: Message) -> Card:
        channel, _, ts = self._outbox.direct(slack_id, message).partition(":")
        return Card(channel, ts, None)


def _asks_again(before: Proposal, now: Proposal) -> bool:
    """Tell whether a change that was under way is the person's to decide on once more."""
    ran = {change.id for change in before.changes if _under_way(change)}
    return any(change.id in ran and change.status in ("pending", "unknown") for change in now.changes)


def _under_way(change: Change) -> bool:
    """Tell whether the change is to move by itself; an applied one with receipt and error waits to be taken back."""
    undoing = change.status == "applied" and change.receipt is not None and bool(change.error)
    return change.status in ("approved", "applying", "waiting") or undoing
