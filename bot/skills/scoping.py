"""Whose deals a pipeline is about: one's own, those one leads, a team's, a person's, a region's, an account's."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.crm.match import Mention, mentions
from bot.crm.records import Account, Opportunity, User
from bot.crm.rights.org import Org
from bot.errors import Ambiguous, NotFound
from bot.pipeline.period import without_period
from bot.skills import Context
from bot.skills.ledger import joined, plural

EVERYBODY = re.compile(
    r"\b(?:every(?:body|one)(?:'s)?|all teams|all deals|(?:the )?(?:whole|entire) (?:company|pipeline|business))\b",
    re.IGNORECASE,
)
SEGMENT = re.compile(r"\bsegments?\b", re.IGNORECASE)
TEAM = re.compile(r"\b(?:team ([\w&-]+)|([\w&-]+)(?:'s)? team)\b", re.IGNORECASE)
ASKED = re.compile(
    r"\b(?:pipeline|forecast|funnel|numbers|deals|look|looking|doing|going|how|what|show|give|me|my|our|us)\b",
    re.IGNORECASE,
)
"""words of a sentence: without any of them, what is left beside a period is a name"""
ELSEWHERE = re.compile(
    r"^\W*(?:who|whom|whose|which|when|where|why|is|are|do|does|did|can|may|must|should)\b", re.IGNORECASE
)
"""how a question begins: with no word of a pipeline in it, it is for the pages, and no team's name"""
OWN_TEAM = {"my", "our", "the", "sales", "whole", "this", "your"}


@dataclass(frozen=True)
class Scope:
    """Which deals count, and how that is said."""

    words: str
    holds: Callable[[Opportunity], bool]
    owners: frozenset[str] | None = None
    """whose deals alone are read; None: everybody's"""


def scope_of(context: Context, text: str, account: Account | None) -> Scope:
    """The scope that a text names, else the asker's own; NotFound for a team that there is not."""
    if account:
        return Scope(f"deals of {account.name}", lambda o: o.account_id == account.id)
    if EVERYBODY.search(text):
        return Scope("all deals that you may see", lambda o: True)
    if SEGMENT.search(text):
        return _segment(context, text)
    users = context.reader.users()
    return _team(text, users) or _person(text, users) or _unnamed(context, text, users)


def _segment(context: Context, text: str) -> Scope:
    """Deals of accounts in the segment that is named; NotFound names those that there are."""
    accounts = context.reader.accounts()
    names = sorted({a.segment for a in accounts if a.segment})
    found = [
        key for mention in mentions(text, [(name, name) for name in names]) if mention.whole for key in mention.ids
    ]
    if not found:
        hint = f"name one of {joined(names)}" if names else "no account has one"
        raise NotFound(f"There is no such segment; {hint}.", candidates=names[:5])
    inside = {a.id for a in accounts if a.segment in found}
    return Scope(
        f"deals of accounts in the segment{'s' * (len(found) > 1)} {joined(found)}", lambda o: o.account_id in inside
    )


def elsewhere(text: str) -> bool:
    """Whether the words are a question that names nothing of a pipeline ("who has to approve this")."""
    return bool(ELSEWHERE.search(text)) and not ASKED.search(text)


def _team(text: str, users: Sequence[User]) -> Scope | None:
    teams = sorted({user.team for user in users if user.team})
    found = mentions(text, [(team, team) for team in teams])
    named = [key for mention in found if mention.whole for key in mention.ids]
    if not named:
        return None
    return _of({u.id for u in users if u.team in named}, f"deals of the team{'s' * (len(named) > 1)} {joined(named)}")


def _person(text: str, users: Sequence[User]) -> Scope | None:
    every = mentions(text, [(user.id, user.name) for user in users], people=True)
    owning = [one for one in every if _owns(one.text, text)] or [one for one in every if one.whole]
    found = owning + [one for one in every if one not in owning and _beside(one, owning, every, text)]
    names = {user.id: user.name for user in users}
    for one in found:
        if len(one.ids) > 1:
            raise Ambiguous(f"Whose deals: which {one.text}?", candidates=[names[key] for key in one.ids])
    ids = dict.fromkeys(one.ids[0] for one in sorted(found, key=lambda one: text.find(one.text)))
    return _of(set(ids), f"deals of {joined([names[key] for key in ids])}") if ids else None


def _owns(name: str, text: str) -> bool:
    """Whether a part of a name stands where an owner stands: "Maya's pipeline", "the pipeline of Maya"."""
    word = re.escape(name)
    return re.search(rf"\b(?:of|for|by)\s+{word}\b|\b{word}['\u2019]s\b", text, re.IGNORECASE) is not None


def _beside(one: Mention, owning: Sequence[Mention], every: Sequence[Mention], text: str) -> bool:
    """Whether a name is told in one row with an owner's: "the pipeline of Jonas and Maya"."""
    name = "|".join(re.escape(mention.text) for mention in every)
    rows = re.findall(rf"(?:{name})(?:(?:['\u2019]s)?\s*(?:,|&|\+|\b(?:and|und|et|y)\b)\s*(?:{name}))+", text)
    return any(one.text in row and any(owner.text in row for owner in owning) for row in rows)


def _unnamed(context: Context, text: str, users: Sequence[User]) -> Scope:
    """A region's where one is named as a team; else everything for an admin, those led for a manager, else one's own."""
    match = TEAM.search(text)
    word = next((part for part in match.groups() if part), "") if match else _bare_name(text)
    if word and word.lower() not in OWN_TEAM:
        return _region(context, word, users)
    asker = context.asker
    if asker.role == "admin":
        return Scope("all deals", lambda o: True)
    led = Org(users).led(asker)
    if word and asker.role == "seller" and asker.team:
        return _of({u.id for u in users if u.team == asker.team}, f"deals of the team {asker.team}")
    if len(led) > 1:
        return _of(
            led, f"deals of {asker.name} and of {plural(len(led) - 1, 'person')} led".replace("persons", "people")
        )
    return _of(led, f"deals of {asker.name}")


def _bare_name(text: str) -> str:
    """The name that stands alone, or beside a period: "EMEA", "EMEA next quarter"; empty in a sentence."""
    return "" if ASKED.search(text) else without_period(text).strip(" .,;:!?")


def _region(context: Context, word: str, users: Sequence[User]) -> Scope:
    accounts = context.reader.accounts()
    inside = {a.id: a.region for a in accounts if (a.region or "").casefold() == word.casefold()}
    if inside:
        return Scope(f"deals of accounts in the region {next(iter(inside.values()))}", lambda o: o.account_id in inside)
    names = sorted({user.team for user in users if user.team} | {a.region for a in accounts if a.region})
    hint = f"name one of {joined(names)}" if names else "the CRM names no teams"
    raise NotFound(f"There is no team or region called “{word}”; {hint}.", candidates=names[:5])


def _of(owners: set[str] | frozenset[str], words: str) -> Scope:
    return Scope(words, lambda o: o.owner_id in owners, frozenset(owners))
