"""Movement between two moments: each term by its rule, and the sum to the cent whatever the deals are."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BotError
from bot.pipeline.movement import TERMS, Side, Standing, Step, Waterfall, movement, steps
from bot.pipeline.period import Period

Q4 = Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
INSIDE, LATER, AHEAD = date(2026, 12, 1), date(2027, 1, 15), date(2026, 9, 30)


def deal(amount: str | None = "100", close: date | None = INSIDE, outcome: str = "open", **more: Any) -> Standing:
    worth = None if amount is None else Decimal(amount)
    plain = Standing("d", "D", "USD", worth, "Proposal", close, "Pipeline", outcome)  # type: ignore[arg-type]
    return plain._replace(**more)


def told(before: Standing | None, after: Standing | None, period: Period | None = Q4) -> list[tuple[str, str]]:
    """Terms with their amounts and, where there is one, the reason."""
    return [(f"{s.term}: {s.why}" if s.why else s.term, str(s.amount)) for s in steps(before, after, period)]


CASES: dict[str, tuple[Standing | None, Standing | None, list[tuple[str, str]]]] = {
    "unmoved": (deal(), deal(), []),
    "never there": (None, None, []),
    "created": (None, deal("70"), [("new", "70")]),
    "created for later": (None, deal(close=LATER), []),
    "created as Omitted": (None, deal(category="Omitted"), []),
    "created and won": (None, deal("80", outcome="won"), [("new", "80"), ("won", "80")]),
    "created and lost": (None, deal("80", outcome="lost"), [("new", "80"), ("lost", "80")]),
    "created and won outside": (None, deal("80", AHEAD, "won"), []),
    "reopened": (deal("90", outcome="lost"), deal("95"), [("new: reopened", "95")]),
    "closed before": (deal(outcome="won"), deal(outcome="won"), []),
    "closed before, then deleted": (deal(outcome="won"), None, []),
    "up": (deal("100"), deal("130.55"), [("increased", "30.55")]),
    "down": (deal("100"), deal("99.99"), [("decreased", "0.01")]),
    "an amount at last": (deal(None), deal("40"), [("increased", "40")]),
    "no amount any more": (deal("40"), deal(None), [("decreased", "40")]),
    "a negative one": (deal("40"), deal("-10"), [("decreased", "50")]),
    "slipped, dearer": (deal("100"), deal("150", LATER), [("slipped", "100")]),
    "moved ahead": (deal("100"), deal("100", AHEAD), [("slipped: moved ahead of the period", "100")]),
    "no date any more": (deal("100"), deal("100", None), [("slipped: close date removed", "100")]),
    "pulled in": (deal("100", LATER), deal("100"), [("pulled in", "100")]),
    "pulled in, cheaper": (deal("100", LATER), deal("60"), [("pulled in", "100"), ("decreased", "40")]),
    "a date at last": (deal("100", None), deal("100"), [("pulled in", "100")]),
    "outside all along": (deal("100", LATER), deal("300", LATER), []),
    "won": (deal("100"), deal("100", outcome="won"), [("won", "100")]),
    "won for more": (deal("100"), deal("120", outcome="won"), [("increased", "20"), ("won", "120")]),
    "won for less": (deal("100"), deal("90", outcome="won"), [("decreased", "10"), ("won", "90")]),
    "won on a day outside": (deal("100"), deal("100", AHEAD, "won"), [("won", "100")]),
    "pulled in and won": (deal("100", LATER), deal("100", outcome="won"), [("pulled in", "100"), ("won", "100")]),
    "later's, won later": (deal("100", LATER), deal("100", LATER, "won"), []),
    "lost": (deal("100"), deal("100", outcome="lost"), [("lost", "100")]),
    "lost, cut before": (deal("100"), deal("60", outcome="lost"), [("decreased", "40"), ("lost", "60")]),
    "lost without an amount": (deal("100"), deal(None, outcome="lost"), [("lost", "100")]),
    "won without an amount": (deal("100"), deal(None, outcome="won"), [("decreased", "100"), ("won", "0")]),
    "deleted": (deal("100"), None, [("lost: deleted in the CRM", "100")]),
    "later's, deleted": (deal("100", LATER), None, []),
    "to Omitted": (deal("100"), deal("80", category="Omitted"), [("decreased: moved to Omitted", "100")]),
    "back": (deal("100", category="Omitted"), deal("80"), [("increased: back from Omitted", "80")]),
    "back from later too": (
        deal("100", LATER, category="Omitted"),
        deal("80"),
        [("increased: back from Omitted", "80")],
    ),
    "Omitted, lost": (deal("100", category="Omitted"), deal("100", outcome="lost"), []),
    "Omitted, won": (
        deal("100", category="Omitted"),
        deal("80", outcome="won"),
        [("increased: back from Omitted", "80"), ("won", "80")],
    ),
    "another currency": (
        deal("100"),
        deal("90", currency="EUR"),
        [("decreased: currency changed to EUR", "100"), ("increased: currency changed from USD", "90")],
    ),
    "another currency, won": (
        deal("100"),
        deal("90", currency="EUR", outcome="won"),
        [("decreased: currency changed to EUR", "100"), ("increased: currency changed from USD", "90"), ("won", "90")],
    ),
    "another currency, slipped": (deal("100"), deal("90", LATER, currency="EUR"), [("slipped", "100")]),
    "another currency, pulled in": (deal("100", LATER), deal("90", currency="EUR"), [("pulled in", "90")]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_deal_moves_by_its_rule(name: str) -> None:
    before, after, expected = CASES[name]
    assert told(before, after) == expected


def test_of_the_whole_pipeline_nothing_slips_and_nothing_is_pulled_in() -> None:
    assert told(deal("100"), deal("150", LATER), None) == [("increased", "50")]
    assert told(deal("100", None), deal("100", AHEAD), None) == []
    assert told(deal("100", LATER), deal("100", LATER, "won"), None) == [("won", "100")]
    assert told(None, deal("100", AHEAD, "won"), None) == [("new", "100"), ("won", "100")]


def side(deals: Sequence[Standing]) -> Side:
    return Side(NOW, {one.id: one for one in deals})


def test_the_waterfall_names_the_deals_of_each_term_and_counts_missing_amounts() -> None:
    begin = side([deal(id="a"), deal("50", id="b"), deal(None, id="c"), deal("9", currency="EUR", id="e")])
    end = side(
        [
            deal("130", id="a"),
            deal("50", LATER, id="b"),
            deal(None, id="c"),
            deal("20", id="n"),
            deal("9", currency="EUR", id="e"),
        ]
    )
    found = movement(begin, end, Q4)
    assert list(found.waterfalls) == ["USD", "EUR"]
    shown = [(name, str(term.amount), term.ids, term.blank) for name, term, _ in found.waterfalls["USD"].parts()]
    assert shown == [
        ("begin", "150", ["a", "b", "c"], 1),
        ("new", "20", ["n"], 0),
        ("pulled in", "0", [], 0),
        ("increased", "30", ["a"], 0),
        ("decreased", "0", [], 0),
        ("slipped", "50", ["b"], 0),
        ("lost", "0", [], 0),
        ("won", "0", [], 0),
        ("end", "150", ["a", "c", "n"], 1),
    ]
    assert found.steps["b"] == (Step("slipped", "USD", Decimal(50)),)
    assert not found.waterfalls["EUR"].moved


def test_a_waterfall_that_does_not_add_up_is_refused() -> None:
    wrong = Waterfall("USD")
    wrong.begin.add("a", Decimal("1.00"), blank=False)
    with pytest.raises(BotError, match=r"^The movement in USD is 1\.00 off and is not shown"):
        wrong.check()


STANDINGS = st.builds(
    Standing,
    id=st.sampled_from([f"d{k}" for k in range(12)]),
    name=st.just("D"),
    currency=st.sampled_from(["USD", "EUR", "JPY"]),
    amount=st.none() | st.decimals(-10_000, 1_000_000, places=2),
    stage=st.none() | st.sampled_from(["Discovery", "Proposal"]),
    close_date=st.none() | st.dates(date(2026, 8, 1), date(2027, 3, 1)),
    category=st.sampled_from([None, "Omitted", "Pipeline", "Commit"]),
    outcome=st.sampled_from(["open", "won", "lost"]),
)
SIDES = st.lists(STANDINGS, max_size=12).map(side)


@settings(max_examples=300, deadline=None)
@given(begin=SIDES, end=SIDES, period=st.sampled_from([None, Q4]))
def test_begin_and_the_terms_make_the_end_to_the_cent(begin: Side, end: Side, period: Period | None) -> None:
    found = movement(begin, end, period)
    for currency, fall in found.waterfalls.items():
        for level, of in ((fall.begin, begin), (fall.end, end)):
            inside = [
                one
                for one in of.deals.values()
                if one.currency == currency and one.outcome == "open" and one.category != "Omitted"
                and (period is None or (one.close_date and period.first <= one.close_date <= period.last))
            ]  # fmt: skip
            assert level.amount == sum((one.amount or Decimal(0) for one in inside), Decimal(0))
            assert level.ids == [one.id for one in inside]
        terms = {name: fall.terms[name].amount for name in TERMS}
        added = terms["new"] + terms["pulled in"] + terms["increased"]
        taken = terms["decreased"] + terms["slipped"] + terms["lost"] + terms["won"]
        assert fall.begin.amount + added - taken == fall.end.amount
        assert all(len(term.ids) == len(set(term.ids)) for term in fall.terms.values())


@settings(max_examples=50, deadline=None)
@given(one=SIDES)
def test_nothing_moves_between_a_moment_and_itself(one: Side) -> None:
    assert movement(one, one, Q4).steps == {}
