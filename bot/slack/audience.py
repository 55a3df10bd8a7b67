"""Who reads along in a channel, and whether all of them may see what an answer rests on."""

from dataclasses import dataclass

from bot.proposals import Draft
from bot.slack.outbox import Place

ALONE = "Shown to you alone: not everybody here may see what you may see."


@dataclass(frozen=True)
class Verdict:
    """Whether an answer may be shown to everybody at a place; where not, the line that says why."""

    public: bool
    why: str = ""


class Audience:
    """Checks an answer's sources against what all members of a channel may see."""

    def verdict(self, place: Place, draft: Draft) -> Verdict:
        """Tell whether everybody at a place may see an answer."""
        return Verdict(place.direct, "" if place.direct else ALONE)
