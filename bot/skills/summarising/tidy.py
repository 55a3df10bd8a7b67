"""What transcribers put beside the words: marks of noises, and punctuation that stands by itself (pure)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_NOISE = (
    r"laugh(?:s|ter|ing)?|crosstalk|cross talk|inaudible|unintelligible|indiscernible|noises?|background noise|pause|silence|music|"
    r"applause|coughs?|coughing|sighs?|clears throat|blank_audio|vocalsound|disfmarker|nonvocalsound|gap|foreign|overlapping(?: speech)?"
)
MARKS = re.compile(
    rf"\{{[a-z][a-z ]{{1,30}}\}}|[\[(<*]{{1,2}}\s*(?:{_NOISE})(?:\s+\d[\d:.]*)?\s*[\])>*]{{1,2}}", re.IGNORECASE
)
"""such as {vocalsound} or [laughter]: nobody's words"""
_BEFORE = re.compile(r"\s+(?=[,.](?:\s|$)|['’](?:s|m|d|t|re|ve|ll)\b)", re.IGNORECASE)
_ASKED = re.compile(r"\s+(?=[?!;:](?:\s|$))")
_NOT = re.compile(r"\b(\w+)(?<=\w) (n['’]t)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)+")
_DOUBLE = re.compile(r"([,.?!;:])(?:\s+\1)+")


def tidy(words: str) -> str:
    """Take out the marks of noises, and join what a tokeniser has split, such as "I 'm" or "so ."."""
    words = _DOUBLE.sub(r"\1", MARKS.sub(" ", words))
    joined = _NOT.sub(r"\1\2", _BEFORE.sub("", words))
    # In French a blank stands before "?" by rule: it is left, as a quote must stand in the transcript.
    joined = _ASKED.sub("", joined) if joined != words else joined
    return " ".join(joined.split())


def whole_names(labels: Iterable[str]) -> Mapping[str, str]:
    """Each label that is the first name of exactly one other, with that one: "Per" is "Per Aune"."""
    known = list(dict.fromkeys(labels))
    longer = [label for label in known if _NAME.fullmatch(label)]
    firsts = Counter(label.split()[0].casefold() for label in longer)
    whole = {label.split()[0].casefold(): label for label in longer}
    return {one: whole[one.casefold()] for one in known if firsts[one.casefold()] == 1}
