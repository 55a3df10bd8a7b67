"""What came from Slack and is not answered yet."""

from datetime import datetime

from bot.store.deliveries import Deliveries
from bot.upkeep.findings import Finding, mind


def look(deliveries: Deliveries, now: datetime) -> list[Finding]:
    """Deliveries that a process which is gone did not come to an end with."""
    left = [one.key for one in deliveries.left("doctor", now)]
    says = "were not answered, as the app ended; start `seller serve`, which answers or apologises, once."
    return mind("Slack", left, "message", "messages", says)
