"""The CRM of a world: what fails in it, and what it holds at the end."""

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from standins.hubspot import TOKEN, HubSpotStandIn
from standins.hubspot_world import fill, keyed
from standins.salesforce import Salesforce
from standins.salesforce_world import CONSUMER, load

from bot.crm.hubspot.fields import KEY
from bot.crm.records import Account, Contact, Opportunity, Record, Stage, User
from bot.crm.salesforce.tables import KEY_FIELD

BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
ACCOUNTS = (
    "Northwick Dairy", "Pellworm Foundry", "Alderbrook Mills", "Corvane Optics", "Dunmere Logistics", "Eastfold Paper",
    "Fenwick Tools", "Garrow Glass", "Hollin Foods", "Istria Shipping", "Jorvik Metals", "Kestrel Labs",
)  # fmt: skip
PEOPLE = (
    "Jane Holt", "Peter Voss", "Anna Lind", "Marco Ruiz", "Edith Crane", "Tom Aske", "Vera Moll", "Igor Pahl", "Nina Bode",
    "Carl Rehm", "Lucy Farr", "Otto Quist",
)  # fmt: skip


def records() -> list[Record]:
    """One seller, and twelve accounts with a person and a deal each."""
    made: list[Record] = [
        User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller"),
        Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
        Stage(id="S2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
    ]
    for n, (account, person) in enumerate(zip(ACCOUNTS, PEOPLE, strict=True)):
        first, last = person.lower().split()
        made += [
            Account(id=f"A{n}", name=account, type="prospect", owner_id="U-MIA", created_at=BORN),
            Contact(id=f"C{n}", account_id=f"A{n}", name=person, title="CFO", email=f"{first}.{last}@customer.example"),
            Opportunity(
                id=f"O{n}", name=f"{account} plant", account_id=f"A{n}", owner_id="U-MIA", amount=Decimal(1000),
                stage="Discovery", close_date=date(2027, 6, 30), forecast_category="Pipeline", created_at=BORN,
            ),
        ]  # fmt: skip
    return made


_TOKEN = re.compile(r"about badge (U\d+)")


def twice(calls: Iterable[Any]) -> Counter[str]:
    """What was said of a call stands in two of them, whatever their keys are."""
    found = Counter(match[1] for row in calls if (match := _TOKEN.search(str(dict(row)))))
    return Counter({f"the call about {token}": times for token, times in found.items() if times > 1})


class Crm(Protocol):
    """What the soak asks of a CRM."""

    environment: dict[str, str]

    def fail(self, fault: str) -> None:
        """Let the next call that fits fail."""

    def calm(self) -> None:
        """Let nothing fail any more."""

    def written(self) -> Counter[str]:
        """How often each change's key stands in it."""

    def close(self) -> None:
        """Free what it holds."""


class Embedded:
    """The embedded CRM, whose one failure is that somebody else has its file."""

    def __init__(self, home: Path) -> None:
        self.environment = {"SELLER_CRM": "local"}
        self._file = home / "seller.db"
        self._threads: list[threading.Thread] = []

    def fail(self, fault: str) -> None:
        """Hold the database for a second and a half."""
        thread = threading.Thread(target=self._hold)
        thread.start()
        self._threads.append(thread)

    def _hold(self) -> None:
        with closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            threading.Event().wait(1.5)
            held.execute("ROLLBACK")

    def calm(self) -> None:
        """Wait for the last holder."""
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def written(self) -> Counter[str]:
        """Each record that a change made, and how often its subject stands there."""
        with closing(sqlite3.connect(self._file, timeout=30)) as database:
            keys = [row[0] for row in database.execute("SELECT change_id FROM crm_applied")]
            twice = database.execute("SELECT body FROM crm_activities GROUP BY body HAVING count(*) > 1 AND body <> ''")
            return Counter(keys) + Counter({f"twice: {row[0]}": 2 for row in twice})

    def close(self) -> None:
        """Nothing is held."""


class SalesforceCrm:
    """The stand-in for Salesforce."""

    def __init__(self) -> None:
        self.server = Salesforce()
        self.server.org.clock = lambda: datetime.now(UTC)
        self.server.org.add_key("OpportunityContactRole", KEY_FIELD)
        load(self.server, records())
        self.environment = {
            "SELLER_CRM": "salesforce", "SELLER_SALESFORCE_LOGIN_URL": self.server.url,
            "SELLER_SALESFORCE_CONSUMER_KEY": CONSUMER, "SELLER_SALESFORCE_PRIVATE_KEY": self.server.register(CONSUMER),
            "SELLER_SALESFORCE_USERNAME": "integration@crm.example", "REQUESTS_CA_BUNDLE": self.server.certificate,
        }  # fmt: skip

    def fail(self, fault: str) -> None:
        """Let the next write fail."""
        what: dict[str, dict[str, Any]] = {
            "crm 401": {"status": 401, "body": [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired"}]},
            "crm 429": {"status": 429, "headers": {"Retry-After": "1"}},
            "crm 500 before": {"status": 500},
            "crm 500 after": {"status": 500, "mode": "late"},
            "crm timeout": {"mode": "hang"},
            "crm dropped before": {"mode": "drop"},
            "crm dropped after": {"mode": "after"},
            "crm lock row": {
                "status": 400,
                "body": [
                    {"errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access to this record"}
                ],
            },
        }
        self.server.fail(method="PATCH", path="sobjects", **what[fault])

    def calm(self) -> None:
        """Let nothing fail any more."""
        self.server.faults.clear()

    def written(self) -> Counter[str]:
        """How often each change's key stands in it."""
        with self.server.lock:
            rows = [r for name in ("Task", "Event", "Contact") for r in self.server.org.rows[name].values()]
            calls = [row for row in rows if row.get("TaskSubtype") == "Call"]
            return Counter(str(row[KEY_FIELD]) for row in rows if row.get(KEY_FIELD)) + twice(calls)

    def close(self) -> None:
        """Free the port."""
        self.server.__exit__(None, None, None)


class HubSpotCrm:
    """The stand-in for HubSpot."""

    def __init__(self) -> None:
        self.server = HubSpotStandIn()
        fill(self.server.portal, records(), BORN)
        keyed(self.server.portal)
        self._running = self.server.running()
        self._running.__enter__()
        self.environment = {
            "SELLER_CRM": "hubspot", "SELLER_HUBSPOT_URL": self.server.url, "SELLER_HUBSPOT_TOKEN": TOKEN,
        }  # fmt: skip

    def fail(self, fault: str) -> None:
        """Let the next write fail."""
        writes = {"method": "POST", "path": r"objects/(calls|tasks|contacts)$"}
        match fault:
            case "crm 429":
                self.server.too_many(wait=1, **writes)
            case "crm dropped after":
                self.server.fail("drop", **writes)
            case "crm timeout":
                self.server.fail("hang", **writes)
            case "crm 401":
                self.server.fail("status", status=401, body={"message": "expired"}, **writes)
            case "crm 503":
                self.server.fail("status", status=503, headers={"Retry-After": "1"}, **writes)
            case _:
                self.server.fail("status", status=500, **writes)

    def calm(self) -> None:
        """Let nothing fail any more."""
        self.server.faults.clear()

    def written(self) -> Counter[str]:
        """How often each change's key stands in it."""
        with self.server.lock:
            rows = [row for kind in ("calls", "tasks", "contacts") for row in self.server.portal.things[kind].values()]
            calls = [row.properties for row in self.server.portal.things["calls"].values()]
            return Counter(str(row.properties[KEY]) for row in rows if row.properties.get(KEY)) + twice(calls)

    def odd(self) -> list[str]:
        """Requests that do not fit HubSpot's specification."""
        return sorted(set(self.server.misshapen))

    def close(self) -> None:
        """Free the port."""
        self.server.misshapen.clear()
        self._running.__exit__(None, None, None)
