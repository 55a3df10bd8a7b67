"""How deals stood at a moment, and which of their fields moved: snapshots, histories, and what neither tells."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.crm.records import Activity, Opportunity, OpportunityHistory, SnapshotRow, Stage
from bot.pipeline.book import Book, by_deal, end_of
from bot.pipeline.movement import Side, movement
from bot.pipeline.moves import evidence, moves
from bot.pipeline.period import Period
from bot.pipeline.sides import beside, kept_on, now_of, told_at, untold

STAGES = {
    name: Stage(id=name, name=name, order=order, probability=0.5, forecast_category=category, is_closed=closed, is_won=name == "Won")
    for order, (name, category, closed) in enumerate(
        [("Discovery", "Pipeline", False), ("Proposal", "Best Case", False), ("Won", "Closed", True), ("Lost", "Omitted", True)]
    )
}  # fmt: skip
Q4 = Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOW = at("2026-11-26T09:00")
BEGIN = at("2026-11-01")


def deal(key: str = "d", stage: str = "Proposal", amount: str | None = "100", **more: Any) -> Opportunity:
    given: dict[str, Any] = {"created_at": at("2026-09-01"), "close_date": date(2026, 12, 1), "owner_id": "u"} | more
    closed = STAGES[stage].is_closed if stage in STAGES else False
    worth = None if amount is None else Decimal(amount)
    return Opportunity(id=key, name=key, stage=stage, amount=worth, is_closed=closed, is_won=stage == "Won", **given)


def row(
    day: str, stage: str, amount: str | None = "100", close: str = "2026-12-01", key: str = "d"
) -> OpportunityHistory:
    worth = None if amount is None else Decimal(amount)
    return OpportunityHistory(
        id=f"{key}{day}", opportunity_id=key, at=at(day), stage=stage, amount=worth, close_date=date.fromisoformat(close), user_id="u"
    )  # fmt: skip


def book(deals: list[Opportunity], *rows: OpportunityHistory, now: datetime = NOW) -> Book:
    return Book(deals, STAGES, now, by_deal(rows))


def parts(begin: Side, end: Side, period: Period | None = Q4) -> dict[str, str]:
    fall = movement(begin, end, period).waterfalls["USD"]
    return {name: str(term.amount) for name, term, _ in fall.parts() if term.ids}


def snapshot(key: str = "d", amount: str = "100", **more: Any) -> SnapshotRow:
    given: dict[str, Any] = {"stage": "Proposal", "close_date": date(2026, 12, 1), "owner_id": "u"} | more
    return SnapshotRow(day=date(2026, 11, 1), opportunity_id=key, name=key, amount=Decimal(amount), **given)


def test_by_history_a_deal_stands_as_its_last_row_says() -> None:
    rows = [row("2026-09-01", "Discovery", "80", "2027-01-31"), row("2026-11-10", "Proposal")]
    one = book([deal()], *rows)
    begin = told_at(one, BEGIN)
    assert (begin.deals["d"].stage, begin.deals["d"].amount, begin.deals["d"].known) == ("Discovery", Decimal(80), True)
    assert parts(begin, now_of(one)) == {"pulled in": "80", "increased": "20", "end": "100"}


def test_a_deal_without_history_counts_as_it_is_known_and_is_counted_as_untold() -> None:
    one = book([deal(), deal("w", "Won", "70", close_date=date(2026, 11, 20))])
    begin = told_at(one, BEGIN)
    assert [standing.id for standing in untold(begin)] == ["d", "w"]
    assert parts(begin, now_of(one)) == {"begin": "170", "won": "70", "end": "100"}


def test_a_history_that_begins_later_tells_how_a_deal_was_first_known() -> None:
    begin = told_at(book([deal()], row("2026-11-10", "Discovery", "60")), BEGIN)
    assert (begin.deals["d"].amount, begin.deals["d"].known) == (Decimal(60), False)


def test_what_was_created_later_was_not_there_and_what_was_closed_before_is_closed() -> None:
    deals = [deal("n", created_at=at("2026-11-05")), deal("w", "Won", close_date=date(2026, 10, 20))]
    begin = told_at(book(deals, row("2026-09-01", "Proposal", key="w"), row("2026-10-20", "Won", key="w")), BEGIN)
    assert {key: standing.outcome for key, standing in begin.deals.items()} == {"w": "won"}


def test_a_deal_reopened_since_is_new_with_that_reason() -> None:
    one = book([deal()], row("2026-09-01", "Proposal"), row("2026-10-01", "Lost"), row("2026-11-09", "Proposal"))
    found = movement(told_at(one, BEGIN), now_of(one), Q4)
    assert [(step.term, step.why) for step in found.steps["d"]] == [("new", "reopened")]


def test_a_lost_deal_leaves_with_what_it_was_worth_last_though_its_close_says_zero() -> None:
    lost = deal(stage="Lost", amount="0", close_date=date(2026, 11, 20))
    one = book([lost], row("2026-09-01", "Proposal", "90"), row("2026-11-20", "Lost", "0"))
    assert parts(told_at(one, BEGIN), now_of(one)) == {"begin": "90", "lost": "90"}
    assert parts(kept_on(book([lost]), date(2026, 11, 1), [snapshot()]), now_of(book([lost]))) == {
        "begin": "100",
        "lost": "100",
    }


def test_what_a_snapshot_lacks_was_closed_by_then_or_came_later() -> None:
    deals = [
        deal("open"),
        deal("won before", "Won", close_date=date(2026, 10, 20)),
        deal("won since", "Won", created_at=at("2026-11-02"), close_date=date(2026, 11, 20)),
        deal("new", created_at=at("2026-11-02")),
    ]
    begin = kept_on(book(deals), date(2026, 11, 1), [snapshot("open"), snapshot("deleted", "50")])
    found = movement(begin, now_of(book(deals)), Q4)
    assert {key: [step.term for step in steps] for key, steps in found.steps.items()} == {
        "deleted": ["lost"],
        "won since": ["new", "won"],
        "new": ["new"],
    }


def test_a_deal_won_on_the_snapshot_s_day_before_it_was_taken_is_not_won_again() -> None:
    won = deal(stage="Won", close_date=date(2026, 11, 1))
    one = book([won], row("2026-09-01", "Proposal"), row("2026-11-01T08:00", "Won"))
    assert movement(kept_on(one, date(2026, 11, 1), []), now_of(one), Q4).steps == {}


def test_a_deleted_deal_of_a_later_snapshot_is_untold_by_history() -> None:
    one = book([])
    end = kept_on(one, date(2026, 11, 20), [snapshot("gone")])
    begin = beside(told_at(one, BEGIN), end, one)
    assert ([standing.id for standing in untold(begin)], movement(begin, end, Q4).steps) == (["gone"], {})


def test_the_day_ends_on_the_asker_s_clock_also_when_the_clocks_change() -> None:
    york = ZoneInfo("America/New_York")
    one = book([deal(created_at=datetime(2026, 11, 1, 23, 30, tzinfo=york))], now=NOW.astimezone(york))
    ends = [end_of(date(2026, 11, day), one.now).astimezone(york) for day in (1, 2)]  # the 1st has 25 hours there
    assert [list(told_at(one, moment).deals) for moment in (ends[0] - (ends[1] - ends[0]), ends[0])] == [[], ["d"]]
    closed = deal(stage="Won", close_date=date(2026, 11, 2))
    assert told_at(book([closed], now=one.now), ends[0]).deals["d"].outcome == "open"


def told(before: dict[str, Any], after: dict[str, Any], *rows: OpportunityHistory) -> list[tuple[Any, ...]]:
    begin = kept_on(book([deal()]), date(2026, 11, 1), [snapshot(**before)])
    one = book([deal(**after)], *rows)
    found = moves(begin.deals["d"], now_of(one).deals["d"], one.histories.get("d", ()), begin, now_of(one), STAGES)
    return [(m.field, str(m.old), str(m.new), m.at and str(m.at.date()), m.by, m.mark) for m in found]


def test_each_field_that_moved_says_when_and_who_and_what_kind_of_move_it_is() -> None:
    rows = [
        row("2026-09-01", "Proposal"),
        row("2026-11-10", "Proposal", "60"),
        row("2026-11-12", "Discovery", "60", "2027-01-15"),
    ]
    assert told({}, {"stage": "Discovery", "amount": "60", "close_date": date(2027, 1, 15)}, *rows) == [
        ("stage", "Proposal", "Discovery", "2026-11-12", "u", "moved back"),
        ("amount", "100", "60", "2026-11-10", "u", "down"),
        ("close date", "2026-12-01", "2027-01-15", "2026-11-12", "u", "pushed into another quarter"),
        ("forecast category", "Best Case", "Pipeline", "2026-11-12", "u", ""),
    ]


def test_without_a_row_nobody_is_named() -> None:
    assert told({"owner_id": "v"}, {"amount": None}) == [
        ("amount", "100", "None", None, None, "down"),
        ("owner", "v", "u", None, None, ""),
    ]


def test_pushes_within_a_month_across_months_and_nearer() -> None:
    kinds = {
        told({"close_date": old}, {"close_date": new})[0][-1]: new
        for old, new in (
            (date(2026, 12, 1), date(2026, 12, 20)),
            (date(2026, 11, 1), date(2026, 12, 2)),
            (date(2026, 12, 1), date(2026, 11, 1)),
        )
    }
    assert list(kinds) == ["pushed", "pushed into another month", "moved nearer"]


def test_a_stage_that_has_only_another_name_now_did_not_move() -> None:
    assert told({"stage": "Offer", "forecast_category": "Best Case"}, {}) == []
    rows = [row("2026-09-01", "Offer"), row("2026-11-10", "Proposal")]
    assert told({"stage": "Offer", "forecast_category": "Best Case"}, {}, *rows) == [
        ("stage", "Offer", "Proposal", "2026-11-10", "u", "")
    ]


def activity(key: str, day: str, direction: str = "inbound", opportunity: str | None = "d") -> Activity:
    return Activity(id=key, kind="email", at=at(day), subject=key, direction=direction, opportunity_id=opportunity)


def test_evidence_is_the_newest_two_way_activity_near_the_change_of_the_deal_or_of_its_account() -> None:
    begin, end = Side(BEGIN, {}, "history"), Side(NOW, {})
    change = [at("2026-11-10T12:00")]
    far = [activity("too early", "2026-11-03T11:00"), activity("too late", "2026-11-11T13:00")]
    other = activity("another deal's", "2026-11-10", opportunity="x")
    ours, theirs = activity("ours", "2026-11-11", "outbound"), activity("theirs", "2026-11-05", opportunity=None)
    assert evidence([*far, other], "d", change, begin, end) is None
    assert evidence([*far, ours], "d", change, begin, end) == ours
    assert evidence([*far, ours, theirs], "d", change, begin, end) == theirs
    assert evidence(far, "d", [], begin, end) == far[1]


def test_a_history_without_amounts_is_read_at_the_list_price() -> None:
    """An import that knows only days writes rows without an amount: what was then taken is the list price, so nothing grew."""
    deal = Opportunity(
        id="d",
        name="D",
        stage="Discovery",
        product="Plan",
        amount=Decimal(60),
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    row = OpportunityHistory(id="1", opportunity_id="d", at=datetime(2026, 1, 5, tzinfo=UTC), stage="Discovery")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    book = Book([deal], {}, now, by_deal([row]), prices={("plan", "USD"): Decimal(60)})
    then = told_at(book, datetime(2026, 2, 1, tzinfo=UTC))
    assert then.deals["d"].amount == Decimal(60)
    assert movement(then, now_of(book)).steps == {}
