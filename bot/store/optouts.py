"""Who asked by a reply not to be written to or called: kept here, whatever the CRM knows of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Engine, false, insert, or_, select

from bot.crm.records import Contact
from bot.crm.suppression import Suppression, plain_email
from bot.store.database import reading, writing
from bot.store.tables import optouts

Out = Literal["email", "call", "all"]


class OptOut(BaseModel):
    """One opt-out: of what, when, and where it was said."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    channel: Out
    at: datetime
    source: str
    """such as “their e-mail”"""


class Optouts:
    """Opt-outs by contact, and by a keyed hash of the address, which stays when the contact is erased or gets another id."""

    def __init__(self, engine: Engine, suppression: Suppression | None) -> None:
        self._engine, self._suppression = engine, suppression

    def of(self, contact: Contact) -> Sequence[OptOut]:
        """All opt-outs of a person, oldest first."""
        query = select(optouts.c.channel, optouts.c.at, optouts.c.source).where(self._is(contact))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(optouts.c.at, optouts.c.id)).all()
        return [OptOut.model_validate(row) for row in rows]

    def add(self, contact: Contact, channel: Out, at: datetime, source: str) -> bool:
        """Keep an opt-out; False where this one, or a later one of the same kind, is kept already."""
        if any(one.channel == channel and one.at >= at for one in self.of(contact)):
            return False
        row = {
            "contact_id": contact.id,
            "address": self._address(contact),
            "channel": channel,
            "at": at,
            "source": source,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(optouts).values(**row))
        return True

    def _is(self, contact: Contact) -> ColumnElement[bool]:
        address = self._address(contact)
        return or_(optouts.c.contact_id == contact.id, optouts.c.address == address if address else false())

    def _address(self, contact: Contact) -> str | None:
        if not contact.email or self._suppression is None:
            return None
        return self._suppression.hash("email", plain_email(contact.email))
