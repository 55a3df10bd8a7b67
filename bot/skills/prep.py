"""A meeting prepared: its goal, agenda, who attends and what they care about, questions to ask, likely objections."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.records import Contact
from bot.dates import read_dates
from bot.errors import BotError
from bot.grounding import Claim
from bot.proposals import Action, Draft, Line, Section
from bot.screening import inert
from bot.skills import Ask, Card, Context
from bot.skills import account as facts
from bot.skills.attending import attendees
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.meeting import Ahead, Meeting, Wanted, ahead, pick, wanted_in
from bot.skills.named import DAYS, STRANGER, people_in
from bot.skills.play import NOTHING, evidence_of, read_play
from bot.skills.preparing import (
    Prepared,
    agenda,
    goal,
    missing_items,
    objections,
    outcome,
    promised,
    questions,
    remember,
)
from bot.skills.standing import with_disagreement
from bot.skills.view import AccountView, focus, gather
from bot.skills.wording import Wording, withheld, word
from knowledge.documents import Kind, Scope
from knowledge.errors import KnowledgeError

_ASK = r"^(?:(?:hi|hey|ok|please|pls|can you|could you|would you|i need to|i want to|help me(?: to)?|let'?s|now),? )*"
_MET = (
    r"(?:(?:discovery|sales|customer|client|intro|first|follow[- ]?up|review|negotiation|executive|renewal|status|kick-?off|closing|video|phone|zoom|teams) )?"
    r"(?:meetings?|calls?|demos?|visits?|sessions?|workshops?|qbr|reviews?|conversations?|chats?|1:1|one-on-one|appointments?|kick-?offs?|negotiations?|lunch|sync)"
)
_WHOSE = r"(?:(?:my|the|our|a|an|this|next|upcoming|today'?s|tomorrow'?s|\w+day'?s|\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?)?|[ap]m) )*"
_TIME = r"(?:\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b\.?|\d{1,2}:\d{2}\b|\d{1,2} o'?clock|(?:first|second|third|next|last) (?:one|meeting|call)\b)"
_PREP = r"(?:prep(?:are)?(?: me| us)?(?: up)?|get (?:me |us )?(?:ready|prepared|prepped)|ready me|do (?:the |my )?prep|prepping|preparing)"
CARD = Card(
    name="prep",
    description="A meeting prepared: its goal, agenda, who attends and what they care about, questions to ask, likely objections.",
    examples=("prepare my meeting with Northwick Dairy", "prep me for my next call"),
    again=True,
    triggers=(
        rf"{_ASK}{_PREP}(?: (?:for|on))? {_WHOSE}{_MET}\b(?P<rest>.*)$",
        rf"{_ASK}{_PREP}(?: for)? (?:my |the |our )?(?P<rest>{_TIME}.*)$",
        rf"{_ASK}(?:meeting|call|demo|visit|qbr) (?:prep|preparation|brief|plan|agenda)\b(?P<rest>.*)$",
        rf"{_ASK}(?:(?:write|draft|make|prep|prepare|give me|suggest|propose|what'?s|what is|what should be) )?(?:an? |the |my |some )?(?:agenda|talk(?:ing)? (?:track|plan)|questions|game plan)"
        rf" (?:for|to ask (?:in|at|on)) {_WHOSE}{_MET}\b(?P<rest>.*)$",
        rf"{_ASK}what (?:should|do|can) i (?:ask|bring up|raise|cover|say) (?:in|at|on|during) {_WHOSE}{_MET}\b(?P<rest>.*)$",
        rf"^(?:i have|i've got|i got|i am having|i'm having|there is|there's) (?:a |an |my )?{_MET}\b(?P<rest>.*?)[,;.] ?(?:please )?(?:{_PREP}|help me prepare)\b.*$",
        rf"{_ASK}prep(?:are)? me for (?P<rest>.+)$",
    ),
    account_only=(rf"{_ASK}(?:prep|prepare|get me ready)(?: for)? (?P<rest>.+)$",),
)
NOTES: tuple[Kind, ...] = ("note", "transcript")


class PrepWording(BaseModel):
    """The worded parts of a prepared meeting."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    goal: list[Claim] = Field(max_length=4)
    """One or two sentences: what the seller wants to leave the meeting with."""
    attendees: list[Claim] = Field(default_factory=list, max_length=10)
    """One sentence for each thing an attendee said, asked or was promised, beginning with their name."""


def run(context: Context, ask: Ask) -> Draft:
    """Prepare the meeting that the words mean."""
    if wrong := next((p for p in read_dates(ask.text, context.today) if p.kind == "impossible"), None):
        raise BotError(f"“{ask.text[wrong.start : wrong.end]}” is no day in any calendar; say when the meeting is.")
    wanted, found = wanted_in(ask.text, context.today), ahead(context, ask.account_id)
    meeting, lead = _which(context, ask, found, wanted)
    account = context.reader.account(ask.account_id or (meeting.account_id if meeting else None) or "")
    if account is None:
        raise BotError(_none_ahead(found, wanted))
    prepared, trouble = _prepared(context, gather(context, account), meeting, ask)
    sections = _sections(prepared)
    ledger, minutes = prepared.ledger, agenda(prepared)
    told = _told(prepared)
    why = withheld(context)
    wording = (
        Wording[PrepWording](notice=why)
        if why
        else word(context, "prep", PrepWording, ledger, request=ask.text, meeting=told)
    )
    settled, citations = ledger.settle(_merged(sections, wording))
    draft = Draft(
        skill="prep",
        lead=lead,
        sections=settled,
        citations=citations,
        unknowns=tuple(_unknowns(prepared, trouble, found)),
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        actions=(Action(label="Brief", ask=f"brief me on {inert(account.name)}"),),
        data=_data(prepared, minutes),
        notice=wording.notice,
        account_id=account.id,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )
    return with_disagreement(context.rested_on(draft, ask.text), prepared.play.passages)


def _which(context: Context, ask: Ask, found: Ahead, wanted: Wanted) -> tuple[Meeting | None, str]:
    """The meeting, and what must be known where it is not the one that the words say."""
    if ask.account_id is None:
        return pick(context, found, wanted), ""
    fits = [one for one in found.meetings if wanted.fits(one)]
    if fits:
        return fits[0], ""
    first = found.meetings[0] if found.meetings else None
    what = f"the next one, {first.start:%Y-%m-%d %H:%M}" if first else "the next conversation"
    if wanted.day and wanted.day < context.today:
        return first, f"{wanted.day} lies behind; this prepares {what}."
    where = "in the CRM or your calendar" if _has_calendar(found) else "in the CRM"
    when = f" {wanted.words}" if wanted else ""
    if first and wanted:
        return first, f"No meeting{when} with them is {where}; this prepares {what}."
    return first, f"No meeting{when} with them is {where}, so this prepares {what}."


def _has_calendar(found: Ahead) -> bool:
    return not found.trouble and any(one.activity is None for one in found.meetings)


def _none_ahead(found: Ahead, wanted: Wanted) -> str:
    when = f" {wanted.words}" if wanted else ""
    trouble = f" {found.trouble}" if found.trouble else ""
    return f"No meeting of yours with an account lies ahead{when}; name the account, such as “prep me for my call with NAME”.{trouble}"


def _prepared(context: Context, view: AccountView, meeting: Meeting | None, ask: Ask) -> tuple[Prepared, str]:
    """Everything that the parts are made from, and why the knowledge base was not read."""
    about = meeting.opportunity_id if meeting else None
    deal = next((o for o in view.open if o.id == about), None)
    if deal and deal.id not in {one.opportunity.id for one in view.deals}:
        view = replace(view, deals=focus(context, view, deal).deals)
    people, expected, strangers = _people(view, meeting, ask.text)
    ledger = Ledger(context.reader, context.today)
    bare = Prepared(context, view, ledger, meeting, people, expected, strangers, evidence=evidence_of(view, ()))
    context.progress("reading notes and playbook")
    try:
        about_it = f"{view.account.name}: concerns, decisions, promises, questions and next steps"
        own = Scope.notes(view.account.id, teams=context.teams)
        notes = context.library.search(about_it, scope=own, kinds=NOTES, k=8, now=context.now)
        evidence, names = evidence_of(view, notes), joined(contact.name for contact in people[:6])
        by_name = f"{names}: wants, concerns, questions, decisions"
        said = context.library.search(by_name, scope=own, kinds=NOTES, k=8, now=context.now) if people else []
        titles = list(dict.fromkeys(contact.title for contact in people if contact.title))[:2]
        play = read_play(context, view, titles, evidence, steps=0)
    except KnowledgeError as error:
        return replace(bare, play=NOTHING), f"Notes and playbook: {error}"
    return replace(bare, notes=notes, said=said, play=play, evidence=evidence), ""


def _people(view: AccountView, meeting: Meeting | None, text: str) -> tuple[list[Contact], bool, list[str]]:
    """Who attends: whom the words name and the entry lists; else whoever has a role, which is no more than likely."""
    said = people_in(view, text).everybody()
    ids = meeting.contact_ids if meeting else ()
    listed = [contact for contact in view.contacts if contact.id in ids]
    known = list({contact.id: contact for contact in (*said, *listed)}.values())
    labels = [view.account.name, *(contact.name for contact in view.contacts)]
    names = {word.casefold() for label in labels for word in label.split()}
    named = [match[1] for match in STRANGER.finditer(text) if match[1].split()[0] not in DAYS]
    strangers = [name for name in named if not names & {word.casefold() for word in name.split()}]
    strangers += meeting.others if meeting else ()
    if known or strangers:
        return known, True, strangers
    likely = [c for c in view.contacts if c.id in view.roles or view.last_touch(c.id)]
    likely.sort(key=lambda c: (c.id not in view.roles, -(t.at.timestamp() if (t := view.last_touch(c.id)) else 0.0)))
    return likely[:4], False, []


def _sections(prepared: Prepared) -> list[Section]:
    cite, ledger = prepared.cite, prepared.ledger
    minutes = [ledger.line(f"{spent} min: {what}.", cite) for spent, what in agenda(prepared)]
    for spent, _ in agenda(prepared):
        ledger.figure(spent, "minutes of the agenda")
    return [
        _meeting(prepared),
        Section(title="Goal", lines=tuple(ledger.line(text, cite) for text in goal(prepared))),
        Section(title="Agenda", lines=tuple(minutes)),
        attendees(prepared),
        questions(prepared),
        objections(prepared),
        promised(prepared),
        remember(prepared),
        outcome(prepared),
    ]


def _told(prepared: Prepared) -> str:
    """When it is, what it is, with whom."""
    one = prepared.meeting
    if one is None:
        return f"The next conversation with {prepared.view.account.name}, {plural(prepared.minutes, 'minute')} assumed"
    length = f"{plural(one.minutes, 'minute')}{' assumed' if one.assumed else ''}"
    when = f"{one.start:%Y-%m-%d %H:%M} ({prepared.context.asker.time_zone})"
    return joined([f"{when}: {one.title}", length, one.place or None], "; ")


def _meeting(prepared: Prepared) -> Section:
    one, ledger = prepared.meeting, prepared.ledger
    ledger.figure(prepared.minutes, "minutes of the meeting")
    n = facts.cite_activity(one.activity, ledger) if one and one.activity else facts.cite_account(prepared.view, ledger)
    lines = [ledger.line(f"{_told(prepared)}.", n)]
    if prepared.deal:
        o = prepared.deal.opportunity
        about = f"About {o.name}: {facts.stay(prepared.view, ledger, prepared.deal)}"
        lines.append(ledger.line(f"{about}; {facts.closing(ledger, prepared.deal) or 'no close date'}.", prepared.cite))
    else:
        lines.append(ledger.line("No open opportunity on this account.", prepared.cite))
    return Section(title="The meeting", lines=tuple(lines))


def _merged(sections: Sequence[Section], wording: Wording[PrepWording]) -> list[Section]:
    """Put the model's checked lines in; what code computed stays, but for the goal, which is worded."""
    merged = []
    for section in sections:
        if section.title == "Goal" and (worded := wording.lines.get("goal", ())):
            section = section.model_copy(update={"lines": worded[:2]})
        if section.title.startswith("Who ") and (worded := wording.lines.get("attendees", ())):
            said = {line.text for line in section.lines}
            more: list[Line] = [line for line in worded if line.text not in said]
            section = section.model_copy(update={"lines": (*section.lines, *more[:4])})
        merged.append(section)
    return merged


def _unknowns(prepared: Prepared, trouble: str, found: Ahead) -> list[str]:
    texts = [text for text in (trouble, found.trouble) if text]
    if prepared.meeting and prepared.meeting.assumed:
        texts.append("How long it takes is not on record; 30 minutes are assumed.")
    if not prepared.people and not prepared.strangers:
        texts.append(f"No contact of {prepared.view.account.name} is in the CRM; find out who will be there.")
    if not trouble and not prepared.play.questions:
        texts.append("No discovery questions for these people in the playbook.")
    if not trouble and not prepared.play.objections:
        texts.append("No answer to likely objections in the playbook.")
    return texts


def _data(prepared: Prepared, minutes: Sequence[tuple[int, str]]) -> dict[str, Any]:
    one = prepared.meeting
    when = {"start": one.start.isoformat(), "title": one.title, "place": one.place} if one else None
    return {
        "meeting": when,
        "minutes": prepared.minutes,
        "assumed": one.assumed if one else True,
        "goal": goal(prepared),
        "agenda": [{"minutes": spent, "what": what} for spent, what in minutes],
        "attendees": [
            {"contact": c.id, "name": c.name, "title": c.title, "do_not_contact": c.do_not_contact}
            for c in prepared.people
        ],
        "strangers": list(prepared.strangers),
        "expected": prepared.expected,
        "missing": [name for name, _ in missing_items(prepared)],
    }
