"""Prompts that fit a person's role and day (pure)."""

import re
from collections.abc import Iterator, Mapping

from bot.crm.records import User
from bot.screening import linkless
from bot.settings import Role
from bot.skills import Card
from bot.skills.agenda import Day

MOST = 4
"""prompts that Slack takes"""
LONGEST = 75
TITLE = "What can I do for you?"
BY_ROLE: dict[Role, tuple[str, ...]] = {
    "seller": ("draft", "ask", "deal", "brief"),
    "manager": ("pipeline", "deal", "ask", "brief"),
    "enablement": ("ask", "brief"),
    "admin": ("pipeline", "ask", "brief"),
}
"""skills whose example is offered, in this order; none of them tells of something that did not happen"""
_NAME = re.compile(r"(?<=\s)(?!I\b)[A-Z][a-z][\w'’&-]*(?: (?:& )?[A-Z][\w'’&-]*)*")
"""words with a capital letter within a sentence; abbreviations such as CFO are none"""
_THEIR = re.compile(r"\btheir\b")

Prompt = dict[str, str]


def prompts(user: User, day: Day, cards: Mapping[str, Card]) -> list[Prompt]:
    """Return at most four: today's meetings first, then the day, then what the role asks for."""
    found: dict[str, Prompt] = {}
    for prompt in _all(user, day, cards):
        found.setdefault(prompt["message"].casefold(), prompt)
    return list(found.values())[:MOST]


def _all(user: User, day: Day, cards: Mapping[str, Card]) -> Iterator[Prompt]:
    for meeting in day.meetings[:2]:
        if meeting.account:
            at = meeting.activity.at.astimezone(day.now.tzinfo)
            words = f"Brief me on {meeting.account.name}"
            yield _prompt(words, f"{words}: {meeting.activity.kind} at {at:%H:%M}")
    yield _prompt("What is due?" if user.role == "enablement" else "What needs me today?")
    account = _account(day)
    for name in BY_ROLE[user.role]:
        examples = cards[name].examples if name in cards else ()
        fitting = (fitted for example in examples if (fitted := _fitted(example, account)))
        yield from (_prompt(words) for words in list(fitting)[:1])


def _account(day: Day) -> str | None:
    """Give an account that the day is about, rather another one than those of the meetings."""
    about = [*(one.account for one in day.deals), *(one.account for one in day.due)]
    met = [one.account.name for one in day.meetings if one.account]
    others = [account.name for account in about if account]
    return next((name for name in others if name not in met), next(iter(met), None))


def _fitted(example: str, account: str | None) -> str | None:
    """Put an account of the person's own in the place of the one that an example means; None where that cannot be."""
    if _THEIR.search(example):
        return _THEIR.sub(lambda found: f"{account}'s", example) if account and not _NAME.search(example) else None
    names = _NAME.findall(example)
    if not names:
        return example
    if account is None or len(names) > 1:
        return None
    return _NAME.sub(lambda found: account, example)


def _prompt(words: str, title: str = "") -> Prompt:
    message = linkless(words[0].upper() + words[1:])
    shown = linkless(title) or message
    return {"title": shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…", "message": message}
