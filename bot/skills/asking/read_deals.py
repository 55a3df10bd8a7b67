"""A question over deals, read: each part is taken out of the words and becomes an argument."""

from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days, take_top
from bot.skills.asking.parts import Got, take_amounts, take_parts, take_risks
from bot.skills.asking.spans import take_span
from bot.skills.asking.values import (
    take_competitor,
    take_currency,
    take_forecast,
    take_group,
    take_owner,
    take_part_product,
    take_places,
    take_product,
    take_reason,
    take_stages,
    take_state,
    take_team,
    take_type,
)  # fmt: skip
from bot.skills.asking.words import Text

BACKWARDS = (
    r"\b(?:that |which )?(?:have |has |had |were |was )?(?:(?:moved?|gone|went|fell|fallen|slipped|stepped|slid)(?: back(?:wards?)?)(?: (?:to|by|in)?)?"
    r"(?: (?:an?|one|the|their|its|earlier|previous))* stages?|regressed(?: (?:in|by|to) (?:an?|one|the|their)?(?: earlier)? ?stages?)?)\b"
)
"""a step to an earlier stage"""


def read_deals(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of deals."""
    today = crm.context.today
    if text.take(BACKWARDS):
        got["moved_back"] = True
    take_group(text, got)
    take_risks(text, got, today)
    take_amounts(text, got)
    take_parts(text, got)
    sorts = {"largest|biggest|highest[- ]value|highest|most valuable|most expensive": "largest", "smallest|lowest": "smallest",
             "oldest|longest[- ]running": "oldest", "newest|latest|most recent|most recently created": "newest"}  # fmt: skip
    take_top(text, got, sorts)
    take_state(text, got)
    take_stages(text, crm, got)
    take_forecast(text, crm, got)
    take_type(text, crm, got)
    take_currency(text, crm, got)
    take_reason(text, crm, got)
    take_competitor(text, crm, got)
    take_team(text, crm, got)
    take_places(text, crm, got)
    _deal_days(text, crm, got)
    take_owner(text, crm, got)
    product = take_product(text, crm) or take_part_product(text, crm)
    if product:
        got["product"] = product
    _close_date(crm, got)


def _deal_days(text: Text, crm: Crm, got: Got) -> None:
    created = r"\b(?:(?:was |were |been |are |got )?(?:created|opened|added|started|entered|generated)|new(?= (?:this|last|in|since)))\b"
    made = text.has(created)
    span = take_span(text, crm.context.today)
    if span is None:
        return
    first, last = ("created_from", "created_to") if made else ("close_from", "close_to")
    if made:
        text.take(created)
    got |= days(span, first, last)


def _close_date(crm: Crm, got: Got) -> None:
    """Wins and losses "since March" are those up to today; what is overdue is still open."""
    if "close date passed" in got.get("risks", ()) and got.get("state", "open") == "open":
        got["state"] = "open"
