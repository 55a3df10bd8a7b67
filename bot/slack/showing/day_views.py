"""A person's day as blocks, for App Home, the morning digest and the word before a meeting (pure)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.proposals import Action
from bot.skills import acts
from bot.skills import day as told
from bot.skills.agenda import Day
from bot.skills.appointments import Meeting
from bot.skills.ledger import joined
from bot.skills.stakes import Due, Needy
from bot.slack.showing.blocks import (
    MOST_BLOCKS,
    MOST_MESSAGE,
    Block,
    Message,
    cut,
    escape,
    link,
    plain_text,
    sections,
    small,
)

SHOWN = told.SHOWN
MOST_VALUE = 150
"""signs that an entry of a menu carries, as Slack takes them"""
ACTIONS = 100
"""signs that a row of buttons counts for"""
Link = Callable[[str, str], str]
"""kind and id of a record → where it can be opened"""


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain_text(text[:150])}


def buttons(block: str, *named: tuple[str, str, str], about: str = "") -> Block:
    """Return buttons: (what a click does, what it carries, its words); `about` tells several alike apart to the ear."""
    elements = [
        {"type": "button", "action_id": f"home:{verb}", "value": value, "text": plain_text(label)}
        | ({"accessibility_label": f"{label}: {about}"[:75]} if about else {})
        for verb, value, label in named
    ]
    return {"type": "actions", "block_id": f"home:{block}"[:255], "elements": elements}


def beside(text: Sequence[Block], verb: str, value: str, label: str, about: str) -> list[Block]:
    """Return text with one button beside it, which takes no line of its own."""
    [button] = buttons("", (verb, value, label), about=about)["elements"]
    return [{**text[0], "accessory": button}, *text[1:]]


def acts_on(day: Day) -> Mapping[str, Action]:
    """Return what may be asked with one click about a day, by what the click carries."""
    able = [("meeting", one.activity.id, acts.on_meeting(one, day.now)) for one in day.meetings]
    able += [("task", one.task.id, acts.on_due(one)) for one in (*day.due, *day.promises)]
    able += [("deal", one.deal.id, acts.on_deal(one)) for one in day.deals]
    return {_carried(kind, key, one): one for kind, key, several in able for one in several}


def _carried(kind: str, key: str, action: Action) -> str:
    return f"{action.label}:{kind}:{key}"[:MOST_VALUE]


def blocks(day: Day, to: Link) -> list[Block]:
    """Return what the day holds; what it does not hold is left out."""
    found = [block for meeting in day.meetings[:SHOWN] for block in _meeting(meeting, day, to)]
    shown = sections(["*First*", *first]) if (first := [f"• {_pressing(one, day, to)}" for one in day.first]) else []
    shown += titled("Today", found) if found else []
    shown += small(day.trouble) if day.trouble else []
    shown += _dues("Due", day.due, day, to)
    shown += titled("Deals that need you", [block for one in day.deals for block in _needy(one, to)])
    shown += _dues("Promises", day.promises, day, to)
    team = [f"• {_deal(one, to, whose=True)}" for one in day.team]
    return [*shown, *(sections(["*Your team*", *team]) if team else [])]


def heads_up(meeting: Meeting, now: datetime) -> Message:
    """Return what goes before a brief: the appointment, and who attends; `now` is on the person's clock."""
    one = meeting.activity
    place = f" with {meeting.account.name}" if meeting.account else ""
    minutes = max(1, round((one.at - now).total_seconds() / 60))
    first = (
        f"{one.kind.capitalize()}{place} at {one.at.astimezone(now.tzinfo):%H:%M}, in {minutes} minutes: {one.subject}."
    )
    who = joined((f"{c.name} ({c.title})" if c.title else c.name for c in meeting.people), "; ")
    others = joined(meeting.others[: told.OTHERS])
    attends = f"From their side: {who}." if who else "The CRM does not say who attends from their side."
    attends += f" Not in the CRM: {others}." if others else ""
    text = f"{first}\n{attends}"
    return Message(cut(text, 3000), sections([f"*{escape(first)}*", escape(attends)]))


def fitting(shown: Sequence[Block], rest: str) -> list[Block]:
    """Keep what one message takes, and say where the rest is."""
    size, kept = 0, 0
    for block in shown[: MOST_BLOCKS - 3]:
        size += len(block["text"]["text"]) if "text" in block else ACTIONS
        size += ACTIONS if "accessory" in block else 0
        if size > MOST_MESSAGE:
            break
        kept += 1
    return [*shown[:kept], *(small(rest) if kept < len(shown) else [])]


def titled(title: str, inner: Sequence[Block]) -> list[Block]:
    """Put a title above blocks; nothing where there are none."""
    return [*sections([f"*{title}*"]), *inner] if inner else []


def _meeting(meeting: Meeting, day: Day, to: Link) -> list[Block]:
    one, clock = meeting.activity, f"{meeting.activity.at.astimezone(day.now.tzinfo):%H:%M}"
    who = told.company(meeting)
    # What stands in the person's own calendar alone has no record to open.
    what = escape(one.subject) if meeting.own else link(to("activity", one.id), one.subject)
    shown = sections([f"*{clock}* {what}", *([escape(who)] if who else [])])
    able = acts.on_meeting(meeting, day.now)
    if not able:
        return shown
    # The answer to the first offers the second.
    about = f"{able[0].about} at {clock}"
    return beside(shown, "act", _carried("meeting", one.id, able[0]), able[0].label, about)


def _dues(title: str, dues: Sequence[Due], day: Day, to: Link) -> list[Block]:
    shown = [block for one in dues[:SHOWN] for block in _due(one, day, to)]
    more = small(f"{len(dues) - SHOWN} more; ask “what is due?”") if len(dues) > SHOWN else []
    return titled(title, [*shown, *more])


def _due(due: Due, day: Day, to: Link) -> list[Block]:
    """A promise with its menu beside it: kept, or to be written about."""
    text = _opened(told.duty(due, day.today), due.task.subject, to("task", due.task.id))
    first, *rest = sections([f"• {text}"])
    options = [{"text": plain_text(one.label), "value": _carried("task", due.task.id, one)} for one in acts.on_due(due)]
    menu = {"accessory": {"type": "overflow", "action_id": "home:act", "options": options}} if options else {}
    return [{**first, **menu}, *rest]


def _needy(needy: Needy, to: Link) -> list[Block]:
    shown = sections([_deal(needy, to)])
    if needy.account is None:
        return shown
    key, able = needy.account.id, [one for one in acts.on_deal(needy) if one.skill != "brief"]
    asked = [("act", _carried("deal", needy.deal.id, one), one.label) for one in able]
    row = buttons(f"deal:{needy.deal.id}", *asked, ("brief", key, "Brief"), ("log", key, "Log"), about=needy.deal.name)
    return [*shown, row]


def _pressing(one: Due | Needy, day: Day, to: Link) -> str:
    """What costs most if it is left, in one line."""
    if isinstance(one, Due):
        return _opened(told.duty(one, day.today), one.task.subject, to("task", one.task.id))
    name = told.named(one)
    rest = f"{one.remedy}: {name} ({told.at_stake(one)} at stake)"
    return _opened(rest[0].upper() + rest[1:], name, to("opportunity", one.deal.id))


def _deal(needy: Needy, to: Link, *, whose: bool = False) -> str:
    name = told.named(needy, whose=whose)
    opened = _opened(name, name, to("opportunity", needy.deal.id))
    return f"*{opened}* · {escape(told.standing(needy))}\n{escape(needy.why)} → {needy.remedy}"


def _opened(text: str, label: str, url: str) -> str:
    """Make the label within a text a link, where there is an address that a browser opens."""
    before, _, after = text.partition(label)
    return f"{escape(before)}{link(url, label)}{escape(after)}"
