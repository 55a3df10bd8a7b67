"""Run every benchmark one after the other: `make bench`."""

import subprocess
import sys

BENCHMARKS = (
    "start",
    "brief",
    "records",
    "approvals",
    "proposals",
    "grounding",
    "sync",
    "ingest",
    "retrieval",
    "retrieval_scale",
    "slack",
    "skills",
    "pipeline",
)


def main() -> int:
    """Run each in a process of its own, so that none warms up another; return how many failed."""
    failed = 0
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-W", "ignore", "-m", f"evals.bench.{name}"], check=False).returncode != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
