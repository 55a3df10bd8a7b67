"""Talk share, longest monologue and questions of a call: counts of words, no judgement of people (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from bot.skills.summarising.attendees import Person
from bot.skills.summarising.transcript import Transcript


@dataclass(frozen=True)
class Monologue:
    """The longest stretch without another speaker."""

    who: str
    words: int
    lines: tuple[int, ...]
    quote: str


@dataclass(frozen=True)
class Measures:
    """Counts by side; a side that nobody was told to belong to is `unknown`."""

    words: Mapping[str, int]
    share: Mapping[str, float]
    questions: Mapping[str, int]
    people: Mapping[str, float]
    """share of the words by person"""
    longest: Monologue | None


def measure(transcript: Transcript, people: Mapping[str, Person]) -> Measures:
    """Count the words and questions of each side."""
    words: dict[str, int] = {}
    spoken: dict[str, int] = {}
    questions: dict[str, int] = {}
    for turn in transcript.turns:
        side, count = _side(turn.who, people), len(turn.words.split())
        words[side] = words.get(side, 0) + count
        name = people[turn.who].name if turn.who in people else "nobody named"
        spoken[name] = spoken.get(name, 0) + count
    for sentence in transcript.said:
        side = _side(sentence.turn.who, people)
        questions[side] = questions.get(side, 0) + sentence.text.rstrip().endswith("?")
    total = sum(words.values()) or 1
    shares = {side: count / total for side, count in words.items()}
    by_person = {name: count / total for name, count in spoken.items()}
    return Measures(words, shares, questions, by_person, _longest(transcript, people))


def _side(label: str, people: Mapping[str, Person]) -> str:
    return people[label].side if label in people else "unknown"


def _longest(transcript: Transcript, people: Mapping[str, Person]) -> Monologue | None:
    best: Monologue | None = None
    for who, group in groupby(transcript.turns, key=lambda turn: turn.who):
        turns = list(group)
        count = sum(len(turn.words.split()) for turn in turns)
        if who and (best is None or count > best.words):
            said = [sentence for turn in turns for sentence in transcript.of(turn)]
            lines = (said[0].lines[0], said[-1].lines[-1]) if said else ()
            best = Monologue(people[who].name, count, tuple(dict.fromkeys(lines)), said[0].text if said else "")
    return best
