"""The Salesforce of the crash test: an org with ten accounts, a colleague at work in it, and a line of faults to come."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from approvals_world import ANN, START
from crash200 import FastClock
from standins.salesforce import INTEGRATION, Fault, Salesforce
from standins.salesforce_world import by_login, load

from bot.crm.records import Account, Contact, Opportunity, OpportunityContactRole, Record
from bot.crm.salesforce.tables import KEY_FIELD
from bot.crm.writes import LogActivity
from bot.proposals import Change
from bot.settings import Settings

DEALS = 10
CARDS = 40
TIMEOUT = 1.0
"""seconds that the adapter waits for an answer"""
KEYED = ("Task", "Event", "Contact", "OpportunityContactRole")
FIELDS = {"Amount": "amount", "CloseDate": "close_date"}
FAULTS: Mapping[str, tuple[int, dict[str, Any]]] = {
    "429": (6, {"status": 429, "headers": {"Retry-After": "0"}}),
    "429 for long": (2, {"status": 429, "headers": {"Retry-After": "60"}}),
    "500 before": (5, {"status": 500}),
    "500 after": (5, {"status": 500, "mode": "late", "method": "PATCH"}),
    "500 after a note": (1, {"status": 500, "mode": "late", "path": "/composite"}),
    "timeout after": (5, {"mode": "hang", "method": "PATCH"}),
    "written after the timeout": (4, {"mode": "slow", "method": "PATCH", "seconds": TIMEOUT * 1.3}),
    "dropped before": (5, {"mode": "drop"}),
    "dropped after": (5, {"mode": "after", "method": "PATCH"}),
    "a note dropped after": (1, {"mode": "after", "path": "/composite"}),
}
"""how often of each forty, and what happens"""


@dataclass(frozen=True)
class Effect:
    """One change of a deal's field, by whom it was made."""

    deal: str
    field: str
    old: object
    new: object
    ours: bool


class Org200:
    """The stand-in with its records and what is to go wrong; use within `Salesforce()`."""

    def __init__(self, crm: Salesforce, seed: int) -> None:
        self.crm, self.began, self._dice = crm, time.time(), random.Random(seed)
        crm.org.clock = Ticking(self.began)
        crm.org.add_key("OpportunityContactRole", KEY_FIELD)
        load(crm, [ANN, *records()])
        self.loaded = set(crm.org.rows["OpportunityContactRole"])
        self.planned = list(self._faults())
        crm.faults = [fault for _, fault in self.planned]

    def settings(self, home: Path) -> Settings:
        """Settings with which each seller logs in as themselves."""
        return by_login(self.crm, home, crm_timeout=TIMEOUT)

    def went_wrong(self) -> set[str]:
        """The kinds of faults that came."""
        left = len(self.crm.faults)
        return {name for name, _ in self.planned[: len(self.planned) - left]}

    def meddle(self) -> None:
        """A colleague changes the amount of one deal."""
        with self.crm.lock:
            amount = float(self._dice.randrange(100_000, 900_000))
            self.crm.org.update("Opportunity", f"O{self._dice.randrange(DEALS)}", {"Amount": amount}, INTEGRATION)

    def holds(self, change: Change) -> bool:
        """Whether a person who looks for this change finds it."""
        return bool(self.found(change))

    def found(self, change: Change) -> list[Mapping[str, Any]]:
        """The records that this change created, also deleted ones."""
        with self.crm.lock:
            if isinstance(change.write, LogActivity) and change.write.activity == "note":
                title = change.write.subject
                return [row for row in self.crm.org.rows["ContentNote"].values() if row["Title"] == title]
            return [row for row in self._keyed() if row[KEY_FIELD] == change.id]

    def times_set(self, record_id: str) -> int:
        """How often a record was updated."""
        done = [call for call in self.crm.sent("PATCH", record_id) if call.status < 300]
        return len(done)

    def strange(self, known: set[str]) -> list[Mapping[str, Any]]:
        """Records that no known change created."""
        loaded = self.loaded | {record.id for record in records()}
        return [row for row in self._keyed() if row["Id"] not in loaded and row[KEY_FIELD] not in known]

    def effects(self) -> list[Effect]:
        """What happened to the deals' fields, in order, as Salesforce's own history has it."""
        present: dict[tuple[str, str], Any] = {}
        found: list[Effect] = []
        for row in self.crm.org.rows["OpportunityHistory"].values():
            for name, field in FIELDS.items():
                key = (row["OpportunityId"], field)
                new = Decimal(str(row[name])) if field == "amount" else date.fromisoformat(row[name])
                old = present.get(key, Decimal(1000) if field == "amount" else CLOSE)
                present[key] = new
                if old != new:
                    found.append(Effect(*key, old, new, ours=row["CreatedById"] == ANN.id))
        return found

    def _keyed(self) -> Iterator[Mapping[str, Any]]:
        return (row for name in KEYED for row in self.crm.org.rows[name].values())

    def _faults(self) -> Iterator[tuple[str, Fault]]:
        """Each waits for some calls that it fits before it comes, and the next one behind it."""
        names = [name for name, (times, _) in FAULTS.items() for _ in range(times)] * 3
        self._dice.shuffle(names)
        for name in names:
            skip = 0 if "note" in name else self._dice.randrange(0, 5)
            yield name, Fault(**FAULTS[name][1], skip=skip)


class Ticking:
    """The org's clock: along with the gate's, but each look a second later, since its conditions know no fractions."""

    def __init__(self, began: float) -> None:
        self._fast: Callable[[], datetime] = FastClock(began)
        self._last, self._lock = START, threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self._last = max(self._last + timedelta(seconds=1), self._fast())
            return self._last


CLOSE = date(2026, 6, 30)


def records() -> list[Record]:
    """Ten accounts with a deal each, and four people in each deal, two of which have a role there already."""
    made: list[Record] = []
    for n in range(DEALS):
        made.append(Account(id=f"A{n}", name=f"Account {n}", owner_id=ANN.id))
        made.append(
            Opportunity(
                id=f"O{n}",
                name=f"Deal {n}",
                account_id=f"A{n}",
                owner_id=ANN.id,
                stage="Discovery",
                amount=Decimal(1000),
                close_date=CLOSE,
                forecast_category="Pipeline",
                created_at=START,
            )
        )
    for n in range(CARDS):
        deal = n % DEALS
        made.append(Contact(id=f"C{n}", account_id=f"A{deal}", name=f"Given{n} Family{n}"))
        if has_role(n):
            made.append(
                OpportunityContactRole(id=f"R{n}", opportunity_id=f"O{deal}", contact_id=f"C{n}", role="blocker")
            )
    return made


def has_role(n: int) -> bool:
    """Whether the n-th contact has a role from the beginning."""
    return n >= CARDS // 2
