"""What the records say about a person whom somebody wants to write to or call, and what was between us (pure)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from bot.crm.checks import LENGTHS
from bot.crm.records import Account, Contact
from bot.crm.suppression import ERASED
from bot.dates import long_date
from bot.skills.outreach.countries import codes_in, codes_of_domain, said_in
from bot.skills.outreach.spec import Channel

LEFT = re.compile(r"\b(?:left (?:the )?company|no longer (?:there|with|at)|ex-employee)\b", re.IGNORECASE)
PRIVATE = re.compile(
    r"@(?:gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|me|gmx|web|aol|proton|protonmail|orange|wanadoo|free|laposte|"
    r"t-online|freenet|btinternet|bigpond|libero|bluewin|mail)"
    r"\.(?:[a-z]{2,3}|com?\.[a-z]{2})$",
    re.IGNORECASE,
)
"""addresses that are a person's own, and may be a sole trader's"""
CORPORATE = re.compile(
    r"\b(?:ltd|limited|plc|llp|inc|corp|corporation|llc|gmbh|ag|se|sa|sas|sarl|srl|spa|bv|nv|ab|as|asa|aps|oyj?|pty|cic)\b\.?",
    re.I,
)
SOLE = re.compile(
    r"\b(?:t/a|trading as|sole (?:trader|proprietor(?:ship)?)|partnership|freelanc\w+|self-employed|gbr|ohg|e\.\s?k\.|inh\.|einzelunternehmen|"
    r"auto-?entrepreneur|aut[oó]nomo|ditta individuale)(?!\w)|(?:&|\band) (?:partners?|sons?|daughters?|brothers?|s[öo]hne|fils|hijos|figli)\b",
    re.IGNORECASE,
)
"""how the name of a business tells that people, and no company, stand behind it"""
WITHDRAWN = re.compile(
    r"^(?:withdrawn|revoked|refused|declined|object(?:ed|ion)|denied|opt(?:ed)?[ _-]?out)\b", re.IGNORECASE
)
PUBLISHED = re.compile(r"\b(?:web ?site|published|public(?:ly)?|directory|imprint|impressum)\b", re.IGNORECASE)
SCREENED = re.compile(r"\bC?TPS\b", re.IGNORECASE)
ANSWER, SCREENING = timedelta(days=30), timedelta(days=28)
"""for so long a message of theirs waits for an answer, and a number counts as screened"""
INQUIRY, PURCHASE = 6, 24
"""months for which an inquiry and a purchase imply consent in Canada"""


@dataclass(frozen=True)
class Refusal:
    """What somebody wrote us: not to use a channel any more."""

    channel: Literal["email", "call", "all"]
    day: date
    source: str = ""
    """such as “their e-mail”"""


@dataclass(frozen=True)
class Recipient:
    """What the records say about a person and what was between us."""

    contact: Contact
    account: Account
    today: date
    wrote: date | None = None
    """when they last wrote to us"""
    met: date | None = None
    """when we last spoke with each other or they wrote"""
    bought: date | None = None
    """the last won deal of the account"""
    known: bool = True
    """whether there was any e-mail, call or meeting before: if not, this is the first contact"""
    refusals: tuple[Refusal, ...] = ()
    """replies by which they opted out; an express consent of a later day takes them back"""
    said: str = ""
    """the seller's own words, which may say where the person is"""

    @cached_property
    def _where(self) -> tuple[frozenset[str], str, str]:
        """The countries that may be meant, as written, and what told it: the person's record, the account's, a domain, the seller."""
        for written, told in ((self.contact.country, ""), (self.account.country, "the account's country")):
            if (written or "").strip():
                return codes_in(written), (written or "").strip(), told
        mail = (self.contact.email or "").rpartition("@")[2]
        codes = codes_of_domain(self.account.domain) | codes_of_domain(mail)
        if codes:
            return codes, " or ".join(sorted(codes)) if len(codes) < 4 else "Europe", "by the domain"
        said = said_in(self.said)
        return codes_in(said), said, "by your words" if said else ""

    @property
    def codes(self) -> frozenset[str]:
        """The countries that may be meant; empty where none is known."""
        return self._where[0]

    @property
    def code(self) -> str | None:
        """The country whose rules hold, where it is one."""
        return min(self.codes) if len(self.codes) == 1 else None

    @property
    def place(self) -> str:
        """The country as written."""
        return self._where[1] or "an unknown country"

    @property
    def told(self) -> str:
        """The country, and what told it where that is not the person's own record."""
        _, place, told = self._where
        return f"{place or 'an unknown country'} ({told})" if told else self.place

    @property
    def place_known(self) -> bool:
        """Whether anything names a country, be it one that has no rule here."""
        return bool(self._where[1])

    @property
    def unsure(self) -> str:
        """Why no one country counts."""
        if not self._where[1]:
            return "the country is not known"
        if not self.codes:
            return f"no rule is laid down here for {self.told}"
        return f"{self.told} may mean several countries"

    @property
    def erased(self) -> bool:
        """Whether what is on record is what an erasure left."""
        return ERASED in self.contact.name or ERASED in (self.contact.email or "")

    @property
    def left(self) -> bool:
        """Whether their title says that they left."""
        return bool(LEFT.search((self.contact.title or "")[: LENGTHS["title"]]))

    @property
    def customer(self) -> bool:
        """Whether the account is a customer now."""
        return (self.account.type or "").casefold() == "customer"

    @property
    def withdrawn(self) -> bool:
        """Whether the consent on record was taken back."""
        return bool(WITHDRAWN.search((self.contact.consent_basis or "").strip()))

    @property
    def basis(self) -> str:
        """The recorded consent or legal basis; empty where none is."""
        found = (self.contact.consent_basis or "").strip().casefold().replace(" ", "_")
        return "" if found == "none" or self.withdrawn else found

    @property
    def consented(self) -> date | None:
        """The day of the consent on record; None for one that is still to come."""
        day = _day(self.contact.consent_at)
        return day if day and day <= self.today + timedelta(days=1) else None

    @property
    def proven(self) -> bool:
        """Whether express consent is recorded with its source and its day."""
        return (
            self.basis == "express" and bool((self.contact.consent_source or "").strip()) and self.consented is not None
        )

    @property
    def recorded(self) -> str:
        """What is on record, in words."""
        since = f" of {self.contact.consent_at.date()}" if self.contact.consent_at else ""
        source = f" ({self.contact.consent_source}{since})" if self.contact.consent_source else ""
        return f"{self.basis.replace('_', ' ')}{source}" if self.basis else "no consent and no legal basis"

    @property
    def bought_lately(self) -> bool:
        """Whether they bought, or had a contract that runs or ended, within two years."""
        days = (self.bought, self.account.renewal_date if self.customer else None)
        return any(day and months_after(day, PURCHASE) >= self.today for day in days)

    @property
    def asked_lately(self) -> bool:
        """Whether they asked us something within six months."""
        days = (self.wrote, self.consented if self.basis == "implied" else None)
        return any(day and months_after(day, INQUIRY) >= self.today for day in days)

    @property
    def waits_for_answer(self) -> bool:
        """Whether they wrote to us in the last weeks."""
        return self.wrote is not None and self.today - self.wrote <= ANSWER

    @property
    def published(self) -> bool:
        """Whether consent is implied by an address of theirs that stands in public, with day and job on record."""
        public = PUBLISHED.search(self.contact.consent_source or "")
        return bool(self.basis == "implied" and public and self.consented and (self.contact.title or "").strip())

    @property
    def screened(self) -> bool:
        """Whether the record says that the number was screened against the preference services lately."""
        named = SCREENED.search(self.contact.consent_source or "")
        return bool(named and self.consented and self.today - self.consented <= SCREENING)

    @property
    def sole(self) -> bool:
        """Whether it may be a sole trader or a partnership: protected like a private person."""
        if PRIVATE.search(self.contact.email or "") or SOLE.search(self.account.name):
            return not CORPORATE.search(self.account.name) or bool(PRIVATE.search(self.contact.email or ""))
        return self.account.employees == 1 and not CORPORATE.search(self.account.name)

    def opted_out(self, channel: Channel) -> bool:
        """Whether they opted out of a channel, in the CRM or by a reply."""
        flags = {"email": self.contact.email_opt_out, "linkedin": False}
        return flags.get(channel, self.contact.phone_opt_out) or self._refusal(channel) is not None

    def refused(self, channel: Channel) -> str:
        """How we know of an opt-out that stands in no field of the CRM."""
        found = self._refusal(channel)
        return f", on {long_date(found.day)} by {found.source or 'a reply'}" if found else ""

    def _refusal(self, channel: Channel) -> Refusal | None:
        """The newest reply that opted out of this channel; None where a later consent took it back."""
        kinds = ("all", "call" if channel == "voicemail" else channel)
        mine = [one for one in self.refusals if one.channel in kinds]
        newest = max(mine, key=lambda one: one.day, default=None)
        return None if newest and self.proven and self.consented and self.consented > newest.day else newest


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    at = day.month - 1 + months
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None
