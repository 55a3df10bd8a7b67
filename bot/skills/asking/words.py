"""A question while it is read: what has been understood is taken out, and what is left was not (pure)."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from rapidfuzz.distance import OSA

from bot.crm.match import fold

FRAME = frozenset(
    "a about all also am an and any anyone anybody are as at be been being but by can could count currently did do does doing "
    "for from get give got had has have having how i in is it its list look many me mine much my number of on ones our "
    "please present right see shall show so some tell that the their them there these they this those to today us "
    "was we were what whats when where which who whom whose will with would yet you your find pull up each every record "
    "records crm hello hi hey thanks thank quick quickly kindly s t re ve ll m d pls plz her his hers him she he just actually set marked listed called "
    "within anything something stuff everything someone happen happened happening still ever come ask asked want know like let make sure "
    "belonging belong now ours if any".split()
)
"""words that shape a question over records and do not narrow it; no word that turns the sense is among them, and no noun"""
_DEALS = (
    "deal deals opportunity opportunities opp opps pipeline business amount amounts value worth sum money total date dates "
    "close closes closing due expected supposed owner owned sales stage stages"
)
_ACCOUNTS = "account accounts company companies customer customers client clients organisation organisations organization organizations logos"
_PEOPLE = "contact contacts people person persons somebody name names"
NOUNS = {
    "Deals": frozenset(_DEALS.split()),
    "Accounts": frozenset(_ACCOUNTS.split()),
    "Contacts": frozenset(f"{_PEOPLE} title titles account accounts company companies".split()),
    "Activities": frozenset("activity activities".split()),
    "Promises": frozenset("task tasks due open".split()),
}
"""the words for what a kind of question asks for, which narrow it no further; another kind's do"""
_EVERY = FRAME.union(*NOUNS.values(), _ACCOUNTS.split(), _PEOPLE.split())
_WORD = re.compile(r"[^\W_]+(?:[.&'’-][^\W_]+)*", re.UNICODE)
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
            r"\b(?:that |which |who |whom )?(?:nobody|no one|no-one) (?:has |have |had )?(?:ever )?(?=(?:contacted|called|met|visited|talked|spoken|e-?mailed|touched|reached)\b)",
            re.IGNORECASE,
        ),
        "not ",
    ),
    (re.compile(r"\b(?:across|for|in) the (?:whole |entire )?company\b", re.IGNORECASE), ""),
    (
        re.compile(r"\b(have|has|had|did|do|does|is|are|was|were|ca|wo|would|could|should)n['’]?t\b", re.IGNORECASE),
        r"\1 not",
    ),
    (re.compile(r"\b(have|has|had|did|do) not (i|we)\b", re.IGNORECASE), r"\1 \2 not"),
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


class Text:
    """What is left of a question."""

    def __init__(self, question: str) -> None:
        said = " ".join(question.split())
        for pattern, plain in _CONTRACTED:
            said = pattern.sub(plain, said)
        self.left = " ".join(_WORDS.sub(lambda m: _spelled(m[0]), said).split())

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first place where a pattern fits, taken out."""
        match = re.search(pattern, self.left, re.IGNORECASE)
        if match:
            self.cut(*match.span())
        return match

    def has(self, pattern: str) -> bool:
        """Whether a pattern fits anywhere in what is left."""
        return re.search(pattern, self.left, re.IGNORECASE) is not None

    def cut(self, start: int, end: int) -> None:
        """Take a stretch out; a bar keeps what was apart from growing together."""
        self.left = f"{self.left[:start]} | {self.left[end:]}"

    def named(self, values: Iterable[str], lead: str = "", *, must: bool = False) -> str | None:
        """A value that is named in full, the longest first, with the word that leads to it; "A or B" where two are."""
        before = rf"(?:\b(?:{lead})\s+(?:(?:the|an?|either)\s+)?){'' if must else '?'}" if lead else ""
        before = rf"(?P<not>\b(?:(?:is |are )?not|outside(?: of)?|except(?: for)?|excluding|other than|apart from)\s+)?{before}"
        every = sorted({v for v in values if v}, key=lambda v: (-len(v), v))
        for value in every:
            found = self.take(rf"{before}{_written(value)}") if fold(value) else None
            if found:
                more = " or ".join([value, *self._further(found.start(), every, lead)])
                return f"not {more}" if found["not"] else more
        return None

    def _further(self, at: int, values: list[str], lead: str) -> list[str]:
        """The values that follow a value that was taken out: ", B and C"."""
        joins = rf"\s*\|\s*(?:,\s*(?:and |or )?|and |or |& )(?:either )?(?:(?:{lead or 'the'}) )?(?:the )?"
        for value in values:
            m = re.match(rf"{joins}{_written(value)}", self.left[at:], re.IGNORECASE) if fold(value) else None
            if m:
                self.cut(at, at + m.end())
                return [value, *self._further(at, values, lead)]
        return []

    def part_named(self, values: Iterable[str]) -> str | None:
        """A value of which words are named that no other value holds: "Insight" of "Fernhollow Insight"."""
        every = sorted({v for v in values if v})
        for value in every:
            others = {word for one in every if one != value for word in fold(one).split()}
            for word in sorted(set(fold(value).split()) - others - _EVERY, key=lambda w: -len(w)):
                if len(word) > 2 and self.take(rf"\b{re.escape(word)}s?\b"):
                    return value
        return None

    def unread(self, own: frozenset[str] = NOUNS["Deals"]) -> list[str]:
        """The words that were not understood, neighbours together; `own` are the nouns of what is asked for."""
        found: list[list[str]] = []
        last = -2
        words = list(_WORD.finditer(self.left))
        for at, match in enumerate(words):
            if fold(match[0]) in FRAME | own or not fold(match[0]):
                continue
            if at == last + 1 and found and "|" not in self.left[words[at - 1].end() : match.start()]:
                found[-1].append(match[0])
            else:
                found.append([match[0]])
            last = at
        return [" ".join(part) for part in found]


def _written(value: str) -> str:
    """How a value may be written, as a pattern."""
    words = r"[\s\W_]*".join(map(re.escape, fold(value).split()))
    return rf"(?<!\w){words}(?:['’]?s)?(?!\w)"
