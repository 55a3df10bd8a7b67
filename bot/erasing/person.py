"""Who is meant, and by what their traces are told from those of others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.crm import match
from bot.crm.port import CrmReader
from bot.crm.records import Contact, User
from bot.crm.suppression import EMAIL, Suppression, national, phone_marks, plain_email
from bot.crm.unspaced import SHORTEST, UNSPACED, joined
from bot.errors import Ambiguous, BotError, NotFound, UsageError

Reach = Literal["anywhere", "account", "records", "nowhere"]
"""Where the name alone means this person: everywhere; in what is about their account, as somebody else has the name too;
only in records tied to them, as a colleague at the account has it; nowhere, as it is one word"""

SHORTEST_NAME = 3
EVERYDAY = frozenset(
    "april art august bill bob best call case cash chance chase chief dawn dean deal drew faith frank gold grace grant hope jack "
    "joy june king lane law long major mark may miles monday page pat price prince rich rose short star sue sunny sunday summer "
    "van von der den del will wills young".split()
)
"""words that are names too: alone they stay, as they mostly mean something else"""

FEWEST_DIGITS = 7
"""of a number that is looked for: a shorter one is an extension, or part of something else"""


@dataclass(frozen=True)
class Person:
    """A contact to be erased, with what is theirs alone; an address or number that others share is none of it."""

    id: str
    name: str
    account_id: str | None
    email: str | None
    phone: str | None
    reach: Reach
    namesakes: tuple[str, ...] = ()
    """ids of other contacts of the same name"""
    others: tuple[str, ...] = ()
    """names and addresses of others that hold this name, such as “Anna Berg-Hansen”, which stay"""
    alone: tuple[str, ...] = ()
    """words of the name that mean nobody else in what is about the account: “Ingrid asked for a discount”"""
    only: bool = False
    """whether these words mean nobody else in the whole CRM either"""

    def place(self, word: str) -> str:
        """Whether a word of the name is its first one or a later one."""
        return "first" if match.fold(self.name).startswith(match.fold(word)) else "later"

    def hashes(self, kept: Suppression) -> list[str]:
        """What is kept of the person: that they are not to be brought back."""
        name, account = match.fold(self.name), self.account_id or ""
        found = [kept.hash("id", self.id)]
        found += [kept.hash("email", plain_email(self.email))] if self.email else []
        found += [kept.hash(*mark) for mark in phone_marks(self.phone)] if self.phone else []
        if self.reach in ("anywhere", "account"):
            found += [kept.hash("name", name, account), *(kept.hash("word", word) for word in name.split())]
        found += [kept.hash(self.place(word), match.fold(word), account) for word in self.alone]
        signs = [word for word in self.alone if UNSPACED.fullmatch(word)]
        found += [kept.hash("signs", match.fold(word), account) for word in signs] + [kept.hash("signs")] * bool(signs)
        return found + ([kept.hash("anywhere", name)] if self.reach == "anywhere" else [])


def find(reader: CrmReader, written: str) -> Person:
    """The contact of this id, e-mail or full name, exactly.

    UsageError for nothing, Ambiguous with the candidates for several, NotFound with the nearest names for none.
    """
    wanted, contacts = written.strip(), reader.contacts()
    if not wanted:
        raise UsageError(
            "Whom? Give an e-mail, a full name or a contact's id, such as `seller erase anna@acme.example`."
        )
    by_id = [contact for contact in contacts if contact.id == wanted]
    found = by_id or (_by_email if "@" in wanted else _by_name)(wanted, contacts)
    if len(found) > 1:
        told = [_told(reader, contact) for contact in found]
        raise Ambiguous(
            f"Several contacts fit “{wanted}”; give the id of the one who is to be erased:", candidates=told
        )
    return _person(reader, found[0], contacts)


def known_by_email(kept: Suppression, written: str) -> Person | None:
    """Somebody who was erased before, by the address alone: for traces that came afterwards."""
    mail = written.strip()
    if not EMAIL.fullmatch(mail) or not kept.knows("email", plain_email(mail)):
        return None
    return Person(id=mail, name="", account_id=None, email=mail, phone=None, reach="nowhere")


def _by_email(wanted: str, contacts: Sequence[Contact]) -> list[Contact]:
    if not EMAIL.fullmatch(wanted):
        raise BotError(f"{wanted} is no e-mail address; correct it, or give the full name or the contact's id.")
    found = [contact for contact in contacts if contact.email and plain_email(contact.email) == plain_email(wanted)]
    if not found:
        near = match.nearest(wanted, [(contact.id, contact.email) for contact in contacts if contact.email])
        raise _unknown(f"There is no contact with the e-mail {wanted}", near)
    return found


def _by_name(wanted: str, contacts: Sequence[Contact]) -> list[Contact]:
    found = [contact for contact in contacts if match.fold(contact.name) == match.fold(wanted)]
    if not found:
        near = match.nearest(wanted, [(contact.id, contact.name) for contact in contacts])
        raise _unknown(f"There is no contact called “{wanted}”", near)
    return found


def _unknown(sentence: str, near: Sequence[str]) -> NotFound:
    hint = f"the nearest are {', '.join(near)}" if near else "the CRM holds no contacts"
    return NotFound(f"{sentence}; {hint}. Nothing was erased.", candidates=near)


def _told(reader: CrmReader, contact: Contact) -> str:
    account = reader.account(contact.account_id) if contact.account_id else None
    told = [contact.email, contact.title, account.name if account else None]
    return f"{contact.id}: {contact.name} ({', '.join(filter(None, told)) or 'nothing else is known'})"


def _person(reader: CrmReader, contact: Contact, contacts: Sequence[Contact]) -> Person:
    users, rest = reader.users(), [other for other in contacts if other.id != contact.id]
    people: list[Contact | User] = [*rest, *users]
    _check_user(contact, users)
    emails = {plain_email(other.email) for other in rest if other.email}
    phones = {national(other.phone) for other in rest if other.phone}
    named = [(other.id, other.name) for other in people] + list(reader.account_names())
    same = [key for key, name in named if match.fold(name) == match.fold(contact.name)]
    longer = [name for _, name in named if _holds(name, contact.name)]
    longer += [one.email for one in people if one.email and _holds(one.email, contact.name)]
    mail, phone = contact.email, contact.phone
    alone = _alone(contact, [*(one for one in rest if one.account_id == contact.account_id), *users], reader)
    borne = {word for _, name in named for word in match.fold(name).split()}
    return Person(
        id=contact.id,
        name=contact.name,
        account_id=contact.account_id,
        email=mail if mail and plain_email(mail) not in emails else None,
        phone=phone if phone and len(national(phone)) >= FEWEST_DIGITS and national(phone) not in phones else None,
        reach=_reach(contact, rest, same),
        namesakes=tuple(same),
        others=tuple(sorted({*longer} - {contact.name}, key=len, reverse=True)),
        alone=alone,
        only=borne.isdisjoint(match.fold(word) for word in alone),
    )


def _alone(contact: Contact, near: Sequence[Contact | User], reader: CrmReader) -> tuple[str, ...]:
    """The words of a name that nobody near has, neither as part of a name nor as a word of every day."""
    account = reader.account(contact.account_id) if contact.account_id else None
    if account is None:
        return ()
    names, whole = [one.name for one in (*near, account)], joined(contact.name)
    taken, signs = {word for name in names for word in match.fold(name).split()}, set(map(joined, names))

    def theirs(word: str) -> bool:
        """Whether somebody near has the word, too; the whole name within a longer one is told apart where it stands."""
        return match.fold(word) in taken or word in signs or (word != whole and any(word in one for one in signs))

    words = [*re.findall(r"[^\W\d_][\w'’-]*", contact.name), *([whole] if whole else [])]
    long = [word for word in words if len(word) >= (SHORTEST if UNSPACED.fullmatch(word) else SHORTEST_NAME)]
    return tuple(word for word in dict.fromkeys(long) if match.fold(word) not in EVERYDAY and not theirs(word))


def _check_user(contact: Contact, users: Sequence[User]) -> None:
    mine = {
        user.name
        for user in users
        if user.email and contact.email and plain_email(user.email) == plain_email(contact.email)
    }
    if mine:
        raise BotError(
            f"{contact.name} is also a user of the CRM ({', '.join(mine)}), whose deals and tasks would lose their owner; "
            "take the user or the contact's e-mail out of the CRM first."
        )


def _reach(contact: Contact, rest: Sequence[Contact], same: Sequence[str]) -> Reach:
    if len(match.fold(contact.name).split()) < 2 and not joined(contact.name):
        return "nowhere"
    if not same and " " in match.fold(contact.name):
        return "anywhere"
    beside = any(other.id in same and other.account_id == contact.account_id for other in rest)
    return "records" if beside or contact.account_id is None else "account"


def _holds(longer: str, name: str) -> bool:
    """Whether another's name or address has this name within it, however the words are joined."""
    squashed = re.sub(r"[\W_]+", "", match.fold(longer))
    return match.fold(longer) != match.fold(name) and re.sub(r"[\W_]+", "", match.fold(name)) in squashed
