"""The form of one language's words (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Row = tuple[str, str]
"""a sentence, and in English why it stands there"""


@dataclass(frozen=True)
class Phrases:
    """All that a letter says in one language; texts in braces are filled in."""

    name: str
    """of the language, in English"""
    months: tuple[str, ...]
    day: str
    first_day: str
    """a date, and one on the first of a month"""
    greeting: Mapping[str, str]
    """by tone; no title and no gender, as records hold neither"""
    closing: Mapping[str, str]
    opening: Mapping[str, str]
    """why one writes now, by kind of occasion"""
    occasion: str
    """what stands there where no occasion is on record"""
    about: str
    problem: Mapping[str, str]
    no_problem: str
    proof: str
    purpose: Mapping[str, str]
    """what the letter is for, where that needs a sentence"""
    ask: Mapping[str, str]
    more: Sequence[Row]
    """sentences that bring a letter to its length, best first"""
    more_after: Sequence[Row]
    """the same after a call"""
    recap: Sequence[Row]
    """what was said, for the seller to fill in, after a call"""
    subjects: Mapping[str, Sequence[str]]
    translate: str
    """the seller's own words, where they stand in another language"""
    no_topic: str
    """what an invitation is to, where nothing was said"""
    fill_company: str
    fill_address: str
    fill_number: str
    opt_out: str
    source: str
    sources: Mapping[str, str]
    """where the address comes from, by how they signed up"""
    fill_source: str
    linkedin: Mapping[str, str]
    call: Mapping[str, str]
    voicemail: Mapping[str, str]
    common: frozenset[str]
    """words by which the language is told"""
    negations: frozenset[str]
    terms: Mapping[str, str]
    """what sellers write about and customers care about: English → this language, a noun without its article"""
    event_on: str = "{what}, {day}"

    def date(self, day: date) -> str:
        """A day in words."""
        pattern = self.first_day if day.day == 1 else self.day
        return pattern.format(day=day.day, month=self.months[day.month - 1], year=day.year)


def pick(table: Mapping[str, str], *keys: str) -> str:
    """The first of these that the table has; its default, under the empty key, at last."""
    return next((table[key] for key in keys if key in table), table.get("", ""))
