"""Everything that a summary says, taken from the turns by rules; what no rule can tell stays out (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.skills.summarising import rules
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.decisions import decisions_and_suggestions
from bot.skills.summarising.later import settled
from bot.skills.summarising.measures import Measures, measure
from bot.skills.summarising.meeting import Meeting, next_meeting
from bot.skills.summarising.objections import objections, risks
from bot.skills.summarising.questions import open_questions
from bot.skills.summarising.rivals import competitors
from bot.skills.summarising.scan import MOST, Noted, Scan
from bot.skills.summarising.steps import Step, steps
from bot.skills.summarising.transcript import Transcript

__all__ = ["MOST", "CallRead", "Noted", "read_call"]


@dataclass(frozen=True)
class CallRead:
    """A call as the rules read it."""

    transcript: Transcript
    people: Mapping[str, Person]
    day: date | None
    decisions: Sequence[Noted]
    suggestions: Sequence[Noted]
    steps: Sequence[Step]
    open_questions: Sequence[Noted]
    objections: Sequence[Noted]
    competitors: Sequence[Noted]
    pains: Sequence[Noted]
    budget: Sequence[Noted]
    timeline: Sequence[Noted]
    paper_process: Sequence[Noted]
    sentiment: Sequence[Noted]
    qualification: Sequence[Noted]
    consent: Noted | None
    to_machines: Sequence[Noted]
    measures: Measures
    doubts: Sequence[str] = field(default=())
    risks: Sequence[Noted] = field(default=())
    """what the customer said that puts the deal at risk"""
    next_meeting: Meeting | None = None
    perhaps: Sequence[Noted] = field(default=())
    """lines that a person may want to look at: no claims, and nothing follows from them"""
    languages: Sequence[str] = field(default=("English",))
    """those that are spoken and can be told; empty where it is another"""

    def of(self, side: str) -> list[Step]:
        """The steps of one side."""
        return [step for step in self.steps if step.owner.side == side]


def read_call(
    transcript: Transcript,
    people: Mapping[str, Person],
    day: date | None,
    *,
    framework: str,
    rivals: Sequence[str],
    ours: Sequence[str],
) -> CallRead:
    """Read a call; `rivals` are competitors that the CRM knows, `ours` names that are none."""
    scan = Scan(transcript, people)
    named = competitors(scan, rivals, ours)
    taken = settled(scan, steps(scan, day), day)
    promised = {one.text for step in taken for one in step.said}
    decided, suggested = decisions_and_suggestions(scan)
    meeting = next_meeting(scan, day)
    # A day to meet is shown as such: it decides nothing of the deal.
    arranged = {id(one) for one in (meeting.said if meeting else ())}
    # A promise is shown as a step: "I will send the write-off figures" is no pain.
    scan.promised |= promised
    read = CallRead(
        transcript, people, day,
        decisions=[one for one in decided if id(one.said[0]) not in arranged],
        suggestions=[one for one in suggested if one.said[0].text not in promised],
        steps=taken,
        open_questions=open_questions(scan),
        objections=objections(scan),
        competitors=named,
        pains=scan.theirs("P", rules.PAIN, but=rules.NO_PAIN),
        budget=scan.theirs("B", rules.BUDGET, but=rules.NO_BUDGET, promised=True),
        timeline=scan.theirs("T", rules.TIMELINE, but=rules.NO_TIMELINE),
        paper_process=scan.theirs("L", rules.PAPER, but=rules.NO_PAPER),
        sentiment=scan.theirs("E", rules.SENTIMENT, but=rules.NO_SENTIMENT),
        qualification=_qualification(scan, framework, named),
        consent=next(iter(scan.noted(rules.CONSENT, lambda text: True)), None),
        to_machines=scan.to_machines,
        measures=measure(transcript, people),
        doubts=[*(person.doubt for person in people.values() if person.doubt), *_unread(scan)],
        risks=risks(scan),
        next_meeting=meeting,
        languages=scan.languages,
    )  # fmt: skip
    return replace(read, perhaps=_perhaps(scan, read))


MAYBE = {
    "P": "pain",
    "O": "objection",
    "T": "timeline",
    "B": "budget",
    "L": "paper process",
    "R": "risk",
    "S": "suggestion",
    "D": "decision",
    "Q": "open question",
    "E": "sentiment",
}
"""what a line perhaps is"""
LOOKS, MORE = 4, 8
"""lines at most: without, and with such as a rule found"""


def _perhaps(scan: Scan, read: CallRead) -> list[Noted]:
    """What a rule found and was no claim, then the likeliest lines of the customer's that no list has, best first."""
    lists = (
        read.decisions, read.suggestions, read.open_questions, read.objections, read.competitors, read.pains, read.budget,
        read.timeline, read.paper_process, read.sentiment, read.risks, read.qualification, read.steps,
    )  # fmt: skip
    claimed = {said.turn.k for one in lists for noted in one for said in noted.said}
    claimed |= {said.turn.k for said in (read.next_meeting.said if read.next_meeting else ())}
    demoted = sorted(scan.demoted, key=lambda row: (-row[0], scan.place(row[2])))
    weighed = [(*scan.likely.best(one), one) for one in scan.statements]
    worth = [row for row in weighed if row[0] >= 1 and scan.likely.is_first(row[2], row[1])]
    worth.sort(key=lambda row: (-row[0], scan.place(row[2])))
    found: dict[int, Noted] = {}
    for _, kind, one in [*demoted, *worth]:
        if one.turn.k not in claimed:
            found.setdefault(one.turn.k, Noted((one,), scan.who(one.turn), maybe(kind)))
    return list(found.values())[: MORE if demoted else LOOKS]


def maybe(kind: str) -> str:
    """What a line perhaps is, in words."""
    return MAYBE.get(kind.removesuffix("+")) or kind.removeprefix("m:").replace("_", " ")


def _qualification(scan: Scan, framework: str, named: Sequence[Noted]) -> list[Noted]:
    """The parts of a method that this call gives evidence for."""
    found = [
        Noted(one.said, one.who, part)
        for part, (pattern, but) in rules.FRAMEWORKS[framework].items()
        for one in scan.theirs(f"m:{part}", pattern, most=2, but=but, promised=part in ("champion", "budget"))
    ]
    if framework != "meddpicc":
        return found
    return [
        *found,
        *(Noted(one.said[:1], one.who, "competition") for one in named if scan.side(one.said[0].turn) != "ours"),
    ]


def _unread(scan: Scan) -> list[str]:
    """What is said of languages that the rules read in part, or not at all."""
    if not scan.languages:
        return [
            "What was said: the call is in a language that the rules do not read; attendees and measures are given."
        ]
    partly = [name for name in scan.languages if name != "English"]
    if not partly:
        return []
    told = " and ".join(partly)
    return [
        f"Pains, objections, budget, timeline, risks and qualification in {told}: only the plainest are found there; promises, decisions, suggestions and open questions are read."
    ]
