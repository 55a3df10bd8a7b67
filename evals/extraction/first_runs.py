"""Show how sure claims of first runs were, right and wrong: `python -m evals.extraction.first_runs`.

`first_runs.jsonl` holds the claims that the rules made on calls that nobody had seen by then: the set, the kind, the turns with their
side, and whether a reader had marked it. Each is weighed by what was learnt without its set. `likely.py` has its numbers from here.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bot.learnt import Regression
from bot.skills.summarising.likely import KINDS, NAMES
from evals.extraction.train import PARTS, files, learnt, rows

FILE = Path(__file__).with_name("first_runs.jsonl")
FROM = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
Weighed = tuple[str, float, bool]
"""kind, chance, whether it was right"""


def weighed() -> Iterator[Weighed]:
    """Each claim with the chance that is learnt without its set."""
    claims: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    for part in dict.fromkeys(claim["set"] for claim in claims):
        with tempfile.TemporaryDirectory() as folder:
            weights = Path(folder) / "without.npz"
            np.savez_compressed(weights, **learnt(rows(files([one for one in PARTS if one != part])), part))
            for claim in claims:
                if claim["set"] == part:
                    yield from _weighed(claim, Regression(weights))


def _weighed(claim: dict[str, Any], regression: Regression) -> Iterator[Weighed]:
    kind = NAMES.get(claim["kind"], claim["kind"])
    if kind in KINDS:
        yield kind, max(regression.chances(text)[kind] for text in claim["said"]), claim["right"]


def main() -> int:
    """Print a line a kind: right and wrong claims from each chance on."""
    found = list(weighed())
    for kind in [*KINDS, "all"]:
        own = [(chance, right) for name, chance, right in found if kind in (name, "all")]
        parts = [(sum(r for c, r in own if c >= least), sum(not r for c, r in own if c >= least)) for least in FROM]
        told = "  ".join(
            f"{least:.1f}: {right:3}+{wrong:<2}" for least, (right, wrong) in zip(FROM, parts, strict=True)
        )
        sys.stdout.write(f"{kind:20} {told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
