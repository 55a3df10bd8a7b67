"""Words that are only said in fun, and worth no entry (pure)."""

import re
from collections.abc import Sequence

from bot.skills.said.clauses import Clause
from bot.skills.said.kinds import kind_of

_FUN = re.compile(
    r"^\W*(?:lol|lmao|rofl|ha|ha(?:ha)+h?|he(?:he)+|omg|jk|just kidding)\b|\b(?:lol|lmao|rofl|ha(?:ha)+|jk|just kidding)\W*$|"
    r"^(?:i|we) wish\b(?! to\b)|^(?:if|when|once)\b.*\bever\b|^(?:oh|yeah|aye),? (?:sure|right|yeah),|^(?:and )?i(?:'m| am) the (?:pope|queen|king)\W*$",
    re.IGNORECASE,
)
_ORDERED = re.compile(r"^\W*(?:please )?(?:log|note|record)\b", re.IGNORECASE)


def is_chatter(clause: Clause) -> bool:
    """Whether the clause is a joke, a sigh or irony: it tells of no touch and no figure, and was not asked to be kept."""
    words = clause.meant
    plain = not re.search(r"\d", words) and kind_of(words) is None and not _ORDERED.match(clause.raw)
    return plain and _FUN.search(words) is not None


def left_out(clauses: Sequence[Clause]) -> list[str]:
    """What is said of words that are not logged."""
    fun = [clause.text for clause in clauses if is_chatter(clause)]
    return [f"“{text}” is not logged; say “log that …” if it is to be kept." for text in fun]
