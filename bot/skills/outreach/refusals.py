"""Opt-outs that stand in no field of the CRM: in e-mails of the person, in what colleagues noted, in our own marks."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import Lock

from bot.crm.match import mentions
from bot.crm.records import Activity, Contact, Record
from bot.skills.outreach.optout import LONGEST, Out, read, reported
from bot.skills.outreach.recipient import Refusal
from bot.store.optouts import OptOut, Optouts

Find = Callable[[str], Contact | None]
SOURCES = {"email": "their e-mail", "call": "a note on a call", "meeting": "a note on a meeting", "note": "a note"}


def opted_out_in(activity: Activity) -> Out | None:
    """What an activity tells of an opt-out: in their own words where they wrote, else in those of whoever noted it."""
    if activity.kind == "email" and activity.direction == "inbound":
        return read(activity.subject, activity.body)
    return reported(_words(activity))


def whose(activity: Activity, contacts: Sequence[Contact]) -> Sequence[Contact]:
    """Who of an activity's people it is about: the only one whom it names, else, on the safe side, all of them."""
    named = {
        m.ids[0] for m in mentions(_words(activity), [(c.id, c.name) for c in contacts], people=True) if len(m.ids) == 1
    }
    return [c for c in contacts if c.id in named] if len(named) == 1 else contacts


def _words(activity: Activity) -> str:
    return f"{activity.subject}.\n{(activity.body or '')[:LONGEST]}"


def refusals_of(
    contact: Contact, contacts: Sequence[Contact], activities: Iterable[Activity], kept: Iterable[OptOut]
) -> tuple[Refusal, ...]:
    """All opt-outs of a person that we know of beside the CRM's own fields."""
    found = [Refusal(one.channel, one.at.date(), one.source) for one in kept]
    for activity in activities:
        if contact.id not in activity.contact_ids or not (out := opted_out_in(activity)):
            continue
        if contact in whose(activity, [c for c in contacts if c.id in activity.contact_ids]):
            found.append(Refusal(out, activity.at.date(), SOURCES[activity.kind]))
    return tuple(dict.fromkeys(found))


class Watch:
    """Stands in the way of what a sync or an import brings, and keeps the opt-outs that are in it."""

    def __init__(self, scrub: Callable[[Record], Record | None], optouts: Optouts, find: Find) -> None:
        self._scrub, self._optouts, self._find = scrub, optouts, find
        self._found: list[tuple[Activity, Out]] = []
        self._lock = Lock()

    def __call__(self, record: Record) -> Record | None:
        """A record as it may be stored; an activity that tells of an opt-out is remembered."""
        kept = self._scrub(record)
        if isinstance(kept, Activity) and kept.contact_ids and (out := opted_out_in(kept)):
            with self._lock:
                self._found.append((kept, out))
        return kept

    def keep(self, now: datetime) -> int:
        """Keep what was found, once the contacts are stored too; return how many opt-outs are new."""
        with self._lock:
            found, self._found = self._found, []
        new = 0
        for activity, out in found:
            contacts = [contact for key in activity.contact_ids if (contact := self._find(key))]
            for contact in whose(activity, contacts):
                new += self._optouts.add(contact, out, min(activity.at, now), SOURCES[activity.kind])
        return new
