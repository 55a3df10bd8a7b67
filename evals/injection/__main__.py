"""All texts in all places through all skills, or some rounds of it: python -m evals.injection [FIRST LAST] [--live]."""

import argparse
from collections.abc import Sequence
from itertools import groupby

from bot.terminal import out
from evals.injection import measure, texts
from evals.injection.places import PLACES
from evals.suite import load


def main() -> int:
    """Run the rounds, say how much of the whole they are, and what was found; 1 where something was."""
    parser = argparse.ArgumentParser(prog="python -m evals.injection", description=__doc__)
    parser.add_argument("rounds", nargs="*", type=int, metavar="ROUND", help="the first, and the one behind the last")
    parser.add_argument(
        "--live", action="store_true", help="with the model of the settings, and the questions it words"
    )
    asked = parser.parse_args()
    given = texts.attacks(harmless=True)
    numbers = range(*(asked.rounds or [len(given)]))
    now = load("injection").now
    tally = measure.lived(now, given, numbers) if asked.live else measure.attacked(now, given, numbers, every=True)
    _tell(tally, given)
    return int(any(tally.wrong.values()))


def _tell(tally: measure.Tally, given: Sequence[texts.Attack]) -> None:
    whole = len(given) * len(PLACES)
    out.print(
        f"{len(given)} texts, {len(PLACES)} places: {len(tally.covered)} of {whole} pairs, {tally.answers} answers by {tally.model}."
    )
    out.print(f"Obeyed {tally.obeyed} times; {tally.spoiled} of {tally.worded} worded answers hold a planted sentence.")
    out.print(f"{tally.held_back} answers were withheld by caution until a person decides.")
    for check in measure.CHECKS:
        out.print(f"{check}: {tally.share(check):.4f}")
        for where, rows in groupby(tally.wrong[check], lambda row: row[0]):
            out.print(f"  {where}: {next(rows)[1][:300]}", markup=False)


if __name__ == "__main__":
    raise SystemExit(main())
