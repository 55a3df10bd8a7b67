"""As of when the mirror holds: rows of `crm_sync`, one of the source and one of each account that was read anew."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, not_, select

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import cursors, snapshots, sync
from bot.errors import BotError

ACCOUNT = "account:"
TITLES = {"salesforce": "Salesforce", "hubspot": "HubSpot"}


def refuse_mirror(engine: Engine) -> None:
    """BotError where the tables hold a connected CRM's records: they must not be shown and edited as our own."""
    with crm_errors(), engine.connect() as connection:
        known = set(connection.execute(select(sync.c.source)).scalars()) & TITLES.keys()
        begun = set(connection.execute(select(cursors.c.source).where(cursors.c.count > 0)).scalars())
    for name in sorted(known | begun):
        raise BotError(
            f"This home holds a mirror of {TITLES.get(name, name)}, and the embedded CRM is set; set SELLER_CRM={name} again, "
            "or SELLER_HOME to another folder."
        )


class Stamps:
    """The times of one source."""

    def __init__(self, engine: Engine, source: str) -> None:
        self._engine = engine
        self._source = source

    def as_of(self, account_id: str | None = None) -> datetime | None:
        """When all of it was last read, or this account where it was read later; None before the first full reading."""
        keys = [self._source, *([ACCOUNT + account_id] if account_id else [])]
        query = select(sync.c.source, sync.c.as_of).where(sync.c.source.in_(keys))
        with crm_errors(), self._engine.connect() as connection:
            found = {row.source: row.as_of for row in connection.execute(query)}
        return max(found.values()) if self._source in found else None

    def strangers(self) -> list[str]:
        """What else filled these tables: an import, the sample company, another CRM."""
        c = sync.c.source
        query = select(c).where(c != self._source, not_(c.startswith(ACCOUNT)))
        with crm_errors(), self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def forget_strangers(self) -> None:
        """Say that nothing of theirs is left, and let their snapshots go: they tell of other deals."""
        names = self.strangers()
        if not names:
            return
        with crm_errors(), self._engine.begin() as connection:
            connection.execute(delete(sync).where(sync.c.source.in_(names)))
            connection.execute(delete(snapshots))

    def all_read(self, began: datetime) -> None:
        """Note when a reading of everything began; what was known of single accounts by then is older."""
        with crm_errors(), self._engine.begin() as connection:
            older = sync.c.source.startswith(ACCOUNT) & (sync.c.as_of <= began)
            connection.execute(delete(sync).where((sync.c.source == self._source) | older))
            connection.execute(insert(sync).values(source=self._source, as_of=began))

    def account_read(self, account_id: str, began: datetime) -> None:
        """Note when the reading of one account began."""
        with crm_errors(), self._engine.begin() as connection:
            connection.execute(delete(sync).where(sync.c.source == ACCOUNT + account_id))
            connection.execute(insert(sync).values(source=ACCOUNT + account_id, as_of=began))
