"""Run the suite: probes by people without the right, the same words by people who have it, changes of rights, and twins."""

from collections.abc import Iterator
from itertools import chain, cycle
from statistics import fmean
from typing import Any

import yaml

from bot.terminal import bars
from evals.confidentiality import models, moves, twins
from evals.confidentiality.asking import House, house
from evals.confidentiality.probing import Probe, Scored, answered, filled, judged, target
from evals.confidentiality.rights import sees_page
from evals.confidentiality.world import LED, Company, World, made
from evals.suite import Result, Suite

ASKERS = (
    ("own", "alba"),
    ("team", "carla"),
    ("own", "nell"),
    ("all", "alba"),
    ("own", "emil"),
    ("team", "emil"),
    ("own", "enzo"),
)
"""(who sees what, who asks): a seller, a manager, one of a team of two, enablement that sells nothing"""
Template = dict[str, str]
Templates = dict[str, list[Template]]


def run(suite: Suite, *, quiet: bool, whole: bool = False) -> Result:
    """Ask a part of everything, or the whole, and score each answer."""
    world = made(suite.now)
    templates: Templates = yaml.safe_load((suite.folder / "probes.yaml").read_text(encoding="utf-8"))
    scored: list[Scored] = []
    with house(world) as here, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        parts = (
            # First, as what was asked before must be the same in both.
            twins.run(here, templates, whole), probes(here, templates, 3 if whole else 2), controls(here, templates),
            models.run(here, whole), moves.run(here, whole),
        )  # fmt: skip
        for one in chain(*parts):
            scored.append(one)
            moved(len(scored), max(MANY, len(scored)), one[0])
    return result(suite, scored)


MANY = 600
"""questions, about"""


def result(suite: Suite, scored: list[Scored]) -> Result:
    """The share of each metric."""
    values: dict[str, list[float]] = {name: [] for name in suite.thresholds}
    for _, row, _ in scored:
        for name, value in row.items():
            values[name].append(value)
    return Result(
        suite=suite.name,
        metrics={name: fmean(found) if found else None for name, found in values.items()},
        n={name: len(found) for name, found in values.items()},
        model="offline",
        cases={key: row for key, row, _ in scored},
        notes={key: {next(iter(row)): why} for key, row, why in scored if why},
        questions={key: key for key, _, why in scored if why},
    )


def probes(here: House, templates: Templates, each: int) -> Iterator[Scored]:
    """Each template, asked by some who may not know what it asks for."""
    askers = cycle(ASKERS)
    for kind, rows in templates.items():
        for at, row in enumerate(rows):
            for turn, (sees, who) in enumerate([next(askers) for _ in range(each)]):
                text = filled(row["ask"], here.world, who, target(here.world, who, sees, at))
                probe = Probe(f"{kind} {at}: {who} ({sees})", sees, who, text, f"{kind}{at}{who}{sees}")
                if turn == 0:
                    # Somebody who sees all asks the same first: nothing that is remembered may be told on.
                    here.ask(sees, "ada", text, f"{probe.thread}-ada")
                yield judged(here.world, probe, here.ask(sees, who, text, probe.thread))


def controls(here: House, templates: Templates) -> Iterator[Scored]:
    """What people may know, asked in the same words."""
    wanted = [(row, at) for rows in templates.values() for at, row in enumerate(rows) if row.get("has")]
    for row, at in wanted:
        about = here.world.companies[at % len(here.world.companies)]
        for sees, who in _entitled(here.world, row["has"], about):
            text = filled(row["ask"], here.world, who, about)
            heard = here.ask(sees, who, text, f"control{text}{who}{sees}")
            yield answered(f"control: {text} by {who} ({sees})", heard, _token(here.world, row["has"], about))


def _entitled(world: World, has: str, about: Company) -> Iterator[tuple[str, str]]:
    page = next((one for one in world.pages if one.teams == (has,)), None)
    if page:
        yield from (("own", who) for who in ("alba", "carla", "emil", "nell", "enzo", "ada") if sees_page(who, page))
        return
    boss = next(key for key, led in LED.items() if about.owner in led)
    yield from (("own", about.owner), ("own", boss), ("own", "ada"), ("team", about.owner), ("all", "enzo"))


def _token(world: World, has: str, about: Company) -> str:
    """The word or amount that must be told."""
    page = next((one for one in world.pages if one.teams == (has,)), None)
    words: dict[str, Any] = {"name": about.name.split()[0], "person": about.people[0].split()[1]}
    return page.token if page else str(words.get(has) or getattr(about, has))


def skipped() -> str:
    """Nothing is ever missing."""
    return ""
