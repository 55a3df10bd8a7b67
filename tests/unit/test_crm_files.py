"""CSV folders in and out of the CRM: our own export, other CRMs' files, bad rows."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from bot.crm.files import Imported, export_folder, import_folder, read_folder
from bot.crm.files.cells import day_order, read_amount, read_date, read_time
from bot.crm.local import LocalReader, metadata, replace_all
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Quota,
    Record,
    Stage,
    Task,
    User,
)
from bot.errors import BotError

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)

FOREIGN = {
    "Companies.csv": "Company name;Sector;Number of employees;Revenue;Billing Country;Website;Subsidiary of;Mascot\n"
    'Café Müller;Food;1.200;"1.234,50 €";Germany;https://www.cafe-mueller.example/de;;Cat\n'
    "Müller Logistik;Freight;80;;Germany;;café müller;Dog\n",
    "owners.csv": "Full Name,E-mail,Manager,Regional Office\nAna Rey,ana@seller.example,Bo Lind,North\n"
    "Cy Moss,cy@seller.example,Bo Lind,North\n",
    "products.csv": 'Product,Series,Sales price\nGTX Pro,GTX,"4,821"\nMini,M,55\n',
    "deals.csv": "\ufeffDeal ID,Company,Deal Owner,Product,Deal Stage,Engage Date,Close Date,Close Value\r\n"
    "D1,Café Müller,ana rey,GTXPro,Engaging,13/11/2026,,\r\n"
    "D2,cafe muller,Ana Rey,GTX Pro,Won,01/10/2026,05/11/2026,5000\r\n"
    "D3,,ana@seller.example,Mini,Closed-Lost,02/10/2026,06/11/2026,0\r\n"
    "D4,New Corp,Dee Fox,Mini,Prospecting,,,\r\n"
    "D5,Café Müller,Ana Rey,Mini,Haggling,31/02/2026,,\r\n"
    ",Café Müller,Ana Rey,Mini,Engaging,,,\r\n"
    "D1,Café Müller,Ana Rey,Mini,Engaging,,,\r\n"
    "D6,Café Müller,Ana Rey,Mini,Won,01/10/2026,07/11/2026,lots\r\n"
    'D7,"Café\r\nMüller",Ana Rey,Mini,,,,\r\n'
    "D8,Café Müller,Ana Rey,Mini,Engaging,,,,surplus\r\n",
    "people.csv": "First Name,Last Name,Email,Company,Job Title,Has Opted Out Of Email\n"
    "Mira,Holt,mira@cafe-mueller.example,Café Müller,CFO,yes\n",
    "activities.csv": "Type,Date,Subject,Deal\nPhone call,2026-11-12T10:00:00+01:00,Intro,D1\nFax,2026-11-12,Old,D1\n",
    "tasks.csv": "Title,Due date,Status,Owner,Deal\nSend offer,20.11.2026,Not Started,Ana Rey,D1\n",
    "events.txt": "not a table",
    "weather.csv": "day,rain\n1,2\n",
    "contact_roles.csv": b"deal,contact,role\nD1,M\xfcller,champion\n".decode("latin-1"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FOREIGN.items():
        encoding = "latin-1" if name == "contact_roles.csv" else "utf-8"
        (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = memory()
    yield engine
    engine.dispose()


def memory() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(engine)
    return engine


def of(imported: Imported, kind: type[Record]) -> dict[str, Any]:
    return {record.id: record for record in imported.by_kind[kind]}


def reasons(imported: Imported) -> tuple[tuple[str, int, str], ...]:
    return tuple((bad.file, bad.line, bad.why) for bad in imported.report.failed)


def test_a_foreign_folder_becomes_deals(folder: Path) -> None:
    deals = of(read_folder(folder), Opportunity)
    assert list(deals) == ["D1", "D2", "D3", "D4"]
    assert deals["D1"] == Opportunity(
        id="D1",
        name="Café Müller - GTX Pro",
        account_id="cafe-muller",
        owner_id="ana-rey",
        amount=Decimal(4821),
        stage="Engaging",
        forecast_category="Pipeline",
        product="GTX Pro",
        created_at=datetime(2026, 11, 13, tzinfo=UTC),
    )
    assert (deals["D2"].stage, deals["D2"].is_won, deals["D2"].amount) == ("Closed Won", True, Decimal(5000))
    assert deals["D2"].close_date == date(2026, 11, 5)
    assert (deals["D3"].is_closed, deals["D3"].is_won, deals["D3"].amount) == (True, False, Decimal(55))
    assert (deals["D3"].account_id, deals["D3"].name) == (None, "Mini")
    assert (deals["D4"].account_id, deals["D4"].owner_id) == ("new-corp", "dee-fox")


def test_bad_rows_are_named_and_the_rest_is_read(folder: Path) -> None:
    assert reasons(read_folder(folder)) == (
        ("contact_roles.csv", 0, "line 2 is not UTF-8: save the file as UTF-8"),
        ("deals.csv", 6, "Engage Date: 31/02/2026 is no date"),
        ("deals.csv", 9, "Close Value: lots is no amount"),
        ("deals.csv", 12, "the row has 9 cells and the header 8: quote cells that hold a delimiter"),
        ("deals.csv", 7, "the id is missing"),
        ("deals.csv", 8, "the id D1 is there already"),
        ("deals.csv", 10, "the stage is missing"),
        ("activities.csv", 3, "kind fax: Input should be 'call', 'email', 'meeting' or 'note'"),
    )


def test_the_report_says_what_was_taken_by_default(folder: Path) -> None:
    report = read_folder(folder).report
    assert report.defaults == (
        "4 stages were taken from the opportunities, open ones with evenly rising probabilities",
        "2 records of products.csv: their amounts are taken as USD, as the file names no currency",
        "2 open opportunities took the list price of their product",
        "2 records of deals.csv: their amounts are taken as USD, as the file names no currency",
        "1 manager was named only by other records and was added with the name alone",
        "1 lost opportunity took the list price of its product",
        "1 account was named only by other records and was added with the name alone",
        "1 user was named only by other records and was added with the name alone",
    )
    assert report.unmapped == {"Companies.csv": ("Mascot",)}
    assert report.unrecognised == ("events.txt", "weather.csv")
    assert report.counts == {
        "users": 4,
        "stages": 4,
        "products": 2,
        "accounts": 3,
        "contacts": 1,
        "opportunities": 4,
        "opportunity_history": 5,
        "opportunity_contact_roles": 0,
        "activities": 1,
        "tasks": 1,
        "quotas": 0,
    }


def test_foreign_accounts_people_and_tasks_find_each_other(folder: Path) -> None:
    imported = read_folder(folder, currency="EUR")
    assert of(imported, Account)["cafe-muller"] == Account(
        id="cafe-muller",
        name="Café Müller",
        domain="cafe-mueller.example",
        industry="Food",
        employees=1200,
        annual_revenue=Decimal("1234.50"),
        currency="EUR",
        country="Germany",
    )
    assert of(imported, Account)["muller-logistik"].parent_id == "cafe-muller"
    assert of(imported, User)["bo-lind"] == User(id="bo-lind", name="Bo Lind", role="manager", team="North")
    assert of(imported, User)["ana-rey"].manager_id == "bo-lind"
    mira = of(imported, Contact)["mira-holt"]
    assert (mira.account_id, mira.title, mira.email_opt_out) == ("cafe-muller", "CFO", True)
    call = next(iter(of(imported, Activity).values()))
    assert (call.kind, call.at, call.account_id) == ("call", datetime(2026, 11, 12, 9, tzinfo=UTC), "cafe-muller")
    task = of(imported, Task)["task-2"]
    assert (task.due, task.status, task.account_id) == (date(2026, 11, 20), "open", "cafe-muller")


def test_stages_are_put_in_the_usual_order_on_an_even_ladder(folder: Path) -> None:
    stages = of(read_folder(folder), Stage).values()
    assert [(stage.name, stage.order, stage.is_won) for stage in stages] == [
        ("Prospecting", 1, False),
        ("Engaging", 2, False),
        ("Closed Won", 3, True),
        ("Closed Lost", 4, False),
    ]
    assert [round(stage.probability, 3) for stage in stages] == [0.333, 0.667, 1, 0]


def test_history_holds_only_what_the_dates_prove(folder: Path) -> None:
    rows = of(read_folder(folder), OpportunityHistory).values()
    assert [(row.id, row.at.date().isoformat(), row.stage, row.amount) for row in rows] == [
        ("D1-h1", "2026-11-13", "Engaging", Decimal(4821)),
        ("D2-h1", "2026-10-01", "Engaging", None),
        ("D2-h2", "2026-11-05", "Closed Won", Decimal(5000)),
        ("D3-h1", "2026-10-02", "Engaging", None),
        ("D3-h2", "2026-11-06", "Closed Lost", Decimal(55)),
    ]


def test_a_stage_that_the_stage_file_does_not_know_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stages.csv").write_text("name,probability\nOpen,20%\nWon,\nLost,\n")
    (tmp_path / "deals.csv").write_text("id,name,stage\n1,One,open\n2,Two,Haggling\n3,Three,closed won\n")
    imported = read_folder(tmp_path)
    assert [(deal.id, deal.stage, deal.is_won) for deal in of(imported, Opportunity).values()] == [
        ("1", "Open", False),
        ("3", "Won", True),
    ]
    assert reasons(imported) == (("deals.csv", 3, "Haggling is no stage: use one of Open, Won, Lost"),)


def test_two_accounts_of_one_name_are_not_guessed_between(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("id,name\n1,Acme\n2,ACME\n")
    (tmp_path / "deals.csv").write_text("id,account,stage\n1,acme,New\n2,ACME,New\n")
    imported = read_folder(tmp_path)
    assert of(imported, Opportunity)["2"].account_id == "2"
    assert imported.report.failed[0].why == "several accounts are called acme: give the id instead"


def test_a_folder_without_crm_files_says_what_is_expected(tmp_path: Path) -> None:
    (tmp_path / "weather.csv").write_text("day,rain\n1,2\n")
    with pytest.raises(BotError, match=r"holds no CRM file: expected are CSV files such as users\.csv"):
        read_folder(tmp_path)
    with pytest.raises(BotError, match="There is no folder"):
        read_folder(tmp_path / "nowhere")


def test_an_unreadable_folder_leaves_the_crm_as_it_was(tmp_path: Path, engine: Engine) -> None:
    replace_all(engine, [Account(id="A", name="Kept")], as_of=NOW)
    (tmp_path / "accounts.csv").write_bytes(b"name\nM\xfcller\n")
    with pytest.raises(BotError, match=r"accounts\.csv: line 2 is not UTF-8.*; the CRM is as it was"):
        import_folder(engine, tmp_path, as_of=NOW)
    assert [row.name for row in LocalReader(engine).accounts()] == ["Kept"]


def test_import_replaces_or_merges(tmp_path: Path, engine: Engine) -> None:
    replace_all(engine, [Account(id="1", name="Old"), Account(id="9", name="Other")], as_of=NOW)
    (tmp_path / "accounts.csv").write_text("id,name\n1,New\n")
    import_folder(engine, tmp_path, as_of=NOW, merge=True)
    assert [row.name for row in LocalReader(engine).accounts()] == ["New", "Other"]
    import_folder(engine, tmp_path, as_of=NOW)
    assert [row.name for row in LocalReader(engine).accounts()] == ["New"]


def test_dates_of_which_nothing_tells_the_order_are_read_month_first_and_said(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("id,name,stage,close date\n1,One,New,03/04/2026\n")
    imported = read_folder(tmp_path)
    assert of(imported, Opportunity)["1"].close_date == date(2026, 3, 4)
    expected = "the dates of close date in deals.csv were read month first, as nothing in them tells"
    assert expected in imported.report.defaults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234.5", "1234.5"),
        ("$1,234.50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("1 234,5", "1234.5"),
        ("1'234'567", "1234567"),
        ("1,234", "1234"),
        ("12,5", "12.5"),
        ("1.234.567", "1234567"),
        ("120k", "120000"),
        ("1,2 Mio. EUR", "1200000"),
        ("USD 1.5m", "1500000"),
        ("5 kr", "5"),
        ("(300)", "-300"),
        ("-$5", "-5"),
    ],
)
def test_amounts_are_read_exactly(text: str, expected: str) -> None:
    assert read_amount(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["lots", "NaN", "Infinity", "1,2,3.4.5", "3 of 5", "--5", "€"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        read_amount(text)


@pytest.mark.parametrize(
    "text",
    ["2026-12-03", "2026-12-03T10:00:00Z", "12/3/2026", "12/03/26", "3 Dec 2026", "December 3, 2026", "20261203"],
)
def test_dates_are_read_in_several_forms(text: str) -> None:
    assert read_date(text) == date(2026, 12, 3)


def test_a_column_of_dates_tells_its_order() -> None:
    assert day_order(["03/04/2026", "25/12/2026"]) == "day"
    assert day_order(["03/04/2026", "12/25/2026"]) == "month"
    assert day_order(["03.04.2026"]) == "day"
    assert day_order(["03/04/2026"]) == "assumed month"
    assert read_date("03/04/2026", "day") == date(2026, 4, 3)


def test_times_keep_their_zone() -> None:
    assert read_time("2026-11-12T10:00:00+01:00") == datetime(2026, 11, 12, 9, tzinfo=UTC)
    assert read_time("12/31/2026 4:05 PM") == datetime(2026, 12, 31, 16, 5, tzinfo=UTC)
    assert read_time("2026-11-12") == datetime(2026, 11, 12, tzinfo=UTC)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(-(2**62), 2**62),
    float: st.floats(0, 1),
    Decimal: st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def values_of(field: FieldInfo) -> st.SearchStrategy[Any]:
    annotation = field.annotation
    optional = type(None) in get_args(annotation)
    inner = next((arg for arg in get_args(annotation) if arg is not type(None)), annotation) if optional else annotation
    if get_origin(inner) is tuple:
        return st.lists(TEXT, max_size=3).map(tuple)
    found = VALUES[inner] if inner in VALUES else st.sampled_from(get_args(inner))
    return st.none() | found if optional else found


def some(kind: type[Record], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Record]]:
    fields = {name: values_of(field) for name, field in kind.model_fields.items()}
    one = st.fixed_dictionaries(fields | fixed).map(kind.model_validate)
    return st.lists(one, max_size=3, unique_by=lambda record: record.id)


@st.composite
def contents(draw: st.DrawFn) -> list[Record]:
    stages = draw(
        st.lists(some(Stage).filter(bool).map(lambda rows: rows[0]), unique_by=lambda row: row.id, max_size=3)
    )
    stages = list({getattr(row, "name", ""): row for row in stages}.values())
    names = [getattr(row, "name", "") for row in stages]
    deals = draw(some(Opportunity, stage=st.sampled_from(names))) if names else []
    ids = [deal.id for deal in deals]
    roles = draw(some(OpportunityContactRole, opportunity_id=st.sampled_from(ids))) if ids else []
    others: list[type[Record]] = [User, Product, Contact, OpportunityHistory, Activity, Task]
    accounts = draw(some(Account, parent_id=st.none() | st.just("parent")))
    quotas = draw(some(Quota, team=st.none(), last=st.just(date.max), amount=st.decimals(0, 10**9, places=2)))[:1]
    return [*stages, *deals, *roles, *accounts, *quotas, *(row for kind in others for row in draw(some(kind)))]


@settings(deadline=None, max_examples=60)
@given(contents())
def test_what_is_exported_is_imported_unchanged(records: list[Record]) -> None:
    engine = memory()
    replace_all(engine, records, as_of=NOW)
    with TemporaryDirectory() as name:
        export_folder(LocalReader(engine), Path(name))
        imported = read_folder(Path(name))
    engine.dispose()
    assert imported.report.failed == ()
    assert {(type(row), row.id): row for row in imported.records} == {(type(row), row.id): row for row in records}


def maven() -> Path:
    folder = Path(os.environ.get("SELLER_TEST_DATA", "../shared/data")) / "crm_maven"
    if not folder.is_dir():
        pytest.skip(f"no sales data at {folder}: set SELLER_TEST_DATA to the folder that holds crm_maven")
    return folder


def test_a_real_pipeline_of_8800_deals_adds_up() -> None:
    imported = read_folder(maven())
    deals = [row for row in imported.by_kind[Opportunity] if isinstance(row, Opportunity)]
    won: Counter[int] = Counter()
    for deal in deals:
        if deal.is_won and deal.close_date and deal.close_date.year == 2017:
            won[(deal.close_date.month + 2) // 3] += int(deal.amount or 0)
    assert dict(won) == {1: 1134672, 2: 3086111, 3: 2982255, 4: 2802496}
    assert Counter(deal.stage for deal in deals) == {
        "Closed Won": 4238,
        "Closed Lost": 2473,
        "Engaging": 1589,
        "Prospecting": 500,
    }
    assert sum(deal.account_id is None for deal in deals) == 1425
    assert "2,089 open opportunities took the list price of their product" in imported.report.defaults
    assert (imported.report.failed, len(imported.by_kind[Account])) == ((), 85)
    assert len({deal.owner_id for deal in deals}) == 30


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("€ 9.000,50", ("9000.50", "EUR")),
        ("GBP 1,200", ("1200", "GBP")),
        ("9000", ("9000", "USD")),
        ("9.00", ("9", "USD")),
    ],
)
def test_an_amount_brings_its_currency(tmp_path: Path, amount: str, expected: tuple[str, str]) -> None:
    (tmp_path / "deals.csv").write_text(f"Deal Name;Amount;Stage\nOne;{amount};Proposal\n", encoding="utf-8")
    [deal] = read_folder(tmp_path).by_kind[Opportunity]
    assert isinstance(deal, Opportunity)
    assert (deal.amount, deal.currency) == (Decimal(expected[0]), expected[1])


@pytest.mark.parametrize("usual", ["USD", "SEK"])
def test_a_sign_of_several_currencies_needs_one_of_them(tmp_path: Path, usual: str) -> None:
    rows = "One;12,50 kr;;Proposal\nTwo;12,50 kr;NOK;Proposal\nThree;DKK 5;;Proposal\n"
    (tmp_path / "deals.csv").write_text(f"Deal Name;Amount;Currency;Stage\n{rows}", encoding="utf-8")
    read = read_folder(tmp_path, currency=usual)
    why = "12,50 kr may be SEK, NOK, DKK or ISK: name the currency in a column or set SELLER_CURRENCY"
    assert reasons(read) == (() if usual == "SEK" else (("deals.csv", 2, why),))
    deals = [deal.currency for deal in read.by_kind[Opportunity] if isinstance(deal, Opportunity)]
    assert deals == (["SEK"] if usual == "SEK" else []) + ["NOK", "DKK"]


def test_an_amount_that_reads_two_ways_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(
        "Deal Name;Amount;Stage\nOne;€ 9.000;Proposal\nTwo;5;Proposal\n", encoding="utf-8"
    )
    report = read_folder(tmp_path).report
    assert [(bad.line, bad.why) for bad in report.failed] == [
        (2, "€ 9.000 may mean thousands or decimals: write it as 9000 or 9.00")
    ]
    assert report.counts["opportunities"] == 1


EXPORTS = {
    "Salesforce report": (
        "opportunities",
        "Opportunity ID,Opportunity Name,Account Name,Amount Currency,Amount,Stage,Close Date,Opportunity Owner\n"
        '1,Renewal,Acme,EUR,"12,500.00",Closed Won,12/31/2026,Anna Snow\n2,Bad,Acme,EUR,,Prospecting,13/13/2026,Anna Snow\n',
    ),
    "Data Loader": (
        "opportunities",
        "ID,NAME,ACCOUNTID,CURRENCYISOCODE,AMOUNT,STAGENAME,CLOSEDATE,OWNERID\n"
        "1,Renewal,acme,EUR,12500.0,Closed Won,2026-12-31,anna-snow\n",
    ),
    "HubSpot": (
        "deals",
        "Record ID,Deal Name,Associated Company,Currency,Amount,Deal Stage,Close Date,Deal owner\n"
        "1,Renewal,Acme,EUR,12500,Closed Won (Sales Pipeline),2026-12-31 12:00,Anna Snow\n",
    ),
    "Pipedrive": (
        "deals",
        "Deal - ID,Deal - Title,Deal - Organization,Deal - Currency of Value,Deal - Value,Deal - Stage,Deal - Status,"
        "Deal - Expected close date,Deal - Owner\n1,Renewal,Acme,EUR,12500,Proposal Made,Won,2026-12-31,Anna Snow\n",
    ),
    "German Excel": (
        "deals",
        "\ufeffid;title;company;currency;value;stage;close date;owner\r\n"
        "1;Renewal;Acme;EUR;12.500,00;Gewonnen;31.12.2026;Anna Snow\r\n",
    ),
}


@pytest.mark.parametrize("system", EXPORTS)
def test_an_export_of_another_system_is_read_as_it_is_meant(tmp_path: Path, system: str) -> None:
    name, text = EXPORTS[system]
    (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text("id,name\nacme,Acme\n", encoding="utf-8")
    (tmp_path / "users.csv").write_text("id,name\nanna-snow,Anna Snow\n", encoding="utf-8")
    imported = read_folder(tmp_path)
    [deal] = imported.by_kind[Opportunity]
    assert isinstance(deal, Opportunity)
    assert (deal.name, deal.account_id, deal.owner_id) == ("Renewal", "acme", "anna-snow")
    assert (deal.amount, deal.currency, deal.stage) == (Decimal(12500), "EUR", "Closed Won")
    assert (deal.is_won, deal.close_date) == (True, date(2026, 12, 31))
    assert [bad.line for bad in imported.report.failed] == ([3] if system == "Salesforce report" else [])
