"""The gate in front of a letter: who is never written to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Account, Contact
from bot.skills.outreach.countries import code_of, regimes_of
from bot.skills.outreach.gate import Recipient, decide

TODAY = date(2026, 11, 16)


def person(
    account: dict[str, object] | None = None, *, met: date | None = None, known: bool = True, **contact: object
) -> Recipient:
    """A planner with an address; what is not said is not on record."""
    fields = {"id": "c", "name": "Jo Field", "title": "Planner", "email": "jo@company.example", **contact}
    company = Account.model_validate({"id": "a", "name": "Company", **(account or {})})
    return Recipient(Contact.model_validate(fields), company, TODAY, met=met, known=known)


countries = st.sampled_from(
    ["United States", "Germany", "France", "Norway", "Canada", "Spain", "Australia", "Peru", None]
)
bases = st.sampled_from(["express", "implied", "contract", "legitimate_interest", "none", None])


@given(countries, bases, st.booleans(), st.sampled_from(["customer", "prospect", None]), st.sampled_from([
    {"do_not_contact": True}, {"email_opt_out": True}, {"email": None}, {"email": "unknown"}, {"name": "[erased]"},
    {"title": "CFO (left the company)"},
]))  # fmt: skip
def test_whoever_must_not_be_written_to_never_is(
    country: str | None, basis: str | None, known: bool, kind: str | None, off: dict[str, object]
) -> None:
    to = person({"type": kind}, met=TODAY, known=known, country=country, consent_basis=basis, consent_source="form",
                consent_at="2026-10-01T00:00:00Z", **off)  # fmt: skip
    assert decide(to).decision == "BLOCK"


@given(st.text(max_size=20), bases.filter(lambda basis: basis != "express"))
def test_a_country_that_is_not_known_gets_the_strictest_rule(country: str, basis: str | None) -> None:
    verdict = decide(person(country=f"?{country}", consent_basis=basis))
    assert (verdict.decision, verdict.rule) == ("BLOCK", "XX-3")


@pytest.mark.parametrize(
    ("written", "domain", "code"),
    [("Germany", None, "DE"), (" deutschland ", None, "DE"), ("U.S.", None, "US"), ("The Netherlands", None, "NL"),
     ("gb", None, "GB"), (None, "company.de", "DE"), (None, "company.co.uk", "GB"), (None, "company.com", None),
     (None, "company.us", None), (None, None, None), ("Atlantis", "company.de", None)],
)  # fmt: skip
def test_countries_as_crms_write_them(written: str | None, domain: str | None, code: str | None) -> None:
    assert code_of(written, domain) == code


def test_regimes() -> None:
    one = [regimes_of(frozenset({code})) for code in ("DE", "AT", "NO")]
    assert one == [{"DE"}, {"OI"}, {"EU"}]
    assert regimes_of(frozenset()) == {"US", "CA", "GB", "DE", "FR", "AU", "OI", "EU"}


def test_a_refusal_says_the_rule_the_record_and_what_would_change_it() -> None:
    verdict = decide(person(country="Germany", consent_basis="legitimate_interest", consent_source="a list"))
    assert verdict.rule == "DE-3"
    assert verdict.why == (
        "Germany: a cold e-mail needs prior express consent, also between companies; on record: legitimate interest (a list)"
    )
    assert verdict.unblock == "record express consent with its source and day"
