"""Every change that the clauses ask for, and every clause that sounds like one and is none (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.crm.checks import words as field_words
from bot.crm.records import Opportunity
from bot.skills.said import amounts, closing, persons, stages, words
from bot.skills.said.clauses import GONE, Clause
from bot.skills.said.hedges import reasons, why_not
from bot.skills.said.scene import Intent, Scene
from bot.skills.said.touch import REMINDER, is_task

LONGEST = 400
"""characters of a clause that may be a change; a longer one is told, not instructed"""
WISH = "is what somebody says or wishes"
_LEAD = re.compile(
    r"^.*?(?:\bnext steps?\b[^:=]{0,40}?(?:[:=→]|\bis\b|\bare\b|\bto\b)|\bloss reason\b|\blost reason\b|\breason for\b|\b(?:lost|won)\b)",
    re.IGNORECASE,
)
"""up to here words can deny a change whose value is free text"""
_WANT = re.compile(
    r"\b(?:wants?|wanted|needs?|requires?|asks? for|asked for|would like|'d like|expects?)\b", re.IGNORECASE
)
_OWN_SENTENCE = re.compile(
    r"^(?:i|we|they|she|he|it|so|and|but|sorry|thanks|today|yesterday|spoke|met|called)\b|^(?:no|yes|ok)$|\b(?:is|was|will|are|told|said)\b|\d",
    re.IGNORECASE,
)
"""words behind a loss that tell of something else than its reason"""
_STAYS = re.compile(r"\b(?:unchanged|the same|stays?|remains?|as (?:it )?is|no change)\b", re.IGNORECASE)
_TOPICS = (
    ("close date", re.compile(r"\bclos(?:e|ing) dates?\b|\b(?:push|pull|move|slip|delay|set)\w*\s+(?:the |our )?(?:close|closing|deal|it)\b|"
                              r"\b(?:push|slip)\w*\s+(?:to|into)\b|\b(?:we|it) (?:can |will |would |could )?clos(?:e|es) (?:on|by|in)\b", re.IGNORECASE)),
    ("amount", re.compile(r"\b(?:the|deal|change|set|raise|lower) amount\b", re.IGNORECASE)),
    ("stage", re.compile(r"\bthe stage\b|\bclosed[- ](?:won|lost)\b|\bmove to (?-i:[A-Z])\w+", re.IGNORECASE)),
    ("forecast category", re.compile(r"\bforecast category\b", re.IGNORECASE)),
)  # fmt: skip


@dataclass
class Read:
    """What became of each clause."""

    intents: list[Intent] = field(default_factory=list)
    parts: list[persons.Part] = field(default_factory=list)
    denied: list[persons.Part] = field(default_factory=list)
    """parts that somebody is only said to play, or not to"""
    doubts: list[str] = field(default_factory=list)
    """sentences on clauses that sound like a change and are none"""
    commands: set[int] = field(default_factory=set)
    """starts of clauses that do nothing but ask for a change"""


def read(clauses: Sequence[Clause], scene_of: Callable[[Clause], Scene]) -> Read:
    """Read every clause against the deal it is about."""
    found, hedged = Read(), reasons(clauses)
    for at, clause in enumerate(clauses):
        if len(clause.own) > LONGEST or REMINDER.match(clause.meant) or not clause.own.replace(GONE, "").strip():
            continue
        scene = scene_of(clause)
        before = clauses[at - 1] if at else None
        why = hedged.get(clause.start, "")
        part = persons.part(clause, scene)
        intents = [] if part else _intents(clause, scene, before)
        if before and before.start in found.commands and before.sentence == clause.sentence and not part:
            intents = intents or amounts.lone(clause, scene)
        if before and not part and not intents and (reason := _reason_behind(clause, before, found.intents)):
            found.intents.append(reason)
            continue
        if (part or intents) and not (why := _why(clause, intents, why)):
            found.parts += [part] if part else []
            found.intents += intents
            if not part and not scene.tells(clause) and not all(intent.fact for intent in intents):
                found.commands.add(clause.start)
        else:
            found.denied += [part] if part else []
            found.doubts += _doubt(clause, why, intents, part)
    return found


def _reason_behind(clause: Clause, before: Clause, intents: Sequence[Intent]) -> Intent | None:
    """A few words behind a loss as its reason: "closed lost, no budget this year"."""
    last = [intent for intent in intents if intent.clause.start == before.start]
    lost = any(i.field == "stage" and i.fact and not i.problem and "lost" in str(i.value).lower() for i in last)
    told = (
        any(i.field == "loss_reason" for i in last)
        or _OWN_SENTENCE.search(clause.meant.strip(" .!"))
        or is_task(clause)
    )
    if not lost or told or clause.sentence != before.sentence or clause.asks or len(clause.meant.split()) > 6:
        return None
    why = clause.meant.strip(" .!")
    return Intent("loss_reason", why[:1].upper() + why[1:], clause, sure=0.6, fact=True, note="taken as the reason")


def _intents(clause: Clause, scene: Scene, before: Clause | None) -> list[Intent]:
    free = words.next_step(clause, scene) or words.loss_reason(clause, scene)
    if free:
        return free
    found = words.competitor(clause, scene) + stages.stage(clause, scene) + stages.forecast(clause, scene)
    found += closing.close_date(clause, scene, before) + amounts.amount(clause, scene, before)
    found = found or words.wished(clause, scene)
    clear = [intent for intent in found if not intent.problem]
    perhaps = [intent for intent in found if intent.problem and intent.fact]
    return [*clear, *perhaps] if clear else found[:1]


def _why(clause: Clause, intents: Sequence[Intent], why: str) -> str:
    """Why the clause is no instruction, where the words that matter are its lead or a wish."""
    own = clause.meant
    lead = _LEAD.match(own)
    if lead and any(i.field in ("next_step", "loss_reason", "stage") for i in intents):
        return why_not(lead[0], asks=clause.asks)
    if why == WISH and intents and all(i.fact and i.field in ("next_step", "amount", "close_date") for i in intents):
        return why_not(_WANT.sub(" ", own), asks=clause.asks)
    return why


def _doubt(clause: Clause, why: str, intents: Sequence[Intent], part: persons.Part | None) -> list[str]:
    topic = field_words(intents[0].field) if intents else "role" if part else _topic(clause)
    if not topic or (not why and is_task(clause)):
        return []
    because = why or "is not clear enough"
    return [f"“{clause.text}” {because}, so the {topic} stays as it is; say the change itself if you want it."]


def _topic(clause: Clause) -> str:
    return "" if _STAYS.search(clause.meant) else _field(clause)


def keeps(clause: Clause) -> bool:
    """Whether the clause says of a field that it stays as it is."""
    return bool(_STAYS.search(clause.meant) and _field(clause)) and not clause.asks


def _field(clause: Clause) -> str:
    return next((name for name, pattern in _TOPICS if pattern.search(clause.meant)), "")


def agreed(intents: Sequence[tuple[Intent, Opportunity]]) -> tuple[list[tuple[Intent, Opportunity]], list[str]]:
    """The intents without those that contradict each other, and a question for each of these."""
    kept: list[tuple[Intent, Opportunity]] = []
    asked: dict[str, str] = {}
    for intent, deal in intents:
        same = [i for i, d in intents if d.id == deal.id and i.field == intent.field and not i.problem]
        values = list(dict.fromkeys(str(i.value) for i in same))
        if intent.problem or len(values) == 1:
            kept += (
                []
                if any(
                    i.field == intent.field and d.id == deal.id and i.value == intent.value and not intent.problem
                    for i, d in kept
                )
                else [(intent, deal)]
            )
        else:
            said = " and ".join(f"“{i.words}”" for i in same)
            asked[f"{deal.id} {intent.field}"] = (
                f"{said} give different values for the {field_words(intent.field)}; which one is it?"
            )
    return kept, list(asked.values())
