"""In Slack: deals listed for a question, and a battlecard where a competitor is named."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from slack_office import NOW, Office

from bot.crm.local import upsert_all
from bot.crm.records import Opportunity, OpportunityContactRole

CARD = """---
owner: lena@example.test
verified: 2026-02-20
status: verified
---
# Battlecard: Globex

## Strengths

- A brand that boards know

## Weaknesses

- Rollouts take over a year

## Landmines

- "How many of your sites were live after six months?"

## Do not say

- Nothing about their lawsuit
"""


@pytest.fixture
def selling(office: Office, tmp_path: Path) -> Office:
    """An office with a battlecard and deals against the competitor."""
    won = Opportunity(
        id="O2", name="Northwick pilot", account_id="A1", owner_id="U-MIA", amount=Decimal(9000), stage="Won",
        close_date=date(2026, 1, 15), is_closed=True, is_won=True, competitor="Globex",
    )  # fmt: skip
    renewal = Opportunity(
        id="O3", name="Pellworm renewal", account_id="A2", owner_id="U-MIA", amount=Decimal(30000), stage="Proposal",
        type="renewal", close_date=date(2026, 3, 20), competitor="Globex",
    )  # fmt: skip
    role = OpportunityContactRole(id="R1", opportunity_id="O3", contact_id="C1", role="champion")
    upsert_all(office.app.engine, [won, renewal, role], as_of=NOW)
    (tmp_path / "globex.md").write_text(CARD, encoding="utf-8")
    office.app.library.ingest([tmp_path / "globex.md"])
    return office


def test_deals_are_listed_for_a_question_over_them(selling: Office) -> None:
    selling.mia.say("which of my renewals this quarter have no economic buyer?")
    shown = selling.mia.sees("Pellworm renewal: USD 30,000")
    assert "1 deal, USD 30,000 in all: open deals of Mia Reyes, type renewal" in shown.words


def test_a_named_competitor_gets_its_card(selling: Office) -> None:
    selling.mia.say("they mention Globex")
    shown = selling.mia.sees("Battlecard: Globex")
    for part in ("A brand that boards know", "Rollouts take over a year", "Won 100% (1 of 1;", "lawsuit"):
        assert part in shown.words, part
    assert selling.slack.errors == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("which of our deals are against Zebradata?", "There is no competitor “Zebradata” in the CRM; there is Globex"),
        ("which of my renewals smell funny?", "Understood: open deals of Mia Reyes, type renewal"),
        ("which of my renewals have no champion?", "No deal fits: open deals of Mia Reyes, type renewal"),
    ],
)
def test_in_a_channel_what_the_crm_does_not_hold_is_told_to_the_asker(selling: Office, words: str, says: str) -> None:
    selling.slack.channel("C7", selling.mia.id, selling.omar.id)
    selling.mia.mention(words, "C7")
    assert selling.mia.sees(says).user == "UMIA"
    assert [message for message in selling.slack.shown if message.user is None] == []
