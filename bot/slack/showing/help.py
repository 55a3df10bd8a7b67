"""What the assistant can do, and small words that are no questions (pure)."""

import re
from collections.abc import Mapping

from bot.skills import Card
from bot.slack.showing.views import Message, escape, sections

HELP = re.compile(
    r"^(?:/?help(?: me)?|what (?:all )?(?:can (?:you|i) (?:do|ask|say)|do you do)(?: (?:here|for me|you))?|"
    r"(?:who|what) are you|how (?:do|does|can|should) (?:you|i|this) (?:work|use|start|begin|get started)(?: (?:this|it|you|here|with (?:this|you)))?)[\s?!.]*$",
    re.I,
)
STOP = re.compile(
    r"^(?:please )?(?:stop|cancel|abort|never ?mind)(?: (?:it|that|this|please|now))*[\s!.]*$", re.IGNORECASE
)
SMALL = re.compile(
    r"^(?:(?:many |ok(?:ay)?,? )?(?:thanks?|thank you|thx|ty|cheers|merci|danke)(?: (?:a lot|so much|you|very much|again))*|"
    r"ok(?:ay)?|great|perfect|nice(?: one)?|awesome|cool|got it|well done|good (?:bot|job))"
    r"(?:[\s,!.]+(?:thanks?|thank you|thx|that helps|that was helpful|great|perfect))*$",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"(?:hi|hiya|hello|hey|hej|hallo|moin|howdy|good (?:morning|afternoon|evening|day)|morning)"
    r"(?: (?:there|all|again|team|assistant|seller assistant|bot))*",
    re.IGNORECASE,
)
SIGNS = re.compile(r":[\w+-]+:(?::skin-tone-\d:)?|[^\w\s]|\s|_", re.UNICODE)
"""emoji, by name or as they are, and signs between them"""
WELCOME = "Any time."
ENDS = "Write “stop” while I answer, and I stop. Nothing goes into the CRM before you approve it."
SHORT = "Ask me in your own words, such as:"


def asks_for_help(words: str) -> bool:
    """Whether somebody asks what the assistant can do."""
    return HELP.match(words) is not None


def greets(words: str) -> bool:
    """Whether somebody only says hello."""
    return GREETING.fullmatch(SIGNS.sub(" ", words).strip()) is not None


def is_small_word(words: str) -> bool:
    """Whether this is thanks or an emoji, to which nothing has to be looked up."""
    bare = SIGNS.sub("", words)
    return not bare or SMALL.match(re.sub(r":[\w+-]+:|[^\w\s,!.]", "", words).strip(" ,!.")) is not None


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
