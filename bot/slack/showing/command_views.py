"""What a slash command says of itself, and what it asks back (pure)."""

from collections.abc import Mapping, Sequence

from bot.crm.records import Account
from bot.skills import Card
from bot.slack.showing.views import Block, Message, cut, escape, plain_text, sections, small

MOST_LABEL = 75
MOST_BUTTONS = 5


def help_message(card: Card) -> Message:
    """Return what a command does, made of its skill's card."""
    head = f"*{escape(card.command)}* {escape(card.usage)}".strip()
    examples = [f"• {escape(example)}" for example in card.examples]
    said = ["*You may write the same to me in a message, such as:*", *examples] if examples else []
    without = {
        "account": f"{card.command} alone is about the account that you last talked of here.",
        "form": f"{card.command} alone opens a form.",
        "run": f"{card.command} alone answers for all that you may see.",
    }.get(card.bare, "")
    text = f"{card.command}: {card.description}"
    return Message(cut(text, 3000), [*sections([head, escape(card.description), *said]), *small(without)])


def which_account(skill: str, card: Card, accounts: Sequence[Account]) -> Message:
    """Ask which account is meant, with buttons."""
    ask = "Which account?"
    spoken = f"{ask} {', '.join(account.name for account in accounts[:MOST_BUTTONS])}"
    told = f"Click one, or type its name: {card.command} {accounts[0].name}"
    buttons: list[Block] = [
        {
            "type": "button", "action_id": f"run:{n}", "value": f"{skill}:{account.id}",
            "text": plain_text(_label(account.name)),
        }
        for n, account in enumerate(accounts[:MOST_BUTTONS], start=1)
    ]  # fmt: skip
    actions: Block = {"type": "actions", "block_id": f"run:{skill}", "elements": buttons}
    return Message(cut(spoken, 3000), [*sections([ask]), actions, *small(told)])


def unknown(command: str, cards: Mapping[str, Card], others: Sequence[str]) -> str:
    """Say that a command is none of ours, and which are."""
    known = [card.command for card in cards.values() if card.command] + list(others)
    return f"I do not know {command}; I know {', '.join(known[:-1])} and {known[-1]}. Each says more with “help”."


def _label(name: str) -> str:
    return name if len(name) <= MOST_LABEL else f"{name[: MOST_LABEL - 1]}…"
