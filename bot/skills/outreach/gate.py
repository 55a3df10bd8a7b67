"""May this person be written to? Decided before anything is drafted (pure; reference: COMPLIANCE).

An engineering default and no legal advice. It is on the safe side: where the records leave a doubt, nothing is drafted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.crm.records import Account, Contact
from bot.crm.suppression import ERASED
from bot.skills.outreach.countries import Regime, code_of, regime_of

TABLE = "2026-11"
"""version of the rules below"""
Decision = Literal["FOOTER", "REVIEW", "BLOCK"]
LEFT = re.compile(r"\b(?:left (?:the )?company|no longer (?:there|with|at)|ex-employee)\b", re.IGNORECASE)
PRIVATE = re.compile(
    r"@(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|gmx|web|aol|proton|protonmail|orange|t-online)\.[a-z.]+$",
    re.IGNORECASE,
)
"""addresses that are a person's own, and may be a sole trader's"""
INQUIRY, PURCHASE = timedelta(days=182), timedelta(days=730)
"""for so long an inquiry and a purchase imply consent in Canada"""


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

    @property
    def code(self) -> str | None:
        """The country whose rules hold: the person's, else the account's, else by its domain."""
        if self.contact.country:
            return code_of(self.contact.country)
        return code_of(self.account.country, self.account.domain)

    @property
    def place(self) -> str:
        """The country as written."""
        return self.contact.country or self.account.country or self.code or "an unknown country"

    @property
    def customer(self) -> bool:
        """Whether the account is a customer now."""
        return (self.account.type or "").casefold() == "customer"

    @property
    def basis(self) -> str:
        """The recorded consent or legal basis; empty where none is."""
        found = (self.contact.consent_basis or "").casefold()
        return "" if found == "none" else found

    @property
    def proven(self) -> bool:
        """Whether express consent is recorded with its source and its day."""
        return self.basis == "express" and bool(self.contact.consent_source) and self.contact.consent_at is not None

    @property
    def recorded(self) -> str:
        """What is on record, in words."""
        since = f" of {self.contact.consent_at.date()}" if self.contact.consent_at else ""
        source = f" ({self.contact.consent_source}{since})" if self.contact.consent_source else ""
        return f"{self.basis.replace('_', ' ')}{source}" if self.basis else "no consent and no legal basis"


@dataclass(frozen=True)
class Verdict:
    """What the gate says: only FOOTER lets a draft be written."""

    decision: Decision
    rule: str
    why: str
    unblock: str = ""
    """what would have to be on record"""

    @property
    def allowed(self) -> bool:
        """Whether a draft may be written."""
        return self.decision == "FOOTER"


def decide(to: Recipient) -> Verdict:
    """Judge an e-mail to this person: what holds everywhere first, then the rules of the country."""
    return _everywhere(to) or _COUNTRY[regime_of(to.code)](to)


def _everywhere(to: Recipient) -> Verdict | None:
    contact, name = to.contact, to.contact.name
    if ERASED in name or ERASED in (contact.email or ""):
        return Verdict("BLOCK", "ALL-1", "this person was erased and stays out")
    if contact.do_not_contact:
        return Verdict(
            "BLOCK", "ALL-2", f"{name} is marked “do not contact” in the CRM", f"only {name} can take that back"
        )
    if contact.email_opt_out:
        return Verdict("BLOCK", "ALL-3", f"{name} opted out of e-mail", f"{name} would have to ask for e-mails again")
    if LEFT.search(contact.title or ""):
        return Verdict("BLOCK", "ALL-4", f"{name} left the company, says the CRM", "name somebody who is there now")
    if "@" not in (contact.email or ""):
        return Verdict(
            "BLOCK", "ALL-5", f"the CRM has no e-mail address of {name}", "record the address and its source"
        )
    return None


def _united_states(to: Recipient) -> Verdict:
    return _footer(to, "US-1", "e-mail to companies is allowed with a true sender, a postal address and an opt-out")


def _canada(to: Recipient) -> Verdict:
    if to.proven:
        return _footer(to, "CA-1", "express consent is recorded with source and day")
    if to.bought and to.today - to.bought <= PURCHASE:
        return _footer(to, "CA-2", "consent is implied by a purchase within two years")
    asked = max(filter(None, (to.wrote, _day(to.contact.consent_at) if to.basis == "implied" else None)), default=None)
    if asked and to.today - asked <= INQUIRY:
        return _footer(to, "CA-3", "consent is implied by an inquiry within six months")
    need = "record express consent with source and day, or an inquiry of the last six months"
    return _stop("BLOCK", to, "CA-4", "needs consent that can be proved", need)


def _united_kingdom(to: Recipient) -> Verdict:
    sole = to.account.employees == 1 or PRIVATE.search(to.contact.email or "")
    if sole and not (to.proven or to.customer):
        why = "needs consent where the recipient may be a sole trader"
        return _stop("BLOCK", to, "GB-2", why, "record their consent with source and day")
    return _sourced(to, "GB") or _footer(
        to, "GB-1", "a company may be written to, if it can tell who writes and object"
    )


def _germany(to: Recipient) -> Verdict:
    return _strict(to, "DE", "a cold e-mail needs prior express consent, also between companies")


def _strictest(to: Recipient) -> Verdict:
    known = (
        f"no rule is laid down here for {to.place}"
        if to.contact.country or to.account.country
        else "the country is not known"
    )
    return _strict(to, "XX", f"{known}, so the strictest one counts: prior express consent")


def _strict(to: Recipient, place: str, why: str) -> Verdict:
    if to.proven:
        return _footer(to, f"{place}-1", "express consent is recorded with source and day")
    if to.customer:
        return _footer(
            to, f"{place}-2", "an existing customer who did not object may be written to about our own products"
        )
    return _stop("BLOCK", to, f"{place}-3", why, "record express consent with its source and day")


def _france(to: Recipient) -> Verdict:
    if not (to.contact.title or to.proven or to.customer):
        need = "record their job, or their consent"
        return _stop("REVIEW", to, "FR-2", "is allowed only about the person's job, which is not on record", need)
    return _sourced(to, "FR") or _footer(
        to, "FR-1", "an e-mail about the person's job is allowed, with identity and opt-out"
    )


def _opt_in(to: Recipient) -> Verdict:
    agreed = to.proven or to.customer or (to.basis in ("implied", "contract") and to.met)
    if agreed:
        return _footer(to, "OI-1", "consent or a customer relation is recorded")
    need = "record consent with its source and day"
    return _stop("REVIEW", to, "OI-2", "is close to opt-in, and no consent is recorded", need)


def _european_union(to: Recipient) -> Verdict:
    if to.proven or to.customer or to.basis in ("implied", "contract"):
        return _sourced(to, "EU") or _footer(to, "EU-1", "a lawful basis is recorded")
    if to.basis and to.met:
        return _footer(to, "EU-2", "a lawful basis is recorded and you have been in touch")
    need = "record consent, or a lawful basis and its source after they were in touch with us"
    return _stop("REVIEW", to, "EU-3", "needs a lawful basis", need)


def _australia(to: Recipient) -> Verdict:
    if to.proven or to.customer or to.met or to.basis in ("implied", "contract"):
        return _footer(to, "AU-1", "consent is given, or follows from the relation")
    return _stop(
        "REVIEW", to, "AU-2", "needs consent, given or inferred", "record their consent, or a conversation with them"
    )


def _sourced(to: Recipient, place: str) -> Verdict | None:
    """The source of the address must be known where this would be the first contact."""
    if to.known or to.contact.consent_source:
        return None
    need = "record where the address comes from"
    return _stop("REVIEW", to, f"{place}-9", "must say at first contact where the address comes from", need)


def _footer(to: Recipient, rule: str, why: str) -> Verdict:
    return Verdict("FOOTER", rule, f"{to.place}: {why}; on record: {to.recorded}")


def _stop(decision: Decision, to: Recipient, rule: str, why: str, need: str) -> Verdict:
    text = why if why.startswith(("a ", "no ", "the ")) else f"an e-mail {why}"
    return Verdict(decision, rule, f"{to.place}: {text}; on record: {to.recorded}", need)


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


_COUNTRY: dict[Regime, Callable[[Recipient], Verdict]] = {
    "US": _united_states, "CA": _canada, "GB": _united_kingdom, "DE": _germany, "FR": _france, "AU": _australia,
    "OPT-IN": _opt_in, "EU": _european_union, "STRICTEST": _strictest,
}  # fmt: skip
