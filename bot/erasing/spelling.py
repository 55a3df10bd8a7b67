"""The ways in which a name may be spelt: accents or none, ue for ü, any apostrophe and hyphen, one case or the other (pure)."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from bot.crm.match import fold

JOINT = r"(?:&nbsp;|[\s\W_]{1,3})"
"""between the words of a name: a space, a line's end, `. `, `-` or `_` of an address"""
APOSTROPHES = "'\u2019\u2018\u00b4`\u02bc\u2032\uff07"
TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
"""letters that are written as two where a keyboard has none"""
MARKS = re.compile("[\u0300-\u036f]")


def pattern(name: str) -> str:
    """A regular expression of the whole name in its order, and with the last word first as in `Solheim, Ingrid`."""
    orders = [unicodedata.normalize("NFC", one).split() for one in _orders(name)]
    told = [[_word(word) for word in words] for words in orders]
    return "|".join(rf"{JOINT.join(words)}|{words[-1]},\s*{JOINT.join(words[:-1])}" for words in told)


def _orders(name: str) -> list[str]:
    """The name as it is written, and turned round where it is written with the last name first."""
    last, comma, first = name.partition(",")
    return [name, f"{first.strip()} {last.strip()}"] if comma and first.strip() and last.strip() else [name]


def stem(name: str) -> list[str]:
    """A part of the last word that each of its spellings has, after `plain`; two for scripts that have no such part."""
    last = unicodedata.normalize("NFC", name.split()[-1]).casefold()
    safe = max(re.findall("[a-z0-9]+", last), key=len, default="")
    return [safe] if safe else [unicodedata.normalize(form, last) for form in ("NFC", "NFD")] + [plain(last)]


def plain(text: str) -> str:
    """A text in which `stem` is looked for: in one case, and without accents."""
    low = text.casefold()
    return low if low.isascii() else MARKS.sub("", unicodedata.normalize("NFKD", low))


def spellings(name: str) -> Iterator[str]:
    """The name as it is mostly spelt, for a search of files that no pattern can make."""
    for order in _orders(name):
        bare = MARKS.sub("", unicodedata.normalize("NFKD", order))
        doubled = unicodedata.normalize("NFC", order).translate({ord(one): two for one, two in _both_cases()})
        for form in dict.fromkeys((order, bare, doubled)):
            yield from dict.fromkeys((form, *(re.sub(f"[{APOSTROPHES}]", sign, form) for sign in "'\u2019")))


def _both_cases() -> Iterator[tuple[str, str]]:
    for one, two in TWO_LETTERS.items():
        yield from ((one, two), (one.upper(), two.capitalize()))


def _word(word: str) -> str:
    return "".join(_sign(sign) for sign in word)


def _sign(sign: str) -> str:
    if sign in APOSTROPHES:
        return f"[{APOSTROPHES}]?"
    if not sign.isalnum():
        return JOINT
    bare = fold(sign)
    if not bare.isascii():
        return "|".join({re.escape(unicodedata.normalize(form, sign)) for form in ("NFC", "NFD")}).join(("(?:", ")"))
    alike = "".join(f"[{_alike()[letter]}{letter}][\u0300-\u036f]*" for letter in bare)
    two = TWO_LETTERS.get(sign.casefold())
    return f"(?:{alike}|{two})" if two else alike


@cache
def _alike() -> Mapping[str, str]:
    """The accented letters of a plain one."""
    found: dict[str, str] = defaultdict(str)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        found[fold(chr(code))] += chr(code)
    return found
