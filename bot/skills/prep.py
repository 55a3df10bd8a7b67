"""A meeting prepared: its goal, agenda, who attends and what they care about, questions to ask, likely objections."""

from bot.errors import BotError
from bot.proposals import Draft
from bot.skills import Ask, Card, Context

CARD = Card(
    name="prep",
    description="A meeting prepared: its goal, agenda, who attends and what they care about, questions to ask, likely objections.",
    examples=("prepare my meeting with Northwick Dairy",),
    triggers=(
        r"^(?:please )?(?:prep|prepare)(?: me)? (?:for )?(?:my |the )?(?:next )?(?:meeting|call)\b(?P<rest>.*)$",
    ),
)


def run(context: Context, ask: Ask) -> Draft:
    """Answer."""
    raise BotError("This cannot be answered yet.")
