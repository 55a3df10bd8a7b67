"""Cards that something may still happen to: drawn anew as it does, sent anew where they ask again or are gone."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from slack_sdk.errors import SlackClientError

from bot.errors import NotFound
from bot.log import event, failure
from bot.proposals import Change, Proposal
from bot.slack.proposals.cards import can_undo
from bot.slack.sending.outbox import Card, Outbox
from bot.slack.showing.views import Message, notice
from bot.store.cards import Cards, Shown

MOVED = "This proposal asks you again: see the newer card among your direct messages."


CLOSED = "This proposal goes on in direct messages: not everybody here may see it any more."


class News:
    """The gate's notifier; which card shows what is in the store, so that any process can go on with it."""

    def __init__(
        self,
        outbox: Outbox,
        cards: Cards,
        get: Callable[[str], Proposal],
        draw: Callable[[str, Proposal], Message],
        stays: Callable[[Card, str, Proposal], bool],
        lock: Callable[[str], threading.Lock],
        clock: Callable[[], datetime],
        rest: Callable[[Proposal, str], None],
    ) -> None:
        self._outbox, self._cards, self._get, self._draw, self._stays = outbox, cards, get, draw, stays
        self._lock, self._clock, self._rest = lock, clock, rest
        # Of its own, since a click that holds the card's lock waits for the worker, and the worker must not wait for it.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="slack-news")

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def drawn(self, card: Card, proposal: Proposal, slack_id: str) -> None:
        """Remember what a card shows, and whose it is; forget one to which nothing can happen any more."""
        now = self._clock()
        if is_settled(proposal, now):
            self._cards.forget(proposal.id)
        else:
            self._cards.drawn(shown(card, proposal, slack_id, now))
        if proposal.status != "pending":
            self._rest(proposal, slack_id)

    def redraw(self, card: Card, slack_id: str, proposal: Proposal) -> None:
        """Show the present state after a click; a card that is gone comes as a direct message."""
        self.drawn(self._show(card, slack_id, proposal), proposal, slack_id)

    def changed(self, proposal: Proposal) -> None:
        """Draw the card anew, where it shows an older state."""
        self._pool.submit(self._tell, proposal.id)

    def catch_up(self, live: Sequence[Proposal]) -> None:
        """Draw cards anew whose proposals expired, or were decided on in the terminal or while nobody ran.

        `live` are the proposals to which something may still happen, so that most cards need no look of their own.
        """
        now, known = self._clock(), {proposal.id: proposal for proposal in live}
        for card in self._cards.all():
            proposal = known.get(card.proposal_id)
            if proposal is None or mark_of(proposal, now) != card.mark:
                self._tell(card.proposal_id)

    def _tell(self, proposal_id: str) -> None:
        try:
            with self._lock(proposal_id):
                before = self._cards.get(proposal_id)
                if before is not None:
                    self._bring_in_step(before)
        except Exception as error:  # noqa: BLE001  # nobody waits for this thread; the log is where it can be seen
            failure("nobody_told", error, proposal=proposal_id)

    def _bring_in_step(self, before: Shown) -> None:
        try:
            proposal = self._get(before.proposal_id)
        except NotFound:
            self._cards.forget(before.proposal_id)
            return
        card, now = Card(before.channel, before.ts, before.response_url), self._clock()
        after = shown(card, proposal, before.slack_id, now)
        # Claimed before it is drawn: of two processes one does it.
        if before.mark == after.mark or not self._cards.claim(before, after.mark, after.shown):
            return
        try:
            self.drawn(self._show_news(before, card, proposal), proposal, before.slack_id)
        except Exception:
            self._cards.drawn(before)  # the next look tries again
            raise

    def _show_news(self, before: Shown, card: Card, proposal: Proposal) -> Card:
        if _asks_again(before, proposal):
            return self._ask(card, before.slack_id, self._draw(before.slack_id, proposal))
        if before.shown or not self._stays(card, before.slack_id, proposal):
            return self._show(card, before.slack_id, proposal)
        # Nothing was under way: whoever decided elsewhere knows of it, so a card that is gone needs no message.
        self.replace(card, self._draw(before.slack_id, proposal))
        return card

    def _ask(self, card: Card, slack_id: str, message: Message) -> Card:
        """Send the card anew, since nobody is told of one that is redrawn; the old one points to it."""
        sent = self._send(slack_id, message)
        self.replace(card, notice(MOVED))
        return sent

    def _show(self, card: Card, slack_id: str, proposal: Proposal) -> Card:
        message = self._draw(slack_id, proposal)
        if not self._stays(card, slack_id, proposal):
            self.replace(card, notice(CLOSED))
            return self._send(slack_id, message)
        # The address for a card that one person sees ends after half an hour, and a message may be deleted or its
        # channel archived; a message of its own is left.
        return card if self.replace(card, message) else self._send(slack_id, message)

    def replace(self, card: Card, message: Message) -> bool:
        """Put a message in the place of a card; False where that is not possible any more."""
        try:
            self._outbox.redraw(card, message)
        except (SlackClientError, OSError) as error:
            event("slack_card_gone", error=type(error).__name__)
            return False
        return True

    def _send(self, slack_id: str, message: Message) -> Card:
        channel, _, ts = self._outbox.direct(slack_id, message).partition(":")
        return Card(channel, ts, None)


def mark_of(proposal: Proposal, now: datetime) -> str:
    """Return a short name of the state in which a proposal is, as a card shows it."""
    undo = "".join(str(change.k) for change in proposal.changes if can_undo(change, now))
    # A card does not tell the time of the next try: a day without the CRM would be hundreds of redrawings.
    state = proposal.model_dump_json(exclude={"changes": {"__all__": {"retry_at"}}})
    return hashlib.sha256(f"{state}{undo}".encode()).hexdigest()[:16]


def shown(card: Card, proposal: Proposal, slack_id: str, now: datetime) -> Shown:
    """Return what a card shows at a time."""
    running = tuple(change.id for change in proposal.changes if _under_way(change))
    return Shown(
        proposal_id=proposal.id, channel=card.channel, ts=card.ts, response_url=card.response_url, slack_id=slack_id,
        mark=mark_of(proposal, now), shown=running, at=now,
    )  # fmt: skip


def is_settled(proposal: Proposal, now: datetime) -> bool:
    """Tell whether nothing can happen to a proposal any more."""
    open_ones = ("pending", "unknown", "approved", "applying", "waiting")
    return not any(change.status in open_ones or can_undo(change, now) for change in proposal.changes)


def _asks_again(before: Shown, now: Proposal) -> bool:
    """Tell whether a change that was under way is the person's to decide on once more."""
    return any(change.id in before.shown and change.status in ("pending", "unknown") for change in now.changes)


def _under_way(change: Change) -> bool:
    """Tell whether the change is to move by itself; an applied one with receipt and error waits to be taken back."""
    undoing = change.status == "applied" and change.receipt is not None and bool(change.error)
    return change.status in ("approved", "applying", "waiting") or undoing
