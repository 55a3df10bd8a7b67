"""The qualification grid: the newest evidence of each letter, whose it is, and what is missing."""

from datetime import UTC, date, datetime, timedelta

from bot.crm.records import Activity, Contact, Opportunity, OpportunityContactRole
from bot.pipeline.deal import Deal
from bot.pipeline.grid import Cell, grid

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def activity(
    days: int, body: str, *, kind: str = "call", direction: str | None = "outbound", who: str = "per"
) -> Activity:
    """An activity so many days ago."""
    at = NOW - timedelta(days=days)
    return Activity.model_validate(
        {"id": f"{kind}{days}", "kind": kind, "at": at, "subject": "Talk", "body": body, "direction": direction, "contact_ids": (who,)}
    )  # fmt: skip


def test_meddpicc() -> None:
    deal = Deal(
        opportunity=Opportunity(id="o", name="Deal", account_id="a", stage="Proposal", competitor="Rivalry"),
        activities=[
            activity(40, "Write-offs of 11 % a year."),
            activity(20, "Write-offs of 9 % a year. What is 8 % worth?"),
            activity(3, "We could cut 50 % of it.", kind="email"),
            activity(10, "Legal reads the contract first.", kind="email", direction="inbound"),
        ],
        roles=[OpportunityContactRole(id="r", opportunity_id="o", contact_id="per", role="champion")],
        contacts={"per": Contact(id="per", name="Per Aune", title="Director", account_id="a")},
    )
    told = {cell.name: cell for cell in grid(deal, "meddpicc", NOW)}
    assert told["metrics"] == Cell(
        "metrics", "“Write-offs of 9 % a year.”", "the customer", date(2026, 10, 27), "activity:call20"
    )
    assert told["champion"] == Cell("champion", "Director", "Per Aune", date(2026, 11, 6), "contact:per")
    assert told["paper process"].evidence == "“Legal reads the contract first.”"
    assert told["competition"] == Cell("competition", "Rivalry, as the CRM says", "", None, "opportunity:o")
    assert (told["economic buyer"].evidence, told["paper process"].age(NOW.date())) == ("", 10)
    assert told["economic buyer"].question == "Who signs a contract of this size, and what do they need to see first?"


def test_other_frameworks_have_their_own_letters() -> None:
    empty = Deal(opportunity=Opportunity(id="o", name="Deal", stage="Proposal"))
    assert [cell.name for cell in grid(empty, "bant", NOW)] == ["budget", "authority", "need", "timeline"]
    assert {cell.evidence for cell in grid(empty, "spiced", NOW)} == {""}
