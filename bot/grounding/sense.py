"""Whether a claim turns round what its source says: negation, and words of opposite direction (pure)."""

import re
from collections.abc import Sequence
from itertools import takewhile

from bot.grounding.text import IRREGULAR, STOP, content, stem, words

NEGATORS = frozenset(
    "not no never none nobody nothing neither nor without cannot hardly don't doesn't didn't won't wouldn't can't couldn't "
    "isn't aren't wasn't weren't hasn't haven't hadn't shouldn't unable fail failed fails lack lacks lacked refuse refused "
    "refuses deny denied denies unlikely nicht kein keine keinen nie".split()
)
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
UNTIL = re.compile(r"\b(?:until|till|before|unless|without)\b", re.IGNORECASE)
AFTER = re.compile(r"\b(?:only|after|once)\b", re.IGNORECASE)
ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
OWING = {"yet": ("to",), "still": ("has", "have", "had", "needs", "need", "must", "to")}
"""and what behind it: what is not done yet"""
ORDER = ("before", "after")
JOINS = frozenset("before after until till unless but and or because if when while".split())
OPPOSITES = """
increase rise grow grew raise rose risen up higher gain gained improve expand accelerate upside | decrease decline fall fell fallen reduce drop down lower shrink lose lost worsen contract slow decelerate downside cut
won win | lost lose
before earlier prior | after later
early earlier | late later
more | less fewer
most majority | least minority few
high higher highest | low lower lowest
accept agree agreed approve approved support | reject decline refuse disagree disagreed oppose opposed deny
open outstanding unresolved unsettled | settled resolved closed
start begin began open launch | end stop finish close cancel cease
buy bought purchase acquire | sell sold divest
hire hired recruit | fire fired lay layoff
easy simple | hard difficult complicated complex
good great positive well | bad poor negative badly terrible
strong strength stronger | weak weakness weaker
like love enjoy | dislike hate
happy glad excited satisfied pleased | sad unhappy upset disappointed angry annoyed dissatisfied
able can possible | unable cannot impossible
always | never sometimes rarely
all every everyone | none nobody few
include included including | exclude excluded excluding
remember | forget forgot
cheap inexpensive affordable | expensive costly
large big larger bigger | small smaller little
long longer | short shorter
new newer | old older
fast quick faster | slow slower
ahead above exceed exceeded beat outperform | behind below miss missed underperform
internal | external
inbound | outbound
public | private
profit profitable | loss unprofitable
likely probable | unlikely improbable
renew renewed | churn churned cancel cancelled
send sent give gave lend | receive received get take borrow
ask asked | answer answered
minimum | maximum
first | last
same similar | different
complete completed | incomplete unfinished
necessary required mandatory | unnecessary optional
success succeed successful | failure fail failed unsuccessful
true correct | false incorrect wrong
attractive beautiful | unattractive ugly
favourable favorable | unfavourable unfavorable adverse
offset | compound
tailwind | headwind
young younger | elderly older
morning | evening afternoon
tomorrow | yesterday today
husband boyfriend father brother son uncle | wife girlfriend mother sister daughter aunt
permanent | temporary
double doubled twice | halve halved
partially partly | fully entirely completely
organic | inorganic
domestic | international
advantage benefit | disadvantage drawback
appreciate | regret
confirm | deny doubt
confident certain sure | doubtful uncertain unsure
important | unimportant irrelevant
significant substantial major big strong sharp | insignificant slight minimal minor modest marginal negligible
friend ally | enemy rival
earn earned earnings profit gain | lose lost loss
luxury premium | basic budget
maximize maximise | minimize minimise
late delayed | punctual
"""


def _table() -> dict[str, list[tuple[frozenset[str], frozenset[str]]]]:
    found: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for row in OPPOSITES.strip().splitlines():
        left, right = (frozenset(stem(word) for word in side.split()) for side in row.split("|"))
        for word in left - right:
            found.setdefault(word, []).append((left, right))
        for word in right - left:
            found.setdefault(word, []).append((right, left))
    return found


ANTONYMS = _table()
"""for each stem: the words of its own side and those of the other"""
CLASSES = """
spring | summer | autumn fall | winter
hourly | daily | weekly | fortnightly biweekly | monthly | quarterly | yearly annually annual
north northern | south southern | east eastern | west western
morning | noon | afternoon | evening | night
finance accounting | procurement purchasing | marketing | legal | engineering | operations | logistics | hr
ceo | cfo | cto | cio | coo | cmo | ciso | cro
president | director | manager | assistant | intern
monday | tuesday | wednesday | thursday | friday | saturday | sunday
"""
"""words of which only one can be meant where one stands"""
UNIVERSAL = frozenset("all every everyone everybody everywhere everything always whole entire entirely".split())
LIMITED = frozenset("only some most few several part partly half except sometimes mostly".split())
LIMITING = frozenset("only just solely alone sole exclusively except nothing none".split())
TERM = re.compile(
    r"\b(?:first|last)[ -](?:year|half|quarter|month|week)\b|\btak(?:es?|ing|en) (?:place|part|over)\b|\btook (?:place|part|over)\b"
    r"|\b(?:close|closing|start|end) dates?\b|\bopen (?:points?|questions?|issues?|items?|tasks?|tickets?|deals?|amount|pipeline)\b",
    re.IGNORECASE,
)
"""what says nothing of its words: a first quarter is not the opposite of last year, nor an open point that of a close date"""
PREFIX = re.compile(r"^(?:un|in|im|dis|non|ir)(?=\w{4})")


def opposite(claim: str, passage: str) -> str | None:
    """Return the word of a claim whose opposite, and no word like it, stands in the passage that fits it best."""
    tokens, there = words(TERM.sub(" ", claim)), words(TERM.sub(" ", passage))
    mine, theirs = {stem(word) for word in tokens}, {stem(word) for word in there}
    # "Not pleased" is no opposite of "unhappy".
    plain = theirs - under_not(there)
    is_same = _turned_round(tokens, there) or is_same_order(claim, passage)
    for word in [one for one in tokens if one not in ORDER] if is_same else tokens:
        root = stem(word)
        if root in theirs or root in under_not(tokens):
            continue
        if _crossed(root, mine, plain) or _negated(root, mine, plain):
            return word
    return None


def _turned_round(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether one says "A before B" and the other "B after A"."""
    at, there = (next((n for n, word in enumerate(tokens) if word in ORDER), None) for tokens in (mine, theirs))
    if at is None or there is None or mine[at] == theirs[there]:
        return False
    return _meet(mine[:at], theirs[there + 1 :]) and _meet(mine[at + 1 :], theirs[:there])


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    return bool({stem(word) for word in one if word not in STOP} & {stem(word) for word in other if word not in STOP})


def under_not(tokens: Sequence[str]) -> set[str]:
    """The stems of up to three words that stand behind a "not", in the same clause."""
    behind = (tokens[at + 1 : at + 4] for at in range(len(tokens)) if denies(tokens, at))
    return {stem(word) for after in behind for word in takewhile(lambda one: one not in JOINS, after)}


def denies(tokens: Sequence[str], at: int) -> bool:
    """Whether a word denies what follows; "the import failed" denies nothing."""
    word = tokens[at]
    if word.startswith("fail") and tokens[at + 1 : at + 2] != ["to"]:
        return False
    is_owed = tokens[at + 1 : at + 2] and tokens[at + 1] in OWING.get(word, ())
    return word in NEGATORS or word.endswith("n't") or bool(is_owed)


def _crossed(root: str, mine: set[str], theirs: set[str]) -> bool:
    """Whether the claim takes one side only and the passage the other only."""
    return any(theirs & other - own and not theirs & own and not mine & other for own, other in ANTONYMS.get(root, ()))


def _negated(root: str, mine: set[str], theirs: set[str]) -> bool:
    """Whether one has "likely" where the other has "unlikely"."""
    plain = PREFIX.sub("", root)
    if plain != root and plain in theirs:
        return plain not in mine
    return len(root) > 3 and any(prefix + root in theirs - mine for prefix in ("un", "in", "im", "dis", "non"))


def is_same_order(claim: str, passage: str) -> bool:
    """Whether one says "not before the review", or "not without" it, and the other "only after" it."""
    if not (UNTIL.search(claim) or UNTIL.search(passage)):
        return False
    said = content(claim)
    nearest = max(SENTENCE.split(passage), key=lambda part: len(said & content(part)))
    pairs = ((claim, nearest, AFTER), (nearest, claim, ONLY))  # who does "not sign before" it need not sign after it
    return any(UNTIL.search(one) and plain.search(other) and _says_not(one) for one, other, plain in pairs)


def _says_not(text: str) -> bool:
    tokens = words(text)
    return any(denies(tokens, at) for at in range(len(tokens)))


def is_past(word: str) -> bool:
    """Whether a word tells a deed as done."""
    return word in IRREGULAR or (len(word) > 4 and word.endswith("ed"))


AHEAD = r"((?:\W+[\w'-]+){1,4})"
HEDGE = re.compile(rf"\b(?:might|may|could|perhaps|possibly|maybe)\b{AHEAD}")
"""lower case only: May is a month"""
POSSIBLE = re.compile(r"\b(?:(?:possib|potential)\w*|likely|consider\w*|thinking of)\b", re.IGNORECASE)
"""what says the same without such a word before a deed"""
INTENT = re.compile(rf"\b(?:hop|want|aim|tr)(?:e|ed|es|ied|ies|ing|s|y|ying)? to\b{AHEAD}")
FREE = re.compile(r"\b(?:would|can|whether|if)\b")
MEANT = re.compile(
    r"\b(?:will|would|shall|should|needs?|must|can|whether|if|(?:hope|want|plan|expect|intend|aim|try|wish|seek|ask|"
    r"request|goal|propos|target|await|wait)\w*|to be)\b",
    re.IGNORECASE,
)
"""a claim that speaks of what is to come itself"""


def hedged(claim: str, passage: str, shared: frozenset[str]) -> str | None:
    """Return what makes a thing only possible or only wished for in the passage, where the claim states it as a fact."""
    if HEDGE.search(claim) or POSSIBLE.search(claim):
        return None
    weak = None if FREE.search(claim) else _ahead(HEDGE, passage, shared)
    return weak or (None if MEANT.search(claim) else _ahead(INTENT, passage, shared))


def _ahead(pattern: re.Pattern[str], passage: str, shared: frozenset[str]) -> str | None:
    """The words of the pattern where the first word of meaning after them is one that the claim shares."""
    for match in pattern.finditer(passage):
        after = [stem(word) for word in words(match[1]) if word not in STOP]
        if after and after[0] in shared:
            return match[0][: match.start(1) - match.start()]
    return None


def _classes() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for row in CLASSES.strip().splitlines():
        members = [frozenset(side.split()) for side in row.split("|")]
        for own in members:
            found |= dict.fromkeys(own, (own, frozenset().union(*members) - own))
    return found


EXCLUSIVE = _classes()
"""for each word, as it is written: "months" is not "monthly": those for the same, and those for others of its class"""


def displaced(claim: str, passage: str, source_words: frozenset[str]) -> str | None:
    """The word of a claim that no source holds, where the passage has another of its class: finance instead of procurement."""
    mine, theirs = set(words(claim)), set(words(passage))
    for word in words(claim):
        own, others = EXCLUSIVE.get(word, (frozenset(), frozenset()))
        if own and not own & source_words and theirs & others - mine:
            return word
    return None


def overstated(claim: str, passage: str, source_words: frozenset[str]) -> str | None:
    """The "all" of a claim whose passage speaks of some, or its "only" that no source knows."""
    mine, theirs = set(words(claim)), set(words(passage))
    if theirs & LIMITED and not theirs & UNIVERSAL and not mine & LIMITED:
        return next((word for word in words(claim) if word in UNIVERSAL), None)
    return "only" if "only" in mine and not source_words & LIMITING else None
