"""Figures of a digest that the suite `digests` found wrong, and that the suite finds a wrong one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.crm.records import Opportunity, Quota, Record, Stage, User
from bot.proposals import Figure
from evals.digests.days import Span
from evals.digests.measure import Home, home, scored
from evals.digests.reference import Reference
from evals.digests.statistics import statistics, unequal
from evals.digests.worlds import World, world

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
Q4 = Span("this quarter", date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")
PEOPLE = (
    User(id="a", name="Ada Brandt", role="admin"),
    User(id="b", name="Ben Okoye"),
    User(id="c", name="Cleo Vance"),
)
STAGES = (
    Stage(id="1", name="Demo", order=1, probability=0.5, forecast_category="Pipeline"),
    Stage(id="2", name="Offer", order=2, probability=0.8, forecast_category="Commit"),
    Stage(id="3", name="Won", order=3, probability=1, forecast_category="Closed", is_closed=True, is_won=True),
    Stage(id="4", name="Lost", order=4, probability=0, forecast_category="Omitted", is_closed=True),
)


def deal(
    key: str, stage: str, owner: str = "b", amount: int = 100, currency: str = "USD", day: date = date(2026, 11, 30)
) -> Opportunity:
    closed = stage in ("Won", "Lost")
    return Opportunity(
        id=key, name=f"Deal {key}", owner_id=owner, amount=Decimal(amount), currency=currency, stage=stage,
        close_date=date(2026, 11, 2) if closed else day, is_closed=closed, is_won=stage == "Won",
        created_at=datetime(2026, 9, 1, tzinfo=UTC),
    )  # fmt: skip


def quota(user: str, currency: str = "USD") -> Quota:
    return Quota(id=user, user_id=user, first=Q4.first, last=Q4.last, amount=Decimal(1000), currency=currency)


def made(*records: Record) -> World:
    every = (*PEOPLE, *STAGES, *records)
    return World(0, NOW, every, "a", "all", None, Q4, "the whole pipeline this quarter", "USD", {}, {})


def figures(ask: Home, *records: Record) -> dict[tuple[str, str], Figure]:
    return {(figure.name, figure.unit): figure for figure in ask.digest(made(*records))}


@pytest.fixture(scope="module")
def ask() -> Iterator[Home]:
    with home() as made:
        yield made


def test_who_lost_deals_alone_needs_no_quota(ask: Home) -> None:
    found = figures(ask, deal("1", "Won"), deal("2", "Lost", "c"), quota("b"))
    assert (found["quota", "USD"].value, found["gap", "USD"].value) == (1000, 900)


def test_a_quota_in_the_base_is_not_one_in_a_currency_without_a_rate(ask: Home) -> None:
    found = figures(ask, deal("1", "Won", currency="GBP"), deal("2", "Demo", currency="GBP"), quota("b"))
    assert not {name for name, _ in found} & {"quota", "gap", "coverage"}
    assert figures(ask, deal("1", "Won", currency="GBP"), quota("b", "GBP"))["gap", "GBP"].value == 900


def test_forecasts_and_calls_list_the_deals_that_they_add_up(ask: Home) -> None:
    later = date(2027, 2, 1)
    found = figures(
        ask, deal("w", "Won"), deal("o", "Offer"), deal("d", "Demo", day=later), deal("e", "Demo", currency="EUR"), quota("b")
    )  # fmt: skip
    assert {name: found[name, "USD"].deals for name in ("forecast by stage probability", "call of Ben Okoye")} == {
        "forecast by stage probability": ("w", "o"),
        "call of Ben Okoye": ("w", "o"),
    }
    for name in ("forecast by base rate", "P50", "model for Ben Okoye"):
        assert (set(found[name, "USD"].deals), found[name, "USD"].n) == ({"w", "o", "d"}, 3)
    assert (found["gap", "USD"].deals, found["coverage", ""].deals) == (("w",), ("o",))


def test_a_cycle_lists_the_deals_of_which_it_is_known(ask: Home) -> None:
    unknown = deal("u", "Won").model_copy(update={"created_at": None})
    cycle = figures(ask, deal("w", "Won"), unknown)["cycle", "days"]
    assert (cycle.n, cycle.deals) == (1, ("w",))


def test_a_pipeline_of_which_nothing_was_open_at_the_start_is_known_to_have_come_since(ask: Home) -> None:
    new = deal("n", "Demo").model_copy(update={"created_at": datetime(2026, 10, 10, tzinfo=UTC)})
    old = deal("l", "Lost").model_copy(update={"close_date": date(2026, 9, 15)})
    found = figures(ask, new, old)
    assert {name: found[f"waterfall {name}", "USD"].n for name in ("begin", "new", "lost", "end")} == {
        "begin": 0, "new": 1, "lost": 0, "end": 1,
    }  # fmt: skip


def test_one_wrong_statistic_is_found(ask: Home) -> None:
    one = world(32)
    printed, wanted = ask.statistics(one), statistics(one)
    held, wrong = unequal(printed, wanted)
    assert (held > 100, wrong) == (True, [])
    printed["groups"]["Ada Brandt"]["won_amount"]["value"] += 0.01
    printed["pushes"]["n"] += 1
    assert [told.split(" is ")[0] for told in unequal(printed, wanted)[1]] == ["all pushes", "Ada Brandt won_amount"]


def test_one_wrong_figure_is_found(ask: Home) -> None:
    one = world(32)
    found, wanted = ask.digest(one), Reference(one).figures()
    right, why = scored(found, wanted)
    assert (right["digests"], right["named"], why) == (1.0, 1.0, {})
    at = next(n for n, figure in enumerate(found) if figure.name == "waterfall slipped")
    for planted in ({"value": found[at].value + 0.01}, {"n": found[at].n + 1}):
        wrong, told = scored([*found[:at], found[at].model_copy(update=planted), *found[at + 1 :]], wanted)
        assert (wrong["right"], wrong["digests"]) == (right["right"] - 1, 0.0)
        assert told["digests"].startswith("waterfall slipped USD")
    assert scored([*found[:at], *found[at + 1 :]], wanted)[0]["digests"] == 0.0
    strange = found[at].model_copy(update={"name": "gut feeling"})
    assert scored([*found, strange], wanted)[0]["named"] == 0.0


def test_a_world_is_always_the_same_and_differs_from_the_next() -> None:
    assert world(7) == world(7)
    assert replace(world(7), number=8) != world(8)
