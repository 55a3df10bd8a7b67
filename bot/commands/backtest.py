"""`seller pipeline backtest`: are chances and forecasts right on what is over, and which of them is shown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date as Day
from pathlib import Path
from typing import Any

from bot.app import App
from bot.commands import backtest_csv, backtest_report
from bot.commands.output import emit, write_page
from bot.crm.records import User
from bot.errors import NotAllowed, UsageError
from bot.pipeline import history
from bot.pipeline.book import Book
from bot.pipeline.chances import learnt_from
from bot.pipeline.learning import Backtest, Test, backtest
from bot.pipeline.measures import accuracy, bias, wape
from bot.pipeline.retrospect import Outlook, retrospect
from bot.skills.booking import book_of
from bot.terminal import err, out, status

ALL_DEALS = (
    "A backtest tells of all deals, and you see a part of them in the CRM; ask an admin to run it, or run it without SELLER_USER "
    "on the machine that keeps the home."
)


@dataclass(frozen=True)
class Found:
    """What a backtest came to; the second question and the forecasts come of a CRM alone."""

    asked: str
    """what the probability is of"""
    test: Backtest
    ended: Backtest | None = None
    outlooks: Sequence[Outlook] = ()
    currency: str = ""
    notes: Sequence[str] = ()
    cycles: tuple[Sequence[int], Sequence[int]] = ((), ())
    """days from creation to close of won and of lost deals"""


def run(app: App, *, csv: Path | None, won: str, date: str, features: str, report: Path | None, as_json: bool) -> None:
    """Test on the CRM's history, or on a table, write the report and say what it found; NotAllowed to whom sees a part of the CRM."""
    if not csv and not app.unnamed(None) and not _sees_all(app, app.user(None)):
        raise NotAllowed(ALL_DEALS)
    with status(quiet=as_json) as told:
        told("testing on what is over")
        found = of_csv(csv, won, date, features, app.clock().date()) if csv else of_crm(app)
        told("drawing the report")
        path = report or app.settings.home / "reports" / "backtest.html"
        write_page(path, backtest_report.page(found))
    if as_json:
        emit(document(found, path))
        return
    for line in sentences(found):
        out.print(line, markup=False)
    err.print(f"The report is in {path}.", markup=False, soft_wrap=True)


def of_csv(csv: Path, won: str, day: str, features: str, today: Day = Day.max) -> Found:
    """Test on a table; UsageError where it is not said what is won and when."""
    if not won or not day:
        raise UsageError(
            "--csv wants also --won COLUMN=VALUE and --date COLUMN, such as --won deal_stage=Won --date close_date."
        )
    read = backtest_csv.read(csv, won, day, features, today)
    return Found("a deal that ends is won", backtest(read.examples), notes=read.notes)


def _sees_all(app: App, user: User) -> bool:
    return user.role == "admin" or app.rights.everything(user)


def of_crm(app: App) -> Found:
    """Test on the CRM's history, and keep what it came to for the answers."""
    app.ready()
    now = app.clock()
    book = book_of(app.reader, app.reader.opportunities(), now, app.policy)
    found = crm_test(book)
    ended = found.ended.won if found.ended else 0
    app.keep_learnt(learnt_from(found.test, now, (ended, found.ended.n if found.ended else 0)))
    return found


def crm_test(book: Book) -> Found:
    """Both questions and the forecasts over one book."""
    past = history.past(book)
    currency = _main_currency(book)
    return Found(
        asked="an open deal is won in its quarter",
        test=backtest(history.examples(past)),
        ended=backtest(history.from_first_day(book)),
        outlooks=retrospect(book, past, currency),
        currency=currency,
        notes=_notes(book),
        cycles=(_cycles(book, won=True), _cycles(book, won=False)),
    )


def _main_currency(book: Book) -> str:
    names = [deal.currency for deal in book.deals]
    return max(sorted(set(names)), key=names.count, default="USD")


def _notes(book: Book) -> list[str]:
    """What the test could not see."""
    nameless = sum(1 for deal in book.deals if deal.created_at is None and not book.histories.get(deal.id))
    bare = sum(1 for deal in book.deals if not book.histories.get(deal.id))
    others = len({deal.currency for deal in book.deals}) - 1
    found = [f"{nameless:,} deals are left out, as nothing tells when they began."] if nameless else []
    found += (
        [
            f"{bare:,} of {len(book.deals):,} deals have no history: of these only the day of creation and the list price were known."
        ]
        if bare
        else []
    )
    return found + ([f"Forecasts are in the main currency alone; {others} others have no rate."] if others > 0 else [])


def _cycles(book: Book, *, won: bool) -> list[int]:
    rows = [o for o in book.deals if o.is_closed and o.is_won is won and o.close_date and o.created_at]
    return [(o.close_date - o.created_at.date()).days for o in rows if o.close_date and o.created_at]


def document(found: Found, path: Path) -> dict[str, Any]:
    """The test as plain values."""
    return {
        **_test(found.test),
        "question": found.asked,
        "ended": _test(found.ended) if found.ended else None,
        "forecast": [_outlook(one) for one in found.outlooks],
        "forecast_accuracy": _accuracy(found.outlooks),
        "currency": found.currency or None,
        "notes": list(found.notes),
        "report": str(path),
    }


def _test(test: Backtest) -> dict[str, Any]:
    newest = _scores(test.newest) if test.newest else dict.fromkeys(("brier", "skill", "ece", "auc"))
    return {
        "n": test.n,
        "base_rate": test.won / test.n if test.n else None,
        **{key: value for key, value in newest.items() if key not in ("n", "period")},
        "held_out": test.newest.period if test.newest else None,
        "shown": "model" if test.verdict.model else "base",
        "why": test.verdict.why,
        "left_out": list(test.left_out),
        "by_period": [_scores(one) for one in test.tests],
    }


def _scores(one: Test) -> dict[str, Any]:
    told = asdict(one.scores)
    return {"period": one.period, **told}


def _outlook(one: Outlook) -> dict[str, Any]:
    return {
        "period": one.cut.period.name, "days_left": one.cut.left, "n": one.n, "without_amount": one.blank,
        "closed": one.closed, "stage_weighted": one.staged, "forecast": one.rated.mean, "p10": one.rated.p10,
        "p50": one.rated.p50, "p90": one.rated.p90, "won": one.won, "won_by_deals_created_later": one.later,
        "accuracy": accuracy(one.rated.mean, one.won),
    }  # fmt: skip


def _accuracy(outlooks: Sequence[Outlook]) -> list[dict[str, Any]]:
    """WAPE and bias by horizon: of all that was won, and of what open deals could bring."""
    found = []
    for left in sorted({one.cut.left for one in outlooks}, reverse=True):
        here = [one for one in outlooks if one.cut.left == left]
        every, reachable = (
            [(one.rated.mean, one.won) for one in here],
            [(one.rated.mean, one.reachable) for one in here],
        )
        inside = sum(one.rated.p10 <= one.reachable <= one.rated.p90 for one in here)
        found.append({
            "days_left": left, "quarters": len(here), "wape": wape(every), "bias": _bias(every),
            "wape_of_open_deals": wape(reachable), "bias_of_open_deals": _bias(reachable),
            "wape_stage_weighted": wape([(one.staged, one.won) for one in here]), "within_p10_p90": inside,
        })  # fmt: skip
    return found


def _bias(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Over many periods: that of their sums."""
    return bias(sum(told for told, _ in pairs), sum(won for _, won in pairs))


def sentences(found: Found) -> list[str]:
    """What the test came to, as people read it."""
    lines = [*_told(found.test, f"that {found.asked}")]
    lines += _told(found.ended, "that a deal is won at all, as it stands on its first day") if found.ended else []
    for row in _accuracy(found.outlooks):
        of_open = row["wape_of_open_deals"]
        shown = (
            "nothing was won"
            if of_open is None
            else f"off by {of_open:.0%} (bias {row['bias_of_open_deals']:+.0%}) of what the deals open then brought"
        )
        every = "" if row["wape"] is None else f", by {row['wape']:.0%} of all that was won"
        lines.append(
            f"Forecast {row['days_left']} days before the quarter's end, over {row['quarters']} quarters: {shown}{every}; "
            f"{row['within_p10_p90']} of {row['quarters']} within P10 to P90."
        )
    return [*lines, *found.notes]


def _told(test: Backtest, asked: str) -> list[str]:
    if not test.n:
        return [
            f"Probability {asked}: no deal has ended yet, so there is nothing to test; the rates begin with the first one."
        ]
    head = f"Probability {asked}: {test.won:,} of {test.n:,} ({test.won / test.n:.1%})."
    left = [f"Left out, as it tells the outcome itself: {', '.join(test.left_out)}."] if test.left_out else []
    conclusion = f"Shown: {'the model' if test.verdict.model else 'the base rate'}, as {test.verdict.why}."
    return [head, *left, *(_row(one) for one in test.tests), conclusion]


def _row(one: Test) -> str:
    s = one.scores
    area = f"AUC {s.auc:.3f}, " if s.auc is not None else ""
    return (
        f"  {one.period}: n {s.n:,}, won {s.won / s.n:.1%}, Brier {s.brier:.4f} (base rate {s.brier_base:.4f}), skill {s.skill:+.3f} "
        f"({s.skill_low:+.3f} to {s.skill_high:+.3f}), {area}ECE {s.ece:.3f}"
    )
