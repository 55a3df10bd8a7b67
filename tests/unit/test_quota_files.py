"""Quotas from a CSV file, however it names people and periods, and those of the sample company."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from bot.crm.files import import_folder, read_folder
from bot.crm.files.quotas import days_of
from bot.crm.local import LocalReader, metadata, replace_all
from bot.crm.records import Account, Quota, User
from bot.sample.world import load_world

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
USERS = "id,name,email,team\nu1,Ana Rey,ana@ours.example,North\nu2,Bo Lund,bo@ours.example,South\n"


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(made)
    yield made
    made.dispose()


def folder(path: Path, quotas: str, users: str = USERS) -> Path:
    (path / "quotas.csv").write_text(quotas, encoding="utf-8")
    if users:
        (path / "users.csv").write_text(users, encoding="utf-8")
    return path


def told(quota: Quota) -> tuple[str | None, str | None, str, str, Decimal, str]:
    return quota.user_id, quota.team, str(quota.first), str(quota.last), quota.amount, quota.currency


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Q4 2026", "2026-10-01", "2026-12-31"),
        ("q1/26", "2026-01-01", "2026-03-31"),
        ("2026-Q2", "2026-04-01", "2026-06-30"),
        ("FY2026 Q3", "2026-07-01", "2026-09-30"),
        ("4Q26", "2026-10-01", "2026-12-31"),
        ("H2 2026", "2026-07-01", "2026-12-31"),
        ("October 2026", "2026-10-01", "2026-10-31"),
        ("Feb 2028", "2028-02-01", "2028-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("9/2026", "2026-09-01", "2026-09-30"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("FY 2027", "2027-01-01", "2027-12-31"),
    ],
)
def test_a_period_is_its_days(text: str, first: str, last: str) -> None:
    assert tuple(map(str, days_of(text))) == (first, last)


@pytest.mark.parametrize("text", ["Q5 2026", "soon", "13/2026", "ma 2026", "2026-Q", "", "Q4"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        days_of(text)


def test_people_teams_and_the_company_are_told_apart(tmp_path: Path) -> None:
    read = read_folder(
        folder(
            tmp_path,
            'Owner,Region,Quarter,Quota\nAna Rey,North,Q4 2026,"120,000"\nbo@ours.example,,Q4 2026,EUR 90000\n'
            "North,,Q4 2026,110000\n,South,Q4 2026,80000\nAll,,2026,1m\n",
        )
    )
    assert read.report.failed == ()
    assert [told(quota) for quota in read.by_kind[Quota] if isinstance(quota, Quota)] == [
        ("u1", None, "2026-10-01", "2026-12-31", Decimal(120000), "USD"),
        ("u2", None, "2026-10-01", "2026-12-31", Decimal(90000), "EUR"),
        (None, "North", "2026-10-01", "2026-12-31", Decimal(110000), "USD"),
        (None, "South", "2026-10-01", "2026-12-31", Decimal(80000), "USD"),
        (None, None, "2026-01-01", "2026-12-31", Decimal(1000000), "USD"),
    ]


def test_bad_quotas_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    report = read_folder(
        folder(
            tmp_path,
            "Rep,Start,End,Target\nAna Rey,2026-10-01,2026-12-31,100\nCy Ode,2026-10-01,2026-12-31,100\n"
            "Bo Lund,2026-12-31,2026-10-01,100\nBo Lund,2026-10-01,,100\nAna Rey,2026-10-01,2026-12-31,200\n"
            "Bo Lund,2026-10-01,2026-12-31,-5\nBo Lund,2026-10-01,2026-12-31,\n",
        )
    ).report
    assert report.counts["quotas"] == 1
    assert [(bad.line, bad.why) for bad in report.failed] == [
        (3, "there is no user called Cy Ode"),
        (4, "the period ends (2026-10-01) before it begins (2026-12-31)"),
        (5, "the last day of the period is missing"),
        (6, "this quota from 2026-10-01 to 2026-12-31 is there already; give each person and team one a period"),
        (7, "the quota -5 is below zero"),
        (8, "amount is missing"),
    ]


def test_a_file_without_a_period_says_so(tmp_path: Path) -> None:
    report = read_folder(folder(tmp_path, "Rep,Quota\nAna Rey,100\n")).report
    assert [bad.why for bad in report.failed] == [
        "no column gives the period or first: name one so; the first line has the columns “Rep”, “Quota”"
    ]


def test_quotas_alone_leave_the_other_records_as_they_are(tmp_path: Path, engine: Engine) -> None:
    account, ana = Account(id="a1", name="Acme"), User(id="u1", name="Ana Rey", email="ana@ours.example")
    old = Quota(id="old", user_id="u1", first=date(2026, 7, 1), last=date(2026, 9, 30), amount=Decimal(1))
    replace_all(engine, [account, ana, old], as_of=NOW)
    later = NOW + timedelta(days=1)
    written = folder(tmp_path, "User,Period,Amount\nana@ours.example,Q4 2026,500\n", users="")
    merged = import_folder(engine, written, as_of=later, merge=True)
    reader = LocalReader(engine)
    assert [quota.amount for quota in reader.quotas()] == [1, 500]
    assert merged.counts == {**dict.fromkeys(merged.counts, 0), "quotas": 1}
    # The same quota, written otherwise, takes its place.
    folder(tmp_path, "Owner,From,To,Quota\nAna Rey,2026-10-01,2026-12-31,700\n", users="")
    assert vars(import_folder(engine, written, as_of=later, merge=True).changes["quotas"])["changed"] == 1
    assert [quota.amount for quota in reader.quotas()] == [1, 700]
    import_folder(engine, written, as_of=later)
    assert [quota.amount for quota in reader.quotas()] == [700]
    assert (reader.accounts(), reader.users(), reader.as_of()) == ([account], [ana], NOW)


@settings(max_examples=20, deadline=None)
@given(st.dates(date(2024, 2, 29), date(2035, 12, 31)))
def test_the_sample_s_quotas_are_whole_quarters_around_today(today: date) -> None:
    quotas = load_world(today).quotas
    mine = [quota for quota in quotas if quota.user_id == "u-maya"]
    assert all(quota.first.day == 1 and quota.first.month in (1, 4, 7, 10) for quota in quotas)
    assert [after.first - before.last for before, after in pairwise(mine)] == [timedelta(days=1)] * 6
    assert [quota.amount for quota in mine if quota.first <= today <= quota.last] == [400_000]
    assert [quota.amount for quota in quotas if quota.team == "Mid-Market" and quota.first <= today <= quota.last] == [
        720_000
    ]
