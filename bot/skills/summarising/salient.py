"""What a talk was about where rules find no decision: its topics and its telling sentences, each with its place (pure).

Nothing is made up: topics are names of things that were said, sentences what somebody said without their stumbling.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.skills.summarising.phrases import Phrases, content, is_english, stems
from bot.skills.summarising.spoken import fluent
from bot.skills.summarising.transcript import Sentence

TOPIC_WORDS = 3500
"""words of a talk that make a topic"""
TOPICS = 8
THINGS, IN_ALL, SPEAKERS = 4, 3, 2
GISTS = 3
SHORTEST, LONGEST = 8, 40
"""words of a telling sentence"""
STRIPS = 24
"""pieces of a topic's length in which its border is looked for"""
CENTRAL, EDGE, CUED, NAMED, ASKED, ALIKE = 2.0, 0.5, 0.15, 0.2, 0.5, 0.5
"""what counts for a sentence, and what against it; set on a third of the meetings of evals/meetings"""
_CUES = re.compile(
    r"\b(?:discuss\w*|talk(?:ed|ing)? about|decid\w+|important|problem|issue|should|need(?:s|ed)?|agree\w*|because|suggest\w*|project|"
    r"cost|price|idea|propos\w+|recommend\w*|design|plan\w*|question|main|focus|want(?:s|ed)?|present\w*|goal|target)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Topic:
    """A stretch of the talk, who spoke most in it, and of what."""

    said: tuple[Sentence, ...]
    """the first sentence that names each thing"""
    first: Sentence
    last: Sentence
    speakers: tuple[str, ...]
    """labels, the busiest first"""
    things: tuple[str, ...]


@dataclass(frozen=True)
class Gist:
    """A telling sentence, readable."""

    said: Sentence
    text: str


@dataclass(frozen=True)
class Overview:
    """What a talk was about."""

    things: tuple[str, ...] = ()
    said: tuple[Sentence, ...] = ()
    """the first sentence that names each of them"""
    topics: tuple[Topic, ...] = ()
    gists: tuple[Gist, ...] = ()


def overview(said: Sequence[Sentence]) -> Overview:
    """The topics of a talk and its most telling sentences; empty where it is too short, or not in English."""
    if not is_english([one.text for one in said]):
        return Overview()
    talk = _Talk(said)
    every = range(len(talk.rows))
    things = talk.phrases.top(every, IN_ALL, 3)
    return Overview(
        tuple(map(talk.phrases.named, things)),
        talk.naming(things, every),
        tuple(talk.topics(things)),
        tuple(talk.gists()),
    )


Told = tuple[str, tuple[Sentence, ...]]
"""a line and the sentences that it rests on"""


def in_short(seen: Overview) -> list[Told]:
    """What it was about as a whole, and its telling sentences."""
    things = [(f"They talked about {_listed(seen.things)}.", seen.said)] if seen.things else []
    return [*things, *((f"{one.said.turn.who or 'Somebody'}: {one.text}", (one.said,)) for one in seen.gists)]


def by_topic(seen: Overview) -> list[Told]:
    """Who spoke of what, a stretch a line."""
    return [(f"{_listed(one.speakers) or 'Somebody'} on {_listed(one.things)}.", one.said) for one in seen.topics]


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


@dataclass(frozen=True)
class _Row:
    said: Sentence
    text: str
    stems: frozenset[str]
    count: int


class _Talk:
    def __init__(self, said: Sequence[Sentence]) -> None:
        rows = ((one, fluent(one.text)) for one in said)
        self.rows = [_Row(one, text, frozenset(content(text)), len(text.split())) for one, text in rows]
        self.rows = [row for row in self.rows if row.count >= 5]
        self.phrases = Phrases([row.text for row in self.rows])
        self.turns = max((one.turn.k for one in said), default=0) + 1
        self.words = sum(len(one.text.split()) for one in said)

    def naming(self, things: Sequence[str], places: Sequence[int]) -> tuple[Sentence, ...]:
        """The first sentence among some that names each thing."""
        among = set(places)
        at = [min(self.phrases.places[one] & among) for one in things if self.phrases.places[one] & among]
        return tuple(self.rows[place].said for place in sorted(set(at)))

    def topics(self, without: Sequence[str]) -> list[Topic]:
        """The stretches in their order; a thing that was told already is told again only where there is no other."""
        found, told = [], list(without)
        for start, end in self._stretches():
            places = range(start, end)
            things = self.phrases.top(places, THINGS, 2, told) or self.phrases.top(places, THINGS, 2)
            if things:
                told += things
                found.append(self._topic(places, things))
        return found

    def _topic(self, places: range, things: Sequence[str]) -> Topic:
        spoken: Counter[str] = Counter()
        for row in self.rows[places.start : places.stop]:
            spoken[row.said.turn.who] += row.count
        speakers = tuple(who for who, _ in spoken.most_common(SPEAKERS) if who)
        first, last = self.rows[places[0]].said, self.rows[places[-1]].said
        named = tuple(map(self.phrases.named, things))
        return Topic(self.naming(things, places), first, last, speakers, named)

    def _stretches(self) -> list[tuple[int, int]]:
        """(first, end) of each topic, parted where the words before and after have least in common."""
        wanted = max(1, min(TOPICS, round(self.words / TOPIC_WORDS)))
        n = len(self.rows)
        size = max(1, n // (wanted * STRIPS))
        strips = [Counter(s for row in self.rows[i : i + size] for s in row.stems) for i in range(0, n, size)]
        near = max(2, STRIPS // 3)
        alike = [(_cosine(strips[max(0, i - near) : i], strips[i : i + near]), i) for i in range(1, len(strips))]
        room = len(strips) / wanted / 2
        cuts: list[int] = []
        for _, i in sorted(alike):
            if len(cuts) < wanted - 1 and all(abs(i - cut) >= room for cut in (*cuts, 0, len(strips))):
                cuts.append(i)
        borders = [0, *(cut * size for cut in sorted(cuts)), n]
        return [(a, b) for a, b in pairwise(borders) if b > a]

    def gists(self) -> list[Gist]:
        """The most telling sentences, in their order; none repeats another."""
        worth = {i: self._worth(row) for i, row in enumerate(self.rows) if SHORTEST <= row.count <= LONGEST}
        chosen: list[int] = []
        while worth and len(chosen) < GISTS:
            best = max(worth, key=lambda i: (worth[i] - ALIKE * self._nearest(i, chosen), -i))
            chosen.append(best)
            del worth[best]
        return [Gist(self.rows[i].said, self.rows[i].text) for i in sorted(chosen)]

    def _worth(self, row: _Row) -> float:
        if len(row.stems) < 3:
            return 0.0
        central = sum(self._spread[stem] for stem in row.stems) / math.sqrt(len(row.stems)) / self._length
        at = row.said.turn.k / self.turns
        edge = 1.0 if at < 0.12 else 0.6 if at > 0.9 else 0.0
        cues = min(2, len({cue.lower() for cue in _CUES.findall(row.text)}))
        named = min(3, len(row.stems & self._key))
        asked = row.text.endswith("?")
        return CENTRAL * central + EDGE * edge + CUED * cues + NAMED * named - ASKED * asked

    def _nearest(self, i: int, chosen: Sequence[int]) -> float:
        own = self.rows[i].stems
        shared = (len(own & self.rows[j].stems) / math.sqrt(len(own) * len(self.rows[j].stems) or 1) for j in chosen)
        return max(shared, default=0.0)

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(stem for row in self.rows for stem in row.stems)

    @cached_property
    def _length(self) -> float:
        return math.sqrt(sum(count * count for count in self._spread.values())) or 1.0

    @cached_property
    def _key(self) -> set[str]:
        things = self.phrases.top(range(len(self.rows)), 12, 3)
        return {stem for one in things for stem in stems(one)}


def _cosine(before: Sequence[Counter[str]], after: Sequence[Counter[str]]) -> float:
    a, b = sum(before, Counter[str]()), sum(after, Counter[str]())
    lengths = math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return sum(n * b[word] for word, n in a.items() if word in b) / lengths if lengths else 0.0
