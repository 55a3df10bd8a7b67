"""The gate's table: who told the country, what an unknown one means, channels, purposes, opt-outs and alternatives."""

import json
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Account, Contact
from bot.skills.outreach.countries import codes_in, said_in
from bot.skills.outreach.gate import Recipient, Refusal, Verdict, decide, inputs
from bot.skills.outreach.recipient import months_after
from bot.skills.outreach.rules import ALTERNATIVES, FACTS, RULES, SEVERITY, STRICTEST_FIRST
from bot.skills.outreach.spec import Channel, Purpose

TODAY = date(2026, 11, 16)
PLACES = ("United States", "Canada", "UK", "Germany", "France", "Spain", "Austria", "Sweden", "Australia")


def person(account: dict[str, Any] | None = None, contact: dict[str, Any] | None = None, **more: Any) -> Recipient:
    """A planner with an address; what is not said is not on record."""
    fields = {"id": "c", "name": "Jo Field", "title": "Planner", "email": "jo@company.example", **(contact or {})}
    company = Account.model_validate({"id": "a", "name": "Company", **(account or {})})
    return Recipient(Contact.model_validate(fields), company, TODAY, **more)


days = st.one_of(st.none(), st.dates(date(2024, 1, 1), TODAY))
contacts = st.fixed_dictionaries({
    "title": st.sampled_from(["Planner", None]),
    "email": st.sampled_from(["jo@company.example", "jo@gmail.com"]),
    "consent_basis": st.sampled_from(["express", "implied", "contract", "legitimate_interest", "none", "withdrawn", None]),
    "consent_source": st.sampled_from(["webinar", "published on their website", "screened against TPS and CTPS", None]),
    "consent_at": st.one_of(st.none(), st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 15)).map(lambda at: at.replace(tzinfo=UTC))),
    "email_opt_out": st.booleans(), "phone_opt_out": st.booleans(),
})  # fmt: skip
accounts = st.fixed_dictionaries({
    "type": st.sampled_from(["customer", "prospect", "former", None]), "renewal_date": days,
    "employees": st.sampled_from([1, 40, None]), "name": st.sampled_from(["Company", "Field & Sons", "Company Ltd"]),
})  # fmt: skip
between = st.fixed_dictionaries({"wrote": days, "met": days, "bought": days, "known": st.booleans()})
channels = st.sampled_from(get_args(Channel))
purposes = st.sampled_from(get_args(Purpose))


@given(contacts, accounts, between, channels, purposes, st.sampled_from([None, "Japan", "Atlantis"]))
def test_an_unknown_country_is_as_strict_as_the_strictest_known_one(
    contact: dict[str, Any], account: dict[str, Any], more: dict[str, Any], channel: Channel, purpose: Purpose, where: str | None
) -> None:  # fmt: skip
    def severity(country: str | None) -> int:
        return SEVERITY[decide(person(account, {**contact, "country": country}, **more), channel, purpose).decision]

    assert severity(where) == max(severity(place) for place in PLACES)


@given(contacts, accounts, between, channels, purposes)
def test_an_area_is_as_strict_as_its_strictest_country(
    contact: dict[str, Any], account: dict[str, Any], more: dict[str, Any], channel: Channel, purpose: Purpose
) -> None:
    def severity(country: str) -> int:
        return SEVERITY[decide(person({**account, "country": country}, contact, **more), channel, purpose).decision]

    assert severity("North America") == max(severity("US"), severity("Canada"))


@given(contacts, accounts, between, channels, purposes, st.sampled_from(PLACES))
def test_whatever_is_refused_says_why_and_whatever_is_allowed_what_it_carries(
    contact: dict[str, Any], account: dict[str, Any], more: dict[str, Any], channel: Channel, purpose: Purpose, place: str
) -> None:  # fmt: skip
    verdict = decide(person(account, {**contact, "country": place}, **more), channel, purpose)
    assert verdict.rules
    assert verdict.allowed == ("sender" in verdict.must)
    assert (verdict.decision == "FOOTER") == ("opt_out" in verdict.must)
    assert verdict.allowed or verdict.unblock
    assert verdict.alternatives == () or not verdict.allowed
    if channel == "email" and verdict.allowed:
        assert verdict.must[:3] == ("sender", "address", "opt_out")


def test_every_place_decides_every_channel_and_rows_name_known_facts() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for place, channel in product(STRICTEST_FIRST, get_args(Channel)):
        last = [rule for rule in RULES if rule.place == place and channel in rule.channels][-1]
        assert last.when == "", f"{place} {channel} leaves somebody undecided"
    used = {name.lstrip("-") for rule in RULES for term in rule.when.split() for name in term.split("|")}
    assert used == set(FACTS)
    assert {key for rule in RULES for key in rule.instead} == set(ALTERNATIVES)


@pytest.mark.parametrize(
    ("contact", "account", "said", "why"),
    [("Germany", "France", "", "Germany: "), (None, "Germany", "", "Germany (the account's country): "),
     (None, None, "write to Jo, she is in Germany", "Germany (by your words): ")],
)  # fmt: skip
def test_the_verdict_says_what_told_the_country(contact: str | None, account: str | None, said: str, why: str) -> None:
    verdict = decide(person({"country": account}, {"country": contact}, said=said))
    assert (verdict.rule, verdict.why.partition("a cold")[0]) == ("DE-3", why)


def test_a_domain_tells_the_country_before_the_sellers_words() -> None:
    verdict = decide(person({"domain": "company.de"}, said="she is in the US"))
    assert verdict.why.startswith("DE (by the domain): ")
    both = decide(person({"domain": "company.ca"}, {"email": "jo@company.us.example.fr"}))
    assert both.rules == ("XX-3", "CA-4", "FR-1")


def test_an_unknown_country_asks_for_it() -> None:
    verdict = decide(person())
    assert verdict.why.startswith(
        "the country is not known, so the strictest rule that could apply counts: a cold e-mail needs"
    )
    assert (
        verdict.unblock
        == "record express consent with its source and day; or say where they are, like “she is in Norway”"
    )


@pytest.mark.parametrize(
    ("words", "country"),
    [("draft to Jo, she is based in Norway", "Norway"), ("they are in the United States now", "United States"),
     ("she works in IT", ""), ("he is in sales", ""), ("he is in the US", "US"), ("sie sitzt in Deutschland", "Deutschland")],
)  # fmt: skip
def test_where_a_seller_says_somebody_is(words: str, country: str) -> None:
    assert said_in(words) == country


@pytest.mark.parametrize(
    ("written", "codes"),
    [("Munich, Germany", {"DE"}), ("Germany / Austria", {"DE", "AT"}), ("DACH", {"DE", "AT", "CH"}), ("UK & Ireland", {"GB", "IE"}),
     ("Canada (Quebec)", {"CA"}), ("Atlantis", set()), ("", set()), ("North America", {"US", "CA"}), ("Vereinigte Staaten", {"US"})],
)  # fmt: skip
def test_countries_and_areas_as_crms_write_them(written: str, codes: set[str]) -> None:
    assert codes_in(written) == codes


@pytest.mark.parametrize(
    ("name", "employees", "email", "rule"),
    [("Field & Sons", None, "jo@field.example", "GB-2"), ("Field & Sons Ltd", None, "jo@field.example", "GB-1"),
     ("Jo Field t/a Field Planning", None, "jo@field.example", "GB-2"), ("Field LLP", 1, "jo@field.example", "GB-1"),
     ("Field", 1, "jo@field.example", "GB-2"), ("Field Ltd", 12, "jo@btinternet.com", "GB-2"), ("Field", 12, "jo@web.field.example", "GB-1")],
)  # fmt: skip
def test_sole_traders_and_partnerships(name: str, employees: int | None, email: str, rule: str) -> None:
    verdict = decide(person({"name": name, "employees": employees}, {"country": "UK", "email": email}))
    assert verdict.rule == rule


@pytest.mark.parametrize(
    ("channel", "refusal", "rule"),
    [("email", "email", "ALL-3"), ("linkedin", "email", "ALL-7"), ("call", "email", "US-4"), ("email", "call", "US-1"),
     ("voicemail", "call", "ALL-3"), ("call", "all", "ALL-3"), ("linkedin", "all", "ALL-3")],
)  # fmt: skip
def test_a_reply_that_opts_out_counts_without_a_flag(channel: Channel, refusal: Any, rule: str) -> None:
    to = person({}, {"country": "US"}, refusals=(Refusal(refusal, date(2026, 3, 2), "their e-mail"),))
    verdict = decide(to, channel)
    assert verdict.rule == rule
    if rule == "ALL-3":
        assert verdict.why.endswith(", on 2 March 2026 by their e-mail")


def test_only_a_later_consent_takes_an_opt_out_back() -> None:
    def verdict(day: str) -> Verdict:
        consent = {"consent_basis": "express", "consent_source": "webinar", "consent_at": f"{day}T00:00:00Z"}
        return decide(person({}, {"country": "US", **consent}, refusals=(Refusal("email", date(2026, 3, 2)),)))

    assert [verdict(day).rule for day in ("2026-03-01", "2026-03-02", "2026-03-03")] == ["ALL-3", "ALL-3", "US-1"]


def test_what_may_be_done_instead_is_offered() -> None:
    cold = decide(person({}, {"country": "Germany"}))
    assert cold.alternatives == tuple(ALTERNATIVES.values())
    out = decide(person({}, {"country": "US", "email_opt_out": True}))
    assert out.alternatives == ("a call is allowed by rule US-4", ALTERNATIVES["event"])
    assert decide(person({}, {"country": "US", "do_not_contact": True})).alternatives == ()


def test_the_hashed_inputs_hold_no_name_and_no_address() -> None:
    told = json.loads(inputs(person({}, {"country": "Germany"}), "email", "first"))
    assert told == {
        "contact": "c", "places": ["DE"], "facts": ["job"], "day": "2026-11-16", "channel": "email", "purpose": "first",
        "table": "2026-11.2",
    }  # fmt: skip


def test_months_are_calendar_months() -> None:
    assert months_after(date(2026, 5, 31), 6) == date(2026, 11, 30)
    assert months_after(date(2024, 11, 16), 24) == TODAY
