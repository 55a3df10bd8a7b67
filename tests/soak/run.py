"""Rounds of one world, with what was wrong and the figures."""

import random
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from soak import checks
from soak.company import ACCOUNTS
from soak.plan import World, rounds
from soak.slack import Person
from soak.world import Office

MOST_AT_ONCE = 6
"""people who still wait when the next round begins"""
Met = tuple[Person, threading.Thread]


@dataclass
class Report:
    """What a world came to."""

    world: World
    rounds: int = 0
    wrong: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def soak(
    world: World, number: int, seed: int, told: Callable[[str], None], *, until: float | None = None, keep: bool = False
) -> Report:
    """Live through the rounds of a world; `until` ends them early, by the monotonic clock."""
    started, report = time.monotonic(), Report(world)
    folder = Path(tempfile.mkdtemp(prefix=f"soak-{world}-"))
    dice = random.Random(seed)
    with Office(world, folder) as office:
        under_way: list[Met] = []
        for n, plan in enumerate(rounds(world, number, seed, len(ACCOUNTS))):
            if until is not None and time.monotonic() > until:
                break
            under_way += office.begin(plan, n, dice)
            under_way = _until(office, report, under_way, MOST_AT_ONCE, told)
            report.rounds += 1
            if n % 10 == 9:
                told(f"{world}: {n + 1} rounds, {office.counts['kills']} kills, {time.monotonic() - started:.0f} s")
        _until(office, report, under_way, 0, told)
        report.wrong += [f"ended with {status}" for status in office.end() if status]
        report.wrong += [one for one in checks.at_the_end(office) if one not in report.wrong]
        report.counts = dict(sorted(office.counts.items())) | checks.tally(office)
    report.seconds = time.monotonic() - started
    if not keep and not report.wrong:
        office.clear()
    elif report.wrong:
        told(f"{world}: the home is kept in {folder}")
    return report


def _until(office: Office, report: Report, under_way: list[Met], most: int, told: Callable[[str], None]) -> list[Met]:
    """Wait until only so many people still wait, and look at what the others got."""
    while True:
        waiting = [(person, thread) for person, thread in under_way if thread.is_alive()]
        if len(waiting) <= most:
            break
        waiting[0][1].join(0.05)
    done = [person for person, thread in under_way if not thread.is_alive()]
    wrong = [one for one in checks.after_round(office, done) if one not in report.wrong]
    report.wrong += wrong
    for one in wrong:
        told(f"{report.world}, round {report.rounds}: {one}")
    return waiting
