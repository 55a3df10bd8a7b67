"""Which deals go on from a stage, and how long they stay in it (pure; reference: METRICS)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from statistics import median

from bot.crm.records import Opportunity, OpportunityHistory
from bot.pipeline.book import Book, Rows, end_of
from bot.pipeline.measures import Metric, share, typical
from bot.pipeline.period import Period

LOST = -1
Pairs = Sequence[tuple[Opportunity, Rows]]
"""deals with their histories, looked up once"""


def told(book: Book) -> Pairs:
    """The deals that have a history."""
    return [(deal, rows) for deal in book.deals if (rows := book.histories.get(deal.id))]


@dataclass
class Passage:
    """Deals that entered one stage in the cohort."""

    passed: int = 0
    stuck: int = 0
    young: int = 0
    """still in it, and not yet as long as won deals usually are"""


@dataclass(frozen=True)
class Ladder:
    """The picklist as steps: open stages in their order, then won; lost leads nowhere."""

    steps: Mapping[str, int]
    names: Sequence[str]
    """of the open stages"""

    @classmethod
    def of(cls, book: Book) -> "Ladder":
        """The steps of a book's picklist."""
        stages = sorted(book.stages.items(), key=lambda item: (item[1].order, item[0]))
        names = [name for name, stage in stages if not stage.is_closed]
        steps = {name: at for at, name in enumerate(names)}
        closed = {name: len(names) if stage.is_won else LOST for name, stage in stages if stage.is_closed}
        return cls({**steps, **closed}, names)


def stays(book: Book, pairs: Pairs = ()) -> dict[tuple[str, str | None], list[int]]:
    """Calendar days (UTC) that won deals stayed in a stage, by stage and segment (None: all), each visit for itself.

    The stage in which they closed has no end.
    """
    found: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    now = book.now
    for deal, rows in pairs or told(book):
        if not deal.is_won:
            continue
        segment, stage, since = book.segment(deal), rows[0].stage, rows[0].at.date()
        for row in rows:
            if row.stage != stage and row.at <= now:
                day = row.at.date()
                days = (day - since).days
                found[stage, None].append(days)
                if segment is not None:
                    found[stage, segment].append(days)
                stage, since = row.stage, day
    return dict(found)


@dataclass(frozen=True)
class Flow:
    """Per open stage of the picklist, in its order."""

    conversion: Mapping[str, Metric]
    days: Mapping[str, Metric]
    """of won deals; beside it those of each segment"""
    waiting: Mapping[str, Metric]
    """days that open deals are in their stage by now"""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """stages that histories name and the picklist lacks, with their rows"""


def flow(book: Book, period: Period) -> Flow:
    """Conversion of the deals that entered a stage in the period, and the days that won deals spend in it."""
    ladder, pairs = Ladder.of(book), told(book)
    known, since = stays(book, pairs), waiting(book, pairs)
    medians = {stage: median(days) for (stage, segment), days in known.items() if segment is None}
    passages = _passages(book, pairs, period, ladder, medians)
    cohort = f"deals that entered the stage {period.first} to {period.last}; passed: they went on to a later stage or were won"
    return Flow(
        {name: _conversion(passages[at], cohort) for at, name in enumerate(ladder.names)},
        {name: _usual(known, name) for name in ladder.names},
        {name: typical(since.get(name, ()), "open deals in the stage, days by now") for name in ladder.names},
        _unknown(pairs, ladder),
    )


def waiting(book: Book, pairs: Pairs = ()) -> dict[str, list[int]]:
    """Calendar days (UTC) that open deals are in their stage by now, by stage; those whose history does not tell are not in it."""
    found: dict[str, list[int]] = defaultdict(list)
    now, today = book.now, book.now.astimezone(UTC).date()
    for deal, rows in pairs or told(book):
        if deal.is_closed:
            continue
        since = None
        for row in reversed(rows):
            if row.at <= now:
                if row.stage != deal.stage:
                    break
                since = row.at
        if since is not None:
            found[deal.stage].append((today - since.date()).days)
    return dict(found)


def _usual(known: Mapping[tuple[str, str | None], list[int]], name: str) -> Metric:
    every = typical(known.get((name, None), ()), "stays of won deals in the stage")
    parts = {segment: days for (stage, segment), days in sorted(known.items(), key=str) if stage == name and segment}
    segments = {segment: {"value": float(median(days)), "n": len(days)} for segment, days in parts.items()}
    return replace(every, extra={**every.extra, "segments": segments})


def _conversion(passage: Passage, cohort: str) -> Metric:
    n = passage.passed + passage.stuck
    words = f"{cohort}; those still in it for less than the median of won deals are left out"
    return share(passage.passed, n, words, missing=passage.young)


def _passages(book: Book, pairs: Pairs, period: Period, ladder: Ladder, medians: Mapping[str, float]) -> list[Passage]:
    found = [Passage() for _ in ladder.names]
    begin = datetime.combine(period.first, time(), book.now.tzinfo).astimezone(UTC)
    end = min(end_of(period.last, book.now), book.now)
    for deal, rows in pairs:
        if rows[-1].at < begin and not (deal.is_won and period.holds(deal.close_date)):
            continue
        entered, top = _climb(deal, rows, ladder, book.now)
        for step, at in entered.items():
            if begin <= at <= end:
                _count(found[step], deal, rows, step, top, ladder, medians, book.now)
    return found


def _climb(deal: Opportunity, rows: Rows, ladder: Ladder, now: datetime) -> tuple[dict[int, datetime], int]:
    """When the deal first entered each open stage, skipped ones with the step over them, and how far it came."""
    entered: dict[int, datetime] = {}
    top, steps, last = LOST, ladder.steps, len(ladder.names)
    for row in rows:
        step = steps.get(row.stage, LOST)
        if step > top and row.at <= now:
            for one in range(step if top == LOST else top + 1, min(step + 1, last)):
                entered[one] = row.at
            top = step
    if deal.is_won and top < last:
        # The history ends before the deal was won: what lay between was skipped with it.
        closed = datetime.combine(deal.close_date, time(), UTC) if deal.close_date else rows[-1].at
        entered |= dict.fromkeys(range(top + 1, last) if top != LOST else (), closed)
        top = last
    return entered, top


def _count(
    found: Passage, deal: Opportunity, rows: Rows, step: int, top: int,
    ladder: Ladder, medians: Mapping[str, float], now: datetime,
) -> None:  # fmt: skip
    name = ladder.names[step]
    if top > step:
        found.passed += 1
    elif not deal.is_closed and deal.stage == name and _young(rows, name, medians.get(name), now):
        found.young += 1
    else:
        found.stuck += 1


def _young(rows: Rows, stage: str, usual: float | None, now: datetime) -> bool:
    """Whether a deal is in its stage for less than usual; where nothing is usual yet, nobody can say that it stays."""
    entries = [row.at for row in _entries(rows) if row.stage == stage and row.at <= now]
    return usual is None or not entries or (now.astimezone(UTC).date() - entries[-1].date()).days < usual


def _entries(rows: Rows) -> list[OpportunityHistory]:
    """Only the rows by which a deal entered a stage: other changes do not restart its clock."""
    found, stage = [], None
    for row in rows:
        if row.stage != stage:
            found.append(row)
            stage = row.stage
    return found


def _unknown(pairs: Pairs, ladder: Ladder) -> dict[str, int]:
    unknown = {row.stage for _, rows in pairs for row in rows} - ladder.steps.keys()
    return {name: sum(row.stage == name for _, rows in pairs for row in rows) for name in sorted(unknown)}
