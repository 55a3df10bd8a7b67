"""What a summary shows of a call beside its claims: what was talked about, and what a person may want to check (pure)."""

from functools import cached_property

from bot.skills.summarising.checking import to_check
from bot.skills.summarising.reading import CallRead, Noted
from bot.skills.summarising.salient import Overview, Told, by_topic, in_short, overview
from bot.skills.summarising.transcript import Sentence

LONG = 1500
"""words of a call of which one wants to know what it was about"""
CHECK = "Asks and offers without an owner or date: check these"
Lines = list[tuple[str, Noted]]
"""lines, each with what it rests on"""


class Talked:
    """Looks at a call when it is asked to; what speaks to a machine is no part of it."""

    def __init__(self, call: CallRead) -> None:
        self._call = call
        planted = {id(one) for noted in call.to_machines for one in noted.said}
        self._said = [one for one in call.transcript.said if id(one) not in planted]

    def in_short(self) -> Lines:
        """What a long call was about, and its telling sentences."""
        return self._lines(in_short(self._seen))

    def by_topic(self) -> Lines:
        """Who spoke of what in which stretch of a long call."""
        counts = f"{self._call.transcript.counts.capitalize()}s"
        stretches = [f"{counts} {one.first.lines[0]} to {one.last.lines[-1]}" for one in self._seen.topics]
        told = self._lines(by_topic(self._seen))
        return [(f"{where}: {text}", noted) for where, (text, noted) in zip(stretches, told, strict=True)]

    def checks(self) -> list[Noted]:
        """Asks and offers that stand in no other list, the likeliest first."""
        call = self._call
        lists = (call.decisions, call.suggestions, call.steps, call.open_questions, call.objections)
        known = {said.text for one in lists for noted in one for said in noted.said}
        return [Noted((one,), self._name(one)) for one in to_check(self._said, known)]

    @cached_property
    def _seen(self) -> Overview:
        words = sum(self._call.measures.words.values())
        return overview(self._said) if words >= LONG else Overview()

    def _lines(self, told: list[Told]) -> Lines:
        return [(text, Noted(said, self._name(said[0]))) for text, said in told]

    def _name(self, sentence: Sentence) -> str:
        person = self._call.people.get(sentence.turn.who)
        return person.name if person else "somebody"
