"""What may be done with one click about a meeting, a promise or a deal; each is asked in the clicker's own name (pure).

What it says counts as the clicker's own words, whose addresses may stand in an answer: names bring none into them.
"""

from datetime import datetime

from bot.proposals import Action
from bot.screening import inert
from bot.skills.appointments import Meeting
from bot.skills.stakes import Due, Needy

TOUCH = frozenset(
    {"no two-way activity", "ghosted", "silent champion", "single-threaded", "stalled in stage", "close date pushed"}
)
"""signals that writing to somebody may answer"""


def on_meeting(meeting: Meeting, now: datetime) -> tuple[Action, ...]:
    """Prepare it, or read up on the account."""
    if meeting.account is None:
        return ()
    name, key, about = inert(meeting.account.name), meeting.account.id, meeting.activity.subject
    at = meeting.activity.at.astimezone(now.tzinfo)
    return (
        Action(
            label="Prepare", ask=f"prepare my {at:%H:%M} meeting with {name}", skill="prep", account=key, about=about
        ),
        Action(label="Brief", ask=f"brief me on {name}", skill="brief", account=key, about=about),
    )


def on_due(due: Due) -> tuple[Action, ...]:
    """Tick a promise off once it is kept, or write about it."""
    if due.account is None:
        return ()
    key, what = due.account.id, due.task.subject
    draft = Action(label="Draft", ask=f"draft a note about {inert(what)}", skill="draft", account=key, about=what)
    done = Action(label="Done", ask=f"mark “{what}” as done", skill="log", account=key, about=what)
    return (done, draft)


def on_deal(needy: Needy) -> tuple[Action, ...]:
    """Look at the deal, or get in touch."""
    if needy.account is None:
        return ()
    name, key, about = inert(needy.account.name), needy.account.id, needy.deal.name
    deal = Action(
        label="Deal", ask=f"where is the {inert(needy.deal.name)} deal?", skill="deal", account=key, about=about
    )
    brief = Action(label="Brief", ask=f"brief me on {name}", skill="brief", account=key, about=about)
    draft = Action(label="Draft", ask=f"draft a note to {name}", skill="draft", account=key, about=about)
    touch = any(signal.name in TOUCH for signal in needy.signals)
    return (deal, draft if touch else brief)
