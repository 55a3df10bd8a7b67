"""The card that should have followed an answer, where the process ended between the two."""

import json

from bot.proposals import Proposal
from bot.slack.proposals.news import is_settled
from bot.slack.room import Room
from bot.slack.sending.outbox import Place


class LostCards:
    """Posts the card of an answer that has none."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def post(self, place: Place) -> None:
        """Post it, unless it is there or nothing is left to decide; SlackClientError where that cannot be done."""
        answer = self._room.answers.to_question(place.channel, place.message_ts or "")
        if answer is None or answer.proposal_id is None:
            return
        proposal = self._room.kit.approvals.get(answer.proposal_id)
        if not is_settled(proposal, self._room.kit.clock()) and not self._stands(place, proposal):
            self._room.post_card(place, proposal)

    def _stands(self, place: Place, proposal: Proposal) -> bool:
        if self._room.cards.get(proposal.id) is not None:
            return True
        # It may have been posted, and the process ended before that was noted.
        messages = self._room.outbox.client.messages(place.channel, place.thread_ts)
        return any(f'"{proposal.id}:' in json.dumps(message.get("blocks") or []) for message in messages)
