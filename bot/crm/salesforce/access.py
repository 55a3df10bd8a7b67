"""What a person may read and edit, as Salesforce itself says it."""

from collections.abc import Callable, Collection, Sequence

from bot.crm.port import RecordKind, Right
from bot.crm.records import User
from bot.crm.salesforce import soql
from bot.crm.salesforce.client import Client, Row
from bot.crm.salesforce.failures import Refused
from bot.crm.salesforce.transport import within
from bot.errors import CrmUnanswerable

SECONDS = 5.0
"""a person waits for the answer; without one, what was said last counts"""
_COLUMNS = {"read": "HasReadAccess", "edit": "HasEditAccess"}


class RecordAccess:
    """An `Access` that asks UserRecordAccess, 200 records at a time.

    A session of unknown standing may be refused that object; whoever logs in through the connected app must have it.
    """

    def __init__(self, client: Callable[[], Client], *, by_session: bool) -> None:
        self._client = client
        self._by_session = by_session

    def allowed(self, user: User, right: Right, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
        """Those of the records that the person has the right to.

        Raises CrmUnavailable while Salesforce does not answer, CrmUnanswerable where it never will.
        """
        wanted = sorted(ids)
        found: set[str] = set()
        for start in range(0, len(wanted), soql.RIGHTS_AT_ONCE):
            part = wanted[start : start + soql.RIGHTS_AT_ONCE]
            rows = self._asked(soql.rights(user.id, part))
            found |= {row["RecordId"] for row in rows if row.get(_COLUMNS[right]) is True}
        return frozenset(found & set(wanted))

    def left_out(self) -> str | None:
        """Why Salesforce does not tell of rights; None where it does, or holds nobody to ask about."""
        client = self._client()
        people, records = (client.rows(soql.select(name, ("Id",), limit=1)) for name in ("User", "Account"))
        try:
            if people and records:
                self._asked(soql.rights(people[0]["Id"], [records[0]["Id"]]))
        except CrmUnanswerable as error:
            return str(error)
        return None

    def _asked(self, statement: str) -> Sequence[Row]:
        try:
            with within(SECONDS):
                return self._client().rows(statement)
        except Refused as error:
            if self._by_session and error.hides:
                raise CrmUnanswerable(str(error)) from error
            raise
