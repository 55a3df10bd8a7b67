"""Who needs help with what: the deals of a manager's people that need a word today, most at stake first."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from bot.proposals import Draft, Figure, Line, Section
from bot.skills import Ask, Card, Context, acts
from bot.skills.day import named
from bot.skills.ledger import Ledger, joined, money, plural
from bot.skills.needing import DO, LOST, Needs, find
from bot.skills.stakes import Needy

_MINE = r"(?:my|our|the) (?:team|people|reps|sellers|folks)"
_WHO = rf"(?:who|{_MINE}|which (?:of (?:my|our) )?(?:people|reps|sellers)|which deals)"
_END = r"(?: (?:most|today|now|this week|first|right now|with what|and (?:with|for|on) what|from me|of me|in (?:my|the) team|on (?:my|the) team|please))*(?P<rest>)[\s?.!]*$"
CARD = Card(
    name="needs",
    description="The deals of the people whom you lead that need a word today, why, and what to do; most at stake first.",
    examples=("who needs help with what?", "what does my team need from me?"),
    triggers=(
        rf"^(?:and )?{_WHO}(?: (?:here|there|(?:in|on|of) (?:my|the) team))? (?:needs?|could use|wants?) (?:my |our |some |any )?(?:help|support|coaching|a word|a hand|attention){_END}",
        rf"^(?:what|which deals?) (?:does|do) {_MINE} need(?: (?:help|me|support))?(?: with| for)?{_END}",
        rf"^(?:who|whom) (?:should|can|must|do) i (?:need to )?(?:help|coach|support|talk to){_END}",
        rf"^where (?:does|do|is|are) {_MINE} (?:need(?: help| me)?|stuck|struggling){_END}",
        rf"^(?:what|which deals?)(?:'s| is| are)? (?:at risk|on fire|slipping) (?:in|on|for|across) {_MINE}{_END}",
    ),
)
SHOWN = 7
"""deals that are shown; the others are counted beneath"""
REASONS = 2
"""reasons that a line tells"""
NOBODY = "The CRM names nobody whom you lead, so there is nothing here; ask “what needs me today?” for your own day."
NOTHING = (
    "Nothing needs a word of yours: no red risk, no promise overdue, no proposal waiting, no big move since {since}."
)


def run(context: Context, ask: Ask) -> Draft:
    """Tell what the asker's people need."""
    context.progress("looking at your people's deals")
    needs = find(context)
    ledger = Ledger(context.reader, context.today)
    sections, citations = ledger.settle(_sections(needs, context, ledger))
    return Draft(
        skill=CARD.name,
        sections=sections,
        citations=citations,
        numbers=tuple(ledger.numbers),
        figures=tuple(_figures(needs, context)),
        notice=_notice(needs) if needs.people else "",
        records=tuple(f"opportunity:{one.deal.id}" for one in needs.needing),
        as_of=context.reader.as_of(),
    )


def _sections(needs: Needs, context: Context, ledger: Ledger) -> list[Section]:
    if not needs.people:
        return [Section(title="", lines=(Line(text=NOBODY),))]
    if not needs.needing:
        said = NOTHING.format(since=_since(needs, context))
        return [Section(title="", lines=(Line(text=said),))]
    shown = tuple(_line(one, context, ledger) for one in needs.needing[:SHOWN])
    return [Section(title="", lines=(Line(text=_summed(needs, ledger)),)), Section(title="A word today", lines=shown)]


def _summed(needs: Needs, ledger: Ledger) -> str:
    """How many deals of how many people, and what they put at stake; currencies are never added."""
    people = {one.deal.owner_id for one in needs.needing}
    sums = _sums(needs.needing)
    for currency, (value, _) in sums.items():
        ledger.figure(value.quantize(Decimal(1)), f"at stake in {currency}")
    ledger.figure(len(needs.needing), "deals that need a word")
    ledger.figure(len(people), "people whose deals need a word")
    amounts = joined((money(value.quantize(Decimal(1)), currency) for currency, (value, _) in sums.items()), " and ")
    who = "1 person" if len(people) == 1 else f"{len(people)} people"
    verb = "needs" if len(needs.needing) == 1 else "need"
    return f"{plural(len(needs.needing), 'deal')} of {who} {verb} a word" + (
        f"; {amounts} at stake." if amounts else "."
    )


def _sums(needing: Sequence[Needy]) -> dict[str, tuple[Decimal, int]]:
    """What is at stake by currency, with the number of deals behind it."""
    found: dict[str, tuple[Decimal, int]] = {}
    for one in needing:
        if one.stake:
            value, n = found.get(one.currency, (Decimal(0), 0))
            found[one.currency] = (value + one.stake, n + 1)
    return found


def _line(one: Needy, context: Context, ledger: Ledger) -> Line:
    deal = one.deal
    ledger.figure(deal.amount, f"amount of {deal.name}")
    if one.probability is not None:
        ledger.figure(round(one.probability * 100), f"percent of {deal.name}")
    reasons = [signal.text for signal in one.signals]
    more = f"; and {len(reasons) - REASONS} more" if len(reasons) > REASONS else ""
    owner = one.owner.name if one.owner else "No owner"
    do = DO.get(one.signals[0].name, "talk it through")
    text = f"{owner}: {named(one)}, {_standing(one)}; {'; '.join(reasons[:REASONS])}{more}. Do: {do}."
    line = ledger.line(text, ledger.record("opportunity", deal, deal.name, deal.updated_at))
    return line.model_copy(update={"actions": acts.on_deal(one)})


def _standing(one: Needy) -> str:
    """Amount, chance and stage; of a lost deal the amount, as the reason says the rest."""
    amount = money(one.deal.amount, one.deal.currency)
    if one.signals[0].name == LOST:
        return amount
    chance = f" at {one.probability:.0%}" if one.probability is not None else ", probability unknown"
    return f"{amount}{chance} in {one.deal.stage}"


def _figures(needs: Needs, context: Context) -> list[Figure]:
    if not needs.people:
        return []
    whose = f"deals of {len(needs.people)} people led by {context.asker.name}"
    rule = (
        f"{whose}; open with a red risk, a promise overdue, a proposal waiting or a big move since "
        f"{needs.since.date()}, or lost since"
    )
    every = Figure(name="need a word", value=len(needs.needing), n=len(needs.needing), filter=rule)
    sums = _sums(needs.needing)
    return [
        every,
        *(
            Figure(
                name="at stake", value=float(value), unit=currency, n=n, filter=f"{rule}; amount × stage probability"
            )
            for currency, (value, n) in sums.items()
        ),
    ]


def _since(needs: Needs, context: Context) -> str:
    """The day since when moves count, as people say it."""
    yesterday = needs.since.date() == context.today - timedelta(days=1)
    return "yesterday" if yesterday else f"{needs.since:%A}"


def _notice(needs: Needs) -> str:
    parts = ["In the order of what is at stake: amount × the stage's probability."] if needs.needing else []
    if len({one.currency for one in needs.needing}) > 1:
        parts.append("Each currency is ranked by itself.")
    if len(needs.needing) > SHOWN:
        parts.append(f"Not shown: {len(needs.needing) - SHOWN} more of {plural(len(needs.needing), 'deal')}.")
    if needs.loose:
        parts.append(f"{plural(needs.loose, 'overdue promise')} on no open deal: ask “what is overdue in my team?”")
    if needs.unseen:
        parts.append(f"{plural(needs.unseen, 'open deal')} not looked into, as there are too many.")
    return " ".join(parts)
