"""Where the card of a proposal stands in Slack, and which state of it is shown there."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, delete, select, update

from bot.store.database import Connection, reading, writing
from bot.store.replacing import replace
from bot.store.tables import slack_cards


class Shown(BaseModel):
    """A card that something may still happen to."""

    model_config = ConfigDict(frozen=True)

    proposal_id: str
    channel: str
    ts: str
    response_url: str | None = None
    """Slack's address for a card that one person alone sees; works for half an hour"""
    slack_id: str
    """of the person whose rights decide what is on it"""
    mark: str
    """of the state that is shown"""
    shown: tuple[str, ...] = ()
    """ids of the changes that were under way when it was drawn"""
    at: datetime


class Cards:
    """Cards by the id of their proposal; shared by all processes of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def posted(self, card: Shown) -> None:
        """Keep a card that was just posted, unless a click on this very card was quicker."""
        with writing(self._engine) as connection:
            known = _row(connection, card.proposal_id)
            if known is None or (known.channel, known.ts) != (card.channel, card.ts):
                _put(connection, card)

    def drawn(self, card: Shown) -> None:
        """Keep what a card shows now."""
        with writing(self._engine) as connection:
            _put(connection, card)

    def claim(self, before: Shown, mark: str, shown: tuple[str, ...]) -> bool:
        """Take on to draw a new state; True to one process alone."""
        same = (slack_cards.c.proposal_id == before.proposal_id) & (slack_cards.c.ts == before.ts)
        query = update(slack_cards).where(same, slack_cards.c.mark == before.mark)
        with writing(self._engine) as connection:
            return connection.execute(query.values(mark=mark, shown=list(shown))).rowcount == 1

    def forget(self, proposal_id: str) -> None:
        """Drop a card that nothing can happen to any more."""
        with writing(self._engine) as connection:
            connection.execute(delete(slack_cards).where(slack_cards.c.proposal_id == proposal_id))

    def get(self, proposal_id: str) -> Shown | None:
        """Return the card of a proposal; None where nothing can happen to it, or it never stayed."""
        with reading(self._engine) as connection:
            return _row(connection, proposal_id)

    def all(self) -> list[Shown]:
        """Return all cards, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(slack_cards).order_by(slack_cards.c.at, slack_cards.c.proposal_id))
            return [Shown.model_validate(dict(row._mapping)) for row in rows]


def _row(connection: Connection, proposal_id: str) -> Shown | None:
    row = connection.execute(select(slack_cards).where(slack_cards.c.proposal_id == proposal_id)).one_or_none()
    return None if row is None else Shown.model_validate(dict(row._mapping))


def _put(connection: Connection, card: Shown) -> None:
    replace(connection, slack_cards, card.model_dump(mode="json") | {"at": card.at})
