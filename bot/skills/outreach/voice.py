"""How a seller writes, learnt from what they made of their drafts; nothing that a letter said goes into another one (pure).

Only words that everybody uses pass: greetings and closings of a closed list, common words, and a replacement that the seller
made in letters to two customers at least. Names, figures, addresses and whole sentences never do.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from statistics import median
from typing import Protocol

from bot.crm.match import fold
from bot.skills.outreach.address_words import FORMS
from bot.skills.outreach.common import CLOSING, COMMON, GREETING
from bot.skills.outreach.pieces import Letter, Part
from bot.skills.outreach.spec import Address, Length, Spec, Voice

FEWEST = 2
"""samples, and customers, that show a habit of words or of length"""
MOST_SHOWN = 3
LONGEST_PHRASE = 3
"""words of a phrase that is always replaced"""
SHORT, LONG = 0.75, 1.3
"""shares of the draft's length from which letters are usually shorter or longer"""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_FAMILIAR = {
    "de": re.compile(r"\b(?:du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt['’]", re.IGNORECASE),
    "es": re.compile(r"\b(?:tú|te|ti|tu|tus|contigo)\b", re.IGNORECASE),
}
_DISTANT = {
    "de": re.compile(r"\b(?:Sie|Ihnen|Ihr\w*)\b"),
    "fr": re.compile(r"(?<!rendez-)\b(?:vous|votre|vos)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:usted|ustedes|le|su|sus)\b", re.IGNORECASE),
}


class Edit(Protocol):
    """A draft, and what a person made of it."""

    @property
    def account_id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def written(self) -> str: ...
    @property
    def edited(self) -> str: ...


def learn(samples: Sequence[Edit], channel: str, language: str) -> Voice:
    """The voice of these samples, the newest first, in one channel and language."""
    mine = [one for one in samples if one.channel == channel and one.language == language]
    greeting, closing = _habit([_greeting(one) for one in mine]), _habit([_closing(one) for one in mine])
    return Voice(
        greeting=greeting,
        closing=closing,
        samples=tuple(shown(one.edited) for one in mine[:MOST_SHOWN]),
        replaced=tuple(_replaced(mine, language)),
        length=_length(mine),
        address=_address(mine, language),
        count=len(mine),
    )


def follow(letter: Letter, voice: Voice) -> Letter:
    """The letter with the words that the seller always replaces; what is cited or quoted stays word for word."""
    parts = tuple(part if _quotes(part) else replace(part, text=_in_voice(part.text, voice)) for part in letter.parts)
    return replace(letter, parts=parts)


def fitted(spec: Spec, voice: Voice) -> Spec:
    """The spec with the seller's usual length and form of address, where none was asked for."""
    length = voice.length if voice.length and spec.length == "usual" else spec.length
    return addressed(spec.model_copy(update={"length": length}), voice)


def addressed(spec: Spec, voice: Voice) -> Spec:
    """The spec with the seller's usual form of address, where none was asked for."""
    return spec.model_copy(update={"address": spec.address or voice.address})


def form_of(spec: Spec, voice: Voice) -> str:
    """The word by which a letter addresses its reader, where the seller's letters taught it: “du”."""
    return FORMS[spec.language][spec.address] if voice.address and voice.address == spec.address else ""


def told(voice: Voice, form: str = "") -> str:
    """What of a letter follows the seller's style, in a sentence; empty where nothing does."""
    found = [
        f"greeting “{voice.greeting}”" if voice.greeting else "",
        f"closing “{voice.closing}”" if voice.closing else "",
    ]
    found += [f"with “{form}”"] if form else []
    found += [f"“{new}” for “{old}”" if new else f"without “{old}”" for old, new in voice.replaced[:3]]
    found += [f"{voice.length} letters"] if voice.length else []
    habits = ", ".join(part for part in found if part)
    count = f"{voice.count} letter{'s' if voice.count != 1 else ''} that you edited"
    return f"In your style, from {count}: {habits}. Say “forget my style” to end that." if habits else ""


def shown(text: str) -> str:
    """A letter of theirs for a model to hear the tone of: every word that is not common to all letters is left out."""
    lines = [_masked(line) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _masked(line: str) -> str:
    said, begins = "", True
    for part in re.findall(r"\w+(?:['’.@-]\w+)*|[^\w]", line):
        if part[0].isalnum():
            said += part if _is_common(part, begins) else "…"
        elif part not in "@#€$£%/\\_<>|+=*~^":
            said += part
        begins = part in ".!?" or (begins and not part.isalnum())
    return re.sub(r"…(?:[\s.,:;+&()’'-]*…)+", "…", said).strip()


def _is_common(word: str, begins: bool) -> bool:
    """Whether a word says nothing of anybody; within a sentence a capital makes a name of “Will” and “May”."""
    small = word.islower() or (begins and word.casefold() not in _NAMES_TOO) or word in _CAPITALS
    return small and fold(word) in COMMON


_NAMES_TOO = frozenset("will may hope".split())
_CAPITALS = frozenset(
    "I I'm I'd I'll I've I’m I’d I’ll I’ve Sie Ihnen Ihr Ihre Ihrem Ihren Ihrer Du Dich Dir Dein Deine".split()
)


def _habit(found: Sequence[str]) -> str:
    """What stands in most of the samples that have one, the newest where several do equally often."""
    counts = Counter(one for one in found if one)
    most = max(counts.values(), default=0)
    return next((one for one in found if one and counts[one] == most), "")


def _greeting(sample: Edit) -> str:
    """The seller's greeting with the name left open; empty where it is the draft's own, or says more than a greeting."""
    first, before = _first_line(sample.edited), _first_line(sample.written)
    if first == before:
        return ""
    found = re.fullmatch(rf"(?P<hail>{GREETING})(?:\s+(?P<names>[^,!:.]{{1,40}}?))?\s*(?P<end>[,!:.–-]?)", first, re.I)
    if not found or len((found["names"] or "").split()) > 3:
        return ""
    names = (found["names"] or "").split()
    # A title tells a gender, which no record holds of the next person.
    if any(fold(name) in _TITLES for name in names):
        return ""
    name = "" if not names else " {first}" if len(names) == 1 else " {name}"
    return f"{found['hail']}{name}{found['end']}"


_TITLES = frozenset(
    "mr mrs ms miss mx dr prof herr frau monsieur madame m mme mlle senor senora sr sra don dona all team everyone".split()
)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _closing(sample: Edit) -> str:
    lines = [line.strip() for line in sample.edited.splitlines() if line.strip()]
    before = {line.strip() for line in sample.written.splitlines()}
    found = next((line for line in reversed(lines[1:]) if re.fullmatch(CLOSING, line, re.IGNORECASE)), "")
    return "" if found in before else found


def _replaced(samples: Sequence[Edit], language: str) -> list[tuple[str, str]]:
    """Common words that the seller always takes out or replaces, in letters to several customers."""
    seen: dict[str, Counter[str]] = {}
    where: dict[tuple[str, str], set[str]] = {}
    for sample in samples:
        if form_in(sample.written, language) != form_in(sample.edited, language):
            continue  # Most words that change with “du” and “Sie” are none of a style.
        for old, new in set(_swaps(sample)):
            seen.setdefault(old, Counter())[new] += 1
            where.setdefault((old, new), set()).add(sample.account_id)
    found = []
    for old, news in seen.items():
        new, count = news.most_common(1)[0]
        kept = sum(_has(sample.edited, old) for sample in samples)
        if count >= FEWEST and len(where[old, new]) >= FEWEST and not kept:
            found.append((old, new))
    return sorted(found, key=lambda one: -len(one[0]))


def _swaps(sample: Edit) -> list[tuple[str, str]]:
    """(words, what they became) of an edit, common ones alone."""
    before, after = _TOKEN.findall(sample.written), _TOKEN.findall(sample.edited)
    found = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = before[a:b], after[c:d]
        if what in ("replace", "delete") and _plain(old) and old and _plain(new):
            found.append((" ".join(old), " ".join(new)))
    return found


def _plain(tokens: Sequence[str]) -> bool:
    """Whether a phrase is a few words in small letters that are common to all letters."""
    return len(tokens) <= LONGEST_PHRASE and all(
        _WORD.fullmatch(t) and t.islower() and fold(t) in COMMON for t in tokens
    )


def _has(text: str, phrase: str) -> bool:
    return re.search(rf"\b{re.escape(phrase)}\b", text) is not None


def _length(samples: Sequence[Edit]) -> Length | None:
    sizes = [(len(_body(one.edited).split()), len(_body(one.written).split())) for one in samples]
    shares = [after / before for after, before in sizes if before]
    if len(shares) < FEWEST:
        return None
    share = median(shares)
    return "short" if share < SHORT else "long" if share > LONG else None


def _body(text: str) -> str:
    """A letter without its closing and what stands under it."""
    lines = text.splitlines()
    ends = [at for at, line in enumerate(lines) if re.fullmatch(CLOSING, line.strip(), re.IGNORECASE)]
    return "\n".join(lines[: ends[-1]] if ends else lines)


def _address(samples: Sequence[Edit], language: str) -> Address:
    """Familiar or distant, where the language tells them apart and the seller mostly keeps to one; the newest where even."""
    found = [_said_in(one, language) for one in samples]
    # “Du” that was asked for once, for one person, is no habit; one that was put where “Sie” stood is.
    turned = any(form == "familiar" != form_in(one.written, language) for one, form in zip(samples, found, strict=True))
    kept = [form for form in found if form == "distant" or (form and turned)]
    counts: Counter[Address] = Counter(kept)
    return max(kept, key=lambda form: counts[form], default="")


def _said_in(sample: Edit, language: str) -> Address:
    """The form in which the seller's own sentences of a letter address its reader; empty where they do not tell."""
    own = " ".join(sentence for sentence in _sentences(sample.edited) if sentence not in _sentences(sample.written))
    return form_in(own, language)


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?:])\s+|\n+", text) if part.strip()]


def form_in(text: str, language: str) -> Address:
    """The form in which a text addresses its reader; empty where it does not tell."""
    if language not in _FAMILIAR:
        return ""
    near, far = len(_FAMILIAR[language].findall(text)), len(_DISTANT[language].findall(text))
    return "familiar" if near > far else "distant" if far > near else ""


def _quotes(part: Part) -> bool:
    return bool(part.cites) or part.blank


def _in_voice(text: str, voice: Voice) -> str:
    for old, new in voice.replaced:
        pattern = rf"\s?\b{re.escape(old)}\b" if not new else rf"\b{re.escape(old)}\b"
        text = re.sub(pattern, new, text)
    return text
