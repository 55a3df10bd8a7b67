"""The same text against the same sources gets the same verdict in every process."""

import json
import os
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parents[2] / "evals" / "grounding" / "cases.jsonl"
BEST = """
import json, sys
from bot.grounding.align import best_fit
from bot.grounding.passage import of_text
sources, text = json.loads(sys.argv[1])
print(best_fit(text, tuple((n, of_text(f"{told['title']}\\n{told['text']}")) for n, told in enumerate(sources, 1))).at)
"""


def test_no_order_of_a_set_decides_which_passage_fits() -> None:
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    [trials] = [row for row in rows if row["name"] == "blind-trials"]
    given = json.dumps([trials["sources"], trials["sentences"][1]["text"]])
    seen = {
        subprocess.run(
            [sys.executable, "-c", BEST, given],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("10334", "45513", "88903")
    }
    assert len(seen) == 1
