"""Amounts of money as sellers write them: "120k", "$1.2m", "1,2 Mio €", "96,000 USD" (pure)."""

import re
from dataclasses import dataclass
from decimal import Decimal

SCALES = {
    "k": 3, "tsd": 3, "thousand": 3, "grand": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6, "mln": 6, "million": 6,
    "millions": 6, "bn": 9, "billion": 9,
}  # fmt: skip
CURRENCIES = {
    "us$": "USD", "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "nok": "NOK", "sek": "SEK", "dkk": "DKK",
    "kr": "KR", "cad": "CAD", "aud": "AUD", "¥": "JPY", "jpy": "JPY", "yen": "JPY", "inr": "INR", "pln": "PLN",
}  # fmt: skip
SHARED = {"$": frozenset({"USD", "CAD", "AUD"}), "kr": frozenset({"NOK", "SEK", "DKK"})}
"""signs that several currencies use"""

_ANY = "|".join(re.escape(word) for word in sorted(CURRENCIES, key=len, reverse=True))
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.,/-])(?P<minus>[-\u2212]\s?)?(?:(?P<before>{_ANY})\s?)?"
    r"(?P<digits>\d{1,3}(?:[ \u00a0\u202f'\u2019]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)*)"
    rf"(?:\s?(?P<scale>{_SCALE})\b\.?)?(?:\s?(?P<after>{_ANY})(?!\w))?(?![\w%])(?!\s?%)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Money:
    """An amount as written; its value is None where the digits can be read in two ways."""

    start: int
    end: int
    value: Decimal | None
    sign: str | None
    """the currency's sign or code as written, in lower case; None where none was"""

    @property
    def currency(self) -> str | None:
        """The currency that the sign stands for first."""
        return CURRENCIES[self.sign] if self.sign else None

    def may_be(self, currency: str) -> bool:
        """Whether the amount can be one in this currency."""
        return self.sign is None or currency in SHARED.get(self.sign, frozenset({CURRENCIES[self.sign]}))


def find_money(text: str) -> list[Money]:
    """Every number that may be an amount, in order."""
    return [_read(match) for match in _AMOUNT.finditer(text)]


def _read(match: re.Match[str]) -> Money:
    sign = match["before"] or match["after"]
    scale = match["scale"]
    number = _number(re.sub(r"[ \u00a0\u202f'\u2019]", "", match["digits"]), (sign or "").lower(), scaled=bool(scale))
    if number is not None:
        number *= Decimal(10) ** SCALES[scale.lower()] if scale else 1
        number = -number if match["minus"] else number
        number = (
            number.quantize(Decimal(1)) if number == number.to_integral() and number < Decimal(10) ** 18 else number
        )
    return Money(match.start(), match.end(), number, sign.lower() if sign else None)


def _number(digits: str, sign: str, *, scaled: bool) -> Decimal | None:
    """The number; None for one like "120.000", which is a hundred and twenty or as many thousands."""
    marks = re.sub(r"\d", "", digits)
    if not marks:
        return Decimal(digits)
    last, groups = marks[-1], re.split(r"[.,]", digits)
    if len(set(marks)) == 2:
        return _parted(digits, last) if marks.count(last) == 1 else None
    thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if len(marks) > 1:
        return Decimal("".join(groups)) if thousands else None
    if not thousands or scaled:
        return Decimal(".".join(groups))
    if last == "," or CURRENCIES.get(sign) in ("EUR", "KR", "NOK", "SEK", "DKK", "PLN"):
        return Decimal("".join(groups))
    return None


def _parted(digits: str, point: str) -> Decimal:
    whole, _, part = digits.rpartition(point)
    return Decimal(re.sub(r"[.,]", "", whole) + "." + part)
