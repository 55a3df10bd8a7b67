"""What all parts of the Slack room share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.errors import SlackClientError
from sqlalchemy import Engine

from bot.approvals import Approvals
from bot.assistant import Assistant
from bot.crm.port import CrmReader
from bot.crm.records import User
from bot.crm.rights import PeopleRights
from bot.curating import Loop
from bot.log import event
from bot.proposals import Draft, Proposal, ProposedWrite
from bot.settings import Settings
from bot.slack.arrivals.work import Work
from bot.slack.identity import Directory
from bot.slack.proposals.cards import card_view
from bot.slack.proposals.news import is_settled, shown
from bot.slack.readers.audience import Audience
from bot.slack.sending.outbox import Card, Outbox, Place
from bot.slack.showing import card_views, views
from bot.slack.words import is_direct
from bot.store.answers import Answers
from bot.store.cards import Cards
from bot.store.deliveries import Deliveries


@dataclass(frozen=True)
class Kit:
    """What the composition root hands in."""

    settings: Settings
    engine: Engine
    assistant: Assistant
    approvals: Approvals
    reader: CrmReader
    """sees everything; what a person sees is `rights.reader_for`"""
    deliveries: Deliveries
    clock: Callable[[], datetime]
    open_loop: Callable[[User], Loop]

    @property
    def rights(self) -> PeopleRights:
        """Who may see what."""
        return self.assistant.rights


@dataclass(frozen=True)
class Room:
    """The kit, and what talks to Slack."""

    kit: Kit
    outbox: Outbox
    directory: Directory
    work: Work
    audience: Audience
    answers: Answers

    @property
    def cards(self) -> Cards:
        """The cards that something may still happen to."""
        return Cards(self.kit.engine)

    def card_for(self, slack_id: str, proposal: Proposal) -> views.Message:
        """The card with the names that this person may see now."""
        seen = self.kit.rights.reader_for(self.directory.user(slack_id))
        return card_views.card(card_view(proposal, seen, self.kit.clock()))

    def card_stays(self, card: Card, slack_id: str, proposal: Proposal) -> bool:
        """Tell whether those who see a card may see its proposal still; a channel may have other members by now."""
        if card.response_url or is_direct(card.channel):
            return True
        writes = tuple(ProposedWrite(write=change.write, evidence="") for change in proposal.changes)
        records = (f"account:{proposal.account_id}",) if proposal.account_id else ()
        draft = Draft(skill=proposal.skill or "log", records=records, writes=writes)
        return self.audience.verdict(Place(card.channel, slack_id, False, ""), draft).public

    def has_no_card(self, proposal: Proposal) -> bool:
        """Whether something may still happen to a proposal, and no card would show it."""
        return not is_settled(proposal, self.kit.clock()) and self.cards.get(proposal.id) is None

    def show_card(self, place: Place, proposal: Proposal) -> None:
        """Show a proposal on the card that stands there unnoted, where a process ended between the two, else on a new one."""
        ts = self._unnoted(place, proposal)
        if ts is None:
            self.post_card(place, proposal)
            return
        card = Card(place.channel, ts, None)
        self.outbox.redraw(card, self.card_for(place.user, proposal))
        self.cards.posted(shown(card, proposal, place.user, self.kit.clock()))

    def _unnoted(self, place: Place, proposal: Proposal) -> str | None:
        """Where a message shows the buttons of a proposal; None also where Slack does not let anybody look."""
        try:
            for message in self.outbox.client.messages(place.channel, place.thread_ts):
                if f'"{proposal.id}:' in json.dumps(message.get("blocks") or []):
                    return str(message["ts"])
        except SlackClientError as error:
            event("slack_card_not_looked_up", error=type(error).__name__)
        return None

    def post_card(self, place: Place, proposal: Proposal) -> None:
        """Show a proposal, and remember its card where it can be drawn anew."""
        ts, now = self.outbox.say(place, self.card_for(place.user, proposal)), self.kit.clock()
        if ts and not is_settled(proposal, now):
            self.cards.posted(shown(Card(place.channel, ts, None), proposal, place.user, now))
