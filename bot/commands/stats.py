"""`seller pipeline stats`: the metrics of a period as JSON or as a table; computed, no model."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import App, policy
from bot.commands.output import emit
from bot.commands.stats_table import show
from bot.crm.port import CrmReader
from bot.crm.records import Opportunity, User
from bot.errors import NotFound, UsageError
from bot.pipeline.book import Book
from bot.pipeline.measures import Metric
from bot.pipeline.period import Period
from bot.pipeline.stats import Stats, figures, notes, stats
from bot.pipeline.target import Target, Targets
from bot.pipeline.window import Window, grouped, main_currency
from bot.skills import Policy
from bot.skills.booking import book_of
from bot.terminal import status

GROUPS = ("owner", "team", "segment")
NOBODY = "none"
BY_SEGMENT = Target(why="quotas are kept by person and team, not by segment")


@dataclass(frozen=True)
class Asked:
    """What is computed, over what."""

    book: Book
    period: Period
    currency: str
    others: Mapping[str, int]
    """deals by currency that have no rate"""
    targets: Targets
    people: Sequence[User]
    team: str | None
    whose: str


def run(app: App, first: str, last: str, *, group: str, team: str, named: str | None, as_json: bool) -> None:
    """Print the metrics of the deals that the asker may see; UsageError for days or a group that cannot be read."""
    period = period_of(first, last)
    if group not in ("", *GROUPS):
        raise UsageError(f"--group “{group}” is none of {', '.join(GROUPS)}; choose one of them.")
    with status(quiet=as_json) as say:
        say("reading the deals")
        asked = _asked(app, period, team, named)
        say("computing")
        found = stats(asked.book, period, asked.currency, _target(asked))
        groups = _groups(asked, group) if group else None
    document = _document(asked, found, groups, policy(app.settings), app.reader)
    if as_json:
        emit(document)
    else:
        show(document, found, groups, group)


def period_of(first: str, last: str) -> Period:
    """The days from the first to the last; UsageError where they are none, or the wrong way round."""
    days = [_day(name, text) for name, text in (("--from", first), ("--to", last))]
    if days[0] > days[1]:
        raise UsageError(f"--from {days[0]} is after --to {days[1]}; write the earlier day first.")
    return Period(days[0], days[1], f"{days[0]} to {days[1]}")


def _day(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{name} “{text}” is no day; write it like 2026-10-01.") from None
    if not 1970 <= found.year <= 2200:
        raise UsageError(f"{name} {found} is out of range; choose a year from 1970 to 2200.")
    return found


def _asked(app: App, period: Period, team: str, named: str | None) -> Asked:
    reader, rules = app.viewer(named), policy(app.settings)
    now = app.clock()
    if not app.unnamed(named):
        now = now.astimezone(ZoneInfo(app.user(named).time_zone))
    people = reader.users()
    chosen = _team(people, team) if team else None
    inside = [user for user in people if chosen is None or user.team == chosen]
    owners = None if chosen is None else {user.id for user in inside}
    book = book_of(reader, reader.opportunities(owners=owners), now, rules)
    currency, others = main_currency(book.deals, rules.rates.base)
    targets = Targets(reader.quotas(), period, currency, rules.rates.into(currency))
    whose = "all deals that you may see" if chosen is None else f"deals of the team {chosen}"
    return Asked(book, period, currency, others, targets, inside, chosen, whose)


def _team(people: Sequence[User], wanted: str) -> str:
    teams = sorted({user.team for user in people if user.team})
    found = [team for team in teams if team.casefold() == wanted.strip().casefold()]
    if not found:
        raise NotFound(f"There is no team “{wanted}”; choose one of these.", candidates=teams)
    return found[0]


def _target(asked: Asked) -> Target:
    needed = _needed(Window(asked.book, asked.period, asked.currency))
    if asked.team is None:
        return asked.targets.company(asked.people, needed)
    return asked.targets.team(asked.team, asked.people, needed)


def _needed(window: Window) -> set[str]:
    """Whose quota has to be known: who won, or is to close, something in the period."""
    return {deal.owner_id for deal in (*window.won, *window.closing) if deal.owner_id}


def _groups(asked: Asked, group: str) -> dict[str, dict[str, Metric]]:
    users = {user.id: user for user in asked.people}
    names = _unique(asked.people)

    def name(deal: Opportunity) -> str:
        user = users.get(deal.owner_id or "")
        if group == "owner":
            return names.get(deal.owner_id or "", deal.owner_id or NOBODY)
        return (asked.book.segment(deal) if group == "segment" else user and user.team) or NOBODY

    found = {}
    for one, deals in grouped(asked.book.deals, name).items():
        window = Window(asked.book.of(deals), asked.period, asked.currency)
        found[one] = figures(window, _target_of(asked, group, one, deals, _needed(window)))
    return found


def _target_of(asked: Asked, group: str, name: str, deals: Sequence[Opportunity], needed: Collection[str]) -> Target:
    if group == "segment":
        return BY_SEGMENT
    if group == "owner":
        owners = {deal.owner_id for deal in deals}
        return asked.targets.people([user for user in asked.people if user.id in owners], needed)
    return asked.targets.team(name, [user for user in asked.people if (user.team or NOBODY) == name], needed)


def _unique(people: Sequence[User]) -> dict[str, str]:
    """People's names by id, with the id where two are called the same."""
    every = [user.name for user in people]
    return {user.id: user.name if every.count(user.name) == 1 else f"{user.name} ({user.id})" for user in people}


def _document(
    asked: Asked, found: Stats, groups: Mapping[str, Mapping[str, Metric]] | None, rules: Policy, reader: CrmReader
) -> dict[str, Any]:
    flow = found.stages
    document = {
        **_plain(found.figures),
        "stages": {
            name: {"conversion": _one(one), "days": _one(flow.days[name]), "open_days": _one(flow.waiting[name])}
            for name, one in flow.conversion.items()
        },
        "categories": _plain(found.categories),
        "cumulative": _plain(found.cumulative),
        "scope": asked.whose,
        "from": asked.period.first,
        "to": asked.period.last,
        "currency": asked.currency,
        "notes": _notes(asked, found, rules),
        "as_of": reader.as_of(),
    }
    return document if groups is None else {**document, "groups": {name: _plain(of) for name, of in groups.items()}}


def _notes(asked: Asked, found: Stats, rules: Policy) -> list[str]:
    said = notes(asked.book, found, asked.others, asked.currency)
    return [f"{rules.rates.told[0].upper()}{rules.rates.told[1:]}.", *said] if rules.rates.worth else said


def _plain(metrics: Mapping[str, Metric]) -> dict[str, dict[str, Any]]:
    return {name: _one(metric) for name, metric in metrics.items()}


def _one(metric: Metric) -> dict[str, Any]:
    """A figure as a dictionary: what is beside it stands beside its value."""
    told = asdict(metric)
    return {**told.pop("extra"), **told}
