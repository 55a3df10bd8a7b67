"""What others wrote, as it may be shown (pure)."""

from bot.screening.drafts import GIVES_ORDERS, screen_error, screened, screened_line, screened_view
from bot.screening.inert import carries, inert, linkless, seen
from bot.screening.orders import orders

__all__ = [
    "GIVES_ORDERS",
    "carries",
    "inert",
    "linkless",
    "orders",
    "screen_error",
    "screened",
    "screened_line",
    "screened_view",
    "seen",
]
