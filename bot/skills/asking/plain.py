"""A question in plain spelling: contractions, turns of phrase and slips that mean what plainer words mean (pure)."""

import re
from functools import cache
from typing import Any

from rapidfuzz.distance import OSA

TENS = {
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "a hundred": 100,
}
ONES = {"five": 5}
_DONE = r"called|phoned|met|e-?mailed|mailed|written to"


def _kinds_done(words: str) -> list[str]:
    """What verbs say was not: calls, meetings, e-mails."""
    kinds = (("call", r"called|phoned"), ("meeting", "met"), ("e-mail", r"mailed|written"))
    return [kind for kind, verbs in kinds if re.search(rf"\b(?:e-?)?(?:{verbs})\b", words, re.IGNORECASE)]


WHOEVER = (
    r"\b(?:whoever|no matter who|regardless of who|irrespective of who)(?: (?:is|it is|they are))?(?: (?:owns|has|holds|runs|carries))?"
    r"(?: (?:the )?(?:them|it|these|those|deals?|accounts?|tasks?))?\b|\b(?:regardless of|irrespective of|whatever|no matter) (?:the )?(?:owner|rep|seller)\b|(?<=,) ?(?:for )?any (?:owner|rep|seller)(?=\W*(?:$|,))"
)
"""that it does not matter whose records are"""
_THOSE = r"(?:(?:those|the ones|ones)\b\s*)?"
_CONTRACTED: tuple[tuple[re.Pattern[str], Any], ...] = (
    (
        re.compile(
            r",?\s*\b(?:at the moment|at present|right now|as of (?:today|now)|so far|to date|already)\b", re.IGNORECASE
        ),
        "",
    ),
    (re.compile(r"\bsince (?:the )?(?:beginning|start|first day) of\b", re.IGNORECASE), "since"),
    (
        re.compile(
            r"\b(?:before the (?:year|quarter|month) is (?:out|over)|(?:by|before|until) (?:the )?(?:year|quarter|month)(?:['’]s)?[- ]end)\b",
            re.IGNORECASE,
        ),
        lambda m: f"by the end of this {next(w for w in ('year', 'quarter', 'month') if w in m[0].lower())}",
    ),
    (
        re.compile(
            r"\b(?:that |which |who |whom )?(?:nobody|no one|no-one|none of us)(?: of us)? (?:has |have |had )?(?:ever |yet )?(?=(?:contacted|called|phoned|met|visited|talked|spoken|e-?mailed|mailed|touched|reached|had an?|had any)\b)",
            re.IGNORECASE,
        ),
        "not ",
    ),
    (
        # What is named one by one counts one by one: "not called, met or mailed" is none of the three.
        re.compile(
            rf"\b(?:(?:have|has|had|been|was|were|we|i) )*(?:not|never) (?:been )?(?P<first>{_DONE})(?P<more>(?:(?:,|,? or|,? and) (?:been )?(?:{_DONE}))+)\b(?: with)?",
            re.IGNORECASE,
        ),
        lambda m: f"no {' or '.join(_kinds_done(m[0]))}",
    ),
    (
        re.compile(
            r"\b(?:(?:taken|measured|counted) )?(?:across|over|for|in) the (?:whole |entire )?company\b", re.IGNORECASE
        ),
        "",
    ),
    (re.compile(rf"(?:,?\s*\b(?:and )?)(?:{WHOEVER})", re.IGNORECASE), " "),
    (re.compile(rf"\b(?:i mean|meaning|in other words)\b[\s,:]*{_THOSE}", re.IGNORECASE), "namely "),
    (re.compile(r"\bonly (?:those|the ones|ones)\b", re.IGNORECASE), ""),
    (
        re.compile(r"\b(have|has|had|did|do|does|is|are|was|were|ca|wo|would|could|should)n['’]?t\b", re.IGNORECASE),
        r"\1 not",
    ),
    (re.compile(r"\b(have|has|had|did|do) not (i|we)\b", re.IGNORECASE), r"\1 \2 not"),
    # What the asker means by it goes before what we do.
    (re.compile(r"\bsingle[- ]thread(?:ed|ing)\b(?=.*\bnamely\b.*\bone contact)", re.IGNORECASE), ""),
    (re.compile(r"\b(?:with|has|have) neither (?P<one>[^,]+?) nor (?=\w)", re.IGNORECASE), r"with no \g<one> and no "),
    (
        re.compile(r"\b(?P<are>are|is|in|from)? ?neither (?P<one>[^,]+?) nor (?=\w)", re.IGNORECASE),
        r"\g<are> not \g<one> or ",
    ),
    (
        re.compile(r"\b(?P<has>with|have|has|having) both (?P<one>an? [^,]+?) and (?=an?\b)", re.IGNORECASE),
        r"\g<has> \g<one> and with ",
    ),
    (re.compile(r"\bw/o\b", re.IGNORECASE), "without"),
    (re.compile(r"\bw/(?=\s)", re.IGNORECASE), "with"),
    (re.compile(r"\bb4\b", re.IGNORECASE), "before"),
    (re.compile(r"\b(what|who|where|when|how)s\b", re.IGNORECASE), r"\1 is"),
    (
        re.compile(
            r"\b(the )?(?:whole|entire) (?:company|organi[sz]ation|firm)\b|\bcompany-?wide\b|\bacross the board\b",
            re.IGNORECASE,
        ),
        "",
    ),
    (
        re.compile(
            r"\bno (calls?|e?-?mails?|meetings?)((?:(?:,| and| or|, and|, or) no (?:calls?|e?-?mails?|meetings?))+)",
            re.IGNORECASE,
        ),
        lambda m: f"no {m[1]}{m[2].replace(' no ', ' ')}",
    ),
    (
        re.compile(rf"\b({'|'.join(TENS)})(?:[ -]({'|'.join(ONES)}))? (?:grand|thousand|k)\b", re.IGNORECASE),
        lambda m: f"{TENS[m[1].lower()] + (ONES[m[2].lower()] if m[2] else 0)}k",
    ),
    (re.compile(r"(\d) (?:grand|thousand)\b", re.IGNORECASE), r"\1k"),
    (re.compile(r"\bi['’]ve\b", re.IGNORECASE), "i have"),
    (re.compile(r"\bwe['’]ve\b", re.IGNORECASE), "we have"),
    (re.compile(r"\bi['’]m\b", re.IGNORECASE), "i am"),
    (re.compile(r"\b(what|who|where|that|there)['’]s\b", re.IGNORECASE), r"\1 is"),
)


_WORDS = re.compile(r"(?<![\w'’-])[a-z]{6,}(?![\w'’-])")
_SPELLING = (
    "opportunity opportunities renewal renewals expansion expansions customer customers prospect prospects companies meeting "
    "meetings pipeline quarter without champion champions competitor competitors economic closing overdue industry"
).split()
"""words of the frame that are mended where a letter or two are wrong"""


@cache
def _spelled(word: str) -> str:
    """A word of the frame for one that is nearly it and no other word of it."""
    known = any(word.startswith(one) for one in _SPELLING)
    near = (
        []
        if known
        else [one for one in _SPELLING if one[0] == word[0] and OSA.distance(word, one, score_cutoff=1) <= 1]
    )
    return near[0] if near else word


def plain(question: str) -> str:
    """The question in plain words."""
    said = " ".join(question.split())
    for pattern, plainer in _CONTRACTED:
        said = pattern.sub(plainer, said)
    return " ".join(_WORDS.sub(lambda m: _spelled(m[0]), said).split())
