"""The account names that a request may mean, where rights to 100,000 accounts cannot be asked for."""

from collections.abc import Callable, Collection

from bot.crm.match import Candidates, mentions, nearest_ids, options

ROUNDS, PER_ROUND, MOST = 5, 200, 1000
"""looks for visible names at the most; nearest names, and fitting names, asked about in one of them"""
SHOWN = 5
"""nearest names that a person is told"""


def narrowed(
    like: str, names: Candidates, first: Collection[str], visible: Callable[[Collection[str]], Collection[str]]
) -> Candidates:
    """The visible ones of the names that a text may mean, and of those nearest to it, in their order.

    What `find`, `options` and `mentions` say of these is what they would say of all visible names: whatever fits and
    is hidden is taken out and the rest looked at again, as a hidden name must not stand before a visible one.
    `first` are ids to prefer where too many fit.
    """
    seen: set[str] = set()
    left = list(names)
    for _ in range(ROUNDS):
        fits = _fitting(like, left, first)
        shown = set(visible(fits))
        seen |= shown
        if len(shown) == len(fits):
            break
        hidden = set(fits) - shown
        left = [name for name in left if name[0] not in hidden]
    found = [name for name in names if name[0] in seen]
    if not options(like, found):
        # Nothing is called that: the nearest names will be told.
        seen |= _nearest(like, left, visible)
    return [name for name in names if name[0] in seen]


def _fitting(like: str, names: Candidates, first: Collection[str]) -> list[str]:
    """Ids of what the text names as a whole or in part, at most MOST."""
    found = [match.id for match in options(like, names)]
    found += [key for mention in mentions(like, names) for key in mention.ids]
    return sorted(dict.fromkeys(found), key=lambda key: key not in first)[:MOST]


def _nearest(like: str, names: Candidates, visible: Callable[[Collection[str]], Collection[str]]) -> set[str]:
    ranked = nearest_ids(like, names, ROUNDS * PER_ROUND)
    seen: set[str] = set()
    for start in range(0, len(ranked), PER_ROUND):
        seen |= set(visible(ranked[start : start + PER_ROUND]))
        if len(seen) >= SHOWN:
            break
    return seen
