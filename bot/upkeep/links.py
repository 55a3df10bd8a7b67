"""Rows that point to rows that are not there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, inspect, select

from bot.crm.local.tables import TABLES
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityContactRole, OpportunityHistory, Task
from bot.store import tables as store
from bot.upkeep.findings import Finding, broken, mind
from knowledge.registry import tables as kb

HELD = (store.metadata, kb.metadata)


@dataclass(frozen=True)
class Link:
    """A column that names rows of another table."""

    column: Column[object]
    to: Column[object]
    one: str
    many: str
    says: str
    harmful: bool = True


def _crm(record: type, column: str, to: type, one: str, many: str) -> Link:
    says = f"of the CRM name {'an' if to is not Contact else 'a'} {to.__name__.lower()} that is not there"
    return Link(
        TABLES[record].c[column], TABLES[to].c.id, one, many,
        f"{says}, so they are missing from its answers; import the records again with `seller crm import`.",
    )  # fmt: skip


_LOOSE = "nothing is lost by it, and it goes with the next forgetting."
OWN = (
    Link(store.threads.c.proposal_id, store.proposals.c.id, "conversation", "conversations",
         "speak of a proposal that is gone; a yes there finds nothing, so decide in another thread."),
    Link(store.slack_cards.c.proposal_id, store.proposals.c.id, "card in Slack", "cards in Slack",
         "show a proposal that is gone; restore a backup."),
    Link(store.answers.c.proposal_id, store.proposals.c.id, "answer in Slack", "answers in Slack",
         "belong to a proposal that is gone; restore a backup."),
    Link(kb.chunks.c.document_id, kb.documents.c.id, "passage", "passages",
         "belong to a page that is gone; run `seller ingest --rebuild`."),
    Link(kb.gaps.c.answer, kb.documents.c.id, "answered question", "answered questions",
         f"name a page that is no longer there; {_LOOSE}", harmful=False),
)  # fmt: skip
"""of the store and the knowledge base"""
CRM = (
    _crm(Contact, "account_id", Account, "contact", "contacts"),
    _crm(Opportunity, "account_id", Account, "opportunity", "opportunities"),
    _crm(OpportunityHistory, "opportunity_id", Opportunity, "line of history", "lines of history"),
    _crm(OpportunityContactRole, "opportunity_id", Opportunity, "contact role", "contact roles"),
    _crm(OpportunityContactRole, "contact_id", Contact, "contact role", "contact roles"),
    _crm(Activity, "account_id", Account, "activity", "activities"),
    _crm(Activity, "opportunity_id", Opportunity, "activity", "activities"),
    _crm(Task, "account_id", Account, "task", "tasks"),
    _crm(Task, "contact_id", Contact, "task", "tasks"),
)
"""of the embedded CRM; a mirror holds what the CRM lets us see, and that may have holes"""


def look(connection: Connection, *, embedded: bool) -> Iterator[Finding]:
    """Links that lead nowhere."""
    yield from _unreadable(connection)
    for link in (*OWN, *(CRM if embedded else ())):
        yield from _followed(connection, link)
    yield from _letters(connection, embedded)
    if connection.dialect.name == "sqlite":
        yield from _foreign_keys(connection)


def _followed(connection: Connection, link: Link) -> list[Finding]:
    there = select(link.to).where(link.to == link.column).exists()
    names = _key(link.column.table)
    query = select(names).where(link.column.is_not(None), ~there)
    if link.column.table is kb.chunks:
        query = query.where(kb.chunks.c.state != "dead")
    part = "CRM" if link in CRM else "knowledge base" if link.column.table.metadata is kb.metadata else "conversations"
    say = broken if link.harmful else mind
    return say(part, connection.execute(query).scalars(), link.one, link.many, link.says)


def _letters(connection: Connection, embedded: bool) -> list[Finding]:
    """A letter goes on only with the person it is for; one that was erased, merged or deleted ends it."""
    if not embedded:
        return []
    letters, contacts = store.letters, TABLES[Contact]
    there = select(contacts.c.id).where(contacts.c.id == letters.c.contact_id).exists()
    query = select(letters.c.id).where(letters.c.contact_id != "", ~there)
    says = "are to a contact whom the CRM no longer holds; they cannot be gone on with, and go when they are old."
    return mind("conversations", connection.execute(query).scalars(), "letter", "letters", says)


def _foreign_keys(connection: Connection) -> list[Finding]:
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    # Changes without their proposal are told of in words of their own.
    tables = {row[0] for row in rows if row[0] != "changes"}
    return broken("database", tables, "table", "tables", "hold rows whose owner is gone; restore a backup.")


def _unreadable(connection: Connection) -> Iterator[Finding]:
    held = set(inspect(connection).get_table_names())
    wanted: Iterable[str] = {name for metadata in HELD for name in metadata.tables}
    yield from broken("database", set(wanted) - held, "table", "tables", "are missing; restore a backup.")


def _key(table: Table) -> Column[object]:
    return next(iter(table.primary_key.columns))
