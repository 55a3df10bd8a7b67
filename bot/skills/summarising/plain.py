"""A summary as plain values, for machines (pure)."""

import re
from collections.abc import Sequence
from typing import Any

from bot.proposals import Citation, Line
from bot.skills.ledger import FILE
from bot.skills.summarising import lenses
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.clearing import Cleared
from bot.skills.summarising.finding import Read
from bot.skills.summarising.followup import FollowUp
from bot.skills.summarising.meeting import Meeting
from bot.skills.summarising.places import TABLE
from bot.skills.summarising.reading import CallRead, Noted
from bot.skills.summarising.steps import Step
from bot.skills.summarising.talked import Talked


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


def as_plain(read: Read, cleared: Cleared | None, mail: FollowUp, bottom: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The summary as plain values; everything that was said has `lines` and `quote`."""
    call, account = read.call, read.account
    return {
        "account": {"id": account.id, "name": account.name} if account else None,
        "date": call.day.isoformat() if call.day else None,
        "counts": call.transcript.counts,
        "attendees": [_person(person) for person in call.people.values()],
        "consent": consent_plain(cleared) if cleared else None,
        "quarantine": quarantine_plain(cleared) if cleared and cleared.touches else None,
        "lens": read.lens,
        "bottom_line": list(bottom),
        **{
            name: [_noted(one) for one in getattr(call, name)]
            for name in (
                "decisions", "suggestions", "open_questions", "objections", "competitors", "pains", "budget", "timeline",
                "paper_process", "sentiment",
            )
        },
        "qualification": {"framework": read.framework, "evidence": [_noted(one) for one in call.qualification]},
        "next_steps": {side: [_plain_step(s) for s in call.of(side)] for side in ("ours", "theirs", "unknown")},
        "to_check": [_noted(one) for one in Talked(call).checks()],
        "next_meeting": _meeting(call.next_meeting) if call.next_meeting else None,
        "perhaps": [_noted(one) for one in call.perhaps],
        "risks": [_noted(one) for one in call.risks],
        "languages": list(call.languages),
        "success": {name: [_noted(one) for one in found] for name, found in lenses.success(call).items()},
        "to_machines": [_noted(one) for one in call.to_machines],
        "measures": _measured(call),
        "follow_up": mail.plain,
    }  # fmt: skip


def consent_plain(cleared: Cleared) -> dict[str, Any]:
    """What is known of consent, and what the place needs."""
    told = cleared.consent
    said = {
        "status": told.status,
        "how": told.how,
        "who": told.who or None,
        "quote": told.quote,
        "lines": list(told.lines),
    }
    return {**said, "needed": cleared.need, "table": TABLE}


def quarantine_plain(cleared: Cleared) -> dict[str, Any]:
    """Which subjects a call touches, and who decides; no word of it."""
    host, word = cleared.host, cleared.word
    return {
        "subjects": [{"subject": one.subject, "count": len(one.lines), "sure": one.sure} for one in cleared.touches],
        "host": {"id": host.id, "name": host.name} if host else None,
        "released": not cleared.held,
        "released_at": word.released_at.isoformat() if word and word.released_at else None,
    }


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
