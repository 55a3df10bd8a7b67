"""The table of the outreach gate, as data: engineering defaults, no legal advice (reference: COMPLIANCE).

The rows of a place are tried from the top and the first that fits decides; those of ALL come before those of the place.
`docs/outreach-rules.md` is held to this table by a test; a change of a row is a new version.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from bot.skills.outreach.countries import Regime
from bot.skills.outreach.spec import Channel

TABLE = "2026-11.2"
"""version of the rows below"""
Decision = Literal["ALLOW", "FOOTER", "REVIEW", "BLOCK"]
"""from the mildest to the strictest; FOOTER: allowed with a footer; only ALLOW and FOOTER let a draft be written"""
SEVERITY: Mapping[Decision, int] = {"ALLOW": 0, "FOOTER": 1, "REVIEW": 2, "BLOCK": 3}
Place = Regime | Literal["ALL"]

FACTS: Mapping[str, str] = {
    "erased": "the person was erased here",
    "do_not_contact": "marked “do not contact” in the CRM",
    "opted_out": "opted out of this channel: in the CRM, or by a reply of theirs that was synced or pasted",
    "opted_out_elsewhere": "opted out of e-mail, while this is another electronic message",
    "withdrawn": "the consent on record is marked as withdrawn, refused or objected to",
    "left": "left the company",
    "no_address": "no e-mail address on record",
    "proven": "express consent with its source and day",
    "customer": "a customer now",
    "contract": "a customer now, and it is about the renewal of their contract",
    "bought": "a purchase or a contract of the last two years",
    "asked": "an inquiry of theirs of the last six months",
    "published": "implied consent by an address that they published, with a job that is on record",
    "answer": "a follow-up on a message of theirs of the last 30 days",
    "sole": "a sole trader or partnership by its name or size, or a private mailbox",
    "job": "their job is on record",
    "implied": "implied consent or a contract is recorded as the basis",
    "basis": "some lawful basis is recorded, such as a legitimate interest",
    "met": "a call, a meeting or a message of theirs of the last months",
    "first": "no e-mail, call or meeting is on record, so this is the first contact",
    "sourced": "the source of the address is on record",
    "screened": "the source on record says that the number was screened against the preference services, 28 days ago at most",
}
"""what a row may ask for, each true or false of a person; a dash before it in a row: must be false"""

EMAIL: tuple[Channel, ...] = ("email",)
LINKEDIN: tuple[Channel, ...] = ("linkedin",)
MAIL: tuple[Channel, ...] = ("email", "linkedin")
"""electronic mail, as most laws have it: also a message in a network"""
VOICE: tuple[Channel, ...] = ("call", "voicemail")
EVERY: tuple[Channel, ...] = (*MAIL, *VOICE)

ALTERNATIVES: Mapping[str, str] = {
    "line": "call the company's main line and ask who looks after this and how they wish to be contacted",
    "event": "speak to them in person at an event",
    "post": "write them a letter on paper",
}
COLD = ("line", "event", "post")


class Rule(NamedTuple):
    """A row: where and for which channels it holds, the facts it asks for, what it decides, and why."""

    id: str
    place: Place
    channels: tuple[Channel, ...]
    when: str
    """facts, all of them; `a|b`: one of them; `-a`: not that; empty: always"""
    decision: Decision
    why: str
    unblock: str = ""
    """what would have to be on record"""
    instead: tuple[str, ...] = ()
    """keys of ALTERNATIVES"""


CONSENT = "record express consent with its source and day"
CALLS = "record their express consent to calls with its source and day"
RULES: tuple[Rule, ...] = (
    Rule("ALL-1", "ALL", EVERY, "erased", "BLOCK", "this person was erased and stays out"),
    Rule("ALL-2", "ALL", EVERY, "do_not_contact", "BLOCK", "{name} is marked “do not contact” in the CRM",
         "only {name} can take that back"),
    Rule("ALL-3", "ALL", EVERY, "opted_out", "BLOCK", "{name} opted out of {channel}{refused}",
         "{name} would have to ask for {channel} again", ("event",)),
    Rule("ALL-6", "ALL", EVERY, "withdrawn", "BLOCK", "{name} withdrew their consent, says the CRM",
         "{name} would have to agree anew; record that with its source and day"),
    Rule("ALL-4", "ALL", EVERY, "left", "BLOCK", "{name} left the company, says the CRM", "name somebody who is there now"),
    Rule("ALL-5", "ALL", EMAIL, "no_address", "BLOCK", "the CRM has no e-mail address of {name}",
         "record the address and its source", ("line",)),
    Rule("ALL-7", "ALL", LINKEDIN, "opted_out_elsewhere", "REVIEW", "{name} opted out of e-mail, which may be meant for messages too",
         "ask {name} in person, and record the answer", ("event",)),
    # United States: CAN-SPAM, TSR and TCPA
    Rule("US-1", "US", EMAIL, "", "FOOTER", "e-mail to companies is allowed with a true sender, a postal address and an opt-out"),
    Rule("US-2", "US", LINKEDIN, "", "ALLOW", "a message in a network is allowed with a true sender"),
    Rule("US-3", "US", VOICE, "sole -proven -customer", "REVIEW", "a private number may stand in the do-not-call registry",
         "check the registry, and record their consent to calls", ("event", "post")),
    Rule("US-4", "US", VOICE, "", "ALLOW", "a call by a person to a company is allowed with a true sender"),
    # Canada: CASL, and the rules on unsolicited telecommunications
    Rule("CA-1", "CA", MAIL, "proven", "FOOTER", "express consent is recorded with source and day"),
    Rule("CA-2", "CA", MAIL, "bought", "FOOTER", "consent is implied by a purchase or contract within two years"),
    Rule("CA-3", "CA", MAIL, "asked", "FOOTER", "consent is implied by an inquiry within six months"),
    Rule("CA-5", "CA", MAIL, "published", "FOOTER", "consent is implied by an address that they published, if it is about their job"),
    Rule("CA-8", "CA", MAIL, "contract", "FOOTER", "a message on the contract that they have needs no consent"),
    Rule("CA-4", "CA", MAIL, "", "BLOCK", "needs consent that can be proved",
         "record express consent with source and day, or an inquiry of the last six months; asking for it by e-mail or message "
         "is itself a message that needs consent", COLD),
    Rule("CA-6", "CA", VOICE, "sole -proven -customer", "REVIEW", "a private number may stand in the national do-not-call list",
         "check the list, and record their consent to calls", ("event", "post")),
    Rule("CA-7", "CA", VOICE, "", "ALLOW", "a call by a person to a company is allowed with a true sender"),
    # United Kingdom: PECR and UK GDPR
    Rule("GB-3", "GB", MAIL, "sole proven", "FOOTER", "the consent of a sole trader or partnership is recorded"),
    Rule("GB-4", "GB", MAIL, "sole customer|bought|asked", "FOOTER", "a customer or somebody who asked may be written to about the same (soft opt-in)"),
    Rule("GB-2", "GB", MAIL, "sole", "BLOCK", "needs consent where the recipient may be a sole trader or partnership",
         "record their consent with source and day", COLD),
    Rule("GB-9", "GB", MAIL, "first -sourced", "REVIEW", "must say at first contact where the address comes from",
         "record where the address comes from", COLD),
    Rule("GB-1", "GB", MAIL, "", "FOOTER", "a company may be written to, if it can tell who writes and object"),
    Rule("GB-5", "GB", VOICE, "proven", "ALLOW", "express consent is recorded with source and day"),
    Rule("GB-6", "GB", VOICE, "contract|answer|screened", "ALLOW",
         "the call answers them, is about their contract, or the number was screened"),
    Rule("GB-7", "GB", VOICE, "", "REVIEW", "a number may stand in a preference service (TPS, CTPS)",
         "screen the number and record “screened against TPS and CTPS” with the day as the source, or record their consent to calls",
         ("event", "post")),
    # Germany: UWG §7
    Rule("DE-1", "DE", MAIL, "proven", "FOOTER", "express consent is recorded with source and day"),
    Rule("DE-2", "DE", MAIL, "customer", "FOOTER", "an existing customer who did not object may be written to about our own products"),
    Rule("DE-4", "DE", MAIL, "answer", "FOOTER", "an answer to their own message is allowed, as far as it answers"),
    Rule("DE-3", "DE", MAIL, "", "BLOCK", "a cold e-mail needs prior express consent, also between companies", CONSENT, COLD),
    Rule("DE-5", "DE", VOICE, "proven", "ALLOW", "express consent is recorded with source and day"),
    Rule("DE-6", "DE", VOICE, "contract|answer", "ALLOW", "the call answers them or is about their contract"),
    Rule("DE-7", "DE", VOICE, "customer -sole", "REVIEW", "a call to a customer needs a concrete reason to presume their consent",
         CALLS, ("event", "post")),
    Rule("DE-8", "DE", VOICE, "", "BLOCK", "a cold call needs prior consent; no consent is presumed here", CALLS, ("event", "post")),
    # France: CPCE L34-5 and the CNIL's guidance
    Rule("FR-2", "FR", MAIL, "-job -proven -customer", "REVIEW", "is allowed only about the person's job, which is not on record",
         "record their job, or their consent", COLD),
    Rule("FR-9", "FR", MAIL, "first -sourced", "REVIEW", "must say at first contact where the address comes from",
         "record where the address comes from", COLD),
    Rule("FR-1", "FR", MAIL, "", "FOOTER", "an e-mail about the person's job is allowed, with identity and a free opt-out"),
    Rule("FR-3", "FR", VOICE, "sole -proven -customer", "REVIEW", "a private number may not be called without consent", CALLS, ("event", "post")),
    Rule("FR-4", "FR", VOICE, "", "ALLOW", "a call to a company about the person's job is allowed with a true sender"),
    # Spain (LSSI), Italy (Codice privacy 130), Austria (TKG 174), Switzerland (UWG 3): close to opt-in
    Rule("OI-1", "OI", MAIL, "proven|customer", "FOOTER", "consent or a customer relation is recorded"),
    Rule("OI-3", "OI", MAIL, "implied met", "FOOTER", "consent follows from the relation on record"),
    Rule("OI-4", "OI", MAIL, "answer", "FOOTER", "an answer to their own message is allowed, as far as it answers"),
    Rule("OI-2", "OI", MAIL, "", "REVIEW", "is close to opt-in, and no consent is recorded", "record consent with its source and day", COLD),
    Rule("OI-5", "OI", VOICE, "proven|contract|answer", "ALLOW", "consent is recorded, or the call answers them or is about their contract"),
    Rule("OI-6", "OI", VOICE, "", "REVIEW", "is close to opt-in, and no consent to calls is recorded", CALLS, ("event", "post")),
    # The rest of the European Union, with Norway, Iceland and Liechtenstein: GDPR
    Rule("EU-9", "EU", MAIL, "first -sourced customer|implied", "REVIEW", "must say at first contact where the address comes from",
         "record where the address comes from", COLD),
    Rule("EU-1", "EU", MAIL, "proven|customer|implied", "FOOTER", "a lawful basis is recorded"),
    Rule("EU-2", "EU", MAIL, "basis met", "FOOTER", "a lawful basis is recorded and you have been in touch"),
    Rule("EU-4", "EU", MAIL, "answer", "FOOTER", "an answer to their own message is allowed, as far as it answers"),
    Rule("EU-3", "EU", MAIL, "", "REVIEW", "needs a lawful basis",
         "record consent, or a lawful basis and its source after they were in touch with us", COLD),
    Rule("EU-5", "EU", VOICE, "proven|customer|answer", "ALLOW", "consent or a customer relation is recorded, or the call answers them"),
    Rule("EU-7", "EU", VOICE, "basis met", "ALLOW", "a lawful basis is recorded and you have been in touch"),
    Rule("EU-6", "EU", VOICE, "", "REVIEW", "needs a lawful basis", CALLS, ("event", "post")),
    # Australia: Spam Act, Do Not Call Register Act
    Rule("AU-1", "AU", MAIL, "proven|customer|met|implied", "FOOTER", "consent is given, or follows from the relation"),
    Rule("AU-3", "AU", MAIL, "published", "FOOTER", "consent follows from an address that they published, if it is about their job"),
    Rule("AU-2", "AU", MAIL, "", "REVIEW", "needs consent, given or inferred", "record their consent, or a conversation with them", COLD),
    Rule("AU-4", "AU", VOICE, "sole -proven -customer", "REVIEW", "a private number may stand in the do-not-call register",
         "check the register, and record their consent to calls", ("event", "post")),
    Rule("AU-5", "AU", VOICE, "", "ALLOW", "a call by a person to a company is allowed with a true sender"),
)  # fmt: skip
UNKNOWN: Mapping[Decision, str] = {"ALLOW": "XX-1", "FOOTER": "XX-1", "REVIEW": "XX-2", "BLOCK": "XX-3"}
"""ids where no one country is known: every place that could be meant is judged, and the strictest answer counts"""
STRICTEST_FIRST: tuple[Regime, ...] = ("DE", "CA", "GB", "OI", "EU", "FR", "AU", "US")
"""whose words are shown where several are equally strict"""
TELLS_SOURCE: frozenset[Regime] = frozenset({"GB", "DE", "FR", "OI", "EU"})
"""where the first contact must say where the data come from"""


def must(place: Regime, channel: Channel, *, first: bool) -> tuple[str, ...]:
    """What a message must carry there: sender, address, opt_out, source."""
    found = ["sender"]
    if channel == "email" or (channel == "linkedin" and place == "CA"):
        found.append("address")
    if channel == "email" or (channel == "linkedin" and place != "US"):
        found.append("opt_out")
    return (*found, "source") if first and place in TELLS_SOURCE else tuple(found)
