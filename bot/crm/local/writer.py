"""Write to the embedded CRM: the change's id and its effect are stored in one transaction."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.crm.local.changes import Outcome, perform
from bot.crm.local.guard import crm_errors
from bot.crm.local.reader import LINK_BASE, record_link
from bot.crm.local.rows import Rows
from bot.crm.local.tables import applied
from bot.crm.local.undo import take_back
from bot.crm.writes import Approval, Receipt, SetContactRole
from bot.errors import CrmRejected


class _RepeatedError(Exception):
    """The change's id is already there."""


def utc_now() -> datetime:
    """The present time."""
    return datetime.now(UTC)


class LocalWriter:
    """A `CrmWriter` over the tables of the embedded CRM."""

    def __init__(self, engine: Engine, link_base: str = LINK_BASE, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._link_base = link_base
        self._clock = clock

    def apply(self, approval: Approval) -> Receipt:
        """Write once and read back; a repeated change id returns the first receipt.

        Raises CrmRejected where the write cannot be made, CrmUnavailable where waiting may help.
        """
        with crm_errors():
            try:
                with self._engine.begin() as connection:
                    return self._first(connection, approval)
            except _RepeatedError:
                return self._stored(approval.change_id)

    def undo(self, receipt: Receipt) -> Receipt:
        """Take a write back, once; CrmRejected where the record was changed since or the write was never made."""
        with crm_errors(), self._engine.begin() as connection:
            claim = update(applied).where(applied.c.change_id == receipt.change_id, applied.c.undo.is_(None))
            if connection.execute(claim.values(undo="")).rowcount == 0:
                return _undone(connection, receipt)
            return self._undo(connection, receipt.change_id)

    def _first(self, connection: Connection, approval: Approval) -> Receipt:
        """Claim the change id by writing first: the database then lets no other process in between."""
        try:
            connection.execute(insert(applied).values(change_id=approval.change_id, receipt=""))
        except IntegrityError as error:
            raise _RepeatedError from error
        now = self._clock()
        outcome = perform(Rows(connection), approval, now)
        write = approval.write
        opens = ("opportunity", write.opportunity_id) if isinstance(write, SetContactRole) else None
        receipt = self._receipt(approval.change_id, outcome, now, opens or (outcome.record, outcome.record_id))
        _store(connection, receipt.change_id, "receipt", receipt)
        return receipt

    def _undo(self, connection: Connection, change_id: str) -> Receipt:
        now = self._clock()
        first = _row(connection, change_id)[0]
        receipt = Receipt.model_validate_json(first)
        outcome = take_back(Rows(connection), receipt, now)
        undone = self._receipt(change_id, outcome, now).model_copy(update={"link": receipt.link})
        _store(connection, change_id, "undo", undone)
        return undone

    def _receipt(
        self, change_id: str, outcome: Outcome, now: datetime, opens: tuple[str, str] | None = None
    ) -> Receipt:
        kind, record_id = opens or (outcome.record, outcome.record_id)
        return Receipt(
            change_id=change_id,
            record=outcome.record,
            record_id=outcome.record_id,
            link=record_link(self._link_base, kind, record_id),
            values=dict(outcome.values),
            previous=dict(outcome.previous),
            applied_at=now,
        )

    def _stored(self, change_id: str) -> Receipt:
        with self._engine.connect() as connection:
            return Receipt.model_validate_json(_row(connection, change_id)[0])


def _row(connection: Connection, change_id: str) -> tuple[str, str | None]:
    query = select(applied.c.receipt, applied.c.undo).where(applied.c.change_id == change_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise CrmRejected(f"The change {change_id} was never applied to this CRM: there is nothing to take back.")
    return row[0], row[1]


def _undone(connection: Connection, receipt: Receipt) -> Receipt:
    return Receipt.model_validate_json(_row(connection, receipt.change_id)[1] or "")


def _store(connection: Connection, change_id: str, column: str, receipt: Receipt) -> None:
    claim = update(applied).where(applied.c.change_id == change_id)
    connection.execute(claim.values({column: receipt.model_dump_json()}))
