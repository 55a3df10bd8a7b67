"""Talking points that are wished for before there is a letter: by words, or as ticked in a form (pure)."""

import re

from bot.skills.outreach import address_words
from bot.skills.outreach.changes import Change

POINTS = "\nPoints: "
"""what a form ticks stands behind this, each behind a semicolon"""
KINDS = {
    "Renewal date": "renewal date",
    "Last call or meeting": "call or meeting",
    "Problem": "problem",
    "Proof point": "proof point",
}
"""what a form offers before the account is known, and how it is said"""
_KIND = (
    r"(?:(?:the|an?|our|my|their|his|her|your|any)\s+)?(?:(?:last|next|open|released)\s+)?(?:renewal dates?|renewal|proof points?|proof|"
    r"results?|references?|customer story|case study|problem|pain|call or meeting|call|meeting|e-?mail|promises?)"
)
_NAMED = rf"{_KIND}(?:\s*(?:,|,?\s+and|,?\s+or)\s+{_KIND})*"
_OUT = r"leav(?:e|ing) out|without|skip(?:ping)?|omit(?:ting)?|do(?: not|n['’]?t) mention|no"
_IN = r"mention(?:ing)?|includ(?:e|ing)|bring(?:ing)? in|work(?:ing)? in|add(?:ing)?|tick|with"
SAID = re.compile(
    rf"(?:^|\s*[,;.]\s*|\s+)(?:(?:and|but|please|also|then)\s+)*(?:(?:leave|leaving)\s+(?P<mid>{_NAMED})\s+out|"
    rf"(?:(?P<only>only|nothing but)(?: mention)?|(?P<out>{_OUT})|(?P<tick>{_IN}))\s+(?P<named>{_NAMED}))(?=\s*(?:$|[,;.!\n]|and\b|but\b|in (?:english|german|french|spanish)\b))",
    re.IGNORECASE,
)


SUBJECT = re.compile(
    r"(?:^|\s*[,;.]\s*|\s+)(?:(?:and|but|please|with|use|using|put|make|the|an?)\s+)*(?:subject(?: line)?|betreff|objet|asunto)\s*"
    r"(?:(?::|=|\bis\b|\bshould be\b)\s*|(?=[\"“„«]))(?![\"“„«']?\s*(?:re|fwd?|fw|aw|wg|tr|rv)\s*:)"
    r"(?:[\"“„«'](?P<quoted>[^\"”“»\n]{3,90}?)[\"”“»']|(?P<bare>[^,;\n]{3,90}?)(?=$|[,;\n]|\.(?:\s|$)|\s+in (?:english|german|french|spanish)\b))",
    re.IGNORECASE,
)
"""a subject that a seller wants; one that poses as a reply stays with what is refused"""


def without(head: str) -> str:
    """The words without what they say of talking points, the subject and the form of address."""
    return address_words.without(SAID.sub("", SUBJECT.sub("", head)))


def subject(text: str) -> str:
    """The subject that a request wants; empty where it says none."""
    found = SUBJECT.search(text.partition("\n")[0])
    return (found["quoted"] or found["bare"]).strip() if found else ""


def wished(text: str) -> Change | None:
    """The talking points that a request wants and does not want; None where it says nothing of them."""
    head, _, rest = text.partition("\n")
    _, mark, ticked = f"\n{rest}".partition(POINTS)
    if mark:
        return Change(only=tuple(one.strip() for one in ticked.partition("\n")[0].split(";") if one.strip()))
    found = list(SAID.finditer(head))
    only, out, into = (_names(found, *groups) for groups in (("only",), ("out", "mid"), ("tick",)))
    return Change(only=only or None, unticked=out, ticked=into) if found else None


def _names(found: list[re.Match[str]], *groups: str) -> tuple[str, ...]:
    named = [one["mid"] or one["named"] for one in found if any(one[group] for group in groups)]
    return tuple(
        name.strip() for text in named for name in re.split(r"\s*,\s*(?:and |or )?|\s+and\s+|\s+or\s+(?!meeting)", text) if name.strip()
    )  # fmt: skip
