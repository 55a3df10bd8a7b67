"""Run the suite: every figure of 200 generated digests, and of the statistics of some, against sums of their own in SQL."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import fmean
from typing import Any

from bot import settings
from bot.app import App
from bot.assistant import Request
from bot.commands import stats
from bot.crm.local import replace_all
from bot.proposals import Figure
from bot.terminal import bars
from evals.digests.comparing import Key, Wanted, differs
from evals.digests.reference import Reference
from evals.digests.statistics import statistics, unequal
from evals.digests.worlds import World, worlds
from evals.suite import Result, Suite

DIGESTS, STATISTICS = 200, 60
PERCENTILES = ("P10", "P50", "P90")


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure how many figures, and how many digests as a whole, are as the reference has them."""
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    told = 0
    with home() as ask, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        for world in worlds(DIGESTS):
            key = f"{world.number:03}"
            scores[key], notes[key] = scored(ask.digest(world), Reference(world).figures())
            if world.number < STATISTICS:
                held, wrong = unequal(ask.statistics(world), statistics(world))
                scores[key]["stats"], told = 1 - len(wrong) / held, told + held
                notes[key] |= {"stats": "; ".join(wrong[:4])} if wrong else {}
            moved(world.number + 1, DIGESTS, key)
    figures = sum(row.pop("right") for row in scores.values()), sum(row.pop("all") for row in scores.values())
    names = ("digests", "named")
    metrics: dict[str, float | None] = {name: fmean(row[name] for row in scores.values()) for name in names}
    same = [row["stats"] for row in scores.values() if "stats" in row]
    return Result(
        suite=suite.name,
        metrics={"figures": figures[0] / figures[1], **metrics, "stats": fmean(same)},
        n={"figures": int(figures[1]), **dict.fromkeys(names, len(scores)), "stats": told},
        model="offline",
        cases=scores,
        notes={key: why for key, why in notes.items() if why},
    )


def skipped() -> str:
    """Say why the suite was not run; its worlds are made by it, so that it always is."""
    return "digests: skipped."


class Home:
    """One home that is filled anew for every world."""

    def __init__(self, folder: Path) -> None:
        fields = settings.Settings.model_fields
        usual = {name: field.get_default(call_default_factory=True) for name, field in fields.items()}
        own = {"home": folder, "model": "offline", "crm_sees": "all"}
        self.settings = settings.Settings.model_construct(**{**usual, **own})
        self.engine = App(self.settings).engine

    def digest(self, world: World) -> list[Figure]:
        """The figures of the answer to a world's question."""
        with self.app(world) as app:
            asker = app.user(world.asker)
            request = Request(world.question, asker, world.now, f"eval:{world.number}", skill="pipeline")
            return list(app.assistant.answer(request).draft.figures)

    def statistics(self, world: World) -> dict[str, Any]:
        """What `seller pipeline stats --group owner` prints for a world's days, asked by who sees everything."""
        told = StringIO()
        with self.app(world) as app, redirect_stdout(told):
            first, last = world.span.first.isoformat(), world.span.last.isoformat()
            stats.run(app, first, last, group="owner", team="", named="u-boss", as_json=True)
        printed: dict[str, Any] = json.loads(told.getvalue())
        return printed

    @contextmanager
    def app(self, world: World) -> Iterator[App]:
        """The assistant over a world's records, under its settings."""
        own = {"currency": world.base, "rates": world.rates, "stage_aliases": world.aliases}
        app = App(self.settings.model_copy(update=own), lambda: world.now)
        app.__dict__["engine"] = self.engine  # one database for all, as making one takes longer than an answer
        replace_all(self.engine, world.records, as_of=world.now)
        with app:
            yield app


@contextmanager
def home() -> Iterator[Home]:
    """A home in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        made = Home(Path(folder))
        yield made
        made.engine.dispose()


def scored(found: list[Figure], wanted: Mapping[Key, Wanted]) -> tuple[dict[str, float], dict[str, str]]:
    """Give a digest's scores and why it lost a point: each figure found or due counts once."""
    by_key = {(figure.name, figure.unit): figure for figure in found}
    keys = {**by_key, **{key: None for key, want in wanted.items() if want.must}}
    why = {key: differs(by_key.get(key), wanted.get(key)) for key in keys}
    why |= {(name, ""): "is there twice" for name in ("figures",) if len(by_key) < len(found)}
    bands = [by_key[key].value for key in by_key if key[0] in PERCENTILES]
    if bands != sorted(bands):
        why["P10", ""] = "lies above P50, or that above P90"
    wrong = {key: text for key, text in why.items() if text}
    named = all(key in wanted for key in by_key)
    scores = {
        "right": float(len(why) - len(wrong)),
        "all": float(len(why)),
        "digests": float(not wrong),
        "named": float(named),
    }
    told = "; ".join(f"{name} {unit} {text}".replace("  ", " ") for (name, unit), text in list(wrong.items())[:4])
    return scores, {"digests": told} if wrong else {}
