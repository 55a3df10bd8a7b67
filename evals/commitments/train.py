"""Write the detector's weights anew: python -m evals.commitments.train (needs the dev group and SELLER_TEST_DATA)."""

import json
import sys
from dataclasses import asdict

from bot.skills.summarising.asking import WEIGHTS
from evals.commitments.recipe import FILE, load, split, trained

NOTE = (
    "Weights of a logistic regression, written by evals/commitments/train.py from three quarters of the sentences of Parakweet's "
    "EmailIntentDataSet (Apache-2.0, 2014). No sentence of it is kept here: pairs of words that stand in four or more, with names, "
    "numbers, addresses and links masked."
)


def main() -> int:
    """Train on the training part, and write."""
    data = load()
    if data is None:
        sys.stderr.write(f"There are no sentences at {FILE}; set SELLER_TEST_DATA to the folder above.\n")
        return 1
    made = trained(split(data)[0])
    values = {"note": NOTE, **asdict(made)}
    WEIGHTS.write_text(json.dumps(values, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(made.pairs)} pairs, {len(made.marks)} marks, threshold {made.threshold}.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
