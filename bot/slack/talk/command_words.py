"""What people type after a slash command, read as they mean it (pure)."""

import re
from collections.abc import Sequence

from bot.skills import Card
from bot.slack.words import plain

HELP = frozenset({"help", "?", "--help", "-h", "hilfe"})
LINK = re.compile(r"<(?:https?|mailto|tel):[^|>]+\|([^>]+)>")
MENTION = re.compile(r"<[@!][^|>]*>|(?<![\w.])@(?=\w)")
"""a mention without a label says nothing to the CRM; of one with a label the name is left"""
QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), '"') | dict.fromkeys(map(ord, "‘’‚‛"), "'")
AROUND = "\"'` \t\n"
BEFORE = re.compile(r"^(?:(?:on|for|about|with|at|re|of)\b:?|:)\s*", re.IGNORECASE)


def typed(text: str) -> str:
    """Return the words after a command: without mentions, and of a link what people see of it."""
    words = MENTION.sub(" ", plain(LINK.sub(r"\1", text)))
    return _unquoted(" ".join(words.split()) if "\n" not in words else words.strip())


def wants_help(words: str) -> bool:
    """Tell whether somebody asks what a command does."""
    return words.strip(" .!").casefold() in HELP


def name_in(words: str, triggers: Sequence[str]) -> str:
    """Return the name out of what was typed where a name belongs: "for “Northwick”." is Northwick."""
    for pattern in triggers:
        match = re.match(pattern, words, re.IGNORECASE)
        if match and match["rest"].strip():
            words = match["rest"]
            break
    bare = _unquoted(words.translate(QUOTES)).rstrip(" .,;:!?")
    return _unquoted(BEFORE.sub("", bare)).rstrip(" .,;:!?")


def argument(card: Card, words: str) -> str:
    """Return what the skill is asked: a name where its command takes one, else the words as they are."""
    return name_in(words, card.triggers) if card.bare == "account" else words


def _unquoted(words: str) -> str:
    plain_words = words.translate(QUOTES).strip()
    inside = plain_words[1:-1]
    quoted = len(plain_words) > 1 and plain_words[0] == plain_words[-1] and plain_words[0] in "\"'`"
    return inside.strip() if quoted and plain_words[0] not in inside else words.strip()
