"""The backtest as one HTML page: what it concludes first, then figures with their n, and plots."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from bot import charts
from bot.pipeline.learning import Backtest
from bot.pipeline.rates import interval
from bot.pipeline.retrospect import Outlook
from bot.proposals import Chart, Series
from bot.skills.pipelining import pictures

if TYPE_CHECKING:
    from bot.commands.backtest import Found

STYLE = """:root{color-scheme:light}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#22262b}
h1{margin-bottom:.2rem}h2{margin:2.2rem 0 .4rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}
td,th{padding:.3rem .8rem .3rem 0;text-align:right;border-bottom:1px solid #8884;white-space:nowrap}td:first-child,th:first-child{text-align:left}
.verdict{padding:.6rem .9rem;border-left:5px solid #1f3a5f;background:#1f3a5f14}img{max-width:100%;height:auto;margin:.6rem 0}small{opacity:.75}"""


def page(found: "Found") -> str:
    """The whole page; plots are inside it, so that it can be sent as one file."""
    second = (
        _section("Of deals that end: won or lost, as they stand on their first day", found.ended) if found.ended else ""
    )
    body = "".join([
        "<h1>Backtest of probabilities and forecasts</h1>",
        _section(f"Probability that {found.asked}", found.test),
        second,
        _forecasts(found.outlooks, found.currency),
        _cycle(found.cycles),
        _notes(found.notes),
        HOW,
    ])  # fmt: skip
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Backtest</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'


HOW = (
    "<h2>How it was tested</h2><p>Deals are looked at as they were known 90, 60 and 30 days before the end of each quarter, from the "
    "opportunity history alone; amounts are those before the close. Each quarter is predicted by the quarters before it. The base rate "
    "is that of the same stage and segment, (won + 20 × prior) ÷ (n + 20). Skill is 1 − Brier ÷ Brier of the base rate, with a 95 % "
    "interval from 1,000 draws of whole deals; ECE is over ten bins of equal mass. The model is shown only where its skill is surely "
    "above 0 and its ECE at most 0.05 in the newest quarter, which was held out.</p>"
)


def _section(title: str, test: Backtest) -> str:
    if not test.n:
        return f"<h2>{escape(title)}</h2><p class=verdict>No deal has ended yet; there is nothing to test.</p>"
    shown = "the model is shown" if test.verdict.model else "the base rate is shown"
    low, high = interval(test.won, test.n)
    rate = f"{test.won:,} of {test.n:,} were won: {test.won / test.n:.1%} (95 % interval {low:.1%} to {high:.1%})."
    left = (
        f"<p>Left out, as it tells the outcome itself: {escape(', '.join(test.left_out))}.</p>" if test.left_out else ""
    )
    verdict = f"<p class=verdict><b>{shown[0].upper()}{shown[1:]}</b>: {escape(test.verdict.why)}.</p>"
    return f"<h2>{escape(title)}</h2>{verdict}<p>{rate}</p>{left}{_table(test)}{_picture(reliability(test))}"


def _table(test: Backtest) -> str:
    heads = (
        "period",
        "n",
        "won",
        "Brier",
        "base rate's",
        "skill",
        "95 % interval",
        "log loss",
        "AUC",
        "ECE",
        "base rate's",
        "slope",
    )
    rows = [
        (
            one.period, f"{s.n:,}", f"{s.won / s.n:.1%}", f"{s.brier:.4f}", f"{s.brier_base:.4f}", f"{s.skill:+.3f}",
            f"{s.skill_low:+.3f} to {s.skill_high:+.3f}", f"{s.log_loss:.4f}", _number(s.auc), f"{s.ece:.3f}", f"{s.ece_base:.3f}",
            _number(s.slope),
        )
        for one in test.tests
        for s in [one.scores]
    ]  # fmt: skip
    return _rows(heads, rows) if rows else ""


def reliability(test: Backtest) -> Chart | None:
    """Predicted against observed in the newest period."""
    if test.newest is None:
        return None
    return pictures.reliability(
        [(one.n, one.predicted, one.observed) for one in test.newest.scores.bins], test.newest.period
    )


def _forecasts(outlooks: Sequence[Outlook], currency: str) -> str:
    if not outlooks:
        return ""
    heads = (
        "quarter",
        "days left",
        "open deals",
        "closed by then",
        "stage-weighted",
        "forecast",
        "P10",
        "P50",
        "P90",
        "won",
        "by deals created later",
    )
    rows = [
        (
            one.cut.period.name, str(one.cut.left), f"{one.n:,}",
            *(f"{value:,.0f}" for value in (one.closed, one.staged, one.rated.mean, one.rated.p10, one.rated.p50, one.rated.p90, one.won, one.later)),
        )
        for one in outlooks
    ]  # fmt: skip
    told = (
        "<p>The forecast rests on deals that were open then; what deals created later brought stands apart, as no open deal can "
        "forecast it. Rates are those of the quarters before.</p>"
    )
    pictures = "".join(
        _picture(_lines(outlooks, left, currency))
        for left in sorted({one.cut.left for one in outlooks}, reverse=True)[:1]
    )
    return f"<h2>Forecasts by quarter ({escape(currency)})</h2>{told}{_rows(heads, rows)}{pictures}"


def _lines(outlooks: Sequence[Outlook], left: int, currency: str) -> Chart:
    here = [one for one in outlooks if one.cut.left == left]
    said = "; ".join(f"{one.cut.period.name} forecast {one.rated.mean:,.0f}, won {one.reachable:,.0f}" for one in here)
    series = {
        "Forecast": [one.rated.mean for one in here],
        "Won by deals open then": [one.reachable for one in here],
        "Won in all": [one.won for one in here],
    }
    return Chart(
        kind="bar", title=f"Forecast {left} days before the end, and what was won", alt=f"{said}.", unit=currency,
        labels=tuple(one.cut.period.name for one in here), series=tuple(Series(name=key, values=tuple(row)) for key, row in series.items()),
    )  # fmt: skip


def _cycle(cycles: tuple[Sequence[int], Sequence[int]]) -> str:
    won, lost = cycles
    if not won and not lost:
        return ""
    return f"<h2>Days from creation to close</h2>{_picture(pictures.cycles(won, lost, 'all closed deals'))}"


def _notes(notes: Sequence[str]) -> str:
    rows = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f"<h2>What the test could not see</h2><ul>{rows}</ul>" if rows else ""


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _picture(chart: Chart | None) -> str:
    if chart is None:
        return ""
    return f'<p><img alt="{escape(chart.alt)}" src="data:image/png;base64,{b64encode(charts.png(chart)).decode()}"></p>'


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
