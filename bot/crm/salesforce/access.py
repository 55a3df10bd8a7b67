"""What a person may read and edit, as Salesforce itself says it."""

from collections.abc import Callable, Collection

from bot.crm.port import RecordKind, Right
from bot.crm.records import User
from bot.crm.salesforce import soql
from bot.crm.salesforce.client import Client

_COLUMNS = {"read": "HasReadAccess", "edit": "HasEditAccess"}


class RecordAccess:
    """An `Access` that asks UserRecordAccess, 200 records at a time."""

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client

    def allowed(self, user: User, right: Right, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
        """Those of the records that the person has the right to; CrmUnavailable while Salesforce does not answer."""
        wanted = sorted(ids)
        found: set[str] = set()
        for start in range(0, len(wanted), soql.RIGHTS_AT_ONCE):
            part = wanted[start : start + soql.RIGHTS_AT_ONCE]
            rows = self._client().rows(soql.rights(user.id, part))
            found |= {row["RecordId"] for row in rows if row.get(_COLUMNS[right]) is True}
        return frozenset(found & set(wanted))
