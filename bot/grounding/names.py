"""Names of people, companies, products and places in a claim, and whether its sources know them (pure)."""

import re
from collections.abc import Iterator

from bot.grounding.figures import IN_WORDS, ORDINALS
from bot.grounding.text import NEAR, STOP, WORD, bare, fold, stem

LITERAL = re.compile(
    r"https?://[^\s<>\"')\]]+|www\.[^\s<>\"')\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?!\d{1,3}(?:\.\d{3})+\b)v?\d+(?:\.\d+){2,}\b|\b[A-Za-z]{2,}-\d+\b"
)
CODE = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*\d)(?!\d+(?:st|nd|rd|th|k|m|bn|s|x|am|pm|min|h|d)\b)\w{2,}\b", re.IGNORECASE)
EXPANSIONS = {
    "ceo": "chief executive officer", "cfo": "chief financial officer", "cto": "chief technology officer",
    "cio": "chief information officer", "coo": "chief operating officer", "cmo": "chief marketing officer",
    "ciso": "chief information security officer", "cro": "chief revenue officer", "vp": "vice president",
    "hr": "human resources", "it": "information technology", "us": "united states", "uk": "united kingdom",
    "eu": "european union", "ai": "artificial intelligence", "poc": "proof of concept", "nda": "non-disclosure agreement",
    "roi": "return on investment", "sla": "service level agreement", "q&a": "questions and answers", "tv": "television",
}  # fmt: skip
ORDINARY = frozenset(
    "above across among below behind beyond despite inside outside per under account additional although another anybody anyone approval average based besides budget buyer call call champion churn client close "
    "company competitor contact contract cost crm current currently customer deal deals demand despite discount due email "
    "engineering every everybody everyone everything fewer finally finance first follow forecast furthermore given growth here however "
    "i'm instead it's its key last later legal lastly many marketing meanwhile meeting monday moreover most much "
    "mr mrs ms dr neither net new next no nobody none nor note nothing now number often open overall owner part people please "
    "pipeline price procurement product project purchase question questions renewal request result revenue risk sales seats "
    "second security several since some somebody someone stage still support team terms that's thank thanks the there's they're "
    "third though three thus timeline today together total trial unless upon user users using usage value various we're "
    "what's whether within without work yesterday yet you're group members participants speaker marketing expert".split()
)
WORDED = frozenset({*IN_WORDS, *ORDINALS, "twice", "half", "double", "triple"})
ENDINGS = (
    "ing",
    "ed",
    "ly",
    "tion",
    "sion",
    "ment",
    "ness",
    "ity",
    "ance",
    "ence",
    "ers",
    "ies",
    "als",
    "able",
    "ful",
    "ive",
    "less",
)
GERMAN = frozenset("der die das und ist nicht ein eine mit für auf von dem den wird sind hat zu".split())


def literals(text: str) -> list[str]:
    """Return links, e-mail addresses, versions and codes such as SOC2 or AES-256, which must be copied exactly."""
    found = [m.group().rstrip(".,;:") for m in LITERAL.finditer(text)]
    return found + [m.group() for m in CODE.finditer(LITERAL.sub(" ", text))]


def candidates(text: str) -> Iterator[tuple[str, bool]]:
    """Yield (word, at the start of the sentence) for each word written as a name."""
    german = len(GERMAN & {word.lower() for word in WORD.findall(text)}) >= 2
    for match in WORD.finditer(text):
        word = re.sub(r"['\u2019]s$", "", match.group())
        before = text[max(0, match.start() - NEAR) : match.start()].rstrip(" \"'(\u201c\u2018*_")
        first = not before or before[-1] in ".!?:;\u2022-\u2013"
        if word[0].isupper() and bare(fold(word)) not in STOP and not (german and not word.isupper()):
            yield word, first


def unknown_name(text: str, known: frozenset[str], stems: frozenset[str], folded: str) -> str | None:
    """Return the first name that the sources do not hold, None where they hold all."""
    for word, first in candidates(text):
        if first and is_ordinary(word, stems):
            continue
        if not _known(word, known, stems, folded):
            return word
    return None


def is_ordinary(word: str, stems: frozenset[str]) -> bool:
    """Whether a word that starts a sentence is just a word."""
    lower = fold(word)
    if word.isupper() and len(word) > 1:
        return False
    return lower in ORDINARY or lower in WORDED or lower.endswith(ENDINGS) or stem(lower) in stems


def _known(word: str, known: frozenset[str], stems: frozenset[str], folded: str) -> bool:
    lower = bare(fold(word))
    if lower in known or lower.replace(".", "") in known or stem(lower) in stems:
        return True
    if "-" in lower or "&" in lower or "." in lower:
        parts = [part for part in re.split(r"[-&.]", lower) if part]
        if all(part in known or part in STOP or part.isdigit() for part in parts):
            return True
    return EXPANSIONS.get(lower, "\0") in folded or _initials(word, folded) or _is_expanded(lower, known)


def _initials(word: str, folded: str) -> bool:
    """Whether an acronym is made of the first letters of words that follow each other in the sources."""
    if not (word[0].isupper() and word[-1].isupper() and 2 <= len(word) <= 6 and word.isalpha()):
        return False
    return bool(re.search(r"\b" + r"[\w]*[\s-]+(?:of |and |the )?".join(re.escape(c.lower()) for c in word), folded))


def _is_expanded(lower: str, known: frozenset[str]) -> bool:
    """Whether the word belongs to the long form of an acronym that the sources hold."""
    return any(short in known and lower in long.split() for short, long in EXPANSIONS.items())


def mixed_name(
    text: str, pairs: frozenset[tuple[str, str]], firsts: frozenset[str], lasts: frozenset[str]
) -> str | None:
    """Return a full name whose parts the sources hold only in other full names ("Ana Ruiz", "Luis Garcia" → "Ana Garcia")."""
    for pair in name_pairs(text):
        if pair not in pairs and pair[0] in firsts and pair[1] in lasts:
            return " ".join(part.capitalize() for part in pair)
    return None


PAIR = re.compile(r"(?=\b([A-Z]\w+)\s([A-Z]\w+)\b)")


def name_pairs(text: str) -> set[tuple[str, str]]:
    """Return each two capitalised words that follow each other, folded."""
    return {(fold(a), fold(b)) for a, b in PAIR.findall(text) if fold(a) not in STOP}


RUN = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+)+")


def as_initials(text: str, known: frozenset[str]) -> str:
    """Write a name of several words by its initials where the sources know only those: "Los Angeles" as "LA"."""

    def short(match: re.Match[str]) -> str:
        initials = "".join(word[0] for word in match.group().split())
        is_known = all(bare(fold(word)) in known for word in match.group().split())
        return initials if not is_known and fold(initials) in known and len(initials) > 1 else match.group()

    return RUN.sub(short, text)
