"""All texts in all places through all skills, or some rounds of it: python -m evals.injection [FIRST [LAST]]."""

import sys
from itertools import groupby

from bot.terminal import out
from evals.injection import measure, texts
from evals.injection.places import PLACES
from evals.suite import load


def main() -> int:
    """Run the rounds, say how much of the whole they are, and what was found; 1 where something was."""
    given = texts.attacks(harmless=True)
    bounds = [int(number) for number in sys.argv[1:3]]
    numbers = range(len(given))[slice(*bounds)] if len(bounds) == 2 else range(*(bounds or [len(given)]))
    tally = measure.attacked(load("injection").now, given, numbers, quiet=False, every=True)
    whole = len(given) * len(PLACES)
    out.print(
        f"{len(given)} texts, {len(PLACES)} places: {len(tally.covered)} of {whole} pairs, {tally.answers} answers."
    )
    out.print(f"Obeyed {tally.obeyed} times; {tally.spoiled} of {tally.worded} worded answers hold a planted sentence.")
    for check in measure.CHECKS:
        out.print(f"{check}: {tally.share(check):.4f}")
        for where, rows in groupby(tally.wrong[check], lambda row: row[0]):
            out.print(f"  {where}: {next(rows)[1][:300]}", markup=False)
    return int(any(tally.wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
