"""A suite: its settings, cases and accepted results, read from one folder."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.errors import UsageError
from bot.proposals import Chart

FOLDER = Path(__file__).parent
PASSING = {"notes", "questions", "seconds", "charts"}
"""what of a run is for its report alone"""
ROUNDING = 1e-9
"""a difference that is none: the order in which floats were added"""


class Promise(BaseModel):
    """What the product promises, and how that is measured."""

    model_config = ConfigDict(frozen=True)

    id: str
    promise: str
    how: str
    short: str = ""
    """what the figures do not show, or where they are not good"""


class Case(BaseModel):
    """One request and what a good answer holds."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    account: str | None = None
    asker: str | None = None
    skill: str | None = None
    answerable: bool = True
    source: tuple[str, ...] = ()
    """ends of the sources of which one must be cited"""
    must: tuple[tuple[str, ...], ...] = ()
    """groups of alternatives; one of each must stand in the answer"""
    must_not: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    """ends of sources that must not be cited"""
    unknown: tuple[str, ...] = ()
    """words that must stand among the unknowns"""
    proposes: tuple[str, ...] | None = None
    """kinds of writes that must be proposed, in order; None: not looked at"""
    writes: tuple[dict[str, Any], ...] = ()
    """fields that the proposed writes must hold, as JSON values, in order; other fields are not looked at"""


class Suite(BaseModel):
    """What is run, as whom, when, and what must be reached."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    promise: str = ""
    """id of what it measures, out of promises.yaml"""
    tolerance: float = 0.0
    """how far a metric may fall below the accepted one: above 0 only where vectors or fitted weights count, whose last digits are the processor's"""
    now: datetime
    asker: str = ""
    cases: str = ""
    """file of JSON lines beside the suite"""
    scorers: tuple[str, ...] = ()
    runs: str | None = None
    """module with `run(suite, quiet) -> Result | None` and `skipped() -> str`, for a suite that asks no assistant"""
    thresholds: dict[str, float]
    elsewhere: tuple[str, ...] = ()
    """metrics over data that is kept outside of the project, which may not be there"""
    means: dict[str, str] = {}
    """what each metric measures, in words; `recall` also stands for `blind_recall`, where that has no words of its own"""

    def meaning(self, metric: str) -> str:
        """What a metric measures, in the suite's words; empty where it has none."""
        ends = [name for name in self.means if metric == name or metric.endswith(f"_{name}")]
        return self.means[max(ends, key=len)] if ends else ""

    @property
    def folder(self) -> Path:
        """Where the suite lives."""
        return FOLDER / self.name

    def read_cases(self) -> list[Case]:
        """The suite's cases in file order."""
        lines = (self.folder / self.cases).read_text(encoding="utf-8").splitlines()
        return [Case.model_validate_json(line) for line in lines if line.strip()]


class Result(BaseModel):
    """What a run of a suite came to."""

    suite: str
    metrics: dict[str, float | None]
    """mean of each scorer over the cases it scored; None where it scored none"""
    n: dict[str, int]
    model: str
    prompt_versions: tuple[str, ...] = ()
    tokens: int = 0
    cost: float | None = None
    """USD, where a model was asked whose price is known"""
    seconds: float = 0.0
    charts: tuple[Chart, ...] = ()
    """what is better seen than read"""
    cases: dict[str, dict[str, float]] = Field(default_factory=dict)
    notes: dict[str, dict[str, str]] = Field(default_factory=dict)
    """why a case lost a point, by case and scorer"""
    questions: dict[str, str] = Field(default_factory=dict)
    """what each case that lost a point asks"""

    def failures(self, suite: Suite, accepted: "Result | None") -> list[str]:
        """Sentences for every threshold missed and every fall below the accepted results."""
        found = []
        for name, floor in suite.thresholds.items():
            value = self.metrics.get(name)
            if (value is None or value < floor) and not self._is_away(suite, name):
                found.append(f"{self.suite}: {name} is {_shown(value)}, below its threshold {floor:.3f}.")
        for name, before in (accepted.metrics if accepted else {}).items():
            value = self.metrics.get(name)
            fell = before is not None and (value is None or value < before - suite.tolerance - ROUNDING)
            if fell and not self._is_away(suite, name):
                found.append(
                    f"{self.suite}: {name} fell from {_shown(before)} to {_shown(value)}; accept with --record."
                )
        return found

    def _is_away(self, suite: Suite, name: str) -> bool:
        return self.metrics.get(name) is None and name in suite.elsewhere


def _shown(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.3f}"


def promises() -> list[Promise]:
    """What the product promises, in the order in which people read it."""
    return [Promise.model_validate(one) for one in yaml.safe_load((FOLDER / "promises.yaml").read_text("utf-8"))]


def names() -> list[str]:
    """Names of all suites."""
    return sorted(path.parent.name for path in FOLDER.glob("*/suite.yaml"))


def load(name: str) -> Suite:
    """Read a suite; UsageError names the suites where there is no such one."""
    path = FOLDER / name / "suite.yaml"
    if not path.is_file():
        raise UsageError(f"There is no suite {name}; choose one of {', '.join(names())}.")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Suite.model_validate({"name": name, **data})


def accepted(suite: Suite, model: str) -> Result | None:
    """The accepted results of that model, if there are any."""
    path = _results(suite, model)
    return Result.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else None


def accept(suite: Suite, result: Result) -> None:
    """Make these results the accepted ones."""
    plain = result.model_dump(mode="json", exclude=PASSING)
    _results(suite, result.model).write_text(json.dumps(plain, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _results(suite: Suite, model: str) -> Path:
    name = "results.json" if model == "offline" else f"results.{model.replace(':', '-').replace('/', '-')}.json"
    return suite.folder / name
