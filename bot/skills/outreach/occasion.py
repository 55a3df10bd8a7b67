"""Why one writes now: dated things between us and the person that both sides know; never what only we noted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.crm.records import Activity, Contact
from bot.dates import long_date
from bot.pipeline.deal import is_two_way
from bot.skills.ledger import Ledger
from bot.skills.outreach.gate import Recipient
from bot.skills.outreach.phrases.book import Phrases
from bot.skills.outreach.refusals import refusals_of
from bot.skills.view import LOOK_BACK, AccountView

AFTER_CALL, STALE = timedelta(days=7), timedelta(days=21)
"""until when a letter counts as one after a call, and from when thanks come too late"""
REMEMBERED = timedelta(days=365)
"""for so long a person knows that they signed up for something"""
MOST = 4
SIGNED_UP = (
    (r"demo request", "demo"), (r"webinar", "webinar"), (r"newsletter", "newsletter"), (r"trade fair|badge", "fair"),
    (r"answered our e-?mail", "answered"),
)  # fmt: skip
"""sources of an address that the person knows of"""


@dataclass(frozen=True)
class Occasion:
    """A reason to write, and the number of the record it rests on."""

    key: str
    kind: str
    """renewal, call, meeting, email, wrote, or how they signed up"""
    day: date
    cite: int
    why: str
    own: bool = False
    """whether the asker was in it"""
    who: str = ""
    """the colleague who was, where it was somebody else"""
    old: bool = False
    """whether thanks would come too late"""

    def sentence(self, words: Phrases, *, spoken: bool = False) -> str:
        """The occasion as the first line of a letter says it; on the telephone nobody is thanked for the last call."""
        old = self.old or spoken
        marks = [self.kind, *(["colleague"] if self.who else []), *(["old"] if old else [])]
        tries = (".".join(marks), f"{self.kind}.old" if old else self.kind, self.kind)
        pattern = next(words.opening[key] for key in tries if key in words.opening)
        return pattern.format(day=words.date(self.day), who=self.who)


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


def occasions(view: AccountView, to: Recipient, purpose: str, asker_id: str, ledger: Ledger) -> list[Occasion]:
    """The reasons to write now, best first; none where the records hold none that the person knows of."""
    mine = [a for a in view.activities if to.contact.id in a.contact_ids and a.kind != "note"]
    together = [_together(a, to, asker_id, ledger) for a in mine if is_two_way(a)]
    signed, wrote = _signed_up(to, ledger), _wrote(mine, asker_id, to, ledger)
    renewal = _renewal(view, to, ledger)
    first = [renewal] if purpose == "renewal" else []
    found = [*first, *together[:2], signed, wrote, *([] if first else [renewal])]
    return [one for one in found if one][:MOST]


def _renewal(view: AccountView, to: Recipient, ledger: Ledger) -> Occasion | None:
    day = view.account.renewal_date
    if not day or not to.customer or day < to.today:
        return None
    n = ledger.record("account", view.account, view.account.name, view.account.updated_at)
    ledger.line(f"{view.account.name} renews its agreement with us on {long_date(day)} ({day}).", n)
    return Occasion("renewal", "renewal", day, n, "the renewal date in the CRM")


def _together(activity: Activity, to: Recipient, asker_id: str, ledger: Ledger) -> Occasion:
    """A time when both sides were in touch; a call of a colleague is not claimed as one's own."""
    day, kind = activity.at.date(), activity.kind
    other = ledger.reader.user(activity.owner_id) if activity.owner_id not in (None, asker_id) else None
    return Occasion(
        key=f"{kind}-{activity.id}",
        kind=kind,
        day=day,
        cite=_cite(activity, to, ledger),
        why=f"{kind} of {day} in the CRM",
        own=activity.owner_id == asker_id,
        who=other.name if other else "",
        old=to.today - day > STALE,
    )


def _wrote(mine: Sequence[Activity], asker_id: str, to: Recipient, ledger: Ledger) -> Occasion | None:
    sent = next((a for a in mine if a.kind == "email" and a.direction == "outbound"), None)
    if sent is None:
        return None
    day, own = sent.at.date(), sent.owner_id == asker_id
    cite = _cite(sent, to, ledger)
    return Occasion(f"wrote-{sent.id}", "wrote", day, cite, f"our e-mail of {day}", own, "" if own else "we")


def _cite(activity: Activity, to: Recipient, ledger: Ledger) -> int:
    """Number an activity by its kind and day: its subject and body may be our own notes."""
    day = activity.at.date()
    n = ledger.record("activity", activity, f"{activity.kind} on {day}", activity.at)
    ledger.line(f"{activity.kind} with {to.contact.name} on {long_date(day)} ({day}).", n)
    return n


def _signed_up(to: Recipient, ledger: Ledger) -> Occasion | None:
    kind, at = signed_up(to), to.contact.consent_at
    if not kind or at is None or to.today - at.date() > REMEMBERED or at.date() > to.today:
        return None
    n = ledger.record("contact", to.contact, to.contact.name, to.contact.updated_at)
    return Occasion(f"signed-{kind}", kind, at.date(), n, f"“{to.contact.consent_source}” in the CRM")


def signed_up(to: Recipient) -> str:
    """How the person gave us their address, where they know of it; empty where the CRM's words are not for their eyes."""
    source = to.contact.consent_source or ""
    return next((kind for found, kind in SIGNED_UP if re.search(found, source, re.IGNORECASE)), "")


def data_source(to: Recipient, words: Phrases) -> str:
    """Where the address comes from, as the footer says it; empty where nobody recorded it in words for the person."""
    kind, at = signed_up(to), to.contact.consent_at
    return words.sources[kind].format(day=words.date(at.date())) if kind and at else ""
