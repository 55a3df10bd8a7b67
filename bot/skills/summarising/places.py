"""Whose word a recording needs, by where people are (pure; an engineering default and no legal advice)."""

from collections.abc import Iterable
from typing import Literal

from bot.crm.records import Account, Contact
from bot.skills.outreach.countries import code_of

TABLE = "2026-11"
"""version of the rules below"""
Need = Literal["all", "told", "one"]
"""everybody must have agreed · everybody must have been told · one who takes part must have agreed"""
TOLD = frozenset("CA DK FI GB IE NL NO SE".split())
"""who takes part may record, and has to say so"""
US_ONE = frozenset(
    (
        "alabama alaska arizona arkansas colorado georgia hawaii idaho indiana iowa kansas kentucky louisiana maine "
        "minnesota mississippi missouri nebraska ohio oklahoma tennessee texas utah virginia wisconsin wyoming"
    ).split()
) | {
    "new jersey", "new mexico", "new york", "north carolina", "north dakota", "rhode island", "south carolina",
    "south dakota", "west virginia", "district of columbia",
}  # fmt: skip
"""states of the USA in which one party is enough; in the others, and where the state is not known, all must agree"""
_STRICT: tuple[Need, ...] = ("all", "told", "one")


def need_of(account: Account | None, contacts: Iterable[Contact]) -> Need:
    """The strictest of all places that those who speak may be in; everybody's word where one is not known."""
    country, domain = (account.country, account.domain) if account else (None, None)
    state = (account.region or "") if account else ""
    codes = [code_of(contact.country or country, domain) for contact in contacts] or [code_of(country, domain)]
    return min((_need(code, state) for code in codes), key=_STRICT.index)


def _need(code: str | None, state: str) -> Need:
    if code == "US":
        return "one" if state.strip().casefold() in US_ONE else "all"
    return "told" if code in TOLD else "all"
