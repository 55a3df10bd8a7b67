"""Medians, rates and chances rest on the deals that a person sees, and not on those of others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.local import replace_all, upsert_all
from bot.crm.records import Account, Opportunity, OpportunityHistory, Record, Stage, User
from bot.crm.rights import PeopleRights
from bot.pipeline.chances import FOR_ALL, UNTESTED, Learnt
from bot.pipeline.period import period
from bot.settings import Settings
from tests.rights_world import Rulebook

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
MIA, OMAR, ADA = (
    User(id=key, name=key.title(), email=f"{key}@ours.example", role=role)  # type: ignore[arg-type]
    for key, role in (("mia", "seller"), ("omar", "seller"), ("ada", "admin"))
)
STAGES = [
    Stage(id="s1", name="Talk", order=0, probability=0.2, forecast_category="Pipeline"),
    Stage(id="s2", name="Won", order=1, probability=1, forecast_category="Closed", is_closed=True, is_won=True),
]


def deals(owner: str, days: int, n: int = 6) -> Iterator[Record]:
    """An open deal, and won ones that took so many days."""
    account = f"a-{owner}"
    yield Account(id=account, name=f"{owner} works", owner_id=owner, segment="Mid")
    yield Opportunity(
        id=f"{owner}-open", name=f"{owner} open", account_id=account, owner_id=owner, stage="Talk", amount=Decimal(7000),
        created_at=NOW - timedelta(days=40), close_date=date(2026, 12, 1),
    )  # fmt: skip
    yield OpportunityHistory(id=f"{owner}-h", opportunity_id=f"{owner}-open", at=NOW - timedelta(days=40), stage="Talk")
    for at in range(n):
        key, end = f"{owner}-{at}", NOW - timedelta(days=60 + 90 * at)
        start = end - timedelta(days=days)
        yield Opportunity(
            id=key, name=f"{owner} won {at}", account_id=account, owner_id=owner, stage="Won", amount=Decimal(9000), created_at=start,
            close_date=end.date(), is_closed=True, is_won=True,
        )  # fmt: skip
        for name, moment in (("Talk", start), ("Won", end)):
            yield OpportunityHistory(
                id=f"{key}-{name}", opportunity_id=key, at=moment, stage=name, close_date=end.date()
            )


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with App(Settings(home=tmp_path / "home", model="offline", crm_sees="own"), lambda: NOW) as opened:
        opened.ready()
        records = [*STAGES, MIA, OMAR, ADA, *deals("mia", 60), *deals("omar", 90)]
        replace_all(opened.engine, records, as_of=NOW)
        yield opened


def medians(app: App, user: User) -> tuple[float, int]:
    found = app.benchmarks(user)["Talk", None]
    return found.median, found.n


def test_a_median_is_of_the_deals_that_one_sees(app: App) -> None:
    assert (medians(app, MIA), medians(app, OMAR)) == ((60, 6), (90, 6))
    assert medians(app, ADA) == (75, 12)
    assert app.benchmarks(MIA)["days from creation to close", "Mid"].n == 6


def test_a_rate_counts_the_deals_that_one_sees(app: App) -> None:
    quarter = period("quarter", NOW.date())
    counted = [app.chances(user, quarter, NOW).rates.n for user in (MIA, OMAR, ADA)]
    assert counted[0] + counted[1] == counted[2]
    assert min(counted) > 0


def test_what_an_admin_was_told_is_not_told_on(app: App) -> None:
    told = {}
    for who in ("ada", "mia"):
        text = app.assistant.answer(Request("brief me on mia works", app.user(who), NOW, who)).text
        told[who] = "median of 12 won deals" in text, "median of 6 won deals" in text
    assert told == {"ada": (True, False), "mia": (False, True)}


def test_a_right_that_moves_moves_the_figures(app: App) -> None:
    assert medians(app, MIA) == (60, 6)
    moved = [one.model_copy(update={"owner_id": "mia"}) for one in deals("omar", 90) if isinstance(one, Account)]
    upsert_all(app.engine, moved, as_of=NOW)
    assert medians(app, MIA) == (75, 12)


def test_a_model_that_was_learnt_from_all_is_for_who_sees_all(app: App) -> None:
    quarter = period("quarter", NOW.date())
    assert app.chances(MIA, quarter, NOW).why == UNTESTED
    app.keep_learnt(Learnt(at=NOW, shown=False, why="too few deals ended", rate=(12, 12)))
    upsert_all(app.engine, [], as_of=NOW + timedelta(minutes=1))
    assert app.chances(MIA, quarter, NOW).why == FOR_ALL
    assert app.chances(ADA, quarter, NOW).why == "Too few deals ended (tested on 2026-11-16)."


def test_where_the_crm_is_asked_it_is_not_asked_for_every_deal(app: App) -> None:
    rules = Rulebook(grants=[])
    rights = PeopleRights(app.engine, app.reader, "own", lambda: NOW, rules)
    own = frozenset(row.id for row in app.reader.opportunities() if row.owner_id == "mia")
    assert (rights.basis(MIA), rights.sees_as_much(MIA, OMAR)) == (own, True)
    assert rights.basis(ADA) == frozenset(row.id for row in app.reader.opportunities())
    assert rules.asked == []
