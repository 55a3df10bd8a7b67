"""Cells of tables that are about one thing: in two tables, or in a table and a sentence (pure)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.curating.claims import Said
from bot.grounding.text import content

MANY = 60
"""tables in which one row and column may stand before it says nothing"""
TOLD = 2
"""words of a row and column that tell what a cell is about"""
PATTERN = 3
"""rows and columns that two pages share, and mostly fill otherwise, before they are about two things"""
GENERAL = frozenset(content("value amount figure number detail details meaning answer what when"))
"""heads of columns that add nothing to what the row is about"""

Pair = tuple[Said, Said]


def same_cells(said: Sequence[Said]) -> list[Pair]:
    """Give each two cells of two pages that stand in the same row and column."""
    by_key: dict[str, list[Said]] = {}
    for one in said:
        if one.key and sum(len(word) > 1 for word in content(one.key)) >= TOLD:
            by_key.setdefault(one.key, []).append(one)
    pairs = [p for cells in by_key.values() if len(cells) <= MANY for p in combinations(cells, 2)]
    pairs = [(a, b) for a, b in pairs if a.page.id != b.page.id]
    other = _about_two_things(pairs)
    return [(a, b) for a, b in pairs if frozenset((a.page.id, b.page.id)) not in other]


def _about_two_things(pairs: Sequence[Pair]) -> set[frozenset[str]]:
    """Give the pairs of pages whose tables are alike in rows and columns, and differ in most of what stands there."""
    shared = Counter(frozenset((a.page.id, b.page.id)) for a, b in pairs)
    differ = Counter(frozenset((a.page.id, b.page.id)) for a, b in pairs if a.value.casefold() != b.value.casefold())
    return {pages for pages, n in shared.items() if n >= PATTERN and 2 * differ[pages] > n}


def told_in_words(said: Sequence[Said]) -> Iterator[Pair]:
    """Yield each cell with the sentences of other pages that speak of its row and column."""
    by_word: dict[str, set[int]] = {}
    for i, one in enumerate(said):
        if not one.key and one.figures:
            for word in one.spoken:
                by_word.setdefault(word, set()).add(i)
    for cell in said:
        for i in sorted(_speaking_of(cell, by_word)) if cell.key and cell.figures else ():
            # A word more, and it may be of something else: the floor price is not the list price.
            if said[i].page.id != cell.page.id and said[i].subject <= cell.spoken | cell.about | GENERAL:
                yield cell, said[i]


def _speaking_of(cell: Said, by_word: dict[str, set[int]]) -> set[int]:
    wanted = content(cell.key) - GENERAL
    found = [by_word.get(word, set()) for word in wanted]
    both = set.intersection(*found) if found else set()
    if len(wanted) > TOLD:
        return both
    # "length" alone is of anything; with the page's title it is the length of a pilot.
    titled: set[int] = set().union(*(by_word.get(word, set()) for word in content(cell.page.title) - wanted))
    return both & titled
