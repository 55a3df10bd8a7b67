"""Record the cassettes of tests/integration/test_crm_hubspot_cassettes.py from servers on loopback.

Reads come from `backlot` on port 8310 with the corpus of `standins.hubspot_corpus` (see there), writes from the stand-in,
which is started here. Usage, in the folder `tests`: python -m standins.hubspot_record
"""

import importlib
import sys
from pathlib import Path

from standins.hubspot import HubSpotStandIn
from standins.hubspot_world import fill, keyed

TESTS = Path(__file__).parents[1]


def record() -> None:
    """Record every scenario anew."""
    sys.path[:0] = [str(TESTS.parent), str(TESTS / "integration")]
    tests, contract = importlib.import_module("test_crm_hubspot_cassettes"), importlib.import_module("crm_contract")
    for name, ask in tests.SCENARIOS.items():
        (tests.FOLDER / f"{name}.yaml").unlink(missing_ok=True)
        server = HubSpotStandIn(lambda: contract.NOW, port=8311)
        fill(server.portal, contract.RECORDS, contract.EARLIER)
        keyed(server.portal)
        with server.running(), tests.cassette(name, "once"):
            sys.stdout.write(f"{name}: {len(ask())} results\n")


if __name__ == "__main__":
    record()
