"""A question while it is read: what has been understood is taken out, and what is left was not (pure)."""

import re
from collections.abc import Iterable

from bot.crm.match import fold
from bot.skills.asking.plain import plain

FRAME = frozenset(
    "a about all also am an and any anyone anybody are as at be been being but by can could count currently did do does doing "
    "for from get give got had has have having how i in is it its list look many me mine much my number of on ones our "
    "please present right see shall show so some tell that the their them there these they this those to today us "
    "was we were what whats when where which who whom whose will with would yet you your find pull up each every record "
    "records crm hello hi hey thanks thank quick quickly kindly s t re ve ll m d pls plz her his hers him she he just actually set marked listed "
    "within anything something stuff everything someone happen happened happening still ever come ask asked want know like let make sure "
    "belonging belong now ours if any again namely among amongst".split()
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


NOT = (
    r"(?:(?:that |which )?(?:is |are |was |were )?not|outside(?: of)?|except(?: for)?|excluding|other than|apart from)"
)
"""words that turn the name behind them into what it is not"""


class Text:
    """What is left of a question."""

    def __init__(self, question: str) -> None:
        self.left = plain(question)

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first place where a pattern fits, taken out."""
        match = re.search(pattern, self.left, re.IGNORECASE)
        if match:
            self.cut(*match.span())
        return match

    def take_either(self, pattern: str) -> str | None:
        """Take a pattern out, with what turns it: `not ` where it is negated, else nothing; None where it does not fit."""
        m = self.take(rf"(?P<not>\b{NOT}\s+(?:an? |any |the )?)?(?:{pattern})")
        return m and ("not " if m["not"] else "")

    def has(self, pattern: str) -> bool:
        """Whether a pattern fits anywhere in what is left."""
        return re.search(pattern, self.left, re.IGNORECASE) is not None

    def cut(self, start: int, end: int) -> None:
        """Take a stretch out; a bar keeps what was apart from growing together."""
        self.left = f"{self.left[:start]} | {self.left[end:]}"

    def named(self, values: Iterable[str], lead: str = "", *, must: bool = False) -> str | None:
        """A value that is named in full, the longest first, with the word that leads to it; "A or B" where two are."""
        before = rf"(?:\b(?:{lead})\s+(?:(?:the|an?|either)\s+)?){'' if must else '?'}" if lead else ""
        before = rf"(?P<not>\b{NOT}\s+)?{before}"
        every = sorted({v for v in values if v}, key=lambda v: (-len(v), v))
        found = [
            (m.start("value"), -len(value), value, m)
            for value in every
            if fold(value) and (m := re.search(rf"{before}(?P<value>{written_as(value)})", self.left, re.IGNORECASE))
        ]
        if not found:
            return None
        # The first that is named, so that "not in Proposal or Negotiation" turns both; of two that begin there, the longer.
        _, _, value, m = min(found, key=lambda one: one[:3])
        self.cut(*m.span())
        more = " or ".join([value, *self._further(m.start(), every, lead)])
        return f"not {more}" if m["not"] else more

    def _further(self, at: int, values: list[str], lead: str) -> list[str]:
        """The values that follow a value that was taken out: ", B and C"."""
        joins = rf"\s*\|\s*(?:,\s*(?:and |or )?|and |or |& )(?:either )?(?:(?:{lead or 'the'}) )?(?:the )?"
        for value in values:
            m = re.match(rf"{joins}{written_as(value)}", self.left[at:], re.IGNORECASE) if fold(value) else None
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


def written_as(value: str) -> str:
    """How a value may be written, as a pattern."""
    words = r"[\s\W_]*".join(map(re.escape, fold(value).split()))
    return rf"(?<!\w){words}(?:['’]?s)?(?!\w)"
