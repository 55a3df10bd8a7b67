"""The CRM of a world: what fails in it, and what it holds at the end."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import Row, func, select
from standins.hubspot import TOKEN, HubSpotStandIn
from standins.hubspot_world import fill, keyed
from standins.salesforce import Salesforce
from standins.salesforce_world import CONSUMER, load

from bot.crm.hubspot.fields import KEY
from bot.crm.local.tables import TABLES, applied
from bot.crm.records import Activity, Opportunity, OpportunityHistory
from bot.crm.salesforce.tables import KEY_FIELD
from soak.company import BORN, records
from soak.store import Store

STAMP = BORN.isoformat()
_TOKEN = re.compile(r"about badge (U\d+)")


def twice(calls: Iterable[Any]) -> Counter[str]:
    """What was said of a call stands in two of them, whatever their keys are."""
    found = Counter(match[1] for row in calls if (match := _TOKEN.search(str(dict(row)))))
    return Counter({f"the call about {token}": times for token, times in found.items() if times > 1})


def _by_deal(found: Iterable[tuple[str, Any]] | Iterable[Row[Any]]) -> Mapping[str, Sequence[Decimal]]:
    amounts: dict[str, list[Decimal]] = {}
    for deal, amount in found:
        amounts.setdefault(deal, []).append(Decimal(str(amount)))
    return amounts


class Crm(Protocol):
    """What the soak asks of a CRM."""

    environment: dict[str, str]
    refuses: Mapping[str, str]
    """fault → what a refusal that it leads to says"""

    def fail(self, fault: str) -> None:
        """Let the next call that fits fail."""

    def calm(self) -> None:
        """Let nothing fail any more."""

    def written(self) -> Counter[str]:
        """How often each change's key stands in it."""

    def amounts(self) -> Mapping[str, Sequence[Decimal]]:
        """Every amount that each deal had, the present one last."""

    def close(self) -> None:
        """Free what it holds."""


class Embedded:
    """The embedded CRM, whose one failure is that of the store it lies in."""

    refuses: Mapping[str, str] = MappingProxyType({})

    def __init__(self, store: Store) -> None:
        self.environment = {"SELLER_CRM": "local"}
        self._store = store

    def fail(self, fault: str) -> None:
        """Let the store fail."""
        self._store.fail(fault)

    def calm(self) -> None:
        """Wait until nobody else has the store."""
        self._store.calm()

    def written(self) -> Counter[str]:
        """Each record that a change made, and how often its subject stands there."""
        body = TABLES[Activity].c.body
        keys = [row[0] for row in self._store.rows(select(applied.c.change_id))]
        doubled = self._store.rows(select(body).where(body != "").group_by(body).having(func.count() > 1))
        return Counter(keys) + Counter({f"twice: {row[0]}": 2 for row in doubled})

    def amounts(self) -> Mapping[str, Sequence[Decimal]]:
        """What the deals' histories tell, and what the deals hold."""
        past, deals = TABLES[OpportunityHistory].c, TABLES[Opportunity].c
        found = [*self._store.rows(select(past.opportunity_id, past.amount).order_by(past.at, past.id))]
        return _by_deal([*found, *self._store.rows(select(deals.id, deals.amount))])

    def close(self) -> None:
        """Nothing is held."""


class SalesforceCrm:
    """The stand-in for Salesforce."""

    refuses: Mapping[str, str] = MappingProxyType(
        {"crm required": "Required fields are missing", "crm ignored": "in silence", "crm 401": "login"}
    )

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
            "crm required": {
                "status": 400,
                "body": [
                    {"errorCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [Region__c]"}
                ],
            },
            # Answered as if it was done, and nothing is.
            "crm ignored": {"status": 204, "path": "sobjects/Opportunity/"},
        }
        self.server.fail(**{"method": "PATCH", "path": "sobjects", **what[fault]})

    def calm(self) -> None:
        """Let nothing fail any more."""
        self.server.faults.clear()

    def written(self) -> Counter[str]:
        """How often each change's key stands in it."""
        with self.server.lock:
            rows = [r for name in ("Task", "Event", "Contact") for r in self.server.org.rows[name].values()]
            calls = [row for row in rows if row.get("TaskSubtype") == "Call"]
            return Counter(str(row[KEY_FIELD]) for row in rows if row.get(KEY_FIELD)) + twice(calls)

    def amounts(self) -> Mapping[str, Sequence[Decimal]]:
        """What the deals' histories tell, and what the deals hold."""
        with self.server.lock:
            rows = self.server.org.rows
            past = [(row["OpportunityId"], row["Amount"]) for row in rows["OpportunityHistory"].values()]
            return _by_deal([*past, *((key, row["Amount"]) for key, row in rows["Opportunity"].items())])

    def close(self) -> None:
        """Free the port."""
        self.server.__exit__(None, None, None)


class HubSpotCrm:
    """The stand-in for HubSpot."""

    refuses: Mapping[str, str] = MappingProxyType(
        {"crm required": "region is required", "crm ignored": "without a word", "crm 401": "refuses the token"}
    )

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
            case "crm required":
                why = {"code": "REQUIRED_FIELD", "message": "region is required", "isValid": False, "name": "region"}
                body = {"category": "VALIDATION_ERROR", "message": "Property values were not valid", "errors": [why]}
                self.server.fail("status", status=400, body=body, **writes)
            case "crm ignored":
                # Answered as if it was done, and nothing is.
                body = {
                    "id": "O0",
                    "properties": {},
                    "archived": False,
                    **dict.fromkeys(("createdAt", "updatedAt"), STAMP),
                }
                self.server.fail("status", status=200, body=body, method="PATCH", path="objects/deals/")
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

    def amounts(self) -> Mapping[str, Sequence[Decimal]]:
        """What the deals' histories tell, the oldest first."""
        with self.server.lock:
            deals = self.server.portal.things["deals"].values()
            return _by_deal((deal.id, each["value"]) for deal in deals for each in reversed(deal.history["amount"]))

    def odd(self) -> list[str]:
        """Requests that do not fit HubSpot's specification."""
        return sorted(set(self.server.misshapen))

    def close(self) -> None:
        """Free the port."""
        self.server.misshapen.clear()
        self._running.__exit__(None, None, None)
