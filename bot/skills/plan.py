"""A mutual action plan: milestones back from the go-live date, with owners on both sides."""

from bot.errors import NotFound
from bot.proposals import Action, Draft, Line, Section
from bot.screening import inert
from bot.skills import Ask, Card, Context
from bot.skills.chain import count_back
from bot.skills.ledger import Ledger
from bot.skills.milestones import template, without
from bot.skills.plan_parts import Planned, data, file_of, lead, sections, unknowns
from bot.skills.plan_words import (
    EXAMPLE,
    Plan,
    changed,
    day_in,
    goes_on,
    plan_before,
    wants_amount,
)
from bot.skills.plan_writes import writes
from bot.skills.view import AccountView, gather
from bot.skills.which_deal import deal_meant

_ASK = (
    r"^(?:(?:ok|please|pls|can you|could you|would you|i need|i want|help me(?: to)?|let'?s|now|we need|give me),? )*"
)
_MADE = r"(?:(?:to )?(?:make|draft|write|build|create|set up|put together|prepare|propose|do|generate|show|sketch|start|lay out) (?:me |us )?)?"
_PLAN = (
    r"(?:(?:mutual|joint|shared) (?:action |success |close |project )?plan|(?:action|success|close|closing|go-?live|onboarding|implementation|roll-?out) plan|"
    r"map(?= (?:for|with|to)\b)|plan (?:back )?(?:to|for|from|until) (?:the |their |a )?(?:go-?live|launch|signature)|timeline (?:to|for|back from) (?:the |their )?(?:go-?live|launch|signature)|"
    r"milestones?(?= .*\b(?:go-?live|live|launch)\b)|plan(?= (?:for|with) .*\b(?:go-?live|going live|live (?:on|by)|launch)\b))"
)
CARD = Card(
    name="plan",
    description="A mutual action plan: milestones back from the go-live date, with owners on both sides.",
    examples=("make a mutual action plan for Northwick Dairy, go-live on 1 March",),
    triggers=(
        rf"{_ASK}{_MADE}(?:an? |the |our |my |some )?(?:new )?{_PLAN}\b(?P<rest>.*)$",
        rf"{_ASK}(?:work|count|plan) (?:it |the dates |everything )?back(?:wards?)? from (?P<rest>.*)$",
        r"^(?:what (?:has|needs|would have) to happen|what do we need to do|which steps) (?:(?:for|so that) )?(?P<rest>.+ (?:to (?:be|go) live|goes live|is live|live) (?:on|by|in) .+)$",
    ),
    goes_on=lambda context, said: Ask(said.text, goes_on=True) if said.follow and goes_on(said.text) else None,
    replaces=True,
    again=True,
)


def run(context: Context, ask: Ask) -> Draft:
    """Lay out the steps to go-live, or change the plan that the conversation has."""
    before = plan_before(context)
    going_on = before is not None and not before.asked and goes_on(ask.text)
    about = f"{before.about} {ask.text}" if before and (going_on or before.asked) else ask.text
    view = _view(context, ask, about)
    found, trouble = template(context)
    if going_on and before:
        plan = changed(before, ask.text, found, context.today)
    else:
        day = day_in(ask.text, context.today)
        if day is None:
            return _asks_day(context, view)
        plan = Plan(go_live=day)
    chain = count_back(without(found.steps, plan.left_out), plan.go_live, context.today, plan.fixed)
    ledger = Ledger(context.reader, context.today)
    planned = Planned(context, view, ledger, found, plan, chain, wants_amount(ask.text))
    settled, citations = ledger.settle(sections(planned))
    draft = Draft(
        skill="plan",
        lead=lead(planned),
        sections=settled,
        citations=citations,
        unknowns=(*([trouble] if trouble else []), *unknowns(planned)),
        numbers=tuple(ledger.numbers),
        writes=tuple(writes(planned)),
        files=(file_of(planned),),
        actions=(Action(label="Prepare the next meeting", ask=f"prep me for my call with {inert(view.account.name)}"),),
        data=data(planned),
        account_id=view.account.id,
        as_of=context.reader.as_of(),
    )
    return context.rested_on(draft, ask.text)


def _view(context: Context, ask: Ask, about: str) -> AccountView:
    """The account with the one deal that is meant; without an open deal the account alone."""
    account = context.reader.account(ask.account_id or "")
    if account is None:
        raise NotFound(f"There is no such account; name one, such as “{EXAMPLE}”.")
    view = gather(context, account)
    return view if not view.open else deal_meant(context, Ask(about, account.id))


def _asks_day(context: Context, view: AccountView) -> Draft:
    what = view.deals[0].opportunity.name if view.deals else view.account.name
    ledger = Ledger(context.reader, context.today)
    n = ledger.record("account", view.account, view.account.name, view.account.updated_at)
    text = f"On which day is the go-live of {what}? Say it like “go-live 1 March”."
    settled, citations = ledger.settle([Section(title="", lines=(Line(text=text, cites=(n,)),))])
    return Draft(
        skill="plan", sections=settled, citations=citations, account_id=view.account.id, as_of=context.reader.as_of()
    )
