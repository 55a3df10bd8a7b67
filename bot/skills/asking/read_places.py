"""Country, segment, region, industry and kind of the accounts that a question is about, read."""

import re

from bot.crm.match import fold
from bot.skills.asking.crm import Crm
from bot.skills.asking.parts import Got
from bot.skills.asking.words import NOT, Text
from bot.skills.outreach.countries import code_of

DEMONYMS = {
    "american": "United States", "canadian": "Canada", "british": "United Kingdom", "english": "United Kingdom",
    "german": "Germany", "french": "France", "spanish": "Spain", "italian": "Italy", "austrian": "Austria",
    "swiss": "Switzerland", "australian": "Australia", "belgian": "Belgium", "bulgarian": "Bulgaria",
    "czech": "Czech Republic", "danish": "Denmark", "estonian": "Estonia", "finnish": "Finland", "greek": "Greece",
    "hungarian": "Hungary", "irish": "Ireland", "icelandic": "Iceland", "dutch": "Netherlands", "norwegian": "Norway",
    "polish": "Poland", "portuguese": "Portugal", "romanian": "Romania", "swedish": "Sweden", "slovak": "Slovakia",
}  # fmt: skip


PLACED = r"in|from|of|at|across|based in|for|out of"


def take_places(text: Text, crm: Crm, got: Got) -> None:
    """Country, segment, region and industry of the account."""
    accounts = list(crm.accounts.values())
    lead = PLACED
    if m := text.take(
        r"\b(?:with|at|from|for|to|of) (?:our |existing |current |(?P<mine>my ))?(?P<kind>former customers|customers|clients|prospects|partners)\b"
    ):
        got["account_type"] = {"c": "customer", "p": m["kind"].rstrip("s"), "f": "former"}[m["kind"][0].lower()]
        if m["mine"]:
            got["owner"] = "me"
    text.take(
        r"\b(?:with|at|from|for|of|in|to) (?:our |my |the |all )?(?:accounts|companies|organi[sz]ations)(?= (?:in|from|of|based)\b)"
    )
    if segment := text.named({a.segment or "" for a in accounts}, lead):
        got["segment"] = segment
        text.take(r"\bsegments?\b")
    if region := text.named({a.region or "" for a in accounts}, lead):
        got["region"] = region
        text.take(r"\bregions?\b")
    if industry := text.named({a.industry or "" for a in accounts}, rf"{lead}|in the"):
        got["industry"] = industry
        text.take(r"\b(?:industry|sector|vertical)\b")
    elif industry := _industry(text, {a.industry or "" for a in accounts}):
        got["industry"] = industry
    elif m := text.take(
        r"\b(?:in |from )?(?:the )?(?P<what>[\w-]+(?: (?:and )?[\w-]+)?) (?:industry|sector|vertical)\b"
    ):
        got["industry"] = re.sub(r"^(?:in|the|from)\s+", "", m["what"], flags=re.IGNORECASE)
    _countries(text, {a.country or "" for a in accounts}, got)
    if got.keys() & {"segment", "region", "industry", "country"}:
        text.take(
            r"\b(?:with |at |in |of |from |for )?[\s|]*\b(?:accounts?|compan(?:y|ies)|organi[sz]ations?|firms?)\b"
        )


AREAS = {
    "dach": ("Germany", "Austria", "Switzerland"), "benelux": ("Belgium", "Netherlands", "Luxembourg"),
    "nordics?|nordic countries|scandinavia": ("Denmark", "Finland", "Iceland", "Norway", "Sweden"),
    "uk and ireland|uk&i": ("United Kingdom", "Ireland"), "iberia": ("Spain", "Portugal"), "baltics?": ("Estonia", "Latvia", "Lithuania"),
}  # fmt: skip
"""areas that are no region of the CRM's own, and their countries"""


def _area(text: Text) -> str | None:
    for words, countries in AREAS.items():
        if text.take(rf"\b(?:(?:in|from|of|across) )?(?:the )?(?:{words})\b(?: (?:region|area|countries))?"):
            return " or ".join(countries)
    return None


def _countries(text: Text, names: set[str], got: Got) -> None:
    area = _area(text)
    countries = [text.named(names, PLACED) or _country(text)]
    while countries[-1] and not (countries[0] or "").startswith("not "):
        # "Germany, Canada or the US": a further one that is written in a way of its own.
        more = text.has(r"\|\s*(?:,|and\b|or\b|,\s*(?:and|or)\b)\s*(?:in )?(?:the )?[A-Za-z]") and _country(text)
        if not more:
            break
        text.take(r"(?<=\|)\s*(?:,\s*)?(?:and|or|,)\s*(?:in )?(?:the)?\s*(?=\|)")
        countries.append(more)
    if countries[0] or area:
        got["country"] = " or ".join(one for one in countries if one) or area


def _industry(text: Text, industries: set[str]) -> str | None:
    """An industry by one of its words: "in manufacturing", "our food customers"."""
    words = sorted(
        {word for one in industries for word in fold(one).split() if len(word) > 3}, key=lambda w: (-len(w), w)
    )
    nouns = r"(?:deals?|accounts?|customers?|prospects?|compan(?:y|ies)|clients?|opportunit(?:y|ies)|industry|sector|contacts?|business)"
    for word in words:
        if text.take(rf"\b(?:in|from|of|across|for)(?: the)? {word}(?: (?:industry|sector))?\b|\b{word} (?={nouns}\b)"):
            return word
    return None


_LEAD = re.compile(
    rf"(?P<not>\b{NOT}\s+)?\b(?:in|from|of|based in|at|across)\s+(?:the )?$|(?P<bare>\b{NOT}\s+)(?:the )?$",
    re.IGNORECASE,
)


_AND_WORD = re.compile(r"\b(?:and|or) [a-z]{1,3}$")


def _country(text: Text) -> str | None:
    words = list(re.finditer(r"[^\W\d_]+(?:\.[^\W\d_]+\.?)*", text.left))
    for length in (4, 3, 2, 1):
        for at in range(len(words) - length + 1):
            start, end = words[at].start(), words[at + length - 1].end()
            written = text.left[start:end]
            if "|" in written or (len(written) < 4 and not written.isupper()) or _AND_WORD.search(written):
                continue  # "us", "it", "no" and "at" are words
            if (code_of(written) and (len(written) > 3 or written.isupper())) or written.lower() in DEMONYMS:
                lead = _LEAD.search(text.left[:start])
                text.cut(lead.start() if lead else start, end)
                return f"{'not ' if lead and (lead['not'] or lead['bare']) else ''}{DEMONYMS.get(written.lower(), written)}"
    return None
