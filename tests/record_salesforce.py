"""Record the cassettes of tests/integration/test_crm_salesforce_cassettes.py from the stand-in on loopback.

Usage: python tests/record_salesforce.py [SCENARIO ...]
"""

import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def record(names: list[str]) -> None:
    """Record the named scenarios anew, or all."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "integration")]
    tests = importlib.import_module("test_crm_salesforce_cassettes")
    contract = importlib.import_module("crm_contract")
    world = importlib.import_module("standins.salesforce_world")
    standin = importlib.import_module("standins.salesforce")
    for name in names or tests.SCENARIOS:
        (tests.FOLDER / f"{name}.yaml").unlink(missing_ok=True)
        with standin.Salesforce(tests.PORT) as server:
            os.environ["REQUESTS_CA_BUNDLE"] = server.certificate
            server.org.clock = lambda: contract.NOW
            world.load(server, contract.RECORDS)
            for kept in ("A1", "A2"):
                server.org.rows["Account"].pop(kept) if name in ("sync", "limit") else None
            tests.prepare(server)
            if name == "limit":
                tests.limit(server)
            with tests.cassette(name, "once"):
                sys.stdout.write(f"{name}: {tests.told(name, server.register(world.CONSUMER))}\n")


if __name__ == "__main__":
    record(sys.argv[1:])
