"""What sellers write short or mistype, spelled out so that one set of rules reads it (pure)."""

import re
from functools import lru_cache

_SHORT = {
    r"w/o": "without", r"w/": "with ", r"(?-i:w)(?= [a-zA-Z])": "with", r"abt": "about", r"bc|b/c|cuz": "because", r"amt": "amount",
    r"opty": "opp", r"f/u|fu": "follow up", r"tmrw|tmr|tmw|2moro|tmrrw": "tomorrow", r"yday|ystd": "yesterday",
    r"v/?m": "voicemail", r"mtg": "meeting", r"msg": "message", r"pls|plz|kindly|(?:would you )?be so kind (?:and|as to)": "please", r"nxt": "next", r"thats(?= (?:now )?(?:the|our))": "that's", r"wk(s?)": r"week\1",
    r"cd(?=\s*(?:to|is|now|=|:|->|→|\d))": "close date", r"ns(?=\s*(?::|=|->|→|is\b))": "next step",
    r"fc(?=\s*(?:to|is|now|=|:|->|→))": "forecast", r"thurs?|thr": "thursday",
}  # fmt: skip
_RULES = tuple(
    (re.compile(rf"(?<![\w@./])(?:{short})(?![\w@])", re.IGNORECASE), long) for short, long in _SHORT.items()
)
_WORDS = (
    "close", "stage", "spoke", "amount", "remind", "follow", "forecast", "competitor", "champion", "meeting", "tomorrow",
    "monday", "tuesday", "wednesday", "thursday", "friday", "negotiation", "december", "november", "january", "february",
)  # fmt: skip
"""words on which a change hangs"""
_WORD = re.compile(r"\b[a-z]{4,12}\b")


def spelled(text: str) -> str:
    """The text with shorthand written out and mistyped field words put right; names and values stay."""
    for pattern, long in _RULES:
        text = pattern.sub(long, text)
    return _WORD.sub(lambda match: _meant(match[0]), re.sub(r"  +", " ", text))


@lru_cache(maxsize=4096)
def _meant(word: str) -> str:
    """The one word that two swapped letters, a doubled or a dropped one inside make of it; else the word itself."""
    if word in _WORDS:
        return word
    fits = [right for right in _WORDS if word[0] == right[0] and word[-1] == right[-1] and _is_slip(word, right)]
    return fits[0] if len(fits) == 1 else word


def _is_slip(word: str, right: str) -> bool:
    if len(word) == len(right):
        return any(right == word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
    if len(word) == len(right) + 1:
        return any(right == word[:i] + word[i + 1 :] for i in range(1, len(word)))
    # short words lose a letter too easily: "sage" is no stage
    return (
        len(right) > 5
        and len(word) == len(right) - 1
        and any(word == right[:i] + right[i + 1 :] for i in range(1, len(right)))
    )


_DAYS = {
    "monday": "montag|lundi|lunes", "tuesday": "dienstag|mardi|martes", "wednesday": "mittwoch|mercredi|miércoles",
    "thursday": "donnerstag|jeudi|jueves", "friday": "freitag|vendredi|viernes", "saturday": "samstag|samedi|sábado",
    "sunday": "sonntag|dimanche|domingo", "tomorrow": "morgen|demain|mañana", "day after tomorrow": "übermorgen|après-demain|pasado mañana",
}  # fmt: skip
_MONTHS = {
    "january": "januar|janvier|enero", "february": "februar|février|febrero", "march": "märz|mars|marzo", "april": "april|avril|abril",
    "may": "mai|mayo", "june": "juni|juin|junio", "july": "juli|juillet|julio", "august": "august|août|agosto",
    "september": "september|septembre|septiembre", "october": "oktober|octobre|octubre", "november": "november|novembre|noviembre",
    "december": "dezember|décembre|diciembre",
}  # fmt: skip
ORDINAL = re.compile(rf"\b\d{{1,2}}\.(?=\s+(?:{'|'.join(_MONTHS.values())})(?!\w))", re.IGNORECASE)
"""a full stop that ends no sentence: "31. März" """
_ABROAD = [
    *((re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), day) for day, words in reversed(_DAYS.items())),
    *(
        (re.compile(rf"(?<=\d)\.?\s+(?:de )?(?:{words})(?!\w)", re.IGNORECASE), f" {month}")
        for month, words in _MONTHS.items()
    ),
]


def dated(text: str) -> str:
    """The text with German, French and Spanish days written in English, so that they can be read."""
    for pattern, english in _ABROAD:
        text = pattern.sub(english, text)
    return text
