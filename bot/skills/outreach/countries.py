"""Countries as CRMs write them → a code, and the rules that hold there (pure)."""

import re
from collections.abc import Mapping
from typing import Literal

Regime = Literal["US", "CA", "GB", "DE", "FR", "AU", "OI", "EU"]
"""OI: close to opt-in"""

_NAMES = """
US: united states, united states of america, usa, us, u.s., u.s.a., america, vereinigte staaten, états-unis, etats-unis, estados unidos, stati uniti
CA: canada, kanada, canadá
GB: united kingdom, uk, u.k., gb, great britain, england, britain, scotland, wales, northern ireland, großbritannien, vereinigtes königreich, grande-bretagne, royaume-uni, reino unido, regno unito
DE: germany, deutschland, allemagne, alemania, germania
FR: france, frankreich, francia
ES: spain, españa, espana, spanien, espagne
IT: italy, italia, italien, italie
AT: austria, österreich, oesterreich, autriche
CH: switzerland, schweiz, suisse, svizzera, suiza
AU: australia, australien, australie
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
NL: netherlands, the netherlands, nederland, niederlande, holland, pays-bas, países bajos, paesi bassi
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
_KNOWN = frozenset(_CODES.values())
_EEA = _KNOWN - {"US", "CA", "GB", "AU", "CH"}
_AREAS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("eu", "european union", "eea", "europäische union", "union européenne"), _EEA),
    **dict.fromkeys(("europe", "europa"), _EEA | {"GB", "CH"}),
    **dict.fromkeys(("dach", "d-a-ch"), frozenset({"DE", "AT", "CH"})),
    "benelux": frozenset({"BE", "NL", "LU"}),
    **dict.fromkeys(("nordics", "scandinavia", "skandinavien"), frozenset({"DK", "FI", "IS", "NO", "SE"})),
    "iberia": frozenset({"ES", "PT"}),
    "north america": frozenset({"US", "CA"}),
    "uki": frozenset({"GB", "IE"}),
}
"""areas as CRMs write them: one of these countries is meant, and nobody says which"""
_TOP_LEVEL = {code.lower() for code in _KNOWN} - {"us"} | {"uk"}
_PARTS = re.compile(r"\s*(?:[/,;&()|–]| - |\band\b|\bor\b)\s*")
_SAID = re.compile(
    r"\b(?:(?:is|are|sits?|lives?|works?|(?:is )?(?:based|located)) (?:based |located |now |living |working )?in"
    r"|(?:sitzt|wohnt|arbeitet|lebt|ist) in) (?P<where>(?:the )?[^\W\d_][\w.’' ]*)", re.IGNORECASE,
)  # fmt: skip
"""how a seller says where somebody is"""


def codes_in(written: str | None) -> frozenset[str]:
    """The countries that these words may mean; empty where they name none that is known here."""
    plain = " ".join((written or "").split()).casefold()
    if plain in _AREAS:
        return _AREAS[plain]
    if plain in _CODES:
        return frozenset({_CODES[plain]})
    parts = [part for part in _PARTS.split(plain) if part]
    return frozenset().union(*(codes_in(part) for part in parts)) if len(parts) > 1 else frozenset()


def codes_of_domain(domain: str | None) -> frozenset[str]:
    """The countries that the ending of a domain may mean; empty for one that says nothing."""
    ending = (domain or "").rstrip("/").rpartition(".")[2].casefold()
    if ending == "eu":
        return _EEA
    return frozenset({_CODES[ending]}) if ending in _TOP_LEVEL else frozenset()


def said_in(text: str) -> str:
    """The country that a seller names as where somebody is (“she is in Germany”); empty where they name none."""
    for match in _SAID.finditer(text):
        words = match["where"].removeprefix("the ").split()
        for size in range(min(len(words), 4), 0, -1):
            where = " ".join(words[:size]).rstrip(".")
            # “She works in IT” is no country, “he is in the US” is one.
            if codes_in(where) and (len(where) > 2 or where in ("US", "UK")):
                return where
    return ""


def code_of(country: str | None, domain: str | None = None) -> str | None:
    """The code of a country as written, else of a domain's ending; None where neither tells one."""
    found = codes_in(country) if (country or "").strip() else codes_of_domain(domain)
    return min(found) if len(found) == 1 else None


def regimes_of(codes: frozenset[str]) -> frozenset[Regime]:
    """The rules that could hold; all of them where the country is unknown or has no rule of its own here."""
    return frozenset(_regime(code) for code in codes) or frozenset((*_OWN.values(), "OI", "EU"))


def _regime(code: str) -> Regime:
    return _OWN.get(code, "OI" if code in _OPT_IN else "EU")
