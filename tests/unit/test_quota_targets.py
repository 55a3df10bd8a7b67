"""The quota of some people in a period: whole or not at all."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.crm.records import Quota, User
from bot.pipeline.currency import Rates
from bot.pipeline.period import Period
from bot.pipeline.target import Target, Targets

Q4 = Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")
MANAGER = User(id="m", name="Mo", role="manager", team="North")
ANA, BO = User(id="a", name="Ana", team="North"), User(id="b", name="Bo", team="North")
CY, LEFT = User(id="c", name="Cy", team="South"), User(id="l", name="Lou", team="South", active=False)
STAFF = User(id="s", name="Staff", role="admin", team="Office")
EVERY = (MANAGER, ANA, BO, CY, LEFT, STAFF)
NONE = "there is no quota that you may see from 2026-10-01 to 2026-12-31"


def quota(
    amount: int, user: str | None = None, team: str | None = None, span: Period = Q4, currency: str = "USD"
) -> Quota:
    key = f"{user} {team} {span.first} {span.last}"
    return Quota(
        id=key, user_id=user, team=team, first=span.first, last=span.last, amount=Decimal(amount), currency=currency
    )


def targets(*quotas: Quota, rates: Rates | None = None) -> Targets:
    return Targets(quotas, Q4, "USD", (rates or Rates()).into("USD"))


def company(needed: str, *quotas: Quota, people: Sequence[User] = EVERY) -> Target:
    return targets(*quotas).company(people, set(needed.split()))


def test_the_company_s_own_goes_before_those_of_teams_and_people() -> None:
    every = (quota(900), quota(500, team="North"), quota(300, "a"), quota(400, "c"))
    assert company("a c", *every) == Target(Decimal(900), 1)
    assert company("a c", *every[1:]) == Target(Decimal(900), 2)  # North's own, and Cy's for South
    assert company("a c", *every[2:]) == Target(Decimal(700), 2)
    assert company("a b c", *every[2:]).why == "there is no quota that you may see for Bo from 2026-10-01 to 2026-12-31"
    assert company("a") == Target(why="there is no quota that you may see for Ana from 2026-10-01 to 2026-12-31")
    assert company("") == Target(why=NONE)


def test_a_quota_in_the_base_is_none_of_pounds_that_have_no_rate() -> None:
    in_pounds = Targets([quota(400, "a")], Q4, "GBP", Rates("USD").into("GBP")).people([ANA], {"a"})
    assert (in_pounds.amount, in_pounds.why) == (None, "a quota is in another currency than GBP, and there is no rate")
    rates = Rates("USD", None, {"GBP": Decimal("1.25")})
    assert targets(quota(400, "a", currency="GBP"), rates=rates).people([ANA], {"a"}) == Target(Decimal("500.00"), 1)


def test_who_left_needs_no_quota_and_whoever_sold_nothing_neither() -> None:
    assert company("c l", quota(400, "c")) == Target(Decimal(400), 1)


def test_a_manager_s_own_counts_where_their_people_have_none() -> None:
    mine = quota(600, "m")
    assert targets(mine).people([MANAGER, ANA, BO], {"a", "b"}) == Target(Decimal(600), 1)
    assert targets(mine, quota(1, "a"), quota(2, "b")).people([MANAGER, ANA, BO], {"a"}) == Target(Decimal(3), 2)


def test_quotas_count_where_they_cover_the_period_day_by_day() -> None:
    months = [
        Period(date(2026, 10, 1), date(2026, 10, 31), ""),
        Period(date(2026, 11, 1), date(2026, 11, 30), ""),
        Period(date(2026, 12, 1), date(2026, 12, 31), ""),
    ]
    parts = [quota(10, "a", span=month) for month in months]
    assert targets(*parts).people([ANA], {"a"}) == Target(Decimal(30), 3)
    assert targets(*parts, quota(40, "a")).people([ANA], {"a"}) == Target(Decimal(40), 1)
    assert targets(*parts[:2]).people([ANA], set()) == Target(why=NONE)
    year = Period(date(2026, 1, 1), date(2026, 12, 31), "")
    assert targets(quota(99, "a", span=year)).people([ANA], set()) == Target(why=NONE)


def test_another_currency_needs_a_rate() -> None:
    euros = quota(100, "a", currency="EUR")
    why = "a quota is in another currency than USD, and there is no rate"
    assert targets(euros).people([ANA], {"a"}) == Target(why=why)
    rates = Rates("USD", None, {"EUR": Decimal("1.5")})
    assert targets(euros, rates=rates).people([ANA], {"a"}) == Target(Decimal("150.00"), 1)
