"""Countries as CRMs write them → a code, and the rules that hold there (pure)."""

from collections.abc import Mapping
from typing import Literal

Regime = Literal["US", "CA", "GB", "DE", "FR", "AU", "OPT-IN", "EU", "STRICTEST"]

_NAMES = """
US: united states, united states of america, usa, us, u.s., u.s.a., america
CA: canada
GB: united kingdom, uk, u.k., gb, great britain, england, scotland, wales, northern ireland
DE: germany, deutschland, allemagne, alemania, germania
FR: france, frankreich, francia
ES: spain, españa, espana, spanien, espagne
IT: italy, italia, italien, italie
AT: austria, österreich, oesterreich, autriche
CH: switzerland, schweiz, suisse, svizzera
AU: australia
BE: belgium, belgien, belgique, belgië
BG: bulgaria
CY: cyprus
CZ: czech republic, czechia, tschechien
DK: denmark, danmark, dänemark
EE: estonia
FI: finland, suomi
GR: greece, el
HR: croatia
HU: hungary
IE: ireland, éire
IS: iceland
LI: liechtenstein
LT: lithuania
LU: luxembourg, luxemburg
LV: latvia
MT: malta
NL: netherlands, the netherlands, nederland, niederlande, holland
NO: norway, norge, norwegen
PL: poland, polska, polen
PT: portugal
RO: romania
SE: sweden, sverige, schweden
SI: slovenia
SK: slovakia
"""
_CODES: Mapping[str, str] = {
    name.strip(): code
    for line in _NAMES.strip().splitlines()
    for code, _, names in [line.partition(":")]
    for name in (code.lower(), *names.split(","))
}
_OWN: Mapping[str, Regime] = {"US": "US", "CA": "CA", "GB": "GB", "DE": "DE", "FR": "FR", "AU": "AU"}
_OPT_IN = {"ES", "IT", "AT", "CH"}
_TOP_LEVEL = {code.lower() for code in _CODES.values()} - {"us"} | {"uk"}


def code_of(country: str | None, domain: str | None = None) -> str | None:
    """The code of a country as written, else of a domain's ending; None where neither tells."""
    written = " ".join((country or "").split()).casefold()
    if written:
        return _CODES.get(written)
    ending = (domain or "").rstrip("/").rpartition(".")[2].casefold()
    return _CODES.get(ending) if ending in _TOP_LEVEL else None


def regime_of(code: str | None) -> Regime:
    """The rules that hold in a country; the strictest where it is unknown or has no rule of its own here."""
    if code is None:
        return "STRICTEST"
    if code in _OWN:
        return _OWN[code]
    if code in _OPT_IN:
        return "OPT-IN"
    return "EU" if code in set(_CODES.values()) else "STRICTEST"
