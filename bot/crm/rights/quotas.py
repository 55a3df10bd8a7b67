"""Quotas as one person may see them, also where every record is open to everybody: what somebody is to sell is not."""

from collections.abc import Sequence
from typing import Any, cast

from bot.crm.port import CrmReader
from bot.crm.records import Quota, User
from bot.crm.rights.org import Org


def quotas_of(user: User, reader: CrmReader) -> Sequence[Quota]:
    """An admin's are all; others see their own, those of whom they lead, and managers their teams'."""
    every = reader.quotas()
    if user.role == "admin" or not every:
        return every
    people = reader.users()
    led = Org(people).led(user)
    teams = {one.team for one in people if one.id in led and one.role == "manager"} - {None}
    return [one for one in every if one.user_id in led or (one.user_id is None and one.team in teams)]


class _Private:
    """A reader with all its records and one person's quotas."""

    def __init__(self, reader: CrmReader, user: User) -> None:
        self._reader, self._user = reader, user

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def quotas(self) -> Sequence[Quota]:
        """The person's own, and those of whom and what they lead."""
        return quotas_of(self._user, self._reader)


def with_own_quotas(reader: CrmReader, user: User) -> CrmReader:
    """The reader as it is but for the quotas of others."""
    return reader if user.role == "admin" else cast(CrmReader, _Private(reader, user))
