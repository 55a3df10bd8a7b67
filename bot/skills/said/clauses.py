"""Cut a seller's words into clauses, each with its place; what is quoted or pasted is set apart as data (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.dates import find_dates, read_dates
from bot.money import find_money
from bot.skills.said.spelling import ORDINAL, spelled

HELD = "\ue000"
"""stands for a comma or full stop that parts nothing"""
GONE = "\ue001"
"""stands for a sign of somebody else's words"""
ANY_DAY = date(2000, 1, 1)
"""where only the place of a date counts"""
LONG = 1500
"""characters from which a text of several lines is taken as pasted below its first line"""

_VERBS = (
    r"follow|remind|send|schedule|book |prepare|call|check|create|add|chase|ping|don'?t|push|pull|move|shift|set|make|change|"
    r"update|raise|lower|increase|decrease|reduce|cut|mark|put|commit|bring|drop|bump|extend|postpone|delay |reopen|log "
)
_FIELDS = (
    r"(?:the |our |its )?(?:new )?(?:amount|close|closing|signing|signature|stage|next steps?|competitor|forecast|loss reason|deal|champion|"
    r"economic buyer|procurement|decision maker|technical buyer|blocker|coach)\b"
)
_CUT = re.compile(
    rf"\s*(?P<mark>[;\n]|[.?!](?=\s|$)|,(?!\d)|\s[\u2013\u2014]\s)[\s,]*|"
    rf"\s+(?P<word>and|then|but|so|\+|&)\s+(?=(?:then |please |now |also |to )?(?:(?:{_VERBS})|{_FIELDS}|(?:i|we|they|she|he|it)\b|"
    r"(?:i|we|she|he|they|it)'|(?:need to|have to|must|should|will)\b|(?:now )?in (?:\w+ ){1,2}(?:now|stage)\b|(?:wants?|wanted|needs?|needed|asked|asks|expects?) (?:me|us) to\b|"
    r"(?-i:[A-Z])[\w-]+(?: (?-i:[A-Z])[\w-]+)? (?:is|will|becomes)\b))",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^/?(?:(?:and|then|also|to|so)\s+)*(?:(?:please |can you |could you )?(?:log|record|note)\b(?: that\b| this\b|:)?\s*)?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"|^[ \t]*(?:>|&gt;)[^\n]*$", re.MULTILINE)
_VALUE = re.compile(
    r"\b(?<!\breplied )(?:to|is|as|step|steps|reason|competitor|stage|called|task)\s*[:=]?\s*$", re.IGNORECASE
)
"""a short quote after these words is the value that the seller gives, not another's words"""
_SHEET = r"notes?|minutes|transcript|quote|pasted|message|e-?mail|mail|text|summary|letter|reply|voicemail"
_PASTED = re.compile(
    rf"(?:^|(?<=[\s(.,;])|\b)(?:(?:(?:call |meeting |my |the |his |her |their ){{0,4}}(?:{_SHEET})(?: (?:from|of|by|with) [^:\n]{{1,60}})?|"
    r"(?:[\w'-]+) (?:wrote|writes|said|says|replied|replies|reads|answered|e-?mailed|texted)(?: (?:me|us|back|today|yesterday))?|"
    r"(?:see|here is|here's|here are|below is|copied|forwarded|fwd|fw|original) ?[^:\n]{0,60})\s*:"
    r"|^[ \t]*(?:from|von|to|an|subject|betreff|sent|date):\s|-{3,} ?(?:original|forwarded))",
    re.IGNORECASE | re.MULTILINE,
)
_THIS = re.compile(
    r"^\W*(?:please |can you |could you )?(?:log|record|note|save)\b[^:\n]{0,40}(?::[ \t]*(?=[^\n]*\n)|\n)",
    re.IGNORECASE,
)
"""`log this:` with several lines"""


@dataclass(frozen=True)
class Clause:
    """A part of the seller's words."""

    text: str
    """as written, without a leading "log that" """
    start: int
    end: int
    own: str = ""
    """the text with quoted words blanked"""
    raw: str = ""
    """with the leading words"""
    sentence: int = 0
    """which sentence it stands in"""
    after: str = ""
    """the sign or word that parts it from the clause before"""
    asks: bool = False
    """whether its sentence ends in a question mark"""
    fixed: str = ""
    """its own words with a later correction made in them"""

    @property
    def meant(self) -> str:
        """Its own words as they are to be read: corrected, and spelled out."""
        return spelled(self.fixed or self.own)


@dataclass(frozen=True)
class Words:
    """A text as clauses of the seller's own, and what was pasted or quoted."""

    text: str
    clauses: Sequence[Clause]
    pasted: Sequence[tuple[int, int]]
    """places of long data: a pasted note or mail"""
    quoted: Sequence[str]
    """what was quoted inside of the seller's own words"""

    def paste(self) -> str:
        """What was pasted, as it stands."""
        return "\n".join(self.text[start:end].strip() for start, end in self.pasted)


def read(text: str) -> Words:
    """Cut the words at commas, full stops and "and"; what is pasted is no clause."""
    pasted = _pasted(text)
    own = _blanked(text, pasted, "\n")
    quotes = [m for m in _QUOTED.finditer(own) if m[0].strip()]
    values = [m for m in quotes if len(m[0]) <= 60 and _VALUE.search(own[: m.start()])]
    others = [m for m in quotes if m not in values]
    own = _blanked(own, [m.span() for m in others], GONE)
    own = _blanked(own, [(at, at + 1) for m in values for at in (m.start(), m.end() - 1)], " ")
    return Words(text, _corrected(text, own, _cut(text, own)), pasted, [m[0] for m in others])


def own_words(text: str) -> str:
    """The seller's own words, without what is quoted or pasted."""
    return "; ".join(clause.own.replace(GONE, "") for clause in read(text).clauses)


def _pasted(text: str) -> list[tuple[int, int]]:
    starts = [match.start() if match[0].startswith("-") or "\n" in match[0] else match.end() for match in _marks(text)]
    if len(text) > LONG and "\n" in text.strip():
        line = text.find("\n")
        starts.append(line if line <= LONG else 0)
    elif len(text) > 3 * LONG:
        starts.append(0)
    return [(min(starts), len(text))] if starts and text[min(starts) :].strip() else []


def _marks(text: str) -> list[re.Match[str]]:
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    found = [_PASTED.search(text, _first_unquoted(text, quotes)), _THIS.match(text)]
    return [match for match in found if match and match.end() < len(text) and not _opens_quote(text, match.end())]


def _first_unquoted(text: str, quotes: Sequence[tuple[int, int]]) -> int:
    """Where to look from: past a mark that only leads to a quote, whose end is known."""
    at = 0
    while (match := _PASTED.search(text, at)) and any(match.end() <= start <= match.end() + 2 for start, _ in quotes):
        at = match.end()
    return at


def _opens_quote(text: str, at: int) -> bool:
    return re.match(r"\s*[“„«\"]", text[at:]) is not None


def _blanked(text: str, spans: Sequence[tuple[int, int]], sign: str) -> str:
    for start, end in spans:
        text = text[:start] + sign * (end - start) + text[end:]
    return text


def _cut(text: str, own: str) -> list[Clause]:
    held = _hold(own)
    parts = list(_CUT.finditer(held))
    starts = [0, *(part.end() for part in parts)]
    ends = [*(part.start() for part in parts), len(held)]
    marks = ["", *(part["mark"] or part["word"] for part in parts)]
    found, sentence = [], 0
    for start, end, mark, closing in zip(starts, ends, marks, [*marks[1:], ""], strict=True):
        sentence += mark.strip() in (".", ";", "?", "!", "") and start > 0
        clause = _clause(text, own, start, end, Clause("", 0, 0, sentence=sentence, after=mark.lower()))
        if clause:
            found.append(clause if closing != "?" else Clause(**{**clause.__dict__, "asks": True}))
    return found


def _clause(text: str, own: str, start: int, end: int, like: Clause) -> Clause | None:
    raw = own[start:end]
    lead = _LEAD.match(raw.lstrip())
    at = start + len(raw) - len(raw.lstrip()) + (lead.end() if lead else 0)
    words = text[at:end]
    at += len(words) - len(words.lstrip(" .,:\n"))
    end -= len(words) - len(words.rstrip(" .,\n"))
    if at >= end:
        return None
    return Clause(
        **{**like.__dict__, "text": text[at:end], "own": own[at:end], "raw": raw.strip(), "start": at, "end": end}
    )


_TAKEN_BACK = re.compile(
    r"^\W*(?:(?:no|nope|sorry|oops|wait|actually|rather|correction|scratch that|i meant?|make (?:it|that)|better|or rather)\b[\s,:-]*)+",
    re.IGNORECASE,
)


def _corrected(text: str, own: str, clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, with "no, the 15th" put in the place of the day or amount that it corrects."""
    out: list[Clause] = []
    taken_back = False
    for clause in clauses:
        mark = _TAKEN_BACK.match(clause.own)
        rest = clause.own[mark.end() :] if mark else clause.own
        value = out[-1] if out and (mark or taken_back) else None
        fixed = _replaced(value.fixed or value.own, rest) if value else ""
        if value and mark and not rest.strip(" .!"):
            taken_back = True
        elif value and fixed:
            at = slice(value.start, clause.end)
            out[-1] = Clause(**{**value.__dict__, "text": text[at], "own": own[at], "end": clause.end, "fixed": fixed})
            taken_back = False
        else:
            out.append(clause)
            taken_back = False
    return out


def _replaced(before: str, value: str) -> str:
    """The words with the one day or amount in them replaced by this one; empty where they do not fit each other."""
    value = re.sub(r"^(?:(?:to|on|at|for|by)\s+)?(?:the\s+(?!\d))?", "", value.strip(" .!"), flags=re.IGNORECASE)
    days = [(p.start, p.end) for p in read_dates(before, ANY_DAY)]
    new_days = [(p.start, p.end) for p in read_dates(value, ANY_DAY)]
    amounts = [(m.start, m.end) for m in find_money(before) if not _within(m.start, days)]
    new_amounts = [(m.start, m.end) for m in find_money(value)]
    for old, new in ((days, new_days), (amounts, new_amounts)):
        if old and new and not value[: new[0][0]].strip() and not value[new[-1][1] :].strip():
            return before[: old[-1][0]] + value + before[old[-1][1] :]
        if new is new_days and new:
            return ""
    return ""


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _hold(text: str) -> str:
    """The text with signs inside dates, brackets, addresses and figures held back from cutting."""
    spans = [(start, end) for start, end, _ in find_dates(text, ANY_DAY)]
    spans += [
        match.span()
        for match in re.finditer(r"\([^()\n]*\)|\S+@\S+\w|\b(?:e\.g|i\.e|approx|incl|Mr|Mrs|Dr|no)\.", text)
    ]
    spans += [match.span() for match in ORDINAL.finditer(text)]
    inside = {at for start, end in spans for at in range(start, end)}
    return "".join(HELD if sign in ",.?" and at in inside else sign for at, sign in enumerate(text))


def is_trivial(clause: Clause) -> bool:
    """Whether the clause says nothing of its own: "no", "thanks"."""
    return (
        re.fullmatch(
            r"\W*(?:|no|yes|ok(?:ay)?|thanks?|thank you|please|sorry|wait|actually|hi|hello|\d+)\W*",
            clause.meant,
            re.I,
        )
        is not None
    )


def body(words: Words, said: Sequence[Clause]) -> str:
    """The said clauses in the seller's own writing: what stood side by side stays as it was."""
    out = said[0].text if said else ""
    for before, clause in pairwise(said):
        between = words.text[before.end : clause.start]
        adjacent = len(between) <= 12 and not re.search(
            r"[^\W\d_]", re.sub(r"\b(?:and|then|but|so|also|to)\b", "", between)
        )
        out += (between if adjacent else ", ") + clause.text
    out = out[:1].upper() + out[1:] + ("" if not out or out[-1] in '.!?…:”"' else ".")
    return "\n\n".join(part for part in (out, words.paste()) if part)
