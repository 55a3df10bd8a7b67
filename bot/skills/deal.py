"""The deal summary: one opportunity that code has picked, its figures, risks with evidence, a verdict, and what to ask."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from bot.grounding import Claim
from bot.pipeline.risk import signals
from bot.pipeline.signal import Signal
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context, deal_chance, deal_facts, deal_people, deal_risks
from bot.skills import account as facts
from bot.skills.deal_chance import Chance
from bot.skills.deal_facts import Sheet
from bot.skills.ledger import Ledger, joined, money
from bot.skills.questions import questions
from bot.skills.which_deal import deal_meant
from bot.skills.wording import Wording, word

_DEAL = r"(?:deal|opportunity|opp)"
_THE = r"(?:(?:the|our|my|this|that) )?(?!(?:an?|any|every|each|your)\b)"
_WHICH = r"(?:[\w&'-]+ ){0,4}?"
_ASK = r"(?:please |can you |could you )?(?:give me |show me |get me )?"
_LEAD = (
    r"(?:where(?:['’]s| is| are| does| do)(?: we (?:on|with|in|at))?|how (?:is|are|does)|"
    r"(?:what's|what is|whats) (?:the (?:status|state) of|(?:up|new|happening|going on) (?:with|on|in))|"
    r"(?:please |can you |could you )?(?:summari[sz]e|review|pull up|show(?: me)?|tell me about|"
    r"(?:give me |show me )?(?:an? |the )?(?:summary|overview|update|status) (?:of|on|for)))"
)
_NO_QUESTION = (
    r"(?!(?:what|who|whom|whose|when|which|how|why|where|should|is|are|was|do|does|did|can|could|will|would)\b)"
)
_TAIL = r"(?: (?:stand|at|now|right now|today|doing|going|looking|look|coming along|standing))*[ ?.!]*"
CARD = Card(
    name="deal",
    description="One deal: stage, age, pushes, risks with evidence, people, overdue promises, what is missing, what to ask.",
    examples=("where is the Northwick deal?", "deal summary for Pellworm"),
    command="/deal",
    usage="deal or account name",
    bare="account",
    again=True,
    triggers=(
        rf"^{_LEAD} {_THE}{_WHICH}{_DEAL} (?:at|with|of|for|in) (?P<rest>.+?){_TAIL}$",
        rf"^{_LEAD} {_THE}(?P<rest>.*?) ?\b{_DEAL}{_TAIL}$",
        rf"^{_ASK}(?:a |the )?(?:quick |short )?{_DEAL} (?:summary|review|status)\b(?: (?:for|of|on|about))?(?P<rest>.*)$",
        rf"^(?:is|are) {_THE}(?P<rest>.*?) ?\b{_DEAL} (?:at risk|in trouble|on track|safe|stuck|slipping|ok|okay|healthy)[ ?.!]*$",
        rf"^{_DEAL}:? ?(?P<rest>)$",
    ),
    of_account=True,
    about=frozenset("close deal deals opp opportunity opportunities renew renewal sign".split()),
    around=frozenset(
        "alive blocked blocking chance chances closes closing dead delayed detail details explain far going happened happening "
        "health healthy hold holding holdup hope issue issues late latest likely looking lose losing month moving news next ok okay outlook "
        "problem problems progress quarter real risk risks risky run running safe sign slip slipping stand standing state status step steps "
        "stuck summary summarise summarize through time track trouble update walk win winning worried worry wrong year".split()
    ),
    account_only=(rf"^{_DEAL}:? (?P<rest>.*)$", rf"^{_THE}{_NO_QUESTION}(?P<rest>[\w&'. -]{{2,60}}) {_DEAL}[ ?.!]*$"),
)
FIELDS = ("amount", "close_date", "forecast_category", "next_step", "competitor", "owner_id", "created_at")


class DealWording(BaseModel):
    """The worded part of a deal summary."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    state_of_play: list[Claim] = Field(max_length=6)
    """At most three sentences: where the deal stands, what threatens it, what has to happen next."""


def run(context: Context, ask: Ask) -> Draft:
    """Summarise the one deal that the words mean."""
    view = deal_meant(context, ask)
    deal, ledger = view.deals[0], Ledger(context.reader, context.today)
    deal = deal_people.with_pages(context, view)
    sheet = Sheet(context, view, ledger, deal)
    chance = deal_chance.chance(context, sheet)
    limit = view.limits.of(deal.segment, deal.opportunity.stage)
    fired = signals(deal, view.now, limit, chance.model if chance else None)
    sections = _sections(sheet, fired, chance)
    wording = word(context, "deal", DealWording, ledger, request=ask.text)
    settled, citations = ledger.settle(_merged(sections, wording))
    return Draft(
        skill="deal",
        sections=settled,
        citations=citations,
        unknowns=tuple(_unknowns(sheet, fired, chance)),
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        figures=tuple(sheet.figures),
        records=_records(sheet),
        notice=wording.notice,
        account_id=view.account.id or None,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )


def _sections(sheet: Sheet, fired: Sequence[Signal], chance: Chance | None) -> list[Section]:
    """What a manager looks for, the first screen first."""
    first = [Section(title="State of play", lines=tuple(_state(sheet, fired))), deal_facts.the_deal(sheet)]
    news = deal_facts.changed(sheet)
    people = [
        deal_facts.next_step(sheet),
        facts.people(deal_people.involved_alone(sheet), sheet.ledger),
        Section(title="Buying group", lines=tuple(deal_people.group(sheet))),
        facts.commitments(sheet.view, sheet.ledger),
    ]
    last = [*([news] if news else []), facts.happened(sheet.view, sheet.ledger)]
    if sheet.deal.opportunity.is_closed:
        return [section for section in [*first, *people, *last] if section.lines]
    asked = tuple(sheet.line(text) for text in questions(sheet.deal, fired, sheet.view.tasks, sheet.ledger.today))
    told = [Section(title="Questions to ask", lines=asked)] if asked else []
    odds = [Section(title="Chance", lines=chance.lines)] if chance else []
    risks = deal_risks.risks(sheet, fired, chance.value if chance else None)
    why = deal_people.why_now(sheet)
    head = [*first, *odds, deal_risks.judged(sheet, fired), risks, *([why] if why else [])]
    return [*head, *people, deal_people.qualification(sheet), *told, *last, deal_risks.healthy(sheet, fired)]


def _merged(sections: Sequence[Section], wording: Wording[DealWording]) -> list[Section]:
    worded = wording.lines.get("state_of_play", ())[:3]
    first = sections[0].model_copy(update={"lines": worded}) if worded else sections[0]
    return [first, *sections[1:]]


def _state(sheet: Sheet, fired: Sequence[Signal]) -> list[Line]:
    """Where it stands, the worst risk, the next step: the offline words."""
    o = sheet.deal.opportunity
    if o.is_closed:
        reason = f"; reason: {o.loss_reason}" if o.loss_reason and not o.is_won else ""
        since = o.close_date or "an unknown day"
        return [sheet.line(f"{o.name} is {o.stage} since {since}, {money(o.amount, o.currency)}{reason}.")]
    closing = f", close date {o.close_date}" if o.close_date else ", no close date"
    lines = [sheet.line(f"{o.name}: {money(o.amount, o.currency)} in {o.stage}{closing}.")]
    lines += [sheet.line(deal_risks.ended(f"Most pressing: {signal.text}")) for signal in deal_risks.shown(fired)[:1]]
    return [*lines, sheet.line(f"Next step: {o.next_step}." if o.next_step else "No next step is set.")]


def _unknowns(sheet: Sheet, fired: Sequence[Signal], chance: Chance | None) -> list[str]:
    """What evidence is missing, each said once."""
    o = sheet.deal.opportunity
    missing = [
        name.removesuffix("_id").removesuffix("_at").replace("_", " ") for name in FIELDS if getattr(o, name) is None
    ]
    found = [f"Not in the CRM: {joined(missing)}."] if missing else []
    if not sheet.view.account.id:
        found.append("The deal hangs on no account, so its activities and promises are not read.")
    if o.is_closed:
        return found
    told = [f"{s.text[0].upper()}{s.text[1:]}." for s in fired if s.severity == "unknown"]
    why = [] if deal_people.why_now(sheet) else ["Why now: nothing on record says what hangs on the date."]
    return list(dict.fromkeys([*found, *told, *why, *([chance.why] if chance else [])]))


def _records(sheet: Sheet) -> tuple[str, ...]:
    """Every record that a line or a signal rests on."""
    view, deal = sheet.view, sheet.deal
    rows = [("opportunity", deal.opportunity.id)]
    rows += [("account", view.account.id)] if view.account.id else []
    rows += [("contact", contact.id) for contact in deal_people.involved(sheet)]
    rows += [("activity", a.id) for a in deal.activities] + [("task", t.id) for t in view.tasks]
    return tuple(dict.fromkeys(f"{kind}:{key}" for kind, key in rows))
