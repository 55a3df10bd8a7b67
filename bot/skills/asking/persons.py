"""A question about a person: whose name it is, and so of which account."""

import re
from dataclasses import replace

from bot.crm.match import mentions
from bot.errors import Ambiguous
from bot.skills import Ask, Context
from bot.skills.ledger import joined

LEADS = frozenset("did does has with from".split())
"""words that stand before a name and before no verb"""


def of_person(context: Context, ask: Ask) -> Ask:
    """The question with the account of the one person whom it names; two people of that name are asked about."""
    if ask.account_id and ask.named:
        return ask
    colleagues = {user.id: user.name for user in context.reader.users()}
    names = [*context.reader.contact_names(), *colleagues.items()]
    said = [one for one in mentions(ask.text, names, people=True) if one.whole or _is_name(ask.text, one.text)]
    keys = list(dict.fromkeys(key for mention in said for key in mention.ids))
    if not keys or any(key in colleagues for key in keys):
        return ask
    people = [person for key in keys if (person := context.reader.contact(key))]
    accounts = list(dict.fromkeys(person.account_id for person in people if person.account_id))
    if len(accounts) == 1:
        return replace(ask, account_id=accounts[0], named=True)
    if len(said) > 1 or not accounts:
        return ask
    told = tuple(joined([person.name, person.title, _account(context, person.account_id)]) for person in people)
    raise Ambiguous(f"Several people are called “{said[0].text}”: {'; '.join(told)}. Which one?", candidates=told)


def _is_name(text: str, word: str) -> bool:
    """Whether a word is written or used as a name: “mark” and “will” are words, too."""
    led = re.search(rf"(?P<lead>\w+)\s+{re.escape(word)}\b", text)
    return led is not None and (word[:1].isupper() or led["lead"].lower() in LEADS)


def _account(context: Context, account_id: str | None) -> str:
    account = context.reader.account(account_id or "")
    return account.name if account else ""
