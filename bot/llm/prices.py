"""What a model's tokens cost, from a table that the company keeps (pure)."""

import re
from collections.abc import Mapping

MILLION = 1_000_000
_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest)$")
ANY = "*"


Price = tuple[float, float]
"""USD for a million tokens in, and out"""


def price_of(prices: Mapping[str, Price], *names: str) -> Price | None:
    """The price of the first name that has one: as it is, without provider, without the day of its version, else that of all others."""
    for name in names:
        bare = name.partition(":")[2] or name
        for key in (name, bare, _DATED.sub("", name), _DATED.sub("", bare)):
            if key in prices:
                return prices[key]
    return prices.get(ANY)


def cost_of(price: Price | None, tokens_in: int, tokens_out: int) -> float | None:
    """What tokens cost in USD; None where the price is not known."""
    return None if price is None else (tokens_in * price[0] + tokens_out * price[1]) / MILLION
