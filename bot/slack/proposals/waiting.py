"""Which proposal a yes means: said where it is not plain, never guessed."""

from bot import decisions
from bot.crm.port import CrmReader
from bot.errors import Ambiguous
from bot.proposals import Proposal
from bot.slack.room import Room
from bot.slack.sending.outbox import Place
from bot.text import TITLES


class Waiting:
    """Proposals that wait for a person at a place."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def check(self, place: Place, words: str) -> None:
        """Raise Ambiguous where words decide on a proposal, and several wait that are not of this very thread."""
        said = decisions.read(words)
        if said is None or said.proposal_id or said.verb == "undo":
            return
        user = self._room.directory.user(place.user)
        waiting = [p for p in self._room.kit.approvals.list(user.id) if p.status == "pending" and _is_of(p, place)]
        if len(waiting) < 2 or any(proposal.thread == place.thread for proposal in waiting):
            return
        seen = self._room.kit.rights.reader_for(user)
        listed = "; ".join(f"{proposal.id} ({_about(proposal, seen)})" for proposal in waiting)
        raise Ambiguous(
            f"{len(waiting)} proposals wait for you here: {listed}. Say which, such as “{said.word} {waiting[0].id}”, or use the "
            "buttons of its card."
        )


def _about(proposal: Proposal, seen: CrmReader) -> str:
    account = seen.account(proposal.account_id) if proposal.account_id else None
    what = TITLES[proposal.changes[0].write.kind].lower()
    return f"{what}, {account.name}" if account else what


def _is_of(proposal: Proposal, place: Place) -> bool:
    thread = proposal.thread or ""
    return thread == place.own or thread.startswith(f"{place.own}:")
