"""What changed in a pipeline between two moments: a waterfall that adds up, and deal by deal what moved, by whom, with what evidence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.crm.records import Opportunity, SnapshotRow
from bot.pipeline.book import Book, end_of
from bot.pipeline.movement import Movement, Side, movement
from bot.pipeline.sides import beside, kept_on, now_of, told_at, untold
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context
from bot.skills.booking import kept_rows, open_book
from bot.skills.changes_deals import Story
from bot.skills.changes_told import told
from bot.skills.changes_when import Span, span_in
from bot.skills.scoping import Scope, scope_of

_DO = r"(?:please |can you |could you )?(?:(?:show|tell|give) (?:me |us )?)?"
_OWN = r"(?:(?:the|my|our|a|this|next|current|whole|sales|open|[\w&-]+(?: [\w&-]+)?['’]s?|[\w&-]+ team(?:['’]s?)?) )*"
_BOOK = rf"{_OWN}(?:pipeline|forecast|funnel|(?:[\w&-]+ )?team|deals|numbers|book|quarter)"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WHEN = (
    r"(?:(?:since|from|after)\b|(?:this|last|past|previous|in the last|in the past|over the last|over the past|during the last) "
    rf"(?:\w+ )?(?:days?|weeks?|months?|quarters?|year)\b|(?:on |last )?{_DAY}\b|yesterday\b|today\b|in q[1-4]\b|between\b)"
)
CARD = Card(
    name="changes",
    description="What changed in a pipeline since a day: waterfall, deals that moved, by whom, and with what evidence.",
    examples=("what changed since Monday?", "what slipped this quarter?", "pipeline movement since last Friday"),
    usage="since Monday | this week | team name",
    bare="run",
    triggers=(
        rf"^(?P<rest>{_DO}what(?:['’]s| has| have| is| was|s)? (?:changed|moved|been moving|different|new|slipped|(?:been )?pulled in|slid)"
        rf"(?: (?:in|with|on|across|within|for|of) {_BOOK})?,? {_WHEN}.*)$",
        rf"^(?P<rest>{_DO}what(?:['’]s| has| have|s)? (?:changed|moved|slipped|been moving) (?:in|with|on|across|within) {_BOOK}(?: (?:of|for) .+)?)[?.! ]*$",
        rf"^(?P<rest>{_DO}{_OWN}(?:pipeline|deal|forecast) (?:movements?|changes?|waterfall|moves)\b.*)$",
        rf"^(?P<rest>{_DO}(?:the )?(?:movements?|changes|waterfall) (?:in|of|for|across) {_BOOK}\b.*)$",
        rf"^(?P<rest>(?:what|which|how many) (?:of (?:my|our|the) )?(?:deals?|opportunities) (?:have |has )?(?:moved|changed|slipped|slid|were pulled in|been pulled in)"
        rf"(?: (?:in|out of) (?:the |my |our )?(?:pipeline|forecast|quarter))?,? {_WHEN}.*)$",
        rf"^(?P<rest>how (?:much|many)\b.* (?:slip(?:ped)?|push(?:ed)?(?: out)?|pulled in)\b.*{_WHEN}.*)$",
        rf"^(?P<rest>{_DO}(?:the |a )?(?:pipeline )?(?:waterfall|bridge) {_WHEN}.*)$",
        rf"^(?P<rest>{_DO}how (?:did|has|have) {_BOOK} (?:move|moved|change|changed|develop|developed)\b.*)$",
    ),
)
NEAR = timedelta(days=3)
"""how much older than the day that is asked for a snapshot may be"""


@dataclass(frozen=True)
class Gathered:
    """Both sides, and what of the deals lies beside them."""

    book: Book
    begin: Side
    end: Side
    handed: Sequence[SnapshotRow] = ()
    """deals that left the scope: their owner is another now"""


def run(context: Context, ask: Ask) -> Draft:
    """Tell what moved in the pipeline that the words ask for, within what the asker may see."""
    span = span_in(ask.text, context.today)
    account = context.reader.account(ask.account_id) if ask.account_id else None
    scope = scope_of(context, f"pipeline: {ask.text}", account)
    context.progress("comparing the pipeline with how it stood")
    found = gathered(context, scope, span, ask.account_id)
    if trouble := _untellable(context, found, span):
        line = Section(title="What changed", lines=(Line(text=trouble),))
        unknown = f"What moved since {span.since}"
        return Draft(skill=CARD.name, sections=(line,), unknowns=(unknown,), as_of=context.reader.as_of())
    inside = movement(found.begin, found.end, span.period)
    return told(context, Story(scope.words, inside, _whole(found), found.book, found.handed), ask.account_id)


def gathered(context: Context, scope: Scope, span: Span, account_id: str | None) -> Gathered:
    """Read the deals of a scope, and build how they stood at both moments."""
    reader = context.reader
    deals = [one for one in reader.opportunities(account_id, owners=scope.owners) if scope.holds(one)]
    book = open_book(context, deals)
    kept = reader.snapshot_days()
    first, last = _nearest(kept, span.since), _nearest(kept, span.until) if span.until else None
    handed: list[SnapshotRow] = []
    begin = _side(context, scope, book, first, handed) if first else None
    # One snapshot for both ends would show that nothing moved, whatever did.
    end = _side(context, scope, book, last, []) if last and last != first else None
    end = end or (told_at(book, _end(span.until, book.now)) if span.until else now_of(book))
    begin = begin or beside(told_at(book, _end(span.since - timedelta(days=1), book.now)), end, book)
    return Gathered(book, begin, end, handed)


def _end(day: date, now: datetime) -> datetime:
    return end_of(day, now).astimezone(now.tzinfo)


def _nearest(days: Collection[date], wanted: date) -> date | None:
    """The day itself, or the nearest one before it that is near enough."""
    return max((day for day in days if wanted - NEAR <= day <= wanted), default=None)


def _side(context: Context, scope: Scope, book: Book, day: date, handed: list[SnapshotRow]) -> Side:
    """The snapshot's deals that are of the scope by today's owner; a deleted one by the owner it had."""
    there = {deal.id for deal in book.deals}
    kept = kept_rows(context, day)
    rows = [row for row in kept if row.opportunity_id in there]
    for row in kept:
        if row.opportunity_id not in there and _held(scope, row):
            (handed if context.reader.opportunity(row.opportunity_id) else rows).append(row)
    return kept_on(book, day, rows)


def _held(scope: Scope, row: SnapshotRow) -> bool:
    """Whether a row was of the scope on its day."""
    inside = scope.owners is None or row.owner_id in scope.owners
    as_deal = Opportunity(
        id=row.opportunity_id, name=row.name, stage=row.stage, account_id=row.account_id, owner_id=row.owner_id
    )
    return inside and scope.holds(as_deal)


def _whole(found: Gathered) -> Movement:
    return movement(found.begin, found.end)


def _untellable(context: Context, found: Gathered, span: Span) -> str:
    """One sentence where neither a snapshot nor a history tells how the deals stood; else empty."""
    unknown = untold(found.begin)
    if found.begin.source == "snapshot" or not unknown:
        return ""
    if any(one.outcome == "open" and one.known for one in found.begin.deals.values()):
        return ""
    days = [day for day in context.reader.snapshot_days() if day > span.since]
    since = f"from {days[0]} on it can, as the first snapshot is of that day" if days else "no snapshot was kept yet"
    return (
        f"What changed since {span.since} cannot be told: no snapshot was kept for that day and the CRM has no history of these deals; "
        f"{since}. `seller sync` keeps one, and `seller serve` one each night."
    )
