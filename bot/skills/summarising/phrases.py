"""What a talk is about, in its own words: the names of things that come up again and again (pure)."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

COMMON = frozenset(
    """a about above after again all also always am an and another any anybody anyone anything anyway are aren't around as ask
    at away back basically be because been before being better between big bit both but by call came can can't cause come
    comes could couldn't did didn't do does doesn't doing don't done down each easy either else end enough even ever every
    everybody everyone everything far feel few find fine first for from get gets getting give go goes going gonna good got
    gotta great guess had hand has have haven't having he he'll he's help her here here's hey him his how however i i'd i'll
    i'm i've idea if in instead into is isn't it it'll it's its just keep kind know last least left less let let's like little
    long look looking looks lot lots made make makes making many may maybe me mean means might mine more most much must my
    need needs never next no nobody none not nothing now number of off oh okay ok on once one ones only or other others our
    out over own part people perhaps place point pretty probably problem put quite rather real really right said same saw say
    saying says second see seem seems she should shouldn't show since so some somebody someone something sort start still
    stuff such suppose sure take taking talk tell than thank thanks that that'll that's the their them then there there's
    these they they'll they're they've thing things think thinking this those though thought three through time to today
    together too tried try trying two uh um under until up us use used using very wanna want wanted was wasn't way we we'd
    we'll we're we've well went were what what's whatever when where whether which while who who's whole why will with without
    won't word work would wouldn't yeah year years yep yes yet you you'd you'll you're you've your yours yourself four five
    six seven eight nine ten hundred""".split()
)
"""words that are in every talk"""
_NO_THING = frozenset(
    """guys guy thing things bit lot stuff way ways kind sort time times people person idea ideas point points question questions
    sense example case fact course reason part side problem minute minutes moment day number numbers word words end beginning
    third morning afternoon meeting member members minister mr mrs ms hon chair twenty thirty forty fifty monday tuesday
    wednesday thursday friday week month""".split()
)
"""things of which one cannot tell what they are"""
_BEFORE = frozenset(
    """the a an this that our your their his her my its these those each every some any no of for with about in on new other own
    different""".split()
)
_ARTICLES = frozenset("the a an this that our your their its these those".split())
_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|\d+")
_TOKEN = re.compile(r"[a-z][a-z'-]*|\d+|[.,?!;:]")
_ENDINGS = ("ies", "ing", "ed", "es", "s")
LONGEST = 3
FOLLOWS = 0.25
"""share of its places at which a thing follows a word such as "the" or "our": what never does is no name of a thing"""
ARTICLE = 0.4
GOES_ON = 0.6
"""share of its places at which the name goes on, such as “main selling” in “main selling point”: no whole name"""
MORE_WORDS = {1: 1.0, 2: 2.5, 3: 2.5}
"""“remote control” says more than “remote”"""
ENGLISH = 0.25
"""share of common words below which a talk is not in English, and nothing is told of it"""


class Phrases:
    """The things that are named in some sentences, and where."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.places: dict[str, set[int]] = {}
        self._after: Counter[str] = Counter()
        self._with_article: Counter[str] = Counter()
        self._goes_on: Counter[str] = Counter()
        for place, sentence in enumerate(sentences):
            self._read(place, _TOKEN.findall(sentence.lower()))

    def top(self, places: Collection[int], most: int, fewest: int, without: Collection[str] = ()) -> list[str]:
        """The things most talked about at some places; none shares a word with another or with `without`."""
        among, used = set(places), {stem for one in without for stem in stems(one)}
        counted = {one: len(at & among) for one, at in self.places.items()}
        ranked = sorted(
            (one for one, count in counted.items() if count >= fewest and self._is_thing(one)),
            key=lambda one: (-self._weight(one, counted[one]), one),
        )
        found: list[str] = []
        for one in ranked:
            if len(found) < most and not stems(one) & used:
                found.append(one)
                used |= stems(one)
        return found

    def named(self, one: str) -> str:
        """A thing as it is mostly named, with or without its article."""
        return f"the {one}" if self._with_article[one] >= ARTICLE * len(self.places[one]) else one

    def _read(self, place: int, tokens: list[str]) -> None:
        for at in range(len(tokens)):
            before = tokens[at - 1] if at else ""
            for length in range(1, LONGEST + 1):
                words = tokens[at : at + length]
                if len(words) < length or not all(map(_may_name, words)):
                    break
                one = " ".join(words)
                self.places.setdefault(one, set()).add(place)
                self._after[one] += before in _BEFORE
                self._with_article[one] += before in _ARTICLES
                self._goes_on[one] += _names_more(tokens[at + length : at + length + 1])

    def _is_thing(self, one: str) -> bool:
        words = one.split()
        vague = words[-1] in _NO_THING or (len(words) == 1 and len(one) < 4)
        whole = self._goes_on[one] <= GOES_ON * len(self.places[one])
        return not vague and whole and self._after[one] >= FOLLOWS * len(self.places[one])

    def _weight(self, one: str, count: int) -> float:
        return count * MORE_WORDS[len(one.split())] * float((count / len(self.places[one])) ** 0.5)


def content(text: str) -> list[str]:
    """The stems of its words that are not in every talk."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    return [_stem(word) for word in words if word not in COMMON and len(word) > 2]


def stems(phrase: str) -> set[str]:
    """The stems of a thing's words."""
    return {_stem(word) for word in phrase.split()}


def is_english(texts: Sequence[str]) -> bool:
    """Whether the words that every English talk has are there."""
    words = [word for text in texts[:500] for word in _WORD.findall(text.lower().replace("’", "'"))]
    return sum(word in COMMON for word in words) >= ENGLISH * len(words) > 0


def _names_more(after: Sequence[str]) -> bool:
    return any(_may_name(word) or word in _NO_THING for word in after)


def _may_name(word: str) -> bool:
    return len(word) > 2 and word[0].isalpha() and word not in COMMON and "'" not in word


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
