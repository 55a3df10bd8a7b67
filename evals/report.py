"""An HTML report of eval runs: a bar for each metric with its threshold, and every case that lost a point."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from evals.suite import Result, Suite

STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1d2733}
table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;text-align:left;border-bottom:1px solid #dde3ea;
vertical-align:top}.bar{position:relative;height:1rem;width:16rem;background:#eef1f5}.bar i{position:absolute;height:100%;
background:#3a7d5d}.bar i.low{background:#b8443a}.bar b{position:absolute;height:100%;border-left:2px solid #1d2733}
.fail{color:#b8443a}"""


def write(path: Path, results: Sequence[tuple[Suite, Result, Result | None]], failures: Sequence[str]) -> None:
    """Write the report."""
    body = "".join(_suite(*row) for row in results)
    verdict = (
        "".join(f'<p class="fail">{escape(text)}</p>' for text in failures) or "<p>All thresholds are reached.</p>"
    )
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Eval report</title><style>{STYLE}</style>'
    path.write_text(f"{page}<h1>Eval report</h1>{verdict}{body}</html>\n", encoding="utf-8")


def _suite(suite: Suite, result: Result, before: Result | None) -> str:
    rows = "".join(_metric(name, value, suite, result, before) for name, value in result.metrics.items())
    lost = "".join(
        f"<tr><td>{escape(case)}</td><td>{escape('; '.join(f'{k}: {v}' for k, v in why.items()))}</td></tr>"
        for case, why in result.notes.items()
    )
    head = "<tr><th>metric</th><th></th><th>value</th><th>n</th><th>threshold</th><th>accepted</th></tr>"
    title = f"<h2>{escape(suite.name)} · {escape(result.model)}</h2><p>{escape(suite.description)}</p>"
    return f"{title}<table>{head}{rows}</table><h3>Cases that lost a point</h3><table>{lost}</table>"


def _metric(name: str, value: float | None, suite: Suite, result: Result, before: Result | None) -> str:
    floor = suite.thresholds.get(name)
    was = before.metrics.get(name) if before else None
    low = " class=low" if value is not None and floor is not None and value < floor else ""
    mark = f'<b style="left:{floor:.1%}"></b>' if floor is not None else ""
    bar = f'<div class="bar"><i{low} style="width:{value or 0:.1%}"></i>{mark}</div>'
    cells = (name, bar, _number(value), str(result.n[name]), _number(floor), _number(was))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
