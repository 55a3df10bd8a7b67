"""Runs of the same few signs, which nobody reads and which take a reader of patterns minutes, as short ones."""

import re

LONG = 1_000
"""signs of a line from which on it is looked at: shorter ones cost nothing, however they look"""
KEPT = 3
_RUN = re.compile(r"(.{1,12}?)\1{24,}", re.DOTALL)
_WORD = re.compile(r"[^\s]{500,}")


def shortened(text: str) -> str:
    """The text with each run of a unit of up to twelve signs cut to three of it, and endless words cut; most texts as they are."""
    if len(text) < LONG:
        return text
    return _WORD.sub(lambda found: found[0][:500], _RUN.sub(lambda found: found[1] * KEPT, text))
