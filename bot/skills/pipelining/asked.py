"""Words that ask for the whole of a pipeline without naming it: “will we make quota?”, “what's the forecast?”, “who is sandbagging?”."""

import re

_GOAL = r"(?:(?:the|our|my|your|this|his|her|their) )?(?:quota|target|numbers?|plan|goal|quarter|month|year)"
_WHEN = r"(?P<when>(?:,? (?:for|of|in|this|next|last|by|at|within)\b.*)?)"
_WHO = r"(?P<who>(?:[\w&-]+ ){0,2}?[\w&-]+)"
_PATTERNS = (
    rf"(?:are|will|can|do|did) {_WHO} (?:still )?(?:going to |gonna |likely to )?(?:make|hit|reach|meet|miss|beat|exceed) {_GOAL}",
    rf"(?:are|is) {_WHO} (?:still )?(?:on track|ahead|behind)(?: (?:to (?:make|hit|reach)|for|of|with) {_GOAL})?",
    rf"how (?:is|are) {_WHO} (?:tracking|standing|doing|looking) (?:against|to|on|versus|vs\.?) {_GOAL}",
    r"what(?:['’]?s| is| are) (?:the |our |my |(?P<whose>[\w&-]+(?: [\w&-]+)?)['’]s? )?(?:current )?"
    r"(?:forecast|pipeline coverage|coverage|gap(?: to (?:quota|target|plan))?|commit)",
    r"(?:the |our )?commit (?:vs\.?|versus|against|and) (?:the )?best case",
    r"(?:what are |show me |list )?(?:the |our |my )?(?:biggest|top|largest|main)(?: \w+)? (?:risks?|deals (?:by risk|at risk))(?: in (?:the|our|my) pipeline)?",
    r"(?:who|which of (?:my|our) (?:reps|people|team)|is anybody|is anyone)(?: is| are)? sandbagging",
    r"how (?:accurate|good|right|wrong) (?:is|are|were|was) (?:the|our|my) (?:forecasts?|calls?)",
    rf"(?:where|how) (?:do|are) (?:we|i) (?:stand|at) (?:against|on|with|to) {_GOAL}",
)
_WHOLE = tuple(re.compile(rf"(?:so |and |ok |okay )?{pattern}{_WHEN}[?.! ]*", re.IGNORECASE) for pattern in _PATTERNS)
TRIGGERS = tuple("^(?P<rest>" + re.sub(r"\?P<\w+>", "?:", one.pattern) + ")$" for one in _WHOLE)
"""the same for the router, which takes the words as they are"""
_US = frozenset({"we", "i", "you", "us", "the team", "my team", "our team"})


def whole(text: str) -> str | None:
    """The same question with a pipeline named in it, so that its person, team and period are read; None for other words."""
    match = next((found for one in _WHOLE if (found := one.fullmatch(text.strip()))), None)
    if match is None:
        return None
    groups = match.groupdict()
    who = groups.get("who") or groups.get("whose") or ""
    whose = f" of {who}" if who and who.lower() not in _US else ""
    return f"pipeline{whose}{groups['when']}"
