"""Names in scripts that put no space between words: Japanese and Chinese; Korean joins particles to a name (pure)."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

_SIGN = "[\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_GAP = "[\\s\u30fb]?"
"""that may stand between family name and given name, such as the dot `・`"""
_RUN = re.compile(f"{_SIGN}(?:{_GAP}{_SIGN})*")
UNSPACED = re.compile(f"{_SIGN}+")
KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{2}")
SHORTEST, LONGEST = 2, 8
"""signs of a name"""


def joined(name: str) -> str:
    """A name without what stands between its parts; empty where it is of another script, or of one sign."""
    signs = re.sub("[\\s\u30fb,\uff0c]+", "", name)
    return signs if len(signs) >= SHORTEST and UNSPACED.fullmatch(signs) else ""


def spans(name: str, text: str) -> list[tuple[int, int]]:
    """Where the signs of a name stand side by side, whatever stands around them, but not within a longer loanword."""
    found = (match.span() for match in re.finditer(_GAP.join(map(re.escape, name)), text))
    return [(start, end) for start, end in found if not _is_cut(text, start, end)]


def _is_cut(text: str, start: int, end: int) -> bool:
    """Whether a part of a katakana word is meant: マリ of サマリー."""
    return bool(KATAKANA.fullmatch(text[max(0, start - 1) : start + 1]) or KATAKANA.fullmatch(text[end - 1 : end + 1]))


def within(span: tuple[int, int], longer: Sequence[tuple[int, int]]) -> bool:
    """Whether a span lies in one of others, which stand in order."""
    at = bisect_right(longer, span[0], key=lambda one: one[0])
    return at > 0 and span[1] <= longer[at - 1][1]


def parts(text: str) -> Iterator[tuple[int, int, str]]:
    """Each part of a run of signs that may be a name: (start, end, signs), the longest first at each place."""
    for run in _RUN.finditer(text):
        at = [place for place in range(*run.span()) if UNSPACED.match(text[place])]
        for first in range(len(at)):
            for last in range(min(first + LONGEST, len(at)) - 1, first + SHORTEST - 2, -1):
                if not _is_cut(text, at[first], at[last] + 1):
                    yield at[first], at[last] + 1, "".join(text[place] for place in at[first : last + 1])
