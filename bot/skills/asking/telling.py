"""What a tool found, as a section of an answer: the count and the sums first, then the records, each with its source."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import fmean, median

from bot.crm.records import Opportunity
from bot.pipeline.digest import FEW
from bot.pipeline.rates import rate
from bot.proposals import Figure, Line, Section, Table
from bot.skills.asking.result import LISTED, Hit, Result
from bot.skills.ledger import Ledger, money, plural

SHOWN, COUNTED = 10, 5
"""records told in lines, each with its source; those told where a figure was asked for"""


def told(result: Result, measure: str, ledger: Ledger) -> Section:
    """The section of one result; its figures are vouched for by the search itself."""
    keep(result, ledger)
    n = ledger.search(result.words)
    lines = [ledger.line(_capital(result.summary), n)]
    if sentence := measured(result, measure, ledger):
        lines.insert(0, ledger.line(sentence, n))
    lines += [ledger.line(note, n) for note in (*result.notes, *_first(result))]
    if result.table:
        return Section(title="", lines=tuple(lines), table=result.table)
    few = COUNTED if measure else SHOWN
    table = None if measure else _rest(result)
    return Section(
        title="",
        lines=(*lines, *cited(result.hits[:few], ledger), *_left(result, few if measure else 0, ledger)),
        table=table,
    )


def _first(result: Result) -> list[str]:
    """The group that comes first, in words; none where time is the order, or two are alike."""
    rows = result.table.rows if result.table else ()
    if not result.table or not rows or result.table.columns[0] in ("Month", "Quarter", "Year"):
        return []
    alike = [row[0] for row in rows if row[1:] == rows[0][1:]]
    told = ", ".join(f"{name} {cell}" for name, cell in zip(result.table.columns[1:], rows[0][1:], strict=True))
    return [f"First by {result.table.columns[0].lower()}: {' and '.join(alike)} ({told})."]


def keep(result: Result, ledger: Ledger) -> None:
    """Keep the figures, so that the check of numbers knows them."""
    for figure in result.figures:
        ledger.figure(figure.value, f"{figure.name} ({figure.filter})")


def cited(hits: Sequence[Hit], ledger: Ledger) -> list[Line]:
    """A line a record."""
    return [ledger.line(hit.text, ledger.record(hit.kind, hit.record, hit.title, hit.changed)) for hit in hits]


def _rest(result: Result) -> Table | None:
    rest = result.hits[SHOWN:LISTED]
    if not rest:
        return None
    left = result.n - LISTED
    more = [(f"and {left} more; narrow the question to see them",)] if left > 0 else []
    return Table(columns=("Further ones",), rows=(*((hit.text,) for hit in rest), *more))


def _left(result: Result, shown: int, ledger: Ledger) -> list[Line]:
    """How many are counted and not shown."""
    left = result.n - shown
    return [ledger.line(f"And {left} more.", ledger.search(result.words))] if shown and left > 0 else []


def measured(result: Result, measure: str, ledger: Ledger) -> str:
    """The one figure that was asked for, in a sentence."""
    if measure == "cycle":
        return _cycle(result.deals, ledger)
    if measure == "win rate":
        return _win_rate(result.deals, ledger)
    wanted = [figure for figure in result.figures if measure and figure.name == f"{measure} amount"]
    parts = [f"{money_of(figure)} over {plural(figure.n, 'deal')}" for figure in wanted]
    return f"{_capital(measure)} amount: {' and '.join(parts)}." if parts else ""


def _cycle(deals: Sequence[Opportunity], ledger: Ledger) -> str:
    """Days from the day on which won deals were created to their close."""
    days = [(o.close_date - o.created_at.date()).days for o in deals if o.close_date and o.created_at]
    if not days:
        return "No won deal there has both a day of creation and a close date, so there is no sales cycle."
    mean, middle = round(fmean(days)), round(median(days))
    for value, name in ((mean, "mean days from creation to close"), (middle, "median days"), (len(days), "deals")):
        ledger.figure(value, f"sales cycle: {name}")
    return f"Sales cycle of {plural(len(days), 'won deal')}: {mean} days on average, median {middle}, from creation to close."


def money_of(figure: Figure) -> str:
    return money(Decimal(str(round(figure.value, 2))), figure.unit)


def _win_rate(deals: Sequence[Opportunity], ledger: Ledger) -> str:
    closed = [o for o in deals if o.is_closed]
    found = rate(sum(o.is_won for o in closed), len(closed))
    if not closed:
        return "No deal was closed there, so there is no win rate."
    for value, name in (
        (found.hits, "won"),
        (found.n, "closed"),
        (found.value * 100, "percent won"),
        (found.low * 100, "low"),
        (found.high * 100, "high"),
    ):
        ledger.figure(round(value), f"win rate: {name}")
    few = " That is too few to lean on." if found.n < FEW else ""
    return f"Win rate: {found.told}.{few}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
