"""Reading the mirror: as the embedded CRM is read, once it was filled; merged records lead to their survivors."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, select

from bot.crm.local.reader import NO_ALIASES, LocalReader, R
from bot.crm.local.tables import TABLES, merged
from bot.crm.mirror.stamps import TITLES, Stamps
from bot.crm.records import User
from bot.errors import CrmUnavailable


class MirrorReader(LocalReader):
    """A `CrmReader` over the mirror; until the first sync is through, one sentence says what to do."""

    def __init__(
        self,
        engine: Engine,
        source: str,
        link: Callable[[str, str], str],
        people: Callable[[Sequence[User]], Sequence[User]] = lambda users: users,
        aliases: Mapping[str, str] = NO_ALIASES,
    ) -> None:
        super().__init__(engine, link, people, aliases)
        self._source = source
        self._stamps = Stamps(engine, source)
        self._filled = False

    def as_of(self) -> datetime | None:
        """When the last sync that came through began."""
        return self._stamps.as_of()

    def _one(self, kind: type[R], record_id: str) -> R | None:
        """One record, or the one that it was merged into: threads, proposals and notes may name the old one."""
        found = super()._one(kind, record_id)
        if found is None:
            into = self._rows(select(merged.c.into).where(merged.c.kind == TABLES[kind].name, merged.c.id == record_id))
            found = super()._one(kind, into[0].into) if into else None
        return found

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        self._filled = self._filled or self.as_of() is not None
        if not self._filled:
            title = TITLES.get(self._source, self._source)
            raise CrmUnavailable(
                f"{title} was not read yet; run `seller sync`, or wait until the running one is through."
            )
        return super()._rows(query)
