"""Which date it is: a claim that gives the close date another day than its sources do, though both days stand there (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.grounding import dates
from bot.grounding.text import fold

LABEL = re.compile(r"\b(?:close|closing|renewal|go-live) date\b", re.IGNORECASE)
CLOSES = re.compile(r"\b(?:closes|(?:to|will|should) close) (?:on|by|in)\b", re.IGNORECASE)
EARLIER = re.compile(
    r"\b(?:was|were|had been|moved|pushed|slipped|from|original\w*|before|earlier|former\w*)\b", re.IGNORECASE
)


def mislabelled(claim: str, told_in: Iterable[str]) -> str | None:
    """The label whose one date in the claim is none that a source gives it; what a date was before is not judged."""
    said = [(label, whens) for part in told_in for label, whens in _labelled(part)]
    for label, whens in _labelled(claim):
        given = [when for name, found in said if name == label for when in found]
        if given and len(whens) == 1 and not EARLIER.search(claim) and not dates.supported(whens[0], given):
            return label
    return None


def _labelled(text: str) -> Iterator[tuple[str, Sequence[dates.When]]]:
    for part in text.split(";"):
        if label := LABEL.search(part):
            yield fold(label.group()), dates.extract(part[label.end() :])[0]
        elif closes := CLOSES.search(part):
            yield "close date", dates.extract(part[closes.end() :])[0]
