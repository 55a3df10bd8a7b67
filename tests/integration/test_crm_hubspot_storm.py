"""HubSpot in a storm: writes tried until they pass, by processes that forget, over lines that break."""

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest
from crm_contract import CALL, CONTACT, EARLIER, NOW, RECORDS, TASK, approve, update
from standins.hubspot import HubSpotStandIn
from standins.hubspot_connection import connect
from standins.hubspot_world import fill, keyed

from bot.crm.writes import Approval, CrmWrite, Receipt
from bot.errors import CrmDoubtful, CrmUnavailable

WRITES = 60


@pytest.fixture
def stand_in() -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(lambda: NOW).running() as server:
        fill(server.portal, RECORDS, EARLIER)
        keyed(server.portal)
        yield server


def writes() -> list[CrmWrite]:
    """Calls, tasks and people, and the amount of one deal moved on step by step."""
    found: list[CrmWrite] = []
    amounts = [Decimal("120000.50"), *map(Decimal, range(1, WRITES))]
    for number in range(WRITES // 4):
        found += [
            CALL.model_copy(update={"subject": f"Call {number}"}),
            TASK.model_copy(update={"subject": f"Task {number}"}),
            CONTACT.model_copy(update={"email": f"person{number}@northwick.example"}),
            update("amount", amounts[number], amounts[number + 1]),
        ]
    return found


def trouble(server: HubSpotStandIn, chance: random.Random) -> None:
    """Something for the next write, or nothing."""
    match chance.choice(["none", "limit", "late limit", "broken", "cut", "cut", "down", "rotated"]):
        case "limit":
            server.too_many(method=chance.choice(["POST", "PATCH"]))
        case "late limit":
            server.too_many(wait=900, path="objects", skip=chance.randrange(12))
        case "broken":
            server.fail("status", status=chance.choice([500, 502, 504]), method=chance.choice(["POST", "PATCH"]))
        case "cut":
            server.fail("drop", method=chance.choice(["POST", "PATCH"]), path=r"/(calls|tasks|contacts|deals/O1)$")
        case "rotated":
            server.fail("status", status=401, body={"message": "expired"}, skip=chance.randrange(3, 12))
        case "down":
            server.fail("status", status=503, headers={"Retry-After": "900"}, skip=chance.randrange(12))


def until_it_passes(server: HubSpotStandIn, approval: Approval, chance: random.Random) -> Receipt:
    """What the gate does: wait where nothing was written, look first where something may have been."""
    while True:
        trouble(server, chance)
        try:
            return connect(server).writer.apply(approval)
        except CrmDoubtful:
            approval = approval.model_copy(update={"doubtful": True})
        except CrmUnavailable:
            pass
        finally:
            server.faults.clear()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_write_is_made_once(stand_in: HubSpotStandIn, seed: int) -> None:
    chance, made = random.Random(seed), []
    for number, write in enumerate(writes()):
        made.append(until_it_passes(stand_in, approve(write, f"change-{number}"), chance))
    assert len({(receipt.record, receipt.record_id) for receipt in made if receipt.record != "opportunity"}) == 45
    counts = {kind: len(stand_in.portal.things[kind]) for kind in ("calls", "tasks", "contacts")}
    assert counts == {"calls": 16, "tasks": 16, "contacts": 17}
    amounts = [entry["value"] for entry in reversed(stand_in.portal.things["deals"]["O1"].history["amount"])]
    assert amounts == ["120000.50", *(str(n) for n in range(1, 16))]
