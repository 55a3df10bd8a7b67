"""Our own deals against a competitor: won, lost, why, and which are open (pure)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.crm.records import Opportunity
from bot.pipeline.rates import Rate, rate


@dataclass(frozen=True)
class History:
    """What the CRM holds of deals against a competitor, as the asker sees them."""

    won: Sequence[Opportunity]
    lost: Sequence[Opportunity]
    open: Sequence[Opportunity]
    """the nearest first"""

    @property
    def rate(self) -> Rate:
        return rate(len(self.won), len(self.won) + len(self.lost))

    @property
    def since(self) -> date | None:
        """When the first of the closed ones closed."""
        return min((o.close_date for o in (*self.won, *self.lost) if o.close_date), default=None)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why deals were lost, as recorded, the most frequent first."""
        counted = Counter(o.loss_reason for o in self.lost if o.loss_reason)
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def counted(self) -> list[Opportunity]:
        return [*self.won, *self.lost, *self.open]


def history(deals: Sequence[Opportunity], name: str) -> History:
    """The deals that name the competitor."""
    against = [o for o in deals if (o.competitor or "").casefold() == name.casefold()]
    late = date.max
    return History(
        won=[o for o in against if o.is_closed and o.is_won],
        lost=[o for o in against if o.is_closed and not o.is_won],
        open=sorted((o for o in against if not o.is_closed), key=lambda o: (o.close_date or late, o.id)),
    )
