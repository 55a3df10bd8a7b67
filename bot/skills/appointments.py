"""A person's appointments: those of the CRM and those of their own calendar as one list, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.calendars import Event
from bot.crm.match import fold, mentions
from bot.crm.port import CrmReader
from bot.crm.records import Account, Activity, Contact, User

SAME = timedelta(minutes=15)
"""by so much the times of one appointment may differ between CRM and calendar"""
SHARED = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com gmx.de gmx.net web.de aol.com "
    "proton.me protonmail.com orange.fr t-online.de".split()
)
"""domains of mailboxes that tell no company"""


@dataclass(frozen=True)
class Meeting:
    """An appointment that lies ahead."""

    activity: Activity
    account: Account | None
    people: tuple[Contact, ...]
    others: tuple[str, ...] = ()
    """attendees of other companies whom the CRM does not know"""
    own: bool = False
    """whether it stands in the person's own calendar alone"""
    place: str = ""
    planned: int | None = None
    """minutes that it takes by the calendar, where the CRM has it too"""

    @property
    def minutes(self) -> int | None:
        """How long it takes, by the CRM or else by the calendar."""
        return self.activity.minutes or self.planned


def from_calendar(
    reader: CrmReader, user: User, events: Sequence[Event], about: Account | None = None
) -> list[Meeting]:
    """Read appointments of a calendar: the account by who attends, else by the title, where either names just one.

    By their domain people belong to an account of the person's own, or to the one that is asked about.
    """
    events = [one for one in events if not one.whole_day]
    if not events:
        return []
    colleagues = {(one.email or "").casefold() for one in reader.users()} | {(user.email or "").casefold()}
    house = {address.rpartition("@")[2] for address in colleagues} - {""} - SHARED
    mine = reader.accounts(user.id if reader.user(user.id) else None)
    near = [*({about.id: about} | {one.id: one for one in mine}).values()] if about else mine
    return [_meeting(reader, user, one, colleagues, house, near) for one in events]


def _meeting(
    reader: CrmReader, user: User, event: Event, colleagues: set[str], house: set[str], near: Sequence[Account]
) -> Meeting:
    outside = [
        (name, address) for name, address in event.attendees
        if address not in colleagues and address.rpartition("@")[2] not in house
    ]  # fmt: skip
    addresses = [address for _, address in outside if address]
    known = list(reader.contacts_with(addresses)) if addresses else []
    account = _account(reader, event.title, known, addresses, near)
    met = {(one.email or "").casefold() for one in known}
    others = tuple(name or address for name, address in outside if (name or address) and address not in met)
    activity = Activity(
        id=f"calendar:{event.uid}:{event.start:%Y%m%dT%H%M}",
        kind="meeting",
        at=event.start,
        subject=event.title or "without a title",
        account_id=account.id if account else None,
        owner_id=user.id,
        contact_ids=tuple(one.id for one in known),
        minutes=round((event.end - event.start).total_seconds() / 60) or None,
    )
    return Meeting(activity, account, tuple(known), others, own=True, place=event.place)


def _account(
    reader: CrmReader, title: str, known: Sequence[Contact], addresses: Sequence[str], near: Sequence[Account]
) -> Account | None:
    """The one account that attendees work for, else whose domain they write from, else that the title names."""
    by_people = {one.account_id for one in known if one.account_id}
    if not by_people:
        domains = {address.rpartition("@")[2] for address in addresses} - SHARED - {""}
        by_people = {one.id for one in near if (host := _host(one.domain)) and _writes_from(host, domains)}
    if not by_people:
        by_people = {key for found in mentions(title, reader.account_names(title)) for key in found.ids}
    return reader.account(next(iter(by_people))) if len(by_people) == 1 else None


def _writes_from(host: str, domains: set[str]) -> bool:
    return any(domain == host or domain.endswith(f".{host}") for domain in domains)


def _host(domain: str | None) -> str:
    bare = (domain or "").casefold().partition("://")[2] or (domain or "").casefold()
    return bare.split("/")[0].removeprefix("www.")


def merged(recorded: Sequence[Meeting], own: Sequence[Meeting]) -> tuple[Meeting, ...]:
    """Each appointment once, by time: what stands in both is the CRM's, with the calendar's place and people beside it."""
    found, left = [], list(own)
    for one in recorded:
        same = next((other for other in left if _same(one, other)), None)
        if same:
            left.remove(same)
            people = {person.id: person for person in (*one.people, *same.people)}
            one = replace(one, others=same.others, place=same.place, planned=same.activity.minutes,
                          people=tuple(people.values()))  # fmt: skip
        found.append(one)
    return tuple(sorted([*found, *left], key=lambda one: (one.activity.at, one.activity.id)))


def _same(recorded: Meeting, own: Meeting) -> bool:
    if abs(recorded.activity.at - own.activity.at) > SAME:
        return False
    shared = {one.id for one in recorded.people} & {one.id for one in own.people}
    account = recorded.account and own.account and recorded.account.id == own.account.id
    return bool(shared or account) or fold(recorded.activity.subject) == fold(own.activity.subject)
