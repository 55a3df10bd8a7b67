"""What a rule of risk says of a deal (pure)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bot.pipeline.deal import Deal
from bot.pipeline.limits import Thresholds

Severity = Literal["red", "amber", "unknown"]
ORDER: dict[Severity, int] = {"red": 0, "amber": 1, "unknown": 2}
HARM = {"red": Decimal(1), "amber": Decimal("0.5")}
"""share of a deal's expected value that a signal puts at stake; what is unknown counts for nothing"""


@dataclass(frozen=True)
class Signal:
    """One named risk with its evidence."""

    name: str
    severity: Severity
    text: str
    records: tuple[str, ...] = field(default=(), compare=False)
    """kinds and ids of the records that show it, beside the deal's own"""


Rule = Callable[[Deal, datetime, Thresholds], Signal | None]
