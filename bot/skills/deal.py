"""The deal summary: one opportunity that code has picked, its figures, risks with evidence, and what to ask."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.records import Contact, Opportunity
from bot.grounding import Claim
from bot.pipeline.deal import Deal, days_between, is_two_way, quarter_pushes
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context
from bot.skills import account as facts
from bot.skills.ledger import Ledger, joined, money, plural
from bot.skills.questions import questions
from bot.skills.view import AccountView
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
NO_PROBABILITY = "A calibrated probability of winning is not computed; the stage's probability is the CRM's own."
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
    sections = _sections(context, view, ledger)
    wording = word(context, "deal", DealWording, ledger, request=ask.text)
    settled, citations = ledger.settle(_merged(sections, wording))
    return Draft(
        skill="deal",
        sections=settled,
        citations=citations,
        unknowns=tuple(_unknowns(view, deal)),
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        records=_records(view, deal),
        notice=wording.notice,
        account_id=view.account.id or None,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )


def _sections(context: Context, view: AccountView, ledger: Ledger) -> list[Section]:
    deal = view.deals[0]
    people = replace(view, contacts=_involved(view, deal))
    sections = [
        Section(title="State of play", lines=tuple(_state(view, ledger, deal))),
        Section(title="The deal", lines=tuple(_facts(context, view, ledger, deal))),
        Section(title="Next step", lines=tuple(_next_step(ledger, deal))),
        facts.people(people, ledger),
        Section(title="Buying group", lines=tuple(_group(view, ledger, deal))),
        facts.commitments(view, ledger),
        facts.happened(view, ledger),
    ]
    if deal.opportunity.is_closed:
        return [section for section in sections if section.lines]
    n = facts.cite_deal(deal.opportunity, ledger)
    asked = tuple(ledger.line(text, n) for text in questions(view, deal, ledger.today))
    last = [Section(title="Questions to ask", lines=asked)] if asked else []
    return [*sections[:2], Section(title="Risks", lines=tuple(_risks(view, ledger, deal))), *sections[2:], *last]


def _risks(view: AccountView, ledger: Ledger, deal: Deal) -> list[Line]:
    """The signals that fired; where none did, that these were looked at, which is not to say that all is well."""
    n = facts.cite_deal(deal.opportunity, ledger)
    fired = [signal for signal in view.signals(deal) if signal.severity != "unknown"]
    lines = [ledger.line(f"{signal.severity.capitalize()}: {signal.text}.", n) for signal in fired]
    return lines or [ledger.line("None of the signals that the CRM's data can show fires today.", n)]


def _merged(sections: Sequence[Section], wording: Wording[DealWording]) -> list[Section]:
    worded = wording.lines.get("state_of_play", ())[:3]
    first = sections[0].model_copy(update={"lines": worded}) if worded else sections[0]
    return [first, *sections[1:]]


def _state(view: AccountView, ledger: Ledger, deal: Deal) -> list[Line]:
    """Where it stands, the worst risk, the next step: the offline words."""
    o, n = deal.opportunity, facts.cite_deal(deal.opportunity, ledger)
    if o.is_closed:
        reason = f"; reason: {o.loss_reason}" if o.loss_reason and not o.is_won else ""
        return [
            ledger.line(
                f"{o.name} is {o.stage} since {o.close_date or 'an unknown day'}, {money(o.amount, o.currency)}{reason}.",
                n,
            )
        ]
    closing = f", close date {o.close_date}" if o.close_date else ", no close date"
    lines = [ledger.line(f"{o.name}: {money(o.amount, o.currency)} in {o.stage}{closing}.", n)]
    known = [signal for signal in view.signals(deal) if signal.severity != "unknown"]
    lines += [ledger.line(f"Most pressing: {signal.text}.", n) for signal in known[:1]]
    return [*lines, ledger.line(f"Next step: {o.next_step}." if o.next_step else "No next step is set.", n)]


def _facts(context: Context, view: AccountView, ledger: Ledger, deal: Deal) -> list[Line]:
    o, n = deal.opportunity, facts.cite_deal(deal.opportunity, ledger)
    ledger.figure(o.amount, f"amount of {o.name}")
    owner = context.reader.user(o.owner_id) if o.owner_id else None
    about = joined([view.account.type, view.account.industry, view.account.segment])
    whose = f"Account: {view.account.name}{f' ({about})' if about else ''}; owner of the deal: {owner.name if owner else 'unknown'}."
    lines = [
        ledger.line(whose, n, *([facts.cite_account(view, ledger)] if view.account.id else [])),
        ledger.line(f"{money(o.amount, o.currency)}; {facts.stay(view, ledger, deal)}{_kind(o)}.", n),
    ]
    lines += [ledger.line(f"{text}.", n) for text in (_age(view, ledger, deal), _dates(ledger, deal)) if text]
    lines.append(ledger.line(f"{_category(context, ledger, o)}.", n))
    return lines if not o.competitor else [*lines, ledger.line(f"Against: {o.competitor}.", n)]


def _kind(o: Opportunity) -> str:
    told = joined([o.type, o.product])
    return f"; {told}" if told else ""


def _age(view: AccountView, ledger: Ledger, deal: Deal) -> str:
    o = deal.opportunity
    if o.created_at is None:
        return ""
    if o.is_closed and o.close_date:
        days = (o.close_date - o.created_at.date()).days
        ledger.figure(days, f"days from creation to close of {o.name}")
        return f"Created {o.created_at.date()}, closed after {plural(days, 'day')}"
    days = days_between(o.created_at, view.now)
    ledger.figure(days, f"age in days of {o.name}")
    return f"Created {o.created_at.date()}, {plural(days, 'day')} ago"


def _dates(ledger: Ledger, deal: Deal) -> str:
    text = facts.closing(ledger, deal)
    crossed = quarter_pushes(deal.history)
    ledger.figure(crossed, f"pushes into a later quarter of {deal.opportunity.name}")
    across = f", {crossed} of them into a later quarter" if crossed else ""
    return f"{text[0].upper()}{text[1:]}{across}" if text else ""


def _category(context: Context, ledger: Ledger, o: Opportunity) -> str:
    said = (
        f"Forecast category: {o.forecast_category}, as the owner set it"
        if o.forecast_category
        else "No forecast category is set"
    )
    stage = next((stage for stage in context.reader.stages() if stage.name == o.stage), None)
    if stage is None or o.is_closed:
        return said
    ledger.figure(round(stage.probability * 100), f"percent, the CRM's probability of the stage {o.stage}")
    return f"{said}; the CRM's probability of the stage {o.stage} is {stage.probability:.0%}, the same for every deal in it"


def _next_step(ledger: Ledger, deal: Deal) -> list[Line]:
    o = deal.opportunity
    if not o.next_step:
        return []
    late = (ledger.today - o.next_step_date).days if o.next_step_date else 0
    ledger.figure(late if late > 0 else None, f"days since the next step of {o.name} was due")
    due = f", due {o.next_step_date}" if o.next_step_date else ", no date"
    tail = f" ({plural(late, 'day')} ago)" if late > 0 else ""
    return [ledger.line(f"{o.next_step}{due}{tail}.", facts.cite_deal(o, ledger))]


def _involved(view: AccountView, deal: Deal) -> list[Contact]:
    """Contacts with a role in the deal or in one of its activities."""
    ids = {role.contact_id for role in deal.roles} | {c for a in view.activities for c in a.contact_ids}
    return [contact for contact in view.contacts if contact.id in ids]


def _group(view: AccountView, ledger: Ledger, deal: Deal) -> list[Line]:
    """Who of the buying group took part lately, and which roles nobody has."""
    n = facts.cite_deal(deal.opportunity, ledger)
    since = view.now - facts.RECENT
    engaged = {c for a in deal.activities if is_two_way(a) and since <= a.at for c in a.contact_ids}
    with_role = {role.contact_id for role in deal.roles}
    if not with_role:
        return [ledger.line("No contact has a role in this deal.", n)]
    count = len(engaged & with_role)
    ledger.figure(count, f"engaged in 30 days on {deal.opportunity.name}")
    ledger.figure(len(with_role), f"contacts with a role on {deal.opportunity.name}")
    lines = [
        ledger.line(f"Engaged in the last 30 days: {count} of {plural(len(with_role), 'contact')} with a role.", n)
    ]
    held = {role.role for role in deal.roles}
    missing = [facts.role_word(role) for role in ("economic_buyer", "champion") if role not in held]
    return [*lines, *(ledger.line(f"No {role} is identified.", n) for role in missing)]


def _unknowns(view: AccountView, deal: Deal) -> list[str]:
    o = deal.opportunity
    missing = [
        name.removesuffix("_id").removesuffix("_at").replace("_", " ") for name in FIELDS if getattr(o, name) is None
    ]
    found = [f"Not in the CRM: {joined(missing)}."] if missing else []
    if not view.account.id:
        found.append("The deal hangs on no account, so its activities and promises are not read.")
    if o.is_closed:
        return found
    signals = [f"{s.text[0].upper()}{s.text[1:]}." for s in view.signals(deal) if s.severity == "unknown"]
    return [*found, *signals, NO_PROBABILITY]


def _records(view: AccountView, deal: Deal) -> tuple[str, ...]:
    """Every record that a line or a signal rests on."""
    rows = [("opportunity", deal.opportunity.id)]
    rows += [("account", view.account.id)] if view.account.id else []
    rows += [("contact", contact.id) for contact in _involved(view, deal)]
    rows += [("activity", a.id) for a in deal.activities] + [("task", t.id) for t in view.tasks]
    return tuple(dict.fromkeys(f"{kind}:{key}" for kind, key in rows))
