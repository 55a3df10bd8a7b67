"""An HTML report of eval runs: the verdict, a bar for each metric with its threshold, every case that lost a point."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from evals.scorers import SCORERS
from evals.suite import Result, Suite

STYLE = """:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:68rem;padding:0 1rem}
h1{margin-bottom:.2rem}h2{margin:2.2rem 0 .2rem}p{margin:.3rem 0 1rem}
table{border-collapse:collapse;width:100%}
td,th{padding:.35rem .7rem .35rem 0;text-align:left;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th.n{text-align:right}
small{display:block;opacity:.7}
.bar{position:relative;height:.9rem;width:14rem;margin-top:.3rem;background:#8883}
.bar i{position:absolute;height:100%;background:#3a7d5d}.bar i.low{background:#b8443a}
.bar b{position:absolute;top:-.2rem;height:1.3rem;border-left:2px solid}
.verdict{padding:.6rem .9rem;border-left:5px solid #3a7d5d;background:#3a7d5d22}
.verdict.fail{border-color:#b8443a;background:#b8443a22}
summary{cursor:pointer;margin:.8rem 0}"""
NUMBER_HEADS = ("value", "cases", "threshold", "accepted")

Row = tuple[Suite, Result, Result | None]


def write(path: Path, results: Sequence[Row], failures: Sequence[str]) -> None:
    """Write the report of (suite, result, accepted result or None) rows and the failures' sentences."""
    body = "".join(_suite(*row) for row in results)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Eval report</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>Eval report</h1>{_verdict(results, failures)}{body}</body></html>\n"
    )
    path.write_text(page, encoding="utf-8")


def _verdict(results: Sequence[Row], failures: Sequence[str]) -> str:
    ran = "; ".join(f"{suite.name}: {len(result.cases)} cases, model {result.model}" for suite, result, _ in results)
    said = "".join(f"<br>{escape(text)}" for text in failures) or "<br>Every threshold is reached."
    return f'<p class="verdict{" fail" if failures else ""}">{escape(ran)}.{said}</p>'


def _suite(suite: Suite, result: Result, before: Result | None) -> str:
    rows = "".join(_metric(name, value, suite, result, before) for name, value in result.metrics.items())
    heads = "".join(f'<th class="n">{head}</th>' for head in NUMBER_HEADS)
    versions = f" · prompts {', '.join(result.prompt_versions)}" if result.prompt_versions else ""
    tokens = f" · {result.tokens:,} tokens" if result.tokens else ""
    title = f"<h2>{escape(suite.name)}</h2><p>{escape(suite.description + versions + tokens)}</p>"
    return f"{title}<table><tr><th>metric</th><th></th>{heads}</tr>{rows}</table>{_lost(result)}"


def _lost(result: Result) -> str:
    """The cases that lost a point, in the order of the suite, each with the reasons and its question."""
    if not result.notes:
        return "<p>No case lost a point.</p>"
    rows = "".join(
        f"<tr><td>{escape(key)}</td><td>{_reasons(why)}</td><td>{escape(result.questions.get(key, ''))}</td></tr>"
        for key, why in result.notes.items()
    )
    count = f"{len(result.notes)} of {len(result.cases)} cases lost a point"
    head = "<tr><th>case</th><th>why</th><th>question</th></tr>"
    return f"<details open><summary>{count}</summary><table>{head}{rows}</table></details>"


def _reasons(why: dict[str, str]) -> str:
    return "<br>".join(escape(f"{name}: {text}") for name, text in why.items())


def _metric(name: str, value: float | None, suite: Suite, result: Result, before: Result | None) -> str:
    floor, was = suite.thresholds.get(name), before.metrics.get(name) if before else None
    low = " class=low" if value is not None and floor is not None and value < floor else ""
    mark = f'<b style="left:{floor:.1%}"></b>' if floor is not None else ""
    bar = f'<div class="bar"><i{low} style="width:{value or 0:.1%}"></i>{mark}</div>'
    numbers = (_number(value), str(result.n[name]), _number(floor), _number(was))
    cells = "".join(f'<td class="n">{cell}</td>' for cell in numbers)
    return f"<tr><td>{escape(name)}<small>{_meaning(name)}</small></td><td>{bar}</td>{cells}</tr>"


def _meaning(name: str) -> str:
    """What a metric measures, in its scorer's own words."""
    scorer = SCORERS.get(name)
    return escape((scorer.__doc__ or "").strip().splitlines()[0]) if scorer else ""


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
