"""Keep, downgrade or qualify out, rule by rule; health points."""

from datetime import UTC, datetime

import pytest

from bot.crm.records import Activity, Contact, Opportunity, OpportunityHistory
from bot.pipeline.deal import Deal
from bot.pipeline.limits import DEFAULTS
from bot.pipeline.signal import Signal
from bot.pipeline.verdict import Health, Verdict, averages, health, verdict

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
AMBER = Signal("hygiene", "amber", "amount missing")


def deal(
    category: str | None, *, stage: str = "Proposal", pushes: int = 0, said: str = "", step: str | None = None
) -> Deal:
    """A deal in a category, pushed so many times, with what the customer wrote."""
    opportunity = Opportunity(
        id="o", name="Deal", account_id="a", stage=stage, forecast_category=category, next_step=step
    )
    rows = [
        OpportunityHistory(
            id=str(k), opportunity_id="o", at=NOW, stage=stage, close_date=datetime(2026, 9, 1 + k).date()
        )
        for k in range(pushes + 1)
    ]
    mail = Activity(id="m", kind="email", direction="inbound", at=NOW, subject="Hello", body=said, contact_ids=("c",))
    return Deal(
        opportunity, history=rows, activities=[mail], contacts={"c": Contact(id="c", name="Ann", account_id="a")}
    )


def red(name: str) -> Signal:
    """A red signal that says its name."""
    return Signal(name, "red", f"it is {name}")


@pytest.mark.parametrize(
    ("subject", "fired", "expected"),
    [
        (deal("Commit"), [red("dead weight")], Verdict("qualify out", ("it is dead weight",))),
        (
            deal("Pipeline", said="We decided against it."),
            [],
            Verdict("qualify out", ("Ann said no on 2026-11-16: “We decided against it.”",)),
        ),
        (
            deal("Pipeline", pushes=3),
            [Signal("ghosted", "amber", "nobody answers")],
            Verdict("qualify out", ("the close date was pushed 3 times, and nobody answers",)),
        ),
        (deal("Pipeline", pushes=3), [], Verdict("keep", ("no signal that the data can show fires",))),
        (deal("Commit"), [red("close date passed")], Verdict("downgrade", ("it is close date passed",), "Best Case")),
        (
            deal("Commit"),
            [red("forecast mismatch"), red("close date passed")],
            Verdict("downgrade", ("it is forecast mismatch",), "Best Case"),
        ),
        (deal("Forecast"), [red("champion left")], Verdict("downgrade", ("it is champion left",), "Best Case")),
        (deal("Commit", stage="Discovery"), [], Verdict("downgrade", ("Commit in Discovery, before any proposal",), "Best Case")),
        (deal("Best Case"), [red("no economic buyer")], Verdict("downgrade", ("it is no economic buyer",), "Pipeline")),
        (
            deal("Pipeline"),
            [red("stalled in stage")],
            Verdict("qualify out", ("it is stalled in stage, and neither a next step nor a close date is set",)),
        ),
        (
            deal("Best Case", step="Review"),
            [red("stalled in stage")],
            Verdict("keep", ("nothing ends it; mend first: it is stalled in stage",)),
        ),
        (deal("Best Case"), [AMBER], Verdict("keep", ("no red signal, 1 amber; mend first: amount missing",))),
        (
            deal(None),
            [red("close date passed")],
            Verdict("keep", ("nothing ends it; mend first: it is close date passed",)),
        ),
    ],
)  # fmt: skip
def test_the_verdict(subject: Deal, fired: list[Signal], expected: Verdict) -> None:
    assert verdict(subject, fired, NOW, DEFAULTS) == expected


def test_health_adds_up_named_signals_and_counts_the_unknown_for_nothing() -> None:
    told = health([red("ghosted"), AMBER, Signal("silent champion", "unknown", "?")])
    assert told == Health((("ghosted", -10), ("hygiene", -5)), ("silent champion",))
    assert (told.points, health([]).points) == (-15, 0)
    assert averages([[red("ghosted")], [AMBER], []]) == {"ghosted": -10 / 3, "hygiene": -5 / 3}
