"""A letter as an answer: its sections for people, its values for machines (pure)."""

from collections.abc import Sequence
from typing import Any

from bot.proposals import Citation, Line, Section
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.outreach.gate import TABLE, Verdict
from bot.skills.outreach.letter import Letter, Part
from bot.skills.outreach.material import Material
from bot.skills.outreach.spec import Channel
from bot.skills.view import AccountView

CHANNELS: dict[Channel, str] = {
    "email": "e-mail", "linkedin": "LinkedIn message", "call": "call script", "voicemail": "voicemail",
}  # fmt: skip
CARRIES = {
    "sender": "who writes", "address": "your postal address", "opt_out": "how to object", "source": "where the address comes from",
}  # fmt: skip
LOOK_AT = "Look at before you send"
INTERNAL = "Amount, stage, next step, notes, prices, other customers and what colleagues wrote: internal."


def sections(
    view: AccountView, material: Material, letter: Letter, verdict: Verdict, ledger: Ledger, checks: Sequence[str]
) -> list[Section]:
    """What a person reads: subjects, the letter, why each sentence stands there, what it could say, what was left out."""
    contact, channel = material.to.contact, CHANNELS[letter.spec.channel]
    first, *others = letter.subjects or ("",)
    subjects = [Line(text=first), *(Line(text=f"Or: {text}") for text in others)] if first else []
    whom = joined([contact.name, contact.title])
    named = f"Subject of the e-mail to {whom}" if subjects else ""
    title = (
        f"{channel[0].upper()}{channel[1:]} ({_size(letter)})"
        if subjects
        else f"{channel[0].upper()}{channel[1:]} to {whom} ({_size(letter)})"
    )
    permission = ledger.line(
        f"Permission, rule {verdict.rule}: {verdict.why}. It carries {joined([CARRIES[what] for what in verdict.must])}.",
        ledger.record("contact", contact, contact.name, contact.updated_at),
    )
    why = [Line(text=f"“{part.text}”: {part.why}.", cites=part.cites) for part in letter.parts if not part.blank]
    return [
        *([Section(title=named, lines=tuple(subjects))] if subjects else []),
        Section(title=title, lines=(Line(text=letter.text),)),
        *([look_at(checks)] if checks else []),
        Section(title="Why this", lines=(*why, permission)),
        *_points(letter),
        Section(title="Left out", lines=tuple(Line(text=text) for text in left_out(letter))),
        *_promises(view, material, ledger),
    ]


def look_at(checks: Sequence[str]) -> Section:
    """What a person is to look at before they send a letter."""
    return Section(title=LOOK_AT, lines=tuple(Line(text=text) for text in checks))


def _size(letter: Letter) -> str:
    if letter.spec.channel == "linkedin":
        return f"{len(letter.text)} of {letter.limits[1]} signs"
    if letter.spec.channel == "email":
        return f"{plural(letter.words, 'word')} without greeting and footer"
    return plural(letter.words, "word")


def left_out(letter: Letter) -> list[str]:
    """What is not in the letter, and why."""
    return [*letter.left_out, INTERNAL]


def _points(letter: Letter) -> list[Section]:
    lines = [Line(text=f"{'☑' if p.used else '☐'} {p.text}", cites=p.cites) for p in letter.points]
    return [Section(title="Talking points", lines=tuple(lines))] if lines else []


def _promises(view: AccountView, material: Material, ledger: Ledger) -> list[Section]:
    """Open promises to and of this person: for the seller to work in, never by code."""
    mine = [task for task in view.tasks if task.contact_id == material.to.contact.id][:5]
    lines = [
        ledger.line(
            f"{'Ours' if task.side == 'ours' else 'Theirs'}: {task.subject}{f', due {task.due}' if task.due else ''}.",
            ledger.record("task", task, task.subject, task.created_at),
        )
        for task in mine
    ]
    return [Section(title="For you alone: open promises", lines=tuple(lines))] if lines else []


def letter_data(
    material: Material, letter: Letter, verdict: Verdict, citations: Sequence[Citation], shown: Sequence[Section],
    checks: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """The letter as plain values; citations are those of the answer."""
    why = next(section for section in shown if section.title == "Why this")
    cites = iter(line.cites for line in why.lines)
    points = next((section for section in shown if section.title == "Talking points"), None)
    point_cites = [line.cites for line in points.lines] if points else []
    subject, *others = letter.subjects or ("",)
    return {
        **letter.spec.model_dump(mode="json"),
        "spec": letter.spec.model_dump(mode="json"),
        "to": material.to.contact.name,
        "to_email": material.to.contact.email if letter.spec.channel == "email" else None,
        "subject": subject,
        "alternatives": others,
        "text": letter.text,
        "greeting": letter.greeting,
        "body": letter.body,
        "footer": "\n".join(letter.footer),
        "ticked": letter.spec.points,
        "points": [
            {"key": p.key, "text": p.text, "used": p.used, "cites": list(n)}
            for p, n in zip(letter.points, point_cites, strict=True)
        ],
        "why": [_why(part, () if part.blank else next(cites)) for part in letter.parts],
        "left_out": left_out(letter),
        "words": letter.words,
        "warnings": list(checks),
        "verdict": verdict_data(verdict),
    }


def _why(part: Part, cites: Sequence[int]) -> dict[str, Any]:
    return {"sentence": part.text, "why": part.why, "cites": list(cites)}


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """The gate's word as plain values."""
    return {
        "decision": verdict.decision, "rule": verdict.rule, "why": verdict.why, "unblock": verdict.unblock, "table": TABLE,
        "must": list(verdict.must), "alternatives": list(verdict.alternatives),
    }  # fmt: skip
