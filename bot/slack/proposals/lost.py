"""The card that should have followed an answer, where the process ended between the two."""

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
        if self._room.has_no_card(proposal):
            self._room.show_card(place, proposal)
