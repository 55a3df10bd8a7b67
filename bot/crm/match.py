"""Find the record that a person means by a name: exactly one, or a question, never a guess."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from bot.errors import Ambiguous, NotFound

Candidates = Sequence[tuple[str, str]]
"""(id, name) pairs"""

SUFFIXES = frozenset(
    str.split(
        "ab ag aps as asa bv co company corp corporation gmbh inc incorporated kg limited llc llp ltd nv oy oyj plc "
        "pte pty sa sarl sas se spa srl"
    )
)
"""Legal forms, dropped from the end of a name"""

COMMON = frozenset(
    str.split(
        "a about account accounts add all also an and any are as ask at back bank best brief budget buy by "
        "call can case central close closed cold come contact could data day deal deals did do does draft "
        "email east find first follow for forecast from general get give global good great green group has "
        "have he her high him his home how i if in international into is it its key last like list log look "
        "lost make many market may me meeting more most mr mrs ms my national new next no north not note "
        "notes now of off on one only open or our out over own people pipeline play point power price prime "
        "product red review risk royal sales see sell send she should show sound south stage stand star state "
        "still sun super task team tell that the their them there they this time to today tomorrow top under "
        "union united up update us was we week well west what when where which white who why will win with "
        "won work world would write year you your"
    )
)
"""Words of everyday requests: alone they never stand for a company or a person"""

_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "&": " and "})
_POSSESSIVE = re.compile(r"['\u2019`]s\b", re.IGNORECASE)
_APOSTROPHE = re.compile(r"['\u2019`]")
_TOKEN = re.compile(r"""[^\s,.;:!?()\[\]{}"\u201c\u201d\u00ab\u00bb/\\|<>*#+=-]+""")
_ASCII_GAP = re.compile(r"[^a-z0-9]+")
_LONG = 6
"""letters from which a word may be several words of a name run together"""
_CERTAIN, _LEAD = 83.0, 6.0
"""rapidfuzz scores, 0 to 100: a typo resolves from _CERTAIN on when the second is _LEAD behind, else it is asked about;
83 lets one wrong letter in six pass, and two swapped ones in nine"""


class Match(NamedTuple):
    """A record that fits a name, and why."""

    id: str
    name: str
    why: Literal["exact", "part", "typo"]


class Mention(NamedTuple):
    """Words of a sentence, as written, that name a record; several ids where the words fit several."""

    text: str
    ids: tuple[str, ...]
    whole: bool
    """the whole name was written, not a part of it"""


def find(
    name: str,
    candidates: Candidates,
    *,
    what: str = "account",
    detail: Callable[[str], str] | None = None,
    none: str = "",
) -> Match:
    """Return the one record meant by `name`.

    `detail` gives the words (from the id) that tell candidates apart, such as country and owner; `none` is said where there
    are no candidates at all. Raises Ambiguous with the candidates where several fit, NotFound with the nearest five names
    where none does.
    """
    fits = options(name, candidates)
    if len(fits) == 1:
        return fits[0]
    if fits:
        told = _told_apart(fits, detail)
        raise Ambiguous(f"Several {what}s fit “{name}”: {'; '.join(told)}. Which one?", candidates=told)
    near = nearest(name, candidates)
    hint = f"the nearest are {', '.join(near)}" if near else none or f"there is no {what} yet"
    raise NotFound(f"There is no {what} called “{name}”; {hint}.", candidates=near)


def options(name: str, candidates: Candidates) -> list[Match]:
    """All records that `name` may mean: one is an answer, several are a question, best first."""
    typed = name.strip()
    if not typed:
        return []
    folded = [fold(label) for _, label in candidates]
    cores = [_core(label) for label in folded]
    wanted, core = fold(typed), _core(fold(typed))
    same = (
        [at for at, (key, _) in enumerate(candidates) if key == typed]
        or [at for at, (_, label) in enumerate(candidates) if folded[at] == wanted and _same_text(label, typed)]
        or [at for at, label in enumerate(folded) if label == wanted]
        or [at for at, label in enumerate(cores) if label == core]
    )
    if same:
        return [Match(*candidates[at], "exact") for at in same]
    parts = _parts(core, folded) or [at for at, label in enumerate(cores) if _joins(core, label)]
    return [Match(*candidates[at], "part" if parts else "typo") for at in parts or _typos(core, cores)]


def nearest(name: str, candidates: Candidates, limit: int = 5) -> tuple[str, ...]:
    """The names that look most like this one, best first."""
    return tuple(candidates[index][1] for index in _nearest(name, candidates, limit))


def nearest_ids(name: str, candidates: Candidates, limit: int) -> list[str]:
    """The ids of the records whose names look most like this one, best first."""
    return [candidates[index][0] for index in _nearest(name, candidates, limit)]


def _nearest(name: str, candidates: Candidates, limit: int) -> list[int]:
    folded = [_core(fold(label)) for _, label in candidates]
    return [at for _, _, at in process.extract(_core(fold(name)), folded, scorer=fuzz.WRatio, limit=limit)]


def mentions(text: str, candidates: Candidates, *, people: bool = False) -> list[Mention]:
    """Which names occur in a sentence, longest first; a company may be named by its first words, a person by any."""
    tokens = list(_tokens(text))
    words = [word for word, _ in tokens]
    spans = _spans(words, candidates, people) + _unspaced(text, words, candidates) or _run_together(words, candidates)
    taken: set[int] = set()
    found = []
    for start, end, whole, ids in sorted(spans, key=lambda span: (span[0] - span[1], not span[2], span[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            written = text[tokens[start][1].start() : tokens[end - 1][1].end()]
            found.append(Mention(_POSSESSIVE.sub("", written), ids, whole))
    return found


def _tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The folded words of a text, each with where it was written."""
    for token in _TOKEN.finditer(text):
        for word in fold(_POSSESSIVE.sub("", token[0])).split():
            if word.isalnum():
                yield word, token


@lru_cache(maxsize=262_144)
def fold(name: str) -> str:
    """Lower case without accents and punctuation, words parted by one space; a name of signs alone stays as it is."""
    plain = _APOSTROPHE.sub("", name.lower())
    if plain.isascii() and "&" not in plain:
        return _ASCII_GAP.sub(" ", plain).strip() or name.strip()
    letters = unicodedata.normalize("NFKD", plain.casefold().translate(_UNDECOMPOSED))
    kept = "".join(sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign))
    return " ".join(kept.split()) or name.strip()


@lru_cache(maxsize=262_144)
def _core(folded: str) -> str:
    """The folded name without the legal form at its end."""
    words = folded.split()
    while len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    return " ".join(words)


def _same_text(label: str, typed: str) -> bool:
    return label.strip().casefold() == typed.casefold()


def _parts(wanted: str, folded: Sequence[str]) -> list[int]:
    """Where names hold all the wanted words, the last of which may be unfinished."""
    words = wanted.split()
    if len(wanted) < 2:
        return []
    return [at for at, label in enumerate(folded) if words[0] in label and _holds(label.split(), words)]


def _holds(label: list[str], words: list[str]) -> bool:
    *full, last = words
    begun = any(word.startswith(last) for word in label) if len(last) > 1 else last in label
    return begun and all(word in label for word in full)


def _typos(wanted: str, cores: Sequence[str]) -> list[int]:
    """Where names are a few letters away: the best, or the several that are close to it."""
    if len(wanted) < 4:
        return []
    count = len(wanted.split())
    heads = [" ".join(label.split(" ", count)[:count]) for label in cores]
    scores: dict[int, float] = {}
    for labels in (cores, heads):
        for _, score, at in process.extract(wanted, labels, scorer=fuzz.ratio, limit=6, score_cutoff=_CERTAIN - _LEAD):
            scores[at] = max(score, scores.get(at, 0.0))
    return _clear(sorted(scores, key=lambda at: -scores[at]), scores)


def _clear(ranked: list[int], scores: dict[int, float]) -> list[int]:
    """The best alone where it is well ahead; the close ones where several are near; none where all are far."""
    if not ranked or scores[ranked[0]] < _CERTAIN:
        return []
    best = scores[ranked[0]]
    return [index for index in ranked if scores[index] > best - _LEAD][:5]


def _told_apart(fits: Sequence[Match], detail: Callable[[str], str] | None) -> tuple[str, ...]:
    """At most ten names with what tells them apart; the id where nothing else does."""
    said = [f"{fit.name} ({detail(fit.id)})" if detail and detail(fit.id) else fit.name for fit in fits[:10]]
    return tuple(
        f"{label} [{fit.id}]" if said.count(label) > 1 else label for label, fit in zip(said, fits, strict=False)
    )


_Span = tuple[int, int, bool, tuple[str, ...]]


def _spans(words: list[str], candidates: Candidates, people: bool) -> list[_Span]:
    found: dict[tuple[int, int, bool], list[str]] = {}
    present = set(words)
    for key, label in candidates:
        name = _core(fold(label)).split()
        if not present.isdisjoint(name if people else name[:1]):
            for span in _occurrences(words, name, people):
                found.setdefault(span, []).append(key)
    return [(*span, tuple(ids)) for span, ids in found.items()]


def _occurrences(words: list[str], name: list[str], people: bool) -> list[tuple[int, int, bool]]:
    """Where the name, its first words, or (of a person) one of its words stands among the words."""
    found = []
    for start, word in enumerate(words):
        if word == name[0]:
            length = _common_length(words[start:], name)
            whole = length == len(name)
        else:
            length, whole = int(people and word in name), False
        if length and (whole or _telling(words[start : start + length])):
            found.append((start, start + length, whole))
    return found


def _common_length(words: list[str], name: list[str]) -> int:
    length = 0
    for word, wanted in zip(words, name, strict=False):
        if word != wanted:
            break
        length += 1
    return length


def _telling(words: list[str]) -> bool:
    """A part of a name stands for it only where it is no everyday word."""
    return any(len(word) > 2 and word not in COMMON and not word.isdigit() for word in words)


def _run_together(words: list[str], candidates: Candidates) -> list[_Span]:
    """Names whose first words were written as one: "Tarnvale" for "Tarn & Vale Outdoor"."""
    found: dict[int, list[str]] = {at: [] for at, word in enumerate(words) if len(word) >= _LONG}
    first = {words[at][0] for at in found}
    for key, label in candidates if found else ():
        core = _core(fold(label)).removeprefix("and ")
        if core[:1] in first:
            for at, ids in found.items():
                ids += [key] * _joins(words[at], core)
    return [(at, at + 1, False, tuple(ids)) for at, ids in found.items() if ids]


def _joins(word: str, core: str) -> bool:
    """Whether a word is the first words of a name run together, an "and" between them left out."""
    parts = [part for part in core.split() if part != "and"]
    if len(word) < _LONG or len(parts) < 2 or not word.startswith(parts[0]):
        return False
    return any(word == "".join(parts[:count]) for count in range(2, len(parts) + 1))


def _unspaced(text: str, words: list[str], candidates: Candidates) -> list[_Span]:
    """Names in scripts that join words (a Chinese name, a Hebrew prefix) or of signs alone, found inside the text."""
    if text.isascii():
        return []
    found: list[_Span] = []
    for key, label in candidates:
        name = _core(fold(label))
        if len(name) > 1 and not name.isascii() and " " not in name:
            found += [(at, at + 1, True, (key,)) for at, word in enumerate(words) if name in word and name != word]
    return found
