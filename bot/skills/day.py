"""My day: what meets, what is due, which deals need the asker and why; code computes all of it."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.crm.records import Account
from bot.dates import read_dates
from bot.people import may_curate
from bot.proposals import Action, Draft, Line, Section
from bot.skills import Ask, Card, Context, acts
from bot.skills.agenda import Agenda, Day
from bot.skills.appointments import Meeting
from bot.skills.ledger import Ledger, joined, money, plural
from bot.skills.stakes import Due, Needy
from knowledge.documents import Document
from knowledge.errors import KnowledgeError

_END = r"(?: (?:today|tomorrow|on (?:mon|tues|wednes|thurs|fri)day|for (?:today|tomorrow|(?:mon|tues|wednes|thurs|fri)day)|(?:mon|tues|wednes|thurs|fri)day|now|next|first|this morning|this week|for me|ahead|like|on my (?:list|plate|agenda|calendar)|(?:in|on) my (?:calendar|diary)|please))*(?P<rest>)[\s?.!]*$"
_ANOTHER = re.compile(
    r"(?:and |what about |how about )?(?:(?:for|on) )?(?:today|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri)day)[\s?.!]*",
    re.IGNORECASE,
)
"""another day, asked for right after one"""
CARD = Card(
    name="day",
    description="The asker's own day: meetings, tasks due, promises, and the deals that need them, most at stake first.",
    examples=("what needs me today?", "what is on today?"),
    triggers=(
        rf"^(?:please )?(?:(?:show|give|tell) me )?(?:what(?:'s| is|s) |how(?:'s| is|s) )?(?:my|the) (?:day|agenda|calendar|schedule|diary|to-?dos?|to-?do list|tasks|digest){_END}",
        rf"^(?:agenda|calendar|schedule|day)(?= (?:for|today|tomorrow|on)){_END}",
        rf"^(?:what|how) does my day look{_END}",
        rf"^what(?:'s| is|s) (?:on|due|next|waiting|planned|up){_END}",
        rf"^what(?:'s| is|s| do i have| have i got)(?: there)?(?: on)?(?= (?:on|in|today|tomorrow|my)\b){_END}",
        rf"^(?:which |what |do i have (?:any )?|any |show (?:me )?(?:my )?|my |list (?:my )?)(?:meetings|calls|appointments)(?: do i have| have i(?: got)?| are (?:there|on)| lie ahead)?{_END}",
        rf"^(?:who|what|which (?:deals?|accounts?)) (?:needs?|waits? for) (?:me|my attention|attention){_END}",
        rf"^what (?:should|shall|must|can|do) i (?:need to |have to )?(?:do|work on|look at|focus on|start with){_END}",
    ),
    goes_on=lambda context, said: (
        Ask(said.text, goes_on=True) if said.follow and _ANOTHER.fullmatch(said.text) else None
    ),
)
SHOWN = 8
"""lines of a long list that are shown; the rest are counted beneath"""
OVERDUE = ("due", "expired")
OTHERS, LONGEST_PLACE = 3, 60
"""people whom the CRM does not know that are named, and signs of a place; a link to a call is none"""
TEAM = Action(label="My team", ask="who needs help with what?", skill="needs")
NOTHING = "Nothing is waiting for you today. A good hour to look ahead: ask for a brief on an account you want to open."


def run(context: Context, ask: Ask) -> Draft:
    """Tell the asker's day."""
    context.progress("reading your day")
    if (planned := day_ahead(ask.text, context.today)) is not None:
        return _planned(context, planned)
    day = Agenda(
        context.reader, context.asker, context.now, context.benchmarks, context.calendar, context.policy.limits
    ).day()
    ledger = Ledger(context.reader, context.today)
    pages, trouble = _pages(context)
    sections, citations = ledger.settle(_sections(day, ledger, pages, context.asker.role == "enablement"))
    return Draft(
        skill="day",
        lead=NOTHING if day.empty and not pages else "",
        sections=sections,
        citations=citations,
        unknowns=tuple(filter(None, (f"Knowledge base: {trouble}" if trouble else "", day.trouble))),
        numbers=tuple(ledger.numbers),
        notice=joined([notice(day), _hidden(day, pages)], " "),
        actions=(TEAM,) if day.leads else (),
        records=tuple(citation.record for citation in citations if citation.record),
        as_of=context.reader.as_of(),
    )


def day_ahead(words: str, today: date) -> date | None:
    """Read a day after today that the words name."""
    days = [one.first for one in read_dates(words, today) if one.kind == "day" and one.first]
    return next((one for one in days if one > today), None)


def _planned(context: Context, planned: date) -> Draft:
    """Tell what stands on a day that lies ahead."""
    day = Agenda(
        context.reader, context.asker, context.now, context.benchmarks, context.calendar, context.policy.limits
    ).planned(planned)
    ledger = Ledger(context.reader, context.today)
    title = f"{planned:%A}, {planned}"
    found = [
        Section(title=title, lines=tuple(_meeting(one, day, ledger) for one in day.meetings)),
        Section(title="Due then", lines=_dues(day.due, day, ledger)),
        Section(title="Promised to you for then", lines=_dues(day.promises, day, ledger)),
    ]
    sections, citations = ledger.settle(found)
    return Draft(
        skill="day",
        sections=sections,
        citations=citations,
        unknowns=tuple(filter(None, (day.trouble,))),
        numbers=tuple(ledger.numbers),
        notice=notice(day),
        records=tuple(citation.record for citation in citations if citation.record),
        as_of=context.reader.as_of(),
    )


def notice(day: Day) -> str:
    """Say on which clock the times are, and what the order of the deals rests on."""
    parts = [f"Times in {day.user.time_zone}."]
    if day.deals or day.team or any(one.stake for one in (*day.due, *day.promises)):
        parts.append("In the order of what is at stake: amount × the stage's probability, for deals × severity.")
    if day.mixed:
        parts.append("Each currency is ranked by itself.")
    if day.unseen:
        parts.append(f"{plural(day.unseen, 'open deal')} not looked into, as there are too many.")
    return " ".join(parts)


def _hidden(day: Day, pages: Sequence[Document]) -> str:
    """Count what the sections have no room for."""
    counts = {"task": len(day.due), "promise": len(day.promises), "page": len(pages)}
    more = joined(f"{n - SHOWN} more of {plural(n, noun)}" for noun, n in counts.items() if n > SHOWN)
    return f"Not shown: {more}." if more else ""


def appointment(meeting: Meeting, day: Day) -> str:
    """Write an appointment with its time, place in the CRM and people."""
    one, about = meeting.activity, company(meeting)
    return f"{one.at.astimezone(day.now.tzinfo):%H:%M} {one.subject}{f' ({about})' if about else ''}"


def company(meeting: Meeting) -> str:
    """Write which account an appointment is with, who attends, how long it takes and where it is."""
    people = joined((_person(c.name, c.title) for c in meeting.people), "; ")
    others = joined(meeting.others[:OTHERS])
    more = f" and {len(meeting.others) - OTHERS} more" if len(meeting.others) > OTHERS else ""
    unknown = f"not in the CRM: {others}{more}" if others else None
    length = f"{meeting.minutes} minutes" if meeting.minutes else None
    place = meeting.place if len(meeting.place) <= LONGEST_PLACE and "://" not in meeting.place else None
    return joined([_name(meeting.account), people, unknown, length, place], "; ")


def duty(due: Due, today: date) -> str:
    """Write what is due, whose it is if not ours, and since or until when."""
    whose = "" if due.task.side == "ours" else "Theirs: "
    place = f" ({due.account.name})" if due.account else ""
    stake = f"; {at_stake(due)} at stake" if due.stake else ""
    return f"{whose}{due.task.subject}{place}, {when(due.day, today)}{stake}"


def at_stake(one: Due | Needy) -> str:
    """Write what is at stake, rounded to whole units."""
    return money(one.stake.quantize(Decimal(1)), one.currency)


def when(due: date, today: date) -> str:
    """Write how a day stands to today."""
    late = (today - due).days
    if late > 0:
        return f"overdue by {plural(late, 'day')}"
    return "due today" if late == 0 else f"due {due}"


def named(needy: Needy, *, whose: bool = False) -> str:
    """Write which deal it is, with its account where the name does not say it, and its owner where asked."""
    account = needy.account.name if needy.account and needy.account.name not in needy.deal.name else None
    about = joined([account, needy.owner.name if whose and needy.owner else None])
    return f"{needy.deal.name} ({about})" if about else needy.deal.name


def standing(needy: Needy) -> str:
    """Write what a deal is worth and where it stands."""
    deal = needy.deal
    chance = f" at {needy.probability:.0%}" if needy.probability is not None else ", probability unknown"
    return f"{money(deal.amount, deal.currency)}{chance} in {deal.stage}"


def _sections(day: Day, ledger: Ledger, pages: list[Document], curates: bool) -> list[Section]:
    found = [Section(title="First", lines=tuple(_first(one, day, ledger) for one in day.first))] if day.first else []
    found += [
        Section(title="Today", lines=tuple(_meeting(one, day, ledger) for one in day.meetings)),
        Section(title="Due", lines=_dues(day.due, day, ledger)),
        Section(title="Deals that need you", lines=tuple(_needy(one, ledger) for one in day.deals)),
        Section(title="Promises", lines=_dues(day.promises, day, ledger)),
    ]
    if day.leads:
        lines = tuple(_needy(one, ledger, whose=True) for one in day.team)
        found.append(Section(title="Your team", lines=lines))
    if pages or curates:
        found.append(Section(title="Pages", lines=_page_lines(pages, day.today, ledger)))
    return found


def _first(one: Due | Needy, day: Day, ledger: Ledger) -> Line:
    """What costs most if it is left, in a few words; the whole stands below."""
    if isinstance(one, Due):
        return _due(one, day, ledger)
    ledger.figure(one.stake.quantize(Decimal(1)), f"stake of {one.deal.name}")
    text = f"{_upper(one.remedy)}: {named(one)}; {one.signals[0].text}; {at_stake(one)} at stake."
    line = ledger.line(text, ledger.record("opportunity", one.deal, one.deal.name, one.deal.updated_at))
    return line.model_copy(update={"actions": acts.on_deal(one)})


def _meeting(meeting: Meeting, day: Day, ledger: Ledger) -> Line:
    one, text = meeting.activity, f"{appointment(meeting, day)}."
    ledger.figure(meeting.minutes, f"minutes of {one.subject}")
    if meeting.own:
        n = ledger.said("your calendar", f"Your calendar: {one.subject}", f"{one.at:%Y-%m-%d %H:%M}", text, "calendar")
    else:
        n = ledger.record("activity", one, f"{one.kind}: {one.subject}")
    return ledger.line(text, n).model_copy(update={"actions": acts.on_meeting(meeting, day.now)})


def _dues(dues: tuple[Due, ...], day: Day, ledger: Ledger) -> tuple[Line, ...]:
    return tuple(_due(one, day, ledger) for one in dues[:SHOWN])


def _due(due: Due, day: Day, ledger: Ledger) -> Line:
    late = (day.today - due.day).days
    ledger.figure(late if late > 0 else None, f"days overdue of {due.task.subject}")
    ledger.figure(due.stake.quantize(Decimal(1)) if due.stake else None, f"stake of {due.task.subject}")
    n = ledger.record("task", due.task, due.task.subject, due.task.created_at)
    of = [ledger.record("opportunity", due.deal, due.deal.name, due.deal.updated_at)] if due.deal else []
    return ledger.line(f"{duty(due, day.today)}.", n, *of).model_copy(update={"actions": acts.on_due(due)})


def _needy(needy: Needy, ledger: Ledger, *, whose: bool = False) -> Line:
    deal = needy.deal
    ledger.figure(deal.amount, f"amount of {deal.name}")
    if needy.probability is not None:
        ledger.figure(round(needy.probability * 100), f"percent of {deal.stage}")
    text = f"{named(needy, whose=whose)}: {standing(needy)}; {needy.why}. Do: {needy.remedy}."
    line = ledger.line(text, ledger.record("opportunity", deal, deal.name, deal.updated_at))
    return line.model_copy(update={"actions": acts.on_deal(needy)})


def _page_lines(pages: list[Document], today: date, ledger: Ledger) -> tuple[Line, ...]:
    return tuple(
        ledger.line(
            f"{page.title}: {page.status_on(today)}, {lapse(page, today)}; looked after by {page.owner or 'nobody'}.",
            ledger.page(page, today),
        )
        for page in pages[:SHOWN]
    )


def lapse(page: Document, today: date) -> str:
    """Write when a page's verification ends or ended."""
    day = page.due_on()
    if day is None:
        return "never verified"
    return f"lapsed on {day}" if day < today else f"lapses on {day}"


def _pages(context: Context) -> tuple[list[Document], str]:
    """Read the pages that wait for the asker to verify them; why not, where the knowledge base is out of reach."""
    try:
        held = context.library.documents()
    except KnowledgeError as error:
        return [], str(error)
    mine = [
        page
        for page in held
        if page.account is None and page.searchable and may_curate(context.asker, page)
        if page.status_on(context.today) in OVERDUE
    ]
    return sorted(mine, key=lambda page: (page.due_on() or context.today, page.title)), ""


def _person(name: str, title: str | None) -> str:
    return f"{name}, {title}" if title else name


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name(account: Account | None) -> str | None:
    return account.name if account else None
