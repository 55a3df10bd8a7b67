"""The account brief: code computes every section, the model may word four of them, grounding has the last word."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.records import Account
from bot.grounding import Claim
from bot.pipeline.deal import Deal, won_and_lost
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context
from bot.skills import account as facts
from bot.skills.extract import Pick, asked, badge, best, highlights
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.next_action import NextAction, next_action, worst
from bot.skills.standing import current, with_disagreement
from bot.skills.view import AccountView, gather
from bot.skills.wording import Wording, word
from knowledge.documents import Kind, Passage, Scope
from knowledge.errors import KnowledgeError

CARD = Card(
    name="brief",
    description="A cited brief on an account: where we stand, people, deals, risks, the play and the next action.",
    examples=("brief me on Northwick Dairy", "prepare me for my call with Pellworm"),
    command="/brief",
    usage="account name",
    bare="account",
    again="account",
    triggers=(
        r"^(?:please |can you |could you )?(?:give me (?:a|the) )?(?:account )?(?:brief|breif)(?:ing)?\b(?: me)?(?: on| for| about)?[: ]*(?P<rest>.*)$",
        r"^(?:please )?prep(?:are)?(?: me)? for (?:my |the |a )?(?:call|meeting|demo|visit)?(?: with| at)?(?P<rest>.*)$",
        r"^(?:please )?(?:catch me up|bring me up to speed|get me ready) (?:on|for) (?P<rest>.*)$",
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
    ),
)


NOTES: tuple[Kind, ...] = ("note", "transcript")
PLAYBOOK: tuple[Kind, ...] = ("playbook",)


@dataclass(frozen=True)
class Pages:
    """What the knowledge base holds for a brief, or why it could not be asked."""

    notes: Sequence[Passage] = ()
    plays: Sequence[Passage] = ()
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
    pages = _read(context, account, view)
    action = next_action(view, context.today, context.owner_id)
    computed = _sections(view, ledger, pages, action)
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
    return with_disagreement(context.rested_on(draft, ask.text), pages.plays)


def _read(context: Context, account: Account, view: AccountView) -> Pages:
    """Search the account's notes and the playbook; a knowledge base that is out of reach costs these alone."""
    context.progress("reading notes and playbook")
    about = f"{account.name}: status, concerns, decisions, promises and next steps"
    try:
        own = Scope.notes(account.id, teams=context.teams)
        notes = context.library.search(about, scope=own, kinds=NOTES, k=8, now=context.now)
        plays = context.library.search(
            _situation(view), scope=context.scope(None), kinds=PLAYBOOK, k=6, now=context.now
        )
    except KnowledgeError as error:
        return Pages(trouble=f"Notes and playbook: {error}")
    return Pages(notes, current(plays))


def _situation(view: AccountView) -> str:
    """The account's situation in the playbook's words."""
    if not view.deals:
        return f"prospecting and discovery questions for {view.account.industry or 'a new account'}"
    nearest = view.deals[0].opportunity
    rival = f"competitor {nearest.competitor}, objection on price" if nearest.competitor else "objections"
    found = worst(view)
    return joined([f"{nearest.stage} stage", nearest.type, rival, found[0].name if found else None])


def _sections(view: AccountView, ledger: Ledger, pages: Pages, action: NextAction | None) -> list[Section]:
    lower = [
        facts.identity(view, ledger),
        facts.relationship(view, ledger),
        facts.people(view, ledger),
        facts.deals(view, ledger),
        _happened(view, ledger, pages.notes),
        facts.commitments(view, ledger),
        _risks(view, ledger, pages.notes),
        _play(view, ledger, pages.plays),
    ]
    return [Section(title="Bottom line", lines=tuple(_bottom_line(view, ledger, action))), *lower]


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
    return []


def _said(ledger: Ledger, pick: Pick, lead: str = "") -> Line:
    return Line(text=f"{lead}{pick.text}", cites=(ledger.passage(pick.passage),))


def _happened(view: AccountView, ledger: Ledger, notes: Sequence[Passage]) -> Section:
    section = facts.happened(view, ledger)
    said = [_said(ledger, pick, _dated(pick.passage)) for pick in highlights(notes, 3)]
    return section.model_copy(update={"lines": (*section.lines, *said)})


def _dated(passage: Passage) -> str:
    day = passage.document.date
    return f"{day}, {passage.document.kind}: " if day else f"{passage.document.kind.capitalize()}: "


def _risks(view: AccountView, ledger: Ledger, notes: Sequence[Passage]) -> Section:
    section = facts.risks(view, ledger)
    ours = [user.name for user in ledger.reader.users()]
    questions = [_said(ledger, pick, "Asked by the customer: ") for pick in asked(notes, ours, 2)]
    disputes = [line for passage in notes for line in _dispute(view, ledger, passage)]
    return section.model_copy(update={"lines": (*disputes[:2], *questions, *section.lines)})


def _dispute(view: AccountView, ledger: Ledger, passage: Passage) -> list[Line]:
    """A note that names another close date than the CRM: both are shown, the CRM's word counts."""
    agreed = {o.close_date for o in view.open if o.close_date}
    for deal in view.deals:
        found = None if _superseded(deal, passage) else facts.other_close_date(deal.opportunity, passage, agreed)
        if found:
            n = facts.cite_deal(deal.opportunity, ledger)
            text = (
                f"Sources disagree: the CRM has {deal.opportunity.name} closing on {deal.opportunity.close_date}; "
                f'{_dated(passage)}"{found}"'
            )
            return [Line(text=text, cites=(n, ledger.passage(passage)))]
    return []


def _superseded(deal: Deal, passage: Passage) -> bool:
    """Whether the CRM's close date was set after the note was written."""
    changes = [after.at for before, after in pairwise(deal.history) if before.close_date != after.close_date]
    written = passage.document.date
    return bool(changes and written and written < max(changes).date())


def _play(view: AccountView, ledger: Ledger, plays: Sequence[Passage]) -> Section:
    """What the playbook recommends here, a line a page, each with its badge."""
    situation = _situation(view)
    lines: list[Line] = []
    seen: set[str] = set()
    for passage in plays:
        picks = best(situation, passage, 1)
        if picks and passage.document.id not in seen and len(lines) < 4:
            seen.add(passage.document.id)
            lines.append(_said(ledger, picks[0], f"{passage.document.title} ({badge(passage)}): "))
    return Section(title="The play", lines=tuple(lines))


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
        found
        if pages.plays
        else [*found, "No playbook page fits: fill the knowledge base with `seller ingest FOLDER`."]
    )
