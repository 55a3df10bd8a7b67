"""What a claim turns round where its words stand in the sources: a "not" of its own, or the opposite word (pure)."""

from collections.abc import Sequence

from bot.grounding.align import Fit
from bot.grounding.nearness import Near
from bot.grounding.negation import negations
from bot.grounding.opposites import are_opposite, like
from bot.grounding.sense import NEGATORS, under_not
from bot.grounding.text import STOP, stem, words

UNSAID = NEGATORS | frozenset(
    "instead rather own alone stop stopped absence absent lacking dont cant wont didnt doesnt isnt arent".split()
)
"""what denies in a source, also as people type it"""
NOT = frozenset("not no never none nobody nothing neither nor without cannot".split())
"""what denies in a claim; a word such as "refuse" may be told in many ways"""
SCOPE = 7
CLOSE, WIDER = 4, 6
LIKE = 0.6
"""likeness from which on a word has found its own counterpart"""


def denied(near: Sequence[Near], window: str) -> str | None:
    """The "not" of a claim whose words stand in the sources without any."""
    if negations(window) or any(_denies(word) for word in words(window)):
        return None
    spoken = [one.word for one in near]
    if "without" in spoken and NOT & set(spoken) - {"without"}:
        return None  # "without a contract no pilot": a condition
    for at, one in enumerate(near):
        if spoken[at : at + 2] == ["no", "longer"]:
            continue  # it has left, ended or stopped
        if (one.word in NOT or one.word.endswith("n't")) and not (_denies(one.other) and one.likeness > LIKE):
            meant = [word for word in near[at + 1 : at + 1 + SCOPE] if word.content and not _denies(word.word)][:2]
            if any(are_opposite(word.word, word.other) for word in meant):
                continue  # not happy: unhappy
            if meant and not any(_denies(word) for it in meant for word in (*it.before, it.other, *it.after[:3])):
                return one.word
    return None


def _denies(word: str) -> bool:
    return word in UNSAID or word.endswith("n't")


def opposed(near: Sequence[Near], fit: Fit) -> str | None:
    """The word of a claim in whose place the sources have its opposite."""
    mine, theirs, core = (
        {one.stem for one in near},
        *({stem(one) for one in words(text)} for text in (fit.window, fit.core)),
    )
    under = under_not([one.word for one in near])
    for one in near:
        if not one.content or one.stem in under or core & like(one.stem) or any(c.isdigit() for c in one.word):
            continue
        if not one.name and one.stem not in theirs and _against(one, [one.other], mine):
            return one.word
        about = (*one.before[-CLOSE:], one.other, *one.after[: CLOSE - 1])
        wider = (*one.before[-WIDER:], one.other, *one.after[:WIDER])
        if one.likeness < LIKE and one.stem not in map(stem, wider) and _against(one, about, mine):
            return one.word
    return None


def _against(one: Near, others: Sequence[str], mine: set[str]) -> bool:
    denied = under_not((*one.before, one.other, *one.after))
    told = (word for word in others if word not in STOP and stem(word) not in mine | denied)
    return any(are_opposite(one.word, word) for word in told)
