"""Who promised to do what by when in a call; a day only where one was said (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.dates import Phrase, read_dates
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.rules import BUT, NOT_FIRM, WILL_DO
from bot.skills.summarising.transcript import Sentence, Transcript

VERBS = (
    r"send|share|get|set up|schedule|book|check|confirm|come back|follow up|loop in|introduce|draft|prepare|review|ask|forward|"
    r"provide|put (?:together|it|that|this|them|the)|circulate|update|call|e-?mail|mail|invite|arrange|sign|ship|deliver|finali[sz]e|find out|look into|"
    r"bring|return|write|connect|run|speak (?:to|with)|talk (?:to|with)|present|submit|order|pass|give (?:you|them|him|her)|make sure|reach out|build|test|"
    r"complete|fill (?:in|out)|have (?:it|them|that|this)|read|take (?:it|this|that|them)|raise|organi[sz]e|clarify|request|install|upload"
)
_LEAD = r"(?:(?:also|then|just|definitely|certainly|personally|be sure to|make sure to|of course|gladly|now)\s+)*"
_PROMISE = re.compile(
    rf"\b(?P<who>i|we)(?:'ll| will|'m going to| am going to|'re going to| are going to| shall| promise to)\s+{_LEAD}(?P<what>(?:{VERBS})\b.*)",
    re.IGNORECASE,
)
_LET_ME = re.compile(
    r"\blet me (?P<what>(?:send|check|confirm|find out|get back|come back|ask|look into|forward|share)\b.*)",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:i|we)(?: can)? (?P<what>(?:send|share|bring|give|forward|deliver|get|return|take|move|prepare|put|present)\s+"
    r"(?:you|it|them|that|this|the|our|a|an)\b.*)",
    re.IGNORECASE,
)
"""only with a day: "I send you a template by Friday" """
_RECEIVE = re.compile(r"\byou(?:'ll| will) (?P<what>(?:have|get|receive)\b.*)", re.IGNORECASE)
_OTHER = re.compile(
    rf"(?:^|[.,;]\s*|\band )(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)(?:'ll| will| is going to)\s+{_LEAD}(?P<what>(?:{VERBS})\b.*)"
)
_REQUEST = re.compile(rf"\b(?:can|could|would|will) you (?:please )?(?P<what>(?:{VERBS})\b.*)\?", re.IGNORECASE)
_ASKED_WHEN = re.compile(r"\bwhen (?:can|could|will|would|do) (?:i|we|you) (?P<what>\w+\b.*)\?", re.IGNORECASE)
_NO_WORK = re.compile(
    r"^(?:share (?:my|the) screen|get (?:to|into|started)|give you (?:an? )?(?:example|idea|sense|overview|quick|brief|minute)|ask you|"
    r"come back to (?:that|this|it)\b(?! (?:by|on))|talk (?:about|you|through)|speak (?:to that|about)|show you|take (?:a (?:look|second|moment|step)|you)|"
    r"have (?:to|a look|time)|start (?:with|by)|run (?:you )?through|read (?:it|that) out|call it|pass (?:it|you|over)|be)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^(?:by|on|before|until|no later than|latest|tomorrow|today|next|end of|this|mon|tue|wed|thu|fri)\b", re.I
)
_UNIT = re.compile(r"\s*(?:\b(?:by|on|before|until|for|at|in|the|from|no later than|latest)\s*)*$", re.IGNORECASE)
FAR = timedelta(days=37)


@dataclass(frozen=True)
class Step:
    """Something that somebody took on."""

    owner: Person
    what: str
    """without its day"""
    said: tuple[Sentence, ...]
    due: date | None = None
    when: str = ""
    """the day as it was said"""

    @property
    def lines(self) -> tuple[int, ...]:
        """All lines that it rests on."""
        return tuple(dict.fromkeys(line for one in self.said for line in one.lines))

    @property
    def quote(self) -> str:
        """The words that it rests on."""
        return " … ".join(one.text for one in self.said)


def steps(
    transcript: Transcript, people: Mapping[str, Person], day: date | None, said: Sequence[Sentence]
) -> list[Step]:
    """Every firm promise, in the order in which they were made."""
    found: list[Step] = []
    for at, sentence in enumerate(said):
        beside = said[at + 1] if at + 1 < len(said) and said[at + 1].turn is sentence.turn else None
        step = (
            _promised(sentence, beside, people, day)
            or _accepted(transcript, sentence, people, day)
            or _dated(transcript, sentence, people, day)
        )
        if step and all(_key(step) != _key(other) for other in found):
            found.append(step)
    return found


def _key(step: Step) -> tuple[str, str, str]:
    return step.owner.label, step.what.casefold(), step.when.casefold()


def _promised(
    sentence: Sentence, beside: Sentence | None, people: Mapping[str, Person], day: date | None
) -> Step | None:
    speaker, text = people.get(sentence.turn.who), _plain(sentence.text)
    if speaker is None or text.rstrip().endswith("?"):
        return None
    owner, what, dated_only = _who_does(text, speaker, people)
    if owner is None or not is_firm(text):
        return None
    when, due, rest = _when(what, day)
    said: tuple[Sentence, ...] = (sentence,)
    if not when and beside and len(beside.text.split()) <= 7 and _AFTER.match(beside.text):
        when, due, _ = _when(_plain(beside.text), day)
        said = (sentence, beside) if when else said
    return None if dated_only and not when else Step(owner, rest, said, due, when)


def _who_does(text: str, speaker: Person, people: Mapping[str, Person]) -> tuple[Person | None, str, bool]:
    """(owner, what, whether only a day makes it a promise)."""
    for pattern, dated in ((_PROMISE, False), (_LET_ME, False), (_RECEIVE, True), (_PRESENT, True)):
        match = pattern.search(text)
        if match and not _NO_WORK.match(match["what"]):
            what = (
                re.sub(r"^(?:have|get|receive)\b", "provide", match["what"]) if pattern is _RECEIVE else match["what"]
            )
            return speaker, what, dated
    other = _OTHER.search(text)
    owner = _named(other["name"], people) if other and not _NO_WORK.match(other["what"]) else None
    return owner, other["what"] if other else "", False


def _named(name: str, people: Mapping[str, Person]) -> Person | None:
    """The one attendee of a whole or first name."""
    low = name.casefold()
    fits = [p for p in people.values() if p.name.casefold() == low or p.name.casefold().split()[:1] == [low]]
    return fits[0] if len(fits) == 1 else None


def is_firm(text: str) -> bool:
    """Whether nothing in the sentence makes it conditional, only possible or denied."""
    return not NOT_FIRM.search(text)


def _accepted(
    transcript: Transcript, sentence: Sentence, people: Mapping[str, Person], day: date | None
) -> Step | None:
    """What one asked for and the next speaker took on."""
    match, asker = _REQUEST.search(_plain(sentence.text)), people.get(sentence.turn.who)
    if match is None or asker is None or _NO_WORK.match(match["what"]):
        return None
    answer = next((turn for turn in transcript.turns[sentence.turn.k + 1 :][:1]), None)
    owner = people.get(answer.who) if answer and answer.who != sentence.turn.who else None
    reply = transcript.of(answer) if answer else []
    if owner is None or not reply or not WILL_DO.match(reply[0].text) or BUT.search(answer.words if answer else ""):
        return None
    when, due, rest = _when(match["what"], day)
    if not when:
        when, due, _ = _when(_plain(answer.words if answer else ""), day)
    return Step(owner, rest, (sentence, reply[0]), due, when)


def _dated(transcript: Transcript, sentence: Sentence, people: Mapping[str, Person], day: date | None) -> Step | None:
    """What one asked a day for and the next speaker gave one for: "When can I have it?" – "By Friday." """
    match = _ASKED_WHEN.search(_plain(sentence.text))
    answer = next((turn for turn in transcript.turns[sentence.turn.k + 1 :][:1]), None)
    owner = people.get(answer.who) if answer and answer.who != sentence.turn.who else None
    reply = transcript.of(answer) if answer else ()
    if match is None or owner is None or not reply or len(reply[0].text.split()) > 8 or not is_firm(reply[0].text):
        return None
    when, due, _ = _when(_plain(reply[0].text), day)
    return Step(owner, _trimmed(match["what"]), (sentence, reply[0]), due, when) if when else None


def _when(words: str, day: date | None) -> tuple[str, date | None, str]:
    """(the day as said, the day, the words without it)."""
    if day is None:
        # Without the day of the call only a day that is the same from wherever one looks can be told.
        near, far = read_dates(words, date(2020, 1, 1)), read_dates(words, date(2020, 1, 1) + FAR)
        same = {p.first for p in near} & {p.first for p in far}
        phrases = [Phrase(p.start, p.end, p.kind, p.first if p.first in same else None) for p in near]
    else:
        phrases = [p for p in read_dates(words, day) if p.first is None or p.first >= day]
    if not phrases:
        return "", None, _trimmed(words)
    phrase = next((p for p in phrases if p.kind == "day"), phrases[0])
    lead = _UNIT.search(words[: phrase.start])
    before = words[: lead.start()] if lead else words[: phrase.start]
    return (
        words[phrase.start : phrase.end],
        phrase.first if phrase.kind == "day" else None,
        _trimmed(f"{before} {words[phrase.end :]}"),
    )


def _trimmed(words: str) -> str:
    return " ".join(words.split()).replace(" ,", ",").strip(" ,.;:!–-")


def _plain(text: str) -> str:
    return text.replace("’", "'")
