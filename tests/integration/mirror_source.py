"""A CRM of its own, in memory, as a `CrmSource`: pages, edits, deletions, merges, equal stamps, faults at any page."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from bot.crm.mirror.links import NAMED, OWNED, replaced
from bot.crm.port import Complete, Page
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    Stage,
    Task,
    User,
)
from bot.crm.writes import Receipt

R = TypeVar("R", bound=Record)
START = datetime(2026, 11, 1, 8, tzinfo=UTC)
KINDS: Mapping[str, type[Record]] = {
    "users": User,
    "stages": Stage,
    "accounts": Account,
    "contacts": Contact,
    "deals": Opportunity,
    "activities": Activity,
    "tasks": Task,
}
STAGES = ("Discovery", "Proposal", "Negotiation")


def undisturbed(kind: str) -> None:
    """Let a page come as it is."""


@dataclass
class MemorySource:
    """Records with the stamp of their last change; several share one, as a page's edge shall cut through them."""

    page_size: int = 3
    name: str = "salesforce"
    rows: dict[type[Record], dict[str, Record]] = field(default_factory=dict)
    stamps: dict[str, int] = field(default_factory=dict)
    tick: int = 1
    deleted: dict[str, list[str]] = field(default_factory=dict)
    joined: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    before_page: Callable[[str], None] = undisturbed
    """may raise, or kill the process"""
    asked: list[str] = field(default_factory=list)

    # What happens in the CRM

    def put(self, *records: Record) -> None:
        """Add or change records, all with one stamp."""
        for record in records:
            self.rows.setdefault(type(record), {})[record.id] = record
            self.stamps[record.id] = self.tick
        self.tick += 1

    def all(self, kind: type[R]) -> dict[str, R]:
        """Records of a kind by id."""
        return self.rows.setdefault(kind, {})  # type: ignore[return-value]

    def delete(self, kind: str, key: str, *, told: bool = True) -> None:
        """Remove a record with what belongs to it; the rest loses its link, without a new stamp."""
        of = KINDS[kind]
        self.all(of).pop(key)
        for child, column in OWNED.get(of, ()):
            for row in [r for r in self.all(child).values() if getattr(r, column) == key]:
                self.all(child).pop(row.id)
        self._relink(of, key, None)
        if told:
            self.deleted.setdefault(kind, []).append(key)

    def merge(self, kind: str, old: str, into: str) -> None:
        """Let a record become part of another one, without new stamps."""
        of = KINDS[kind]
        self.all(of).pop(old)
        for child, column in OWNED.get(of, ()):
            self._set(child, column, old, into)
        self._relink(of, old, into)
        self.joined.setdefault(kind, []).append((old, into))

    def _relink(self, of: type[Record], old: str, into: str | None) -> None:
        for child, column in NAMED.get(of, ()):
            self._set(child, column, old, into)
        if of is Contact:
            for row in list(self.all(Activity).values()):
                ids = replaced(row.contact_ids, {old: into})
                self.all(Activity)[row.id] = row.model_copy(update={"contact_ids": ids})

    def _set(self, child: type[Record], column: str, old: str, into: str | None) -> None:
        for row in list(self.all(child).values()):
            if getattr(row, column) == old:
                self.all(child)[row.id] = row.model_copy(update={column: into})

    # What the mirror asks

    def kinds(self) -> Sequence[str]:
        """Parents first."""
        return list(KINDS)

    def pages(self, kind: str, cursor: str | None, *, full: bool) -> Iterator[Page]:
        """By stamp and id."""
        at: dict[str, Any] = json.loads(cursor) if cursor else {"after": [0, ""], "gone": 0, "merged": 0}
        while True:
            self.asked.append(f"{kind}{' full' if full else ''}")
            self.before_page(kind)
            rows = self._next(KINDS[kind], tuple(at["after"]))
            gone, joined = self.deleted.get(kind, [])[at["gone"] :], self.joined.get(kind, [])[at["merged"] :]
            if not rows and not gone and not joined:
                return
            last = rows[-1] if rows else None
            after = [self.stamps[last.id], last.id] if last else at["after"]
            at = {"after": after, "gone": at["gone"] + len(gone), "merged": at["merged"] + len(joined)}
            yield self._page(KINDS[kind], rows, json.dumps(at), gone, joined)

    def _next(self, of: type[Record], after: tuple[Any, ...]) -> list[Record]:
        rows = sorted(self.all(of).values(), key=lambda row: (self.stamps[row.id], row.id))
        return [row for row in rows if (self.stamps[row.id], row.id) > after][: self.page_size]

    def _page(
        self, of: type[Record], rows: list[Record], cursor: str, gone: list[str], joined: list[tuple[str, str]]
    ) -> Page:
        deals = frozenset(row.id for row in rows if isinstance(row, Opportunity))
        with_deals = self._of_deals(deals)
        return Page(
            records=[*rows, *with_deals],
            cursor=cursor,
            gone=[(of, key) for key in [*gone, *(old for old, _ in joined)]],  # as Salesforce tells of a merge
            merged=dict(joined),
            complete=_complete(deals),
            total=len(self.all(of)),
        )

    def _of_deals(self, deals: frozenset[str]) -> list[Record]:
        history = [row for row in self.all(OpportunityHistory).values() if row.opportunity_id in deals]
        roles = [row for row in self.all(OpportunityContactRole).values() if row.opportunity_id in deals]
        return [*history, *roles]

    def account(self, account_id: str, seconds: float) -> Page:
        """One account with all that hangs on it."""
        self.before_page(f"account {account_id}")
        kinds: tuple[type[Record], ...] = (Contact, Opportunity, Activity, Task)
        mine = frozenset({account_id})
        hanging = [row for kind in kinds for row in self.all(kind).values() if getattr(row, "account_id") == account_id]  # noqa: B009
        deals = frozenset(row.id for row in hanging if isinstance(row, Opportunity))
        account = [self.all(Account)[account_id]] if account_id in self.all(Account) else []
        complete = [Complete(kind, "account_id", mine) for kind in kinds] if account else []
        return Page(
            records=[*account, *hanging, *self._of_deals(deals)], cursor="", complete=[*complete, *_complete(deals)]
        )

    def record(self, receipt: Receipt) -> Page:
        """The deal that was written, with its history."""
        self.before_page(f"record {receipt.record_id}")
        key = receipt.record_id
        for kind in KINDS.values():
            if key in self.all(kind):
                deals = frozenset({key} if kind is Opportunity else set())
                return Page([self.all(kind)[key], *self._of_deals(deals)], "", complete=_complete(deals))
        return Page([], "", gone=[({"task": Task, "activity": Activity}[receipt.record], key)])

    def link(self, record: str, record_id: str) -> str:
        """Somewhere."""
        return f"https://crm.example/{record}/{record_id}"


def _complete(deals: frozenset[str]) -> list[Complete]:
    kinds: tuple[type[Record], ...] = (OpportunityHistory, OpportunityContactRole)
    return [Complete(kind, "opportunity_id", deals) for kind in kinds] if deals else []


def filled(seed: int, *, page_size: int = 3, accounts: int = 6) -> MemorySource:
    """A small CRM, the same for the same seed."""
    source, draw = MemorySource(page_size=page_size), Random(seed)
    source.put(*(User(id=f"U{n}", name=f"Seller {n}", email=f"s{n}@us.example") for n in range(3)))
    source.put(
        *(Stage(id=s, name=s, order=n, probability=n / 4, forecast_category="Pipeline") for n, s in enumerate(STAGES))
    )
    for n in range(accounts):
        source.put(Account(id=f"A{n}", name=f"Account {n}", owner_id=draw.choice(["U0", "U1"])))
        add_contact(source, f"A{n}", draw)
        for _ in range(draw.randint(1, 3)):
            add_deal(source, f"A{n}", draw)
        add_activity(source, f"A{n}", draw)
    return source


def add_contact(source: MemorySource, account: str, draw: Random) -> None:
    """Two people in one batch, which share a stamp."""
    number = source.tick
    source.put(*(Contact(id=f"C{number}{x}", account_id=account, name=f"Person {number}{x}") for x in "ab"))


def add_deal(source: MemorySource, account: str, draw: Random) -> None:
    """A deal with some history and maybe a role."""
    key = f"O{source.tick}"
    history = [_moved(key, n, draw) for n in range(draw.randint(1, 3))]
    people = [row.id for row in source.all(Contact).values() if row.account_id == account]
    roles = [
        OpportunityContactRole(id=f"R{key}", opportunity_id=key, contact_id=who, role="champion") for who in people[:1]
    ]
    deal = Opportunity(
        id=key, name=f"Deal {key}", account_id=account, amount=Decimal(draw.randint(1, 99)), stage=history[-1].stage
    )
    source.put(deal, *history, *roles)


def change_deal(source: MemorySource, key: str, draw: Random) -> None:
    """Another amount and one more row of history; or the history is written anew."""
    before = [row for row in source.all(OpportunityHistory).values() if row.opportunity_id == key]
    if draw.random() < 0.3:
        for row in before:
            source.all(OpportunityHistory).pop(row.id)
    row = _moved(key, source.tick + 100, draw)
    deal = source.all(Opportunity)[key].model_copy(update={"amount": Decimal(draw.randint(1, 99)), "stage": row.stage})
    source.put(deal, row)


def add_activity(source: MemorySource, account: str, draw: Random) -> None:
    """A call with people of any account, and a task."""
    number, people = source.tick, sorted(source.all(Contact))
    deals = [row.id for row in source.all(Opportunity).values() if row.account_id == account]
    named = tuple(draw.sample(people, min(2, len(people))))
    source.put(
        Activity(
            id=f"E{number}", kind="call", at=START, subject="Call", account_id=account, contact_ids=named,
            opportunity_id=draw.choice(deals) if deals else None,
        ),
        Task(id=f"T{number}", subject="Next", account_id=account, contact_id=named[0] if named else None),
    )  # fmt: skip


def _moved(deal: str, n: int, draw: Random) -> OpportunityHistory:
    return OpportunityHistory(
        id=f"H{deal}-{n}", opportunity_id=deal, at=START + timedelta(hours=n), stage=draw.choice(STAGES)
    )
