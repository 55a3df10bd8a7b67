"""Fields of plain words in a clause: next step, competitor, loss reason; and what the customer wants by when (pure)."""

import re

from bot.dates import long_date, read_dates
from bot.skills.said.clauses import GONE, Clause
from bot.skills.said.scene import OBJ, Intent, Scene

_NEXT = re.compile(
    rf"^(?:(?:set|change|update|make|put)\s+)?(?:the\s+|our\s+|its\s+|new\s+|it\s+)*next steps?\b(?:\s+(?:of|for|on|at|with)\s+(?:{OBJ}|[^:=]{{2,50}}?))?"
    r"(?:\s*(?:'s|=|:|→|->|\bis|\bare|\bwill be|\bnow|\bto|\bas|\bshould|\bmust|\bneeds|\bbe|\bsay|\bread)(?=[\s:]))+\s*:?\s*(?P<text>\S.*)$",
    re.IGNORECASE,
)
_NEXT_BARE = re.compile(
    r"^(?:the\s+|our\s+|its\s+|new\s+|it\s+)*next steps?\s+(?!(?:un|not|no\b|tb[acd]\b|open\b|missing\b|for\b|of\b|on\b|with\b|at\b|from\b|after\b|could\b|would\b|may\b|might\b|as\b|in\b|and\b))(?P<text>\S+ \S.*)$",
    re.IGNORECASE,
)
"""without a sign between: "next step board meeting on dec 2" """
_WANTS = re.compile(
    r"^(?:and |but |also )*(?P<who>they|she|he|it|(?:their|the) [\w -]{2,30}?|(?-i:[A-Z])[\w'-]+(?: (?-i:[A-Z])[\w'-]+)?)\s+(?:also |only |now |really )*"
    r"(?:wants?|wanted|needs?|needed|requires?|requested|asks? for|asked for|(?:is|are) asking for|would like|'d like|expects?)\s+"
    r"(?:to (?:have|get|see|receive)\s+)?(?P<what>\S.*)$",
    re.IGNORECASE,
)
_FIRM = r"(?P<who>(?-i:[A-Z])[\w&.'-]*(?:\s+(?-i:[A-Z])[\w&.'-]+){0,3})"
_RIVALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:they|she|he|it|[\w ]{{2,30}}?)(?:'re| are|'s| is|'ve| have)?\s+(?:(?:also|now|still|just|currently|seriously|already|actually)\s+)*(?:been\s+)?"
        r"(?:look(?:s|ing|ed)?\s+at|evaluat(?:es?|ing|ed)|talk(?:s|ing|ed)?\s+(?:to|with)|consider(?:s|ing|ed)?|"
        rf"compar(?:es?|ing|ed)\s+(?:us\s+)?(?:with|to|against)|in talks with|test(?:s|ing|ed)?|pilot(?:s|ing|ed)?|trial(?:s|ling|led)?|have a quote from)\s+{_FIRM}"
        r"(?P<tail>(?:\s+(?:as well|too|now|also|instead|in parallel))*)[\s.!]*$",
        rf"^(?:we(?:'re| are)\s+)?(?:now\s+|also\s+)*(?:up against|competing (?:with|against)|competition is|competing is)\s+{_FIRM}(?P<tail>(?:\s+(?:too|as well|now|here|there))*)[\s.!]*$",
        rf"^{_FIRM}\s+is\s+(?:also\s+|now\s+)*(?:in (?:the mix|play|the race|it)|competing|bidding|(?:a|the|our|another)\s+(?:main\s+)?competitor)(?P<tail>(?:\s+(?:here|too|as well|now))*)[\s.!]*$",
    )
)
_RIVAL = re.compile(
    rf"^(?:(?:set|change|update|add|put|make)\s+)?(?:the\s+|their\s+|its\s+|main\s+|new\s+|it\s+)*competitors?\b(?:\s+(?:of|for|on|in)\s+{OBJ})?"
    r"(?:(?:\s*(?:=|:|→|->|\bis|\bare|\bnow|\bto|\bas|\bshould|\bmust|\bneeds|\bbe|\bsay|\bread)(?=[\s:]))+\s*:?\s*(?P<who>[\w&][\w&.' -]{1,60}?)|\s+(?P<bare>(?-i:[A-Z])[\w&.' -]{1,60}?))[\s.!]*$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"^(?:(?:set|change|update|put)\s+)?(?:the\s+|its\s+|it\s+)*(?:loss reason|reason for (?:the )?loss|lost reason)\b(?:\s+(?:of|for|on)\s+[^:=]{2,60}?)?"
    r"(?:\s*(?:=|:|→|->|\bis|\bwas|\bnow|\bto|\bas)(?=[\s:]))+\s*:?\s*(?P<why>\S.*)$",
    re.IGNORECASE,
)
_TOLD = re.compile(r"(?:up|down|at|on|to|in|not|still|out|gone|back|off|[a-z]+ing)\b")
"""what is told of a competitor, and names none"""
_NOBODY = {
    "i",
    "we",
    "they",
    "the",
    "our",
    "their",
    "a",
    "an",
    "us",
    "it",
    "alternatives",
    "options",
    "others",
    "other",
}
WIDTH = 255


def next_step(clause: Clause, scene: Scene) -> list[Intent]:
    """The next step that the clause sets, with a day that stays true tomorrow."""
    text = scene.bare(clause)
    match = _NEXT.match(text) or _NEXT_BARE.match(text)
    return [step(clause, scene, match["text"])] if match and GONE not in match["text"] else []


def wished(clause: Clause, scene: Scene) -> list[Intent]:
    """What the customer wants by a day, as a next step; it is no task of ours."""
    match = _WANTS.match(scene.bare(clause))
    if not match or GONE in match["what"] or re.match(r"(?:to|us|me|not)\b", match["what"], re.IGNORECASE):
        return []
    by = re.search(r"\b(?:by|until|before|no later than|in|on|for)\s+\S", match["what"], re.IGNORECASE)
    if not by or not read_dates(match["what"], scene.today):
        return []
    found = step(clause, scene, match["what"])
    return [
        Intent(
            **{**found.__dict__, "sure": 0.6, "fact": True, "note": "what the customer wants, taken as the next step"}
        )
    ]


def step(clause: Clause, scene: Scene, words: str) -> Intent:
    """These words as the deal's next step."""
    words = words.strip(" .!;,")
    for phrase in reversed(read_dates(words, scene.today)):
        if phrase.kind in ("ambiguous", "impossible"):
            said = words[phrase.start : phrase.end]
            either = " or ".join(f"{long_date(day)}" for day in phrase.options)
            why = (
                f"{said} may mean {either}; which one?"
                if either
                else f"{said} is no day of the calendar; which day is it?"
            )
            return Intent("next_step", None, clause, problem=why)
        if phrase.kind == "day" and phrase.last and phrase.last.isoformat() not in words:
            words = f"{words[: phrase.end]} ({phrase.last.isoformat()}){words[phrase.end :]}"
    if len(words) > WIDTH:
        return Intent(
            "next_step", None, clause, problem=f"has {len(words)} characters and {WIDTH} fit; say it shorter."
        )
    return Intent("next_step", words[:1].upper() + words[1:], clause)


def competitor(clause: Clause, scene: Scene) -> list[Intent]:
    """The competitor that the clause names; one who is there already stays beside a new one."""
    text = scene.bare(clause)
    match = _RIVAL.match(text)
    who = (match["who"] or match["bare"]).strip() if match else ""
    if who and who.split()[0].lower() not in _NOBODY and not _TOLD.match(who):
        none = who.casefold() in ("none", "no one", "nobody", "nothing")
        return [Intent("competitor", None if none else who[:1].upper() + who[1:], clause)]
    for pattern in _RIVALS:
        match = pattern.match(text)
        if match and is_rival(match["who"], scene):
            return [Intent("competitor", _beside(scene.deal.competitor, match["who"].strip(" .")), clause, fact=True)]
    return []


def _beside(present: str | None, new: str) -> str:
    if not present or new.casefold() in present.casefold():
        return present or new
    return f"{present}, {new}"


def is_rival(name: str, scene: Scene) -> bool:
    """Whether the name is none of the account, its people, or what we sell them."""
    own = [scene.view.account.name, *(c.name for c in scene.view.contacts), *(o.name for o in scene.view.opportunities)]
    own += [o.product for o in scene.view.opportunities if o.product]
    known = {word.casefold() for text in own for word in re.findall(r"\w+", text)}
    words = [word.casefold() for word in re.findall(r"\w+", name)]
    return bool(words) and words[0] not in _NOBODY and not known & set(words)


def loss_reason(clause: Clause, scene: Scene) -> list[Intent]:
    """The reason of a loss that the clause gives."""
    match = _REASON.match(scene.bare(clause))
    if not match or GONE in match["why"]:
        return []
    why = match["why"].strip(" .!")
    if len(why) > WIDTH:
        return [
            Intent("loss_reason", None, clause, problem=f"has {len(why)} characters and {WIDTH} fit; say it shorter.")
        ]
    return [Intent("loss_reason", why[:1].upper() + why[1:], clause)]
