"""A new stage or forecast category in a clause: exactly one of the CRM's own, or the list of them (pure)."""

import re
from datetime import date

from bot.crm.checks import FORECAST_CATEGORIES
from bot.dates import read_dates
from bot.skills.said.clauses import Clause
from bot.skills.said.scene import OBJ, WHO, Intent, Scene
from bot.skills.said.words import is_rival

_PUT = r"(?:mov|set|chang|updat|advanc|put|bring|tak|push|progress|bump|mark|mak|flag|forward|pull|drop|downgrad|upgrad|call|forecast)(?:e[sd]|ing|e|s|ed)?\b"
_BE = r"(?:\s*(?:'s|'re|'ll|=|:|→|->|\bis|\bare|\bwas|\bhas|\bhave|\bwill|\bshould|\bbe|\bbeen|\bnow|\bmoved|\bmoves|\bgoes|\bwent|\bneeds? to|\bmust|\bread|\bsay))*"
_TO = r"\s+(?:(?:back|on|up|over|down|out|forward|along|ahead)\s+)*(?:from\s+.{2,30}?\s+)?(?:to|into|in|as)\s+"
_STAGE = tuple(
    (sure, re.compile(pattern, re.IGNORECASE))
    for sure, pattern in (
        (
            True,
            rf"^(?:{WHO}(?:'ve|'ll| have| will| just)*\s+)?{_PUT}\s+(?:(?:the\s+|its\s+|it\s+)*stage(?:\s+(?:of|for|on)\s+{OBJ})?){_TO}(?P<name>.+)$",
        ),
        (
            True,
            rf"^(?:(?:the|its|it|new)\s+)*stage\b(?:\s+(?:of|for|on)\s+{OBJ})?{_BE}(?:\s*back)?(?:\s*to)?\s+(?P<name>.+)$",
        ),
        (
            True,
            rf"^(?:{WHO}(?:'ve|'ll| have| will| just)*\s+)?{_PUT}(?:\s+{OBJ})?{_TO}(?:the\s+)?(?P<name>.+?)\s+stage$",
        ),
        (False, rf"^(?:{WHO}(?:'ve|'ll| have| will| just)*\s+)?{_PUT}(?:\s+{OBJ})?{_TO}(?:the\s+)?(?P<name>.+)$"),
        (False, rf"^{OBJ}{_BE}\s*(?:\b(?:in|at|to)\b\s+)?(?:the\s+)?(?P<name>.+)$"),
        (False, rf"^we{_BE}\s+(?:in|at)\s+(?:the\s+)?(?P<name>.+)$"),
        (False, rf"^{_PUT}\s+{OBJ}\s+(?P<name>.+)$"),
        (False, r"^back\s+(?:to|in|into)\s+(?:the\s+)?(?P<name>.+)$"),
        (False, rf"^{_PUT}\s+(?:the\s+)?stage\s+(?P<name>.+)$"),
        (False, r"^(?:now\s+)?in\s+(?:the\s+)?(?P<name>.+)$"),
        (
            False,
            r"^(?:so\s+)?(?:that|this|which)\s+(?:makes|puts|moves|brings|gets)\s+(?:it|us|this)\s+(?:(?:at|in|into|to)\s+)?(?:the\s+)?(?P<name>.+)$",
        ),
        (
            False,
            r"^(?:wir sind|nous sommes|on est|estamos)\s+(?:(?:jetzt|nun|maintenant|ahora|in|en|dans|à|der|la|le)\s+)+(?P<name>.+)$",
        ),
        (False, r"^(?:(?:now|already|in|at)\s+)*(?:the\s+)?(?P<name>.+\bstage\b.*)$"),
    )
)
"""the sure ones say "stage", or name where it is put"""
_TRAIL = re.compile(
    r"(?:\s+(?:stage|now|then|please|today|already|again|instead|as of .+|from now on|(?:after|since|from) (?:today|this|that|the|our|my)\b.*))+$|[\s.!\"'“”]+$",
    re.IGNORECASE,
)
_WON = re.compile(
    rf"^(?:(?:{_PUT})\s+(?:{OBJ}\s+)?(?:(?:to|as|in)\s+)?)?closed?[- ]won\b|^(?:we|i)?(?:'ve| have)?\s*(?:just\s+|finally\s+)*won\s*"
    rf"(?:{OBJ})?(?:\s+(?:today|yesterday|now|at|for|with|on|against|over|back)\b.*)?$|^{OBJ}\s*(?:'s|\bis|\bhas been|\bwas)\s+(?:now\s+)?(?:closed[- ])?won\b"
    rf"|^(?:{_PUT})\s+(?:{OBJ}\s+)?(?:to|as)\s+won\b|^(?:{_PUT})\s+{OBJ}\s+won\s*$|^(?:we|i)?(?:'ve| have)?\s*closed?\s+{OBJ}\s+(?:as\s+)?won\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    rf"^(?:(?:{_PUT})\s+(?:{OBJ}\s+)?(?:(?:to|as|in)\s+)?)?closed?[- ]lost\b(?P<t1>.*)$"
    rf"|^(?:we|i)?(?:'ve| have)?\s*(?:just\s+|sadly\s+|unfortunately\s+)*lost(?:\s+{OBJ})?(?P<t2>(?:\s+(?:to|on|because|due|over|against|today|yesterday)\b.*)?)$"
    rf"|^{OBJ}\s*(?:'s|\bis|\bhas been|\bwas)\s+(?:now\s+)?(?:closed[- ])?lost\b(?P<t3>.*)$|^(?:{_PUT})\s+(?:{OBJ}\s+)?(?:to|as)\s+lost\b(?P<t4>.*)$|^(?:{_PUT})\s+{OBJ}\s+lost\s*$"
    rf"|^(?:we|i)?(?:'ve| have)?\s*closed?\s+{OBJ}\s+(?:as\s+)?lost\b(?P<t5>.*)$",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    rf"^(?:they|she|he)(?:'ve| have| has)?\s+(?:just\s+)?signed\b|^(?:we|i)(?:'ve| have)?\s+(?:just\s+)?closed\s+{OBJ}\s*$",
    re.IGNORECASE,
)
_DEAD = re.compile(
    rf"^{OBJ}(?:'s| is)\s+(?:now\s+)?dead\b|^we(?:'re| are)\s+out\s*$|^they\s+(?:cancelled|killed)\b", re.IGNORECASE
)
_WENT = re.compile(
    r"^(?:they|she|he|(?:the|their) \w+)(?:'ve| have| has)?\s+(?:just\s+|finally\s+)*(?:went|gone|going|go|goes|decided|chose|chosen|signed)\s+"
    r"(?:with|for)?\s*(?P<rest>(?-i:[A-Z])[\w&.-]+.*)$",
    re.IGNORECASE,
)
_TO_WHOM = re.compile(
    r"\b(?:to|against)\s+(?P<who>(?!the\b|a\b|us\b)[\w&.-]+(?:\s+(?-i:[A-Z])[\w&.-]+){0,3})", re.IGNORECASE
)
_REASON = re.compile(
    r"(?:\bon|\bbecause(?:\s+of)?|\bdue to|\bover|\breason\s*(?:is|:|=)?|:)\s+(?P<why>.+?)[\s.!]*$", re.IGNORECASE
)
_FORECAST = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?P<name>commit|omit)\s+{OBJ}(?:\s+(?:from|in|to)\s+(?:the\s+|our\s+)?forecast)?[\s.!]*$",
        r"^(?:forecast\s+)?(?P<name>commit|best case|pipeline)\s+(?:at|with|for)\s+\W{0,3}\d.*$",
        rf"^{_PUT}\s+(?:(?:the\s+|its\s+|it\s+)*forecast(?:\s+category)?(?:\s+(?:of|for|on)\s+{OBJ})?|{OBJ})(?:{_TO}|\s+)(?:an?\s+|the\s+)?(?P<name>[\w -]+)$",
        rf"^(?:the\s+|its\s+|it\s+)*forecast(?:\s+category)?\b(?:\s+(?:of|for|on)\s+{OBJ})?{_BE}(?:\s*to)?\s+(?:an?\s+)?(?P<name>[\w -]+)$",
        rf"^{OBJ}{_BE}\s+(?:an?\s+|in\s+)?(?P<name>[\w -]+)$",
        rf"^{_PUT}{_TO}(?P<name>[\w -]+)$",
    )
)


def stage(clause: Clause, scene: Scene) -> list[Intent]:
    """The stage that the clause asks for, with reason and competitor of a loss."""
    text = scene.plain(clause)
    if (match := _LOST.match(text)) and text.lower() != "lost" and not _is_next_step(text):
        tail = next((group for group in match.groups() if group), "")
        return [_closed(clause, scene, won=False), *_loss(clause, tail, scene.today)]
    if _WON.match(text) or _signed(text, scene):
        return [_closed(clause, scene, won=True)]
    return _perhaps(clause, scene, text) or _moved(clause, scene, text)


def _signed(text: str, scene: Scene) -> bool:
    """Whether the words say that the customer signed, and nothing of what."""
    names = "|".join(re.escape(part) for c in scene.view.contacts for part in (c.name, c.name.split()[0])) or r"(?!)"
    who = rf"(?:they|she|he|{names}|the customer|it)"
    when = r"(?:\s+(?:it|today|yesterday|this (?:morning|afternoon)|now))*"
    return (
        re.fullmatch(rf"{who}(?:'ve|'s| have| has| is| are)?\s+(?:just |finally )?signed{when}\W*", text, re.IGNORECASE)
        is not None
    )


def _is_next_step(text: str) -> bool:
    return re.match(r"next step", text, re.IGNORECASE) is not None


def _closed(clause: Clause, scene: Scene, *, won: bool) -> Intent:
    named = [s.name for s in scene.stages if s.is_closed and s.is_won == won]
    if len(named) == 1:
        return Intent("stage", named[0], clause, fact=True)
    return Intent("stage", None, clause, problem=f"fits several stages or none: {_list(scene)}; which one?", fact=True)


def _loss(clause: Clause, tail: str, today: date) -> list[Intent]:
    who = _TO_WHOM.search(tail)
    rest = tail[who.end() :] if who else tail
    why = _REASON.search(rest)
    found = [Intent("competitor", _capital(who["who"]), clause, fact=True)] if who else []
    if why and not any(phrase.start == 0 for phrase in read_dates(why["why"], today)):
        found.append(Intent("loss_reason", _capital(why["why"]), clause, fact=True))
    return found


def _perhaps(clause: Clause, scene: Scene, text: str) -> list[Intent]:
    """What may mean that the deal is won or lost, and whom they chose instead."""
    went = _WENT.match(text)
    loss = _loss(clause, f" to {went['rest']}", scene.today) if went else []
    rivals = [i for i in loss if i.field == "competitor" and is_rival(str(i.value), scene)]
    if rivals or _DEAD.match(text):
        problem = "may mean that the deal is lost; say “closed lost” if it is."
        return [Intent("stage", None, clause, problem=problem, fact=True), *(loss if rivals else [])]
    if _SIGNED.match(text):
        problem = "may mean that the deal is won; say “closed won” if it is."
        return [Intent("stage", None, clause, problem=problem, fact=True)]
    return []


def _moved(clause: Clause, scene: Scene, text: str) -> list[Intent]:
    for sure, pattern in _STAGE:
        match = pattern.match(text)
        name = _named(match["name"]) if match else ""
        if not name:
            continue
        fits = [s.name for s in scene.stages if s.name.casefold() == name.casefold()]
        if len(fits) == 1:
            return [Intent("stage", fits[0], clause)]
        if sure and not read_dates(name, scene.today):
            return [
                Intent("stage", None, clause, problem=f"{name} is no stage of the CRM; choose one of {_list(scene)}.")
            ]
    lone = re.match(
        rf"^{_PUT}\s+{OBJ}\s+(?:back\s+|on\s+)?(?:to|into)\s+(?:the\s+)?(?P<name>[\w' -]{{3,40}})$", text, re.IGNORECASE
    )
    if (
        lone
        and not _is_category(lone["name"])
        and not read_dates(lone["name"], scene.today)
        and not re.search(r"\d", lone["name"])
    ):
        name = _named(lone["name"])
        return [Intent("stage", None, clause, problem=f"{name} is no stage of the CRM; choose one of {_list(scene)}.")]
    return []


def _named(words: str) -> str:
    before = ""
    while before != words:
        before, words = words, _TRAIL.sub("", words).strip()
    return words


def _list(scene: Scene) -> str:
    return ", ".join(s.name for s in scene.stages) or "(the CRM lists none)"


def _capital(words: str) -> str:
    words = words.strip(" .!,")
    return words[:1].upper() + words[1:]


def _is_category(name: str) -> bool:
    return _category(name) is not None


def _category(name: str) -> str | None:
    plain = re.sub(r"[\s-]+", " ", _named(name)).casefold()
    plain = {"omit": "omitted", "bestcase": "best case", "committed": "commit"}.get(plain, plain)
    return next((value for value in FORECAST_CATEGORIES if value.casefold() == plain), None)


def forecast(clause: Clause, scene: Scene) -> list[Intent]:
    """The forecast category that the clause asks for."""
    text = scene.plain(clause)
    for pattern in _FORECAST:
        match = pattern.match(text)
        found = _category(match["name"]) if match else None
        if match and found:
            return _as_category(clause, scene, found, text)
        if match and re.search(r"\bforecast\b", text, re.IGNORECASE) and not re.search(r"\d", match["name"]):
            choices = ", ".join(FORECAST_CATEGORIES)
            problem = f"{_named(match['name'])} is no forecast category; choose one of {choices}."
            return [Intent("forecast_category", None, clause, problem=problem)]
    return []


def _as_category(clause: Clause, scene: Scene, found: str, text: str) -> list[Intent]:
    if found == "Closed":
        problem = "does not say whether it is won or lost; say “closed won” or “closed lost”."
        return [Intent("stage", None, clause, problem=problem)]
    if any(s.name.casefold() == found.casefold() for s in scene.stages) and "forecast" not in text.lower():
        return []
    return [Intent("forecast_category", found, clause)]
