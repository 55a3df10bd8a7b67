"""Write docs/promises.md out of the promises and the accepted results: `python -m evals.page`."""

from collections.abc import Iterator
from pathlib import Path

from evals.scorers import scored
from evals.suite import Promise, Result, Suite, accepted, load, names, promises

PAGE = Path(__file__).parent.parent / "docs" / "promises.md"
HEAD = """# What is promised, and how well it holds

Each promise with the suites that measure it and their newest accepted figures; `seller eval NAME` runs one of them, and
`seller eval --report report.html` all, with plots and every case that lost a point. `make check` fails where a figure falls below
its threshold or below what is written here. A figure of 1 says that nothing was found against it on these cases, not that nothing
can be. Where a suite was written beside the rules that it measures, it says so in its `suite.yaml`, with the figures of first runs.

This page is made by `python -m evals.page`.
"""


def text() -> str:
    """The whole page."""
    suites = [load(name) for name in names()]
    return HEAD + "".join(_promise(one, [suite for suite in suites if suite.promise == one.id]) for one in promises())


def _promise(promise: Promise, suites: list[Suite]) -> str:
    rows = "".join(row for suite in suites for row in _rows(suite))
    short = f"\n**What that does not show:** {promise.short.strip()}\n" if promise.short else ""
    table = f"\n| suite | figure | value | of | at least |\n|---|---|---|---|---|\n{rows}" if rows else ""
    return f"\n## {promise.promise}\n\n{promise.how.strip()}\n{table}{short}"


def _rows(suite: Suite) -> Iterator[str]:
    result = accepted(suite, "offline")
    for at, (name, floor) in enumerate(suite.thresholds.items()):
        value = result.metrics.get(name) if result else None
        told = f"`{name}` {suite.meaning(name) or scored(name)}"
        lead = f"**{suite.name}**: {suite.description.strip()}" if at == 0 else ""
        yield f"| {lead} | {told} | {_shown(value)} | {_count(result, name)} | {_shown(floor)} |\n"


def _count(result: Result | None, name: str) -> str:
    return f"{result.n.get(name, 0):,}" if result else ""


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
