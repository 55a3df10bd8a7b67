"""`python -m soak`: rounds spread over the worlds; status 1 where anything was wrong."""

import argparse
import json
import sys
import time
from dataclasses import asdict

from postgres import REASON, SERVER

from soak.plan import WORLDS
from soak.run import soak


def main() -> int:
    """Run, and print one JSON line a world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help="over all worlds together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--world",
        choices=WORLDS,
        action="append",
        help="only this one, or several; postgres where SELLER_TEST_POSTGRES names a server",
    )
    parser.add_argument("--minutes", type=float, help="end after so many minutes, whatever is done by then")
    asked = parser.parse_args()
    worlds = asked.world or [world for world in WORLDS if SERVER or world != "postgres"]
    if "postgres" in worlds and not SERVER:
        parser.error(REASON)
    until = time.monotonic() + asked.minutes * 60 if asked.minutes else None
    wrong = 0
    for world in worlds:
        report = soak(world, asked.rounds // len(worlds), asked.seed, _tell, until=until)
        wrong += len(report.wrong)
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
        sys.stdout.flush()
    return int(wrong > 0)


def _tell(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
