"""What was said about a deal, sentence by sentence, with whose words they are (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.crm.records import Activity
from bot.pipeline.deal import Deal
from knowledge.repeats import shortened

LONGEST = 160
"""characters of a sentence that is quoted"""
_ENDS = re.compile(r"(?<=[.!?…])[\"”’»]?\s+(?=[\"“‘«¿A-ZÀ-Þ0-9])|\n+|;\s+")
_REPLIED = re.compile(
    r"^\W*(?:-{2,}\s*(?:original|forwarded)|(?:on|am|le|el)\b.{4,80}\b(?:wrote|schrieb|écrit|escribió)\s*:|from:\s|von:\s|>)",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"^\W*(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*)?(?P<who>[^:()\n“\"]{2,40}?)(?:\s*\([^)\n]{2,60}\))?\s*(?:,[^:\n]{0,30})?:\s+(?P<words>.+)$"
)
_US = re.compile(r"\b(?:we|our|ours|us|i|i'm|i'll|my)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|never|nothing|none|nobody|no longer|no one|without|neither|nor|hardly|unlikely to be|rather than|instead of|far from|"
    r"(?:is|was|are|were|do|does|did|has|have|had|wo|ca|would|could|should)n[o']?t)\b(?:\W+[\w’'-]+){0,4}\W*$",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|in case|whether|should (?:the|you|we|they)|would (?:be|have)|suppose|imagine|assuming|worried that|afraid that|hope\w* (?:that )?)\b[^.]*$",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    r"^[^.;]{0,40}\b(?:any ?more|was (?:lifted|released|restored)|(?:is|are|has been|have been|now) (?:lifted|released|restored|over|resolved|back|unfrozen|solved)|last year)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """A sentence, when it was said, and in which activity."""

    text: str
    activity: Activity
    theirs: bool
    """whether they are the customer's words, as far as the record tells"""
    who: str = ""
    """the contact whose words they are; empty: not told"""


def sentences(deal: Deal, now: datetime) -> list[Sentence]:
    """Every sentence of the deal's activities and pages up to now, the newest activity first; split once a deal."""
    if now not in deal.kept:
        told = [a for a in (*deal.activities, *deal.pages) if a.at <= now]
        told.sort(key=lambda a: a.at, reverse=True)
        deal.kept[now] = [one for a in told for one in _of(deal, a)]
    return deal.kept[now]


def theirs(deal: Deal, now: datetime) -> list[Sentence]:
    """The customer's sentences, the newest activity first."""
    return [one for one in sentences(deal, now) if one.theirs]


def states(sentence: str, pattern: re.Pattern[str]) -> bool:
    """Whether a sentence states what a pattern looks for: no question, no condition, not denied, not undone."""
    plain = sentence.replace("’", "'")
    if plain.rstrip(" \"”'").endswith("?"):
        return False
    return any(
        not _DENIED.search(plain[: m.start()])
        and not _SUPPOSED.search(plain[: m.start()])
        and not _UNDONE.search(plain[m.end() :])
        for m in pattern.finditer(plain)
    )


def quoted(one: Sentence) -> str:
    """The sentence as it is quoted: shortened, on one line."""
    flat = " ".join(re.sub(r"[*_#]{1,3}(?=\S)|(?<=\S)[*_]{1,3}|^\s*[-*•]\s+", "", one.text).split()).strip('"“”«» ')
    flat = re.sub(r"[\"“”«»](\.?)$", r"\1", flat)
    return f"“{flat if len(flat) <= LONGEST else flat[: LONGEST - 1].rstrip() + '…'}”"


def _of(deal: Deal, activity: Activity) -> Iterator[Sentence]:
    """The sentences of an activity; the subject of a call is the seller's title for it."""
    names = _names(deal, activity)
    yield from (
        Sentence(text, activity, *_whose(deal, activity, text, who, names))
        for who, text in _split(f"{activity.subject}\n{_own(activity.body or '')}", names)
    )


def _own(body: str) -> str:
    """A message without what it quotes of earlier ones."""
    lines = body.splitlines()
    cut = next((k for k, line in enumerate(lines) if _REPLIED.match(line)), len(lines))
    return "\n".join(lines[:cut] or ([] if cut < len(lines) else lines))


def _split(text: str, names: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(who says so, sentence); a line that begins with a name and a colon is theirs to its end."""
    for line in shortened(text).splitlines():
        spoken = _SPOKEN.match(line)
        who, words = (spoken["who"].strip(" -*•"), spoken["words"]) if spoken else ("", line)
        for part in _ENDS.split(words):
            inner = _SPOKEN.match(part) if not spoken else None
            if inner and _meant(inner["who"], names):
                who, part = inner["who"].strip(" -*•"), inner["words"]
            if part.strip():
                yield who, part.strip()


def _names(deal: Deal, activity: Activity) -> list[tuple[str, str]]:
    """(name in small letters, contact's id) of those who may speak, those who took part first."""
    own = [key for key, one in deal.contacts.items() if one.account_id == deal.opportunity.account_id]
    ids = dict.fromkeys([*activity.contact_ids, *(role.contact_id for role in deal.roles), *own])
    return [(deal.contacts[key].name.casefold(), key) for key in ids if key in deal.contacts]


def _meant(who: str, names: Sequence[tuple[str, str]]) -> str | None:
    """The contact that a name or first name means."""
    said = who.strip(" -*•").casefold()
    return next((key for name, key in names if said and (name == said or said in name.split())), None)


def _whose(deal: Deal, activity: Activity, text: str, who: str, names: Sequence[tuple[str, str]]) -> tuple[bool, str]:
    """Whether the words are the customer's, and who said them."""
    if who and (key := _meant(who, names)):
        return True, deal.contacts[key].name
    if activity.direction == "outbound" and activity.kind == "email":
        return False, ""
    if activity.kind == "email":
        only = [deal.contacts[key].name for key in activity.contact_ids if key in deal.contacts]
        return activity.direction == "inbound", only[0] if len(only) == 1 else ""
    if told := _reported(text, who, names, deal):
        return True, told
    if activity.kind == "note" or who or _US.search(text) or not activity.contact_ids:
        return False, ""
    # A note on a call tells what they said, but where it speaks of ourselves.
    return True, _first(text, names, deal)


_TELLS = r"(?:\W+\w+){0,2}?\W+(?:says?|said|told|writes?|wrote|mentioned|confirmed|admitted|thinks|wants|needs|asks?|asked|warned)\b"
_THEM = r"(?:(?:the )?(?:customer|client|prospect|buyer|they))"


def _reported(text: str, who: str, names: Sequence[tuple[str, str]], deal: Deal) -> str:
    """Whom a note reports, by their name or as the customer with a word of saying; empty where nobody."""
    low = text.casefold()
    for name, key in names:
        if re.search(rf"\b{re.escape(name.split()[0])}\b{_TELLS}", low):
            return deal.contacts[key].name
    them = re.fullmatch(_THEM, who.strip(" -*•").casefold()) or re.match(rf"\W*{_THEM}{_TELLS}", low)
    return "the customer" if them else ""


def _first(text: str, names: Sequence[tuple[str, str]], deal: Deal) -> str:
    """The contact whom a sentence begins with."""
    begins = re.match(r"\W*(\w+)", text.casefold())
    key = _meant(begins[1], names) if begins else None
    return deal.contacts[key].name if key else ""
