"""Write the score's weights anew: python -m evals.grounding.train (needs the dev group and SELLER_TEST_DATA).

They are learnt from all three domains of SummEdits; how they do on a domain that they have not seen, the suite tells.
"""

import json
import sys

from bot.grounding.scoring import FILE
from evals.grounding.recipe import FOLDER, is_there, learnt, summaries

JUDGE = {"supported": 0.0, "contradicted": -1.5, "not_found": -1.5}
"""what a judge's word adds, by hand: small models were too weak to learn it from (evals/grounding/judges.py)"""
NOTE = (
    "Weights of two logistic regressions, written by evals/grounding/train.py from SummEdits (Laban et al. 2023, Salesforce, Apache-2.0); "
    "no text of it is kept."
)


def main() -> int:
    """Learn, and write."""
    if not is_there():
        sys.stderr.write(f"There are no summaries at {FOLDER}; set SELLER_TEST_DATA to the folder above.\n")
        return 1
    made = learnt(summaries())
    FILE.write_text(json.dumps({"note": NOTE, **made, "judge": JUDGE}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{json.dumps(made)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
