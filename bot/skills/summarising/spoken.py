"""What somebody said, without what speaking leaves in it: fillers, stutters, false starts (pure)."""

import re

_FILLERS = re.compile(
    r"\b(?:u[hm]+|er+m?|h+m+|mm+(?:-?hmm)?|mhm|ah|oh|eh|huh|uh-huh|you know|i mean|sort of|kind of|kinda|basically|actually|"
    r"obviously|literally)\b[,.]?|, like,|\b[a-z]-(?=\s)",
    re.IGNORECASE,
)
_OPENERS = re.compile(
    r"^(?:(?:so|and|but|well|okay|ok|right|yeah|yes|no|yep|now|anyway|alright|all right|also|then|because|cause|cos|or|"
    r"i think|i guess|i suppose|i would say|like|just|that's right|of course|exactly|sure|as i said|let's see)\b[\s,.!-]*)+",
    re.IGNORECASE,
)
_WHOLE = frozenset(
    "a i to the in on so for an we be no he it not or by do up all any me at as is my one can her us if go of but and you out "
    "see our was may now how who they that".split()
)
"""short words that begin longer ones and are words all the same: "to today" is no false start"""
LONGEST_REPEAT = 4


def fluent(text: str) -> str:
    """A sentence that can be read: words may be left out, none is changed or added but the case of the first."""
    words = _FILLERS.sub(" ", text.replace("’", "'")).split()
    plain = " ".join(_started(_once(words)))
    plain = re.sub(r"\s+([,.?!])", r"\1", plain)
    plain = re.sub(r"([,.])(?:\s*[,.])+", r"\1", plain).lstrip(" ,.;:-")
    plain = re.sub(r"[,;]\s*$", ".", _OPENERS.sub("", plain))
    return plain[:1].upper() + plain[1:]


def _once(words: list[str]) -> list[str]:
    """Each word, or group of up to four, that is said twice in a row, once."""
    kept: list[str] = []
    for word in words:
        kept.append(word)
        for n in range(LONGEST_REPEAT, 0, -1):
            if len(kept) >= 2 * n and _bare(kept[-n:]) == _bare(kept[-2 * n : -n]):
                del kept[-2 * n : -n]
                break
    return kept


def _bare(words: list[str]) -> list[str]:
    return [word.lower().strip(",.") for word in words]


def _started(words: list[str]) -> list[str]:
    """Leave out a start that the next word begins with: "sh we", "pau pause"."""
    following = [*(word.lower() for word in words), ""][1:]
    pairs = zip(words, following, strict=True)
    return [word for word, after in pairs if not _is_start(word.lower().strip(",."), after)]


def _is_start(word: str, after: str) -> bool:
    return (
        len(word) <= 3
        and word.isalpha()
        and word not in _WHOLE
        and after.startswith(word)
        and after.strip(",.?!") != word
    )
