"""The pipeline of a scope and a period: every figure is computed by code, with its n and its filter in words."""

import calendar
import re
from dataclasses import replace

from rapidfuzz.process import extract

from bot.crm.records import Account
from bot.errors import NotFound
from bot.pipeline.calm import calm
from bot.pipeline.digest import Digest, digest
from bot.pipeline.movement import Movement
from bot.pipeline.period import Period, period, period_in, without_period
from bot.pipeline.stage_flow import Flow, flow
from bot.pipeline.stats import renamed
from bot.pipeline.target import Target, Targets
from bot.pipeline.velocity import cycles
from bot.proposals import Action, Chart, Draft, Section
from bot.skills import Ask, Card, Context, load
from bot.skills.asking.records import instead_of_figures
from bot.skills.booking import odds, open_book
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.pipeline_turns import goes_on
from bot.skills.pipelining import asked, levels, lists, moving, outlook, pace, pictures, stakes
from bot.skills.pipelining.outlook import Outlook
from bot.skills.pipelining.sheet import Sheet
from bot.skills.scoping import Scope, elsewhere, scope_of

_SHOW = r"(?:please |can you |could you )?(?:show|give|get|send)(?: me| us)?"
_WHOSE = r"(?:(?:the|my|our|a|this|next|current|[\w&-]+(?: [\w&-]+)?['’]s|[\w&-]+ team(?:['’]s)?) )*"
_TAIL = r"(?:\s+(?:for|of|in|this|next|last|by|at)\b.*)?"

CARD = Card(
    name="pipeline",
    goes_on=lambda context, said: goes_on(context, said),
    description="The pipeline of a person, team or region in a period: open, weighted, closing, won, overdue, what is missing.",
    examples=("show me the pipeline", "how does the quarter look?", "pipeline for next quarter"),
    command="/pipeline",
    usage="this quarter | team name | weekly here | daily off",
    bare="run",
    about=frozenset(
        "pipeline forecast quarter deals opportunities numbers number quota target commit month year".split()
    ),
    around=frozenset(
        "amount behind big biggest book booked close closed closes closing coming current date end far five full "
        "hit largest last late left list look looking lose lost make miss missing mine money much many next open overdue people person rank reach "
        "report review slip slipping stage stages stand step sum team three top total totals track value whole way week win won worth".split()
    )
    | {month.lower() for month in calendar.month_name[1:]},
    triggers=(
        r"^(?P<rest>(?:show (?:me )?)?(?:the )?deals behind .+)$",
        rf"^(?P<rest>{_SHOW} {_WHOSE}(?:pipeline|forecast|funnel){_TAIL})[.!?]*$",
        rf"^(?P<rest>{_WHOSE}(?:pipeline|forecast){_TAIL})[.!?]*$",
        r"^(?P<rest>how(?! do (?:we|you|i) forecast\b)(?:['’]s| does| do| is| are) (?:[\w&'’-]+ ){0,4}?(?:quarter|month|year|pipeline|forecast|numbers|q[1-4](?: \d{4})?)"
        r"(?: (?:for|of) .+?)?(?: (?:look|looking|doing|going|shaping up|coming along)(?: like)?)?"
        r"(?: (?:for|in|at) .+?)?)[?.! ]*$",
        *asked.TRIGGERS,
    ),
)
MOST_CURRENCIES = 3
"""tables are shown for so many currencies; the others are counted"""
BEHIND = re.compile(
    r"^(?:show (?:me )?)?(?:the )?deals behind (?:the )?(?:[“\"'](?P<quoted>[^”\"']+)[”\"']|(?P<name>.+?))(?: (?:of|in|for) (?P<rest>.*))?$",
    re.IGNORECASE,
)
"""words that open the deals behind a figure, as the buttons say them"""
UNQUOTED = re.compile(r"\b(?:without|no) (?:the |any )?quotas?\b", re.IGNORECASE)
OF_QUOTA = {"quota", "gap", "coverage"}
"""figures that tell a quota"""


@calm
def run(context: Context, ask: Ask) -> Draft:
    """Compute the pipeline that the words ask for, or list the deals, within what the asker may see."""
    account = context.reader.account(ask.account_id) if ask.account_id else None
    if match := BEHIND.match(ask.text.strip()):
        words = match["rest"] or ""
        span = period_in(words, context.today) or period("quarter", context.today)
        return _behind(
            context,
            read(context, scope_of(context, _whose(words), account), span, account),
            match["quoted"] or match["name"],
        )
    meant = asked.whole(ask.text)
    if meant is None and (listed := instead_of_figures(context, ask)):
        return listed.model_copy(update={"skill": CARD.name})
    if meant is None and elsewhere(ask.text):
        answered: Draft = load("ask").run(context, ask)
        return answered
    words = meant or ask.text
    scope = scope_of(context, words, account)
    span = period_in(words, context.today) or period("quarter", context.today)
    context.progress("adding up the pipeline")
    sheet = read(context, scope, span, account)
    if UNQUOTED.search(ask.text):
        sheet = replace(sheet, target=Target(why="quotas are left out, as asked"))
    return _answer(context, sheet, account)


def _answer(context: Context, sheet: Sheet, account: Account | None) -> Draft:
    found, moved = outlook.outlook(sheet, sheet.told.open, sheet.told.won, sheet.currency), moving.moved(context, sheet)
    sections, citations = sheet.ledger.settle(_sections(context, sheet, found, moved))
    course = flow(sheet.book, _year(sheet))
    return Draft(
        skill="pipeline",
        sections=sections,
        citations=citations,
        unknowns=tuple(_unknowns(sheet, moved, course)),
        numbers=tuple(sheet.ledger.numbers),
        figures=tuple(sheet.figures),
        charts=tuple(_charts(sheet, found, moved, course)),
        actions=_actions(context, sheet),
        records=(*(f"opportunity:{o.id}" for o in sheet.told.counted), *_quotas(sheet)),
        account_id=account.id if account else None,
        as_of=context.reader.as_of(),
    )


def _quotas(sheet: Sheet) -> list[str]:
    """The quotas that the answer tells: where not everybody may see these, it is not for everybody."""
    return [f"quota:{key}" for key in sheet.target.ids]


def _whose(words: str) -> str:
    """Whose deals a button's words mean, as `scope_of` reads them."""
    return f"pipeline of {words}" if without_period(words) else "pipeline"


def _actions(context: Context, sheet: Sheet) -> tuple[Action, ...]:
    """Buttons that open the deals behind a figure."""
    wanted = ("closed won", "commit forecast", f"closing in {sheet.name}", "past their close date")
    there = [one for one in sheet.figures if one.name in wanted and one.n and one.unit in (sheet.currency, "")]
    usual = scope_of(context, "pipeline", None).words == sheet.scope.words
    whose = f"in {sheet.name}" if usual else f"of {sheet.scope.words} in {sheet.name}"
    named = {one.name: one for one in there}
    return tuple(
        Action(label=f"{name[0].upper()}{name[1:]}: {one.n}", ask=f"deals behind “{name}” {whose}", skill=CARD.name)
        for name, one in named.items()
    )


def _behind(context: Context, sheet: Sheet, name: str) -> Draft:
    """The deals behind one figure; NotFound names the nearest figures where there is no such one."""
    _sections(
        context,
        sheet,
        outlook.outlook(sheet, sheet.told.open, sheet.told.won, sheet.currency),
        moving.moved(context, sheet),
    )
    fits = [one for one in sheet.figures if one.name.casefold() == name.casefold()]
    if not fits:
        near = [key for key, _, _ in extract(name, list(dict.fromkeys(one.name for one in sheet.figures)), limit=5)]
        raise NotFound(f"There is no figure “{name}” in this pipeline; name one of these.", candidates=near)
    names = _names(context)
    by_id = {deal.id: deal for deal in sheet.book.deals}
    ledger = Ledger(context.reader, context.today)
    bare = replace(sheet, ledger=ledger)
    parts = [lists.opened(bare, one, [by_id[key] for key in one.deals if key in by_id], names) for one in fits]
    sections, citations = ledger.settle(parts)
    records = (
        *(f"opportunity:{key}" for one in fits for key in one.deals),
        *(_quotas(sheet) if OF_QUOTA & {one.name for one in fits} else ()),
    )
    return Draft(
        skill=CARD.name, sections=sections, citations=citations, numbers=tuple(ledger.numbers), figures=tuple(fits),
        records=tuple(dict.fromkeys(records)), as_of=context.reader.as_of(),
    )  # fmt: skip


def _names(context: Context) -> dict[str, str]:
    """Owners by id; one who left the CRM is marked, as nobody can be asked there."""
    return {user.id: user.name if user.active else f"{user.name} (inactive)" for user in context.reader.users()}


def read(context: Context, scope: Scope, span: Period, account: Account | None = None) -> Sheet:
    """Read the deals of a scope and work out everything that the lines are written from."""
    deals = [
        o for o in context.reader.opportunities(account.id if account else None, owners=scope.owners) if scope.holds(o)
    ]
    book = open_book(context, deals)
    told = digest(book.deals, list(book.stages.values()), span, context.today)
    currency = told.currencies[0] if told.currencies else context.policy.rates.base
    rates = context.policy.rates
    converted = rates.told if any(o.currency != now.currency for o, now in zip(deals, book.deals, strict=False)) else ""
    target = _target(context, scope, told, currency)
    return Sheet(told, scope, Ledger(context.reader, context.today), book, odds(context, span), target, converted)


def _target(context: Context, scope: Scope, found: Digest, currency: str) -> Target:
    """The quota of those whose deals count; a region's or an account's is not kept."""
    people = context.reader.users()
    quotas = context.reader.quotas()
    if not quotas:
        return Target(why="no quota is on record")
    told = Targets(quotas, found.period, currency, context.policy.rates.into(currency))
    needed = {deal.owner_id for deal in (*found.won, *found.closing) if deal.owner_id}
    if scope.owners is not None:
        return told.people([user for user in people if user.id in scope.owners], needed)
    return (
        told.company(people, needed)
        if scope.words.startswith("all")
        else Target(why="quotas are kept by person and team")
    )


def _sections(context: Context, sheet: Sheet, found: Outlook, moved: Movement | None) -> list[Section]:
    told = sheet.told
    head = Section(title="Pipeline", lines=tuple(levels.head(sheet)))
    if not told.counted:
        return [head]
    names = _names(context)
    context.progress("looking at the risks")
    risks = [] if outlook.over(sheet) else stakes.threats(context, sheet, found)
    parts = [
        head,
        Section(title="Forecast", lines=tuple(outlook.lines(sheet, found))),
        Section(title="Do next", lines=tuple(stakes.actions(sheet, risks, names) if not outlook.over(sheet) else ())),
        Section(title="Most at risk", lines=tuple(stakes.lines(sheet, risks, names))),
        moving.section(sheet, moved, names),
        outlook.call_section(sheet, found, names),
        *(part for currency in told.currencies[:MOST_CURRENCIES] for part in levels.tables(sheet, currency)),
        Section(title="Past their close date", lines=tuple(lists.overdue(sheet, names))),
        Section(title="Largest open deals", lines=(*lists.top(sheet, names), *stakes.concentration(sheet, names))),
        Section(title="Pace", lines=tuple(pace.lines(sheet))),
        Section(
            title="To put right",
            lines=tuple(lists.hygiene(sheet, {user.id for user in context.reader.users() if not user.active})),
        ),
    ]
    return [part for part in parts if part and (part.lines or part.table)]


def _unknowns(sheet: Sheet, moved: Movement | None, course: Flow) -> list[str]:
    told = sheet.told
    found = (
        [f"{sheet.target.why[0].upper()}{sheet.target.why[1:]}, so no gap and no coverage is computed."]
        if sheet.target.amount is None
        else []
    )
    if told.counted and not outlook.over(sheet):
        found.append(sheet.chances.why)
    if len(told.currencies) > 1:
        names = joined(told.currencies[:-1]) + f" and {told.currencies[-1]}"
        found.insert(
            0,
            f"Amounts in {names} are not added: no exchange rate is on record (SELLER_RATES); forecasts are of {sheet.currency} alone.",
        )
    if told.counted and moved is None and told.period.first <= sheet.book.today:
        found.append(
            f"What moved since {told.period.first} cannot be told: no snapshot was kept then, and no deal has a history that reaches back."
        )
    found += renamed(course.unknown)
    hidden = len(told.currencies) - MOST_CURRENCIES
    return [*found, f"Tables are left out for {plural(hidden, 'further currency')}."] if hidden > 0 else found


def _year(sheet: Sheet) -> Period:
    """From a year before the period on, until today."""
    first = sheet.told.period.first
    return Period(first.replace(year=first.year - 1, day=1), sheet.book.today, "last year's")


def _charts(sheet: Sheet, found: Outlook, moved: Movement | None, course: Flow) -> list[Chart]:
    """The fan, the waterfall, open by stage, the funnel, the cycle lengths, and how right a model is that is shown: as far as there is something to draw."""
    if not sheet.told.counted:
        return []
    year = _year(sheet)
    closed = [o for o in sheet.book.deals if o.is_closed and year.holds(o.close_date)]
    drawn = [
        pictures.fan(sheet, found),
        moving.chart(sheet, moved),
        pictures.by_stage(sheet),
        pictures.funnel(course, f"{year.first} to {year.last}"),
        pictures.cycles(
            cycles([o for o in closed if o.is_won]),
            cycles([o for o in closed if not o.is_won]),
            f"closed {year.first} to {year.last}",
        ),
        pictures.reliability(learnt.bins, learnt.held_out)
        if (learnt := sheet.chances.learnt) and found.modelled
        else None,
    ]
    return [chart for chart in drawn if chart]
