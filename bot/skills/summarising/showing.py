"""A call as sections of cited lines, and as the body of a log entry (pure)."""

from collections.abc import Sequence
from datetime import date

from bot.dates import long_date
from bot.proposals import Line, Section
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.summarising import lenses
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.clearing import Cleared, touching
from bot.skills.summarising.consent import Consent
from bot.skills.summarising.decisions import CHANGED
from bot.skills.summarising.finding import Read
from bot.skills.summarising.followup import FollowUp
from bot.skills.summarising.meeting import Meeting
from bot.skills.summarising.reading import MOST, Noted
from bot.skills.summarising.steps import Step
from bot.skills.summarising.talked import CHECK, Lines, Talked

TO_BE_AGREED = "day to be agreed"
SIDES = {"ours": "our side", "theirs": "their side", "unknown": "side not known"}
LONGEST = 220
LONGEST_BOTTOM = 4
LOGGED = (
    "Bottom line", "Decided", "Suggested, not decided", "Next steps, ours", "Next steps, theirs",
    "Next steps, side not known", "Next meeting", "Open questions", "Objections", "Competitors",
)  # fmt: skip
"""sections that a log entry keeps"""


PERHAPS, NOT_SAID = "Perhaps (check the line)", "Not said in this call"
_NOUNS = {
    "Decided": "decisions", "Suggested, not decided": "suggestions", "Next steps, ours": "next steps of ours",
    "Next steps, theirs": "next steps of theirs", "Pains, in their words": "pains", "Sentiment, as stated": "sentiment",
    "Health, as stated": "health",
}  # fmt: skip


class Shown:
    """Writes the lines of one summary; each cites its place in the transcript."""

    def __init__(self, read: Read, ledger: Ledger, link: str, cleared: Cleared | None) -> None:
        self._read, self._call, self._ledger, self._account = read, read.call, ledger, read.account
        self._source, self._cleared = link or read.call.transcript.name, cleared
        self._talked = Talked(read.call)
        self.first_line: dict[int, int] = {}
        """number of a source in the ledger → the line of the call where it begins"""

    def sections(self, bottom: Sequence[Line]) -> list[Section]:
        """The whole summary; what nothing was said of is named in one line at the end."""
        first = [Section(title="Call", lines=tuple(self._header())), Section(title="Bottom line", lines=tuple(bottom))]
        about = self._told("What was talked about", self._talked.by_topic())
        middle = self._success() if self._read.lens == "success" else self._sales()
        risks = Section(title="Risks", lines=tuple(self._risks()))
        perhaps = [(f"{one.name.capitalize()}? {_quoted(one.quote)} {one.who}", one) for one in self._call.perhaps]
        measures = Section(title="Measures", lines=tuple(self._measures()))
        return gathered([*first, *about, *middle, risks, *self._told(PERHAPS, perhaps), measures])

    def _agreed(self) -> list[Section]:
        call = self._call
        unknown = call.of("unknown")
        return [
            self._quotes("Decided", call.decisions),
            self._quotes("Suggested, not decided", call.suggestions, MOST),
            self._steps("Next steps, ours", call.of("ours")),
            self._steps("Next steps, theirs", call.of("theirs")),
            *([self._steps("Next steps, side not known", unknown)] if unknown else []),
            self._next_meeting(),
            *self._told(CHECK, [(f"{one.who}: {_quoted(one.quote)}", one) for one in self._talked.checks()]),
            self._quotes("Open questions", call.open_questions),
        ]

    def _sales(self) -> list[Section]:
        call = self._call
        return [
            *self._agreed(),
            self._quotes("Objections", call.objections),
            self._quotes("Competitors", call.competitors),
            self._quotes("Pains, in their words", call.pains),
            self._quotes(f"Qualification ({self._read.framework.upper()})", call.qualification),
            self._quotes("Budget", call.budget),
            self._quotes("Timeline", call.timeline),
            self._quotes("Paper process", call.paper_process),
            self._quotes("Sentiment, as stated", call.sentiment),
        ]

    def _success(self) -> list[Section]:
        """The same call for those who look after the customer."""
        found = lenses.success(self._call)
        titles = {
            "adoption": "Adoption", "value": "Value realised", "support": "Open support issues", "renewal": "Renewal",
            "renewal_risk": "Renewal risk", "health": "Health, as stated",
        }  # fmt: skip
        return [*(self._quotes(title, found[name]) for name, title in titles.items()), *self._agreed()]

    def bottom(self) -> list[Line]:
        """Two to four lines: what was decided, the nearest day, what is not settled."""
        call = self._call
        lines = [
            self._line(f"Decided: {_quoted(one.said[-1].text if one.name == CHANGED else one.quote)}", one)
            for one in call.decisions[:2]
        ]
        dated = sorted((step for step in call.steps if step.due), key=lambda step: step.due or date.max)
        if dated:
            lines.append(self._line(f"Next: {_step(dated[0])}", dated[0]))
        elif call.steps:
            lines.append(self._line(f"{plural(len(call.steps), 'next step')}, none with a day.", call.steps[0]))
        open_ = [one for one in call.objections if not one.settled]
        if open_:
            lines.append(self._line(f"Not settled: {_quoted(open_[0].quote)}", open_[0]))
        if call.open_questions and len(lines) < LONGEST_BOTTOM:
            lines.append(self._line(f"Open: {_quoted(call.open_questions[0].quote)}", call.open_questions[0]))
        lines = lines or [Line(text="No decision and no promise was found in so many words.")]
        about = self._talked.in_short() if len(lines) == 1 else []
        return [*lines, *(self._line(text, noted) for text, noted in about)][:LONGEST_BOTTOM]

    def _told(self, title: str, told: Lines) -> list[Section]:
        """What stands beside the claims; left out where there is none."""
        lines = tuple(self._line(text, noted) for text, noted in told)
        return [Section(title=title, lines=lines)] if lines else []

    def _header(self) -> list[Line]:
        call, people = self._call, list(self._call.people.values())
        day = long_date(call.day) if call.day else "day not said"
        about = self._account.name if self._account else "no account named"
        cite = (
            (self._ledger.record("account", self._account, self._account.name, self._account.updated_at),)
            if self._account
            else ()
        )
        lines = [self._ledger.line(f"{about}, {day}; {plural(len(call.transcript.turns), 'turn')}.", *cite)]
        lines += [self._line(f"{person.shown}: {SIDES[person.side]}", person) for person in people]
        return [*lines, *self._consent()]

    def _consent(self) -> list[Line]:
        """Whether those who were recorded agreed, and what the host released."""
        if self._cleared is None:
            return []
        told, lines = self._cleared.consent, []
        text = f"Recording consent: {said_of(told)}"
        lines.append(self._line(f"{text}: {_quoted(told.quote)}", told) if told.said else Line(text=f"{text}."))
        word = self._cleared.word
        if self._cleared.touches and word and word.released_at:
            host = self._cleared.host
            who = host.name if host else "the host"
            subjects = touching(self._cleared.touches)
            lines.append(
                Line(
                    text=f"{subjects[0].upper()}{subjects[1:]}; released by {who} on {long_date(word.released_at.date())}."
                )
            )
        return lines

    def _quotes(self, title: str, noted: Sequence[Noted], most: int | None = None) -> Section:
        lines = []
        for one in noted[:most]:
            name = f"{one.name.replace('_', ' ').capitalize()}: " if one.name.islower() else f"{one.name}: "
            settled = {True: " (answer taken)", False: " (not settled in the call)", None: ""}[one.settled]
            lines.append(self._line(f"{name if one.name else ''}{_quoted(one.quote)} {one.who}{settled}", one))
        left = len(noted) - len(lines)
        more = (Line(text=f"and {left} more, not shown."),) if left else ()
        return Section(title=title, lines=(*lines, *more))

    def _steps(self, title: str, steps: Sequence[Step]) -> Section:
        return Section(title=title, lines=tuple(self._line(_step(step), step) for step in steps))

    def _next_meeting(self) -> Section:
        one = self._call.next_meeting
        lines = (
            (self._line(f"{long_date(one.due) if one.due else one.when}: {_quoted(one.quote)}", one),) if one else ()
        )
        return Section(title="Next meeting", lines=lines)

    def _risks(self) -> list[Line]:
        call = self._call
        lines = [self._line(f"{_quoted(one.quote)} {one.who}", one) for one in call.risks]
        if not any(step.due for step in call.steps):
            lines.append(Line(text="No next step with a day was found."))
        if not call.of("theirs"):
            lines.append(Line(text="No promise of the customer's was found."))
        lines += [
            self._line(f"An objection is not settled: {_quoted(one.quote)}", one)
            for one in call.objections
            if not one.settled
        ]
        return lines

    def _measures(self) -> list[Line]:
        measured = self._call.measures
        shares = ", ".join(f"{_side(side)} {share:.0%}" for side, share in sorted(measured.share.items()))
        asked = ", ".join(f"{_side(side)} {count}" for side, count in sorted(measured.questions.items()))
        for side, share in measured.share.items():
            self._ledger.figure(share, f"talk share, {side}, by words")
            self._ledger.figure(measured.questions.get(side, 0), f"questions, {side}")
        lines = [Line(text=f"Share of words: {shares}."), Line(text=f"Questions: {asked}.")]
        longest = measured.longest
        if longest:
            self._ledger.figure(longest.words, "words of the longest monologue")
            where = self._call.transcript.place(longest.lines)
            lines.append(Line(text=f"Longest stretch: {longest.who}, {plural(longest.words, 'word')} ({where})."))
        return lines

    def _line(self, text: str, what: Noted | Step | Person | Meeting | Consent) -> Line:
        place = self._call.transcript.place(what.lines)
        n = self._ledger.said(self._source, self._call.transcript.name, place, what.quote, kind="transcript")
        if not isinstance(what, Person) and what.lines:
            self.first_line[n] = what.lines[0]
        return self._ledger.line(f"{text} ({place})", n)


def _side(side: str) -> str:
    return {"ours": "we", "theirs": "they", "unknown": "others"}[side]


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(' ', 1)[0] + '…'}”"


def _step(step: Step) -> str:
    when = f"by {long_date(step.due)}" if step.due else f"“{step.when}”, {TO_BE_AGREED}" if step.when else TO_BE_AGREED
    return f"{step.owner.name}, {when}: {_quoted(step.quote)}"


def gathered(sections: Sequence[Section]) -> list[Section]:
    """The sections with lines, and the names of those without as the last: that nothing was said is information."""
    empty = [one.title for one in sections if not one.lines]
    names = joined([_NOUNS.get(title, title[0].lower() + title[1:]) for title in empty])
    told = [Section(title=NOT_SAID, lines=(Line(text=f"{names[0].upper()}{names[1:]}."),))] if empty else []
    return [*(one for one in sections if one.lines), *told]


def body(sections: Sequence[Section], name: str) -> str:
    """What counts later as the text of a log entry; sections without lines are left out."""
    kept = [section for section in sections if section.lines and section.title in LOGGED]
    parts = [f"{s.title}\n" + "\n".join(f"- {line.text}" for line in s.lines) for s in kept]
    return "\n\n".join([f"Summary of {name}", *parts])


def said_of(consent: Consent) -> str:
    """A status of consent in words."""
    status = {"all": "everybody agreed", "told": "announced, nobody objected", "some": "not everybody agreed"}
    return f"{status.get(str(consent.status), 'not agreed')}, {consent.how}"


def mail_section(mail: FollowUp) -> Section:
    """The follow-up mail as a section, or why there is none."""
    if not mail.body:
        return Section(title="Follow-up mail", lines=(Line(text=f"None: {mail.why_not}"),))
    names = joined([f"{one.name} <{one.email}>" for one in mail.to])
    lines = [f"To: {names}", f"Subject: {mail.subject}", mail.body, *([mail.why_not] if mail.why_not else [])]
    return Section(title="Follow-up mail", lines=tuple(Line(text=text) for text in lines))
