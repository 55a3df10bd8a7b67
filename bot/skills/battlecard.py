"""What to say where a competitor is named: when they win, when we win, landmines, proof."""

from bot.errors import BotError
from bot.proposals import Draft
from bot.skills import Ask, Card, Context

CARD = Card(
    name="battlecard",
    description="What to say where a competitor is named: when they win, when we win, landmines, proof.",
    examples=("they mention Brightquay",),
    triggers=(r"^(?:they|the customer|the prospect) (?:mention(?:ed)?|brought up|named?)(?P<rest> .+)$",),
)


def run(context: Context, ask: Ask) -> Draft:
    """Answer."""
    raise BotError("This cannot be answered yet.")
