"""Record the cassettes of tests/integration/test_llm_cassettes.py from real servers on loopback.

Needs two OpenAI-compatible servers: the larger model on port 8081, and a small one on port 8082 with a context of 1024
tokens and the API key `loopback-key`. Usage: python tests/record.py [SCENARIO ...]
"""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def record(names: list[str]) -> None:
    """Record the named scenarios anew, or all."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "integration")]
    tests = importlib.import_module("test_llm_cassettes")
    from_tree = importlib.import_module("bot.errors")
    for name in names or tests.SCENARIOS:
        scenario = tests.SCENARIOS[name]
        (tests.FOLDER / scenario.model / f"{name}.yaml").unlink(missing_ok=True)
        partial = (lambda _: None) if name == "streamed" else None
        with tests.cassette(name, "once"):
            try:
                outcome = scenario.ask(partial)
            except from_tree.ModelError as error:
                outcome = f"{type(error).__name__}: {error}"
        sys.stdout.write(f"{name}: {outcome}\n")


if __name__ == "__main__":
    record(sys.argv[1:])
