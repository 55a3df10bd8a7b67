"""Which talking points people mean, by number, kind or words of theirs (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.crm.match import fold
from bot.errors import BotError
from bot.skills.outreach.changes import Change
from bot.skills.outreach.pieces import Letter

Offered = Sequence[Mapping[str, Any]]
"""talking points of a letter as plain values: key, text, used"""
_KINDS: Mapping[str, str] = {
    r"proofs?|proof points?|results?|references?|customer stor(?:y|ies)|case stud(?:y|ies)|examples?": r"proof-",
    r"problems?|pains?|questions?": r"problem-",
    r"topics?": r"topic",
    r"renewals?|renewal dates?|end of the (?:contract|agreement)": r"renewal",
    r"calls? or meetings?": r"(?:call|meeting)-",
    r"calls?|conversations?|phone calls?": r"call-",
    r"meetings?": r"meeting-",
    r"e-?mails?|mails?": r"(?:email|wrote|answered)",
    r"openings?|openers?|occasions?|reasons?|first lines?|signals?|dates?": r"(?!proof-|problem-|topic)",
}
"""what a kind of talking point is called, and how its keys begin"""
_PUT_BEFORE = re.compile(
    r"^(?:(?:the|a|an|our|my|their|his|her|your|that|any|both|all|next|open|released|second|first|last|talking|points?|number|no\.?|other)\s+)+|#",
    re.IGNORECASE,
)
_SMALL = frozenset("the a an of on in to for and or our their my about with that it is point points".split())


def chosen(offered: Offered, change: Change) -> tuple[str, ...]:
    """The keys that are ticked after a change; BotError where no talking point is called so."""
    if change.only is not None:
        return _in_order(offered, {key for name in change.only for key in _named(offered, name, ticks=True)})
    keys = {str(one["key"]) for one in offered if one["used"]}
    keys |= {key for name in change.ticked for key in _named(offered, name, ticks=True)}
    keys -= {key for name in change.unticked for key in _named(offered, name, ticks=False)}
    return _in_order(offered, keys)


def offers(letter: Letter) -> Offered:
    """The talking points of a letter as plain values."""
    return [{"key": point.key, "text": point.text, "used": point.used} for point in letter.points]


def wished(offered: Offered, change: Change) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """(the keys that a wish from before the letter ticks, why what else it names is not in it); None: the writer's choice."""
    ticked, unticked, only = (
        [n for n in names if _meant(offered, n)] for names in (change.ticked, change.unticked, change.only or ())
    )
    missing = [n for n in (*change.ticked, *(change.only or ())) if not _meant(offered, n)]
    found = replace(change, ticked=tuple(ticked), unticked=tuple(unticked), only=tuple(only) or None)
    keys = chosen(offered, found) if ticked or unticked or only else None
    return keys, tuple(_PROMISE if "promise" in name.casefold() else _NONE.format(name=name) for name in missing)


_NONE = "“{name}”: the records hold nothing of that kind that they know of."
_PROMISE = "The open promise: it is in our words, so put it into yours; those on record stand under “For you alone”."


def known(offered: Offered, change: Change) -> bool:
    """Whether every talking point that a change names is one of these."""
    names = (*change.ticked, *change.unticked, *(change.only or ()))
    return all(_meant(offered, name) for name in names)


def _in_order(offered: Offered, keys: set[str]) -> tuple[str, ...]:
    return tuple(str(one["key"]) for one in offered if one["key"] in keys)


def _named(offered: Offered, name: str, *, ticks: bool) -> list[str]:
    """The keys that a name stands for; of several of one kind, the ones that ticking or unticking is about."""
    found = _meant(offered, name)
    if not found:
        raise BotError(_unknown(offered, name))
    of_use = [one for one in found if bool(one["used"]) != ticks]
    if ticks:
        return [str((of_use or found)[0]["key"])] if len(found) > 1 else [str(found[0]["key"])]
    return [str(one["key"]) for one in of_use or found]


def _meant(offered: Offered, name: str) -> list[Mapping[str, Any]]:
    numbers = (
        re.findall(r"\d+", name) if re.fullmatch(r"(?:(?:points?|number|no\.?)\s*)?#?\d+", name.strip(), re.I) else []
    )
    if numbers:
        at = int(numbers[0])
        return [offered[at - 1]] if 1 <= at <= len(offered) else []
    bare = _PUT_BEFORE.sub("", name).strip()
    of_kind = next((begin for called, begin in _KINDS.items() if re.fullmatch(called, bare, re.IGNORECASE)), None)
    if of_kind:
        return [one for one in offered if re.match(of_kind, str(one["key"]))]
    words = [word for word in fold(bare).split() if word not in _SMALL]
    return [one for one in offered if words and all(_holds(str(one["text"]), word) for word in words)]


def _holds(text: str, word: str) -> bool:
    return any(found.startswith(word) or (len(found) > 3 and word.startswith(found)) for found in fold(text).split())


def _unknown(offered: Offered, name: str) -> str:
    if not offered:
        return "This letter has no talking points: the records hold nothing that it could speak about."
    listed = "; ".join(f"{n}. {one['text']}" for n, one in enumerate(offered, start=1))
    return f"No talking point is called “{name}”; say its number, such as “without 1”. There are: {listed}. What else it should say, write in yourself: “use this: …”."
