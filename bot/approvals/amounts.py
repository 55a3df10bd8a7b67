"""Amounts as people write them, such as "120k", "$1.2m" or "1,2 Mio €"; what may be read in two ways is refused (pure)."""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.errors import UsageError

SIGNS: Mapping[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "fr": ("CHF",),
    "zł": ("PLN",),
    "us$": ("USD",),
    "euro": ("EUR",),
    "euros": ("EUR",),
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "dollars": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "pounds": ("GBP",),
}
"""which currencies a sign may stand for; a code of three letters stands for itself"""

THOUSAND, MILLION, BILLION = Decimal(1000), Decimal(1_000_000), Decimal(1_000_000_000)
UNITS: Mapping[str, Decimal] = {
    **dict.fromkeys(("k", "tsd", "thousand"), THOUSAND),
    **dict.fromkeys(("m", "mn", "mio", "mill", "million", "millions", "millionen"), MILLION),
    **dict.fromkeys(("bn", "mrd", "billion"), BILLION),
}
_SHAPE = re.compile(r"(?P<before>[^\d\s.,'-]*)\s*(?P<number>\d[\d.,'\s]*?)\s*(?P<after>[^\d\s.,'-][^\d,'-]*)?")
_GROUPS = re.compile(r"\d{1,3}(?:([.,' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_EITHER_WAY = re.compile(r"([1-9]\d{0,2})([.,])(\d{3})")


def read_amount(field: str, given: str, currency: str | None, deal: str) -> Decimal:
    """Return the amount in the deal's currency; UsageError where it names another, is none, or may be read in two ways."""
    match = _SHAPE.fullmatch(given)
    words = [word.strip(".") for word in _words(match)] if match else []
    units = [word for word in words if word.casefold() in UNITS]
    signs = [word for word in words if word.casefold() not in UNITS]
    if match is None or len(units) > 1 or len(signs) > 1 or not all(_is_money(sign) for sign in signs):
        raise UsageError(f"`{given}` is not an amount; write {field}=48000 or {field}=48,000.50.")
    for sign in signs:
        _check_currency(given, sign, currency, deal)
    number = _number(field, given, match["number"].strip(), has_unit=bool(units))
    value = number * UNITS[units[0].casefold()] if units else number
    return value.to_integral_value() if value == value.to_integral_value() else value


def _words(match: re.Match[str]) -> list[str]:
    parts = f"{match['before'] or ''} {match['after'] or ''}"
    return re.findall(r"us\$|[^\W\d_]+\.?|[^\w\s.]", parts, re.IGNORECASE)


def _is_money(sign: str) -> bool:
    return sign.casefold() in SIGNS or re.fullmatch(r"[A-Za-z]{3}", sign) is not None


def _check_currency(given: str, sign: str, currency: str | None, deal: str) -> None:
    meant = SIGNS.get(sign.casefold(), (sign.upper(),))
    if currency is None:
        raise UsageError(f"The currency of the deal is not known here; write `{given}` without one.")
    if currency not in meant:
        raise UsageError(f"`{given}` is in {meant[0]}, but {deal} is in {currency}; give the amount in {currency}.")


def _number(field: str, given: str, digits: str, *, has_unit: bool) -> Decimal:
    """Read the digits; three of them after a lone point are thousands to some and a fraction to others."""
    unclear = _EITHER_WAY.fullmatch(digits)
    if unclear and (has_unit or unclear[2] == "."):
        whole, part = unclear[1] + unclear[3], f"{unclear[1]}.{unclear[3]}".rstrip("0").rstrip(".")
        unit = given[given.rindex(digits) + len(digits) :]
        raise UsageError(f"`{given}` may mean {whole}{unit} or {part}{unit}; write it as one of these.")
    groups = _GROUPS.fullmatch(digits)
    last = max(digits.rfind("."), digits.rfind(","))
    if _PLAIN.fullmatch(digits) and not unclear:
        return Decimal(digits.replace(",", "."))
    if groups is None or (last >= 0 and digits[last] != groups[1] and groups[1] in digits[last:]):
        raise UsageError(f"`{given}` is not an amount; write {field}=48000 or {field}=48,000.50.")
    whole, _, part = digits.rpartition(digits[last]) if last >= 0 and digits[last] != groups[1] else (digits, "", "")
    return Decimal(re.sub(r"\D", "", whole) + (f".{part}" if part else ""))
