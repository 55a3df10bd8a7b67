"""A pipeline asked for once more: “nur für Jonas” keeps the period, “and next quarter?” keeps whose it is."""

import re

from bot.crm.match import Mention, mentions
from bot.pipeline.period import period_in, without_period
from bot.skills import Ask, Context, Said
from bot.skills.ledger import joined
from bot.skills.scoping import EVERYBODY

STATE = re.compile(r"(?P<whose>(?:Deals|All deals)\b[^;]*); (?P<period>[^;(]+?) \(\d{4}-\d\d-\d\d to ")
"""how an answer opens"""
BESIDE = frozenset(
    "and what about how only just but rather for the same thing one that this now then also too please pls of on in by look looking like alone instead again ok okay with is s show me give it "
    "pipeline forecast funnel numbers deals team teams und nur für bei wie mit dem das den die der et seulement pour que de la le les du y solo para el los con equipo "
    "équipe thanks thank thx great perfect once more danke noch mal nochmal bitte merci gracias otra vez nuevo encore".split()
)
"""words beside whose pipeline it is to be, and when"""
SAME = re.compile(r"\b(?:same|again|once more|noch ?mal|dasselbe|encore|de nuevo|otra vez)\b", re.IGNORECASE)
OWN = re.compile(r"\b(?:my own|mine|my|me|myself|meine?|mir|moi|mes|míos?)\b", re.IGNORECASE)
TEAM = re.compile(r"\b(?:the|my|our|whole|entire) (?:(?:whole|entire|sales) )?team\b", re.IGNORECASE)


def goes_on(context: Context, said: Said) -> Ask | None:
    """The pipeline that was shown last, for somebody else or another time; None for words that ask for more than that."""
    turns = context.thread_turns
    shown = next((text for role, text in reversed(turns) if role == "assistant"), "")
    before = STATE.match(shown)
    if before is None or not said.follow:
        return None
    whose, rest = _whose(context, said.text)
    left = _telling(rest)
    span = period_in(said.text, context.today) or period_in(left, context.today)
    if not (span or whose or SAME.search(said.text)) or _telling(without_period(left)):
        return None
    period = span.name if span else before["period"]
    return Ask(f"pipeline {whose or _as_asked(before['whose'])} in {period}", goes_on=True)


def _telling(words: str) -> str:
    """Words without those that tell nothing."""
    return " ".join(word for word in re.findall(r"[^\W_]+", words) if word.lower() not in BESIDE)


def _whose(context: Context, words: str) -> tuple[str, str]:
    """(whose pipeline words name, as it is asked for; the words without that), empty where they name nobody."""
    for pattern, asked in ((EVERYBODY, "all deals"), (TEAM, "of my team"), (OWN, f"of {context.asker.name}")):
        if pattern.search(words):
            return asked, pattern.sub(" ", words)
    users = context.reader.users()
    teams = [(team, team) for team in sorted({user.team for user in users if user.team})]
    regions = [(region, region) for region in sorted({one.region for one in context.reader.accounts() if one.region})]
    people = mentions(words, [(user.id, user.name) for user in users], people=True)
    for found, asked in (
        (people, "of {}"),
        (mentions(words, teams), "of the team {}"),
        (mentions(words, regions)[:1], "of the {} team"),
    ):
        if found:
            named = sorted(found, key=lambda mention: words.find(mention.text))
            for mention in found:
                words = words.replace(mention.text, " ")
            return asked.format(joined([_name(context, mention) for mention in named])), words
    return "", words


def _name(context: Context, found: Mention) -> str:
    """The whole name of somebody, so that a part of it is enough; as it was said where several have it."""
    user = context.reader.user(found.ids[0]) if len(found.ids) == 1 else None
    return user.name if user else found.ids[0] if len(found.ids) == 1 else f"{found.text}"


def _as_asked(whose: str) -> str:
    """Whose the last pipeline was, in words that ask for it; the asker's own and those they lead need none."""
    if " led" in whose:
        return ""
    region = re.fullmatch(r"Deals of accounts in the region (.+)", whose)
    return f"of the {region[1]} team" if region else whose.replace("Deals", "", 1).strip()
