"""Why one writes now: a dated thing between us and the person that both sides know; never what only we noted."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.crm.records import Activity, Contact, User
from bot.dates import long_date
from bot.pipeline.deal import is_two_way
from bot.skills.ledger import Ledger
from bot.skills.outreach.gate import Recipient
from bot.skills.outreach.refusals import refusals_of
from bot.skills.view import LOOK_BACK, AccountView

AFTER_CALL, STALE = timedelta(days=7), timedelta(days=21)
"""until when a letter counts as one after a call, and from when thanks come too late"""
REMEMBERED = timedelta(days=365)
"""for so long a person knows that they signed up for something"""
SIGNED_UP = (
    (r"demo request", "On {day} you asked us for a demo.", "your request for a demo of {day}"),
    (r"webinar", "On {day} you signed up for our webinar.", "your sign-up for our webinar of {day}"),
    (r"newsletter", "On {day} you signed up for our newsletter.", "your sign-up for our newsletter of {day}"),
    (
        r"trade fair|badge",
        "On {day} you agreed at a trade fair to hear from us.",
        "your agreement at a trade fair on {day}",
    ),
    (r"answered our e-?mail", "On {day} you answered our e-mail.", "your answer to our e-mail of {day}"),
)
"""sources of an address that the person knows of: how a first line and a footer say them"""


@dataclass(frozen=True)
class Occasion:
    """The first line of a letter, what it rests on, and the number of that source."""

    sentence: str
    why: str
    cite: int
    kind: str
    """renewal, call, meeting, email, signed up or wrote"""
    day: date
    own: bool = False
    """whether the asker was in it"""


def recipient(view: AccountView, contact: Contact, today: date, said: str = "") -> Recipient:
    """What the gate must know of a person; the seller's words may say where they are."""
    every = [a for a in view.past or view.activities if contact.id in a.contact_ids]
    mine = [a for a in every if a.kind != "note"]
    wrote = [a.at.date() for a in mine if a.direction == "inbound"]
    met = [a.at.date() for a in mine if is_two_way(a) and a.at >= view.now - LOOK_BACK]
    kept = view.optouts.of(contact) if view.optouts else ()
    won = [o.close_date for o in view.opportunities if o.is_won and o.close_date and o.close_date <= today]
    return Recipient(
        contact=contact,
        account=view.account,
        today=today,
        wrote=max(wrote, default=None),
        met=max(met, default=None),
        bought=max(won, default=None),
        known=bool(mine),
        refusals=refusals_of(contact, view.contacts, every, kept),
        said=said,
    )


def occasion(view: AccountView, to: Recipient, topic: str, asker_id: str, ledger: Ledger) -> Occasion | None:
    """The best reason to write now; None where the records hold none that the person knows of."""
    if re.search(r"\brenew", topic, re.IGNORECASE):
        found = _renewal(view, to, ledger)
        if found:
            return found
    mine = [a for a in view.activities if to.contact.id in a.contact_ids and a.kind != "note"]
    together = next((a for a in mine if is_two_way(a)), None)
    if together:
        return _together(together, to, asker_id, ledger)
    return _signed_up(to, ledger) or _wrote(mine, asker_id, to, ledger)


def _renewal(view: AccountView, to: Recipient, ledger: Ledger) -> Occasion | None:
    day = view.account.renewal_date
    if not day or not to.customer or day < to.today:
        return None
    n = ledger.record("account", view.account, view.account.name, view.account.updated_at)
    sentence = f"Your agreement with us comes up for renewal on {long_date(day)}."
    ledger.line(f"{sentence} {view.account.name} renews on {day}.", n)
    return Occasion(sentence, "the renewal date in the CRM", n, "renewal", day)


def _together(activity: Activity, to: Recipient, asker_id: str, ledger: Ledger) -> Occasion:
    """The last time that both sides were in touch; a call of a colleague is not claimed as one's own."""
    day, kind = activity.at.date(), activity.kind
    owner = ledger.reader.user(activity.owner_id) if activity.owner_id not in (None, asker_id) else None
    if to.today - day > STALE:
        who = _who(owner, kind)
        sentence = f"{who} last {_LAST[kind]} on {long_date(day)}."
    elif owner:
        sentence = f"Thank you for your {_WITH[kind]} my colleague {owner.name} on {long_date(day)}."
    else:
        sentence = f"Thank you for {_OURS[kind]} {long_date(day)}."
    own = activity.owner_id == asker_id
    why = f"{kind} of {day} in the CRM"
    return Occasion(sentence, why, _cite(activity, to, ledger), kind, day, own)


def _who(owner: User | None, kind: str) -> str:
    if kind == "email":
        return "You"
    return f"My colleague {owner.name} and you" if owner else "We"


_OURS = {"call": "our call on", "meeting": "our meeting on", "email": "your e-mail of"}
_WITH = {"call": "call with", "meeting": "meeting with", "email": "e-mail to"}
_LAST = {"call": "spoke", "meeting": "met", "email": "wrote to us"}


def _wrote(mine: list[Activity], asker_id: str, to: Recipient, ledger: Ledger) -> Occasion | None:
    sent = next((a for a in mine if a.kind == "email" and a.direction == "outbound"), None)
    if sent is None:
        return None
    day, who = sent.at.date(), "I" if sent.owner_id == asker_id else "We"
    return Occasion(
        f"{who} wrote to you on {long_date(day)}.", f"our e-mail of {day}", _cite(sent, to, ledger), "wrote", day
    )


def _cite(activity: Activity, to: Recipient, ledger: Ledger) -> int:
    """Number an activity by its kind and day: its subject and body may be our own notes."""
    day = activity.at.date()
    n = ledger.record("activity", activity, f"{activity.kind} on {day}", activity.at)
    ledger.line(f"{activity.kind} with {to.contact.name} on {long_date(day)} ({day}).", n)
    return n


def _signed_up(to: Recipient, ledger: Ledger) -> Occasion | None:
    found = _source(to)
    if not found or to.contact.consent_at is None:
        return None
    day = to.contact.consent_at.date()
    if to.today - day > REMEMBERED:
        return None
    n = ledger.record("contact", to.contact, to.contact.name, to.contact.updated_at)
    sentence = found[1].format(day=long_date(day))
    ledger.line(f"{sentence} ({to.contact.consent_source}, {day})", n)
    return Occasion(sentence, f"“{to.contact.consent_source}” in the CRM", n, "signed up", day)


def _source(to: Recipient) -> tuple[str, str, str] | None:
    return next((row for row in SIGNED_UP if re.search(row[0], to.contact.consent_source or "", re.IGNORECASE)), None)


def data_source(to: Recipient) -> str | None:
    """Where the address comes from, as the person knows it; None where the CRM's words are not for their eyes."""
    found = _source(to)
    return found[2].format(day=long_date(to.contact.consent_at.date())) if found and to.contact.consent_at else None
