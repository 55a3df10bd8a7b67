"""Two pages that say different things of one subject: other numbers, dates or names, or an opposite rule (pure).

Code finds them and says what differs; nobody's model is asked. Fewer false alarms count more than more finds.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.curating import tables
from bot.curating.claims import Said, claims
from bot.grounding import dates
from bot.grounding.figures import Figure, supported
from bot.grounding.negation import flipped
from bot.grounding.sense import opposite
from bot.grounding.text import content, fold, stem, words
from knowledge.documents import Chunk, Document

ALIKE = 0.6
"""share of the subjects' weight that both sentences hold, 0..1"""
SAME = 0.78
"""above it, sentences are so alike that a name or a negation is what they differ by"""
COMMON = 60
"""sentences that a word may stand in to bring two of them together"""
RULED = 0.72
FIRM = 3
"""words that two sentences share before a rule is held against them"""
FEW = 3
"""names that one side has alone before it is a list, and not one name in another's place"""
PATTERN = 2
"""sentences in which two pages swap what they are about before they count as cut from one pattern"""
AGAINST = {frozenset(p) for p in (("forbids", "requires"), ("forbids", "allows"), ("requires", "spares"))}


@dataclass(frozen=True)
class Contradiction:
    """Two sentences of two pages that cannot both hold, and what they differ in."""

    a: Said
    b: Said
    what: str
    """number, date, name or rule"""
    differs: str
    """such as "10 % / 15 %" """
    likeness: float

    @property
    def pair(self) -> str:
        """Give the key under which a person puts it aside: it changes when either sentence does."""
        return pair_key(self.a.text, self.b.text)


def disagreements(passages: Iterable[tuple[Document, Chunk]]) -> list[Contradiction]:
    """Give the contradictions among a few passages, the surest first."""
    return find([one for page, chunk in passages for one in claims(page, [chunk])])


def find(said: Sequence[Said]) -> list[Contradiction]:
    """Give the contradictions among sentences, the surest first."""
    weights = _weights(said)
    scored = ((a, b, _likeness(a, b, weights)) for a, b in _near(said))
    alike = [(a, b, likeness) for a, b, likeness in scored if likeness >= ALIKE]
    parallel = _parallel(alike)
    alike += [(a, b, SAME) for a, b in _about_one_cell(said)]
    found = [
        one
        for a, b, likeness in alike
        if frozenset((a.page.id, b.page.id)) not in parallel
        for one in _of(a, b, likeness)
    ]
    return sorted(found, key=lambda one: (-one.likeness, one.a.text, one.b.text))


def _of(a: Said, b: Said, likeness: float) -> list[Contradiction]:
    found = [Contradiction(a, b, what, differs, likeness) for what, differs in _differences(a, b, likeness)]
    return found[:1]


def _weights(said: Sequence[Said]) -> Mapping[str, float]:
    counts = Counter(word for one in said for word in one.subject)
    # As if there were a thousand sentences more: in a small knowledge base what two of them share is not common.
    return {word: math.log((1000 + len(said)) / n) for word, n in counts.items()}


def _near(said: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Yield each two sentences of different pages that share a word which is not common."""
    by_word: dict[str, list[int]] = {}
    for i, one in enumerate(said):
        for word in one.subject:
            by_word.setdefault(word, []).append(i)
    pairs = {p for ids in by_word.values() if len(ids) <= COMMON for p in combinations(ids, 2)}
    yield from ((said[i], said[j]) for i, j in sorted(pairs) if _comparable(said[i], said[j]))


def _about_one_cell(said: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    yield from ((a, b) for a, b in tables.same_cells(said) if _one_field(a, b))
    yield from ((a, b) for a, b in tables.told_in_words(said) if _one_field(a, b))


def _comparable(a: Said, b: Said) -> bool:
    """Sentences of different pages of one product and region; a sentence copied into many pages costs nothing."""
    if a.page.id == b.page.id or a.key or b.key or a.text == b.text:
        return False
    return _one_field(a, b) and len(a.subject & b.subject) > 1


def _one_field(a: Said, b: Said) -> bool:
    """Say whether the pages are about one product and one region, as far as they say."""
    fields = ((a.page.product, b.page.product), (a.page.region, b.page.region))
    return all(x is None or y is None or x.casefold() == y.casefold() for x, y in fields)


def _parallel(alike: Sequence[tuple[Said, Said, float]]) -> set[frozenset[str]]:
    """Give the pairs of pages that were cut from one pattern for two subjects, such as two roles or two products."""
    swapped = Counter(frozenset((a.page.id, b.page.id)) for a, b, likeness in alike if _swapped(a, b, likeness))
    return {pair for pair, n in swapped.items() if n >= PATTERN}


def _swapped(a: Said, b: Said, likeness: float) -> bool:
    """Say whether the sentences differ in what tells the titles of their pages apart."""
    swapped = (_titled(a) ^ _titled(b)) & (_stems(a) ^ _stems(b))
    return len(swapped) > 1 or (bool(swapped) and likeness >= SAME)


def _titled(said: Said) -> frozenset[str]:
    """Give the stems of the title and its initials: CE for Customer Engineering."""
    initials = [word[0] for word in said.page.title.split() if word[0].isupper()]
    short = {"".join(initials[i:j]).lower() for i in range(len(initials)) for j in range(i + 2, i + 5)}
    return content(said.page.title) | short


def _stems(said: Said) -> frozenset[str]:
    return said.subject | {stem(name.removesuffix("s")) for name in said.names}


def _likeness(a: Said, b: Said, weights: Mapping[str, float]) -> float:
    shared = math.fsum(weights[word] for word in a.subject & b.subject)
    return 2 * shared / math.fsum(weights[word] for one in (a, b) for word in one.subject)


def _differences(a: Said, b: Said, likeness: float) -> Iterator[tuple[str, str]]:
    if _two_cases(a, b):
        return
    close = likeness >= SAME
    figures, when, names = list(_figures(a, b, close=close)), list(_dates(a, b, close=close)), _names(a, b)
    if not names and len(figures) + len(when) == 1:
        # Two things that differ at once are two cases: 5 days for 50 users, 15 days for 500.
        yield ("number", figures[0]) if figures else ("date", when[0])
    elif not names and not figures and not when:
        if len(a.subject & b.subject) >= FIRM or a.subject == b.subject:
            yield from (("rule", told) for told in _rules(a, b, likeness))
    elif names and likeness >= SAME and a.rule == b.rule and not (figures or when or _is_subject(a, b)):
        yield "name", names


def _two_cases(a: Said, b: Said) -> bool:
    """Say whether one speaks of up to 10 % where the other speaks of above 30 %."""
    hedges = [{(kind, figure.hedge) for kind, figure in side.counted} for side in (a, b)]
    kinds = {kind for kind, _ in a.counted} & {kind for kind, _ in b.counted}
    return any(
        (k, x) in hedges[0] and (k, y) in hedges[1] for k in kinds for x, y in (("under", "over"), ("over", "under"))
    )


def _is_subject(a: Said, b: Said) -> bool:
    """Say whether a name that only one side has stands in the title or the path of its page."""
    titles = [set(words(f"{one.page.title} {one.page.uri}".replace("-", " ").replace("/", " "))) for one in (a, b)]
    return bool((a.names - b.names) & titles[0] or (b.names - a.names) & titles[1])


def _names(a: Said, b: Said) -> str:
    """Say the names that each side has alone; nothing unless both have one."""
    mine = [name for name in sorted(a.names - b.names) if name not in fold(b.text)]
    theirs = [name for name in sorted(b.names - a.names) if name not in fold(a.text)]
    return f"{', '.join(mine)} / {', '.join(theirs)}" if 0 < len(mine) <= FEW and 0 < len(theirs) <= FEW else ""


def _figures(a: Said, b: Said, *, close: bool) -> Iterator[str]:
    for kind in sorted({kind for kind, _ in a.counted} & {kind for kind, _ in b.counted}):
        mine, theirs = [[figure for k, figure in side.counted if k == kind] for side in (a, b)]
        left, right = [f for f in mine if not supported(f, theirs)], [f for f in theirs if not supported(f, mine)]
        if _all_or_one(left, mine, close=close) and _all_or_one(right, theirs, close=close):
            yield f"{_told(left)} / {_told(right)}"


def _all_or_one(other: Sequence[object], said: Sequence[object], *, close: bool) -> bool:
    """Say whether one side says nothing as the other does; between close sentences one thing said otherwise is enough."""
    return len(other) == len(said) or (close and len(other) == 1)


def _told(figures: Iterable[Figure]) -> str:
    return ", ".join(dict.fromkeys(figure.text for figure in figures))


def _dates(a: Said, b: Said, *, close: bool) -> Iterator[str]:
    left = [x for x in a.dates if not any(_agree(x, y) for y in b.dates)]
    right = [y for y in b.dates if not any(_agree(x, y) for x in a.dates)]
    whole = _all_or_one(left, a.dates, close=close) and _all_or_one(right, b.dates, close=close)
    if whole and {_precision(d) for d in left} & {_precision(d) for d in right}:
        yield f"{', '.join(d.text for d in left)} / {', '.join(d.text for d in right)}"


def _agree(one: dates.When, other: dates.When) -> bool:
    return any(x.knows(y) or y.knows(x) for x in one.readings() for y in other.readings())


def _precision(when: dates.When) -> tuple[bool, ...]:
    return tuple(x is not None for x in (when.month, when.day, when.quarter, when.half, when.weekday))


def _rules(a: Said, b: Said, likeness: float) -> Iterator[str]:
    if frozenset((a.rule, b.rule)) in AGAINST and likeness >= RULED:
        yield f"{a.rule} / {b.rule}"
    elif likeness >= SAME:
        turned = flipped(a.text, b.text, a.subject & b.subject) or opposite(a.text, b.text)
        if turned:
            yield turned


def pair_key(a: str, b: str) -> str:
    """Give one key for two texts, whichever comes first; its first signs tell pairs apart that share one text."""
    both = sorted(hashlib.sha256(" ".join(text.split()).encode()).hexdigest() for text in (a, b))
    return hashlib.sha256("|".join(both).encode()).hexdigest()[:32]
