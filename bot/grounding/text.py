"""Sentences, words and stems of English prose, notes and transcripts (pure)."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:['\u2019.&-][^\W_]+)*")
BULLET = re.compile(r"^\s*(?:[-*+\u2022\u2013]|\d{1,2}[.)]|\[[ xX]\])\s+")
ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Inc|Ltd|Corp|Co|Bros|No|Nr|vs|etc|approx|est|incl|excl|e\.g|i\.e"
    r"|z\.B|ca|bzw|resp|cf|fig|dept|Gen|Sen|Mio|Mrd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.K|Ph\.D|a\.m|p\.m)$",
)
END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]]*(?=\s)|[。！？]")
NEAR = 40
"""signs around the end of a sentence that are looked at; never all, as a page may be one line"""
ORDINAL = re.compile(
    r"(?:^|\b(?:am|im|vom|zum|zur|bis|ab|seit|der|die|das|den|dem|des|und|ein|eine|einen|einem|einer|unser\w*|ihr\w*))\s*\d{1,2}$",
    re.IGNORECASE,
)
"""of lists, and of German: a figure before a full stop ends a sentence anywhere else"""
MONTH = re.compile(
    r"(?:Jan(?:uary?)?|Feb(?:ruary?)?|Mar(?:ch)?|März|Apr(?:il)?|Ma[iy]|Jun[ei]?|Jul[iy]?|Aug(?:ust)?|Sep(?:t(?:ember)?)?"
    r"|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\b"
)
STOP = frozenset(
    "a about after all also am an and any are as at be because been before being but by can could did do does doing "
    "during each few for from further had has have having he her here him his how i if in into is it its itself just "
    "me more most my of off on once only or other our out over own same she should so some such than that the their "
    "them then there these they this those through to too under until up us very was we were what when where which "
    "while who whom why will with would you your s t re ve ll d m may might must shall let yes yeah ok okay um uh hm "
    "oh well like get got go going really one two".split()
)

LEANING = re.compile(r"(?:he|she|it|they|this|that|these|those|his|her|hers|its|their|both|then)\b", re.IGNORECASE)
"""what begins so speaks of the sentence before"""


def sentences(text: str) -> list[str]:
    """Split a text into sentences; bullets, table rows, headings and speaker turns each start a new one."""
    found: list[str] = []
    for line in text.splitlines():
        found += _sentences_of_line(BULLET.sub("", line).strip())
    return found


def _sentences_of_line(line: str) -> list[str]:
    found, start = [], 0
    for end in END.finditer(line):
        if _is_boundary(line, start, end):
            found.append(line[start : end.end()].strip())
            start = end.end()
    found.append(line[start:].strip())
    return [sentence for sentence in found if WORD.search(sentence)]


def _is_boundary(line: str, start: int, end: re.Match[str]) -> bool:
    """Tell the end of a sentence from an abbreviation, an initial or an ordinal."""
    rest = line[end.end() : end.end() + NEAR].lstrip()
    if not rest:
        return True
    if end.group()[0] != ".":
        return not rest[0].islower()
    before = line[max(start, end.start() - NEAR) : end.start()]
    return not rest[0].islower() and not ABBREVIATION.search(before) and not _is_ordinal(before, rest)


def _is_ordinal(before: str, rest: str) -> bool:
    return bool(ORDINAL.search(before) or (re.search(r"\b\d{1,2}$", before) and MONTH.match(rest)))


def fold(text: str) -> str:
    """Take away case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("\u2019", "'")


def words(text: str) -> list[str]:
    """Return the folded words, without possessive endings."""
    found = WORD.findall(fold(text))
    return [bare(word) if "'" in word else word for word in found]


def bare(word: str) -> str:
    """Take a possessive ending away."""
    return word.removesuffix("'s").removesuffix("'")


IRREGULAR = {
    "used": "use", "agreed": "agree", "agrees": "agree", "disagreed": "disagree", "disagrees": "disagree", "guaranteed": "guarantee", "bought": "buy", "sent": "send", "sold": "sell",
    "paid": "pay", "chose": "choose", "chosen": "choose", "gave": "give", "given": "give", "made": "make",
    "met": "meet", "won": "win", "lost": "lose", "wrote": "write", "written": "write", "began": "begin", "begun": "begin", "spoke": "speak",
    "spoken": "speak", "seen": "see", "built": "build", "kept": "keep", "told": "tell", "brought": "bring",
}  # fmt: skip
"""what the endings do not tell of the commonest deeds"""


@lru_cache(maxsize=20000)
def stem(word: str) -> str:
    """Take the commonest English endings away, so that "signed", "signs" and "signing" agree."""
    word = IRREGULAR.get(word, word)
    for ending, least in (
        ("ations", 5),
        ("ation", 5),
        ("ingly", 4),
        ("ments", 4),
        ("ment", 4),
        ("ings", 4),
        ("ing", 3),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return _tidy(word[: -len(ending)])
    for ending, least in (("ies", 2), ("ied", 2), ("ers", 4), ("er", 4), ("es", 3), ("ed", 3), ("ly", 4), ("s", 3)):
        if word.endswith(ending) and len(word) - len(ending) >= least and not word.endswith("ss"):
            return _tidy(word[: -len(ending)] + ("y" if ending in ("ies", "ied") else ""))
    return _tidy(word)


def _tidy(root: str) -> str:
    root = root.removesuffix("e")
    double = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "sle"
    return root[:-1] if double else root


@lru_cache(maxsize=4096)
def content(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    return frozenset(stem(word) for word in words(text) if word not in STOP and (len(word) > 1 or word.isdigit()))
