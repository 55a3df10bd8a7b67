"""What holds much of Commit, and how far a stage is."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from bot.crm.records import Opportunity, Stage
from bot.pipeline.course import Step, step_of
from bot.pipeline.limits import limits
from bot.pipeline.risk import Share, concentration

SEGMENTS = {"a": "Enterprise", "b": "SMB", "c": None}


def deals(*rows: tuple[str, str, str, int | None, str]) -> list[Opportunity]:
    """Deals in Commit from (id, owner, account, amount, currency)."""
    return [
        Opportunity.model_validate(
            {"id": key, "name": key, "owner_id": owner, "account_id": account, "amount": amount, "currency": currency, "stage": "Proposal"}
        )
        for key, owner, account, amount, currency in rows
    ]  # fmt: skip


def told(found: Sequence[Share]) -> list[tuple[str, str, int]]:
    """Kind, key and amount of each."""
    return [(one.kind, one.key, int(one.amount)) for one in found]


EVEN = deals(*[(f"d{k}", f"u{k % 4}", "c", 10, "USD") for k in range(8)])
"""eight deals of four owners: a quarter each, which is not over a quarter"""


def test_over_a_quarter_of_commit_by_deal_owner_and_segment() -> None:
    rows = deals(("big", "ann", "a", 60, "USD"), ("x", "ben", "b", 20, "USD"), ("y", "ben", "b", 20, "USD"))
    assert concentration(rows, SEGMENTS)[0] == Share("deal", "big", Decimal(60), Decimal(100), "USD", 3)
    assert told(concentration(rows, SEGMENTS)) == [
        ("deal", "big", 60), ("owner", "ann", 60), ("owner", "ben", 40), ("segment", "Enterprise", 60), ("segment", "SMB", 40),
    ]  # fmt: skip


def test_each_currency_stands_apart() -> None:
    rows = [*EVEN, *deals(("e1", "ann", "a", 900, "EUR"), ("e2", "ben", "b", 100, "EUR"))]
    assert told(concentration(rows, SEGMENTS)) == [
        ("deal", "e1", 900),
        ("owner", "ann", 900),
        ("segment", "Enterprise", 900),
    ]


def test_one_owner_of_many_deals() -> None:
    rows = deals(*[(f"d{k}", "ann", "c", 10, "USD") for k in range(9)])
    assert told(concentration(rows, SEGMENTS)) == [("owner", "ann", 90)]


def test_the_limit_is_a_setting() -> None:
    strict = limits({"concentration": 24}).every
    assert told(concentration(EVEN, SEGMENTS, strict)) == [("owner", f"u{k}", 20) for k in range(4)]


@pytest.mark.parametrize(
    "rows",
    [
        EVEN,
        [],
        deals(("one", "ann", "a", 50, "USD")),
        deals(("none", "ann", "a", None, "USD"), ("minus", "ben", "b", -5, "USD"), ("zero", "cem", "c", 0, "USD")),
    ],
)
def test_nothing_is_concentrated(rows: list[Opportunity]) -> None:
    assert concentration(rows, SEGMENTS) == []


def picklist(*names: str) -> dict[str, Stage]:
    """Open stages in this order."""
    step = 0.9 / max(1, len(names))
    return {
        name: Stage(id=name, name=name, order=k, probability=round(step * (k + 1), 2), forecast_category="Pipeline")
        for k, name in enumerate(names)
    }


@pytest.mark.parametrize(
    ("stage", "stages", "expected"),
    [
        ("Prospecting", {}, Step.QUALIFYING),
        ("Engaging", {}, Step.QUALIFYING),
        ("Qualified To Buy", {}, Step.DISCOVERY),
        ("Value Proposition", {}, Step.DISCOVERY),
        ("Id. Decision Makers", {}, Step.DISCOVERY),
        ("Proposal/Price Quote", {}, Step.PROPOSAL),
        ("Decision Maker Bought-In", {}, Step.PROPOSAL),
        ("contractsent", {}, Step.NEGOTIATION),
        ("Negotiation/Review", {}, Step.NEGOTIATION),
        ("Zwischenstand", {}, None),
        ("Stufe zwei", picklist("Qualification", "Stufe zwei", "Proposal", "Negotiation"), Step.DISCOVERY),
        ("Stufe zwei", picklist("Discovery", "Stufe zwei", "Proposal"), Step.DISCOVERY),
        ("Stufe fünf", picklist("Proposal", "Negotiation", "Stufe fünf"), Step.NEGOTIATION),
        ("Stufe eins", picklist("Stufe eins", "Stufe zwei", "Stufe drei", "Stufe vier"), Step.DISCOVERY),
        ("Stufe vier", picklist("Stufe eins", "Stufe zwei", "Stufe drei", "Stufe vier"), Step.NEGOTIATION),
    ],
)  # fmt: skip
def test_how_far_a_stage_is(stage: str, stages: dict[str, Stage], expected: Step | None) -> None:
    assert step_of(stage, stages) == expected
