"""A small CRM in memory of the test's own folder: two accounts, five people, two deals, one seller in Los Angeles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from bot.crm.local import LocalReader, replace_all
from bot.crm.records import Account, Contact, Opportunity, OpportunityContactRole, Record, Task, User
from bot.skills import Context
from bot.store.database import open_engine
from knowledge.library import Library
from tests.integration.approvals_world import migrated

NOW = datetime(2026, 11, 16, 17, tzinfo=UTC)
"""a Monday, nine in the morning in Los Angeles"""
SELLER = User(id="u1", name="Sam Seller", email="sam@ours.example", team="West", time_zone="America/Los_Angeles")
RECORDS: tuple[Record, ...] = (
    SELLER,
    User(id="u2", name="Eve Enabler", role="enablement"),
    Account(id="a1", name="Northwick Dairy", owner_id="u1"),
    Account(id="a2", name="Halvorsen Marine", owner_id="u1"),
    Contact(id="c-ingrid", account_id="a1", name="Ingrid Solheim", title="CFO"),
    Contact(id="c-per", account_id="a1", name="Per Aune", title="Supply Chain Director"),
    Contact(id="c-anna1", account_id="a1", name="Anna Berg", title="Planner"),
    Contact(id="c-anna2", account_id="a1", name="Anna Lie", title="Lawyer"),
    Contact(id="c-eirik", account_id="a2", name="Eirik Halvorsen", title="Chief Operating Officer"),
    Opportunity(
        id="o1", name="Northwick - Plan", account_id="a1", owner_id="u1", amount=Decimal(78000), stage="Proposal",
        close_date=date(2026, 12, 11), next_step="Send the price", next_step_date=date(2026, 11, 30),
    ),
    OpportunityContactRole(id="r1", opportunity_id="o1", contact_id="c-per", role="champion"),
)  # fmt: skip


def reader(folder: Path, *more: Record) -> LocalReader:
    """The small CRM, with these records besides."""
    (folder / "seller.db").write_bytes(migrated())
    engine = open_engine(f"sqlite:///{folder / 'seller.db'}")
    replace_all(engine, [*RECORDS, *more], as_of=NOW)
    return LocalReader(engine)


def no_library() -> Library:
    """For skills that must not need the knowledge base."""
    raise AssertionError("the knowledge base was opened")


def context(crm: LocalReader, *, now: datetime = NOW, turns: Sequence[tuple[str, str]] = ()) -> Context:
    """What a skill gets, offline."""
    made = Context(crm, no_library, None, SELLER, frozenset({"West"}), now, dict)
    return replace(made, thread_turns=tuple(turns))


def promise(key: str, subject: str, due: date | None, **fields: object) -> Task:
    """A task at Northwick."""
    return Task.model_validate({"id": key, "subject": subject, "due": due, "account_id": "a1", **fields})
