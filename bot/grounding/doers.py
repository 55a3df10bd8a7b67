"""Who does what: a claim that gives a deed of its source to somebody else (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from bot.grounding.holders import NAME, TITLE
from bot.grounding.passage import Passage
from bot.grounding.roles import DONE, MUTUAL
from bot.grounding.text import STOP, WORD, bare, fold, stem, words

CLAUSE = re.compile(r"[;,:.!?]\s|\s(?:but|while|whereas|and(?= (?:[A-Z]|the others?\b|(?:we|they|he|she|it)\b)))\s")
APPOSITIVE = re.compile(
    rf"(?P<name>{NAME}), (?P<aside>(?:an?|the|our|their|its|your|his|her|who|both|head|{TITLE})\b[^,;:]{{2,60}}), "
    r"(?!(?:and|or|but|so|as|then|because|while|if|when|which|who|we|you|they|he|she|it|that)\b)(?=[a-z])"
)
"""a name, and between commas what is said of it before its deed"""
TITLED = re.compile(
    rf"\b(?:[Aa]n?|[Tt]he|[Oo]ur|[Tt]heir|[Ii]ts|[Yy]our|[Hh]is|[Hh]er) (?P<title>[a-z][\w-]+(?: [\w-]+){{0,3}}), (?P<name>{NAME}), "
    r"(?!(?:and|or|but|so|as|then|because|while|if|when|which|who|we|you|they|he|she|it|that)\b)(?=[a-z])"
)
"""who it is, before the name between commas: "her deputy, Ines Roth, signs" """
RELATIVE = re.compile(rf"(?P<name>{NAME}),? who (?=[a-z])")
"""a name whose deed follows it at once"""
PARTY = re.compile(
    r"(?:[\w-]+ ){0,2}(?:call|meeting|visit|mail|e-mail|talk|talked|chat|conversation|demo|lunch|workshop|review|met|spoke|visited)"
    rf"(?: with| to| at)? (?P<name>(?-i:{NAME}))",
    re.IGNORECASE,
)
"""how a note of ours begins: with whom it was"""
QUOTED = re.compile(r"[\"\u201c\u201d:]|\b(?:sa(?:ys?|id)|wr(?:ites?|ote)|told|tells)\b")
"""where "we" may be somebody else's"""
HEADER = re.compile(r"(?:From|Von): ")
HEAD = 2
"""its title and its first sentence"""
US = frozenset({"we"})
WRITER = "its writer"
OFFERS = frozenset(map(stem, "offered promised agreed wants plans hopes intends".split()))
PARTICIPLE = re.compile(r"\w+ed|sent|given|made|told|won|lost|bought|sold|written|led")
PASSIVE = re.compile(rf"\b(?:{PARTICIPLE.pattern}) by\b")
DIRECT = re.compile(rf"\b(?P<deed>[a-z]{{3,}}(?:s|ed)|{'|'.join(sorted(DONE))}) (?:(?:from|for|to) )?(?P<name>{NAME})")
ARTICLES = frozenset({"a", "an", "the"})
BE = frozenset("is are was were be been being".split())
THEY = re.compile(r"^(?:They|The (?:customer|client|prospect))\b")
THEM = frozenset({"customer"})
LIGHT = STOP | frozenset("also still never always soon later today tomorrow yesterday not".split())
ASIDE = frozenset("in at of from to with for on by about near via".split())
"""before a name that does nothing itself: "the congress in Warsaw and expects\""""
LONGEST = 200
"""words of a clause that are read: a page may be one"""
REACH = 4
"""words between a name and its deed"""


class Done(NamedTuple):
    """A deed with who does it, and the rest of its clause."""

    doer: frozenset[str]
    deed: str
    rest: frozenset[str]
    clause: frozenset[str]
    """folded words"""
    name: str
    """the doer as written"""
    quoted: bool = False
    """whether its sentence tells what somebody says"""


def other_doer(claim: str, passages: Sequence[Passage]) -> str | None:
    """Who does in the sources what the claim says of another name."""
    named = frozenset[str]().union(*(passage.named for passage in passages))
    # "Hana" of "Hana Ito", though she stands at the start of a sentence.
    named |= {first for passage in passages for first, last in passage.pairs if last in named}
    speakers = frozenset(word for passage in passages for speaker in passage.speakers for word in speaker.split())
    mine = _deeds((claim,), frozenset())
    told = [done for passage in passages for done in _deeds(passage.sentences, passage.speakers)] if mine else []
    for done in mine:
        if done.doer == US or _acts_through_people(done.doer, passages, told):
            continue
        is_told = any(other.doer & done.doer for other in told)
        same = [other for other in told if other.deed == done.deed and other.rest & done.rest]
        # "We", said by one of a talk, may be any company; it is none of the others who talk.
        same = [other for other in same if "we" not in other.doer or other.doer == US or done.doer & speakers]
        same = [other for other in same if other.doer & named or (is_told and other.name == WRITER)]
        if same and not any(other.doer & done.doer or done.doer & other.clause for other in same):
            return same[0].name
    return None


def exchanged(claim: str, passages: Sequence[Passage]) -> str | None:
    """The deed that the claim tells of whom the sources tell it done to, or the other way round; of the other side they may say "he"."""
    passages = [passage for passage in passages if not passage.speakers]
    parts = [part for passage in passages for part in passage.sentences]
    for done in _deeds((claim,), frozenset()):
        if done.doer != US and not _does(passages, done.deed, done.doer) and _suffers(parts, done.deed) & done.doer:
            return done.deed
    for deed, name in _direct(claim):
        if _does(passages, deed, frozenset({name})) and name not in _suffers(parts, deed):
            return deed
    return None


def _does(passages: Sequence[Passage], deed: str, who: frozenset[str]) -> bool:
    told = (done for passage in passages for done in _deeds(passage.sentences, passage.speakers))
    return any(done.deed == deed and done.doer & who for done in told)


def _suffers(parts: Sequence[str], deed: str) -> frozenset[str]:
    return frozenset(name for part in parts for done, name in _direct(part) if done == deed)


@lru_cache(maxsize=4096)
def _direct(sentence: str) -> tuple[tuple[str, str], ...]:
    """Each deed with the name right behind it, the parts of the name each for itself."""
    return tuple(
        (stem(match["deed"]), word)
        for match in DIRECT.finditer(sentence)
        if stem(match["deed"]) not in MUTUAL
        for word in words(match["name"])
        if word not in STOP
    )


def _acts_through_people(doer: frozenset[str], passages: Sequence[Passage], told: Sequence[Done]) -> bool:
    """Whether the sources are about it and tell no deed of its own, as of a company whose people ask and decide."""
    return any(doer <= _party(passage) for passage in passages) and not any(doer & done.doer for done in told)


def other_side(claim: str, passages: Sequence[Passage]) -> str | None:
    """Whether "we" did in the sources what the claim says of those that they are about, or these what it says of "we"."""
    for done in _deeds((THEY.sub("Customer", claim),), frozenset()):
        for party, told in map(_sides, passages):
            same = [other for other in told if other.deed == done.deed and other.rest & done.rest]
            doers = frozenset[str]().union(*(other.doer for other in same))
            ours = (done.doer <= party or done.doer == THEM) and doers == US
            if party and (ours or (done.doer == US and doers and doers <= party)):
                return f'"{same[0].name}"' if ours else same[0].name
    return None


def _sides(passage: Passage) -> tuple[frozenset[str], list[Done]]:
    """Whom a note of ours is about, and who does what in it; nothing where "we" may be another's."""
    if passage.speakers or any(HEADER.match(part) for part in passage.sentences):
        return frozenset(), []
    names = _party(passage)
    return names, [done for done in _deeds(passage.sentences, passage.speakers) if names and not done.quoted]


def _party(passage: Passage) -> frozenset[str]:
    heads = filter(None, map(PARTY.match, passage.sentences[:HEAD]))
    return frozenset(word for head in heads for word in words(head["name"]))


@lru_cache(maxsize=4096)
def _deeds(parts: tuple[str, ...], speakers: frozenset[str]) -> tuple[Done, ...]:
    return tuple(_each(parts, speakers))


def _each(parts: tuple[str, ...], speakers: frozenset[str]) -> Iterator[Done]:
    speaker = ""
    for part in parts:
        before, colon, after = part.partition(": ")
        if colon and fold(before) in speakers:
            speaker, part = fold(before), after
        quoted = bool(QUOTED.search(part))
        asides = frozenset(word for match in APPOSITIVE.finditer(part) for word in words(match["aside"]))
        plain = TITLED.sub(r"\g<name> ", APPOSITIVE.sub(r"\g<name> ", part))
        for clause in CLAUSE.split(RELATIVE.sub(r"; \g<name> ", plain)):
            yield from (done._replace(clause=done.clause | asides, quoted=quoted) for done in _done(clause, speaker))


def _done(clause: str, speaker: str) -> Iterator[Done]:
    """The first deed of each name of a clause; "I" is who speaks, or else one of us."""
    tokens = [match.group() for match in islice(WORD.finditer(clause), LONGEST)]
    folded = [bare(fold(token)).removesuffix("'ll").removesuffix("'ve") for token in tokens]
    for at in range(len(tokens)) if not PASSIVE.search(clause) else ():
        name = {"i": speaker.title() or WRITER, "we": speaker.title() or "we"}.get(folded[at]) or _named(
            tokens, folded, at
        )
        deed = _deed(tokens, folded, at) if name else None
        doer = US if name == WRITER else frozenset(words(name)) - {"and"}
        doer |= US if folded[at] == "we" else frozenset()
        for where in _with_promised(folded, deed) if deed else ():
            rest = frozenset(stem(word) for word in folded[where + 1 :] if word not in STOP or word == "us")
            yield Done(doer, stem(folded[where]), rest, frozenset(folded) | doer, name)


def _with_promised(folded: Sequence[str], deed: int) -> tuple[int, ...]:
    """The deed, and the one that somebody offers to do."""
    ahead = stem(folded[deed]) in OFFERS and folded[deed + 1 : deed + 2] == ["to"] and deed + 2 < len(folded)
    return (deed, deed + 2) if ahead else (deed,)


def _named(tokens: Sequence[str], folded: Sequence[str], at: int) -> str:
    """The name that ends there, unless it only says where or with whom."""
    follows = at + 1 < len(tokens) and _is_name(tokens[at + 1])
    name = _run(tokens[: at + 1]) if _is_name(tokens[at]) and not follows else ""
    start = at - len(name.split())
    return "" if start >= 0 and folded[start] in ASIDE else name


def _deed(tokens: Sequence[str], folded: Sequence[str], at: int) -> int | None:
    """Where the deed of who stands there is: no name, no thing that one has, and nothing that is done to one."""
    deed = next((n for n in range(at + 1, min(at + 2 + REACH, len(tokens))) if folded[n] not in LIGHT), None)
    if deed is None or _is_name(tokens[deed]) or folded[deed - 1] in ARTICLES:
        return None
    if folded[deed : deed + 2] == ["head", "of"]:  # a title, as people write it in the way of a deed
        return None
    return None if BE & set(folded[at + 1 : deed]) and PARTICIPLE.fullmatch(folded[deed]) else deed


def _run(tokens: Sequence[str]) -> str:
    """The names that stand at the end, those joined by "and" as well."""
    reversed_run = takewhile(lambda token: _is_name(token) or token in ("and", "de", "van", "von"), reversed(tokens))
    return " ".join(reversed(list(reversed_run)))


def _is_name(token: str) -> bool:
    return token[0].isupper() and len(token) > 1 and bare(fold(token)) not in STOP
