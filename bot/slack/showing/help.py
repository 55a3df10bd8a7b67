"""What the assistant can do, as Slack shows it, and the word that stops an answer (pure)."""

import re
from collections.abc import Mapping

from bot.skills import Card
from bot.slack.showing.views import Message, escape, sections

STOP = re.compile(
    r"^(?:please )?(?:stop|cancel|abort|never ?mind)(?: (?:it|that|this|please|now))*[\s!.]*$", re.IGNORECASE
)
ENDS = "Write “stop” while I answer, and I stop. Nothing goes into the CRM before you approve it."
SHORT = "Ask me in your own words, such as:"


def whole(cards: Mapping[str, Card]) -> Message:
    """Return every skill with its command, what it does and how people ask for it."""
    lines = [line for card in cards.values() for line in _described(card)]
    lines += ["*/kb*: search, write and look after the knowledge base.", ENDS]
    return Message("What I can do: " + ", ".join(cards), sections(lines))


def short(cards: Mapping[str, Card]) -> Message:
    """Return one way to ask for each skill."""
    lines = [SHORT, *(f"• {escape(card.examples[0])}" for card in cards.values() if card.examples)]
    return Message(SHORT, sections([*lines, "Write “help” for all that I can do."]))


def _described(card: Card) -> list[str]:
    name = card.command or card.name
    said = ", ".join(f"“{escape(example)}”" for example in card.examples)
    return [f"*{escape(name)}*: {escape(card.description)}", *([f"such as {said}"] if said else [])]
