"""A mutual action plan: milestones back from the go-live date, with owners on both sides."""

from bot.errors import BotError
from bot.proposals import Draft
from bot.skills import Ask, Card, Context

CARD = Card(
    name="plan",
    description="A mutual action plan: milestones back from the go-live date, with owners on both sides.",
    examples=("make a mutual action plan for Northwick Dairy, go-live on 1 March",),
    triggers=(
        r"^(?:please )?(?:make|draft|write|build|create) (?:an? |the )?(?:mutual action|success|close|action) plan\b(?P<rest>.*)$",
    ),
)


def run(context: Context, ask: Ask) -> Draft:
    """Answer."""
    raise BotError("This cannot be answered yet.")
