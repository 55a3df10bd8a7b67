"""A call as sections of cited lines, as the body of a log entry, and as plain values (pure)."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.crm.records import Account
from bot.dates import long_date
from bot.proposals import Citation, Line, Section
from bot.skills.ledger import FILE, Ledger, plural
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.decisions import CHANGED
from bot.skills.summarising.meeting import Meeting
from bot.skills.summarising.reading import MOST, CallRead, Noted
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


class Shown:
    """Writes the lines of one summary; each cites its place in the transcript."""

    def __init__(self, call: CallRead, ledger: Ledger, link: str, account: Account | None, framework: str) -> None:
        self._call, self._ledger, self._account, self._framework = call, ledger, account, framework
        self._source = link or call.transcript.name
        self._talked = Talked(call)

    def sections(self, bottom: Sequence[Line], method: str) -> list[Section]:
        """The whole summary; a section without lines says that nothing was said of it."""
        call = self._call
        return [
            Section(title="Call", lines=tuple(self._header())),
            Section(title="Bottom line", lines=tuple(bottom)),
            *self._told("What was talked about", self._talked.by_topic()),
            self._quotes("Decided", call.decisions),
            self._quotes("Suggested, not decided", call.suggestions, MOST),
            self._steps("Next steps, ours", call.of("ours")),
            self._steps("Next steps, theirs", call.of("theirs")),
            *([self._steps("Next steps, side not known", call.of("unknown"))] if call.of("unknown") else []),
            self._next_meeting(),
            *self._told(CHECK, [(f"{one.who}: {_quoted(one.quote)}", one) for one in self._talked.checks()]),
            self._quotes("Open questions", call.open_questions),
            self._quotes("Objections", call.objections),
            self._quotes("Competitors", call.competitors),
            self._quotes("Pains, in their words", call.pains),
            self._quotes(f"Qualification ({method})", call.qualification),
            self._quotes("Budget", call.budget),
            self._quotes("Timeline", call.timeline),
            self._quotes("Paper process", call.paper_process),
            self._quotes("Sentiment, as stated", call.sentiment),
            Section(title="Risks", lines=tuple(self._risks())),
            Section(title="Measures", lines=tuple(self._measures())),
        ]

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
        said = call.consent
        consent = str(call.transcript.front.get("consent") or "")
        if said:
            lines.append(self._line(f"Recording: {_quoted(said.quote)}", said))
        elif consent:
            lines.append(Line(text=f"Recording: {consent} (top of the file)."))
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

    def _line(self, text: str, what: Noted | Step | Person | Meeting) -> Line:
        place = self._call.transcript.place(what.lines)
        n = self._ledger.said(self._source, self._call.transcript.name, place, what.quote)
        return self._ledger.line(f"{text} ({place})", n)


def _side(side: str) -> str:
    return {"ours": "we", "theirs": "they", "unknown": "others"}[side]


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(' ', 1)[0] + '…'}”"


def _step(step: Step) -> str:
    when = f"by {long_date(step.due)}" if step.due else f"“{step.when}”, {TO_BE_AGREED}" if step.when else TO_BE_AGREED
    return f"{step.owner.name}, {when}: {_quoted(step.quote)}"


def body(sections: Sequence[Section], name: str) -> str:
    """What counts later as the text of a log entry; sections without lines are left out."""
    kept = [section for section in sections if section.lines and section.title in LOGGED]
    parts = [f"{s.title}\n" + "\n".join(f"- {line.text}" for line in s.lines) for s in kept]
    return "\n\n".join([f"Summary of {name}", *parts])


def cited_lines(lines: Sequence[Line], citations: Sequence[Citation]) -> list[dict[str, Any]]:
    """Lines of an answer with the places and words that they cite."""
    by_n = {citation.n: citation for citation in citations if citation.status == FILE}
    cited = [(line.text, [by_n[n] for n in line.cites if n in by_n]) for line in lines]
    return [
        {
            "text": text,
            "quote": " … ".join(one.quote for one in found),
            "lines": [int(number) for one in found for number in re.findall(r"\d+", one.location)],
        }
        for text, found in cited
    ]


def as_plain(
    call: CallRead, account: Account | None, framework: str, bottom: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The summary as plain values; everything that was said has `lines` and `quote`."""
    theirs, ours = call.of("theirs"), call.of("ours")
    return {
        "account": {"id": account.id, "name": account.name} if account else None,
        "date": call.day.isoformat() if call.day else None,
        "counts": call.transcript.counts,
        "attendees": [_person(person) for person in call.people.values()],
        "consent": _noted(call.consent) if call.consent else None,
        "bottom_line": list(bottom),
        **{
            name: [_noted(one) for one in getattr(call, name)]
            for name in (
                "decisions", "suggestions", "open_questions", "objections", "competitors", "pains", "budget", "timeline",
                "paper_process", "sentiment",
            )
        },
        "qualification": {"framework": framework, "evidence": [_noted(one) for one in call.qualification]},
        "next_steps": {
            "ours": [_plain_step(s) for s in ours],
            "theirs": [_plain_step(s) for s in theirs],
            "unknown": [_plain_step(s) for s in call.of("unknown")],
        },
        "to_check": [_noted(one) for one in Talked(call).checks()],
        "next_meeting": _meeting(call.next_meeting) if call.next_meeting else None,
        "risks": [_noted(one) for one in call.risks],
        "languages": list(call.languages),
        "to_machines": [_noted(one) for one in call.to_machines],
        "measures": _measured(call),
    }  # fmt: skip


def _noted(one: Noted) -> dict[str, Any]:
    named = {"name": one.name} if one.name else {}
    settled = {"settled": one.settled} if one.settled is not None else {}
    return {**named, "who": one.who, "quote": one.quote, "lines": list(one.lines), **settled}


def _plain_step(step: Step) -> dict[str, Any]:
    due = step.due.isoformat() if step.due else None
    said = {"quote": step.quote, "lines": list(step.lines)}
    return {"owner": step.owner.name, "what": step.what, "due": due, "when": step.when or "to be agreed", **said}


def _meeting(one: Meeting) -> dict[str, Any]:
    due = one.due.isoformat() if one.due else None
    return {"who": one.who, "due": due, "when": one.when, "quote": one.quote, "lines": list(one.lines)}


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "company": person.company or None,
        "role": person.role or None,
        "side": person.side,
        "contact": person.contact.id if person.contact else None,
        "user": person.user.id if person.user else None,
        "quote": person.quote,
        "lines": list(person.lines),
    }


def _measured(call: CallRead) -> dict[str, Any]:
    measured, longest = call.measures, call.measures.longest
    held = {"who": longest.who, "words": longest.words, "quote": longest.quote} if longest else {}
    return {
        "talk_share": dict(measured.share),
        "talk_share_by_person": dict(measured.people),
        "questions": dict(measured.questions),
        "longest_monologue": {**held, "lines": list(longest.lines)} if longest else None,
    }
