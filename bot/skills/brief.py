"""The account brief: code computes every section, the model may word four of them, grounding has the last word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.records import Account
from bot.grounding import Claim
from bot.pipeline.deal import won_and_lost
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context
from bot.skills import account as facts
from bot.skills.disputes import dated, disputes
from bot.skills.extract import highlights
from bot.skills.ledger import Ledger, plural
from bot.skills.next_action import NextAction, first_move, next_action, worst
from bot.skills.open_questions import open_questions
from bot.skills.play import NOTHING, Play, evidence_of, play_lines, read_play
from bot.skills.since import asked_since, keep_look, last_look, last_touch, news_alone, since_section
from bot.skills.standing import with_disagreement
from bot.skills.view import AccountView, gather
from bot.skills.wording import Wording, word
from knowledge.documents import Kind, Passage, Scope
from knowledge.errors import KnowledgeError

_NEWS = r"(?:please )?(?:(?:show|tell) me )?(?:what(?:'s|’s|s)?|anything|any news|news)(?: has| is| have)?(?: been)?(?: changed| happened| moved| new| going on| different| news)?(?: there)?"
_OF_ACCOUNT = (
    r"(?!(?:\s|at|with|on|for|in|about)*(?:(?:my|the|our|his|her|their) )?(?:pipeline|forecast|quarter|deals?|team)\b)"
)
_LOOKED = r"(?:last (?:\w+ )?)?(?:looked|checked|look|check|brief(?:ing)?|asked|was briefed|was here)\b"
_SINCE_I = rf"since (?:i|we|my)(?:'ve| have)? {_LOOKED}.*$"
_SINCE_I_FIRST = rf"since (?:i|we|my)(?:'ve| have)? {_LOOKED}[^,]*"
CARD = Card(
    name="brief",
    description="A cited brief on an account: where we stand, people, deals, risks, the play and the next action.",
    examples=("brief me on Northwick Dairy", "what changed at Pellworm since I last looked?"),
    command="/brief",
    usage="account name",
    bare="account",
    again=True,
    triggers=(
        r"^(?:please |can you |could you )?(?:give me (?:a|the) )?(?:account )?(?:brief|breif)(?:ing)?\b(?: me)?(?: on| for| about)?[: ]*(?P<rest>.*)$",
        r"^(?:please )?(?:catch me up|bring me up to speed) (?:on|for) (?P<rest>.*)$",
        rf"^{_NEWS}(?: (?:at|with|on|for|in|about))? ?(?P<rest>{_OF_ACCOUNT}.*?),? {_SINCE_I}",
        rf"^{_SINCE_I_FIRST},? {_NEWS}(?: (?:at|with|on|for|in|about))? ?(?P<rest>{_OF_ACCOUNT}[^,]*)$",
    ),
    of_account=True,
    around=frozenset(
        "account background brief briefing bring call called calling come coming company days date everything fill happened introduce lately latest "
        "meet meeting memory minutes need news one-pager overview pager picture prep prepare profile ready recap ring refresh remember rundown "
        "situation snapshot speed stand status story summary talk ten tomorrow update visit week".split()
    ),
    account_only=(
        r"^(?:tell me|what do (?:we|i|you) know|what should i know|remind me) about (?P<rest>.*)$",
        r"^(?:what's|what is|whats) (?:up|new|happening|going on) (?:with|at) (?P<rest>.*)$",
        r"^(?:overview|summary|status) (?:of|on|for) (?P<rest>.*)$",
        rf"^{_NEWS} (?:at|with|on|for|in|about) (?P<rest>{_OF_ACCOUNT}.+?),? since (?!i\b|we\b|my\b).+$",
        r"^(?:what did i miss|did i miss anything) (?:at|with|on|about) (?P<rest>.*)$",
    ),
)


NOTES: tuple[Kind, ...] = ("note", "transcript")


@dataclass(frozen=True)
class Pages:
    """What the knowledge base holds for a brief, or why it could not be asked."""

    notes: Sequence[Passage] = ()
    play: Play = NOTHING
    trouble: str = ""


class BriefWording(BaseModel):
    """The worded parts of an account brief."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    bottom_line: list[Claim] = Field(max_length=6)
    """At most three sentences: where we stand, what matters now."""
    what_happened: list[Claim] = Field(default_factory=list, max_length=8)
    """Up to three sentences on what happened lately and what the customer said, newest first."""
    risks: list[Claim] = Field(default_factory=list, max_length=8)
    """Up to three sentences on risks and on questions of the customer that are still open."""
    play: list[Claim] = Field(default_factory=list, max_length=8)
    """Up to three sentences on what the playbook pages recommend for this situation."""


def run(context: Context, ask: Ask) -> Draft:
    """Brief the asker on one account that code has picked already."""
    account = context.reader.account(ask.account_id or "")
    if account is None:
        raise LookupError("the assistant resolves the account before a brief")
    view, ledger = gather(context, account), Ledger(context.reader, context.today)
    if since := asked_since(context, view, ask.text):
        return news_alone(context, view, since, ledger)
    pages = _read(context, account, view)
    action = next_action(view, context.today, context.owner_id)
    computed = _sections(context, view, ledger, pages, action)
    wording = word(context, "brief", BriefWording, ledger, request=ask.text)
    sections, citations = ledger.settle(_merge(computed, wording, action, ledger))
    draft = Draft(
        skill="brief",
        sections=sections,
        citations=citations,
        unknowns=tuple(facts.unknowns(view) + _knowledge_unknowns(pages)),
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        writes=(action.write,) if action and action.write else (),
        notice=wording.notice,
        account_id=account.id,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )
    keep_look(context, view)
    return with_disagreement(context.rested_on(draft, ask.text), pages.play.passages)


def _read(context: Context, account: Account, view: AccountView) -> Pages:
    """Search the account's notes and the playbook; a knowledge base that is out of reach costs these alone."""
    context.progress("reading notes and playbook")
    about = f"{account.name}: status, concerns, decisions, promises and next steps"
    try:
        own = Scope.notes(account.id, teams=context.teams)
        notes = context.library.search(about, scope=own, kinds=NOTES, k=8, now=context.now)
        return Pages(notes, read_play(context, view, _titles(view), evidence_of(view, notes)))
    except KnowledgeError as error:
        return Pages(trouble=f"Notes and playbook: {error}")


def _titles(view: AccountView) -> list[str]:
    """The title of who decides, for whom the playbook may have questions."""
    order = ("economic_buyer", "decision_maker", "champion")
    ranked = sorted(view.roles.values(), key=lambda r: order.index(r.role) if r.role in order else len(order))
    by_id = {contact.id: contact for contact in view.contacts}
    titles = [by_id[role.contact_id].title for role in ranked if role.contact_id in by_id]
    return [title for title in titles if title][:1]


def _sections(
    context: Context, view: AccountView, ledger: Ledger, pages: Pages, action: NextAction | None
) -> list[Section]:
    looked = last_look(context, view)
    lower = [
        facts.identity(view, ledger),
        facts.relationship(view, ledger),
        facts.people(view, ledger),
        facts.deals(view, ledger),
        _happened(context, view, ledger, pages.notes),
        facts.commitments(view, ledger),
        _risks(view, ledger, pages.notes),
        Section(title="The play", lines=tuple(play_lines(pages.play, ledger))),
    ]
    lower[0] = _with_reach(context, view, ledger, pages, lower[0])
    news = [since_section(context, view, looked, ledger)] if looked else []
    return [Section(title="Bottom line", lines=tuple(_bottom_line(view, ledger, action))), *news, *lower]


def _with_reach(context: Context, view: AccountView, ledger: Ledger, pages: Pages, identity: Section) -> Section:
    """Say as of when the CRM was read, and whether the knowledge base could be."""
    as_of = context.reader.as_of()
    crm = f"CRM as of {as_of:%Y-%m-%d %H:%M} UTC" if as_of else "CRM, never brought in step"
    base = "knowledge base not reachable" if pages.trouble else "knowledge base"
    line = ledger.line(f"Sources: {crm}; {base}.", facts.cite_account(view, ledger))
    return identity.model_copy(update={"lines": (*identity.lines, line)})


def _bottom_line(view: AccountView, ledger: Ledger, action: NextAction | None) -> list[Line]:
    lines = [_standing(view, ledger)]
    found = worst(view)
    if found:
        signal, deal = found
        n = facts.cite_deal(deal.opportunity, ledger)
        lines.append(ledger.line(f"What matters now: on {deal.opportunity.name}, {signal.text}.", n))
    return [*lines, *_action_line(view, ledger, action)]


def _standing(view: AccountView, ledger: Ledger) -> Line:
    kind = _kind(view)
    account = facts.cite_account(view, ledger)
    if not view.open:
        return ledger.line(f"{kind} without an open opportunity.", account)
    ledger.figure(len(view.open), f"open deals of {view.account.name}")
    nearest = view.open[0]
    closing = f", close date {nearest.close_date}" if nearest.close_date else ""
    count = plural(len(view.open), "open opportunity")
    text = f"{kind} with {count} worth {facts.totals(view.open)}; nearest: {nearest.name}, {nearest.stage}{closing}."
    return ledger.line(text, account, facts.cite_deal(nearest, ledger))


def _kind(view: AccountView) -> str:
    """Customer, prospect …; where the CRM does not say, whether they ever bought."""
    if view.account.type:
        return facts.kind_word(view.account.type)
    won = sum(record.won for record in won_and_lost(view.opportunities))
    return f"Bought {plural(won, 'time')} before, now" if won else "Account"


def _action_line(view: AccountView, ledger: Ledger, action: NextAction | None) -> list[Line]:
    if action is None:
        return _planned_line(view, ledger)
    text = f"Next action: {action.text}."
    if action.task:
        return [ledger.line(text, ledger.record("task", action.task, action.task.subject, action.task.created_at))]
    return [ledger.line(text, facts.cite_deal(action.deal.opportunity, ledger))] if action.deal else []


def _planned_line(view: AccountView, ledger: Ledger) -> list[Line]:
    """Where nothing presses, the next step that the CRM has for the nearest deal that has one."""
    for deal in view.deals:
        o = deal.opportunity
        if o.next_step:
            day = f", {o.next_step_date}" if o.next_step_date else ""
            return [ledger.line(f"Next action, as planned: {o.next_step}{day}.", facts.cite_deal(o, ledger))]
    return [] if view.open else [first_move(view, ledger)]


def _happened(context: Context, view: AccountView, ledger: Ledger, notes: Sequence[Passage]) -> Section:
    """The last 30 days, or since the asker's last touch where that is longer ago."""
    since, told = _stretch(context, view)
    section = facts.happened(view, ledger, since, told)
    said = [Line(text=f"{dated(p.passage)}{p.text}", cites=(ledger.passage(p.passage),)) for p in highlights(notes, 3)]
    return section.model_copy(update={"lines": (*section.lines, *said)})


def _stretch(context: Context, view: AccountView) -> tuple[datetime, str]:
    """From when on it is told what happened, and the line that says so."""
    month, touch = view.now - facts.RECENT, last_touch(context, view)
    if touch is None:
        return month, f"Since {month.date()}, the last 30 days; no touch of yours in the last 180 days is on record."
    day = touch.at.astimezone(view.now.tzinfo).date()
    if touch.at < month:
        return touch.at, f"Since {day}, your last touch."
    return month, f"Since {month.date()}, the last 30 days; your last touch was on {day}."


def _risks(view: AccountView, ledger: Ledger, notes: Sequence[Passage]) -> Section:
    """Questions that the customer waits for first, then where sources disagree, then the signals."""
    section = facts.risks(view, ledger)
    waiting = open_questions(view, ledger, notes, 3)
    lines = (*waiting, *disputes(view, ledger, notes), *section.lines)
    return section.model_copy(update={"lines": lines})


def _merge(
    computed: Sequence[Section], wording: Wording[BriefWording], action: NextAction | None, ledger: Ledger
) -> list[Section]:
    """Put the model's checked lines where they belong; what code computed stays beneath them."""
    if wording.value is None:
        return list(computed)
    kept = wording.lines
    merged = []
    for section in computed:
        lines = kept.get(_FIELD.get(section.title, ""), ())
        if section.title == "Bottom line" and lines:
            standing, *rest = section.lines
            actions = tuple(line for line in rest if line.text.startswith("Next action"))
            section = section.model_copy(update={"lines": (standing, lines[0], *actions)})
        elif section.title == "The play" and lines:
            section = section.model_copy(update={"lines": lines[:4]})
        elif lines:
            section = section.model_copy(update={"lines": (*lines[:3], *section.lines)})
        merged.append(section)
    return merged


_FIELD = {
    "Bottom line": "bottom_line",
    "What happened": "what_happened",
    "Risks and open questions": "risks",
    "The play": "play",
}


def _knowledge_unknowns(pages: Pages) -> list[str]:
    if pages.trouble:
        return [pages.trouble]
    found = [] if pages.notes else ["No notes or transcripts on this account in the knowledge base."]
    return (
        found if pages.play else [*found, "No playbook page fits: fill the knowledge base with `seller ingest FOLDER`."]
    )
