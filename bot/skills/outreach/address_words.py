"""“Per du” or “with Sie”: how people say in which form a letter is to address its reader, as patterns (pure)."""

import re
from collections.abc import Mapping

from bot.skills.outreach.spec import Address, Language

FORMS: Mapping[Language, Mapping[Address, str]] = {
    "de": {"familiar": "du", "distant": "Sie"}, "fr": {"familiar": "tu", "distant": "vous"}, "es": {"familiar": "tú", "distant": "usted"},
}  # fmt: skip
"""by language; English has one form alone"""
_SIGN = "[\"“”„«»'‘’]?"
_NEAR, _FAR = rf"{_SIGN}(?:du|tu|tú){_SIGN}", rf"{_SIGN}(?:sie|vous|usted){_SIGN}"
_LEAD = (
    r"(?:(?:use|using|with|per|in|say(?:ing)?|(?:switch|change|go|move)(?: over)? to|go with|mit|auf|zum|verwende|nimm|avec|passe[rz]? (?:au|à)|"
    r"utilise[rz]?|con|de|usa|(?:address|call) (?:him|her|them) (?:as|with|by))(?: the| das| dem| le| el)? )"
)
_END = r"(?:[- ]forms?\b)?(?=\s*(?:$|[,;:.!?()]|(?:and|but|please|instead|again|now|too|about|regarding|for|with|in|to|on|as|und|bitte|et|pour|y|por|para)\b))"
"""no “du Pont” and no “de tu empresa”"""
_THAN = r"(?: instead of| rather than|,? not|,? statt| au lieu (?:de|du)| en (?:vez|lugar) de)"
_FROM = r"(?:change|replace|swap|switch|turn|move)(?: from)?(?: the)?"
_WHOM = r"(?:[ -](?:ihn|sie|ihnen|le|la|lo|les|him|her|them))?(?![\w-])"
_NOT = re.compile(r"\b(?:do not|don['’]?t|never|not|no|nicht|kein|ne pas|pas de)(?: use| say)? ?$", re.IGNORECASE)


def _form(word: str, other: str, more: str) -> re.Pattern[str]:
    turned = rf"{_FROM} {other} (?:to|with|by|for|into)(?: the)? {word}"
    return re.compile(
        rf"(?<!\w)(?:{turned}{_END}|{_LEAD}?{word}{_THAN} {other}{_END}|{_LEAD}{word}{_END}|{more})", re.I
    )


_ASKED: Mapping[Address, re.Pattern[str]] = {
    "familiar": _form(
        _NEAR, _FAR,
        rf"(?:in |with |use |using )?(?:the |an? )?(?:informal|familiar) (?:you|address|form(?: of address)?)(?!\w)|(?:we(?:['’]re| are) )?on first[- ]names?(?: terms| basis)?(?!\w)|"
        rf"duz(?:en?|t)?{_WHOM}|(?:les? |la )?tuto(?:yer|yez|yons|ie){_WHOM}|tute(?:ar|a|e)(?:l[aeo]|me)?(?!\w)|tutéal[aeo](?!\w)|(?:h[aá]bla|tr[aá]ta)l[aeo] de tú(?!\w)|du[- ]form(?!\w)",
    ),
    "distant": _form(
        _FAR, _NEAR,
        rf"(?:in |with |use |using )?(?:the |an? )?(?:formal|polite|distant) (?:you|address|form(?: of address)?)(?!\w)|"
        rf"siez(?:en?|t)?{_WHOM}|(?:les? |la )?vouvo(?:yer|yez|yons|ie){_WHOM}|(?:(?:h[aá]bla|tr[aá]ta)(?:r|l[aeo])? )de usted(?!\w)|(?<!\w)sie[- ]form(?!\w)",
    ),
}  # fmt: skip
_BARE: Mapping[Address, re.Pattern[str]] = {
    "familiar": re.compile(_NEAR, re.IGNORECASE), "distant": re.compile(_FAR, re.IGNORECASE),
}  # fmt: skip
_TOLD_BY: Mapping[Language, re.Pattern[str]] = {
    "de": re.compile(r"\b(?:du|sie|duz\w+|siez\w+)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:vous|tuto\w+|vouvo\w+)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:tú|usted|tute\w+|tutéa\w+)\b", re.IGNORECASE),
}
FILLER = re.compile(
    r"(?:\s*\b(?:and|but|please|rather|better|it|we|let'?s|make it|call (?:him|her|them)|bitte|lieber|doch|wir|on|nous|plutôt|mejor)\b)*\s*",
    re.IGNORECASE,
)
"""what may be left of words that ask for a form alone"""
_JOINED = re.compile(r"(?:\s*[,;.]\s*|\s+)(?:(?:and|but|please|und|bitte|et|y)\s+)*$", re.IGNORECASE)


def asked(text: str) -> tuple[Address, Language | None]:
    """The form that words ask for, and the language that has it where only one does; empty where they ask for none."""
    found = _found(text)
    if not found:
        return "", None
    form, match = found
    if _NOT.search(text[: match.start()]):
        form = "distant" if form == "familiar" else "familiar"
    return form, next((code for code, words in _TOLD_BY.items() if words.search(match[0])), None)


def without(text: str) -> str:
    """The words without what they say of it."""
    found = _found(text)
    if not found:
        return text
    head = _NOT.sub("", text[: found[1].start()])
    return _JOINED.sub("", head) + text[found[1].end() :]


def parted(text: str) -> tuple[str, Address, bool]:
    """(what else the words ask of a letter that is there, the form, whether the words mean a letter wherever they are said)."""
    alone: Address = next((form for form, pattern in _BARE.items() if pattern.fullmatch(text)), "")
    if alone:
        return "", alone, False
    form, _ = asked(text)
    rest = without(text) if form else text
    return "" if FILLER.fullmatch(rest) else rest, form, True


def _found(text: str) -> tuple[Address, re.Match[str]] | None:
    rows = [(form, match) for form, pattern in _ASKED.items() if (match := pattern.search(text))]
    # “Du instead of Sie” names both: the one that begins first is asked for.
    return min(rows, key=lambda row: (row[1].start(), -len(row[1][0])), default=None)
