"""An HTML report of eval runs: the verdict, what is promised and whether it held, plots, and every case that lost a point."""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import prompts
from bot import charts
from bot.commands.output import write_page
from bot.proposals import Chart, Series
from bot.terminal import err
from evals.scorers import scored
from evals.suite import Promise, Result, Suite, promises

STYLE = """:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:68rem;padding:0 1rem}
h1{margin-bottom:.2rem}h2{margin:2.2rem 0 .2rem}p{margin:.3rem 0 1rem}
table{border-collapse:collapse;width:100%}
td,th{padding:.35rem .7rem .35rem 0;text-align:left;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th.n{text-align:right}
small{display:block;opacity:.7}
img{max-width:min(100%,36rem);display:block;height:auto;margin:.6rem 0}
.bar{position:relative;height:.9rem;width:14rem;margin-top:.3rem;background:#8883}
.bar i{position:absolute;height:100%;background:#3a7d5d}.bar i.low{background:#b8443a}
.bar b{position:absolute;top:-.2rem;height:1.3rem;border-left:2px solid}
.verdict{padding:.6rem .9rem;border-left:5px solid #3a7d5d;background:#3a7d5d22}
.verdict.fail{border-color:#b8443a;background:#b8443a22}
.fell{color:#b8443a;font-weight:600}
summary{cursor:pointer;margin:.8rem 0}"""
NUMBER_HEADS = ("value", "cases", "threshold", "accepted", "change")
MOST = 24
"""bars that one plot holds"""

Row = tuple[Suite, Result, Result | None]


def write(path: Path, results: Sequence[Row], failures: Sequence[str], skipped: Sequence[str] = ()) -> None:
    """Write the report of (suite, result, accepted result or None) rows, what failed and was skipped, and say where it is."""
    body = "".join(_suite(*row) for row in results)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Eval report</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>Eval report</h1>{_verdict(results, failures, skipped)}{_promised(results)}"
        f"{_pictures(_overview(results))}{body}{_prompts()}</body></html>\n"
    )
    write_page(path, page)
    err.print(f"The report is in {path}.", markup=False, soft_wrap=True)


def _verdict(results: Sequence[Row], failures: Sequence[str], skipped: Sequence[str]) -> str:
    held = sum(len(result.metrics) for _, result, _ in results)
    models = ", ".join(sorted({result.model for _, result, _ in results})) or "none"
    seconds = sum(result.seconds for _, result, _ in results)
    costs = [result.cost for _, result, _ in results if result.cost is not None]
    cost = f", {sum(costs):.4f} USD" if costs else ""
    suites = "1 suite" if len(results) == 1 else f"{len(results)} suites"
    ran = f"{suites}, {held} figures, model {models}, {seconds:.0f} s{cost}."
    said = "".join(f"<br>{escape(text)}" for text in failures) or "<br>Every threshold is reached, and nothing fell."
    left = "".join(f"<br>Not run: {escape(text)}" for text in skipped)
    return f'<p class="verdict{" fail" if failures else ""}">{escape(ran)}{said}{left}</p>'


def _promised(results: Sequence[Row]) -> str:
    """A table of what is promised, with the suites that measure it and the figures that stand nearest to their threshold."""
    rows = "".join(_kept(promise, [row for row in results if row[0].promise == promise.id]) for promise in promises())
    return f"<h2>What is promised</h2><table><tr><th>promise</th><th>measured by</th><th>holds</th></tr>{rows}</table>"


def _kept(promise: Promise, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    links = ", ".join(f'<a href="#{suite.name}">{suite.name}</a>' for suite, _, _ in rows)
    lost = [text for suite, result, before in rows for text in result.failures(suite, before)]
    holds = f'<span class="fell">no: {escape(" ".join(lost))}</span>' if lost else "yes"
    return f"<tr><td>{escape(promise.promise)}</td><td>{links}</td><td>{holds}</td></tr>"


def _prompts() -> str:
    """Every prompt with the version that a model is asked by now."""
    names = sorted(path.stem for path in prompts.FOLDER.glob("[!_]*.md"))
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{prompts.load(name).version}</td></tr>" for name in names)
    return f"<h2>Prompts</h2><table><tr><th>prompt</th><th>version</th></tr>{rows}</table>"


def _overview(results: Sequence[Row]) -> Iterable[Chart]:
    """What moved since the accepted results, what stands nearest to its threshold, and where the time goes."""
    every = [
        (suite, name, value, before) for suite, result, before in results for name, value in result.metrics.items()
    ]
    moved = [
        (f"{suite.name} {name}", value - was)
        for suite, name, value, before in every
        if value is not None and before and (was := before.metrics.get(name)) is not None and abs(value - was) > 1e-9
    ]
    room = [
        (f"{suite.name} {name}", value - suite.thresholds[name])
        for suite, name, value, _ in every
        if value is not None and name in suite.thresholds and value < 1
    ]
    yield from _bars("Moved since the accepted results", sorted(moved, key=lambda one: one[1]))
    yield from _bars("Room above the threshold, least first", sorted(room, key=lambda one: one[1]))
    times = [(suite.name, result.seconds) for suite, result, _ in results if result.seconds]
    yield from _bars("Seconds", sorted(times, key=lambda one: -one[1]))


def _bars(title: str, found: Sequence[tuple[str, float]]) -> Iterable[Chart]:
    first = found[:MOST]
    if first:
        said = "; ".join(f"{name} {value:.3f}" for name, value in first)
        yield Chart(
            kind="barh",
            title=title,
            alt=f"{title}: {said}.",
            labels=tuple(name for name, _ in first),
            series=(Series(name="", values=tuple(value for _, value in first)),),
        )


def _pictures(drawn: Iterable[Chart]) -> str:
    return "".join(
        f'<img alt="{escape(chart.alt)}" src="data:image/png;base64,{base64.b64encode(charts.png(chart)).decode()}">'
        for chart in drawn
    )


def _suite(suite: Suite, result: Result, before: Result | None) -> str:
    rows = "".join(_metric(name, value, suite, result, before) for name, value in result.metrics.items())
    heads = "".join(f'<th class="n">{head}</th>' for head in NUMBER_HEADS)
    title = f'<h2 id="{escape(suite.name)}">{escape(suite.name)}</h2><p>{escape(_told(suite, result))}</p>'
    table = f"<table><tr><th>metric</th><th></th>{heads}</tr>{rows}</table>"
    return f"{title}{table}{_pictures(result.charts)}{_lost(result)}"


def _told(suite: Suite, result: Result) -> str:
    """The suite in a line: what it is, by which model and prompts it was answered, and what that took."""
    versions = f"prompts {', '.join(result.prompt_versions)}" if result.prompt_versions else ""
    tokens = f"{result.tokens:,} tokens" if result.tokens else ""
    cost = f"{result.cost:.4f} USD" if result.cost is not None else ""
    took = f"{result.seconds:.1f} s" if result.seconds else ""
    return " · ".join(filter(None, (suite.description, f"model {result.model}", versions, tokens, cost, took)))


def _lost(result: Result) -> str:
    """The cases that lost a point, in the order of the suite, each with the reasons and its question."""
    if not result.notes:
        return "<p>No case lost a point.</p>"
    rows = "".join(
        f"<tr><td>{escape(key)}</td><td>{_reasons(why)}</td><td>{escape(result.questions.get(key, ''))}</td></tr>"
        for key, why in result.notes.items()
    )
    count = f"{len(result.notes)} of {max(len(result.cases), len(result.notes))} cases lost a point"
    head = "<tr><th>case</th><th>why</th><th>question</th></tr>"
    return f"<details><summary>{count}</summary><table>{head}{rows}</table></details>"


def _reasons(why: dict[str, str]) -> str:
    return "<br>".join(escape(f"{name}: {text}") for name, text in why.items())


def _metric(name: str, value: float | None, suite: Suite, result: Result, before: Result | None) -> str:
    floor, was = suite.thresholds.get(name), before.metrics.get(name) if before else None
    low = " class=low" if value is not None and floor is not None and value < floor else ""
    mark = f'<b style="left:{min(max(floor, 0), 1):.1%}"></b>' if floor is not None else ""
    bar = f'<div class="bar"><i{low} style="width:{min(max(value or 0, 0), 1):.1%}"></i>{mark}</div>'
    numbers = (_number(value), str(result.n[name]), _number(floor), _number(was))
    cells = "".join(f'<td class="n">{cell}</td>' for cell in numbers)
    return f"<tr><td>{escape(name)}<small>{_meaning(suite, name)}</small></td><td>{bar}</td>{cells}{_change(value, was)}</tr>"


def _change(value: float | None, was: float | None) -> str:
    if value is None or was is None:
        return '<td class="n">–</td>'
    fell = " fell" if value < was - 1e-9 else ""
    return f'<td class="n{fell}">{value - was:+.3f}</td>'


def _meaning(suite: Suite, name: str) -> str:
    """What a metric measures, in the suite's words or its scorer's."""
    return escape(suite.meaning(name) or scored(name))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
