"""Runs of the same few signs, which nobody reads and which take a reader of patterns minutes, as short ones."""

import re

LONG = 1_000
"""signs of a line from which on it is looked at: shorter ones cost nothing, however they look"""
KEPT = 3
_RUN = re.compile(r"(.{1,12}?)\1{24,}", re.DOTALL)
_BLANKS = re.compile(r"\s{25,}")
"""also of several kinds, which are no run of one unit"""
_WORD = re.compile(r"[^\s]{500,}")


def shortened(text: str) -> str:
    """The text with runs of a unit of up to twelve signs cut to three of it, blanks to one or an empty line, and endless words cut."""
    if len(text) < LONG:
        return text
    text = _RUN.sub(lambda found: found[1] * KEPT, text)
    text = _BLANKS.sub(lambda found: "\n\n" if "\n" in found[0] else " ", text)
    return _WORD.sub(lambda found: found[0][:500], text)
