"""Put clauses together that are one thing said: a task with its day behind a comma, a value with what it is not (pure)."""

import re
from collections.abc import Sequence

from bot.dates import read_dates
from bot.money import find_money
from bot.skills.said.clauses import ANY_DAY, Clause, Words
from bot.skills.said.touch import REMINDER, is_task

_DUE = re.compile(
    r"\W*(?:(?:due|by|on|before|until|till|for|at|the|latest|please|end of|eod|cob|first thing|at the latest|the latest|or so|if possible)\b\W*)*",
    re.IGNORECASE,
)
"""what may stand around a day that only says when"""
_NOT = re.compile(
    r"(?:and\s+)?(?:not|instead of|rather than|no longer)\s+(?:(?:in|on|at|by|the)\s+)*(?P<value>\S+(?: \S+)?)",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|q[1-4]|january|february|march|april|june|july|august|september|october|november|december)\.?",
    re.IGNORECASE,
)
_WHO = re.compile(r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?")
"""a name that goes on: "Isla and I settled" """
_IRONY = re.compile(r"\W*(?:oh|yeah|aye),? (?:sure|right|yeah)\W*", re.IGNORECASE)
"""what follows is meant the other way round"""
_FIX = re.compile(r"(?:please )?(?:fix|update|change|correct|adjust) (?:that|it|this)(?: please)?\W*", re.IGNORECASE)
"""an order to do what was just said"""
_TITLE = re.compile(
    r"^(?:please |then |also |and )*(?:(?:add|create|set|make|new)\s+)*(?:(?:me|a|an|another|new)\s+)*(?:task|reminder|to-?do)\b(?:\s+(?:for|on|by|due))*",
    re.IGNORECASE,
)
"""a task of which nothing is said yet but when"""


def joined(words: Words) -> Words:
    """The words with such clauses as one."""
    out: list[Clause] = []
    for clause in words.clauses:
        before = out[-1] if out else None
        meant = _one(before, clause) if before else ""
        if before and meant:
            out[-1] = _both(words.text, before, clause, meant)
        else:
            out.append(clause)
    return Words(words.text, out, words.pasted, words.quoted)


def _one(before: Clause, clause: Clause) -> str:
    """What both mean where they are one thing; empty where they are two."""
    if clause.after not in (",", "and") or clause.sentence != before.sentence or clause.asks:
        return ""
    if clause.after == "," and _IRONY.fullmatch(before.meant):
        return f"{before.meant}, {clause.meant}"
    if clause.after == "and":
        return f"{before.meant} and {clause.meant}" if _WHO.fullmatch(before.meant) else ""
    if _FIX.fullmatch(clause.meant) and not is_task(before):
        return before.meant
    if _is_contrast(before, clause):
        return before.meant
    if is_task(before) and (day := _day(clause.meant)):
        return f"{before.meant} {day}"
    return f"{before.meant} {clause.meant}" if is_task(before) and is_task(clause) and _is_bare(before) else ""


def _day(words: str) -> str:
    """The day that the words are and nothing else; empty for other words."""
    phrases = read_dates(words, ANY_DAY)
    if len(phrases) != 1:
        return ""
    rest = (words[: phrases[0].start], words[phrases[0].end :])
    return words[phrases[0].start : phrases[0].end] if all(_DUE.fullmatch(part) for part in rest) else ""


def _is_bare(clause: Clause) -> bool:
    """Whether the clause says that there is a task, and at most when."""
    title = _TITLE.match(clause.meant) if REMINDER.match(clause.meant) else None
    rest = clause.meant[title.end() :] if title else ""
    return title is not None and (not rest.strip() or bool(_day(rest)))


def _is_contrast(before: Clause, clause: Clause) -> bool:
    """Whether the clause only says which value it is not any more: "not dec", "not 78"."""
    match = _NOT.fullmatch(clause.meant.strip(" .!"))
    if match is None:
        return False
    if _MONTH.fullmatch(match["value"]) and read_dates(before.meant, ANY_DAY):
        return True
    return any(
        find(before.meant) and _is_whole(find(match["value"]), match["value"])
        for find in (lambda text: read_dates(text, ANY_DAY), find_money)
    )


def _is_whole(found: Sequence[object], text: str) -> bool:
    return len(found) == 1 and (found[0].start, found[0].end) == (0, len(text))  # type: ignore[attr-defined]


def _both(text: str, before: Clause, clause: Clause, meant: str) -> Clause:
    own = f"{before.own}{' ' * (clause.start - before.end)}{clause.own}"
    changed = {"text": text[before.start : clause.end], "own": own, "end": clause.end, "fixed": meant}
    return Clause(**{**before.__dict__, **changed})
