"""A question while it is read: what has been understood is taken out, and what is left was not (pure)."""

import re
from collections.abc import Iterable

from bot.crm.match import fold

FRAME = frozenset(
    "a about ever all also am an and any anyone anybody are as at be been being by can could count currently did do does doing for "
    "from get give got had has have having how i in into is it its list look many me mine much my need needs now number of on "
    "one ones our out over overall please present right see shall should show so some still tell that the their them there "
    "these they this those to today total us was we were what whats when where which who whom whose will with would yet you "
    "your find pull up each every name names account accounts company companies customer customers client clients deal deals "
    "opportunity opportunities opp opps contact contacts people person task tasks record records crm sum value worth amount "
    "amounts date dates close closes closing closed due ours money hello hi hey thanks thank quick quickly kindly us s t re "
    "ve ll m d only just actually exactly set marked listed named called stage stages during within business "
    "anything something stuff everything someone have coming upcoming expected scheduled supposed planned going "
    "happen happened happening come ask asked want know like let make sure help owner owned belonging belong team pipeline".split()
)
"""words that shape a question over records and do not narrow it; no word that turns the sense is among them"""
_WORD = re.compile(r"[^\W_]+(?:[.&'’-][^\W_]+)*", re.UNICODE)
_CONTRACTED = (
    (
        re.compile(r"\b(have|has|had|did|do|does|is|are|was|were|ca|wo|would|could|should)n['’]?t\b", re.IGNORECASE),
        r"\1 not",
    ),
    (re.compile(r"\b(have|has|had|did|do) not (i|we)\b", re.IGNORECASE), r"\1 \2 not"),
    (re.compile(r"\bi['’]ve\b", re.IGNORECASE), "i have"),
    (re.compile(r"\bwe['’]ve\b", re.IGNORECASE), "we have"),
    (re.compile(r"\bi['’]m\b", re.IGNORECASE), "i am"),
    (re.compile(r"\b(what|who|where|that|there)['’]s\b", re.IGNORECASE), r"\1 is"),
)


class Text:
    """What is left of a question."""

    def __init__(self, question: str) -> None:
        said = " ".join(question.split())
        for pattern, plain in _CONTRACTED:
            said = pattern.sub(plain, said)
        self.left = said

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
        """A value that is named in full, the longest first, with the word that leads to it taken out, too."""
        before = rf"\b(?:{lead})\s+(?:the\s+)?" if lead else ""
        before = before if must else f"(?:{before})?"
        for value in sorted({v for v in values if v}, key=lambda v: (-len(v), v)):
            words = r"[\s\W_]*".join(map(re.escape, fold(value).split()))
            if words and self.take(rf"{before}(?<!\w){words}(?:['’]s)?(?!\w)"):
                return value
        return None

    def part_named(self, values: Iterable[str]) -> str | None:
        """A value of which words are named that no other value holds: "Insight" of "Fernhollow Insight"."""
        every = sorted({v for v in values if v})
        for value in every:
            others = {word for one in every if one != value for word in fold(one).split()}
            for word in sorted(set(fold(value).split()) - others - FRAME, key=lambda w: -len(w)):
                if len(word) > 2 and self.take(rf"\b{re.escape(word)}s?\b"):
                    return value
        return None

    def unread(self) -> list[str]:
        """The words that were not understood, neighbours together."""
        found: list[list[str]] = []
        last = -2
        words = list(_WORD.finditer(self.left))
        for at, match in enumerate(words):
            if fold(match[0]) in FRAME or not fold(match[0]):
                continue
            if at == last + 1 and found and "|" not in self.left[words[at - 1].end() : match.start()]:
                found[-1].append(match[0])
            else:
                found.append([match[0]])
            last = at
        return [" ".join(part) for part in found]
