"""Time whole processes: `seller --help`, the demo's first start and its second.

`python -m evals.bench.start [--rounds N]` prints one JSON line: medians in seconds, and each as a ratio to starting
Python itself in the same run.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(command: list[str], home: Path) -> float:
    """Run a command with its input at an end; give wall seconds, fail where it fails."""
    environment = {**os.environ, "SELLER_HOME": str(home)}
    started = time.perf_counter()
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return time.perf_counter() - started


def run(rounds: int) -> dict[str, object]:
    """Alternate the commands, and give medians."""
    seller = [sys.executable, "-m", "bot"]
    taken: dict[str, list[float]] = {"python": [], "help": [], "demo_first": [], "demo_second": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            taken["python"].append(seconds([sys.executable, "-c", "pass"], home))
            taken["help"].append(seconds([*seller, "--help"], home))
            taken["demo_first"].append(seconds([*seller, "demo"], home))
            taken["demo_second"].append(seconds([*seller, "demo"], home))
    medians = {name: statistics.median(values) for name, values in taken.items()}
    ratios = {name: value / medians["python"] for name, value in medians.items()}
    return {"seconds": medians, "ratio_to_python": ratios, "rounds": rounds}


def main() -> int:
    """Run the benchmark of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    print(json.dumps(run(parser.parse_args().rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
