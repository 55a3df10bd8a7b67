"""A person's word on a proposal, read from what they say (pure)."""

import re
from dataclasses import dataclass, field

DECIDE = re.compile(
    r"^(?P<verb>approve|yes|apply|reject|no|discard|edit|change|undo)\b(?: (?:it|all|both|that|this|them))?(?: changes)?(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
COURTESY = re.compile(r"[\s,.!]*\b(?:please|thanks|thank you|go ahead|do it)[\s.!]*$", re.IGNORECASE)
PROPOSAL = re.compile(r"#?((?=\d*[A-Z])[2-9A-Z]{4,6}|(?=[a-z]*\d)(?=\d*[a-z])[2-9a-z]{4,6})(?=[\s:,.]|$)")
"""the id of a proposal as its card shows it; in small letters only with a figure in it, as “no idea” is none"""
CHANGES = re.compile(r"(?:(?:change|no|number)?s?\s*#?\d+(?:\s*(?:,|and|&)\s*)?)+")
VERBS = {"yes": "approve", "apply": "approve", "no": "reject", "discard": "reject", "change": "edit"}
LOG_IT = re.compile(
    r"(?:please )?(?:log|record|save) (?:it|this|that|them)(?: (?:to|in|into) (?:the )?crm)?", re.IGNORECASE
)
"""words that ask to log something and say nothing of it"""
INSTEAD = re.compile(
    r"^(?:(?:no|rather|better|actually|sorry|please)[\s,]+)*(?:"
    r"(?:make|set|move|push|shift|put|change) (?:it|that|this|them|(?:the|its) (?:due )?(?:date|day|task|follow[- ]?up|reminder))"
    r"(?: back| out)?(?: to| on| for| until| by| due)? (?P<day>.+?)(?: instead(?: of .+)?)?|(?P<only>.+?) instead(?: of .+)?|(?:due|not \w+ but) (?P<due>.+?))$",
    re.IGNORECASE,
)
"""words that put another day in the place of one"""


@dataclass(frozen=True)
class Said:
    """A decision as it was said."""

    word: str
    """the verb that was used, such as `yes`"""
    proposal_id: str | None = None
    """None: the last one of the conversation"""
    only: tuple[int, ...] = ()
    values: dict[str, str] = field(default_factory=dict)

    @property
    def verb(self) -> str:
        """The decision that the word means."""
        return VERBS.get(self.word, self.word)


def read(text: str) -> Said | None:
    """Read "approve", "approve 1", "approve 3F2A", "edit due=Friday", "reject", "undo"; None for other words."""
    match = DECIDE.match(COURTESY.sub("", text))
    if not match:
        return None
    rest = match["rest"].strip(" .!,")
    named = PROPOSAL.match(rest)
    rest = rest[named.end() :].strip(" :,.") if named else rest
    values = dict(re.findall(r"([\w.]+)\s*=\s*(.*?)(?=\s+[\w.]+\s*=|$)", rest))
    only = tuple(int(n) for n in re.findall(r"\d+", rest)) if not values else ()
    if rest and not values and not CHANGES.fullmatch(rest):
        return None
    return Said(match["verb"].lower(), named[1].upper() if named else None, only, values)


def logs_nothing(text: str) -> bool:
    """Tell "log it", which says nothing that could be logged."""
    return LOG_IT.fullmatch(COURTESY.sub("", text).strip(" .!")) is not None


def day_instead(text: str) -> str | None:
    """Return what may be a day in "make it Friday", "move the task to 4 December" or "Friday instead"; None for other words."""
    match = INSTEAD.match(COURTESY.sub("", text).strip(" .!"))
    return next(filter(None, match.groups())) if match else None
